//! The weather over the city: fine, grey and wet days, the same ones on which people ride more or less.
//!
//! It follows from the seed and the hour alone, like a forecast of it, which errs the more the further it looks ahead.

use velib_domain::{SignedDuration, Timestamp, Weather, calendar::paris_time};

use crate::dice::Dice;

/// What a day, UTC, is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sky {
    Fine,
    Grey,
    Wet,
}

impl Sky {
    /// Most days are fine, some grey, some wet.
    pub(crate) fn of_day(seed: u64, day: i64) -> Self {
        match Dice::of(&[seed, 0x3ea7, day.unsigned_abs()]).unit() {
            ..0.62 => Self::Fine,
            ..0.86 => Self::Grey,
            _ => Self::Wet,
        }
    }

    /// How much it leaves of the trips that people want to make.
    pub(crate) fn trips_left(self) -> f64 {
        match self {
            Self::Fine => 1.0,
            Self::Grey => 0.88,
            Self::Wet => 0.62,
        }
    }

    /// Chance of rain in an hour.
    fn rain_chance(self) -> f64 {
        match self {
            Self::Fine => 0.0,
            Self::Grey => 0.06,
            Self::Wet => 0.55,
        }
    }

    fn cloud_percent(self, dice: &mut Dice) -> f64 {
        match self {
            Self::Fine => dice.between(0.0, 40.0),
            Self::Grey => dice.between(75.0, 100.0),
            Self::Wet => dice.between(88.0, 100.0),
        }
    }

    /// Half of the difference between a day's coldest and warmest hour, in °C.
    fn swing_c(self) -> f64 {
        if self == Self::Fine { 4.0 } else { 1.8 }
    }
}

/// The weather of the full hour at an instant.
pub(crate) fn weather_at(seed: u64, at: Timestamp) -> Weather {
    let hour = at.as_second().div_euclid(3_600);
    let sky = Sky::of_day(seed, hour.div_euclid(24));
    let mut dice = Dice::of(&[seed, 0x5ead, hour.unsigned_abs()]);
    let temperature = usual_c(at, sky.swing_c()) + anomaly_c(seed, hour);
    let rains = dice.chance(sky.rain_chance());
    let precipitation = if rains { tenths(0.1 + dice.exponential(0.8)) } else { 0.0 };
    let snows = rains && temperature < 0.5;
    let wind = 9.0 + dice.exponential(if sky == Sky::Wet { 9.0 } else { 4.0 }).min(45.0);
    let cloud = sky.cloud_percent(&mut dice).round();
    Weather {
        temperature_c: Some(tenths(temperature)),
        apparent_temperature_c: Some(tenths(temperature - 0.12 * wind)),
        precipitation_mm: Some(precipitation),
        snowfall_cm: Some(if snows { tenths(0.7 * precipitation) } else { 0.0 }),
        wind_kmh: Some(tenths(wind)),
        gusts_kmh: Some(tenths(wind * 1.9)),
        cloud_percent: Some(cloud),
        wmo_code: Some(wmo_code(precipitation, snows, cloud)),
    }
}

/// What is said at `issued_at` of an hour: of the past the truth, of the future what comes some hours earlier or later,
/// a little too warm or too cold.
pub(crate) fn forecast_of(seed: u64, issued_at: Timestamp, at: Timestamp) -> Weather {
    let lead_h = at.duration_since(issued_at).as_secs_f64() / 3_600.0;
    if lead_h <= 0.0 {
        return weather_at(seed, at);
    }
    let issued_hour = issued_at.as_second().div_euclid(3_600);
    let mut dice = Dice::of(&[seed, 0xf04e, issued_hour.unsigned_abs(), at.as_second().unsigned_abs()]);
    let shift_h = (dice.normal() * lead_h / 24.0).round() as i64;
    let mut weather = weather_at(seed, at + SignedDuration::from_hours(shift_h));
    let error_c = dice.normal() * 0.25 * lead_h.sqrt();
    weather.temperature_c = weather.temperature_c.map(|celsius| tenths(celsius + error_c));
    weather.apparent_temperature_c = weather.apparent_temperature_c.map(|celsius| tenths(celsius + error_c));
    weather
}

/// The usual temperature of a day of the year and an hour of the day in Paris; mid-July and mid-afternoon are warmest.
fn usual_c(at: Timestamp, swing_c: f64) -> f64 {
    let local = paris_time(at);
    let year = f64::from(local.date().day_of_year() - 197) / 365.0;
    let day = (f64::from(local.hour()) - 15.0) / 24.0;
    12.3 + 8.2 * (std::f64::consts::TAU * year).cos() + swing_c * (std::f64::consts::TAU * day).cos()
}

/// How much warmer these days are than usual, changing slowly from one noon to the next.
fn anomaly_c(seed: u64, hour: i64) -> f64 {
    let of_day = |day: i64| 2.6 * Dice::of(&[seed, 0x7e3b, day.unsigned_abs()]).normal();
    let (day, share) = (hour.div_euclid(24), hour.rem_euclid(24) as f64 / 24.0);
    of_day(day) * (1.0 - share) + of_day(day + 1) * share
}

fn wmo_code(precipitation_mm: f64, snows: bool, cloud_percent: f64) -> u8 {
    match (precipitation_mm, snows) {
        (mm, true) if mm > 1.0 => 73,
        (_, true) => 71,
        (mm, false) if mm > 2.5 => 63,
        (mm, false) if mm > 0.0 => 61,
        _ if cloud_percent > 80.0 => 3,
        _ if cloud_percent > 25.0 => 2,
        _ => 0,
    }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: i64) -> impl Iterator<Item = Timestamp> {
        let first: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        (0..days * 24).map(move |hour| first + SignedDuration::from_hours(hour))
    }

    #[test]
    fn it_rains_on_the_days_on_which_people_ride_less() {
        let mut rain = [(0.0, 0.0); 3];
        for at in hours(365) {
            let sky = Sky::of_day(7, at.as_second().div_euclid(86_400));
            let (mm, hours) = &mut rain[sky as usize];
            *mm += weather_at(7, at).precipitation_mm.unwrap();
            *hours += 1.0;
        }
        let [fine, grey, wet] = rain.map(|(mm, hours)| mm / hours);
        assert!(fine == 0.0 && grey > 0.0 && wet > 4.0 * grey, "{fine} {grey} {wet} mm an hour");
        assert!(
            Sky::Fine.trips_left() > Sky::Grey.trips_left() && Sky::Grey.trips_left() > Sky::Wet.trips_left()
        );
    }

    #[test]
    fn a_year_is_like_one_in_paris() {
        let celsius: Vec<f64> = hours(365).map(|at| weather_at(7, at).temperature_c.unwrap()).collect();
        let mean = celsius.iter().sum::<f64>() / celsius.len() as f64;
        assert!((10.0..15.0).contains(&mean), "{mean}");
        assert!(celsius.iter().all(|celsius| (-18.0..42.0).contains(celsius)));
    }

    #[test]
    fn a_forecast_errs_the_more_the_further_it_looks() {
        let error = |lead_h: i64| {
            let errors = hours(60).map(|issued_at| {
                let at = issued_at + SignedDuration::from_hours(lead_h);
                let celsius = |weather: Weather| weather.temperature_c.unwrap();
                (celsius(forecast_of(7, issued_at, at)) - celsius(weather_at(7, at))).abs()
            });
            errors.sum::<f64>()
        };
        assert!(error(-5) == 0.0 && error(0) == 0.0);
        assert!(error(1) > 0.0 && error(6) > error(1) && error(48) > 1.5 * error(6));
    }
}
