//! Small files written by hand, read back row by row.

use std::{io::Write, sync::Arc};

use arrow::{
    array::{Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray},
    datatypes::{Field as ArrowField, Schema},
};
use parquet::arrow::ArrowWriter;
use tempfile::NamedTempFile;

use super::*;

fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

fn read(content: &str, mapping: &str) -> HistoryBatch {
    let file = file(content.as_bytes());
    let history = HistoryFile::open(file.path(), &mapping.parse().unwrap()).unwrap();
    let mut all = HistoryBatch::default();
    for batch in history {
        let batch = batch.unwrap();
        all.rows.extend(batch.rows);
        all.faults.extend(batch.faults);
    }
    all
}

fn refusal(content: &[u8], mapping: &str) -> String {
    let file = file(content);
    let opened = HistoryFile::open(file.path(), &mapping.parse().unwrap());
    opened.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_csv_with_the_usual_names_needs_no_mapping() {
    let batch = read("ts_utc,station_id,bikes,docks\n2022-05-12T10:00:00Z,42,3,\n", "");
    let row = &batch.rows[0];
    assert_eq!(row.snapshot_at, "2022-05-12T10:00:00Z".parse().unwrap());
    assert_eq!((row.status.station_id.as_str(), row.status.counts.bikes), ("42", 3));
    assert_eq!(row.status.counts.docks, None, "a blank is missing and not zero");
}

#[test]
fn a_column_by_another_name_is_mapped() {
    let batch = read("when;station_id;velos\n1652349600;42;3\n", "timestamp=when,bikes=velos");
    assert_eq!(batch.rows[0].status.counts.bikes, 3);
}

#[test]
fn bad_rows_come_with_their_number_their_time_and_a_reason() {
    let batch = read(
        "timestamp,station_id,bikes\n1652349600,42,3\n1652349600,,3\nyesterday,42,3\n1652349600,42,-1\n,42,1\n1652349600,42,\n",
        "",
    );
    assert_eq!(batch.rows.len(), 1);
    let faults: Vec<_> =
        batch.faults.iter().map(|row| (row.row, row.fault.code(), row.at.is_some())).collect();
    assert_eq!(
        faults,
        [
            (2, "no_station_id", true),
            (3, "bad_timestamp", false),
            (4, "bad_count", true),
            (5, "no_timestamp", false),
            (6, "no_bikes", true),
        ]
    );
}

#[test]
fn a_missing_column_is_named_with_those_there_are_and_the_fix() {
    let message = refusal(b"ts_utc,station_id,velos\n", "");
    for word in ["bikes", "num_bikes_available", "velos", "bikes=COLUMN"] {
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_mapped_column_that_is_not_there_is_refused_even_where_a_usual_one_is() {
    assert!(refusal(b"ts_utc,station_id,bikes\n", "bikes=velos").contains("velos"));
}

#[test]
fn an_override_of_nothing_is_refused_with_the_fields_there_are() {
    let refused = "velos=bikes".parse::<ColumnMapping>().unwrap_err().to_string();
    assert!(refused.contains("velos=bikes") && refused.contains("station_id"), "{refused}");
    assert!("bikes".parse::<ColumnMapping>().is_err());
}

#[test]
fn an_archive_with_the_name_of_a_csv_is_recognised() {
    assert!(refusal(b"PK\x03\x04rest", "").contains("unpack it first"));
}

#[test]
fn a_cut_parquet_file_is_an_error_that_names_it() {
    assert!(refusal(b"PAR1 and nothing more", "").contains("cannot be read as Parquet"));
}

#[test]
fn parquet_counts_may_be_floats_and_times_may_have_any_unit() {
    let columns: Vec<(&str, Arc<dyn Array>)> = vec![
        ("ts_utc", Arc::new(TimestampMicrosecondArray::from(vec![1_652_349_600_000_000]))),
        ("station_id", Arc::new(Int64Array::from(vec![37_815_204_213]))),
        ("station_code", Arc::new(StringArray::from(vec!["16107"]))),
        ("bikes", Arc::new(Float64Array::from(vec![3.0]))),
        ("docks", Arc::new(Float64Array::from(vec![f64::NAN]))),
    ];
    let fields = columns.iter().map(|(name, array)| ArrowField::new(*name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let rows = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    let file = NamedTempFile::new().unwrap();
    let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), schema, None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();

    let mut history = HistoryFile::open(file.path(), &ColumnMapping::default()).unwrap();
    assert_eq!(history.row_count(), Some(1));
    let row = history.next().unwrap().unwrap().rows.remove(0);
    assert_eq!(row.snapshot_at, "2022-05-12T10:00:00Z".parse().unwrap());
    assert_eq!(row.status.station_id.as_str(), "37815204213");
    assert_eq!((row.status.counts.bikes, row.status.counts.docks), (3, None));
}
