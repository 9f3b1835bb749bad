//! The verbs, from the lake to the file or the table: read, check the rows, train, judge, package.

use std::{fs, path::Path};

use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use velib_domain::{Timestamp, calendar::paris_time};
use velib_forecast::{
    AtMoments, FeatureSpec, Forecaster, ProfileLearner,
    protocol::{CityHistory, Fold, Origin},
};
use velib_model::{Artefact, BlendRecord, Manifest, TrainingRecord};

use crate::{
    BoostedTrees, Bootstrap, CODE_VERSION, Checkpoint, Comparison, DataSource, Evaluation, FitData, FitPlan,
    Fitted, SearchOutcome, SearchSpace, SimpleForecasters, TrainError, baselines,
    compare::compare,
    data_set::{DataSet, bar, read_data, read_data_at},
    data_sha256,
    day_ahead::judge_day_ahead,
    fit,
    history::hex,
    judging::{evaluation, judge, judge_folds},
    parts::with_lesser,
    printed::HalfLives,
    refresh::{refresh, usual_week_record},
    rules,
    search::search,
    usual_of_training,
};

/// What kind of model is trained here.
const NAME: &str = "lstm";

/// Trains on all silver of a system, judges on its held-out days and writes the model to `out`.
///
/// Where a model is given as `from`, its weights are learned on from, in its shape and with its features. Horizons are
/// seconds ahead, ascending; hours where none are given.
pub async fn fit_to_file(
    source: &DataSource,
    plan: &FitPlan,
    from: Option<&Path>,
    horizons_seconds: Option<&[i64]>,
    out: &Path,
) -> Result<Evaluation, TrainError> {
    let bar = bar("reading silver");
    let from = from.map(Artefact::load).transpose()?;
    let shape = from.as_ref().map_or(plan.shape, |from| from.manifest.network);
    let plan = &FitPlan { shape, ..*plan };
    let from_seconds = from.as_ref().map(|from| from.manifest.features.horizons_seconds.as_slice());
    let data = read_data_at(source, horizons_seconds.or(from_seconds), &bar).await?;
    let DataSet { city, protocol, origins, .. } = &data;
    let centre = city.centre().ok_or(TrainError::NoHistory { system: source.system.clone() })?;
    let known = || from.as_ref().map(|from| from.manifest.features.clone());
    let horizons_seconds = protocol.horizons_seconds.clone();
    let mut spec = known().unwrap_or_else(|| FeatureSpec { horizons_seconds, ..FeatureSpec::hourly(centre) });
    if spec.weather && plan.week_before && !spec.week_before {
        return Err(TrainError::WeatherFirst);
    }
    spec.week_before |= plan.week_before;
    spec.weather |= plan.weather;
    let profile = match plan.half_life {
        Some(half_life) => {
            ProfileLearner::of(city, protocol.snapshots(city, Fold::Train)).forgetting(half_life)
        }
        None => usual_week(&data, &bar),
    };
    let checkpoint = Checkpoint::path(out);
    let rows = FitData { city, protocol, origins, spec: &spec, profile: &profile, from: from.as_ref() };
    let fitted = fit(rows, plan, Some(&checkpoint), &bar)?;
    let mut simple = SimpleForecasters::fit(city, protocol, origins, &spec, profile.profile());
    let mut manifest = manifest(source, city, spec, plan, &fitted, simple.climatology.concentration());
    manifest.usual_week = usual_week_record(city, protocol, &profile);
    manifest.training.days = Some(rules::told(&protocol.folds));
    manifest.training.plan = Some(plan.record(profile.half_life(), from.as_ref()));
    manifest.training.from_version = from.map(|from| from.manifest.version);
    let mut model = Artefact {
        manifest,
        weights: fitted.weights,
        profile: profile.profile(),
        table: simple.table.clone(),
        path: out.to_owned(),
    };
    model.save()?;
    model.manifest.blend =
        simple.blend_with(&mut velib_lstm::open(out)?, &profile, city, protocol, origins)?;
    model.manifest.version = versioned(&model, model.manifest.training.data_to);
    model.save()?;
    // Judged as it will be loaded, not as it lies in memory: the file rounds the profile.
    let (whole, lesser) = with_lesser(Artefact::load(out)?)?;
    let lesser = lesser.into_iter().map(boxed).collect();
    let judged = judge(boxed(whole), lesser, &data, &bar)?;
    let evaluation = evaluation(&model.manifest, &data, &judged);
    model.manifest.metrics.clone_from(&evaluation.metrics);
    model.save()?;
    // Only now: a fit that is killed while it is judged has nothing to learn again.
    fs::remove_file(&checkpoint)
        .map_err(|error| TrainError::Checkpoint { path: checkpoint, reason: error.to_string() })?;
    Ok(evaluation)
}

