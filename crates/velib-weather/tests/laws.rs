//! What holds for every input: nothing makes the parser panic, no cut passes unnoticed, what is written is read, and
//! every hour and value is kept or counted.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod open_meteo;

use proptest::prelude::*;
use serde_json::{Value, json};
use velib_domain::{Weather, WeatherQuantity};
use velib_weather::{WeatherDocumentError, parse_weather, variable_name};

use open_meteo::{FIRST_HOUR_S, document, fetched_at};

/// A document of these hours, one after the other.
fn written(hours: &[Weather]) -> Value {
    let mut written = document();
    let seconds = (FIRST_HOUR_S..).step_by(3_600).take(hours.len()).collect::<Vec<_>>();
    written["hourly"]["time"] = json!(seconds);
    for quantity in WeatherQuantity::ALL {
        let values: Vec<_> = hours.iter().map(|hour| hour.get(quantity)).collect();
        written["hourly"][variable_name(quantity)] = json!(values);
    }
    written
}

/// Numbers have two decimals, as the service writes them: longer ones are read to the last but one digit only.
fn weather() -> impl Strategy<Value = Weather> {
    let number = (-2_000..12_000_i32).prop_map(|hundredths| f64::from(hundredths) / 100.0);
    let values = prop::collection::vec(prop::option::of(number), WeatherQuantity::ALL.len());
    values.prop_map(|values| {
        let mut weather = Weather::default();
        for (quantity, value) in WeatherQuantity::ALL.into_iter().zip(values) {
            let value = if quantity == WeatherQuantity::WmoCode { value.map(f64::floor) } else { value };
            value.map(|value| weather.set(quantity, value));
        }
        weather
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_weather(&body, fetched_at());
    }

    #[test]
    fn a_changed_byte_never_panics_and_adds_no_hour(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = document().to_string().into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        if let Ok(parsed) = parse_weather(&body, fetched_at()) {
            prop_assert!(parsed.hours.len() <= 3);
        }
    }

    #[test]
    fn no_value_anywhere_makes_the_parser_panic(value in any_json(), at in 0..9_usize, index in 0..3_usize) {
        let names = [&["time"][..], &WeatherQuantity::ALL.map(variable_name)].concat();
        let mut changed = document();
        changed["hourly"][names[at]][index] = value.clone();
        let parsed = parse_weather(changed.to_string().as_bytes(), fetched_at()).unwrap();
        let counted: u64 = parsed.quarantined.values().sum();
        prop_assert!(parsed.hours.len() as u64 + counted >= 3);
        changed["hourly"][names[at]] = value.clone();
        let _ = parse_weather(changed.to_string().as_bytes(), fetched_at());
        changed["hourly_units"] = value;
        let _ = parse_weather(changed.to_string().as_bytes(), fetched_at());
    }

    #[test]
    fn a_document_cut_anywhere_is_an_error(at in any::<prop::sample::Index>()) {
        let body = document().to_string();
        let cut = &body.as_bytes()[..at.index(body.len())];
        let bytes = cut.len();
        let expect = if bytes == 0 { WeatherDocumentError::Empty } else { WeatherDocumentError::Truncated { bytes } };
        prop_assert_eq!(parse_weather(cut, fetched_at()), Err(expect));
    }

    #[test]
    fn what_is_written_is_read(hours in prop::collection::vec(weather(), 1..30)) {
        let parsed = parse_weather(written(&hours).to_string().as_bytes(), fetched_at());
        let told: Vec<Weather> = hours.iter().filter(|hour| !hour.is_empty()).copied().collect();
        let Ok(parsed) = parsed else {
            prop_assert!(told.is_empty());
            return Ok(());
        };
        let read: Vec<Weather> = parsed.hours.iter().map(|hour| hour.weather).collect();
        let empty = parsed.quarantined.values().sum::<u64>();
        prop_assert_eq!(empty, (hours.len() - told.len()) as u64);
        prop_assert_eq!(read, told);
        prop_assert!(parsed.hours.is_sorted_by(|a, b| a.valid_at < b.valid_at));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::collection::vec(any::<i32>(), 0..4).prop_map(Value::from),
        Just(json!({"a": {}})),
    ]
}
