//! The weather at a place, hour by hour: each number with its unit in its name, and with how it became known.
//!
//! A forecast may only look at weather that somebody could have known, so an hour carries when it was fetched; what
//! was computed long afterwards says so and has no such time. What nobody said is `None`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The weather of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Weather {
    /// Air temperature 2 m above the ground, in °C.
    pub temperature_c: Option<f64>,
    /// What it feels like with wind, humidity and sun, in °C.
    pub apparent_temperature_c: Option<f64>,
    /// Rain, showers and molten snow over the hour, in mm.
    pub precipitation_mm: Option<f64>,
    /// Fresh snow over the hour, in cm.
    pub snowfall_cm: Option<f64>,
    /// Wind 10 m above the ground, in km/h.
    pub wind_kmh: Option<f64>,
    /// The strongest gust of the hour, in km/h.
    pub gusts_kmh: Option<f64>,
    /// Share of the sky under clouds, 0–100.
    pub cloud_percent: Option<f64>,
    /// Present weather by table 4677 of the WMO, 0–99: 0 clear, 61 light rain, 95 thunderstorm.
    pub wmo_code: Option<u8>,
}

/// One of the numbers of [`Weather`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeatherQuantity {
    /// [`Weather::temperature_c`].
    Temperature,
    /// [`Weather::apparent_temperature_c`].
    ApparentTemperature,
    /// [`Weather::precipitation_mm`].
    Precipitation,
    /// [`Weather::snowfall_cm`].
    Snowfall,
    /// [`Weather::wind_kmh`].
    Wind,
    /// [`Weather::gusts_kmh`].
    Gusts,
    /// [`Weather::cloud_percent`].
    Cloud,
    /// [`Weather::wmo_code`].
    WmoCode,
}

/// The weather that holds at one full hour, and how it became known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeatherHour {
    /// The full hour at which it holds. Precipitation, snowfall and gusts tell of the hour that ends then.
    pub valid_at: Timestamp,
    /// How it became known.
    pub origin: WeatherOrigin,
    /// What it is, was or will be.
    pub weather: Weather,
}

/// How weather became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeatherOrigin {
    /// It stood in a document fetched at this time: a forecast of later hours, and of earlier ones the newest estimate.
    Collected {
        /// When the collector fetched the document.
        fetched_at: Timestamp,
    },
    /// Computed long afterwards from all measurements: the truth as far as it is known, and known to nobody in time.
    Reanalysis,
}

impl WeatherQuantity {
    /// Every quantity, in the order of the columns.
    pub const ALL: [Self; 8] = [
        Self::Temperature,
        Self::ApparentTemperature,
        Self::Precipitation,
        Self::Snowfall,
        Self::Wind,
        Self::Gusts,
        Self::Cloud,
        Self::WmoCode,
    ];

    /// The name of its column, with the unit.
    pub fn column(self) -> &'static str {
        match self {
            Self::Temperature => "temperature_c",
            Self::ApparentTemperature => "apparent_temperature_c",
            Self::Precipitation => "precipitation_mm",
            Self::Snowfall => "snowfall_cm",
            Self::Wind => "wind_kmh",
            Self::Gusts => "gusts_kmh",
            Self::Cloud => "cloud_percent",
            Self::WmoCode => "wmo_code",
        }
    }

    /// Whether there can be such weather on Earth; generous beyond every record, so that only nonsense is refused.
    pub fn admits(self, value: f64) -> bool {
        let possible = match self {
            Self::Temperature => -95.0..=65.0,
            Self::ApparentTemperature => -130.0..=90.0,
            Self::Snowfall => 0.0..=200.0,
            Self::Precipitation | Self::Wind | Self::Gusts => 0.0..=500.0,
            Self::Cloud => 0.0..=100.0,
            Self::WmoCode => return value.fract() == 0.0 && (0.0..=99.0).contains(&value),
        };
        possible.contains(&value)
    }
}

impl Weather {
    /// One of the numbers.
    pub fn get(&self, quantity: WeatherQuantity) -> Option<f64> {
        match quantity {
            WeatherQuantity::Temperature => self.temperature_c,
            WeatherQuantity::ApparentTemperature => self.apparent_temperature_c,
            WeatherQuantity::Precipitation => self.precipitation_mm,
            WeatherQuantity::Snowfall => self.snowfall_cm,
            WeatherQuantity::Wind => self.wind_kmh,
            WeatherQuantity::Gusts => self.gusts_kmh,
            WeatherQuantity::Cloud => self.cloud_percent,
            WeatherQuantity::WmoCode => self.wmo_code.map(f64::from),
        }
    }

