//! Tables out of their file, piece by piece: each piece is summed up and turned into numbers while it is at hand, so that the
//! file is never in memory beside what is made of it.

use std::{
    hash::Hasher,
    io::{self, Read},
};

use twox_hash::XxHash64;
use velib_domain::{LatLon, StationId};

use super::{CHECKSUM_SEED, DEGREE, NO_CORNER};
use crate::{
    Calibration,
    around::{KEPT, Near},
    graph::Passage,
    landmarks::{LANDMARKS, Landmarks},
    signposts::{Arm, Signposts},
    snapping::Snapping,
    tables::Stop,
};

/// Bytes of a piece: as many as a processor has close to it.
const PIECE: usize = 128 * 1024;

/// The first part of tables: what planning looks up.
pub(super) struct Planning {
    pub(super) version: String,
    pub(super) calibration: Calibration,
    pub(super) stops: Vec<Stop>,
    pub(super) ride_m: Vec<u16>,
    pub(super) corners: Vec<LatLon>,
    pub(super) near: Vec<[Near; KEPT]>,
    pub(super) snapping: Snapping,
}

/// The second part: what ways are drawn by.
pub(super) struct Drawing {
    pub(super) onward: Vec<[u8; KEPT]>,
    pub(super) foot: Passage,
    pub(super) bike: Passage,
    pub(super) landmarks: Landmarks,
    pub(super) signposts: Signposts,
}

/// One part. Where less is left than asked for, the error is [`io::ErrorKind::UnexpectedEof`].
pub(super) struct Reading<R> {
    source: R,
    /// Bytes that were not read yet.
    left: u64,
    checksum: XxHash64,
    piece: Box<[u8]>,
}

impl<R: Read> Reading<R> {
    pub(super) fn new(source: R, left: u64) -> Self {
        let piece = vec![0; PIECE].into_boxed_slice();
        Self { source, left, checksum: XxHash64::with_seed(CHECKSUM_SEED), piece }
    }

    /// What planning looks up, and the checksum of all that was read.
    pub(super) fn planning(mut self) -> io::Result<(Planning, u64)> {
        let version = self.text()?;
        let calibration = Calibration {
            walk_detour: self.number(f64::from_le_bytes)?,
            ride_detour: self.number(f64::from_le_bytes)?,
            ride_mae_m: self.number(f64::from_le_bytes)?,
            pairs: self.number(u64::from_le_bytes)?,
        };
        let stop_count = self.count()?;
        let stops = (0..stop_count).map(|_| self.stop()).collect::<io::Result<Vec<_>>>()?;
        let ride_m = self.numbers(stop_count.checked_mul(stop_count).ok_or_else(cut)?, u16::from_le_bytes)?;
        let corner_count = self.count()?;
        let corners = self.numbers(corner_count, place)?;
        let near = self.numbers(corner_count, |pairs: [u8; 4 * KEPT]| {
            std::array::from_fn(|slot| {
                let [a, b, c, d] = part(&pairs, slot);
                (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
            })
        })?;
        let checksum = self.ended()?;
        let snapping = Snapping::new(&corners);
        Ok((Planning { version, calibration, stops, ride_m, corners, near, snapping }, checksum))
    }

    /// What ways are drawn by, and the checksum of all that was read.
    pub(super) fn drawing(mut self) -> io::Result<(Drawing, u64)> {
        let corner_count = self.count()?;
        let drawing = Drawing {
            onward: self.numbers(corner_count, |stretches: [u8; KEPT]| stretches)?,
            foot: self.passage(corner_count)?,
            bike: self.passage(corner_count)?,
            landmarks: Landmarks(self.numbers(corner_count, |metres: [u8; 4 * LANDMARKS]| {
                std::array::from_fn(|landmark| f32::from_le_bytes(part(&metres, landmark)))
            })?),
            signposts: self.signposts(corner_count)?,
        };
        Ok((drawing, self.ended()?))
    }

    /// The checksum of all that was read, of which nothing may be left.
    fn ended(&self) -> io::Result<u64> {
        if self.left > 0 { Err(cut()) } else { Ok(self.checksum.finish()) }
    }

    /// The next bytes, no more than a piece has.
    fn piece(&mut self, bytes: usize) -> io::Result<&[u8]> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(cut)?;
        let piece = &mut self.piece[..bytes];
        self.source.read_exact(piece)?;
        self.checksum.write(piece);
        Ok(piece)
    }

    /// So many numbers of `N` bytes each, or of whatever else has so many.
    fn numbers<T, const N: usize>(&mut self, count: usize, one: impl Fn([u8; N]) -> T) -> io::Result<Vec<T>> {
        // A count that was made up must not reserve more than what is there.
        if (count as u64).saturating_mul(N as u64) > self.left {
            return Err(cut());
        }
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            let together = (PIECE / N).min(count - all.len());
            let (numbers, _) = self.piece(together * N)?.as_chunks::<N>();
            all.extend(numbers.iter().map(|number| one(*number)));
        }
        Ok(all)
    }

    fn number<T, const N: usize>(&mut self, one: impl Fn([u8; N]) -> T) -> io::Result<T> {
        self.piece(N)?.first_chunk().map(|number| one(*number)).ok_or_else(cut)
    }

    fn count(&mut self) -> io::Result<usize> {
        Ok(self.number(u32::from_le_bytes)? as usize)
    }

    fn text(&mut self) -> io::Result<String> {
        let length = self.count()?;
        String::from_utf8(self.numbers(length, |[byte]| byte)?).map_err(|_| cut())
    }

    fn stop(&mut self) -> io::Result<Stop> {
        let station_id = StationId::new(self.text()?);
        let position = self.number(place)?;
        Ok(Stop { station_id, position, foot_corner: self.corner()?, bike_corner: self.corner()? })
    }

    fn corner(&mut self) -> io::Result<Option<u32>> {
        Ok(Some(self.number(u32::from_le_bytes)?).filter(|corner| *corner != NO_CORNER))
    }

    fn passage(&mut self, corners: usize) -> io::Result<Passage> {
        let stretches = self.count()?;
        Ok(Passage {
            first: self.numbers(corners + 1, u32::from_le_bytes)?,
            to: self.numbers(stretches, u32::from_le_bytes)?,
            metres: self.numbers(stretches, f32::from_le_bytes)?,
        })
    }

    fn signposts(&mut self, corners: usize) -> io::Result<Signposts> {
        let (goals, arms) = (self.count()?, self.count()?);
        Ok(Signposts {
            goals: self.numbers(goals, u32::from_le_bytes)?,
            first: self.numbers(corners + 1, u32::from_le_bytes)?,
            arms: self.numbers(arms, |[goals, stretch]| Arm { goals, stretch })?,
        })
    }
}

fn cut() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// Four bytes of many, by their number.
fn part<const N: usize>(all: &[u8; N], number: usize) -> [u8; 4] {
    std::array::from_fn(|byte| all[4 * number + byte])
}

fn place(degrees: [u8; 8]) -> LatLon {
    let degrees = |number| f64::from(i32::from_le_bytes(part(&degrees, number))) / DEGREE;
    LatLon { lat: degrees(0), lon: degrees(1) }
}
