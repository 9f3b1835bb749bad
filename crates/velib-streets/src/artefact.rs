//! Tables as a file: a format number, a checksum, and little-endian numbers in the order of the fields.

mod reading;

use std::{fs, io::Write, path::Path};

use sha2::{Digest, Sha256};
use velib_domain::LatLon;

use self::reading::Reading;
use crate::{
    Calibration, StreetTables, StreetsError,
    graph::Passage,
    signposts::Signposts,
    tables::{NONE, Stop},
};

const MAGIC: [u8; 8] = *b"VSTREETS";

/// Raised whenever what follows the checksum changes.
const FORMAT: u32 = 2;

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
        for (stop, metres) in self.around.near.iter().flatten() {
            body.extend(stop.to_le_bytes());
            body.extend(metres.to_le_bytes());
        }
        self.around.onward.iter().for_each(|stretches| body.extend(stretches));
        put_passage(&mut body, &self.graph.foot);
        put_passage(&mut body, &self.graph.bike);
        self.landmarks.0.iter().flatten().for_each(|metres| body.extend(metres.to_le_bytes()));
        put_signposts(&mut body, &self.signposts);
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
        let tables = Reading(body).tables().ok_or(StreetsError::Damaged { reason: "they end too early" })?;
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
        let ascending = |first: &[u32], count: usize| {
            first.is_sorted() && first.last().is_some_and(|end| *end as usize == count)
        };
        self.stops.iter().all(snapped)
            && self.around.near.iter().flatten().all(is_stop)
            && ascending(&self.graph.foot.first, self.graph.foot.to.len())
            && ascending(&self.graph.bike.first, self.graph.bike.to.len())
            && ascending(&self.signposts.first, self.signposts.arms.len())
            && [&self.graph.foot.to, &self.graph.bike.to, &self.signposts.goals]
                .into_iter()
                .flatten()
                .all(|corner| is_corner(*corner))
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

fn put_signposts(body: &mut Vec<u8>, signposts: &Signposts) {
    put_count(body, signposts.goals.len());
    put_count(body, signposts.arms.len());
    signposts.goals.iter().chain(&signposts.first).for_each(|number| body.extend(number.to_le_bytes()));
    signposts.arms.iter().for_each(|arm| body.extend([arm.goals, arm.stretch]));
}
