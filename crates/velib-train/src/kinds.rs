//! `velib-train kinds`: how bikes change their kinds, learned on training days, and how good forecasts of e-bikes and
//! mechanical bikes made with it are, beside their last counts.

mod fit;
mod judge;
mod usual;

use std::{fmt, path::PathBuf};

use clap::Args;
use serde::Serialize;
use velib_forecast::{
    Forecaster, Persistence, ProfileLearner,
    kinds::Turnover,
    protocol::{Fold, Origin},
};
use velib_model::ModelForecaster;

pub use self::judge::KindScores;
use self::usual::UsualKinds;
use crate::{
    DataSource, TrainError,
    config::SourceArguments,
    data_set::{self, DataSet, read_data},
    evaluate::ridge,
};

/// Options of `kinds`.
#[derive(Debug, Args)]
pub struct KindsArguments {
    /// Which rows.
    #[command(flatten)]
    pub source: SourceArguments,
    /// A model that forecasts all bikes, trained on the same training days; beside it, their last count does.
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// Judge only every so many origins: a model takes its time.
    #[arg(long, default_value_t = 1)]
    pub every: usize,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What was learned, and the scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindsReport {
    /// Seconds ahead, and how kinds change until then.
    pub learned: Vec<(i64, LearnedTurnover)>,
    /// One line a fold, horizon, forecaster of all bikes, and kind.
    pub scores: Vec<KindScores>,
}

/// [`Turnover`], as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LearnedTurnover {
    /// See [`Turnover::stayed`].
    pub stayed: f64,
    /// See [`Turnover::stayed_concentration`].
    pub stayed_concentration: f64,
    /// See [`Turnover::usual_bikes`].
    pub usual_bikes: f64,
    /// See [`Turnover::concentration`].
    pub concentration: f64,
}

/// Learns and judges as the command line asks.
pub async fn judge(source: &DataSource, arguments: &KindsArguments) -> Result<KindsReport, TrainError> {
    let bar = data_set::bar("reading silver");
    let data = read_data(source, &bar).await?;
    let DataSet { city, protocol, origins, .. } = &data;
    let usual = UsualKinds::of(city);
    let horizons = 0..protocol.horizons_seconds.len();
    let learned: Vec<Turnover> = horizons.map(|horizon| fit::fit(city, &usual, origins, horizon)).collect();
    let mut forecasters = simple(&data)?;
    if let Some(model) = &arguments.model {
        forecasters.push(Box::new(ModelForecaster::open(model)?));
    }
    let mut scores = Vec::new();
    for fold in [Fold::Validation, Fold::Test] {
        for forecaster in &mut forecasters {
            bar.set_message(format!("judging {} on {} days", forecaster.version(), fold.as_str()));
            scores.extend(judge::judge(
                forecaster.as_mut(),
                &data,
                &usual,
                &learned,
                (fold, arguments.every),
                &bar,
            )?);
        }
    }
    bar.finish_and_clear();
    let learned = protocol.horizons_seconds.iter().copied().zip(learned.iter().map(LearnedTurnover::of));
    Ok(KindsReport { learned: learned.collect(), scores })
}

/// Forecasters of all bikes that need no model: the last count with its usual spread, and ridge.
fn simple(data: &DataSet) -> Result<Vec<Box<dyn Forecaster>>, TrainError> {
    let DataSet { city, protocol, origins, .. } = data;
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let usual = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
    Ok(vec![Box::new(Persistence), Box::new(ridge(city, protocol, &training, &usual)?)])
}

impl LearnedTurnover {
    fn of(turnover: &Turnover) -> Self {
        let Turnover { stayed, stayed_concentration, usual_bikes, concentration } = *turnover;
        Self { stayed, stayed_concentration, usual_bikes, concentration }
    }
}

impl fmt::Display for KindsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>5}{:>9}{:>15}{:>13}{:>15}",
            "+min", "stayed", "concentration", "usual bikes", "concentration"
        )?;
        for (seconds, turnover) in &self.learned {
            let LearnedTurnover { stayed, stayed_concentration, usual_bikes, concentration } = turnover;
            let minutes = seconds / 60;
            writeln!(
                f,
                "{minutes:>5}{stayed:>9.3}{stayed_concentration:>15.2}{usual_bikes:>13.1}{concentration:>15.2}"
            )?;
        }
        writeln!(
            f,
            "\n{:<11}{:>5}{:>12}  {:<22}{:>9}{:>19}{:>20}{:>7}",
            "days", "+min", "kind", "all bikes by", "rows", "MAE (last count)", "Brier ≥ 1 (spread)", "ECE"
        )?;
        for line in &self.scores {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
