//! A city that is not there: riders, trucks and broken docks, published the way Vélib' publishes itself.
//!
//! It stands in for the feed where there is no network, and makes histories of any length with a daily rhythm. Bikes are
//! conserved, everything follows from a seed and a start, and every station is called "Sim – …", so that nobody takes
//! its numbers for real ones. Beside the feed stands the weather that its riders ride in, as Open-Meteo would serve it.
//! It also serves folders of stored documents again, byte for byte.
//!
//! It is calibrated to the real network only roughly (see `velib sim likeness`), knows nothing of the lake or the model,
//! and has faults of stations but not yet of the feed as a whole.

mod breakdowns;
mod city;
mod config;
mod demand;
mod dice;
mod discovery;
mod documents;
mod feed;
mod forecast_service;
mod layout;
mod names;
mod recorded;
mod reports;
mod serve;
mod sky;
mod stock;
mod timeline;
mod trucks;

pub use breakdowns::Breakdown;
pub use city::{Census, City};
pub use config::CityConfig;
pub use documents::{StoredDocumentsError, documents_router, serve_documents};
pub use layout::{Service, Site, StationKind};
pub use serve::{serve_simulated, simulated_router};
pub use stock::Stock;
