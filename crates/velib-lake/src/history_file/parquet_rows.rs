//! Rows of a Parquet file, a record batch at a time, of the mapped columns only.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use arrow::array::RecordBatch;
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{
    ColumnMapping, Field, HistoryFileError,
    columns::{Column, shape},
    row::Cells,
    value::Value,
};

const BATCH_ROWS: usize = 8192;
const FORMAT: &str = "Parquet";

pub(super) struct ParquetRows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    /// The name of each field's column.
    columns: [Option<String>; Field::COUNT],
    row_count: u64,
}

pub(super) struct ParquetCells {
    columns: [Option<Column>; Field::COUNT],
    rows: usize,
}

impl ParquetRows {
    pub(super) fn open(path: &Path, mapping: &ColumnMapping) -> Result<Self, HistoryFileError> {
        let file = File::open(path).map_err(|source| HistoryFileError::open(path, source))?;
        let unreadable = |error| HistoryFileError::unreadable(path, FORMAT, &error);
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
        let fields = builder.schema().fields().clone();
        let present: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let located = mapping.locate(path, &present)?;
        for field in located.iter().flatten().map(|column| &fields[*column]) {
            if shape(field.data_type()).is_none() {
                let (column, found) = (field.name().clone(), field.data_type().to_string());
                return Err(HistoryFileError::ColumnType { path: path.to_owned(), column, found });
            }
        }
        let row_count = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let mask = ProjectionMask::roots(builder.parquet_schema(), located.iter().flatten().copied());
        let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(unreadable)?;
        let columns = located.map(|column| column.map(|column| present[column].clone()));
        Ok(Self { path: path.to_owned(), reader, columns, row_count })
    }

    pub(super) fn row_count(&self) -> u64 {
        self.row_count
    }

    pub(super) fn next_cells(&mut self) -> Option<Result<ParquetCells, HistoryFileError>> {
        let cells = self.reader.next()?.and_then(|batch| self.cells(&batch));
        Some(cells.map_err(|error| HistoryFileError::unreadable(&self.path, FORMAT, &error)))
    }

    fn cells(&self, batch: &RecordBatch) -> Result<ParquetCells, arrow::error::ArrowError> {
        let mut columns = [const { None }; Field::COUNT];
        for (column, name) in columns.iter_mut().zip(&self.columns) {
            let array = name.as_ref().and_then(|name| batch.column_by_name(name));
            *column = array.map(Column::read).transpose()?;
        }
        Ok(ParquetCells { columns, rows: batch.num_rows() })
    }
}

impl Cells for ParquetCells {
    fn len(&self) -> usize {
        self.rows
    }

    fn cell(&self, row: usize, field: Field) -> Value<'_> {
        self.columns[field as usize].as_ref().map_or(Value::Missing, |column| column.value(row))
    }
}
