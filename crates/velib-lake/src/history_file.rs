//! A history that somebody already has: a Parquet or CSV file with one row per station and time.
//!
//! Columns are found by name, through a [`ColumnMapping`] that knows the usual names and takes others. Rows come in
//! batches, so that a large file needs little memory. A row that cannot be used is handed over as a [`FaultyRow`]
//! with its reason, never dropped; what to do about it is the importer's affair.

mod columns;
mod csv_rows;
mod error;
mod mapping;
mod parquet_rows;
mod row;
mod value;

use std::{fs::File, io::Read, path::Path};

pub use error::HistoryFileError;
pub use mapping::{ColumnMapping, Field, InvalidMapping};
pub use row::{FaultyRow, HistoryRow, RowFault};

use csv_rows::CsvRows;
use parquet_rows::ParquetRows;

/// An open history file: an iterator over its batches of rows.
pub struct HistoryFile {
    rows: Rows,
    rows_read: u64,
}

/// A stretch of a history file.
#[derive(Debug, Default)]
pub struct HistoryBatch {
    /// Rows that can be used, in the file's order.
    pub rows: Vec<HistoryRow>,
    /// Rows that cannot, with reasons.
    pub faults: Vec<FaultyRow>,
}

enum Rows {
    Parquet(ParquetRows),
    Csv(CsvRows),
}

impl HistoryFile {
    /// Opens a file, tells its format by its content, and finds the columns.
    pub fn open(path: &Path, mapping: &ColumnMapping) -> Result<Self, HistoryFileError> {
        let file = File::open(path).map_err(|source| HistoryFileError::open(path, source))?;
        let mut magic = Vec::new();
        let read = (&file).take(4).read_to_end(&mut magic);
        read.map_err(|source| HistoryFileError::open(path, source))?;
        let rows = match magic.as_slice() {
            b"PAR1" => Rows::Parquet(ParquetRows::open(path, mapping)?),
            [b'P', b'K', ..] => return Err(HistoryFileError::archive(path, "ZIP")),
            [0x1f, 0x8b, ..] => return Err(HistoryFileError::archive(path, "gzip")),
            _ => Rows::Csv(CsvRows::open(path, mapping)?),
        };
        Ok(Self { rows, rows_read: 0 })
    }

    /// How many rows the file says it has; CSV does not say.
    pub fn row_count(&self) -> Option<u64> {
        match &self.rows {
            Rows::Parquet(rows) => Some(rows.row_count()),
            Rows::Csv(_) => None,
        }
    }
}

impl Iterator for HistoryFile {
    type Item = Result<HistoryBatch, HistoryFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let first_row = self.rows_read + 1;
        let batch = match &mut self.rows {
            Rows::Parquet(rows) => rows.next_cells()?.map(|cells| row::read(&cells, first_row)),
            Rows::Csv(rows) => rows.next_cells()?.map(|cells| row::read(&cells, first_row)),
        };
        if let Ok(batch) = &batch {
            self.rows_read += (batch.rows.len() + batch.faults.len()) as u64;
        }
        Some(batch)
    }
}

#[cfg(test)]
mod tests;
