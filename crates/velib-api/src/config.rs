//! Environment variables → one struct, with everything that is wrong with them at once.

mod limits;
mod log_format;

use std::{fmt, path::PathBuf, time::Duration};

use axum::http::HeaderValue;
use velib_domain::{SignedDuration, Source, SystemId};
use velib_gbfs::VELIB_DISCOVERY_URL;

use crate::{LogLines, MetricsOutput};
pub use limits::Limits;
pub use log_format::LogFormat;

/// How long a request waits for the endpoint where nothing else is said. One that runs answers all stations in about 90 ms; one
/// that starts takes many times as long, and then half of the 300 ms in which a request is to be answered is left for the
/// model in this process to be loaded and asked (about 110 ms), and for the answer.
pub const MODEL_PATIENCE: Duration = Duration::from_millis(150);

/// How long a request waits for the feed where nothing else is said and there are counts of before. With the reading of
/// those it is answered within about 300 ms.
pub const FEED_PATIENCE: Duration = Duration::from_millis(200);

/// How long counts are taken for those of now where nothing else is said.
pub const COUNTS_HOLD_FOR: SignedDuration = SignedDuration::from_mins(5);

/// What the API is told about its surroundings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The lake with the past day: `file:///…` or `s3://bucket/prefix`.
    pub lake_url: String,
    /// Where S3 answers, if not at Amazon's own address.
    pub s3_endpoint: Option<String>,
    /// The bike-share system's id in the lake.
    pub system: SystemId,
    /// The feed's `gbfs.json`.
    pub discovery_url: String,
    /// What stands behind the feed: real bikes, simulated ones, or stored documents.
    pub feed_source: Source,
    /// How long a request waits for the feed before counts of before answer it.
    pub feed_patience: Duration,
    /// For how long counts are taken for those of now, and served while newer ones are fetched.
    pub counts_hold_for: SignedDuration,
    /// The model endpoint, asked first; `None` where none is deployed.
    pub model: Option<Model>,
    /// How long a request waits for the endpoint before the next forecaster answers it.
    pub model_patience: Duration,
    /// The model that answers in this process when no endpoint does; without either every forecast is persistence.
    pub model_file: Option<PathBuf>,
    /// Street tables made by `velib streets build`; without them streets are estimated from straight lines.
    pub streets_file: Option<PathBuf>,
    /// Who is asked where an address is.
    pub geocoders: Geocoders,
    /// Origins of web pages that may read answers; exact, scheme and port included.
    pub allowed_origins: Vec<String>,
    /// What one request, and all together, may take.
    pub limits: Limits,
    /// Where numbers about requests go.
    pub metrics: MetricsOutput,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// Where the model is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The SageMaker endpoint's name.
    pub endpoint: String,
    /// Where it answers, if not at Amazon's own address.
    pub endpoint_url: Option<String>,
}

/// Where those answer who know addresses; one that is `None` is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geocoders {
    /// The French state's, asked first.
    pub geoplateforme: Option<String>,
    /// Photon, asked where the first knows nothing or is down.
    pub photon: Option<String>,
}

impl Geocoders {
    /// The address of Géoplateforme's geocoder.
    pub const GEOPLATEFORME: &str = "https://data.geopf.fr/geocodage";
    /// The address of Photon.
    pub const PHOTON: &str = "https://photon.komoot.io";
    /// The word that turns one off.
    pub const OFF: &str = "off";

    /// Reads two addresses, either of which may be [`Geocoders::OFF`].
    pub fn of(geoplateforme: String, photon: String) -> Self {
        let on = |url: String| (url != Self::OFF).then_some(url);
        Self { geoplateforme: on(geoplateforme), photon: on(photon) }
    }
}

