//! The lake: where every served byte is kept and every table lives, in a folder, in memory or in a bucket.
//!
//! This crate alone formats object keys, knows the Parquet columns and compresses. It decides nothing about the
//! data: what is a duplicate, which capacity to trust and which hour to refine belong to the programs above it.
//! The seam to storage is `object_store`'s trait, so a bucket is one more store and no second code path.

mod boundaries;
mod bronze;
mod compaction;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod dictionary;
mod error;
mod feed;
mod gzip;
pub mod history_file;
mod holdings;
mod issue_table;
mod issues;
pub mod keys;
mod lake;
mod leftovers;
mod lineage;
mod locked_folder;
mod models;
mod observation_table;
mod quality;
mod rejected;
mod silver;
mod silver_day;
mod silver_reader;
mod station_record;
mod station_table;
mod store;
mod table;
mod update;
mod version;
mod weather;

pub use bronze::PutOutcome;
pub use compaction::{CompactedDay, HourObjects};
pub use dictionary::data_dictionary;
pub use error::LakeError;
pub use feed::Feed;
pub use holdings::{Gap, HourHoldings};
pub use issue_table::issue_schema;
pub use keys::{BronzeKey, InvalidKey, ModelKey};
pub use lake::Lake;
pub use lineage::{Lineage, digest_of};
pub use observation_table::observation_schema;
pub use quality::{FeedAge, Origin, QualityReport, UnreadableDocument};
pub use silver_reader::{KnownDays, SilverObject};
pub use station_record::{Dated, Description, StationRecord};
pub use station_table::station_schema;
pub use store::LakeStore;
pub use weather::{
    ReanalysisOutcome, WeatherFile, WeatherFileError, WeatherHoldings, WeatherHourHoldings, WeatherQuality,
    WeatherRow, weather_schema,
};
