//! Standard GBFS counts by vehicle type: mechanical bikes and e-bikes are told apart where the system's types are known.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use velib_lake::{Feed, Lake};
use velib_silver::{RefinedHour, refine_hour};

use velib_documents::{counted, hour, silver, status, store, velib};

const TYPES: &str = r#"{"last_updated":"2026-11-20T14:00:00Z","ttl":60,"version":"3.0","data":{"vehicle_types":[
    {"vehicle_type_id":"a","form_factor":"bicycle","propulsion_type":"human"},
    {"vehicle_type_id":"b","form_factor":"bicycle","propulsion_type":"electric_assist"}]}}"#;

const COUNTS: &str = r#"{"last_updated":"2026-11-20T14:05:00Z","ttl":60,"version":"3.0","data":{"stations":[
    {"station_id":"s","num_vehicles_available":5,"num_docks_available":7,
     "vehicle_types_available":[{"vehicle_type_id":"a","count":3},{"vehicle_type_id":"b","count":2}]}]}}"#;

const TOLD_APART: &str = "14:05:00 s 3+2 bikes 7 docks of 12 (observed)";
const UNKNOWN: &str = "14:05:00 s ?+? bikes 7 docks of 12 (observed)";

/// A lake with one status document at 14:05 and one `vehicle_types` body stored at a time.
async fn lake_with(types: &str, stored_at: &str) -> Lake {
    let lake = Lake::in_memory();
    store(&lake, Feed::StationStatus, "2026-11-20T14:05:00Z", COUNTS).await;
    store(&lake, Feed::VehicleTypes, stored_at, types).await;
    lake
}

async fn refine(lake: &Lake) -> RefinedHour {
    refine_hour(lake, &velib(), hour("2026-11-20T14")).await.unwrap()
}

#[tokio::test]
async fn types_stored_before_the_hours_end_fill_both_kinds() {
    let lake = lake_with(TYPES, "2026-11-20T14:59:59Z").await;
    refine(&lake).await;
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, TOLD_APART);
}

#[tokio::test]
async fn types_stored_later_say_nothing_of_the_hour() {
    let lake = lake_with(TYPES, "2026-11-20T15:00:00Z").await;
    refine(&lake).await;
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, UNKNOWN);
}

#[tokio::test]
async fn types_that_arrive_late_make_their_hour_due() {
    let lake = Lake::in_memory();
    store(&lake, Feed::StationStatus, "2026-11-20T14:05:00Z", COUNTS).await;
    refine(&lake).await;
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, UNKNOWN);
    store(&lake, Feed::VehicleTypes, "2026-11-20T14:00:00Z", TYPES).await;
    assert!(!refine(&lake).await.unchanged);
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, TOLD_APART);
    assert!(refine(&lake).await.unchanged);
}

#[tokio::test]
async fn a_document_that_is_no_vehicle_types_is_reported_and_no_kind_is_made_up() {
    let lake = lake_with("<html>", "2026-11-20T14:00:00Z").await;
    assert_eq!(refine(&lake).await.unreadable, 1);
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, UNKNOWN);
}

#[tokio::test]
async fn a_feed_that_counts_kinds_itself_is_believed_over_the_types() {
    let lake = lake_with(TYPES, "2026-11-20T13:00:00Z").await;
    counted(&lake, "2026-11-20T14:06:00Z", &[status(1001, 4, 1, 9)]).await;
    refine(&lake).await;
    assert!(silver(&lake, hour("2026-11-20T14")).await.contains("1001 4+1 bikes"));
}