/// Every variable that is wrong, each with the fix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl Config {
    /// Reads the configuration from variables, looked up by name.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut errors = Vec::new();
        let given =
            |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
        let lake_url = given("LAKE_URL").unwrap_or_else(|| {
            errors.push(
                "LAKE_URL is not set: give the lake's URL, file:///folder or s3://bucket/prefix".to_owned(),
            );
            String::new()
        });
        let system = given("SYSTEM_ID").unwrap_or_else(|| "velib".to_owned()).parse();
        let system = system.map_err(|error| errors.push(format!("SYSTEM_ID: {error}")));
        let feed_source = parse_feed_source(&given("FEED_SOURCE").unwrap_or_else(|| "live".to_owned()));
        let feed_source = feed_source.map_err(|error| errors.push(error));
        let counts_hold_for =
            given("COUNTS_HOLD_FOR_S").map_or(Ok(COUNTS_HOLD_FOR), |text| parse_hold(&text));
        let counts_hold_for = counts_hold_for.map_err(|error| errors.push(error));
        let allowed_origins = parse_origins(&given("ALLOWED_ORIGINS").unwrap_or_default());
        let allowed_origins = allowed_origins.map_err(|error| errors.push(error));
        let limits = Limits::from_variables(given, &mut errors);
        // Lambda sets it, and nobody can ask one of its instances.
        let on_lambda = given("AWS_LAMBDA_FUNCTION_NAME").is_some();
        let usual = LogFormat::usual(on_lambda);
        let log_format = given("LOG_FORMAT").map_or(Ok(usual), |text| text.parse());
        let log_format = log_format.unwrap_or_else(|error: String| {
            errors.push(format!("LOG_FORMAT: {error}"));
            usual
        });
        let endpoint_url = given("SAGEMAKER_ENDPOINT_URL");
        let model = given("SAGEMAKER_ENDPOINT")
            .map(|endpoint| Model { endpoint, endpoint_url: endpoint_url.clone() });
        if model.is_none() && endpoint_url.is_some() {
            errors.push(
                "SAGEMAKER_ENDPOINT_URL is set without SAGEMAKER_ENDPOINT: name the endpoint too".to_owned(),
            );
        }
        let mut patience = |name: &str, usual: Duration| match given(name) {
            Some(text) => parse_patience(name, &text).map_err(|error| errors.push(error)),
            None => Ok(usual),
        };
        let model_patience = patience("MODEL_PATIENCE_MS", MODEL_PATIENCE);
        let feed_patience = patience("FEED_PATIENCE_MS", FEED_PATIENCE);
        match (system, feed_source, counts_hold_for, allowed_origins, model_patience, feed_patience) {
            (
                Ok(system),
                Ok(feed_source),
                Ok(counts_hold_for),
                Ok(allowed_origins),
                Ok(model_patience),
                Ok(feed_patience),
            ) if errors.is_empty() => Ok(Self {
                lake_url,
                s3_endpoint: given("AWS_ENDPOINT_URL_S3"),
                system,
                discovery_url: given("DISCOVERY_URL").unwrap_or_else(|| VELIB_DISCOVERY_URL.to_owned()),
                feed_source,
                feed_patience,
                counts_hold_for,
                model,
                model_patience,
                model_file: given("MODEL_FILE").map(PathBuf::from),
                streets_file: given("STREETS_FILE").map(PathBuf::from),
                geocoders: Geocoders::of(
                    given("GEOPLATEFORME_URL").unwrap_or_else(|| Geocoders::GEOPLATEFORME.to_owned()),
                    given("PHOTON_URL").unwrap_or_else(|| Geocoders::PHOTON.to_owned()),
                ),
                allowed_origins,
                limits,
                metrics: if on_lambda {
                    MetricsOutput::Logged(LogLines::to_stdout())
                } else {
                    MetricsOutput::Scraped
                },
                log_format,
            }),
            _ => Err(ConfigErrors(errors)),
        }
    }
}

fn parse_feed_source(text: &str) -> Result<Source, String> {
    match text {
        "live" => Ok(Source::Live),
        "simulated" => Ok(Source::Simulated),
        "replayed" => Ok(Source::Replayed),
        other => Err(format!("FEED_SOURCE is {other:?}: it must be live, simulated or replayed")),
    }
}

fn parse_patience(name: &str, text: &str) -> Result<Duration, String> {
    let milliseconds: Option<u64> = text.parse().ok().filter(|milliseconds| *milliseconds > 0);
    let error = || format!("{name} is {text:?}: give whole milliseconds above 0, as in 300");
    milliseconds.map(Duration::from_millis).ok_or_else(error)
}

/// Below a minute the feed would be asked for every request; beyond an hour nobody would call a count that of now.
fn parse_hold(text: &str) -> Result<SignedDuration, String> {
    let seconds = text.parse().ok().filter(|seconds| (60..=3600).contains(seconds));
    let wrong = || format!("COUNTS_HOLD_FOR_S is {text:?}: it must be whole seconds, 60 to 3600");
    seconds.map(SignedDuration::from_secs).ok_or_else(wrong)
}

fn parse_origins(list: &str) -> Result<Vec<String>, String> {
    let origins = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    origins.map(|origin| check_origin(origin).map(|()| origin.to_owned())).collect()
}

