//! Weather in the lake: its columns, what was known when, and hindsight apart from it.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{collections::BTreeMap, fmt::Write, io::Write as _};

use arrow::datatypes::Schema;
use parquet::{
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    schema::printer::print_schema,
};
use proptest::prelude::*;
use velib_domain::{
    Hour, SignedDuration, SystemId, Timestamp, Weather, WeatherHour, WeatherOrigin, WeatherQuantity,
};
use velib_lake::{Lake, LakeError, WeatherFile, WeatherRow, weather_schema};

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `13:00 for 15:00 4°` is what a document fetched at 13:00 told of 15:00, on one day of 2026.
fn hour(fetched: &str, valid: &str, celsius: f64) -> WeatherHour {
    let on_the_day = |time: &str| at(&format!("2026-11-20T{time}:00Z"));
    WeatherHour {
        valid_at: on_the_day(valid),
        origin: WeatherOrigin::Collected { fetched_at: on_the_day(fetched) },
        weather: Weather { temperature_c: Some(celsius), ..Weather::default() },
    }
}

async fn written(lake: &Lake, rows: &[WeatherHour]) {
    let mut by_hour: BTreeMap<Hour, Vec<WeatherHour>> = BTreeMap::new();
    for row in rows {
        by_hour.entry(Hour::containing(row.known_at().unwrap())).or_default().push(*row);
    }
    for (hour, rows) in by_hour {
        lake.write_weather_hour(&velib(), hour, &rows, "digest").await.unwrap();
    }
}

/// What was known at a time of some hours: `15:00 4° from 13:00`.
async fn check_known(rows: &[WeatherHour], valid: [&str; 2], known_at: &str, expect: &[&str]) {
    let lake = Lake::in_memory();
    written(&lake, rows).await;
    let on_the_day = |time: &str| at(&format!("2026-11-20T{time}:00Z"));
    let valid = on_the_day(valid[0])..on_the_day(valid[1]);
    let known = lake.weather_as_known(&velib(), valid, on_the_day(known_at)).await.unwrap();
    let told = known.iter().map(|row| {
        let celsius = row.weather.temperature_c.unwrap();
        format!(
            "{} {celsius}° from {}",
            row.valid_at.strftime("%H:%M"),
            row.known_at().unwrap().strftime("%H:%M")
        )
    });
    assert_eq!(told.collect::<Vec<_>>(), expect);
}

