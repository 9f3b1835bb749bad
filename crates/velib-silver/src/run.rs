//! Many hours: which of them are due, several at once, and the order of writing that makes a run killable.
//!
//! An hour's rows are written first, then what it tells about stations, and last its report, without which the hour
//! counts as not done. So wherever a run ends, the next one does again what was not finished and nothing else. Hours
//! are finished in batches, so that memory does not grow with their number.

use std::{num::NonZeroUsize, sync::Arc};

use futures::{StreamExt, TryStreamExt};
use tokio::sync::Semaphore;
use velib_domain::{Hour, SystemId};
use velib_lake::{Lake, LakeError, QualityReport};

use crate::{
    RefineError, RefinedHour, RefinedRange,
    places::Places,
    refine::{HourOfSilver, Refinery, Standing},
    stations::StationFacts,
};

/// Hours finished together: one write of the stations table for so many.
const BATCH: usize = 64;
/// Hours looked at ahead, to see whether they are due.
const LOOKED_AT: usize = 16;
/// Hours ready or waiting for each hour at work, so that none waits for an earlier one that takes longer.
const LINED_UP: usize = 8;
/// Reports written at once.
const REPORTS_AT_ONCE: usize = 16;

/// Which hours to make again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redo {
    /// Those whose documents are not the ones that silver was made from.
    #[default]
    Changed,
    /// All that have documents.
    All,
}

/// How to go about many hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefineOptions {
    /// Which hours to make again.
    pub redo: Redo,
    /// Hours at work at once; the result does not depend on it.
    pub jobs: NonZeroUsize,
}

impl Default for RefineOptions {
    fn default() -> Self {
        Self { redo: Redo::Changed, jobs: NonZeroUsize::MIN }
    }
}

/// Refines one hour, if its documents changed, and brings the stations table up to date.
pub async fn refine_hour(lake: &Lake, system: &SystemId, hour: Hour) -> Result<RefinedHour, RefineError> {
    let mut refined = RefinedHour::empty(hour);
    refine_range(lake, system, [hour].into_iter(), |hour| refined = hour.clone()).await?;
    Ok(refined)
}

/// As [`refine_hours`], one hour after the other and only those whose documents changed.
pub async fn refine_range(
    lake: &Lake,
    system: &SystemId,
    hours: impl Iterator<Item = Hour>,
    progress: impl FnMut(&RefinedHour),
) -> Result<RefinedRange, RefineError> {
    refine_hours(lake, system, hours, RefineOptions::default(), progress).await
}

/// Refines hours, tells of each in the order given, and brings the stations table up to date.
///
/// An hour without documents is left as it is: it may have been imported. A run that fails can simply be repeated.
pub async fn refine_hours(
    lake: &Lake,
    system: &SystemId,
    hours: impl Iterator<Item = Hour>,
    options: RefineOptions,
    progress: impl FnMut(&RefinedHour),
) -> Result<RefinedRange, RefineError> {
    let in_stations = |source| RefineError::Stations { source };
    let hours: Vec<Hour> = hours.collect();
    let mut range = RefinedRange::new(system);
    let places = Places::of(lake, system).await.map_err(in_stations)?;
    range.stations = places.place_all(lake, system).await.map_err(in_stations)? as u64;
    // Without a table, what unchanged hours told about stations is lost, and they have to tell it again.
    let redo = if range.stations == 0 { Redo::All } else { options.redo };
    let mut refinery = open(lake, system, redo).await?;
    round(&refinery, &hours, options.jobs, &mut range, progress).await?;
    loop {
        let now = open(lake, system, Redo::Changed).await?;
        if now.sees_what(&refinery) {
            return Ok(range);
        }
        // A refiner that saw this information may have been faster, and must have the last word. Hours that are made
        // once more are counted once.
        refinery = now;
        let mut again = RefinedRange::new(system);
        round(&refinery, &hours, options.jobs, &mut again, |_| {}).await?;
        range.stations = range.stations.max(again.stations);
    }
}