/// An origin is a scheme, a host and perhaps a port, as browsers send it: no path, no wildcard.
fn check_origin(origin: &str) -> Result<(), String> {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let exact = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '?', '#']));
    if exact && HeaderValue::from_str(origin).is_ok() {
        return Ok(());
    }
    Err(format!("ALLOWED_ORIGINS holds {origin:?}: write an exact origin, as in https://pulse.example.org"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_lake_is_all_that_must_be_said() {
        let config = read(&[("LAKE_URL", "memory:")]).unwrap();
        assert_eq!(config.system.as_str(), "velib");
        assert_eq!(config.discovery_url, VELIB_DISCOVERY_URL);
        assert_eq!((config.feed_source, config.model), (Source::Live, None));
        assert_eq!((config.model_patience, config.feed_patience), (MODEL_PATIENCE, FEED_PATIENCE));
        assert_eq!(config.counts_hold_for, COUNTS_HOLD_FOR);
        assert!(config.allowed_origins.is_empty());
        assert_eq!((config.limits, config.log_format), (Limits::default(), LogFormat::Text));
        assert!(matches!(config.metrics, MetricsOutput::Scraped));
    }

    #[test]
    fn everything_can_be_said() {
        let config = read(&[
            ("LAKE_URL", "s3://bucket/lake"),
            ("SYSTEM_ID", "oslo"),
            ("DISCOVERY_URL", "https://example.org/gbfs.json"),
            ("FEED_SOURCE", "simulated"),
            ("COUNTS_HOLD_FOR_S", "120"),
            ("SAGEMAKER_ENDPOINT", "velib"),
            ("SAGEMAKER_ENDPOINT_URL", "http://127.0.0.1:8080"),
            ("MODEL_PATIENCE_MS", "150"),
            ("FEED_PATIENCE_MS", "100"),
            ("MODEL_FILE", "/opt/model.tar.gz"),
            ("STREETS_FILE", "/opt/paris.streets"),
            ("GEOPLATEFORME_URL", "off"),
            ("PHOTON_URL", "http://127.0.0.1:2322"),
            ("ALLOWED_ORIGINS", "https://a.example.org, http://localhost:8501"),
            ("MAX_CONCURRENT_REQUESTS", "8"),
            ("REQUEST_TIMEOUT_S", "5"),
            ("AWS_LAMBDA_FUNCTION_NAME", "velib-api"),
        ])
        .unwrap();
        let endpoint_url = Some("http://127.0.0.1:8080".to_owned());
        assert_eq!(config.model, Some(Model { endpoint: "velib".to_owned(), endpoint_url }));
        assert_eq!(config.allowed_origins, ["https://a.example.org", "http://localhost:8501"]);
        assert_eq!(config.feed_source, Source::Simulated);
        assert_eq!(config.model_patience, Duration::from_millis(150));
        assert_eq!(config.feed_patience, Duration::from_millis(100));
        assert_eq!(config.counts_hold_for, SignedDuration::from_secs(120));
        assert_eq!(config.model_file, Some(PathBuf::from("/opt/model.tar.gz")));
        let photon = Some("http://127.0.0.1:2322".to_owned());
        assert_eq!(config.geocoders, Geocoders { geoplateforme: None, photon });
        assert_eq!(config.streets_file, Some(PathBuf::from("/opt/paris.streets")));
        assert!(matches!(config.metrics, MetricsOutput::Logged(_)));
        assert_eq!(config.log_format, LogFormat::Json);
        assert_eq!((config.limits.concurrent_requests, config.limits.timeout.as_secs()), (8, 5));
    }

    #[test]
    fn a_log_can_be_read_by_either_wherever_it_is_written() {
        let read =
            |more: &[(&str, &str)]| read(&[&[("LAKE_URL", "memory:")], more].concat()).unwrap().log_format;
        let on_lambda = ("AWS_LAMBDA_FUNCTION_NAME", "velib-api");
        assert_eq!([read(&[]), read(&[on_lambda])], [LogFormat::Text, LogFormat::Json]);
        assert_eq!(read(&[("LOG_FORMAT", "json")]), LogFormat::Json);
        assert_eq!(read(&[("LOG_FORMAT", "text"), on_lambda]), LogFormat::Text);
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let wrong = [
            ("SYSTEM_ID", "Vélib'"),
            ("FEED_SOURCE", "guessed"),
            ("COUNTS_HOLD_FOR_S", "soon"),
            ("ALLOWED_ORIGINS", "*"),
            ("SAGEMAKER_ENDPOINT_URL", "http://127.0.0.1:8080"),
            ("MODEL_PATIENCE_MS", "soon"),
            ("FEED_PATIENCE_MS", "0"),
            ("MAX_BODY_BYTES", "64 kB"),
            ("MAX_QUERY_BYTES", "0"),
            ("LOG_FORMAT", "xml"),
        ];
        let errors = read(&wrong).unwrap_err();
        assert_eq!(errors.0.len(), 11, "{errors}");
        let wrong = [
            "LAKE_URL",
            "SYSTEM_ID",
            "FEED_SOURCE",
            "COUNTS_HOLD_FOR_S",
            "ALLOWED_ORIGINS",
            "SAGEMAKER_ENDPOINT",
            "MODEL_PATIENCE_MS",
            "FEED_PATIENCE_MS",
            "MAX_BODY_BYTES",
            "MAX_QUERY_BYTES",
            "LOG_FORMAT",
        ];
        for name in wrong {
            assert!(errors.to_string().contains(name), "{name} is missing in {errors}");
        }
    }
}
