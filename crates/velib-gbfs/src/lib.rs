//! Bytes of a GBFS document in, typed stations out, with every refused record named and counted.
//!
//! This is the only crate that knows the feed's JSON: the Vélib' dialect (integer ids, `lastUpdatedOther`, 0/1 flags,
//! bike kinds as one-key objects) and standard GBFS 1.x to 3.x. It holds no policy: nothing is repaired, guessed or
//! remembered, a field the feed does not give is `None`, and what a refused record means is the caller's decision.
//! Parsing names no network and no clock; the client that fetches the bytes stands apart, behind the feature `client`.

mod bikes;
mod by_type;
#[cfg(feature = "client")]
pub mod client;
mod content;
mod discovery;
mod document;
mod error;
mod examination;
mod information;
mod name;
mod object;
mod rejection;
mod roster;
mod scalar;
mod status;
mod system;
mod vehicle_types;

pub use content::DocumentContent;
pub use discovery::{Discovery, parse_discovery};
pub use error::DocumentError;
pub use examination::{DocumentKind, Examination, examine};
pub use information::parse_station_information;
pub use rejection::{Parsed, RejectReason, Rejected};
pub use status::{StatusReader, parse_station_status, parse_station_status_with};
pub use system::{SystemInformation, parse_system_information};
pub use vehicle_types::{VehicleKind, VehicleTypes, parse_vehicle_types};

/// Where Vélib' Métropole publishes its feed.
pub const VELIB_DISCOVERY_URL: &str =
    "https://velib-metropole-opendata.smovengo.cloud/opendata/Velib_Metropole/gbfs.json";
