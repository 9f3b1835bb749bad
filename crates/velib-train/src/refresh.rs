//! A model kept young without training: the network stays, and what is usual is learned again from later days.
//!
//! The usual week, the transition table and the one number of climatology need no more than a pass over the counts. The
//! blend stays too: to weigh parts takes days that none of them learned from. A station that the days do not show keeps the
//! week that it had.

use std::{collections::HashSet, fmt, fs, path::Path};

use indicatif::ProgressBar;
use serde::Serialize;
use velib_domain::{StationId, SystemId};
use velib_forecast::{
    Forecaster, HalfLife, Profile, ProfileLearner,
    profile::StationProfile,
    protocol::{CityHistory, Fold, Folds, Protocol},
};
use velib_lake::Lake;
use velib_model::{Artefact, ModelError, UsualWeekRecord};
use velib_report::Bootstrap;

use crate::{
    Comparison, DataSource, DayRange, RowRules, SimpleForecasters, TrainError,
    compare::compare,
    data_set::{DataSet, bar, read_data_at},
    evaluate::evaluate,
    history::sha256,
    run::versioned,
};

/// A usual week learned from fewer days than a week has would forget some of them.
const FEWEST_DAYS: usize = 7;

/// What a model was given to learn again, and where it lies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refreshed {
    /// The version there was.
    pub from_version: String,
    /// The version there is.
    pub version: String,
    /// What the usual week was learned from.
    pub usual_week: UsualWeekRecord,
    /// Stations whose week was learned anew.
    pub stations: usize,
    /// Stations that these days do not show, which keep the week they had.
    pub stations_kept: usize,
    /// Checksum of the archive.
    pub sha256: String,
    /// Bytes of the archive.
    pub bytes: usize,
}

/// Learns what is usual anew from some days of a system's silver, and writes the model to `out`.
pub async fn refresh_file(
    lake: &Lake,
    system: &SystemId,
    days: &[DayRange],
    half_life: Option<HalfLife>,
    model: &Path,
    out: &Path,
) -> Result<Refreshed, TrainError> {
    let bar = bar("reading silver");
    let mut artefact = Artefact::load(model)?;
    let from_version = artefact.manifest.version.clone();
    let data = read_days(lake, system, learned_from(days), &artefact, &bar).await?;
    bar.finish_and_clear();
    let (usual_week, stations) = refresh(&mut artefact, half_life, &data.city, &data.protocol)?;
    out.clone_into(&mut artefact.path);
    artefact.save()?;
    let bytes = fs::read(out).map_err(|source| ModelError::Unreadable { path: out.to_owned(), source })?;
    let Artefact { manifest, profile, .. } = artefact;
    Ok(Refreshed {
        from_version,
        version: manifest.version,
        usual_week,
        stations,
        stations_kept: profile.stations().len() - stations,
        sha256: sha256(&bytes),
        bytes: bytes.len(),
    })
}

/// Whether a model errs less on some days with what is usual learned from the days before them than with what its file
/// holds. Nothing is written.
///
/// What would be put in service also learns from the days judged here: they prove that such days teach something.
pub async fn compare_refreshed(
    lake: &Lake,
    system: &SystemId,
    days: &[DayRange],
    half_life: Option<HalfLife>,
    model: &Path,
    judged: &DayRange,
) -> Result<Comparison, TrainError> {
    let bar = bar("reading silver");
    if let Some(late) = days.iter().find(|days| days.0.end() >= judged.0.start()) {
        return Err(TrainError::ProvedTooEarly { learned: late.clone(), judged: judged.clone() });
    }
    let old = Artefact::load(model)?;
    let folds = Folds { test: vec![judged.0.clone()], ..learned_from(days) };
    let data = read_days(lake, system, folds, &old, &bar).await?;
    let mut new = old.clone();
    refresh(&mut new, half_life, &data.city, &data.protocol)?;
    let mut forecasters: Vec<Box<dyn Forecaster>> = Vec::new();
    for model in [old, new] {
        forecasters.push(Box::new(velib_lstm::forecaster(model)?));
    }
    bar.set_message("judging both");
    let DataSet { city, protocol, origins, .. } = &data;
    let fold = evaluate(&mut forecasters, city, protocol, origins, Fold::Test, &bar)?;
    bar.finish_and_clear();
    Ok(compare(&[fold], &Bootstrap::default()))
}

