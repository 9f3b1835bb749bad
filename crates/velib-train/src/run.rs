//! The verbs, from the lake to the file or the table: read, check the rows, train, judge, package.

use std::{fs, path::Path};

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::SystemId;
use velib_forecast::{
    BeforeFirstHorizon, FeatureSpec, Forecaster, Horizon, ProfileLearner,
    protocol::{CityHistory, Fold, Origin, Protocol, row_checks},
};
use velib_lake::Lake;
use velib_model::{Artefact, Manifest, TrainingRecord};

use crate::{
    Bootstrap, CheckLine, Checkpoint, Comparison, Evaluation, Fan, FitData, FitPlan, Fitted, JudgedFold,
    RowRules, TrainError, baselines, compare::compare, data_sha256, evaluate, fan::fans, fit,
    printed::Checks, read_history, reliability::reliability, stations::stations,
};

/// Where a model's data come from.
#[derive(Debug, Clone)]
pub struct DataSource {
    /// The lake with the silver.
    pub lake: Lake,
    /// The system in it.
    pub system: SystemId,
    /// The rules by which rows are chosen.
    pub rules: RowRules,
}

/// A history, and the rows in it.
struct DataSet {
    city: CityHistory,
    protocol: Protocol,
    origins: Vec<Origin>,
}

/// Trains on all silver of a system, judges on its held-out days and writes the model to `out`.
pub async fn fit_to_file(source: &DataSource, plan: &FitPlan, out: &Path) -> Result<Evaluation, TrainError> {
    let bar = bar("reading silver");
    let data = read_data(source, &bar).await?;
    let DataSet { city, protocol, origins } = &data;
    let centre = city.centre().ok_or(TrainError::NoHistory { system: source.system.clone() })?;
    let spec = FeatureSpec::hourly(centre);
    let profile = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
    let checkpoint = Checkpoint::path(out);
    let rows = FitData { city, protocol, origins, spec: &spec, profile: &profile };
    let fitted = fit(rows, plan, Some(&checkpoint), &bar)?;
    let mut model = Artefact {
        manifest: manifest(source, city, spec, plan, &fitted),
        weights: fitted.weights,
        profile: profile.profile(),
        path: out.to_owned(),
    };
    model.save()?;
    // Judged as it will be loaded, not as it lies in memory: the file rounds the profile.
    let judged = judge(Box::new(velib_lstm::open(out)?), &data, &bar)?;
    let evaluation = evaluation(&model.manifest, &data, &judged);
    model.manifest.metrics.clone_from(&evaluation.metrics);
    model.save()?;
    // Only now: a fit that is killed while it is judged has nothing to learn again.
    fs::remove_file(&checkpoint)
        .map_err(|error| TrainError::Checkpoint { path: checkpoint, reason: error.to_string() })?;
    Ok(evaluation)
}

/// Judges a trained model on the held-out days of a system's silver, beside simple forecasters; at these minutes, where
/// any are given, before its first horizon.
pub async fn evaluate_file(
    source: &DataSource,
    model: &Path,
    minutes: &[u16],
) -> Result<Evaluation, TrainError> {
    let bar = bar("reading silver");
    let forecaster = velib_lstm::open(model)?;
    let manifest = forecaster.manifest().clone();
    if minutes.is_empty() {
        let data = read_data(source, &bar).await?;
        return Ok(evaluation(&manifest, &data, &judge(Box::new(forecaster), &data, &bar)?));
    }
    let seconds: Vec<i64> = minutes.iter().map(|&minutes| 60 * i64::from(minutes)).collect();
    let data = read_data_at(source, Some(&seconds), &bar).await?;
    let horizons = seconds.into_iter().map(Horizon::from_secs).collect();
    let on_the_way = BeforeFirstHorizon::new(Box::new(forecaster), horizons);
    Ok(evaluation(&manifest, &data, &judge(Box::new(on_the_way), &data, &bar)?))
}

/// Judges two forecasters on the same rows: each a model's file, or the name of a simple forecaster, as `table`.
pub async fn compare_files(source: &DataSource, old: &str, new: &str) -> Result<Comparison, TrainError> {
    let bar = bar("reading silver");
    let data = read_data(source, &bar).await?;
    let mut forecasters = vec![named(old, &data)?, named(new, &data)?];
    Ok(compare(&judge_folds(&mut forecasters, &data, &bar)?, &Bootstrap::default()))
}

fn named(name: &str, data: &DataSet) -> Result<Box<dyn Forecaster>, TrainError> {
    let path = Path::new(name);
    if path.exists() {
        return Ok(Box::new(velib_lstm::open(path)?));
    }
    let simple = baselines(&data.city, &data.protocol, &data.origins);
    let known: Vec<String> = simple.iter().map(|one| one.version().to_owned()).collect();
    let found = simple.into_iter().find(|one| one.version() == name);
    found.ok_or_else(|| TrainError::NoForecaster { name: name.to_owned(), known: known.join(", ") })
}

