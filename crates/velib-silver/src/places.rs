//! Which arrondissement and commune a station stands in: by its place where the lake has boundaries, else by its code.
//!
//! The answer depends on the station's record and on the boundaries of the lake and on nothing else, so it is the same
//! whatever the order in which hours taught the record. When the boundaries change, every record is placed anew.

use bytes::Bytes;
use velib_domain::SystemId;
use velib_lake::{Lake, LakeError, StationRecord};

use crate::{
    arrondissement::arrondissement_of,
    boundaries::{Boundaries, InvalidBoundaries},
};

/// How stations of one system are placed.
pub(crate) struct Places(Option<Boundaries>);

/// Boundaries that could not be given to a lake.
#[derive(Debug, thiserror::Error)]
pub enum BoundariesError {
    /// No station can be placed by the file.
    #[error(transparent)]
    Invalid(#[from] InvalidBoundaries),
    /// The lake could not be written.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

/// Gives a lake its boundaries, in place of earlier ones, and tells how many areas they have.
///
/// The next run places every station by them.
pub async fn keep_boundaries(lake: &Lake, system: &SystemId, file: Bytes) -> Result<usize, BoundariesError> {
    let areas = Boundaries::parse(&file)?.count();
    lake.write_boundaries(system, file).await?;
    Ok(areas)
}

impl Places {
    pub(crate) async fn of(lake: &Lake, system: &SystemId) -> Result<Self, LakeError> {
        let file = lake.read_boundaries(system).await?;
        let boundaries = file.map(|file| Boundaries::parse(&file)).transpose();
        boundaries.map(Self).map_err(|error| Lake::damaged_boundaries(system, &error))
    }

    /// Places a station; outside every area it stands in none.
    pub(crate) fn place(&self, record: &mut StationRecord) {
        if let Self(Some(boundaries)) = self
            && let Some(description) = &record.description
        {
            let area = boundaries.area_of(description.value.position);
            record.arrondissement = area.and_then(|area| area.arrondissement);
            record.commune = area.and_then(|area| area.commune.clone());
            return;
        }
        let told = record.code.as_ref().and_then(|code| arrondissement_of(&code.value));
        record.arrondissement = told.or(record.arrondissement);
    }

    /// Places every station of the table again where any of them stands elsewhere now, and tells how many there are.
    pub(crate) async fn place_all(&self, lake: &Lake, system: &SystemId) -> Result<usize, LakeError> {
        let known = lake.read_station_records(system).await?;
        if self.placed(known.clone()) == known {
            return Ok(known.len());
        }
        lake.update_station_records(system, |known| self.placed(known)).await
    }

    fn placed(&self, mut records: Vec<StationRecord>) -> Vec<StationRecord> {
        for record in &mut records {
            self.place(record);
        }
        records
    }
}