fn learned_from(days: &[DayRange]) -> Folds {
    Folds {
        train: days.iter().map(|days| days.0.clone()).collect(),
        validation: Vec::new(),
        test: Vec::new(),
    }
}

/// The history of some days, at the horizons of a model.
async fn read_days(
    lake: &Lake,
    system: &SystemId,
    folds: Folds,
    model: &Artefact,
    bar: &ProgressBar,
) -> Result<DataSet, TrainError> {
    let source = DataSource { lake: lake.clone(), system: system.clone(), rules: RowRules::Days(folds) };
    read_data_at(&source, Some(&model.manifest.features.horizons_seconds), bar).await
}

/// Learns what is usual anew from the training days of a history; tells of what, and of how many stations.
pub(crate) fn refresh(
    model: &mut Artefact,
    half_life: Option<HalfLife>,
    city: &CityHistory,
    protocol: &Protocol,
) -> Result<(UsualWeekRecord, usize), TrainError> {
    let Artefact { manifest, profile, .. } = model;
    let (spec, horizons_seconds) = (&manifest.features, manifest.features.horizons_seconds.clone());
    let protocol = Protocol { horizons_seconds, ..protocol.clone() };
    let as_before = || manifest.usual_week.as_ref().map(UsualWeekRecord::half_life).unwrap_or_default();
    let half_life = half_life.unwrap_or_else(as_before);
    let usual = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train)).forgetting(half_life);
    let days = usual.days();
    let record = usual_week_record(city, &protocol, &usual).filter(|_| days >= FEWEST_DAYS);
    let reason = || format!("{days} days of silver to learn a usual week from; {FEWEST_DAYS} are needed");
    let record = record.ok_or_else(|| TrainError::TooShort { reason: reason() })?;
    let learned = usual.profile();
    let simple = SimpleForecasters::fit(city, &protocol, &protocol.origins(city), spec, learned.clone());
    let (learned, stations) = beside(&learned, profile);
    model.profile = learned;
    model.table = simple.table;
    manifest.blend.climatology_concentration = simple.climatology.concentration();
    manifest.usual_week = Some(record.clone());
    manifest.metrics.clear();
    model.manifest.version = versioned(model, record.to);
    // Whoever judges it judges what the file will answer.
    *model = model.as_written()?;
    Ok((record, stations))
}

/// What a usual week of the training days was learned from; `None` where there are none.
pub(crate) fn usual_week_record(
    city: &CityHistory,
    protocol: &Protocol,
    usual: &ProfileLearner,
) -> Option<UsualWeekRecord> {
    let snapshots: Vec<usize> = protocol.snapshots(city, Fold::Train).collect();
    let (&first, &last) = (snapshots.first()?, snapshots.last()?);
    Some(UsualWeekRecord {
        from: city.times()[first],
        to: city.times()[last],
        observations: snapshots.iter().map(|&at| city.counted(at)).sum(),
        half_life_days: usual.half_life().days(),
    })
}

/// The weeks learned, and of stations that have none among them those of before.
fn beside(learned: &Profile, before: &Profile) -> (Profile, usize) {
    let is_known = |week: &&StationProfile| week.hours.iter().any(Option::is_some);
    let mut weeks: Vec<StationProfile> = learned.stations().iter().filter(is_known).cloned().collect();
    let stations = weeks.len();
    let ids: HashSet<StationId> = weeks.iter().map(|week| week.station_id.clone()).collect();
    weeks.extend(before.stations().iter().filter(|week| !ids.contains(&week.station_id)).cloned());
    (Profile::new(weeks), stations)
}

impl fmt::Display for Refreshed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UsualWeekRecord { from, to, observations, .. } = &self.usual_week;
        writeln!(f, "version       {} (was {})", self.version, self.from_version)?;
        writeln!(
            f,
            "usual week    {from} … {to}, {observations} counts, forgets: {}",
            self.usual_week.half_life()
        )?;
        writeln!(
            f,
            "stations      {} learned anew, {} kept as they were",
            self.stations, self.stations_kept
        )?;
        write!(f, "archive       {} bytes, sha256 {}", self.bytes, self.sha256)
    }
}
