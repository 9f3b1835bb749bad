//! `station_status`: how many bikes and docks each station has.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};
use velib_domain::{
    Counts, SignedDuration, StationCode, StationId, StationStatus, StatusSnapshot, Timestamp,
};

use crate::{
    DocumentError, Parsed, RejectReason, VehicleKind, VehicleTypes,
    bikes::BikeKinds,
    by_type::{self, ByType},
    document::read_document,
    object::{Fields, List, Object},
    rejection::Sieve,
    scalar::Scalar,
};

/// How far a station's clock may run ahead of ours before its time says nothing.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// Reads a `station_status` body of any GBFS version or the Vélib' dialect.
///
/// `fetched_at` becomes the snapshot's time: the feed's own times are labels, because Vélib' moves its counts every
/// minute and its `last_reported` once an hour.
pub fn parse_station_status(
    body: &[u8],
    fetched_at: Timestamp,
) -> Result<Parsed<StatusSnapshot>, DocumentError> {
    parse_station_status_with(body, fetched_at, &VehicleTypes::default())
}

/// As [`parse_station_status`], telling bikes from e-bikes also where the feed counts by vehicle type.
pub fn parse_station_status_with(
    body: &[u8],
    fetched_at: Timestamp,
    types: &VehicleTypes,
) -> Result<Parsed<StatusSnapshot>, DocumentError> {
    let document = read_document::<StatusFields>(body)?;
    let latest = fetched_at.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX);
    let mut sieve = Sieve::with_capacity(document.records.len());
    for Object(record) in document.records {
        match record {
            Some(fields) => sieve.take(fields.station_id.id(), |id| fields.status(id, latest, types)),
            None => sieve.take_non_object(),
        }
    }
    let (stations, rejected) = sieve.finish()?;
    let snapshot = StatusSnapshot { snapshot_at: fetched_at, stations };
    Ok(Parsed { value: snapshot, rejected, updated_at: document.updated.time(latest) })
}

/// One record's fields as they stand.
#[derive(Default)]
struct StatusFields<'a> {
    station_id: Scalar<'a>,
    station_code: Scalar<'a>,
    bikes: Scalar<'a>,
    kinds: BikeKinds<'a>,
    vehicles_by_type: Option<ByType<'a>>,
    docks: Scalar<'a>,
    docks_by_type: Option<ByType<'a>>,
    last_reported: Scalar<'a>,
    is_installed: Scalar<'a>,
    is_renting: Scalar<'a>,
    is_returning: Scalar<'a>,
}

/// The fields that are read; Vélib' writes its counts twice, and the camelCase copies are left alone.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum StatusKey {
    StationId,
    #[serde(rename = "stationCode")]
    StationCode,
    #[serde(alias = "num_vehicles_available")]
    NumBikesAvailable,
    NumBikesAvailableTypes,
    VehicleTypesAvailable,
    NumDocksAvailable,
    VehicleDocksAvailable,
    LastReported,
    IsInstalled,
    IsRenting,
    IsReturning,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for StatusFields<'de> {
    type Key = StatusKey;

    fn read<A: MapAccess<'de>>(&mut self, key: StatusKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            StatusKey::StationId => self.station_id = value.next_value()?,
            StatusKey::StationCode => self.station_code = value.next_value()?,
            StatusKey::NumBikesAvailable => self.bikes = value.next_value()?,
            StatusKey::NumBikesAvailableTypes => {
                let kinds = value.next_value::<List<Object<BikeKinds>, BikeKinds>>()?.0;
                self.kinds = kinds.unwrap_or_default();
            }
            StatusKey::VehicleTypesAvailable => {
                self.vehicles_by_type = value.next_value::<List<Object<_>>>()?.0;
            }
            StatusKey::NumDocksAvailable => self.docks = value.next_value()?,
            StatusKey::VehicleDocksAvailable => {
                self.docks_by_type = value.next_value::<List<Object<_>>>()?.0;
            }
            StatusKey::LastReported => self.last_reported = value.next_value()?,
            StatusKey::IsInstalled => self.is_installed = value.next_value()?,
            StatusKey::IsRenting => self.is_renting = value.next_value()?,
            StatusKey::IsReturning => self.is_returning = value.next_value()?,
            StatusKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl StatusFields<'_> {
    fn status(
        &self,
        station_id: StationId,
        latest: Timestamp,
        types: &VehicleTypes,
    ) -> Result<StationStatus, RejectReason> {
        Ok(StationStatus {
            station_id,
            station_code: self.station_code.text().map(StationCode::new),
            counts: self.counts(types)?,
            reported_at: self.last_reported.time(latest),
            is_installed: self.is_installed.flag(),
            is_renting: self.is_renting.flag(),
            is_returning: self.is_returning.flag(),
        })
    }

    fn counts(&self, types: &VehicleTypes) -> Result<Counts, RejectReason> {
        Ok(Counts {
            bikes: self.bikes()?,
            mechanical: self.of_kind(&self.kinds.mechanical, VehicleKind::MechanicalBike, types)?,
            ebikes: self.of_kind(&self.kinds.ebikes, VehicleKind::Ebike, types)?,
            docks: self.docks()?,
        })
    }

    /// The feed's own total; where it gives only vehicles by type, their sum.
    fn bikes(&self) -> Result<u16, RejectReason> {
        match (self.bikes.count()?, &self.vehicles_by_type) {
            (Some(bikes), _) => Ok(bikes),
            (None, Some(vehicles)) => by_type::total(vehicles),
            (None, None) => Err(RejectReason::MissingCount),
        }
    }

    /// As the feed says; where it gives only vehicles by type, as those types are.
    fn of_kind(
        &self,
        said: &Scalar,
        kind: VehicleKind,
        types: &VehicleTypes,
    ) -> Result<Option<u16>, RejectReason> {
        match (said.count()?, &self.vehicles_by_type) {
            (None, Some(vehicles)) => by_type::of_kind(vehicles, types, kind),
            (count, _) => Ok(count),
        }
    }

    /// The feed's own total; where it gives only docks by the vehicles they take, their sum.
    fn docks(&self) -> Result<Option<u16>, RejectReason> {
        match (self.docks.count()?, &self.docks_by_type) {
            (None, Some(docks)) => by_type::total(docks).map(Some),
            (docks, _) => Ok(docks),
        }
    }
}
