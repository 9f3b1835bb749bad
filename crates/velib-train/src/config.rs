//! The command line of `velib-train`.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use velib_domain::SystemId;
use velib_forecast::HalfLife;
use velib_lstm::training::Restraint;
use velib_model::NetworkShape;

use crate::{DayRange, FitPlan, RowRules, TrainError, kinds::KindsArguments, usable::UsableArguments};

/// Trains forecasting models from a lake.
#[derive(Debug, Parser)]
#[command(name = "velib-train", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What `velib-train` can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Trains a network on a system's silver, prints its errors beside persistence, writes the model.
    Fit(FitArguments),
    /// Prints the scores of a trained model and of simple forecasters on the held-out days of a system's silver.
    Evaluate(EvaluateArguments),
    /// Tells whether a model is better than another on the same rows; ends with 0 only if so (3: cannot tell, 4: worse).
    Compare(CompareArguments),
    /// Weighs a model's network, table and usual week anew on the validation days, and leaves each as it is.
    Blend(BlendArguments),
    /// Learns what is usual anew from later days, and leaves the network as it is: takes seconds, not an hour.
    Refresh(RefreshArguments),
    /// Writes a model's archive, the same bytes for the same model, and tells what is in it.
    Package(PackageArguments),
    /// Searches for a better network and step at random, on the validation days; goes on where it was stopped.
    Search(SearchArguments),
    /// Prints whether the estimate of stuck bikes holds up, by a simulated city's secret or by the day after.
    Usable(UsableArguments),
    /// Prints how bikes change their kinds on training days, and the errors of forecasts of e-bikes and mechanical bikes.
    Kinds(KindsArguments),
    /// Draws the report of an evaluation again.
    Report(ReportArguments),
}

/// Which rows.
#[derive(Debug, Clone, Args)]
pub struct SourceArguments {
    /// The lake, as a URL: `file:///…` or `s3://bucket/prefix`.
    #[arg(long, env = "VELIB_LAKE")]
    pub lake: String,
    /// The bike-share system.
    #[arg(long, default_value = "velib")]
    pub system: SystemId,
    /// Which rows are learned from and judged.
    #[arg(long, value_enum, default_value_t = ProtocolName::ByTime, conflicts_with_all = ["train", "val", "test"])]
    pub protocol: ProtocolName,
    /// Days to learn from, `FROM..TO`, both included, as `2024-01-01..2024-06-30`, several apart by commas; instead of a
    /// protocol.
    #[arg(long, value_delimiter = ',', requires_all = ["val", "test"])]
    pub train: Option<Vec<DayRange>>,
    /// Days that choose the best epoch.
    #[arg(long, value_delimiter = ',', requires_all = ["train", "test"])]
    pub val: Option<Vec<DayRange>>,
    /// Days to judge on.
    #[arg(long, value_delimiter = ',', requires_all = ["train", "val"])]
    pub test: Option<Vec<DayRange>>,
}

/// Options of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// Which rows.
    #[command(flatten)]
    pub source: SourceArguments,
    /// The model, trained on the same training days: `model.tar.gz`.
    #[arg(long, default_value = "model/model.tar.gz")]
    pub model: PathBuf,
    /// Print the evaluation as JSON.
    #[arg(long)]
    pub json: bool,
    /// Also write `report.html`, `evaluation.json` and CSV files into this folder.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Judge at these minutes ahead instead of at hours, asked as a planner asks: `20,40`.
    #[arg(long, value_delimiter = ',')]
    pub minutes: Vec<u16>,
    /// Grow no boosted trees to judge beside: they take minutes.
    #[arg(long)]
    pub no_trees: bool,
    /// Judge with a usual week learned anew from the training days, as `refresh` would.
    #[arg(long)]
    pub refreshed: bool,
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Which rows.
    #[command(flatten)]
    pub source: SourceArguments,
    /// The forecaster in place: a `model.tar.gz`, or the name of a simple forecaster, as `persistence` or `table`.
    pub old: String,
    /// The one that would take its place.
    pub new: String,
    /// Judge both with a usual week learned anew from the training days, as `refresh` would.
    #[arg(long)]
    pub refreshed: bool,
    /// Print the comparison as JSON.
    #[arg(long)]
    pub json: bool,
}

