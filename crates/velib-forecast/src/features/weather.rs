//! What rows tell of the weather: the same for all stations of a request, and nothing where nobody told.
//!
//! Rain counts by its logarithm, because the first millimetre sends people home. A moment has the weather of the hour it
//! lies in. How warm it is is left out: that tells the season first of all, of which a history of a year or two has one each.

use std::iter::once;

use velib_domain::{SignedDuration, Timestamp};

use super::{FeatureSpec, row::flag};
use crate::{ForecastRequest, HourlyWeather};

/// The numbers a row has once.
pub(super) const NAMES: [&str; 4] = ["weather_known", "wind", "rain", "rain_before"];

/// The numbers a row has for each horizon.
pub(super) const HORIZON_NAMES: [&str; 3] = ["weather_known_then", "rain_until", "rain_then"];

/// Full hours before the present one whose rain is told.
const HOURS_BEFORE: i32 = 3;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// km/h that count as one.
const WIND_UNIT: f64 = 20.0;

/// The numbers of a request, in the order of their names.
pub(super) fn numbers(spec: &FeatureSpec, request: &ForecastRequest) -> Vec<f32> {
    let told = |hour: Timestamp| request.weather.iter().find(|told| told.valid_at == hour);
    let rain = |first: Timestamp, last: Timestamp| -> f64 {
        let hours = request.weather.iter().filter(|told| (first..=last).contains(&told.valid_at));
        hours.filter_map(|told| told.precipitation_mm).sum::<f64>().ln_1p()
    };
    let now = HourlyWeather::hour_of(request.issued_at);
    let present = [
        told(now).and_then(|told| told.wind_kmh).unwrap_or(0.0) / WIND_UNIT,
        rain(now, now),
        rain(now - HOUR * HOURS_BEFORE, now - HOUR),
    ];
    let later = spec.horizons_seconds.iter().flat_map(|&seconds| {
        let then = HourlyWeather::hour_of(request.issued_at + SignedDuration::from_secs(seconds));
        let numbers = [rain(now + HOUR, then), rain(then, then)];
        once(flag(told(then).is_some())).chain(numbers.map(|number| number as f32))
    });
    once(flag(told(now).is_some())).chain(present.map(|number| number as f32)).chain(later).collect()
}
