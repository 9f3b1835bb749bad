//! The environment, read once into a struct, with everything that is wrong with it said at once.

use std::{fmt, path::Path};

use velib_domain::SystemId;
use velib_gbfs::VELIB_DISCOVERY_URL;

use crate::{FeedSource, Systems, WeatherSource};

/// Set by Lambda, and only there.
const LAMBDA_MARK: &str = "AWS_LAMBDA_RUNTIME_API";

/// What the collector needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `LAKE_URL`: where to keep documents; on a laptop the folder `lake` here when it is not set.
    pub lake_url: String,
    /// `AWS_ENDPOINT_URL_S3`: address of an S3 server other than Amazon's.
    pub s3_endpoint: Option<String>,
    /// `SYSTEMS`, or for one `SYSTEM_ID` and `DISCOVERY_URL`: whose feeds, and where they are listed; Vélib' when not set.
    pub systems: Systems,
    /// `WEATHER`, `WEATHER_URL` and `WEATHER_PLACE`: the weather to collect beside; none when not set.
    pub weather: Vec<WeatherSource>,
    /// Whether Lambda runs this program.
    pub in_lambda: bool,
}

/// Everything that is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// One sentence a variable.
    pub problems: Vec<String>,
}

impl Config {
    /// Reads variables by name; `here` is the folder that a laptop's default lake stands in.
    pub fn read(variable: impl Fn(&str) -> Option<String>, here: &Path) -> Result<Self, ConfigError> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let in_lambda = set(LAMBDA_MARK).is_some();
        let lake_url = set("LAKE_URL").or_else(|| (!in_lambda).then(|| lake_folder(here)));
        let lake_url =
            lake_url.ok_or_else(|| "LAKE_URL is not set: give it as s3://bucket/prefix".to_owned());
        let systems = match set("SYSTEMS") {
            Some(list) => list.parse::<Systems>().map_err(|error| vec![format!("SYSTEMS: {error}")]),
            None => one_system(set("SYSTEM_ID"), set("DISCOVERY_URL")),
        };
        let weather = WeatherSource::read(&ids(&systems), set);
        match (lake_url, systems, weather) {
            (Ok(lake_url), Ok(systems), Ok(weather)) => {
                Ok(Self { lake_url, s3_endpoint: set("AWS_ENDPOINT_URL_S3"), systems, weather, in_lambda })
            }
            (lake_url, systems, weather) => {
                let of_systems = systems.err().into_iter().flatten();
                let problems = lake_url.err().into_iter().chain(of_systems).chain(weather.err());
                Err(ConfigError { problems: problems.collect() })
            }
        }
    }
}

/// The systems that are known, to tell everything that is wrong at once.
fn ids(systems: &Result<Systems, Vec<String>>) -> Vec<SystemId> {
    let sources = systems.iter().flat_map(|Systems(sources)| sources);
    sources.map(|source| source.system.clone()).collect()
}

fn one_system(id: Option<String>, discovery_url: Option<String>) -> Result<Systems, Vec<String>> {
    let system = id.unwrap_or_else(|| "velib".to_owned());
    let system = system.parse::<SystemId>().map_err(|error| format!("SYSTEM_ID: {error}"));
    match (system, checked_url(discovery_url)) {
        (Ok(system), Ok(discovery_url)) => Ok(Systems(vec![FeedSource { system, discovery_url }])),
        (system, url) => Err(system.err().into_iter().chain(url.err()).collect()),
    }
}

fn lake_folder(here: &Path) -> String {
    format!("file://{}", here.join("lake").display())
}

fn checked_url(set: Option<String>) -> Result<String, String> {
    let url = set.unwrap_or_else(|| VELIB_DISCOVERY_URL.to_owned());
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(url);
    }
    Err(format!("DISCOVERY_URL {url:?} is no web address: give the https address of a gbfs.json"))
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Config::read(value, Path::new("/home/ada"))
    }

    #[test]
    fn an_empty_environment_collects_velib_into_a_folder_here() {
        let config = read(&[("SYSTEM_ID", "")]).unwrap();
        assert_eq!(config.lake_url, "file:///home/ada/lake");
        assert_eq!(config.systems.0.len(), 1);
        assert_eq!(config.systems.0[0].system.as_str(), "velib");
        assert_eq!(config.systems.0[0].discovery_url, VELIB_DISCOVERY_URL);
        assert!(!config.in_lambda);
    }

    #[test]
    fn a_function_in_the_cloud_must_be_told_where_its_lake_is() {
        let error = read(&[(LAMBDA_MARK, "127.0.0.1:9001")]).unwrap_err();
        assert_eq!(error.to_string(), "LAKE_URL is not set: give it as s3://bucket/prefix");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = [("SYSTEM_ID", "Vélib"), ("DISCOVERY_URL", "gbfs.json"), ("WEATHER", "metar")];
        let error = read(&wrong).unwrap_err();
        assert_eq!(error.problems.len(), 3);
        let said = error.to_string();
        assert!(said.contains("SYSTEM_ID") && said.contains("Vélib"), "{said}");
        assert!(said.contains("DISCOVERY_URL") && said.contains("gbfs.json"), "{said}");
    }

    #[test]
    fn what_is_set_is_taken() {
        let config = read(&[
            (LAMBDA_MARK, "127.0.0.1:9001"),
            ("LAKE_URL", "s3://paris-pulse"),
            ("SYSTEM_ID", "lyon"),
            ("DISCOVERY_URL", "https://example.org/gbfs.json"),
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:5000"),
        ]);
        let source = FeedSource {
            system: "lyon".parse().unwrap(),
            discovery_url: "https://example.org/gbfs.json".to_owned(),
        };
        let expected = Config {
            lake_url: "s3://paris-pulse".to_owned(),
            s3_endpoint: Some("http://127.0.0.1:5000".to_owned()),
            systems: Systems(vec![source]),
            weather: Vec::new(),
            in_lambda: true,
        };
        assert_eq!(config, Ok(expected));
    }

    #[test]
    fn a_list_of_systems_stands_for_the_one() {
        let list = r#"{"velib":"https://v.example/gbfs.json","oslo":"https://o.example/gbfs.json"}"#;
        let config = read(&[("SYSTEMS", list), ("SYSTEM_ID", "lyon"), ("WEATHER", "open-meteo")]).unwrap();
        let ids: Vec<&str> = config.systems.0.iter().map(|source| source.system.as_str()).collect();
        assert_eq!((ids, config.weather.len()), (vec!["oslo", "velib"], 2));
        let error = read(&[("SYSTEMS", "velib"), (LAMBDA_MARK, "127.0.0.1:9001")]).unwrap_err();
        assert_eq!(error.problems.len(), 2, "{error}");
    }
}
