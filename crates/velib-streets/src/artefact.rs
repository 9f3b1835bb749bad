//! Tables as a file: a format number, a checksum, and little-endian numbers in the order of the fields.

use std::{fs, io::Write, path::Path};

use sha2::{Digest, Sha256};
use velib_domain::{LatLon, StationId};

use crate::{
    StreetTables, StreetsError,
    graph::{Graph, Passage},
    paths::Notebook,
    snapping::Snapping,
    tables::{Calibration, KEPT, NONE, Stop},
};

const MAGIC: [u8; 8] = *b"VSTREETS";

/// Raised whenever what follows the checksum changes.
const FORMAT: u32 = 1;

/// Magic, format, checksum.
const HEADER: usize = 8 + 4 + 32;

/// Degrees are kept to a centimetre.
const DEGREE: f64 = 1e7;

const NO_CORNER: u32 = u32::MAX;

impl StreetTables {
    /// Writes them beside the target and moves them there whole.
    pub fn write(&self, path: &Path) -> Result<(), StreetsError> {
        let failed = |source| StreetsError::File { path: path.to_owned(), source };
        let partial = path.with_extension("partial");
        let mut file = fs::File::create(&partial).map_err(failed)?;
        file.write_all(&self.to_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&partial, path).map_err(failed)
    }

    /// Reads them back.
    pub fn read(path: &Path) -> Result<Self, StreetsError> {
        let bytes = fs::read(path).map_err(|source| StreetsError::File { path: path.to_owned(), source })?;
        Self::from_bytes(&bytes)
    }

    /// The same tables give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        put_text(&mut body, &self.version);
        let Calibration { walk_detour, ride_detour, ride_mae_m, pairs } = self.calibration;
        for number in [walk_detour, ride_detour, ride_mae_m] {
            body.extend(number.to_le_bytes());
        }
        body.extend(pairs.to_le_bytes());
        put_count(&mut body, self.stops.len());
        for stop in &self.stops {
            put_text(&mut body, stop.station_id.as_str());
            put_place(&mut body, stop.position);
            for corner in [stop.foot_corner, stop.bike_corner] {
                body.extend(corner.unwrap_or(NO_CORNER).to_le_bytes());
            }
        }
        self.ride_m.iter().for_each(|metres| body.extend(metres.to_le_bytes()));
        put_count(&mut body, self.graph.corners.len());
        self.graph.corners.iter().for_each(|corner| put_place(&mut body, *corner));
        for (stop, metres) in self.around.iter().flatten() {
            body.extend(stop.to_le_bytes());
            body.extend(metres.to_le_bytes());
        }
        put_passage(&mut body, &self.graph.foot);
        put_passage(&mut body, &self.graph.bike);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(Sha256::digest(&body));
        bytes.extend(body);
        bytes
    }

    /// Bytes that were cut, changed, or written by another version are refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StreetsError> {
        let other = |found| StreetsError::OtherFormat { found, expected: FORMAT };
        let (header, body) = bytes.split_at_checked(HEADER).ok_or_else(|| other(0))?;
        if header[..8] != MAGIC {
            return Err(other(0));
        }
        let format = u32::from_le_bytes(header[8..12].try_into().expect("four bytes"));
        if format != FORMAT {
            return Err(other(format));
        }
        if header[12..] != Sha256::digest(body)[..] {
            return Err(StreetsError::Damaged { reason: "the checksum differs" });
        }
        let mut reading = Reading(body);
        let tables = reading.tables().ok_or(StreetsError::Damaged { reason: "they end too early" })?;
        if tables.fits() {
            Ok(tables)
        } else {
            Err(StreetsError::Damaged { reason: "an index points nowhere" })
        }
    }

    /// Whether every number that names something names something that is there.
    fn fits(&self) -> bool {
        let (stops, corners) = (self.stops.len(), self.graph.corners.len());
        let is_corner = |corner: u32| (corner as usize) < corners;
        let snapped = |stop: &Stop| [stop.foot_corner, stop.bike_corner].into_iter().flatten().all(is_corner);
        let is_stop = |(stop, _): &(u16, u16)| *stop == NONE || usize::from(*stop) < stops;
        let ascending = |passage: &Passage| {
            let ends = passage.first.last().is_some_and(|end| *end as usize == passage.to.len());
            ends && passage.first.is_sorted() && passage.to.iter().all(|corner| is_corner(*corner))
        };
        self.stops.iter().all(snapped)
            && self.around.iter().flatten().all(is_stop)
            && ascending(&self.graph.foot)
            && ascending(&self.graph.bike)
    }
}

