//! Rows of a CSV file with a header, separated by commas or, as French portals do, semicolons.

use std::{
    fs::File,
    io::{BufRead, BufReader, Seek},
    path::{Path, PathBuf},
};

use csv::{ReaderBuilder, StringRecord};

use super::{ColumnMapping, Field, HistoryFileError, row::Cells, value::Value};

const BATCH_ROWS: usize = 8192;
const FORMAT: &str = "CSV";

pub(super) struct CsvRows {
    path: PathBuf,
    reader: csv::Reader<BufReader<File>>,
    columns: [Option<usize>; Field::COUNT],
}

pub(super) struct CsvCells {
    records: Vec<StringRecord>,
    columns: [Option<usize>; Field::COUNT],
}

impl CsvRows {
    pub(super) fn open(path: &Path, mapping: &ColumnMapping) -> Result<Self, HistoryFileError> {
        let failed = |source| HistoryFileError::open(path, source);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let separator =
            separator(&mut file).map_err(|error| HistoryFileError::unreadable(path, FORMAT, &error))?;
        // A row with too few or too many cells reads as far as it goes: its missing counts are then its fault.
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(file);
        let header = reader.headers().map_err(|error| HistoryFileError::unreadable(path, FORMAT, &error))?;
        let present: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let columns = mapping.locate(path, &present)?;
        Ok(Self { path: path.to_owned(), reader, columns })
    }

    pub(super) fn next_cells(&mut self) -> Option<Result<CsvCells, HistoryFileError>> {
        let records: Result<Vec<_>, _> = self.reader.records().take(BATCH_ROWS).collect();
        match records {
            Ok(records) if records.is_empty() => None,
            Ok(records) => Some(Ok(CsvCells { records, columns: self.columns })),
            Err(error) => Some(Err(HistoryFileError::unreadable(&self.path, FORMAT, &error))),
        }
    }
}

/// The separator that stands more often in the header.
fn separator(file: &mut BufReader<File>) -> std::io::Result<u8> {
    let mut header = String::new();
    file.read_line(&mut header)?;
    file.rewind()?;
    Ok(if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' })
}

impl Cells for CsvCells {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn cell(&self, row: usize, field: Field) -> Value<'_> {
        let text = self.columns[field as usize].and_then(|column| self.records[row].get(column));
        text.map_or(Value::Missing, Value::from_text)
    }
}
