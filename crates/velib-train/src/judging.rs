//! A model beside simple forecasters on the days held out, and everything an evaluation says of it.

use indicatif::ProgressBar;
use velib_forecast::{Forecaster, protocol::Fold};
use velib_model::Manifest;

use crate::{
    Bootstrap, DayAheadScores, Evaluation, Fan, JudgedFold, TrainError, baselines,
    data_set::{DataSet, checks},
    evaluate,
    fan::fans,
    parts::{NETWORK_ALONE, NONE_AS_MIXED},
    reliability::reliability,
    rules,
    stations::stations,
    together::together,
};

/// What came out on the validation days and on the test days, and examples of the latter.
pub(crate) struct Judged {
    folds: Vec<JudgedFold>,
    fans: Vec<Fan>,
}

/// The model beside simple forecasters, and others where any are given, on the days held out.
pub(crate) fn judge(
    model: Box<dyn Forecaster>,
    others: Vec<Box<dyn Forecaster>>,
    data: &DataSet,
    bar: &ProgressBar,
) -> Result<Judged, TrainError> {
    let DataSet { city, protocol, origins, .. } = data;
    let mut forecasters = baselines(city, protocol, origins)?;
    forecasters.extend(others);
    forecasters.push(model);
    let folds = judge_folds(&mut forecasters, data, bar)?;
    let fans = match forecasters.last_mut() {
        Some(model) => fans(model.as_mut(), city, protocol, origins)?,
        None => Vec::new(),
    };
    Ok(Judged { folds, fans })
}

pub(crate) fn judge_folds(
    forecasters: &mut [Box<dyn Forecaster>],
    data: &DataSet,
    bar: &ProgressBar,
) -> Result<Vec<JudgedFold>, TrainError> {
    let DataSet { city, protocol, origins, .. } = data;
    let mut judged = Vec::new();
    for fold in [Fold::Validation, Fold::Test] {
        bar.set_message(format!("judging on {} days", fold.as_str()));
        bar.set_position(0);
        judged.push(evaluate(forecasters, city, protocol, origins, fold, bar)?);
    }
    bar.finish_and_clear();
    Ok(judged)
}

pub(crate) fn evaluation(manifest: &Manifest, data: &DataSet, judged: &Judged) -> Evaluation {
    let bootstrap = Bootstrap::default();
    let folds = || judged.folds.iter();
    let drawn: Vec<_> = folds().map(|fold| fold.drawn(&bootstrap)).collect();
    let ladder = [NETWORK_ALONE, NONE_AS_MIXED, &manifest.version];
    Evaluation {
        version: manifest.version.clone(),
        training: manifest.training.clone(),
        judged_by: data.rules.to_owned(),
        judged_days: Some(rules::told(&data.protocol.folds)),
        checks: checks(data),
        metrics: folds().flat_map(JudgedFold::metrics).collect(),
        measured: folds().zip(&drawn).flat_map(|(fold, drawn)| fold.measured(drawn)).collect(),
        added: folds().zip(&drawn).flat_map(|(fold, drawn)| fold.added(drawn, &ladder)).collect(),
        day_ahead: DayAheadScores::default(),
        together: folds().flat_map(|fold| together(fold, &manifest.version)).collect(),
        slices: folds().flat_map(JudgedFold::slices).collect(),
        reliability: folds().flat_map(reliability).collect(),
        stations: folds().flat_map(|fold| stations(fold, &data.city, &manifest.version)).collect(),
        fans: judged.fans.clone(),
    }
}
