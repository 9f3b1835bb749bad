//! `velib collect`: one run of the collector, a schedule, or the past of a feed that can serve it.

mod weather;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use velib_collector::{Cadence, Collector, FeedSource, Outcome, Systems, collect_every};
use velib_domain::{Hour, SignedDuration, Timestamp};
use velib_gbfs::{
    VELIB_DISCOVERY_URL,
    client::{ClientConfig, FeedClient},
};

use crate::{
    edge::{self, LakeOptions},
    table,
};
use weather::{WeatherOptions, When};

/// What to collect, and when.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// What to collect: the bike-share feed, or the weather where its stations are.
    #[arg(long, value_enum, default_value_t = Source::Gbfs)]
    source: Source,
    #[command(flatten)]
    weather: WeatherOptions,
    /// The address of the system's gbfs.json.
    #[arg(long, env = "DISCOVERY_URL", default_value = VELIB_DISCOVERY_URL, value_name = "URL")]
    discovery: String,
    /// A file that names several systems, one id=url a line or as a JSON object; all are collected in each run.
    #[arg(long, value_name = "FILE", conflicts_with = "past_hours")]
    systems: Option<PathBuf>,
    /// Collect again and again at whole multiples of this period (60m, 15m, 1m), until Ctrl-C.
    #[arg(long, value_name = "PERIOD", conflicts_with = "past_hours")]
    every: Option<Cadence>,
    /// Before collecting now, collect this many hours of the feed's past.
    #[arg(long, value_name = "HOURS", default_value_t = 0, requires_if("1..", "past_discovery"))]
    past_hours: i64,
    /// The address of a past gbfs.json, `{time}` standing for the hour; the simulated city has one.
    #[arg(long, value_name = "URL")]
    past_discovery: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// What there is to collect.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Source {
    Gbfs,
    OpenMeteo,
}

/// What all runs together stored.
#[derive(Default, Serialize)]
struct Collected {
    snapshots: usize,
    stations: usize,
    rejected: usize,
    runs: Vec<Outcome>,
}

/// Collects, and prints what was stored.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    let client = FeedClient::new(ClientConfig::default())?;
    if options.source == Source::OpenMeteo {
        let when = When { every: options.every, past_hours: options.past_hours };
        return weather::run(&lake, &client, options.lake.system, options.weather, when, options.json).await;
    }
    let collector = Collector::new(lake, client);
    let sources = options.sources()?;
    if let Some(cadence) = options.every {
        eprintln!("collecting every {cadence} until Ctrl-C");
        let stopped = async { drop(tokio::signal::ctrl_c().await) };
        collect_every(cadence, edge::now, |at| collector.collect_all(&sources, at), stopped).await;
        return Ok(());
    }
    let now = edge::now();
    let mut collected = Collected::default();
    options.collect_past(&collector, now, &mut collected).await?;
    let asking = ProgressBar::new_spinner().with_message(asking(&sources));
    asking.enable_steady_tick(Duration::from_millis(120));
    let run = collector.collect_all(&sources, now).await;
    asking.finish_and_clear();
    let (outcomes, failure) = match run {
        Ok(outcomes) => (outcomes, None),
        Err(mut failed) => (std::mem::take(&mut failed.collected), Some(failed)),
    };
    for outcome in outcomes {
        collected.add(outcome);
    }
    if failure.is_none() || !collected.runs.is_empty() {
        collected.print(options.json)?;
    }
    failure.map_or(Ok(()), |failed| Err(failed.into()))
}

fn asking(sources: &[FeedSource]) -> String {
    match sources {
        [source] => format!("asking {}", source.discovery_url),
        several => format!("asking {} systems", several.len()),
    }
}

impl Options {
    /// Whose feeds to collect now.
    fn sources(&self) -> anyhow::Result<Vec<FeedSource>> {
        let Some(file) = &self.systems else { return Ok(vec![self.source(self.discovery.clone())]) };
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let Systems(sources) = text.parse().with_context(|| format!("reading {}", file.display()))?;
        Ok(sources)
    }

    fn source(&self, discovery_url: String) -> FeedSource {
        FeedSource { system: self.lake.system.clone(), discovery_url }
    }

    async fn collect_past(
        &self,
        collector: &Collector,
        now: Timestamp,
        collected: &mut Collected,
    ) -> anyhow::Result<()> {
        if self.past_hours == 0 {
            return Ok(());
        }
        let template = self.past_discovery.as_deref().context("--past-hours needs --past-discovery")?;
        if !template.contains("{time}") {
            bail!("--past-discovery {template} has no {{time}} to put the hour in");
        }
        let first = Hour::containing(now - SignedDuration::from_hours(self.past_hours));
        let progress = ProgressBar::new(self.past_hours.unsigned_abs()).with_style(bar());
        for hour in first.until(Hour::containing(now).next()) {
            let source = self.source(template.replace("{time}", &hour.start().to_string()));
            collected.add(collector.collect(&source, hour.start()).await?);
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(())
    }
}

impl Collected {
    fn add(&mut self, outcome: Outcome) {
        self.snapshots += 1;
        self.stations += outcome.station_status.accepted;
        self.rejected += rejected(&outcome);
        self.runs.push(outcome);
    }

    fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        let row = |run: &Outcome| {
            let status = &run.station_status;
            let stations = status.accepted.to_string();
            let counts = if run.stillness.frozen { "frozen" } else { "moving" };
            let rejected = rejected(run).to_string();
            vec![run.scheduled_at.to_string(), stations, rejected, counts.to_owned(), status.key.clone()]
        };
        let rows: Vec<_> = self.runs.iter().map(row).collect();
        print!("{}", table::render(&["scheduled at", "stations", "rejected", "counts", "stored as"], &rows));
        Ok(())
    }
}

fn rejected(run: &Outcome) -> usize {
    run.station_status.rejected.values().sum()
}

fn bar() -> ProgressStyle {
    ProgressStyle::with_template("collecting {bar:40} {pos}/{len} hours {eta}")
        .expect("the template is a constant")
}
