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

    /// Reads `WEATHER`, `WEATHER_URL` and `WEATHER_PLACE` (`48.86,2.35`) through `set`, which gives none that is blank:
    /// one source for each system, or none where no weather is wanted.
    pub fn read(systems: &[SystemId], set: impl Fn(&str) -> Option<String>) -> Result<Vec<Self>, String> {
        match set("WEATHER").as_deref() {
            None | Some("off") => return Ok(Vec::new()),
            Some(OPEN_METEO) => {}
            Some(other) => return Err(format!("WEATHER is {other:?}: it must be {OPEN_METEO} or off")),
        }
        let place = set("WEATHER_PLACE").map(|text| place(&text)).transpose()?;
        if place.is_some() && systems.len() > 1 {
            return Err("WEATHER_PLACE is one place for several systems: leave it out, and each has its own"
                .to_owned());
        }
        let service_url = set("WEATHER_URL").unwrap_or_else(|| OPEN_METEO_URL.to_owned());
        let source =
            |system: &SystemId| Self { system: system.clone(), service_url: service_url.clone(), place };
        Ok(systems.iter().map(source).collect())
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

    fn read(systems: &[&str], variables: &[(&str, &str)]) -> Result<Vec<WeatherSource>, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let systems: Vec<SystemId> = systems.iter().map(|system| system.parse().unwrap()).collect();
        WeatherSource::read(&systems, value)
    }

    #[test]
    fn weather_is_off_until_its_source_is_named() {
        assert_eq!(read(&["velib"], &[]), Ok(vec![]));
        assert_eq!(read(&["velib"], &[("WEATHER", "off"), ("WEATHER_PLACE", "nowhere")]), Ok(vec![]));
        let each = ["velib", "lyon"].map(|system| WeatherSource::open_meteo(system.parse().unwrap()));
        assert_eq!(read(&["velib", "lyon"], &[("WEATHER", "open-meteo")]), Ok(each.to_vec()));
    }

    #[test]
    fn another_service_and_a_place_can_be_given() {
        let service_url = "http://127.0.0.1:9/v1/forecast";
        let set = [("WEATHER", "open-meteo"), ("WEATHER_URL", service_url), ("WEATHER_PLACE", "48.86, 2.35")];
        let sources = read(&["velib"], &set).unwrap();
        let expect = (service_url, LatLon::new(48.86, 2.35));
        assert_eq!((sources[0].service_url.as_str(), sources[0].place), expect);
        assert!(read(&["velib", "lyon"], &set).unwrap_err().contains("WEATHER_PLACE"));
    }

    #[test]
    fn what_is_no_source_and_no_place_is_named() {
        assert!(read(&["velib"], &[("WEATHER", "metar")]).unwrap_err().contains("\"metar\""));
        let error = read(&["velib"], &[("WEATHER", "open-meteo"), ("WEATHER_PLACE", "Paris")]).unwrap_err();
        assert!(error.contains("\"Paris\"") && error.contains("48.86,2.35"), "{error}");
    }
}
