//! The verbs, from the lake to the file or the table: read, check the rows, train, judge, package.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::SystemId;
use velib_forecast::{
    FeatureSpec, ProfileLearner,
    protocol::{CityHistory, Fold, Origin, Protocol, row_checks},
};
use velib_lake::Lake;
use velib_lstm::LstmForecaster;
use velib_model::{Artefact, HorizonMetrics, Manifest, TrainingRecord};

use crate::{
    FitPlan, Fitted, Report, TrainError, baselines, config::ProtocolName, data_sha256, evaluate, fit,
    read_history, report::Checks,
};

/// Where a model's data come from.
#[derive(Debug, Clone)]
pub struct DataSource {
    /// The lake with the silver.
    pub lake: Lake,
    /// The system in it.
    pub system: SystemId,
    /// The rules by which rows are chosen.
    pub protocol: ProtocolName,
}

/// A history, and the rows in it.
struct DataSet {
    city: CityHistory,
    protocol: Protocol,
    origins: Vec<Origin>,
}

/// Trains on all silver of a system, judges on its held-out days and writes the model to `out`.
pub async fn fit_to_file(source: &DataSource, plan: &FitPlan, out: &Path) -> Result<Report, TrainError> {
    let bar = bar("reading silver");
    let data = read_data(source, &bar).await?;
    let DataSet { city, protocol, origins } = &data;
    let centre = city.centre().ok_or(TrainError::NoHistory { system: source.system.clone() })?;
    let spec = FeatureSpec::hourly(centre);
    let profile = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
    let fitted = fit(city, protocol, origins, &spec, &profile, plan, &bar)?;
    let mut model = Artefact {
        manifest: manifest(source, city, spec, plan, &fitted),
        weights: fitted.weights,
        profile: profile.profile(),
        path: out.to_owned(),
    };
    model.save()?;
    // Judged as it will be loaded, not as it lies in memory: the file rounds the profile.
    model.manifest.metrics = judge(velib_lstm::open(out)?, &data, &bar)?;
    model.save()?;
    let Manifest { version, training, metrics, .. } = model.manifest;
    Ok(Report { version, training, losses: fitted.losses, metrics })
}

/// Judges a trained model on the held-out days of a system's silver, beside simple forecasters.
pub async fn evaluate_file(source: &DataSource, model: &Path) -> Result<Report, TrainError> {
    let bar = bar("reading silver");
    let forecaster = velib_lstm::open(model)?;
    let Manifest { version, training, .. } = forecaster.manifest().clone();
    let metrics = judge(forecaster, &read_data(source, &bar).await?, &bar)?;
    Ok(Report { version, training, losses: Vec::new(), metrics })
}

/// Reads the history and prints the checksums of its rows.
async fn read_data(source: &DataSource, bar: &ProgressBar) -> Result<DataSet, TrainError> {
    let city = read_history(&source.lake, &source.system, source.protocol.eligibility(), bar).await?;
    let protocol = source.protocol.protocol(&city)?;
    let origins = protocol.origins(&city);
    bar.suspend(|| eprint!("{}", checks(&city, &protocol, &origins)));
    Ok(DataSet { city, protocol, origins })
}

fn judge(
    model: LstmForecaster,
    data: &DataSet,
    bar: &ProgressBar,
) -> Result<Vec<HorizonMetrics>, TrainError> {
    let DataSet { city, protocol, origins } = data;
    let mut forecasters = baselines(city, protocol, origins);
    forecasters.push(Box::new(model));
    let mut metrics = Vec::new();
    for fold in [Fold::Validation, Fold::Test] {
        bar.set_message(format!("judging on {} days", fold.as_str()));
        bar.set_position(0);
        metrics.extend(evaluate(&mut forecasters, city, protocol, origins, fold, bar)?);
    }
    bar.finish_and_clear();
    Ok(metrics)
}

fn checks(city: &CityHistory, protocol: &Protocol, origins: &[Origin]) -> Checks {
    let mut rows = Vec::new();
    for fold in [Fold::Train, Fold::Validation, Fold::Test] {
        for (horizon, &seconds) in protocol.horizons_seconds.iter().enumerate() {
            let checks = row_checks(city, origins, fold, horizon);
            rows.extend(checks.map(|checks| (fold.as_str(), seconds, checks)));
        }
    }
    Checks { rows }
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
            protocol: source.protocol.as_str().to_owned(),
            data_from,
            data_to,
            observations: city.observations(),
            data_sha256: data_sha256(city),
            seed: plan.seed,
            best_epoch: fitted.best_epoch,
            rows_per_epoch: plan.rows_per_epoch,
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        metrics: Vec::new(),
    }
}

fn bar(what: &'static str) -> ProgressBar {
    let template = "{msg} {bar:32} {pos}/{len} {elapsed} (left {eta})";
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    ProgressBar::new(0).with_style(style).with_message(what)
}
