//! Beyond the last horizon of a model, to a day ahead: what the API answers there, by the very code that answers, beside
//! what takes no model.

use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use velib_forecast::{
    AtMoments, DayAhead, Forecaster,
    baselines::{Climatology, DailyNaive, LastCount, TransitionTable},
    protocol::{Fold, Origin},
};
use velib_model::Artefact;
use velib_report::Bootstrap;

use crate::{
    CheckLine, Measured, TrainError,
    data_set::{DataSet, checks},
    judging::judge_folds,
};

/// Six hours, where today still counts; half a day; and the furthest that is answered.
pub(crate) const HORIZONS_SECONDS: [i64; 3] = [6 * 3600, 12 * 3600, 24 * 3600];

/// A model carried on to a day ahead, judged. Empty where that was not asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DayAheadScores {
    /// The rows that were judged: those of the nearer horizons of which the truth is known so much later.
    pub checks: Vec<CheckLine>,
    /// One line a fold, horizon, forecaster and metric, with intervals. Climatology is that of the model's own file, which
    /// is what the model is carried on along.
    pub measured: Vec<Measured>,
}

/// Judges a model a day ahead, on the rows of a history at these horizons.
pub(crate) fn judge_day_ahead(
    model: Artefact,
    data: DataSet,
    bar: &ProgressBar,
) -> Result<DayAheadScores, TrainError> {
    let data = data.at(&HORIZONS_SECONDS);
    let horizons = data.protocol.horizons();
    let training: Vec<&Origin> = data.origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let usual =
        Climatology::new(model.profile.clone(), model.manifest.blend.climatology_concentration, &horizons);
    let carried_on = DayAhead::new(velib_lstm::forecaster(model)?, usual.clone(), &horizons);
    let mut forecasters: Vec<Box<dyn Forecaster>> = vec![
        Box::new(LastCount::new(&horizons)),
        Box::new(TransitionTable::fit(&data.city, &training, &horizons)),
        Box::new(usual),
        Box::new(DailyNaive::new(&horizons)),
        AtMoments::of(Box::new(carried_on), &horizons),
    ];
    let folds = judge_folds(&mut forecasters, &data, bar)?;
    let measured = |fold: &crate::JudgedFold| fold.measured(&fold.drawn(&Bootstrap::default()));
    Ok(DayAheadScores { checks: checks(&data), measured: folds.iter().flat_map(measured).collect() })
}
