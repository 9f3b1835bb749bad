//! From cells to a row: the fields that must hold, and the reason where they do not.

use velib_domain::{Counts, LatLon, StationCode, StationId, StationStatus, Timestamp};

use super::{Field, HistoryBatch, value::Value};

/// Cells by row and field, whatever the file's format.
pub(super) trait Cells {
    fn len(&self) -> usize;
    fn cell(&self, row: usize, field: Field) -> Value<'_>;
}

/// A station at one time, as a history file tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// When the counts held, to the millisecond.
    pub snapshot_at: Timestamp,
    /// The counts and what else belongs to the moment.
    pub status: StationStatus,
    /// Docks built; `Some(0)` where the file says 0.
    pub capacity: Option<u16>,
    /// The station's name.
    pub name: Option<String>,
    /// Where it stands; `None` where the file says nothing or a place that is not on Earth.
    pub position: Option<LatLon>,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyRow {
    /// Its number in the file: the first row below the header is 1.
    pub row: u64,
    /// Its time, where that much could be read.
    pub at: Option<Timestamp>,
    /// What is wrong with it.
    pub fault: RowFault,
}

/// Why a row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowFault {
    /// No time.
    NoTimestamp,
    /// A time that is none, or one without an offset.
    BadTimestamp,
    /// No station id.
    NoStationId,
    /// No count of bikes.
    NoBikes,
    /// A count that is negative, not whole or too large.
    BadCount,
}

impl RowFault {
    /// The word under which such rows are counted.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoTimestamp => "no_timestamp",
            Self::BadTimestamp => "bad_timestamp",
            Self::NoStationId => "no_station_id",
            Self::NoBikes => "no_bikes",
            Self::BadCount => "bad_count",
        }
    }
}

/// Reads every row of some cells; the first of them has the number `first_row` in the file.
pub(super) fn read(cells: &impl Cells, first_row: u64) -> HistoryBatch {
    let mut batch = HistoryBatch::default();
    for row in 0..cells.len() {
        match history_row(cells, row) {
            Ok(history_row) => batch.rows.push(history_row),
            Err(fault) => {
                let at = cells.cell(row, Field::Timestamp).instant().ok().flatten();
                batch.faults.push(FaultyRow { row: first_row + row as u64, at, fault });
            }
        }
    }
    batch
}

fn history_row(cells: &impl Cells, row: usize) -> Result<HistoryRow, RowFault> {
    let cell = |field| cells.cell(row, field);
    let snapshot_at = cell(Field::Timestamp).instant().map_err(|_| RowFault::BadTimestamp)?;
    let snapshot_at = in_milliseconds(snapshot_at.ok_or(RowFault::NoTimestamp)?);
    let station_id = cell(Field::StationId).text().ok_or(RowFault::NoStationId)?;
    let count = |field| cell(field).count().map_err(|_| RowFault::BadCount);
    let counts = Counts {
        bikes: count(Field::Bikes)?.ok_or(RowFault::NoBikes)?,
        mechanical: count(Field::Mechanical)?,
        ebikes: count(Field::Ebikes)?,
        docks: count(Field::Docks)?,
    };
    let (lat, lon) = (cell(Field::Lat).degrees(), cell(Field::Lon).degrees());
    Ok(HistoryRow {
        snapshot_at,
        capacity: count(Field::Capacity)?,
        name: cell(Field::Name).text().map(String::from),
        position: lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon)),
        status: StationStatus {
            station_id: StationId::new(&*station_id),
            station_code: cell(Field::Code).text().map(|code| StationCode::new(&*code)),
            counts,
            // A label that no forecast reads: an absurd one is as good as none.
            reported_at: cell(Field::ReportedAt).instant().ok().flatten(),
            is_installed: cell(Field::IsInstalled).flag(),
            is_renting: cell(Field::IsRenting).flag(),
            is_returning: cell(Field::IsReturning).flag(),
        },
    })
}

/// Silver holds milliseconds; a finer time would not be found again under the key it was written with.
fn in_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
