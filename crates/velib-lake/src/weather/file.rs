//! A history of weather that somebody already has: a CSV file with one row an hour.
//!
//! What its columns are called is the caller's knowledge. A row whose time cannot be used is handed over as such, and
//! a cell that holds no possible number by its quantity: counting them is the importer's affair.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use csv::StringRecord;
use velib_domain::{Hour, Timestamp, Weather, WeatherHour, WeatherOrigin, WeatherQuantity};

/// An open file: an iterator over its rows.
pub struct WeatherFile {
    path: PathBuf,
    reader: csv::Reader<File>,
    time: usize,
    columns: Vec<(WeatherQuantity, usize)>,
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherRow {
    /// The hour it tells of, as computed afterwards; `None` where its time is no full hour with an offset.
    pub hour: Option<WeatherHour>,
    /// Quantities whose cell holds no possible number.
    pub impossible: Vec<WeatherQuantity>,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WeatherFileError {
    /// The file is not there or may not be read.
    #[error("cannot read {}: check the path and its permissions", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The bytes are no CSV.
    #[error("{} cannot be read as CSV: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The header names no weather.
    #[error("{} has no column {column}: give a table with {column} and at least one of {quantities}", path.display())]
    NoWeather {
        /// The file.
        path: PathBuf,
        /// The column of times.
        column: String,
        /// The columns looked for beside it.
        quantities: String,
    },
}

impl WeatherFile {
    /// Opens a file whose columns are called so; those of quantities may be missing, but not all of them.
    pub fn open(
        path: &Path,
        time_column: &str,
        name: impl Fn(WeatherQuantity) -> &'static str,
    ) -> Result<Self, WeatherFileError> {
        let open = |source| WeatherFileError::Open { path: path.to_owned(), source };
        // A row with too few cells reads as far as it goes: what is missing is missing.
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).from_reader(File::open(path).map_err(open)?);
        let unreadable = |error: csv::Error| WeatherFileError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let header = reader.headers().map_err(unreadable)?;
        let position = |wanted: &str| header.iter().position(|column| column.trim() == wanted);
        let columns: Vec<_> = WeatherQuantity::ALL
            .into_iter()
            .filter_map(|quantity| Some((quantity, position(name(quantity))?)))
            .collect();
        let no_weather = || WeatherFileError::NoWeather {
            path: path.to_owned(),
            column: time_column.to_owned(),
            quantities: WeatherQuantity::ALL.map(&name).join(", "),
        };
        let time = position(time_column).filter(|_| !columns.is_empty()).ok_or_else(no_weather)?;
        Ok(Self { path: path.to_owned(), reader, time, columns })
    }

    fn row(&self, record: &StringRecord) -> WeatherRow {
        let mut weather = Weather::default();
        let mut impossible = Vec::new();
        for (quantity, column) in &self.columns {
            let text = record.get(*column).unwrap_or_default().trim();
            let taken = |number| weather.set(*quantity, number);
            if !text.is_empty() && !text.parse().is_ok_and(taken) {
                impossible.push(*quantity);
            }
        }
        let valid_at = record.get(self.time).and_then(full_hour);
        let hour =
            valid_at.map(|valid_at| WeatherHour { valid_at, origin: WeatherOrigin::Reanalysis, weather });
        WeatherRow { hour, impossible }
    }
}

/// A time with its offset, if it is a full hour.
fn full_hour(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.trim().parse().ok()?;
    (Hour::containing(at).start() == at).then_some(at)
}

impl Iterator for WeatherFile {
    type Item = Result<WeatherRow, WeatherFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(false) => None,
            Ok(true) => Some(Ok(self.row(&record))),
            Err(error) => {
                let reason = error.to_string();
                Some(Err(WeatherFileError::Unreadable { path: self.path.clone(), reason }))
            }
        }
    }
}
