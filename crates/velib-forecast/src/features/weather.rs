//! What rows tell of the weather: the same for all stations of a request, and nothing where nobody told.
//!
//! Rain counts by its logarithm, because the first millimetre sends people home. A moment has the weather of the hour it
//! lies in. How warm it is is left out: that tells the season first of all, of which a history of a year or two has one each.

use std::iter::once;

use velib_domain::{Hour, SignedDuration, Timestamp};

use super::{FeatureSpec, row::flag};
use crate::ForecastRequest;

/// The numbers a row has once.
pub(super) const NAMES: [&str; 4] = ["weather_known", "wind", "rain", "rain_before"];

/// The numbers a row has for each horizon.
pub(super) const HORIZON_NAMES: [&str; 3] = ["weather_known_then", "rain_until", "rain_then"];

/// Full hours before the present one whose rain is told.
const HOURS_BEFORE: i32 = 3;

/// km/h that count as one.
const WIND_UNIT: f64 = 20.0;

/// The end of the hour that a moment lies in, at which its weather is told; a full hour ends its own.
fn end_of_hour(moment: Timestamp) -> Timestamp {
    Hour::from_on(moment).start()
}

/// The numbers of a request, in the order of their names.
pub(super) fn numbers(spec: &FeatureSpec, request: &ForecastRequest) -> Vec<f32> {
    let told = |hour: Timestamp| request.weather.iter().find(|told| told.valid_at == hour);
    let rain = |first: Timestamp, last: Timestamp| -> f64 {
        let hours = request.weather.iter().filter(|told| (first..=last).contains(&told.valid_at));
        hours.filter_map(|told| told.precipitation_mm).sum::<f64>().ln_1p()
    };
    let now = end_of_hour(request.issued_at);
    let present = [
        told(now).and_then(|told| told.wind_kmh).unwrap_or(0.0) / WIND_UNIT,
        rain(now, now),
        rain(now - Hour::LENGTH * HOURS_BEFORE, now - Hour::LENGTH),
    ];
    let later = spec.horizons_seconds.iter().flat_map(|&seconds| {
        let then = end_of_hour(request.issued_at + SignedDuration::from_secs(seconds));
        let numbers = [rain(now + Hour::LENGTH, then), rain(then, then)];
        once(flag(told(then).is_some())).chain(numbers.map(|number| number as f32))
    });
    once(flag(told(now).is_some())).chain(present.map(|number| number as f32)).chain(later).collect()
}
