//! The tables as other engines find them: their columns, their bytes, and what happens when they are damaged.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{fmt::Write, fs::File, path::Path};

use arrow::datatypes::Schema;
use parquet::{
    basic::Compression,
    file::{metadata::ParquetMetaData, reader::FileReader, serialized_reader::SerializedFileReader},
    schema::printer::print_schema,
};
use proptest::prelude::*;
use velib_domain::{
    CapacitySource, Counts, Hour, Observation, StationCode, StationId, StationStatus, SystemId, Timestamp,
};
use velib_lake::{Lake, LakeError, observation_schema, station_schema};

const HOUR_FILE: &str = "silver/station_status/system=velib/date=2026-11-20/hour=14/part-0.parquet";
const STATIONS_FILE: &str = "silver/stations/system=velib/stations.parquet";

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn two_pm() -> Hour {
    "2026-11-20T14".parse().unwrap()
}

fn columns(schema: &Schema) -> String {
    schema.fields().iter().fold(String::new(), |mut text, field| {
        let null = if field.is_nullable() { "" } else { " not null" };
        writeln!(text, "{}: {}{null}", field.name(), field.data_type()).unwrap();
        text
    })
}

#[test]
fn the_columns_of_silver_are_the_contract() {
    insta::assert_snapshot!(columns(&observation_schema()), @r#"
    snapshot_at: Timestamp(ms, "UTC") not null
    reported_at: Timestamp(ms, "UTC")
    station_id: Utf8 not null
    station_code: Utf8
    bikes: UInt16 not null
    mechanical: UInt16
    ebikes: UInt16
    docks: UInt16
    capacity: UInt16
    capacity_source: Dictionary(Int8, Utf8)
    is_installed: Boolean
    is_renting: Boolean
    is_returning: Boolean
    "#);
}

#[test]
fn the_columns_of_the_stations_table_are_the_contract() {
    insta::assert_snapshot!(columns(&station_schema()), @r#"
    station_id: Utf8 not null
    station_code: Utf8
    name: Utf8
    lat: Float64
    lon: Float64
    capacity: UInt16
    arrondissement: UInt8
    commune: Utf8
    first_seen: Timestamp(ms, "UTC") not null
    last_seen: Timestamp(ms, "UTC") not null
    code_at: Timestamp(ms, "UTC")
    described_at: Timestamp(ms, "UTC")
    capacity_at: Timestamp(ms, "UTC")
    "#);
}

fn observation(id: &str, minute: i64) -> Observation {
    Observation {
        snapshot_at: two_pm().start() + velib_domain::SignedDuration::from_mins(minute),
        status: StationStatus {
            station_id: StationId::new(id),
            station_code: Some(StationCode::new("31024_relais")),
            counts: Counts { bikes: 3, mechanical: Some(1), ebikes: None, docks: Some(0) },
            reported_at: Some(two_pm().start()),
            is_installed: Some(true),
            is_renting: None,
            is_returning: Some(false),
        },
        capacity: Some(35),
        capacity_source: Some(CapacitySource::Remembered),
    }
}

async fn written(rows: &[Observation]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    lake.write_silver_hour(&velib(), two_pm(), rows).await.unwrap();
    std::fs::read(folder.path().join(HOUR_FILE)).unwrap()
}

fn metadata(file: &Path) -> ParquetMetaData {
    SerializedFileReader::new(File::open(file).unwrap()).unwrap().metadata().clone()
}

#[tokio::test]
async fn the_order_in_which_rows_are_given_never_reaches_the_file() {
    let rows = [observation("2", 5), observation("1", 5), observation("10", 1), observation("1", 1)];
    let mut backwards = rows.to_vec();
    backwards.reverse();
    assert_eq!(written(&rows).await, written(&backwards).await);
}

#[tokio::test]
async fn an_hour_is_one_row_group_in_zstd_with_statistics_whoever_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    lake.write_silver_hour(&velib(), two_pm(), &[observation("2", 5), observation("1", 5)]).await.unwrap();
    let metadata = metadata(&folder.path().join(HOUR_FILE));
    assert_eq!(metadata.file_metadata().created_by(), Some("velib-lake"));
    assert_eq!(metadata.num_row_groups(), 1);
    let group = metadata.row_group(0);
    assert_eq!(group.sorting_columns().unwrap().len(), 2);
    for column in group.columns() {
        assert!(matches!(column.compression(), Compression::ZSTD(_)), "{}", column.column_path());
        assert!(column.statistics().is_some(), "{}", column.column_path());
    }
}

#[tokio::test]
async fn other_engines_find_the_same_columns_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    lake.write_silver_hour(&velib(), two_pm(), &[observation("1", 5)]).await.unwrap();
    let metadata = metadata(&folder.path().join(HOUR_FILE));
    let mut printed = Vec::new();
    print_schema(&mut printed, metadata.file_metadata().schema());
    insta::assert_snapshot!(String::from_utf8(printed).unwrap(), @r"
    message arrow_schema {
      REQUIRED INT64 snapshot_at (TIMESTAMP(MILLIS,true));
      OPTIONAL INT64 reported_at (TIMESTAMP(MILLIS,true));
      REQUIRED BYTE_ARRAY station_id (STRING);
      OPTIONAL BYTE_ARRAY station_code (STRING);
      REQUIRED INT32 bikes (INTEGER(16,false));
      OPTIONAL INT32 mechanical (INTEGER(16,false));
      OPTIONAL INT32 ebikes (INTEGER(16,false));
      OPTIONAL INT32 docks (INTEGER(16,false));
      OPTIONAL INT32 capacity (INTEGER(16,false));
      OPTIONAL BYTE_ARRAY capacity_source (STRING);
      OPTIONAL BOOLEAN is_installed;
      OPTIONAL BOOLEAN is_renting;
      OPTIONAL BOOLEAN is_returning;
    }
    ");
}

#[tokio::test]
async fn a_row_of_another_hour_is_refused_by_name() {
    let lake = Lake::in_memory();
    let refused = lake.write_silver_hour(&velib(), two_pm(), &[observation("1", 60)]).await.unwrap_err();
    let message = refused.to_string();
    assert!(message.contains(HOUR_FILE) && message.contains("2026-11-20T15:00:00Z"), "{message}");
    assert_eq!(lake.silver_hours(&velib()).await.unwrap(), []);
}

#[tokio::test]
async fn a_damaged_hour_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    lake.write_silver_hour(&velib(), two_pm(), &[observation("1", 5)]).await.unwrap();
    std::fs::write(folder.path().join(HOUR_FILE), b"PAR1 no more").unwrap();
    let error = lake.read_silver_hour(&velib(), two_pm()).await.unwrap_err();
    assert!(matches!(&error, LakeError::Corrupt { key, .. } if key == HOUR_FILE), "{error}");
    assert!(error.to_string().contains("refine it again"));
}

