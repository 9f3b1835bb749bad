//! Why there is no model at the end.

use std::path::PathBuf;

use velib_domain::SystemId;
use velib_forecast::ForecastError;
use velib_lake::LakeError;
use velib_model::ModelError;

use crate::DayRange;

/// Training that could not begin or end.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The lake has no silver of the system.
    #[error("the lake has no silver of system {system}: collect and refine, or import a history, first")]
    NoHistory {
        /// The system asked for.
        system: SystemId,
    },
    /// There is silver, but too little of it.
    #[error("the history is too short: {reason}")]
    TooShort {
        /// What is lacking.
        reason: String,
    },
    /// A week would be proved on days that it has learned from, or on earlier ones.
    #[error("{judged} begins before {learned} ends: prove a week on days after those it learned from")]
    ProvedTooEarly {
        /// Days to learn from.
        learned: DayRange,
        /// Days to judge on.
        judged: DayRange,
    },
    /// The weather comes last in a row: what was learned with it has no place for more.
    #[error(
        "the model given with --from sees the weather and not the week before: begin with one blind to both, or with none"
    )]
    WeatherFirst,
    /// Neither a file nor the name of a simple forecaster.
    #[error("{name} is no model file and no forecaster: name a model.tar.gz, or one of {known}")]
    NoForecaster {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The lake could not be read.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// Features could not be built from the history.
    #[error(transparent)]
    Features(#[from] ForecastError),
    /// The model could not be built or written.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The file that says what to search cannot be used.
    #[error("the search space cannot be used: {reason}")]
    Space {
        /// What is wrong with it.
        reason: String,
    },
    /// Scores of one model are no scores of another.
    #[error("the evaluation is of {of}, the model is {model}: evaluate the model that is packaged")]
    OtherEvaluation {
        /// The model evaluated.
        of: String,
        /// The model to package.
        model: String,
    },
    /// Boosted trees could not be grown.
    #[error("boosted trees cannot be grown: {reason}")]
    Trees {
        /// Why not.
        reason: String,
    },
    /// A fit cannot go on from where another stopped, or cannot keep where it stands.
    #[error("the checkpoint {path} cannot be used: {reason}; remove it to begin anew")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}