/// What a model is judged beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Simple forecasters, which take seconds.
    Simple,
    /// Boosted trees too, which take minutes to grow.
    Trees,
}

/// Which usual week a model is judged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsualWeek {
    /// The one in its file.
    Own,
    /// One learned anew from the training days of the rows, as `refresh` would.
    OfTrainingDays,
}

/// Judges a trained model on the held-out days of a system's silver, beside others: at whole hours and to a day ahead, or at
/// these minutes ahead where any are given. Where these are not its own horizons, it is asked as a planner asks it.
pub async fn evaluate_file(
    source: &DataSource,
    model: &Path,
    minutes: &[u16],
    usual_week: UsualWeek,
    beside: Beside,
) -> Result<Evaluation, TrainError> {
    let bar = bar("reading silver");
    // Before the history, which takes longer: a model that cannot be read is told at once.
    let model = Artefact::load(model)?;
    let seconds: Option<Vec<i64>> =
        (!minutes.is_empty()).then(|| minutes.iter().map(|&minutes| 60 * i64::from(minutes)).collect());
    let data = read_data_at(source, seconds.as_deref(), &bar).await?;
    let model = of_week(model, usual_week, &data)?;
    let (whole, lesser) = with_lesser(model.clone())?;
    let manifest = whole.manifest().clone();
    let horizons = data.protocol.horizons();
    let at_moments = |part| AtMoments::of(boxed(part), &horizons);
    let mut others = match beside {
        Beside::Simple => Vec::new(),
        Beside::Trees => boosted_trees(&data, &bar)?,
    };
    others.extend(lesser.into_iter().map(at_moments));
    let mut evaluation = evaluation(&manifest, &data, &judge(at_moments(whole), others, &data, &bar)?);
    if minutes.is_empty() {
        evaluation.day_ahead = judge_day_ahead(model, data, &bar)?;
    }
    Ok(evaluation)
}

/// Judges two forecasters on the same rows: each a model's file, or the name of a simple forecaster, as `table`.
pub async fn compare_files(
    source: &DataSource,
    old: &str,
    new: &str,
    usual_week: UsualWeek,
) -> Result<Comparison, TrainError> {
    let bar = bar("reading silver");
    let data = read_data(source, &bar).await?;
    let mut forecasters = vec![named(old, usual_week, &data)?, named(new, usual_week, &data)?];
    Ok(compare(&judge_folds(&mut forecasters, &data, &bar)?, &Bootstrap::default()))
}

/// Searches on a system's silver; what is known so far is kept in the file `state`.
pub async fn search_file(
    source: &DataSource,
    space: &SearchSpace,
    state: &Path,
) -> Result<SearchOutcome, TrainError> {
    let bar = bar("reading silver");
    let data = read_data(source, &bar).await?;
    let DataSet { city, protocol, origins, .. } = &data;
    let centre = city.centre().ok_or(TrainError::NoHistory { system: source.system.clone() })?;
    let spec = FeatureSpec::hourly(centre);
    let profile = usual_week(&data, &bar);
    let outcome = search(
        FitData { city, protocol, origins, spec: &spec, profile: &profile, from: None },
        space,
        state,
        &bar,
    );
    bar.finish_and_clear();
    outcome
}

/// The usual week of the training days; prints how fast it forgets, and why.
fn usual_week(data: &DataSet, bar: &ProgressBar) -> ProfileLearner {
    bar.set_message("trying half-lives");
    let (usual, tried) = usual_of_training(&data.city, &data.protocol, &data.origins);
    bar.suspend(|| eprint!("{}", HalfLives { tried: &tried, chosen: usual.half_life() }));
    usual
}

