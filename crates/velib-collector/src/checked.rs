//! A body that turned out to be the feed it was asked for, and what a run needs to know of it.

use velib_domain::{StatusContent, Timestamp};
use velib_gbfs::{
    DocumentError, Parsed, Rejected, parse_station_information, parse_station_status,
    parse_system_information, parse_vehicle_types,
};

/// What the parser says of a body that is a feed.
#[derive(Default)]
pub(crate) struct Checked {
    /// Stations or vehicle types that can be used; 1 for a `system_information`.
    pub(crate) accepted: usize,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) updated_at: Option<Timestamp>,
    /// What a status says of its stations; of another feed, the content of none.
    pub(crate) content: StatusContent,
    /// Where the stations of a `station_information` are on average, degrees east.
    pub(crate) longitude: Option<f64>,
}

/// Looks whether a body that was fetched at a time is the feed that was asked for.
pub(crate) type Check = fn(&[u8], Timestamp) -> Result<Checked, DocumentError>;

impl Checked {
    pub(crate) fn status(body: &[u8], at: Timestamp) -> Result<Self, DocumentError> {
        let Parsed { value, rejected, updated_at } = parse_station_status(body, at)?;
        let (accepted, content) = (value.stations.len(), StatusContent::of(&value));
        Ok(Self { accepted, rejected, updated_at, content, longitude: None })
    }

    pub(crate) fn information(body: &[u8], _: Timestamp) -> Result<Self, DocumentError> {
        let Parsed { value, rejected, updated_at } = parse_station_information(body)?;
        let degrees: f64 = value.iter().map(|station| station.position.lon).sum();
        let longitude = (!value.is_empty()).then(|| degrees / value.len() as f64);
        Ok(Self { accepted: value.len(), rejected, updated_at, longitude, ..Self::default() })
    }

    pub(crate) fn vehicle_types(body: &[u8], _: Timestamp) -> Result<Self, DocumentError> {
        Ok(Self { accepted: parse_vehicle_types(body)?.len(), ..Self::default() })
    }

    pub(crate) fn system_information(body: &[u8], _: Timestamp) -> Result<Self, DocumentError> {
        parse_system_information(body)?;
        Ok(Self { accepted: 1, ..Self::default() })
    }
}