async fn open(lake: &Lake, system: &SystemId, redo: Redo) -> Result<Arc<Refinery>, RefineError> {
    let refinery = Refinery::open(lake, system, redo).await;
    refinery.map(Arc::new).map_err(|source| RefineError::Bronze { source })
}

/// Every hour once, by what is known of stations now.
async fn round(
    refinery: &Arc<Refinery>,
    hours: &[Hour],
    jobs: NonZeroUsize,
    range: &mut RefinedRange,
    mut progress: impl FnMut(&RefinedHour),
) -> Result<(), RefineError> {
    let in_stations = |source| RefineError::Stations { source };
    let hours = futures::stream::iter(hours.to_vec());
    let looked_at = hours.map(|hour| look_at(refinery, hour)).buffered(LOOKED_AT);
    let at_work = &Arc::new(Semaphore::new(jobs.get()));
    let worked_on = looked_at.map_ok(|looked| work_on(refinery, at_work, looked));
    let mut outcomes = worked_on.try_buffered(jobs.get().saturating_mul(LINED_UP));
    let mut batch = Batch::default();
    let mut failure = None;
    while let Some(outcome) = outcomes.next().await {
        let (refined, made) = match outcome {
            Ok(done) => done,
            Err(error) => {
                failure = Some(error);
                break;
            }
        };
        batch.extend(made);
        if batch.reports.len() == BATCH {
            std::mem::take(&mut batch).finish(refinery, range).await.map_err(in_stations)?;
        }
        range.add(&refined);
        progress(&refined);
    }
    // What was done before a failure stays done.
    let finished = batch.finish(refinery, range).await.map_err(in_stations);
    failure.map_or(finished, Err)
}

async fn look_at(refinery: &Refinery, hour: Hour) -> Result<(Hour, Standing), RefineError> {
    let standing = refinery.standing(hour).await.map_err(|source| RefineError::Hour { hour, source })?;
    Ok((hour, standing))
}

/// Refines an hour that is due on a thread of the runtime's choice, as soon as there is a place.
async fn work_on(
    refinery: &Arc<Refinery>,
    at_work: &Arc<Semaphore>,
    (hour, standing): (Hour, Standing),
) -> Result<(RefinedHour, Option<HourOfSilver>), RefineError> {
    match standing {
        Standing::Empty => Ok((RefinedHour::empty(hour), None)),
        Standing::Unchanged(report) => Ok((RefinedHour::unchanged(&report), None)),
        Standing::Due(status) => {
            let (refinery, at_work) = (Arc::clone(refinery), Arc::clone(at_work));
            let task = tokio::spawn(async move {
                let _permit = at_work.acquire().await;
                refinery.refine(hour, status).await
            });
            let made = task.await.expect("an hour is refined without panic, and nobody cancels it");
            let made = made.map_err(|source| RefineError::Hour { hour, source })?;
            Ok((made.refined.clone(), Some(made)))
        }
    }
}

/// Hours whose rows are written and which are not finished yet.
#[derive(Default)]
struct Batch {
    facts: StationFacts,
    reports: Vec<QualityReport>,
}

impl Batch {
    fn extend(&mut self, made: Option<HourOfSilver>) {
        if let Some(HourOfSilver { report, facts, .. }) = made {
            self.facts.extend(facts);
            self.reports.push(report);
        }
    }

    async fn finish(self, refinery: &Refinery, range: &mut RefinedRange) -> Result<(), LakeError> {
        let Refinery { lake, system, .. } = refinery;
        if self.reports.is_empty() {
            return Ok(());
        }
        range.stations = self.facts.write(lake, system).await? as u64;
        let writes = futures::stream::iter(self.reports)
            .map(|report| async move { lake.write_quality(system, report.hour, &report).await })
            .buffer_unordered(REPORTS_AT_ONCE);
        writes.try_collect().await
    }
}