fn put_count(body: &mut Vec<u8>, count: usize) {
    body.extend((count as u32).to_le_bytes());
}

fn put_text(body: &mut Vec<u8>, text: &str) {
    put_count(body, text.len());
    body.extend(text.as_bytes());
}

fn put_place(body: &mut Vec<u8>, place: LatLon) {
    for degrees in [place.lat, place.lon] {
        body.extend(((degrees * DEGREE).round() as i32).to_le_bytes());
    }
}

fn put_passage(body: &mut Vec<u8>, passage: &Passage) {
    put_count(body, passage.to.len());
    passage.first.iter().chain(&passage.to).for_each(|number| body.extend(number.to_le_bytes()));
    passage.metres.iter().for_each(|metres| body.extend(metres.to_le_bytes()));
}

/// What is left to read. `None` where less is left than asked for.
struct Reading<'b>(&'b [u8]);

impl Reading<'_> {
    fn tables(&mut self) -> Option<StreetTables> {
        let version = self.text()?;
        let calibration = Calibration {
            walk_detour: f64::from_le_bytes(self.take()?),
            ride_detour: f64::from_le_bytes(self.take()?),
            ride_mae_m: f64::from_le_bytes(self.take()?),
            pairs: u64::from_le_bytes(self.take()?),
        };
        let stop_count = self.count()?;
        let stops: Vec<Stop> = self.many(stop_count, Self::stop)?;
        let ride_m = self.many(stop_count.checked_mul(stop_count)?, Self::short)?;
        let corner_count = self.count()?;
        let corners = self.many(corner_count, Self::place)?;
        let around = self.many(corner_count, |reading| {
            let mut near = [(NONE, NONE); KEPT];
            for slot in &mut near {
                *slot = (reading.short()?, reading.short()?);
            }
            Some(near)
        })?;
        let foot = self.passage(corner_count)?;
        let bike = self.passage(corner_count)?;
        let graph = Graph { corners, foot, bike };
        let snapping = Snapping::new(&graph);
        self.0.is_empty().then_some(StreetTables {
            version,
            stops,
            ride_m,
            around,
            calibration,
            graph,
            snapping,
            notebook: Notebook::default(),
        })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn many<T>(&mut self, count: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // A count that was made up must not reserve more than what is there.
        let mut all = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn count(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.take()?) as usize)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take()?))
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn place(&mut self) -> Option<LatLon> {
        let mut degrees = || Some(f64::from(i32::from_le_bytes(self.take()?)) / DEGREE);
        LatLon::new(degrees()?, degrees()?)
    }

    fn stop(&mut self) -> Option<Stop> {
        let station_id = StationId::new(self.text()?);
        let position = self.place()?;
        let mut corner = || Some(Some(self.word()?).filter(|corner| *corner != NO_CORNER));
        Some(Stop { station_id, position, foot_corner: corner()?, bike_corner: corner()? })
    }

    fn passage(&mut self, corners: usize) -> Option<Passage> {
        let stretches = self.count()?;
        Some(Passage {
            first: self.many(corners + 1, Self::word)?,
            to: self.many(stretches, Self::word)?,
            metres: self.many(stretches, |reading| Some(f32::from_le_bytes(reading.take()?)))?,
        })
    }
}
