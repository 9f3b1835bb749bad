//! A history of weather that somebody already has becomes silver: hindsight, in a table of its own.
//!
//! Whatever the file was made from, nobody could have known it in time, so its rows carry no time at which they were
//! known and no reader of forecasts meets them. Importing the same file again gives the same bytes.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;
use serde::Serialize;
use velib_domain::{Hour, SystemId, Timestamp, WeatherHour, WeatherQuantity};
use velib_lake::{Lake, WeatherFile, WeatherFileError, WeatherRow};
use velib_weather::{TIME_COLUMN, variable_name};

use crate::{ImportError, ImportProgress};

/// What an import of weather did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeatherImport {
    /// Where.
    pub system: SystemId,
    /// Rows in the file.
    pub rows_read: u64,
    /// Hours of the file that stand in silver now.
    pub hours: u64,
    /// Rows dropped because an earlier row tells of the same hour.
    pub duplicates: u64,
    /// Rows and values that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Hours that say nothing of a quantity, by its column; a quantity that all hours tell is left out.
    pub missing: BTreeMap<String, u64>,
    /// Days written.
    pub days: u64,
    /// Size of the silver objects together.
    pub bytes: u64,
    /// The first hour.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// Whether a file is a table of weather, by its header.
pub fn is_weather_file(file: &Path) -> bool {
    open(file).is_ok()
}

/// Brings a CSV file with Open-Meteo's column names and units into the lake, as hindsight.
pub async fn import_weather(
    lake: &Lake,
    system: &SystemId,
    file: &Path,
    mut progress: impl FnMut(&ImportProgress),
) -> Result<WeatherImport, ImportError> {
    let mut import = WeatherImport::new(system);
    let days = import.read(open(file)?)?;
    let hours_total = import.hours;
    let mut stand = ImportProgress { rows_read: import.rows_read, hours_total, ..ImportProgress::default() };
    for (day, hours) in days {
        let hours: Vec<WeatherHour> = hours.into_values().collect();
        import.bytes += lake.merge_reanalysis(system, day, &hours).await?.bytes as u64;
        import.days += 1;
        stand.hours_done += hours.len() as u64;
        progress(&stand);
    }
    Ok(import)
}

fn open(file: &Path) -> Result<WeatherFile, WeatherFileError> {
    WeatherFile::open(file, TIME_COLUMN, variable_name)
}

/// Hours of a file by day and time.
type Days = BTreeMap<Date, BTreeMap<Timestamp, WeatherHour>>;

impl WeatherImport {
    fn new(system: &SystemId) -> Self {
        Self {
            system: system.clone(),
            rows_read: 0,
            hours: 0,
            duplicates: 0,
            quarantined: BTreeMap::new(),
            missing: BTreeMap::new(),
            days: 0,
            bytes: 0,
            first: None,
            last: None,
        }
    }

    fn read(&mut self, rows: WeatherFile) -> Result<Days, WeatherFileError> {
        let mut days = Days::new();
        for row in rows {
            self.take(&row?, &mut days);
        }
        let mut times = days.values().flat_map(BTreeMap::keys);
        (self.first, self.last) = (times.next().copied(), times.next_back().copied());
        self.last = self.last.or(self.first);
        Ok(days)
    }

    /// Takes one row. Of two of the same hour the first counts.
    fn take(&mut self, row: &WeatherRow, days: &mut Days) {
        self.rows_read += 1;
        for quantity in &row.impossible {
            self.count(&format!("impossible_{}", quantity.column()));
        }
        let Some(hour) = row.hour else { return self.count("bad_time") };
        if hour.weather.is_empty() {
            return self.count("empty_hour");
        }
        let day = days.entry(Hour::containing(hour.valid_at).civil().date()).or_default();
        if day.contains_key(&hour.valid_at) {
            self.duplicates += 1;
            return;
        }
        day.insert(hour.valid_at, hour);
        self.hours += 1;
        for quantity in WeatherQuantity::ALL.iter().filter(|quantity| hour.weather.get(**quantity).is_none())
        {
            *self.missing.entry(quantity.column().to_owned()).or_default() += 1;
        }
    }

    fn count(&mut self, reason: &str) {
        *self.quarantined.entry(reason.to_owned()).or_default() += 1;
    }
}