    /// Takes one number, if there can be such weather; tells whether it was taken.
    pub fn set(&mut self, quantity: WeatherQuantity, value: f64) -> bool {
        let is_possible = quantity.admits(value);
        let taken = is_possible.then_some(value);
        match quantity {
            WeatherQuantity::Temperature => self.temperature_c = taken,
            WeatherQuantity::ApparentTemperature => self.apparent_temperature_c = taken,
            WeatherQuantity::Precipitation => self.precipitation_mm = taken,
            WeatherQuantity::Snowfall => self.snowfall_cm = taken,
            WeatherQuantity::Wind => self.wind_kmh = taken,
            WeatherQuantity::Gusts => self.gusts_kmh = taken,
            WeatherQuantity::Cloud => self.cloud_percent = taken,
            // Admitted codes are whole and at most 99.
            WeatherQuantity::WmoCode => self.wmo_code = taken.map(|code| code as u8),
        }
        is_possible
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl WeatherHour {
    /// When it was known; `None` where nobody knew it in time.
    pub fn known_at(&self) -> Option<Timestamp> {
        match self.origin {
            WeatherOrigin::Collected { fetched_at } => Some(fetched_at),
            WeatherOrigin::Reanalysis => None,
        }
    }

    /// How far ahead it was told; negative where the hour had passed already, `None` where it was not told in time.
    pub fn lead(&self) -> Option<SignedDuration> {
        self.known_at().map(|known_at| self.valid_at.duration_since(known_at))
    }

    /// Whether it was told before it came.
    pub fn is_forecast(&self) -> bool {
        self.lead().is_some_and(|lead| lead.is_positive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn hour(valid_at: &str, fetched_at: Option<&str>) -> WeatherHour {
        let collected = |at: &str| WeatherOrigin::Collected { fetched_at: at.parse().unwrap() };
        WeatherHour {
            valid_at: valid_at.parse().unwrap(),
            origin: fetched_at.map_or(WeatherOrigin::Reanalysis, collected),
            weather: Weather::default(),
        }
    }

    #[test]
    fn only_an_hour_told_before_it_came_is_a_forecast() {
        let ahead = hour("2026-11-20T15:00:00Z", Some("2026-11-20T14:05:00Z"));
        assert!(ahead.is_forecast());
        assert_eq!(ahead.lead(), Some(SignedDuration::from_mins(55)));
        assert!(!hour("2026-11-20T14:00:00Z", Some("2026-11-20T14:00:00Z")).is_forecast());
        assert!(!hour("2026-11-20T13:00:00Z", Some("2026-11-20T14:00:00Z")).is_forecast());
    }

    #[test]
    fn hindsight_was_known_to_nobody() {
        let afterwards = hour("2026-11-20T15:00:00Z", None);
        assert_eq!((afterwards.known_at(), afterwards.lead()), (None, None));
        assert!(!afterwards.is_forecast());
    }

    #[test]
    fn nonsense_is_not_taken_and_records_are() {
        use WeatherQuantity::{ApparentTemperature, Cloud, Precipitation, Temperature, Wind, WmoCode};
        for (quantity, value) in
            [(Temperature, 9_999.0), (Precipitation, -0.1), (Cloud, 101.0), (WmoCode, 2.5)]
        {
            assert!(!quantity.admits(value), "{value} {}", quantity.column());
        }
        for (quantity, value) in
            [(Temperature, -89.2), (Precipitation, 401.0), (Wind, 408.0), (WmoCode, 95.0)]
        {
            assert!(quantity.admits(value), "{value} {}", quantity.column());
        }
        assert!(!ApparentTemperature.admits(f64::NAN));
    }

    proptest! {
        #[test]
        fn what_is_set_is_there_and_nothing_else_changes(value in -200.0..600.0_f64, at in 0..8_usize) {
            let quantity = WeatherQuantity::ALL[at];
            let mut weather = Weather::default();
            let taken = weather.set(quantity, value);
            prop_assert_eq!(weather.get(quantity), taken.then_some(value));
            prop_assert_eq!(weather.is_empty(), !taken);
        }
    }
}