/// A model with the usual week that it is judged with.
fn of_week(mut model: Artefact, usual_week: UsualWeek, data: &DataSet) -> Result<Artefact, TrainError> {
    if usual_week == UsualWeek::OfTrainingDays {
        refresh(&mut model, None, &data.city, &data.protocol)?;
    }
    Ok(model)
}

fn boxed(forecaster: impl Forecaster + 'static) -> Box<dyn Forecaster> {
    Box::new(forecaster)
}

fn named(name: &str, usual_week: UsualWeek, data: &DataSet) -> Result<Box<dyn Forecaster>, TrainError> {
    let path = Path::new(name);
    if path.exists() {
        let model = of_week(Artefact::load(path)?, usual_week, data)?;
        return Ok(AtMoments::of(boxed(velib_lstm::forecaster(model)?), &data.protocol.horizons()));
    }
    let mut simple = baselines(&data.city, &data.protocol, &data.origins)?;
    if name == BoostedTrees::NAME {
        simple.extend(boosted_trees(data, &ProgressBar::hidden())?);
    }
    let known: Vec<String> = simple.iter().map(|one| one.version().to_owned()).collect();
    let found = simple.into_iter().find(|one| one.version() == name);
    found.ok_or_else(|| TrainError::NoForecaster { name: name.to_owned(), known: known.join(", ") })
}

/// Trees grown on the training days; none where a horizon has no row to learn from.
fn boosted_trees(data: &DataSet, bar: &ProgressBar) -> Result<Vec<Box<dyn Forecaster>>, TrainError> {
    let DataSet { city, protocol, origins, .. } = data;
    bar.set_message("growing trees");
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let usual = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
    let trees = BoostedTrees::fit(city, protocol, &training, &usual)?;
    Ok(trees.into_iter().map(|trees| Box::new(trees) as Box<dyn Forecaster>).collect())
}

fn manifest(
    source: &DataSource,
    city: &CityHistory,
    spec: FeatureSpec,
    plan: &FitPlan,
    fitted: &Fitted,
    climatology_concentration: f64,
) -> Manifest {
    let times = city.times();
    let (data_from, data_to) = (times[0], times[times.len() - 1]);
    Manifest {
        name: NAME.to_owned(),
        version: NAME.to_owned(),
        schema_hash: spec.schema_hash(),
        blend: BlendRecord::network_alone(climatology_concentration, spec.horizons_seconds.len()),
        features: spec,
        network: plan.shape,
        training: TrainingRecord {
            system: source.system.to_string(),
            protocol: source.rules.as_str().to_owned(),
            days: None,
            data_from,
            data_to,
            observations: city.observations(),
            data_sha256: data_sha256(city),
            from_version: None,
            seed: plan.seed,
            best_epoch: fitted.best_epoch,
            rows_per_epoch: plan.rows_per_epoch,
            plan: None,
            code_version: CODE_VERSION.to_owned(),
            losses: fitted.losses.clone(),
        },
        usual_week: None,
        metrics: Vec::new(),
    }
}

/// The version of a model that knows of nothing after `last`: that day, and six digits that tell what it answers with,
/// because two fits of the same days are two models.
pub(crate) fn versioned(model: &Artefact, last: Timestamp) -> String {
    let Artefact { manifest, weights, profile, table, .. } = model;
    let BlendRecord { climatology_concentration, weights: blend, mirror, none, .. } = &manifest.blend;
    let blend = blend.horizons.iter().flat_map(|at| at.bikes.iter().chain(&at.docks)).copied();
    let none = none.iter().flat_map(|at| [at.bikes, at.docks]).flat_map(|at| [at.shift, at.slope]);
    let blend = blend.chain(none).chain(mirror.iter().copied()).chain([*climatology_concentration]);
    let usual = profile.stations().iter().flat_map(|station| &station.hours).flatten();
    let usual = usual.flat_map(|usual| [usual.share, usual.empty, usual.full]);
    let digest = Sha256::new()
        .chain_update(weights)
        .chain_update(blend.flat_map(f64::to_le_bytes).collect::<Vec<u8>>())
        .chain_update(usual.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
        .chain_update(table.numbers().flat_map(u32::to_le_bytes).collect::<Vec<u8>>())
        .finalize();
    format!("{}-{}-{}", manifest.name, paris_time(last).date(), hex(&digest[..3]))
}
