//! What a lake holds of the weather, beside what it holds of the stations.

use std::collections::BTreeMap;

use serde::Serialize;
use velib_domain::{Hour, SystemId};
use velib_lake::{Feed, Gap, Lake, WeatherHoldings, WeatherHourHoldings, WeatherQuality};

use crate::table;

/// The weather of a lake by days of fetches.
#[derive(Serialize)]
pub struct WeatherCalendar {
    oldest: Option<Hour>,
    newest: Option<Hour>,
    gaps: Vec<Gap>,
    pub days: BTreeMap<String, WeatherDay>,
    /// Days of weather as computed afterwards, which nobody knew in time.
    reanalysis_days: usize,
    reanalysis_from: Option<String>,
    reanalysis_to: Option<String>,
}

/// The weather fetched on one day.
#[derive(Default, Serialize)]
pub struct WeatherDay {
    documents: u64,
    hours_in_silver: u64,
    rows: u64,
    forecast_rows: u64,
    quarantined: u64,
    unreadable: u64,
    repeated_documents: u64,
}

impl WeatherCalendar {
    pub fn of(holdings: &WeatherHoldings) -> Self {
        let mut days: BTreeMap<String, WeatherDay> = BTreeMap::new();
        for held in &holdings.hours {
            days.entry(held.hour.civil().date().to_string()).or_default().add(held);
        }
        let hours = holdings.hours.iter().map(|held| held.hour);
        let afterwards = &holdings.reanalysis_days;
        Self {
            oldest: hours.clone().next(),
            newest: hours.clone().next_back(),
            gaps: Gap::between(hours),
            days,
            reanalysis_days: afterwards.len(),
            reanalysis_from: afterwards.first().map(ToString::to_string),
            reanalysis_to: afterwards.last().map(ToString::to_string),
        }
    }

    /// A table of days; nothing where there is no weather.
    pub fn listed(&self) -> String {
        let mut text = String::new();
        if !self.days.is_empty() {
            let rows: Vec<_> = self
                .days
                .iter()
                .map(|(date, day)| {
                    let counts = [day.documents, day.hours_in_silver, day.rows, day.forecast_rows];
                    std::iter::once(date.clone()).chain(counts.map(|count| count.to_string())).collect()
                })
                .collect();
            let header = ["weather fetched on", "documents", "hours in silver", "rows", "of hours ahead"];
            text.extend(["\n".to_owned(), table::render(&header, &rows)]);
        }
        let gaps = self
            .gaps
            .iter()
            .map(|gap| format!("weather gap from {} to {}: {} hours\n", gap.from, gap.until, gap.hours));
        text.extend(gaps);
        let ends = self.reanalysis_from.as_ref().zip(self.reanalysis_to.as_ref());
        text.extend(ends.map(|(from, to)| {
            format!("\nweather in hindsight: {} days from {from} to {to}\n", self.reanalysis_days)
        }));
        text
    }

    /// What was set aside; nothing where there is no weather.
    pub fn quality(&self) -> String {
        if self.days.is_empty() {
            return String::new();
        }
        let rows: Vec<_> = self
            .days
            .iter()
            .map(|(date, day)| {
                let counts = [day.rows, day.quarantined, day.unreadable, day.repeated_documents];
                std::iter::once(date.clone()).chain(counts.map(|count| count.to_string())).collect()
            })
            .collect();
        let header = ["weather fetched on", "rows", "quarantined", "unreadable", "repeated documents"];
        format!("\n{}", table::render(&header, &rows))
    }
}

/// The weather fetched in one hour: its documents and its report.
#[derive(Serialize)]
pub struct WeatherOfHour {
    documents: Vec<String>,
    report: Option<WeatherQuality>,
}

impl WeatherOfHour {
    /// What is stored; `None` where nothing is.
    pub async fn read(lake: &Lake, system: &SystemId, hour: Hour) -> anyhow::Result<Option<Self>> {
        let documents = lake.bronze_in_hour(system, Feed::Weather, hour).await?;
        let documents: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let report = lake.read_weather_quality(system, hour).await?;
        let is_nothing = documents.is_empty() && report.is_none();
        Ok((!is_nothing).then_some(Self { documents, report }))
    }

    /// As text.
    pub fn told(&self) -> anyhow::Result<String> {
        let report = match &self.report {
            Some(report) => serde_json::to_string_pretty(report)?,
            None => "not refined yet: run velib silver".to_owned(),
        };
        Ok(format!("\nweather\n{}\n\n{report}\n", self.documents.join("\n")))
    }
}

impl WeatherDay {
    fn add(&mut self, held: &WeatherHourHoldings) {
        self.documents += held.documents;
        self.hours_in_silver += u64::from(held.in_silver);
        let Some(report) = &held.report else { return };
        self.rows += report.rows;
        self.forecast_rows += report.forecast_rows;
        self.quarantined += report.quarantined.values().sum::<u64>();
        self.unreadable += report.unreadable.len() as u64;
        self.repeated_documents += report.repeated_documents;
    }
}
