//! Tables as a file: a format number, and two parts that are read at once, what planning looks up and what ways are drawn by.
//! Each has its length and its checksum in front, and holds little-endian numbers in the order of the fields.

mod reading;
mod writing;

use std::{
    fs,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    panic,
    path::Path,
    thread,
};

use velib_domain::LatLon;

use self::reading::{Drawing, Planning, Reading};
use crate::{
    StreetTables, StreetsError,
    around::{Around, KEPT, Near},
    graph::Graph,
    paths::Notebook,
    tables::{NONE, Stop},
};

const MAGIC: [u8; 8] = *b"VSTREETS";

/// Raised whenever what follows it changes.
const FORMAT: u32 = 3;

/// Magic, format, and of both parts the length and the checksum.
const HEADER: usize = 8 + 4 + 2 * (8 + 8);

/// The checksum is XXH64: bytes that were changed by accident are told from those that were written, at little more than
/// what reading them costs.
const CHECKSUM_SEED: u64 = 0;

/// Degrees are kept to a centimetre.
const DEGREE: f64 = 1e7;

const NO_CORNER: u32 = u32::MAX;

const ENDED: StreetsError = StreetsError::Damaged { reason: "they end too early" };

impl StreetTables {
    /// Writes them beside the target and moves them there whole.
    pub fn write(&self, path: &Path) -> Result<(), StreetsError> {
        let failed = |source| StreetsError::File { path: path.to_owned(), source };
        let partial = path.with_extension("partial");
        let mut file = fs::File::create(&partial).map_err(failed)?;
        file.write_all(&self.to_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&partial, path).map_err(failed)
    }

    /// Reads them back, by two threads and with no more memory than they have themselves.
    pub fn read(path: &Path) -> Result<Self, StreetsError> {
        let failed = |source| StreetsError::File { path: path.to_owned(), source };
        let length = fs::metadata(path).map_err(failed)?.len();
        let from = |offset| {
            let mut file = fs::File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            Ok(BufReader::new(file))
        };
        Self::read_parts(length, from, failed)
    }

    /// Bytes that were cut, changed, or written by another version are refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StreetsError> {
        Self::read_parts(bytes.len() as u64, |offset| Ok(&bytes[offset as usize..]), |_| ENDED)
    }

    /// Reads both parts of so many bytes, of which `from` gives those from an offset on.
    fn read_parts<R: Read>(
        length: u64,
        from: impl Fn(u64) -> io::Result<R> + Sync,
        failed: impl Fn(io::Error) -> StreetsError,
    ) -> Result<Self, StreetsError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ENDED,
            _ => failed(error),
        };
        let other = |found| StreetsError::OtherFormat { found, expected: FORMAT };
        if length < HEADER as u64 {
            return Err(other(0));
        }
        let mut header = [0; HEADER];
        from(0).and_then(|mut source| source.read_exact(&mut header)).map_err(failed)?;
        let (magic, told) = header.split_at(MAGIC.len());
        let (format, told) = told.split_at(4);
        if magic != MAGIC {
            return Err(other(0));
        }
        let format = u32::from_le_bytes(format.try_into().expect("four bytes"));
        if format != FORMAT {
            return Err(other(format));
        }
        let (told, _) = told.as_chunks::<8>();
        let [planning_length, planning_sum, drawing_length, drawing_sum] =
            std::array::from_fn(|number| u64::from_le_bytes(told[number]));
        let drawing_from = (HEADER as u64).checked_add(planning_length).ok_or(ENDED)?;
        if drawing_from.checked_add(drawing_length) != Some(length) {
            return Err(ENDED);
        }
        let (planning, drawing) = thread::scope(|scope| {
            let drawing = scope.spawn(|| Reading::new(from(drawing_from)?, drawing_length).drawing());
            let planning =
                from(HEADER as u64).and_then(|source| Reading::new(source, planning_length).planning());
            (planning, drawing.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
        });
        let (planning, drawing) = (planning.map_err(failed)?, drawing.map_err(failed)?);
        if [planning.1, drawing.1] != [planning_sum, drawing_sum] {
            return Err(StreetsError::Damaged { reason: "the checksum differs" });
        }
        let tables = Self::joined(planning.0, drawing.0);
        if tables.fits() {
            Ok(tables)
        } else {
            Err(StreetsError::Damaged { reason: "an index points nowhere" })
        }
    }

    fn joined(planning: Planning, drawing: Drawing) -> Self {
        let Planning { version, calibration, stops, ride_m, corners, near, snapping } = planning;
        let Drawing { onward, foot, bike, landmarks, signposts } = drawing;
        Self {
            version,
            stops,
            ride_m,
            around: Around { near, onward },
            calibration,
            graph: Graph { corners, foot, bike },
            signposts,
            landmarks,
            snapping,
            notebook: Notebook::default(),
        }
    }

    /// Whether every number that names something names something that is there.
    fn fits(&self) -> bool {
        let (stops, corners) = (self.stops.len(), self.graph.corners.len());
        let is_corner = |corner: u32| (corner as usize) < corners;
        let snapped = |stop: &Stop| [stop.foot_corner, stop.bike_corner].into_iter().flatten().all(is_corner);
        // Without a look at the others first: of many numbers all are looked at sooner than the first that does not fit is found.
        let are_stops = |near: &[Near; KEPT]| {
            near.iter().fold(true, |fit, (stop, _)| fit & (*stop == NONE || usize::from(*stop) < stops))
        };
        let are_corners = |all: &[u32]| all.iter().max().is_none_or(|last| is_corner(*last));
        let ascending = |first: &[u32], count: usize| {
            first.is_sorted() && first.last().is_some_and(|end| *end as usize == count)
        };
        let is_on_earth = |place: &LatLon| LatLon::new(place.lat, place.lon).is_some();
        self.around.onward.len() == corners
            && self.stops.iter().all(|stop| snapped(stop) && is_on_earth(&stop.position))
            && self.graph.corners.iter().all(is_on_earth)
            && self.around.near.iter().all(are_stops)
            && ascending(&self.graph.foot.first, self.graph.foot.to.len())
            && ascending(&self.graph.bike.first, self.graph.bike.to.len())
            && ascending(&self.signposts.first, self.signposts.arms.len())
            && [&self.graph.foot.to, &self.graph.bike.to, &self.signposts.goals]
                .into_iter()
                .all(|all| are_corners(all))
    }
}
