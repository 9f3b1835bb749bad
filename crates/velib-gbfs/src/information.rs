//! `station_information`: where each station stands, what it is called, how many docks it has.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};
use velib_domain::{LatLon, StationCode, StationId, StationInformation, Timestamp};

use crate::{
    DocumentError, Parsed, RejectReason,
    by_type::{self, ByType},
    document::read_document,
    error::text_of,
    name::Name,
    object::{Fields, List, Object},
    rejection::Sieve,
    roster::Roster,
    scalar::Scalar,
};

/// Reads a `station_information` body of any GBFS version or the Vélib' dialect.
pub fn parse_station_information(body: &[u8]) -> Result<Parsed<Vec<StationInformation>>, DocumentError> {
    let document = read_document::<InformationFields>(text_of(body)?)?;
    let mut roster = Roster::default();
    roster.begin_document();
    let mut sieve = Sieve::with_capacity(document.records.len());
    for Object(record) in document.records {
        match record {
            Some(fields) => sieve.take(roster.name(&fields.station_id), |id| fields.information(id)),
            None => sieve.take_non_object(),
        }
    }
    let (value, rejected) = sieve.finish()?;
    Ok(Parsed { value, rejected, updated_at: document.updated.time(Timestamp::MAX) })
}

/// One record's fields as they stand.
#[derive(Default)]
struct InformationFields<'a> {
    station_id: Scalar<'a>,
    station_code: Scalar<'a>,
    name: Name<'a>,
    lat: Scalar<'a>,
    lon: Scalar<'a>,
    capacity: Scalar<'a>,
    docks_by_type: Option<ByType<'a>>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum InformationKey {
    StationId,
    #[serde(rename = "stationCode")]
    StationCode,
    Name,
    Lat,
    Lon,
    Capacity,
    VehicleDocksCapacity,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for InformationFields<'de> {
    type Key = InformationKey;

    fn read<A: MapAccess<'de>>(&mut self, key: InformationKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            InformationKey::StationId => self.station_id = value.next_value()?,
            InformationKey::StationCode => self.station_code = value.next_value()?,
            InformationKey::Name => self.name = value.next_value()?,
            InformationKey::Lat => self.lat = value.next_value()?,
            InformationKey::Lon => self.lon = value.next_value()?,
            InformationKey::Capacity => self.capacity = value.next_value()?,
            InformationKey::VehicleDocksCapacity => {
                self.docks_by_type = value.next_value::<List<Object<_>>>()?.0;
            }
            InformationKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl InformationFields<'_> {
    fn information(&self, station_id: StationId) -> Result<StationInformation, RejectReason> {
        Ok(StationInformation {
            station_id,
            station_code: self.station_code.text().map(StationCode::new),
            name: self.name.text().ok_or(RejectReason::MissingName)?.to_owned(),
            position: self.position().ok_or(RejectReason::BadPosition)?,
            capacity: self.capacity()?,
        })
    }

    /// The feed's own total; where it gives only docks by the vehicles they take (GBFS 3), their sum.
    fn capacity(&self) -> Result<Option<u16>, RejectReason> {
        match (self.capacity.count()?, &self.docks_by_type) {
            (None, Some(docks)) => by_type::total(docks).map(Some),
            (capacity, _) => Ok(capacity),
        }
    }

    /// The position; not where latitude and longitude are both zero, which is what feeds write for "unknown".
    fn position(&self) -> Option<LatLon> {
        let position = LatLon::new(self.lat.degrees()?, self.lon.degrees()?)?;
        (position != LatLon { lat: 0.0, lon: 0.0 }).then_some(position)
    }
}
