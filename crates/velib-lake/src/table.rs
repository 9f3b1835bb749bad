//! A table as one Parquet object: the same rows always make the same bytes, and only the expected columns are read.

mod standing;

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{
        Array, AsArray, BooleanArray, PrimitiveArray, RecordBatch, StringArray, TimestampMillisecondArray,
    },
    compute::concat_batches,
    datatypes::{ArrowPrimitiveType, DataType, Field, Schema, SchemaRef, TimeUnit, TimestampMillisecondType},
};
use bytes::Bytes;
use parquet::{
    arrow::{
        ArrowWriter, ProjectionMask,
        arrow_reader::{
            ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
            RowFilter,
        },
        arrow_writer::{ArrowWriterOptions, compute_leaves},
    },
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaDataReader, SortingColumn},
        properties::{EnabledStatistics, WriterProperties},
    },
    schema::types::SchemaDescriptor,
};
use velib_domain::Timestamp;

use crate::LakeError;

/// Stands in every file in place of the library's name and version, so that an upgrade changes no bytes by itself.
const CREATED_BY: &str = "velib-lake";
const ZSTD_LEVEL: i32 = 3;
/// Under this name a column's meaning stands in its schema.
const MEANING: &str = "meaning";

/// Milliseconds since 1970, UTC.
pub(crate) fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

pub(crate) fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

pub(crate) fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// A column says what it holds where it is declared; the words go into the data dictionary and never into a file.
pub(crate) trait Meaning {
    fn meaning(self, words: &str) -> Self;
}

impl Meaning for Field {
    fn meaning(self, words: &str) -> Self {
        self.with_metadata(HashMap::from([(MEANING.to_owned(), words.to_owned())]))
    }
}

/// What a column of a schema says it holds.
pub(crate) fn meaning_of(column: &Field) -> Option<&str> {
    column.metadata().get(MEANING).map(String::as_str)
}

/// The columns as they stand in a file.
fn without_meanings(schema: &Schema) -> SchemaRef {
    let columns = schema
        .fields()
        .iter()
        .map(|field| field.as_ref().clone().with_metadata(HashMap::<String, String>::new()));
    Arc::new(Schema::new(columns.collect::<Vec<Field>>()))
}

pub(crate) fn instants(values: impl Iterator<Item = Option<Timestamp>>) -> TimestampMillisecondArray {
    let milliseconds = values.map(|value| value.map(Timestamp::as_millisecond));
    milliseconds.collect::<TimestampMillisecondArray>().with_timezone("UTC")
}

/// Encodes rows that are already in order as one row group; `sorted_by` tells readers which order that is,
/// and `mark` is a name and a value that [`mark`] finds again.
///
/// Only what every engine reads is used, and what small objects are not worth is left out: an index of the pages of a
/// column that has one page, and a second description of the columns beside Parquet's own.
pub(crate) fn encode(
    key: &impl ToString,
    schema: &SchemaRef,
    columns: Vec<Arc<dyn Array>>,
    sorted_by: &[&str],
    mark: Option<(&str, &str)>,
) -> Result<Bytes, LakeError> {
    let failed = |error: &dyn ToString| LakeError::encode(key, &error.to_string());
    let schema = &without_meanings(schema);
    let rows = RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| failed(&error))?;
    let write = || write(&rows, properties(&rows, sorted_by, mark)?);
    write().map(Bytes::from).map_err(|error: ParquetError| failed(&error))
}

/// Writes the columns one after the other into one row group: those that stand as they stood in the table before are
/// taken as they were encoded then.
fn write(rows: &RecordBatch, properties: WriterProperties) -> Result<Vec<u8>, ParquetError> {
    let schema = rows.schema();
    let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options(properties))?;
    let (mut file, columns) = writer.into_serialized_writer()?;
    if rows.num_rows() == 0 {
        return file.into_inner();
    }
    let mut columns = columns.create_column_writers(0)?.into_iter();
    let mut row_group = file.next_row_group()?;
    for (field, column) in schema.fields().iter().zip(rows.columns()) {
        // No column here is nested, so each has one writer.
        let mut writer =
            columns.next().ok_or_else(|| ParquetError::General(format!("{} is nested", field.name())))?;
        if standing::is_standing(column) {
            standing::append(field, column, &mut row_group)?;
            continue;
        }
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
        let mut chunk = writer.close()?;
        chunk.close_mut().metadata = without_sizes(chunk.close().metadata.clone())?;
        chunk.append_to_row_group(&mut row_group)?;
    }
    row_group.close()?;
    file.into_inner()
}

/// A column's description without how many of its pages are encoded how, and without the sizes of what it holds once
/// decoded: of a column of one page the one says nothing new, and the other is told by the number of rows.
fn without_sizes(column: ColumnChunkMetaData) -> Result<ColumnChunkMetaData, ParquetError> {
    let column = column.into_builder().clear_page_encoding_stats();
    column.set_unencoded_byte_array_data_bytes(None).set_definition_level_histogram(None).build()
}

fn options(properties: WriterProperties) -> ArrowWriterOptions {
    ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true)
}

fn properties(
    rows: &RecordBatch,
    sorted_by: &[&str],
    mark: Option<(&str, &str)>,
) -> Result<WriterProperties, ParquetError> {
    let schema = rows.schema();
    let mut sorting = Vec::new();
    for name in sorted_by {
        let column_idx = i32::try_from(schema.index_of(name)?)?;
        sorting.push(SortingColumn { column_idx, descending: false, nulls_first: false });
    }
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(None)
        .set_sorting_columns(Some(sorting))
        .set_key_value_metadata(
            mark.map(|(name, value)| vec![KeyValue::new(name.to_owned(), value.to_owned())]),
        );
    Ok(properties.build())
}