/// Reads the history and prints the checksums of its rows.
async fn read_data(source: &DataSource, bar: &ProgressBar) -> Result<DataSet, TrainError> {
    read_data_at(source, None, bar).await
}

/// The same, at other horizons than the rules'.
async fn read_data_at(
    source: &DataSource,
    horizons_seconds: Option<&[i64]>,
    bar: &ProgressBar,
) -> Result<DataSet, TrainError> {
    let city = read_history(&source.lake, &source.system, source.rules.eligibility(), bar).await?;
    let mut protocol = source.rules.protocol(&city)?;
    if let Some(seconds) = horizons_seconds {
        protocol.horizons_seconds = seconds.to_vec();
    }
    let origins = protocol.origins(&city);
    let data = DataSet { city, protocol, origins };
    bar.suspend(|| eprint!("{}", Checks(&checks(&data))));
    Ok(data)
}

/// What came out on the validation days and on the test days, and examples of the latter.
struct Judged {
    folds: Vec<JudgedFold>,
    fans: Vec<Fan>,
}

/// The model beside simple forecasters on the days held out.
fn judge(model: Box<dyn Forecaster>, data: &DataSet, bar: &ProgressBar) -> Result<Judged, TrainError> {
    let DataSet { city, protocol, origins } = data;
    let mut forecasters = baselines(city, protocol, origins);
    forecasters.push(model);
    let folds = judge_folds(&mut forecasters, data, bar)?;
    let fans = match forecasters.last_mut() {
        Some(model) => fans(model.as_mut(), city, protocol, origins)?,
        None => Vec::new(),
    };
    Ok(Judged { folds, fans })
}

fn judge_folds(
    forecasters: &mut [Box<dyn Forecaster>],
    data: &DataSet,
    bar: &ProgressBar,
) -> Result<Vec<JudgedFold>, TrainError> {
    let DataSet { city, protocol, origins } = data;
    let mut judged = Vec::new();
    for fold in [Fold::Validation, Fold::Test] {
        bar.set_message(format!("judging on {} days", fold.as_str()));
        bar.set_position(0);
        judged.push(evaluate(forecasters, city, protocol, origins, fold, bar)?);
    }
    bar.finish_and_clear();
    Ok(judged)
}

fn evaluation(manifest: &Manifest, data: &DataSet, judged: &Judged) -> Evaluation {
    let bootstrap = Bootstrap::default();
    let folds = || judged.folds.iter();
    Evaluation {
        version: manifest.version.clone(),
        training: manifest.training.clone(),
        checks: checks(data),
        metrics: folds().flat_map(JudgedFold::metrics).collect(),
        measured: folds().flat_map(|fold| fold.measured(&bootstrap)).collect(),
        slices: folds().flat_map(JudgedFold::slices).collect(),
        reliability: folds().flat_map(reliability).collect(),
        stations: folds().flat_map(|fold| stations(fold, &data.city, &manifest.version)).collect(),
        fans: judged.fans.clone(),
    }
}

fn checks(data: &DataSet) -> Vec<CheckLine> {
    let DataSet { city, protocol, origins } = data;
    let mut lines = Vec::new();
    for fold in [Fold::Train, Fold::Validation, Fold::Test] {
        for (horizon, &horizon_seconds) in protocol.horizons_seconds.iter().enumerate() {
            let rows = row_checks(city, origins, fold, horizon);
            lines.extend(rows.map(|rows| CheckLine {
                fold: fold.as_str().to_owned(),
                horizon_seconds,
                rows,
            }));
        }
    }
    lines
}

fn manifest(
    source: &DataSource,
    city: &CityHistory,
    spec: FeatureSpec,
    plan: &FitPlan,
    fitted: &Fitted,
) -> Manifest {
    let times = city.times();
    let (data_from, data_to) = (times[0], times[times.len() - 1]);
    let last_day = velib_domain::calendar::paris_time(data_to).date();
    Manifest {
        name: "lstm".to_owned(),
        version: format!("lstm-{last_day}-s{}", plan.seed),
        schema_hash: spec.schema_hash(),
        features: spec,
        network: plan.shape,
        training: TrainingRecord {
            system: source.system.to_string(),
            protocol: source.rules.as_str().to_owned(),
            data_from,
            data_to,
            observations: city.observations(),
            data_sha256: data_sha256(city),
            seed: plan.seed,
            best_epoch: fitted.best_epoch,
            rows_per_epoch: plan.rows_per_epoch,
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            losses: fitted.losses.clone(),
        },
        metrics: Vec::new(),
    }
}

fn bar(what: &'static str) -> ProgressBar {
    let template = "{msg} {bar:32} {pos}/{len} {elapsed} (left {eta})";
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    ProgressBar::new(0).with_style(style).with_message(what)
}
