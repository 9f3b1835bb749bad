//! What any document is and what of it can be used: the view of someone who checks a feed, not of one who reads it.
//!
//! The kind is told from what the document holds, never from its address. Kinds that nothing in this product reads
//! (alerts, prices, zones, vehicles away from stations) are refused by name and not validated.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;
use velib_domain::Timestamp;

use crate::{
    DocumentError, Parsed, RejectReason, Rejected,
    error::{first_json_of, text_of},
    parse_discovery, parse_station_information, parse_station_status, parse_system_information,
    parse_vehicle_types,
    rejection::counted,
};

/// Fields that only a status record has.
const STATUS_FIELDS: [&str; 6] = [
    "num_bikes_available",
    "num_vehicles_available",
    "vehicle_types_available",
    "num_docks_available",
    "is_installed",
    "is_renting",
];

/// The documents that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// `gbfs`: the list of feeds.
    Discovery,
    /// `station_information`.
    StationInformation,
    /// `station_status`.
    StationStatus,
    /// `system_information`.
    SystemInformation,
    /// `vehicle_types`.
    VehicleTypes,
}

impl DocumentKind {
    /// The name under which a discovery document lists the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "gbfs",
            Self::StationInformation => "station_information",
            Self::StationStatus => "station_status",
            Self::SystemInformation => "system_information",
            Self::VehicleTypes => "vehicle_types",
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What came of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// What it is.
    pub kind: DocumentKind,
    /// The GBFS version it gives itself; Vélib' and GBFS 1.0 give none.
    pub version: Option<String>,
    /// The feed's own time of update, where a kind that has records gives one.
    pub updated_at: Option<Timestamp>,
    /// Stations, vehicle types or feeds that can be used; 1 for a `system_information`.
    pub accepted: usize,
    /// Stations that cannot, by reason.
    pub rejected: BTreeMap<RejectReason, usize>,
}

/// Finds out what a body is and reads it as that. A document all of whose records are refused is no error here: the
/// reasons are what was asked for.
pub fn examine(body: &[u8], fetched_at: Timestamp) -> Result<Examination, DocumentError> {
    let document = first_json_of(text_of(body)?)?;
    let kind = kind_of(&document).ok_or_else(|| not_read(&document))?;
    let version = document["version"].as_str().map(str::to_owned);
    let whole = |accepted| Examination {
        kind,
        version: version.clone(),
        updated_at: None,
        accepted,
        rejected: BTreeMap::new(),
    };
    match kind {
        DocumentKind::Discovery => Ok(whole(parse_discovery(body)?.feeds.len())),
        DocumentKind::VehicleTypes => Ok(whole(parse_vehicle_types(body)?.len())),
        DocumentKind::SystemInformation => parse_system_information(body).map(|_| whole(1)),
        DocumentKind::StationInformation => with_records(whole(0), parse_station_information(body), Vec::len),
        DocumentKind::StationStatus => {
            with_records(whole(0), parse_station_status(body, fetched_at), |snapshot| snapshot.stations.len())
        }
    }
}

fn with_records<T>(
    none: Examination,
    parsed: Result<Parsed<T>, DocumentError>,
    count: impl Fn(&T) -> usize,
) -> Result<Examination, DocumentError> {
    match parsed {
        Ok(Parsed { value, rejected, updated_at }) => {
            let rejected = counted(rejected.iter().map(|Rejected { reason, .. }| *reason));
            Ok(Examination { accepted: count(&value), rejected, updated_at, ..none })
        }
        Err(DocumentError::NothingUsable { rejected }) => Ok(Examination { rejected, ..none }),
        Err(error) => Err(error),
    }
}

fn kind_of(document: &Value) -> Option<DocumentKind> {
    let data = &document["data"];
    let is_record = |record: &Value| STATUS_FIELDS.iter().any(|field| record.get(field).is_some());
    let station_kind =
        |is_status| if is_status { DocumentKind::StationStatus } else { DocumentKind::StationInformation };
    if let Some(stations) = data["stations"].as_array() {
        return Some(station_kind(stations.iter().any(is_record)));
    }
    if document.get("station_id").is_some() {
        return Some(station_kind(is_record(document)));
    }
    let has_feeds = |block: &Value| block["feeds"].is_array();
    let languages = data.as_object().into_iter().flat_map(serde_json::Map::values);
    if has_feeds(data) || languages.into_iter().any(has_feeds) {
        return Some(DocumentKind::Discovery);
    }
    let known =
        [("vehicle_types", DocumentKind::VehicleTypes), ("system_id", DocumentKind::SystemInformation)];
    known.into_iter().find(|(field, _)| data.get(field).is_some()).map(|(_, kind)| kind)
}

/// Names what a document holds instead of a kind that is read.
fn not_read(document: &Value) -> DocumentError {
    let names = |fields: &Value, prefix: &str| {
        let fields = fields.as_object().into_iter().flat_map(serde_json::Map::keys);
        let mut names: Vec<String> = fields.map(|name| format!("{prefix}{name}")).collect();
        names.truncate(3);
        names.join(", ")
    };
    let holds = match (names(&document["data"], "data."), names(document, "")) {
        (within_data, _) if !within_data.is_empty() => within_data,
        (_, fields) if !fields.is_empty() => fields,
        _ => "no fields".to_owned(),
    };
    DocumentError::NotRead { holds }
}