/// A model of which a part is learned anew.
#[derive(Debug, Args)]
pub struct RewrittenArguments {
    /// The model.
    #[arg(long, default_value = "model/model.tar.gz")]
    pub model: PathBuf,
    /// Where to write the model.
    #[arg(long, default_value = "model.tar.gz")]
    pub out: PathBuf,
    /// Print what was learned as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `blend`.
#[derive(Debug, Args)]
pub struct BlendArguments {
    /// Which rows: the training days teach the usual week of each validation day, and these days decide.
    #[command(flatten)]
    pub source: SourceArguments,
    /// The model, and what becomes of it.
    #[command(flatten)]
    pub rewritten: RewrittenArguments,
}

/// Options of `refresh`.
#[derive(Debug, Args)]
pub struct RefreshArguments {
    /// The lake, as a URL: `file:///…` or `s3://bucket/prefix`.
    #[arg(long, env = "VELIB_LAKE")]
    pub lake: String,
    /// The bike-share system.
    #[arg(long, default_value = "velib")]
    pub system: SystemId,
    /// Days to learn what is usual from, `FROM..TO`, both included, as `2024-01-01..2024-06-30`, several apart by commas.
    #[arg(long, value_delimiter = ',', required = true)]
    pub days: Vec<DayRange>,
    /// Later days, `FROM..TO`, on which a week learned from `--days` has to err less than the model's own before it learns
    /// from these too. Otherwise nothing is written, and the exit code is that of `compare`: 3 cannot tell, 4 worse.
    #[arg(long)]
    pub proved_on: Option<DayRange>,
    /// Days after which a day counts half, or never; by default as the model's manifest tells.
    #[arg(long)]
    pub half_life: Option<HalfLife>,
    /// The model, and what becomes of it.
    #[command(flatten)]
    pub rewritten: RewrittenArguments,
}

/// Options of `package`.
#[derive(Debug, Args)]
pub struct PackageArguments {
    /// The model: an archive, or the folder that one was unpacked to.
    pub model: PathBuf,
    /// Where to write the archive.
    #[arg(long, default_value = "model.tar.gz")]
    pub out: PathBuf,
    /// The folder that `evaluate --report` wrote: its scores go into the manifest.
    #[arg(long)]
    pub evaluation: Option<PathBuf>,
    /// Print what was packaged as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `search`.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Which rows.
    #[command(flatten)]
    pub source: SourceArguments,
    /// What to search, as TOML.
    pub space: PathBuf,
    /// What is known so far, as JSON; beside it, at the end, a chart of the same name.
    #[arg(long, default_value = "search.json")]
    pub state: PathBuf,
    /// Print the outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The folder that `evaluate --report` wrote.
    pub folder: PathBuf,
}

/// Options of `fit`.
#[derive(Debug, Args)]
pub struct FitArguments {
    /// Which rows.
    #[command(flatten)]
    pub source: SourceArguments,
    /// Where to write the model.
    #[arg(long, default_value = "model.tar.gz")]
    pub out: PathBuf,
    /// Learn on from the weights of this model, in its shape, instead of from random ones; with another seed than its own.
    #[arg(long, conflicts_with_all = ["lstm", "dense", "components", "members"])]
    pub from: Option<PathBuf>,
    /// Most passes over freshly drawn rows.
    #[arg(long, default_value_t = FitPlan::default().epochs)]
    pub epochs: usize,
    /// Rows drawn for a pass.
    #[arg(long, default_value_t = FitPlan::default().rows_per_epoch)]
    pub rows_per_epoch: usize,
    /// Units of the LSTM layer.
    #[arg(long, default_value_t = FitPlan::default().shape.lstm)]
    pub lstm: usize,
    /// Units of each dense layer.
    #[arg(long, default_value_t = FitPlan::default().shape.dense)]
    pub dense: usize,
    /// Components of each mixture.
    #[arg(long, default_value_t = FitPlan::default().shape.components)]
    pub components: usize,
    /// Networks averaged.
    #[arg(long, default_value_t = FitPlan::default().shape.members)]
    pub members: usize,
    /// Rows in one step.
    #[arg(long, default_value_t = FitPlan::default().batch)]
    pub batch: usize,
    /// Learning rate at the start.
    #[arg(long, default_value_t = FitPlan::default().learning_rate)]
    pub learning_rate: f64,
    /// How much weights shrink with each step, in units of the learning rate.
    #[arg(long, default_value_t = FitPlan::default().restraint.weight_decay)]
    pub weight_decay: f64,
    /// Share of hidden numbers left out at random in each step.
    #[arg(long, default_value_t = FitPlan::default().restraint.dropout)]
    pub dropout: f64,
    /// Learn from the same hours of a week before too; with `--from`, a model that was blind to them begins to see.
    #[arg(long)]
    pub week_before: bool,
    /// Learn from the weather too, of which the lake holds reanalysis; with `--from`, a model that was blind to it begins to see.
    #[arg(long)]
    pub weather: bool,
    /// Days after which a day counts half in the usual week, or never; by default the last validation days choose.
    #[arg(long)]
    pub half_life: Option<HalfLife>,
    /// Horizons in minutes instead of one, two and three hours, as `20,60,120,180`: a history at minutes can teach minutes.
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..), conflicts_with = "from")]
    pub horizons: Vec<u16>,
    /// Seed of everything random.
    #[arg(long, default_value_t = FitPlan::default().seed)]
    pub seed: u64,
    /// Print the evaluation as JSON.
    #[arg(long)]
    pub json: bool,
    /// Also write `report.html`, `evaluation.json` and CSV files into this folder.
    #[arg(long)]
    pub report: Option<PathBuf>,
}

