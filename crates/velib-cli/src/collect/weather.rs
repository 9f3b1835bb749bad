//! `velib collect --source open-meteo`: the weather where the stations are, once, on a schedule, or of hours past.

use anyhow::{Context, ensure};
use indicatif::ProgressBar;
use velib_collector::{Cadence, WeatherOutcome, WeatherSource, collect_every, collect_weather};
use velib_domain::{Hour, LatLon, SignedDuration, SystemId, Timestamp};
use velib_gbfs::client::FeedClient;
use velib_lake::Lake;

use super::bar;
use crate::{edge, table};

/// Where the weather comes from, and for which place.
#[derive(clap::Args)]
pub struct WeatherOptions {
    /// Weather: the place's degrees north; the middle of the stations that are known when not given.
    #[arg(long, value_name = "DEGREES", requires = "lon", allow_hyphen_values = true)]
    lat: Option<f64>,
    /// Weather: the place's degrees east.
    #[arg(long, value_name = "DEGREES", requires = "lat", allow_hyphen_values = true)]
    lon: Option<f64>,
    /// Weather: the address of a forecast service of Open-Meteo's kind, Open-Meteo's own when not given; `{time}` in it
    /// stands for the moment of the run, which the simulated city can tell of.
    #[arg(long, env = "WEATHER_URL", value_name = "URL")]
    weather_url: Option<String>,
}

impl WeatherOptions {
    fn source(self, system: SystemId) -> anyhow::Result<WeatherSource> {
        let mut source = WeatherSource::open_meteo(system);
        if let Some((lat, lon)) = self.lat.zip(self.lon) {
            let place = LatLon::new(lat, lon);
            source.place =
                Some(place.with_context(|| format!("--lat {lat} --lon {lon} is no place on Earth"))?);
        }
        source.service_url = self.weather_url.unwrap_or(source.service_url);
        Ok(source)
    }
}

/// When to collect.
pub struct When {
    /// Again and again at multiples of this.
    pub every: Option<Cadence>,
    /// Hours of the past before now.
    pub past_hours: i64,
}

/// Collects, and prints what was stored.
pub async fn run(
    lake: &Lake,
    client: &FeedClient,
    system: SystemId,
    options: WeatherOptions,
    when: When,
    json: bool,
) -> anyhow::Result<()> {
    let source = options.source(system)?;
    let collect = |at| collect_weather(lake, client, &source, at);
    if let Some(cadence) = when.every {
        eprintln!("collecting the weather every {cadence} until Ctrl-C");
        let stopped = async { drop(tokio::signal::ctrl_c().await) };
        collect_every(cadence, edge::now, collect, stopped).await;
        return Ok(());
    }
    let now = edge::now();
    let past = past_runs(now, when.past_hours, &source)?;
    let progress = ProgressBar::new(past.len() as u64).with_style(bar());
    let mut outcomes = Vec::new();
    for at in past.into_iter().chain([now]) {
        outcomes.push(collect(at).await?);
        progress.inc(1);
    }
    progress.finish_and_clear();
    print(&outcomes, json)
}

/// The full hours before now, as many as are wanted.
fn past_runs(now: Timestamp, hours: i64, source: &WeatherSource) -> anyhow::Result<Vec<Timestamp>> {
    ensure!(
        hours == 0 || source.service_url.contains("{time}"),
        "--past-hours needs a --weather-url with {{time}} in it: a service of today says nothing of what it said then"
    );
    let first = Hour::containing(now - SignedDuration::from_hours(hours));
    Ok(first.until(Hour::containing(now)).map(Hour::start).collect())
}

fn print(outcomes: &[WeatherOutcome], json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string(&serde_json::json!({ "weather": outcomes }))?);
        return Ok(());
    }
    let row = |run: &WeatherOutcome| {
        let counts = [run.hours, run.forecast_hours].map(|count| count.to_string());
        let [hours, ahead] = counts;
        vec![run.scheduled_at.to_string(), hours, ahead, run.key.clone()]
    };
    let rows: Vec<_> = outcomes.iter().map(row).collect();
    print!("{}", table::render(&["scheduled at", "hours", "ahead", "stored as"], &rows));
    Ok(())
}
