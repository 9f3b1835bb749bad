//! Which vehicle types a system had at an hour: those of the newest document stored before the hour's end.
//!
//! Most systems publish none, or have not been asked for them yet: then nothing is known, and silver is as it would be
//! without this file. A document that cannot be read stands for no types; it never makes a kind of bike up.

use velib_domain::{Hour, SystemId, Timestamp};
use velib_gbfs::{VehicleTypes, parse_vehicle_types};
use velib_lake::{BronzeKey, Feed, Lake, LakeError, UnreadableDocument};

/// The types that held at an hour.
#[derive(Default)]
pub(crate) struct CurrentTypes {
    /// Empty where none are known.
    pub(crate) types: VehicleTypes,
    /// The document, where it turned out to be none.
    pub(crate) unreadable: Option<UnreadableDocument>,
}

/// The vehicle type documents of a system. They change hardly ever, so each hour reads its own.
pub(crate) struct VehicleTypesArchive {
    lake: Lake,
    system: SystemId,
    /// When each document was stored, ascending: nothing stored later is looked at in this run.
    stored: Vec<Timestamp>,
}

impl VehicleTypesArchive {
    pub(crate) async fn open(lake: &Lake, system: &SystemId) -> Result<Self, LakeError> {
        let documents = lake.bronze_documents(system, Feed::VehicleTypes).await?;
        let stored = documents.into_iter().map(|key| key.stored_at).collect();
        Ok(Self { lake: lake.clone(), system: system.clone(), stored })
    }

    /// The document that held at the hour.
    pub(crate) fn key(&self, hour: Hour) -> Option<BronzeKey> {
        let before = &self.stored[..self.stored.partition_point(|at| *at < hour.end())];
        let stored_at = *before.last()?;
        Some(BronzeKey { system: self.system.clone(), feed: Feed::VehicleTypes, stored_at })
    }

    /// What that document says.
    pub(crate) async fn read(&self, key: Option<&BronzeKey>) -> Result<CurrentTypes, LakeError> {
        let Some(key) = key else { return Ok(CurrentTypes::default()) };
        let body = self.lake.read_bronze(key).await?;
        Ok(match parse_vehicle_types(&body) {
            Ok(types) => CurrentTypes { types, unreadable: None },
            Err(error) => {
                let unreadable = UnreadableDocument { key: key.to_string(), reason: error.to_string() };
                CurrentTypes { unreadable: Some(unreadable), ..CurrentTypes::default() }
            }
        })
    }
}