/// Named rules by which rows are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProtocolName {
    /// Any history: the last sixth of the days is the test, the sixth before it validation.
    ByTime,
    /// The published rows of Paris, 12 May – 9 June 2022.
    #[value(name = "hourly-2022")]
    Hourly2022,
}

impl SourceArguments {
    /// The rules that these options name.
    pub fn rules(&self) -> Result<RowRules, TrainError> {
        if let (Some(train), Some(validation), Some(test)) = (&self.train, &self.val, &self.test) {
            return RowRules::of_days(train, validation, test);
        }
        Ok(match self.protocol {
            ProtocolName::ByTime => RowRules::ByTime,
            ProtocolName::Hourly2022 => RowRules::Hourly2022,
        })
    }
}

impl FitArguments {
    /// Seconds ahead, ascending, each once; `None` where hours are meant.
    pub fn horizons_seconds(&self) -> Option<Vec<i64>> {
        let seconds: BTreeSet<i64> = self.horizons.iter().map(|&minutes| 60 * i64::from(minutes)).collect();
        (!seconds.is_empty()).then(|| seconds.into_iter().collect())
    }

    /// The plan these options ask for.
    pub fn plan(&self) -> FitPlan {
        FitPlan {
            shape: NetworkShape {
                lstm: self.lstm,
                dense: self.dense,
                components: self.components,
                members: self.members,
            },
            epochs: self.epochs,
            batch: self.batch,
            learning_rate: self.learning_rate,
            week_before: self.week_before,
            weather: self.weather,
            half_life: self.half_life,
            restraint: Restraint { weight_decay: self.weight_decay, dropout: self.dropout },
            rows_per_epoch: self.rows_per_epoch,
            seed: self.seed,
            ..FitPlan::default()
        }
    }
}
