//! Which column holds what: the names that published histories use, and overrides such as `bikes=num_bikes`.

use std::{collections::BTreeMap, fmt, path::Path, str::FromStr};

use super::HistoryFileError;

/// Something that a row of history tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// When the counts held; required.
    Timestamp,
    /// The station's key; required.
    StationId,
    /// The printed code.
    Code,
    /// Bikes ready to rent; required.
    Bikes,
    /// Mechanical bikes among them.
    Mechanical,
    /// E-bikes among them.
    Ebikes,
    /// Free docks.
    Docks,
    /// Docks built.
    Capacity,
    /// Degrees north.
    Lat,
    /// Degrees east.
    Lon,
    /// The station's name.
    Name,
    /// Whether it stands on the street.
    IsInstalled,
    /// Whether it rents bikes out.
    IsRenting,
    /// Whether it takes bikes back.
    IsReturning,
    /// The station's own `last_reported`.
    ReportedAt,
}

/// Each field, its name in overrides, and the column names it goes by, the likeliest first.
const FIELDS: [(Field, &str, &[&str]); 15] = [
    (Field::Timestamp, "timestamp", &["ts_utc", "timestamp", "snapshot_at", "fetched_at", "time"]),
    (Field::StationId, "station_id", &["station_id", "stationid"]),
    (Field::Code, "code", &["station_code", "stationcode", "code"]),
    (Field::Bikes, "bikes", &["bikes", "num_bikes_available", "numbikesavailable", "bikes_available"]),
    (Field::Mechanical, "mechanical", &["mechanical", "mechanical_bikes"]),
    (Field::Ebikes, "ebikes", &["ebikes", "ebike", "electric", "electric_bikes"]),
    (Field::Docks, "docks", &["docks", "num_docks_available", "numdocksavailable", "docks_available"]),
    (Field::Capacity, "capacity", &["capacity"]),
    (Field::Lat, "lat", &["lat", "latitude"]),
    (Field::Lon, "lon", &["lon", "lng", "longitude"]),
    (Field::Name, "name", &["name", "station_name"]),
    (Field::IsInstalled, "is_installed", &["is_installed"]),
    (Field::IsRenting, "is_renting", &["is_renting"]),
    (Field::IsReturning, "is_returning", &["is_returning"]),
    (Field::ReportedAt, "reported_at", &["reported_at", "last_reported_utc", "last_reported", "duedate"]),
];

impl Field {
    /// How many fields there are.
    pub(super) const COUNT: usize = FIELDS.len();

    /// Without these a row says nothing.
    const REQUIRED: [Self; 3] = [Self::Timestamp, Self::StationId, Self::Bikes];

    /// The name used in overrides.
    pub fn as_str(self) -> &'static str {
        FIELDS[self as usize].1
    }

    fn usual_columns(self) -> &'static [&'static str] {
        FIELDS[self as usize].2
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where each field is found. The default finds the usual names, whatever their case.
#[derive(Debug, Clone, Default)]
pub struct ColumnMapping {
    named: BTreeMap<Field, String>,
}

/// An override that says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} maps no column: write FIELD=COLUMN with a field of {fields}")]
pub struct InvalidMapping {
    text: String,
    fields: String,
}

impl ColumnMapping {
    /// Reads one field from a column of this name and no other.
    #[must_use]
    pub fn with(mut self, field: Field, column: impl Into<String>) -> Self {
        self.named.insert(field, column.into());
        self
    }

    /// Adds an override written as `bikes=num_bikes`.
    pub fn with_override(self, text: &str) -> Result<Self, InvalidMapping> {
        let (name, column) = text.split_once('=').ok_or_else(|| InvalidMapping::new(text))?;
        let field = FIELDS.iter().find(|(_, known, _)| *known == name.trim());
        match (field, column.trim()) {
            (Some((field, ..)), column) if !column.is_empty() => Ok(self.with(*field, column)),
            _ => Err(InvalidMapping::new(text)),
        }
    }

    /// The position of each field's column among those present.
    pub(super) fn locate(
        &self,
        path: &Path,
        present: &[String],
    ) -> Result<[Option<usize>; Field::COUNT], HistoryFileError> {
        let mut found = [None; Field::COUNT];
        for (field, _, _) in FIELDS {
            found[field as usize] = self.column_of(field, present);
            let needed = self.named.contains_key(&field) || Field::REQUIRED.contains(&field);
            if needed && found[field as usize].is_none() {
                return Err(self.missing(path, field, present));
            }
        }
        Ok(found)
    }

    fn column_of(&self, field: Field, present: &[String]) -> Option<usize> {
        match self.named.get(&field) {
            Some(name) => present.iter().position(|column| column == name),
            None => field
                .usual_columns()
                .iter()
                .find_map(|name| present.iter().position(|column| column.eq_ignore_ascii_case(name))),
        }
    }

    fn missing(&self, path: &Path, field: Field, present: &[String]) -> HistoryFileError {
        let usual = || field.usual_columns().join(", ");
        HistoryFileError::NoColumn {
            path: path.to_owned(),
            field,
            looked_for: self.named.get(&field).cloned().unwrap_or_else(usual),
            present: present.join(", "),
        }
    }
}

impl InvalidMapping {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), fields: FIELDS.map(|(_, name, _)| name).join(", ") }
    }
}

impl FromStr for ColumnMapping {
    type Err = InvalidMapping;

    /// Overrides separated by commas; the empty text is the default.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let overrides = text.split(',').filter(|part| !part.trim().is_empty());
        overrides.into_iter().try_fold(Self::default(), Self::with_override)
    }
}
