//! Histories that somebody already had become silver.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::{io::Write, path::Path};

use tempfile::NamedTempFile;
use velib_lake::{Lake, Origin, history_file::ColumnMapping};
use velib_silver::{ImportSummary, import_history};

use velib_documents::{counted, hour, silver, status, velib};

fn csv(rows: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    write!(
        file,
        "ts_utc,station_id,station_code,name,lat,lon,mechanical,ebikes,bikes,docks,capacity\n{rows}"
    )
    .unwrap();
    file
}

async fn import(lake: &Lake, file: &Path) -> ImportSummary {
    import_history(lake, &velib(), file, &ColumnMapping::default(), |_| {}).await.unwrap()
}

const TWO_HOURS: &str = "\
2022-05-12T10:05:00Z,16107,16107,Benjamin Godard,48.86,2.27,3,2,5,28,35
2022-05-12T10:35:00Z,16107,16107,Benjamin Godard,48.86,2.27,4,2,6,27,0
2022-05-12T11:05:00Z,16107,16107,Benjamin Godard,48.86,2.27,4,3,7,26,
2022-05-12T11:05:00Z,16107,16107,Benjamin Godard,48.86,2.27,9,9,18,0,35
2022-05-12T11:05:00Z,,23104,Somewhere,48.86,2.27,4,3,7,26,35
2022-05-12T11:05:00Z,9020,9020,Trinité,48.87,2.33,0,1,1,18,0
";

#[tokio::test]
async fn a_history_becomes_hours_stations_and_reports() {
    let lake = Lake::in_memory();
    let summary = import(&lake, csv(TWO_HOURS).path()).await;
    assert_eq!((summary.rows_read, summary.rows, summary.duplicates, summary.hours), (6, 4, 1, 2));
    assert_eq!(format!("{:?}", summary.quarantined), r#"{"no_station_id": 1}"#);
    assert_eq!(
        silver(&lake, hour("2022-05-12T10")).await,
        "10:05:00 16107 3+2 bikes 28 docks of 35 (feed)\n10:35:00 16107 4+2 bikes 27 docks of 35 (remembered)"
    );
    assert_eq!(
        silver(&lake, hour("2022-05-12T11")).await,
        "11:05:00 16107 4+3 bikes 26 docks of 35 (remembered)\n11:05:00 9020 0+1 bikes 18 docks of 19 (observed)"
    );
    let stations = lake.read_stations(&velib()).await.unwrap();
    let told: Vec<_> =
        stations.iter().map(|station| (station.name.as_str(), station.arrondissement)).collect();
    assert_eq!(told, [("Benjamin Godard", Some(16)), ("Trinité", Some(9))]);
    let report = lake.read_quality(&velib(), hour("2022-05-12T11")).await.unwrap().unwrap();
    assert_eq!((report.origin, report.rows, report.duplicates), (Origin::Import, 2, 1));
    assert_eq!(report.quarantined["no_station_id"], 1);
}

#[tokio::test]
async fn the_same_file_twice_is_the_same_lake() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let file = csv(TWO_HOURS);
    let objects = [
        "silver/station_status/system=velib/date=2022-05-12/hour=10/part-0.parquet",
        "silver/station_status/system=velib/date=2022-05-12/hour=11/part-0.parquet",
        "silver/stations/system=velib/stations.parquet",
        "silver/quality/system=velib/date=2022-05-12/hour=11.json",
    ];
    let bytes = || objects.map(|object| std::fs::read(folder.path().join(object)).unwrap());
    let first = import(&lake, file.path()).await;
    let once = bytes();
    assert_eq!(import(&lake, file.path()).await, first);
    assert!(bytes() == once, "the bytes changed");
}

#[tokio::test]
async fn a_second_file_of_the_same_hour_adds_to_it() {
    let lake = Lake::in_memory();
    import(&lake, csv(TWO_HOURS).path()).await;
    import(&lake, csv("2022-05-12T11:50:00Z,9020,9020,Trinité,48.87,2.33,0,2,2,17,20\n").path()).await;
    assert_eq!(silver(&lake, hour("2022-05-12T11")).await.lines().count(), 3);
}

#[tokio::test]
async fn an_hour_with_documents_is_left_to_them() {
    let lake = Lake::in_memory();
    counted(&lake, "2022-05-12T11:05:00Z", &[status(1, 1, 1, 1)]).await;
    let summary = import(&lake, csv(TWO_HOURS).path()).await;
    assert_eq!((summary.hours, summary.hours_left_to_bronze, summary.rows_left_to_bronze), (1, 1, 2));
    assert_eq!(lake.read_silver_hour(&velib(), hour("2022-05-12T11")).await.unwrap(), None);
}

#[tokio::test]
async fn a_whole_month_of_paris_comes_in() {
    let file = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/paris_velibscraper_2022/status.parquet"
    ));
    if !file.is_file() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let mut told = Vec::new();
    let mapping = ColumnMapping::default();
    let summary =
        import_history(&lake, &velib(), file, &mapping, |progress| told.push(*progress)).await.unwrap();
    assert_eq!(summary.rows_read, 1_016_982);
    assert_eq!(format!("{:?}", summary.quarantined), r#"{"no_station_id": 18}"#, "station 23104 has no id");
    assert_eq!((summary.rows, summary.duplicates, summary.stations), (1_016_964, 0, 1422));
    assert_eq!(summary.snapshots, 721);
    let last = told.last().unwrap();
    assert_eq!((last.rows_read, last.rows_total), (1_016_982, Some(1_016_982)));
    assert_eq!(last.hours_done, last.hours_total);
    assert_eq!(lake.silver_hours(&velib()).await.unwrap().len() as u64, summary.hours);
}
