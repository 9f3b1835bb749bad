//! `velib replay`: would travellers have fared better with our planner? Days that are over tell, from a lake or a simulated
//! city.

pub mod history;
mod told;

use std::path::PathBuf;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use velib_forecast::Forecaster;
use velib_model::ModelForecaster;
use velib_replay::{BikeKind, Days, Replay, Settings, Weights, page, replay};

use crate::edge::{self, LakeOptions};

/// Which days of which history, and what to write.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// Replay a simulated city with this seed, minute by minute, instead of the lake.
    #[arg(long, value_name = "SEED")]
    city: Option<u64>,
    /// Stations of the simulated city.
    #[arg(long, default_value_t = 1_480, requires = "city")]
    stations: usize,
    /// The first day to replay, in Paris: 2024-10-10.
    #[arg(long, value_name = "DAY")]
    from: Date,
    /// The last.
    #[arg(long, value_name = "DAY")]
    to: Date,
    /// Days before the first to learn from.
    #[arg(long, default_value_t = 28, value_name = "DAYS")]
    learn: i64,
    /// The bike that travellers want; other kinds than any need a history that tells them apart, as a simulated city does.
    #[arg(long, default_value = "any", value_parser = bike)]
    kind: BikeKind,
    /// Trips of each kind.
    #[arg(long, default_value_t = 2_000)]
    trips: usize,
    /// Seed of the trips and of the draws of days.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Plan with these costs too: of a second on foot, and of a failure in seconds. May be given several times.
    #[arg(long, value_name = "ON_FOOT:FAILURE_S", value_parser = weights)]
    weights: Vec<Weights>,
    /// The model that our planner uses: a model.tar.gz. Without one it uses what is learned from the days before.
    #[arg(long, env = "MODEL_FILE", value_name = "FILE")]
    model_file: Option<PathBuf>,
    /// Write every number as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a page with charts and reliability diagrams.
    #[arg(long, value_name = "FILE.html")]
    plot: Option<PathBuf>,
}

/// Replays, showing progress, and prints how everybody fared.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let days = Days { first: options.from, last: options.to, learned: options.learn };
    let (past, history) = match options.city {
        Some(seed) => {
            let told =
                format!("a simulated city of {} stations, seed {seed}, every minute", options.stations);
            (history::of_city(seed, options.stations, days, Some(history::LEARNED_EVERY))?, told)
        }
        None => (history::of_lake(&options.lake, days).await?, format!("system {}", options.lake.system)),
    };
    let model = match &options.model_file {
        None => None,
        Some(file) => {
            let model = ModelForecaster::open(file).with_context(|| format!("opening {}", file.display()))?;
            Some(Box::new(model) as Box<dyn Forecaster>)
        }
    };
    let settings = Settings {
        history,
        days,
        bike: options.kind,
        trips: options.trips,
        seed: options.seed,
        weights: options.weights,
    };
    let style = ProgressStyle::with_template("{msg} {bar:40} {human_pos}/{human_len} trips {eta}")?;
    let progress = ProgressBar::new(0).with_style(style).with_message("learning");
    progress.tick();
    let stopwatch = edge::stopwatch();
    let replayed = Replay { city: &past.city, settings, model, stopwatch: &stopwatch };
    let report = replay(replayed, |done, all| {
        progress.set_message("travelling");
        progress.set_length(all);
        progress.set_position(done);
    })?;
    progress.finish_and_clear();
    if let Some(file) = &options.json {
        let json = serde_json::to_vec_pretty(&report)?;
        std::fs::write(file, json).with_context(|| format!("writing {}", file.display()))?;
    }
    if let Some(file) = &options.plot {
        std::fs::write(file, page(&report)).with_context(|| format!("writing {}", file.display()))?;
    }
    print!("{}", told::told(&report));
    Ok(())
}

/// `ebike`.
fn bike(text: &str) -> Result<BikeKind, String> {
    let kinds = [BikeKind::Any, BikeKind::Mechanical, BikeKind::Ebike];
    let named = kinds.into_iter().find(|kind| kind.as_str() == text);
    named.ok_or_else(|| "write any, mechanical or ebike".to_owned())
}

/// `1.5:600`.
fn weights(text: &str) -> Result<Weights, String> {
    let costs = text.split_once(':').and_then(|(on_foot, failure_s)| {
        Some(Weights { on_foot: on_foot.parse().ok()?, failure_s: failure_s.parse().ok()? })
    });
    let good =
        costs.filter(|costs| (1.0..=10.0).contains(&costs.on_foot) && (0.0..=1e5).contains(&costs.failure_s));
    good.ok_or_else(|| {
        "write the cost of a second on foot, 1 or more, a colon, and that of a failure in seconds: 1.5:600"
            .to_owned()
    })
}
