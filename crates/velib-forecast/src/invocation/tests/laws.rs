//! What holds for every request and every answer, drawn at random.

use proptest::prelude::*;
use serde_json::Value;
use velib_domain::{LatLon, SignedDuration, StationId, Timestamp, calendar::paris_time};

use super::one_station;
use crate::{
    ForecastRequest, Forecaster, HourlyWeather, Invocation, ModelAnswer, OneStation, Persistence,
    StationHistory,
    invocation::{BadInvocation, encode_request},
};

fn history() -> impl Strategy<Value = StationHistory> {
    let slots = prop::collection::vec(any::<(Option<u16>, Option<u16>)>(), 0..30);
    let place = (-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32);
    (any::<String>(), prop::option::of(0..200_u16), place, slots, any::<bool>()).prop_map(
        |(station_id, capacity, (lat, lon), slots, has_docks)| StationHistory {
            station_id: StationId::new(station_id),
            capacity,
            position: LatLon { lat: f64::from(lat) / 1e6, lon: f64::from(lon) / 1e6 },
            bikes: slots.iter().map(|(bikes, _)| *bikes).collect(),
            docks: if has_docks { slots.iter().map(|(_, docks)| *docks).collect() } else { Vec::new() },
            ebikes: capacity.map(|capacity| capacity / 3),
            bikes_week_before: slots.iter().take(4).map(|(_, docks)| *docks).collect(),
        },
    )
}

fn hour_of_weather() -> impl Strategy<Value = HourlyWeather> {
    let numbers = (prop::option::of(0.0..90.0_f64), prop::option::of(0.0..150.0_f64));
    (946_771_200..4_102_444_800_i64, numbers).prop_map(|(second, (precipitation_mm, wind_kmh))| {
        let valid_at = Timestamp::from_second(second).unwrap();
        HourlyWeather { valid_at, precipitation_mm, wind_kmh }
    })
}

/// Any JSON, with the service's own field names likelier than chance would have them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    let names = [
        "stations",
        "issued_at",
        "cadence_seconds",
        "bikes",
        "docks",
        "historical_bikes",
        "hour",
        "lat",
        "x",
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        let object = prop::collection::btree_map(prop::sample::select(names.to_vec()), inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            object
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn a_request_is_read_as_it_was_written(
        second in 946_771_200..4_102_444_800_i64, cadence in 1..=86_400_i64, stations in prop::collection::vec(history(), 0..8),
        weather in prop::collection::vec(hour_of_weather(), 0..8),
    ) {
        let issued_at = Timestamp::from_second(second).unwrap();
        let request = ForecastRequest { issued_at, cadence: SignedDuration::from_secs(cadence), stations, weather };
        prop_assert_eq!(Invocation::decode(&encode_request(&request)), Ok(Invocation::ManyStations(request)));
    }

    #[test]
    fn an_answer_is_read_as_it_was_written(second in 0..1_000_000_000_i64, stations in prop::collection::vec(history(), 0..4)) {
        let issued_at = Timestamp::from_second(second).unwrap();
        let request = ForecastRequest { issued_at, cadence: SignedDuration::from_hours(1), stations, weather: Vec::new() };
        let forecasts = Persistence.forecast(&request).unwrap();
        let written = ModelAnswer::new("persistence", 0.5, Persistence.horizons(), &forecasts).encode();
        let read = ModelAnswer::decode(&written).unwrap();
        prop_assert_eq!(String::from_utf8(read.encode()), String::from_utf8(written));
    }

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Invocation::decode(&bytes), ModelAnswer::decode(&bytes));
    }

    #[test]
    fn no_json_brings_the_reader_down(json in any_json(), second in 946_771_200..4_102_444_800_i64) {
        let body = json.to_string();
        let now = Timestamp::from_second(second).unwrap();
        let read = Invocation::decode(body.as_bytes()).map(|invocation| invocation.into_request(now));
        if let Err(BadInvocation::BadField { field, .. }) = &read {
            prop_assert!(!field.is_empty());
        }
    }

    #[test]
    fn every_hour_of_the_week_is_found_within_half_a_week_and_an_hour(
        second in 946_771_200..4_102_444_800_i64, hour in 0..24_u8, day_of_week in 0..7_u8,
    ) {
        let now = Timestamp::from_second(second).unwrap();
        let station = OneStation { hour, day_of_week, ..one_station() };
        let issued_at = station.issued_at(now);
        let clock = paris_time(issued_at);
        prop_assert_eq!(clock.hour().unsigned_abs(), hour);
        prop_assert_eq!(clock.weekday().to_monday_zero_offset().unsigned_abs(), day_of_week);
        let hours = if hour == 2 && day_of_week == 6 { 7 * 24 } else { 85 };
        prop_assert!(issued_at.duration_since(now).abs() <= SignedDuration::from_hours(hours));
    }
}