#[test]
fn the_columns_of_weather_are_the_contract() {
    let columns = |schema: &Schema| {
        schema.fields().iter().fold(String::new(), |mut text, field| {
            let null = if field.is_nullable() { "" } else { " not null" };
            writeln!(text, "{}: {}{null}", field.name(), field.data_type()).unwrap();
            text
        })
    };
    insta::assert_snapshot!(columns(&weather_schema()), @r#"
    fetched_at: Timestamp(ms, "UTC")
    valid_at: Timestamp(ms, "UTC") not null
    origin: Dictionary(Int8, Utf8) not null
    lead_minutes: Int32
    temperature_c: Float64
    apparent_temperature_c: Float64
    precipitation_mm: Float64
    snowfall_cm: Float64
    wind_kmh: Float64
    gusts_kmh: Float64
    cloud_percent: Float64
    wmo_code: UInt8
    "#);
}

#[tokio::test]
async fn other_engines_find_the_same_columns_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    written(&lake, &[hour("14:00", "15:00", 4.0)]).await;
    let file = folder.path().join("silver/weather/system=velib/date=2026-11-20/hour=14/part-0.parquet");
    let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut printed = Vec::new();
    print_schema(&mut printed, reader.metadata().file_metadata().schema());
    insta::assert_snapshot!(String::from_utf8(printed).unwrap(), @r"
    message arrow_schema {
      OPTIONAL INT64 fetched_at (TIMESTAMP(MILLIS,true));
      REQUIRED INT64 valid_at (TIMESTAMP(MILLIS,true));
      REQUIRED BYTE_ARRAY origin (STRING);
      OPTIONAL INT32 lead_minutes;
      OPTIONAL DOUBLE temperature_c;
      OPTIONAL DOUBLE apparent_temperature_c;
      OPTIONAL DOUBLE precipitation_mm;
      OPTIONAL DOUBLE snowfall_cm;
      OPTIONAL DOUBLE wind_kmh;
      OPTIONAL DOUBLE gusts_kmh;
      OPTIONAL DOUBLE cloud_percent;
      OPTIONAL INT32 wmo_code (INTEGER(8,false));
    }
    ");
}

#[tokio::test]
async fn the_newest_document_that_was_there_tells_the_hour() {
    let rows = [hour("13:00", "15:00", 3.0), hour("14:00", "15:00", 4.0), hour("14:30", "15:00", 5.0)];
    check_known(&rows, ["15:00", "16:00"], "14:30", &["15:00 5° from 14:30"]).await;
    check_known(&rows, ["15:00", "16:00"], "14:29", &["15:00 4° from 14:00"]).await;
    check_known(&rows, ["15:00", "16:00"], "13:59", &["15:00 3° from 13:00"]).await;
    check_known(&rows, ["15:00", "16:00"], "12:59", &[]).await;
}

#[tokio::test]
async fn an_hour_that_the_newest_document_leaves_out_is_told_by_an_older_one() {
    let rows = [hour("12:00", "16:00", 2.0), hour("13:00", "15:00", 3.0), hour("13:00", "17:00", 1.0)];
    let expect = ["15:00 3° from 13:00", "16:00 2° from 12:00"];
    check_known(&rows, ["15:00", "17:00"], "14:00", &expect).await;
    check_known(&rows, ["14:30", "16:30"], "14:00", &expect).await;
    check_known(&rows, ["15:01", "15:59"], "14:00", &[]).await;
}

#[tokio::test]
async fn a_row_that_was_fetched_in_another_hour_is_refused() {
    let lake = Lake::in_memory();
    let two_pm = "2026-11-20T14".parse().unwrap();
    let refused = lake.write_weather_hour(&velib(), two_pm, &[hour("15:00", "15:00", 1.0)], "digest").await;
    assert!(matches!(refused, Err(LakeError::OutsideHour { .. })));
    let afterwards = WeatherHour { origin: WeatherOrigin::Reanalysis, ..hour("14:00", "15:00", 1.0) };
    let refused = lake.write_weather_hour(&velib(), two_pm, &[afterwards], "digest").await;
    assert!(matches!(refused, Err(LakeError::OutsideHour { .. })), "hindsight was known in no hour");
    let day = two_pm.civil().date();
    let refused = lake.merge_reanalysis(&velib(), day, &[hour("14:00", "15:00", 1.0)]).await;
    assert!(matches!(refused, Err(LakeError::OutsideHour { .. })), "and a forecast is no hindsight");
}

#[tokio::test]
async fn hindsight_is_merged_by_hour_and_never_answers_what_was_known() {
    let lake = Lake::in_memory();
    let afterwards =
        |valid, celsius| WeatherHour { origin: WeatherOrigin::Reanalysis, ..hour("00:00", valid, celsius) };
    let day = "2026-11-20".parse().unwrap();
    for rows in [
        [afterwards("14:00", 1.0), afterwards("15:00", 2.0)],
        [afterwards("15:00", 3.0), afterwards("16:00", 4.0)],
    ] {
        lake.merge_reanalysis(&velib(), day, &rows).await.unwrap();
    }
    let expect = [afterwards("14:00", 1.0), afterwards("15:00", 3.0), afterwards("16:00", 4.0)];
    assert_eq!(lake.read_reanalysis(&velib(), day).await.unwrap(), expect);
    let all = at("2026-11-20T00:00:00Z")..at("2026-11-21T00:00:00Z");
    assert_eq!(lake.weather_in_hindsight(&velib(), all.clone()).await.unwrap(), expect);
    let some = at("2026-11-20T15:00:00Z")..at("2026-11-20T16:00:00Z");
    assert_eq!(lake.weather_in_hindsight(&velib(), some).await.unwrap(), expect[1..2]);
    assert!(lake.weather_as_known(&velib(), all, Timestamp::MAX).await.unwrap().is_empty());
    assert_eq!(lake.newest_weather(&velib()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn imports_of_one_day_at_once_lose_no_hour() {
    for folder in [None, Some(tempfile::tempdir().unwrap())] {
        let lake =
            folder.as_ref().map_or_else(Lake::in_memory, |folder| Lake::folder(folder.path()).unwrap());
        let day = "2026-11-20".parse().unwrap();
        let imports = (10..24).map(|valid| {
            let (lake, row) = (lake.clone(), hour("00:00", &format!("{valid}:00"), 1.0));
            let row = WeatherHour { origin: WeatherOrigin::Reanalysis, ..row };
            tokio::spawn(async move { lake.merge_reanalysis(&velib(), day, &[row]).await.unwrap() })
        });
        for import in imports.collect::<Vec<_>>() {
            import.await.unwrap();
        }
        assert_eq!(lake.read_reanalysis(&velib(), day).await.unwrap().len(), 14);
    }
}

#[tokio::test]
async fn the_newest_weather_is_what_the_last_document_told() {
    let lake = Lake::in_memory();
    let last = [hour("14:35", "15:00", 4.0), hour("14:35", "16:00", 5.0)];
    written(&lake, &[hour("13:00", "23:00", 3.0), hour("14:05", "23:00", 2.0), last[0], last[1]]).await;
    assert_eq!(lake.newest_weather(&velib()).await.unwrap(), last);
}

fn rows_of(csv: &str) -> Vec<WeatherRow> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(csv.as_bytes()).unwrap();
    let rows = WeatherFile::open(file.path(), "when", WeatherQuantity::column).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_file_is_read_as_far_as_its_columns_go() {
    let rows = rows_of(
        "when,temperature_c,other,wmo_code\n2024-01-01 00:00:00+00:00,7.1,x,1\n2024-01-01T01:00:00Z,,,\n",
    );
    let first = rows[0].hour.unwrap();
    assert_eq!(first.weather, Weather { temperature_c: Some(7.1), wmo_code: Some(1), ..Weather::default() });
    assert_eq!((first.valid_at, first.origin), (at("2024-01-01T00:00:00Z"), WeatherOrigin::Reanalysis));
    assert!(rows[1].hour.unwrap().weather.is_empty() && rows[1].impossible.is_empty());
}

#[test]
fn a_cell_or_a_time_that_is_none_is_told() {
    let rows = rows_of(
        "when,temperature_c\n2024-01-01T00:30:00Z,1\n2024-01-01 00:00:00,1\nnoon,1\n2024-01-01T00:00:00Z,warm\n",
    );
    assert!(rows[..3].iter().all(|row| row.hour.is_none()), "no full hour, no offset, no time");
    assert_eq!(rows[3].impossible, [WeatherQuantity::Temperature]);
}

#[test]
fn a_file_without_weather_is_refused_by_what_it_lacks() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "when,station_id,bikes").unwrap();
    let error = WeatherFile::open(file.path(), "when", WeatherQuantity::column).map(drop).unwrap_err();
    assert!(error.to_string().contains("temperature_c"), "{error}");
    assert!(WeatherFile::open("/nowhere.csv".as_ref(), "when", WeatherQuantity::column).is_err());
}

/// Minutes of fetch after noon, hours told of after noon, degrees.
fn told() -> impl Strategy<Value = Vec<(i64, i64, i32)>> {
    prop::collection::vec((0..600_i64, -5..30_i64, -10..30), 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_was_known_is_the_newest_that_was_fetched_in_time(told in told(), known_at in 0..700_i64) {
        let noon = at("2026-11-20T12:00:00Z");
        let minute = |minutes| noon + SignedDuration::from_mins(minutes);
        let rows: BTreeMap<(Timestamp, Timestamp), WeatherHour> = told.iter().map(|(fetched, valid, celsius)| {
            let (fetched_at, valid_at) = (minute(*fetched), minute(valid * 60));
            let weather = Weather { temperature_c: Some(f64::from(*celsius)), ..Weather::default() };
            ((fetched_at, valid_at), WeatherHour { valid_at, origin: WeatherOrigin::Collected { fetched_at }, weather })
        }).collect();
        let mut expected: BTreeMap<Timestamp, WeatherHour> = BTreeMap::new();
        let known_at = minute(known_at);
        for ((fetched_at, valid_at), row) in &rows {
            if *fetched_at <= known_at && (minute(-120)..minute(1200)).contains(valid_at) {
                expected.insert(*valid_at, *row);
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let lake = Lake::in_memory();
        runtime.block_on(written(&lake, &rows.values().copied().collect::<Vec<_>>()));
        let known = runtime.block_on(lake.weather_as_known(&velib(), minute(-120)..minute(1200), known_at)).unwrap();
        prop_assert_eq!(known, expected.into_values().collect::<Vec<_>>());
    }

    #[test]
    fn every_hour_comes_back_exactly_and_the_order_given_never_reaches_the_file(
        values in prop::collection::vec((prop::option::of(-40.0..40.0_f64), prop::option::of(0..100_u8)), 1..40),
    ) {
        let full: Hour = "2026-11-20T14".parse().unwrap();
        let rows: Vec<WeatherHour> = (0_i64..).zip(&values).map(|(index, (celsius, wmo_code))| WeatherHour {
            valid_at: full.start() + SignedDuration::from_hours(index / 2),
            origin: WeatherOrigin::Collected { fetched_at: full.start() + SignedDuration::from_mins(index % 2) },
            weather: Weather { temperature_c: *celsius, wmo_code: *wmo_code, ..Weather::default() },
        }).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = |rows: &[WeatherHour]| {
            let folder = tempfile::tempdir().unwrap();
            let lake = Lake::folder(folder.path()).unwrap();
            runtime.block_on(lake.write_weather_hour(&velib(), full, rows, "digest")).unwrap();
            let read = runtime.block_on(lake.read_weather_hour(&velib(), full)).unwrap().unwrap();
            let file = "silver/weather/system=velib/date=2026-11-20/hour=14/part-0.parquet";
            (read, std::fs::read(folder.path().join(file)).unwrap())
        };
        let (read, forwards) = bytes(&rows);
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| (row.known_at(), row.valid_at));
        prop_assert_eq!(read, sorted);
        let mut backwards = rows;
        backwards.reverse();
        prop_assert_eq!(bytes(&backwards).1, forwards);
    }
}
