//! The environment's part about the weather: off unless `WEATHER` names the source.

use velib_domain::{LatLon, SystemId};
use velib_weather::OPEN_METEO_URL;

use super::WeatherSource;

/// The one source there is.
const OPEN_METEO: &str = "open-meteo";

impl WeatherSource {
    /// Open-Meteo's weather for the middle of a system's stations.
    pub fn open_meteo(system: SystemId) -> Self {
        Self { system, service_url: OPEN_METEO_URL.to_owned(), place: None }
    }

    /// Reads `WEATHER`, `WEATHER_URL` and `WEATHER_PLACE` (`48.86,2.35`) through `set`, which gives none that is blank;
    /// `None` where no weather is wanted.
    pub fn read(system: &SystemId, set: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        match set("WEATHER").as_deref() {
            None | Some("off") => return Ok(None),
            Some(OPEN_METEO) => {}
            Some(other) => return Err(format!("WEATHER is {other:?}: it must be {OPEN_METEO} or off")),
        }
        let place = set("WEATHER_PLACE").map(|text| place(&text)).transpose()?;
        let service_url = set("WEATHER_URL").unwrap_or_else(|| OPEN_METEO_URL.to_owned());
        Ok(Some(Self { system: system.clone(), service_url, place }))
    }
}

fn place(text: &str) -> Result<LatLon, String> {
    let degrees = |text: &str| text.trim().parse().ok();
    let place = text.split_once(',').and_then(|(lat, lon)| LatLon::new(degrees(lat)?, degrees(lon)?));
    place.ok_or_else(|| {
        format!("WEATHER_PLACE {text:?} is no place: write latitude and longitude as 48.86,2.35")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<WeatherSource>, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        WeatherSource::read(&velib(), value)
    }

    fn velib() -> SystemId {
        "velib".parse().unwrap()
    }

    #[test]
    fn weather_is_off_until_its_source_is_named() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("WEATHER", "off"), ("WEATHER_PLACE", "nowhere")]), Ok(None));
        assert_eq!(read(&[("WEATHER", "open-meteo")]), Ok(Some(WeatherSource::open_meteo(velib()))));
    }

    #[test]
    fn another_service_and_a_place_can_be_given() {
        let service_url = "http://127.0.0.1:9/v1/forecast";
        let set = [("WEATHER", "open-meteo"), ("WEATHER_URL", service_url), ("WEATHER_PLACE", "48.86, 2.35")];
        let source = read(&set).unwrap().unwrap();
        assert_eq!((source.service_url.as_str(), source.place), (service_url, LatLon::new(48.86, 2.35)));
    }

    #[test]
    fn what_is_no_source_and_no_place_is_named() {
        assert!(read(&[("WEATHER", "metar")]).unwrap_err().contains("\"metar\""));
        let error = read(&[("WEATHER", "open-meteo"), ("WEATHER_PLACE", "Paris")]).unwrap_err();
        assert!(error.contains("\"Paris\"") && error.contains("48.86,2.35"), "{error}");
    }
}
