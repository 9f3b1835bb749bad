//! Columns that stand: texts that hardly repeat within a table and say the same from one table to the next, as the ids
//! and codes of a network's stations do from hour to hour.
//!
//! Such a column is encoded once, as small as it gets, and taken over whole while its texts stay. What is remembered
//! only saves time: a column is encoded by nothing but its own texts, so the same table is the same bytes in any order.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
    datatypes::{Field, Schema},
};
use bytes::Bytes;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding, ZstdLevel},
    column::writer::ColumnCloseResult,
    errors::ParquetError,
    file::{
        metadata::ParquetMetaDataReader,
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedRowGroupWriter,
    },
};

use super::{CREATED_BY, options, without_sizes};

/// The level beyond which these texts grow no smaller. It takes milliseconds, once a network.
const ZSTD_LEVEL: i32 = 19;

thread_local! {
    /// The newest of each name; tables are encoded on few threads, and a thread needs no lock.
    static NEWEST: RefCell<HashMap<String, Encoded>> = RefCell::default();
}

/// A column and the file that holds it alone.
struct Encoded {
    texts: ArrayRef,
    file: Bytes,
    column: ColumnCloseResult,
}

/// Whether most rows have another text than the row before, so that a dictionary would be as long as the column.
pub(super) fn is_standing(column: &ArrayRef) -> bool {
    let Some(texts) = column.as_string_opt::<i32>() else { return false };
    let changes = (1..texts.len()).filter(|row| texts.value(*row) != texts.value(row - 1)).count();
    2 * changes >= texts.len()
}

/// Appends the column to a row group, encoding it only where it says something else than it did before.
pub(super) fn append(
    field: &Field,
    texts: &ArrayRef,
    row_group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
) -> Result<(), ParquetError> {
    NEWEST.with_borrow_mut(|newest| {
        if newest.get(field.name()).is_none_or(|encoded| &encoded.texts != texts) {
            newest.insert(field.name().clone(), Encoded::new(field, texts)?);
        }
        let encoded = &newest[field.name()];
        row_group.append_column(&encoded.file, encoded.column.clone())
    })
}

impl Encoded {
    fn new(field: &Field, texts: &ArrayRef) -> Result<Self, ParquetError> {
        let rows = RecordBatch::try_new(Arc::new(Schema::new(vec![field.clone()])), vec![Arc::clone(texts)])?;
        let mut writer = ArrowWriter::try_new_with_options(
            Vec::new(),
            rows.schema(),
            options(properties(texts.as_string())?),
        )?;
        writer.write(&rows)?;
        let file = Bytes::from(writer.into_inner()?);
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?.row_group(0).column(0).clone();
        let column = ColumnCloseResult {
            bytes_written: u64::try_from(metadata.compressed_size())?,
            rows_written: texts.len() as u64,
            metadata: without_sizes(metadata)?,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Self { texts: Arc::clone(texts), file, column })
    }
}

/// Texts in ascending order are written by what differs from the one before, others end to end.
fn properties(texts: &StringArray) -> Result<WriterProperties, ParquetError> {
    let is_ascending = (1..texts.len()).all(|row| texts.value(row - 1) <= texts.value(row));
    let encoding = if is_ascending { Encoding::DELTA_BYTE_ARRAY } else { Encoding::DELTA_LENGTH_BYTE_ARRAY };
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_dictionary_enabled(false)
        .set_encoding(encoding)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(None);
    Ok(properties.build())
}
