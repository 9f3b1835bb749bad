//! The command line of `velib-train`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use velib_domain::SystemId;

use crate::{DayRange, FitPlan, RowRules, TrainError};

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
    /// Draws the report of an evaluation again.
    Report(ReportArguments),
}

/// Which rows.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// The lake, as a URL: `file:///…`.
    #[arg(long, env = "VELIB_LAKE")]
    pub lake: String,
    /// The bike-share system.
    #[arg(long, default_value = "velib")]
    pub system: SystemId,
    /// Which rows are learned from and judged.
    #[arg(long, value_enum, default_value_t = ProtocolName::ByTime, conflicts_with_all = ["train", "val", "test"])]
    pub protocol: ProtocolName,
    /// Days to learn from, `FROM..TO`, both included, as `2024-01-01..2024-06-30`; instead of a protocol.
    #[arg(long, requires_all = ["val", "test"])]
    pub train: Option<DayRange>,
    /// Days that choose the best epoch.
    #[arg(long, requires_all = ["train", "test"])]
    pub val: Option<DayRange>,
    /// Days to judge on.
    #[arg(long, requires_all = ["train", "val"])]
    pub test: Option<DayRange>,
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
    /// Judge at these minutes, before the model's first horizon, on the way there that the API takes: `20,40`.
    #[arg(long, value_delimiter = ',')]
    pub minutes: Vec<u16>,
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
    /// Print the comparison as JSON.
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
    /// Most passes over freshly drawn rows.
    #[arg(long, default_value_t = FitPlan::default().epochs)]
    pub epochs: usize,
    /// Rows drawn for a pass.
    #[arg(long, default_value_t = FitPlan::default().rows_per_epoch)]
    pub rows_per_epoch: usize,
    /// Seed of everything random.
    #[arg(long, default_value_t = FitPlan::default().seed)]
    pub seed: u64,
    /// Print the evaluation as JSON.
    #[arg(long)]
    pub json: bool,
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
            return RowRules::of_days(train.clone(), validation.clone(), test.clone());
        }
        Ok(match self.protocol {
            ProtocolName::ByTime => RowRules::ByTime,
            ProtocolName::Hourly2022 => RowRules::Hourly2022,
        })
    }
}

impl FitArguments {
    /// The plan these options ask for.
    pub fn plan(&self) -> FitPlan {
        FitPlan {
            epochs: self.epochs,
            rows_per_epoch: self.rows_per_epoch,
            seed: self.seed,
            ..FitPlan::default()
        }
    }
}