/// The value of a mark, from the end of an object of so many bytes; `None` where it is not there or not readable.
pub(crate) fn mark(tail: &Bytes, size: u64, name: &str) -> Option<String> {
    let mut reader = ParquetMetaDataReader::new();
    reader.try_parse_sized(tail, size).ok()?;
    let metadata = reader.finish().ok()?;
    let marks = metadata.file_metadata().key_value_metadata()?;
    marks.iter().find(|mark| mark.key == name)?.value.clone()
}

/// Reads a table whole, or says how its columns differ from those expected.
pub(crate) fn decode(
    key: &impl ToString,
    object: Bytes,
    schema: &SchemaRef,
) -> Result<RecordBatch, LakeError> {
    decode_filtered(key, object, schema, |_| None)
}

/// As [`decode`], the rows only of which a column's value is wanted.
pub(crate) fn decode_where(
    key: &impl ToString,
    object: Bytes,
    schema: &SchemaRef,
    column: &str,
    mut is_wanted: impl FnMut(&dyn Array) -> BooleanArray + Send + 'static,
) -> Result<RecordBatch, LakeError> {
    decode_filtered(key, object, schema, |columns| {
        let predicate = move |batch: RecordBatch| Ok(is_wanted(batch.column(0)));
        let mask = ProjectionMask::columns(columns, [column]);
        Some(RowFilter::new(vec![Box::new(ArrowPredicateFn::new(mask, predicate))]))
    })
}

fn decode_filtered(
    key: &impl ToString,
    object: Bytes,
    schema: &SchemaRef,
    filter: impl FnOnce(&SchemaDescriptor) -> Option<RowFilter>,
) -> Result<RecordBatch, LakeError> {
    let corrupt = |error: &dyn ToString| LakeError::corrupt_table(key, &error.to_string());
    // The columns are compared as Parquet describes them, which is all that other engines see.
    let as_stored = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let found = ArrowReaderMetadata::load(&object, as_stored).map_err(|error| corrupt(&error))?;
    if let Some(difference) = difference(&without_dictionaries(schema), found.schema()) {
        return Err(LakeError::Schema { key: key.to_string(), difference });
    }
    let expected = ArrowReaderOptions::new().with_schema(Arc::clone(schema));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), expected)
        .map_err(|error| corrupt(&error))?;
    let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(object, metadata);
    let builder = builder.with_batch_size(rows.max(1));
    let builder = match filter(builder.parquet_schema()) {
        Some(filter) => builder.with_row_filter(filter),
        None => builder,
    };
    let reader = builder.build().map_err(|error| corrupt(&error))?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| corrupt(&error))?;
    concat_batches(schema, &batches).map_err(|error| corrupt(&error))
}

/// A schema in which a dictionary, which is Arrow's own matter, is the type of its words.
fn without_dictionaries(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, word) => Field::new(field.name(), (**word).clone(), field.is_nullable()),
        _ => (**field).clone(),
    });
    Schema::new(fields.collect::<Vec<_>>())
}

fn difference(expected: &Schema, found: &Schema) -> Option<String> {
    let widest = expected.fields().len().max(found.fields().len());
    let columns = (0..widest).map(|i| (described(expected, i), described(found, i)));
    let mut differing = columns.filter(|(expected, found)| expected != found);
    differing.next().map(|(expected, found)| format!("{found} in place of {expected}"))
}

fn described(schema: &Schema, column: usize) -> String {
    schema.fields.get(column).map_or_else(
        || "nothing".to_owned(),
        |field| {
            let null = if field.is_nullable() { "" } else { " not null" };
            format!("{} {}{null}", field.name(), field.data_type())
        },
    )
}

/// Typed access to a batch whose schema [`decode`] has checked.
pub(crate) struct Columns<'a>(pub(crate) &'a RecordBatch);

impl<'a> Columns<'a> {
    pub(crate) fn any(&self, name: &str) -> &'a Arc<dyn Array> {
        self.0.column_by_name(name).expect("decode has checked that every column of the schema is there")
    }

    pub(crate) fn text(&self, name: &str) -> &'a StringArray {
        self.any(name).as_string()
    }

    pub(crate) fn numbers<T: ArrowPrimitiveType>(&self, name: &str) -> &'a PrimitiveArray<T> {
        self.any(name).as_primitive()
    }

    pub(crate) fn flags(&self, name: &str) -> &'a BooleanArray {
        self.any(name).as_boolean()
    }

    pub(crate) fn instants(&self, name: &str) -> &'a TimestampMillisecondArray {
        self.numbers::<TimestampMillisecondType>(name)
    }
}

/// A nullable number of one row.
pub(crate) fn number_at<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    column.is_valid(row).then(|| column.value(row))
}

/// A nullable text of one row.
pub(crate) fn text_at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// A nullable instant of one row.
pub(crate) fn instant_at(column: &TimestampMillisecondArray, row: usize) -> Option<Timestamp> {
    number_at(column, row).and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok())
}

/// A nullable flag of one row.
pub(crate) fn flag_at(column: &BooleanArray, row: usize) -> Option<bool> {
    column.is_valid(row).then(|| column.value(row))
}
