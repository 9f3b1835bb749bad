//! `station_status`: how many bikes and docks each station has.

mod plain;

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
    error::text_of,
    object::{Fields, List, Object},
    rejection::Sieve,
    roster::Roster,
    scalar::Scalar,
};
use plain::Layouts;

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
    StatusReader::default().read_with(body, fetched_at, types)
}

/// Reads many status documents of one feed: what it learns from one about the names of stations and the shape of
/// records makes the next one cheap. Every document is read as [`parse_station_status`] alone would read it.
#[derive(Default)]
pub struct StatusReader {
    roster: Roster,
    layouts: Layouts,
}

impl StatusReader {
    /// Reads the next document.
    pub fn read(
        &mut self,
        body: &[u8],
        fetched_at: Timestamp,
    ) -> Result<Parsed<StatusSnapshot>, DocumentError> {
        self.read_with(body, fetched_at, &VehicleTypes::default())
    }

    /// Reads the next document with the feed's vehicle types.
    pub fn read_with(
        &mut self,
        body: &[u8],
        fetched_at: Timestamp,
        types: &VehicleTypes,
    ) -> Result<Parsed<StatusSnapshot>, DocumentError> {
        let text = text_of(body)?;
        let latest = fetched_at.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX);
        let terms = Terms { latest, types };
        let (sieve, updated) = match self.read_plain(text, terms) {
            Some(plain) => plain,
            None => self.read_any(text, terms)?,
        };
        let (stations, rejected) = sieve.finish()?;
        let snapshot = StatusSnapshot { snapshot_at: fetched_at, stations };
        Ok(Parsed { value: snapshot, rejected, updated_at: updated.time(latest) })
    }

    /// Reads a document in the plain shape that most have, see `plain`; `None` for any other.
    fn read_plain<'a>(&mut self, text: &'a str, terms: Terms) -> Option<(Sieve<StationStatus>, Scalar<'a>)> {
        let Self { roster, layouts } = self;
        let mut sieve = Sieve::with_capacity(roster.len());
        roster.begin_document();
        let updated = layouts.read(text, |fields| take(&mut sieve, roster, fields, terms))?;
        Some((sieve, updated))
    }

    /// Reads whatever is JSON.
    fn read_any<'a>(
        &mut self,
        text: &'a str,
        terms: Terms,
    ) -> Result<(Sieve<StationStatus>, Scalar<'a>), DocumentError> {
        let document = read_document::<StatusFields>(text)?;
        let mut sieve = Sieve::with_capacity(document.records.len());
        self.roster.begin_document();
        for Object(record) in &document.records {
            match record {
                Some(fields) => take(&mut sieve, &mut self.roster, fields, terms),
                None => sieve.take_non_object(),
            }
        }
        Ok((sieve, document.updated))
    }
}

/// What a record's meaning depends on beside the record.
#[derive(Clone, Copy)]
struct Terms<'a> {
    /// Times after it are absurd.
    latest: Timestamp,
    types: &'a VehicleTypes,
}

fn take(sieve: &mut Sieve<StationStatus>, roster: &mut Roster, fields: &StatusFields, terms: Terms) {
    let named = roster.name(&fields.station_id);
    sieve.take(named, |id| fields.status(id, roster.code(&fields.station_code), terms));
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
        station_code: Option<StationCode>,
        Terms { latest, types }: Terms,
    ) -> Result<StationStatus, RejectReason> {
        Ok(StationStatus {
            station_id,
            station_code,
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
            (None, Some(vehicles)) => Ok(by_type::of_kind(vehicles, types, kind)),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(document: &str) -> bool {
        let types = VehicleTypes::default();
        let terms = Terms { latest: Timestamp::MAX, types: &types };
        let mut reader = StatusReader::default();
        let alone = reader.read_plain(document, terms).is_some();
        assert_eq!(alone, reader.read_plain(document, terms).is_some(), "again");
        alone
    }

    fn check(records: &str, expect: bool) {
        let document =
            format!(r#"{{"lastUpdatedOther":1730311920,"ttl":3600,"data":{{"stations":[{records}]}}}}"#);
        assert_eq!(is_plain(&document), expect, "{records}");
    }

    const VELIB: &str = r#"{"station_id":17278902806,"num_bikes_available":3,"numBikesAvailable":3,"num_bikes_available_types":[{"mechanical":2},{"ebike":1}],"num_docks_available":0,"is_installed":1,"last_reported":1730308421,"stationCode":"16107"}"#;

    #[test]
    fn what_velib_serves_is_plain() {
        check(VELIB, true);
        check(&format!("{VELIB},{VELIB}"), true);
        check(&VELIB.replace("\"16107\"", "null"), true);
    }

    #[test]
    fn blanks_and_several_shapes_are_plain() {
        let spaced = VELIB.replace("\":", "\" : ").replace(",\"", " ,\n\t\"").replace('}', "\n}");
        check(&spaced, true);
        check(&format!("{VELIB},{spaced},{VELIB}, {spaced}"), true);
    }

    #[test]
    fn standard_records_are_plain_while_nothing_in_them_is_nested() {
        check(r#"{"station_id":"a","num_bikes_available":2,"is_renting":true,"is_returning":false}"#, true);
        check(r#"{"station_id":"a","vehicle_types_available":[{"vehicle_type_id":"b","count":2}]}"#, false);
        check(r#"{"station_id":"a","num_bikes_available":2,"rental_uris":{}}"#, false);
    }

    #[test]
    fn what_needs_more_than_comparing_is_not_plain() {
        for (piece, other) in [
            ("16107", "\\u0031"),
            ("\"num_bikes_available\":3", "\"num_bikes_available\":-3"),
            ("\"num_bikes_available\":3", "\"num_bikes_available\":3.0"),
            ("\"num_bikes_available\":3", "\"num_bikes_available\":03"),
            ("numBikesAvailable", "num_vehicles_available"),
            ("17278902806", "1727890280617278902806"),
            ("[{\"mechanical\":2},{\"ebike\":1}]", "[{\"ebike\":2},{\"ebike\":1}]"),
            ("}]", "}],"),
        ] {
            assert!(VELIB.contains(piece));
            check(&VELIB.replace(piece, other), false);
        }
        check("", false);
        check("7", false);
    }
}