#[tokio::test]
async fn a_table_with_other_columns_is_refused_with_the_first_difference() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    lake.write_silver_hour(&velib(), two_pm(), &[observation("1", 5)]).await.unwrap();
    let stations = folder.path().join(STATIONS_FILE);
    std::fs::create_dir_all(stations.parent().unwrap()).unwrap();
    std::fs::copy(folder.path().join(HOUR_FILE), stations).unwrap();
    let message = lake.read_stations(&velib()).await.unwrap_err().to_string();
    assert!(
        message.contains(STATIONS_FILE) && message.contains("in place of station_id Utf8 not null"),
        "{message}"
    );
}

#[tokio::test]
async fn damaged_bronze_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let key = velib_lake::BronzeKey::new(velib(), velib_lake::Feed::StationStatus, two_pm().start());
    lake.store_bronze(&key, b"{\"data\":{}}").await.unwrap();
    std::fs::write(folder.path().join(key.to_string()), b"{\"data\":{}}").unwrap();
    let error = lake.read_bronze(&key).await.unwrap_err();
    assert!(matches!(&error, LakeError::Corrupt { key: named, .. } if *named == key.to_string()), "{error}");
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let count = || proptest::option::of(any::<u16>());
    let flag = || proptest::option::of(any::<bool>());
    let source = proptest::option::of((
        1_u16..,
        prop_oneof![
            Just(CapacitySource::Feed),
            Just(CapacitySource::Remembered),
            Just(CapacitySource::Observed)
        ],
    ));
    let identity = ("[0-9]{1,11}", proptest::option::of("[0-9a-z_]{1,12}"), 0_i64..3_600_000);
    let reported = proptest::option::of(0_i64..4_000_000_000);
    (identity, any::<u16>(), [count(), count(), count()], [flag(), flag(), flag()], source, reported)
        .prop_map(|((id, code, offset_ms), bikes, [mechanical, ebikes, docks], flags, capacity, reported)| {
            Observation {
                snapshot_at: two_pm().start() + velib_domain::SignedDuration::from_millis(offset_ms),
                status: StationStatus {
                    station_id: StationId::new(id),
                    station_code: code.map(StationCode::new),
                    counts: Counts { bikes, mechanical, ebikes, docks },
                    reported_at: reported.map(|second| Timestamp::from_second(second).unwrap()),
                    is_installed: flags[0],
                    is_renting: flags[1],
                    is_returning: flags[2],
                },
                capacity: capacity.map(|(capacity, _)| capacity),
                capacity_source: capacity.map(|(_, source)| source),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_observation_comes_back_exactly(mut rows in proptest::collection::vec(any_observation(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let lake = Lake::in_memory();
        runtime.block_on(lake.write_silver_hour(&velib(), two_pm(), &rows)).unwrap();
        let read = runtime.block_on(lake.read_silver_hour(&velib(), two_pm())).unwrap().unwrap();
        rows.sort_by(|a, b| (&a.status.station_id, a.snapshot_at).cmp(&(&b.status.station_id, b.snapshot_at)));
        prop_assert_eq!(read, rows);
    }
}
