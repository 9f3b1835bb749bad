//! The replay itself, step by step: learn before the days, draw trips on them, let every planner choose, travel, add up.

mod judged;
mod pairs;
mod tally;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::civil::Date;
use velib_domain::{
    SignedDuration, Timestamp,
    calendar::{PARIS, paris_time},
};
use velib_forecast::{Forecaster, protocol::CityHistory};
use velib_planner::{BikeKind, Correlation, Weights};
use velib_report::Bootstrap;

use crate::{
    Recording, ReplayError, Report, Rule, Stratum,
    learn::{self, Learned, learn},
    outlook::Lookout,
    planner::{self, Choice},
    recovery::{AskedAgain, Common, Recovery},
    seen::every,
    stage::Stage,
    traveller,
    trips::{Drawing, Trip},
};
use tally::{Tallies, Tally};

/// Departures lie so far apart.
const EVERY: SignedDuration = SignedDuration::from_mins(15);

/// The first departure of a day, by Paris wall-clock time: people sleep before it.
const FIRST_HOUR: i8 = 6;

/// A departure needs a history this long after it.
const JUDGED_FOR: SignedDuration = SignedDuration::from_mins(90);

/// Which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day replayed, in Paris.
    pub first: Date,
    /// The last.
    pub last: Date,
    /// Days before the first that are learned from.
    pub learned: i64,
}

/// How much, and from which seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What is replayed, in words.
    pub history: String,
    /// Which days.
    pub days: Days,
    /// The bike that travellers want.
    pub bike: BikeKind,
    /// Trips of each kind.
    pub trips: usize,
    /// Seed of trips and draws.
    pub seed: u64,
    /// Other costs to plan with, each as one more planner.
    pub weights: Vec<Weights>,
}

/// How long it is since some moment; libraries do not read clocks.
pub type Stopwatch<'w> = &'w dyn Fn() -> Duration;

/// All that a replay is made from.
pub struct Replay<'r> {
    /// The history.
    pub city: &'r CityHistory,
    /// How much of it.
    pub settings: Settings,
    /// The model that our planner uses; without one it uses what is learned from the days before.
    pub model: Option<Box<dyn Forecaster>>,
    /// For the time that a choice takes.
    pub stopwatch: Stopwatch<'r>,
}

/// Replays; `progress` is told trips done and trips in all.
pub fn replay(replay: Replay<'_>, mut progress: impl FnMut(u64, u64)) -> Result<Report, ReplayError> {
    let Replay { city, settings, model, stopwatch } = replay;
    let recording = Recording::new(city).wanting(settings.bike);
    let (from, to) = (midnight(settings.days.first), midnight(next(settings.days.last)));
    let learned_from =
        from - SignedDuration::from_hours(24) * i32::try_from(settings.days.learned).unwrap_or(28);
    let stage = Stage::new(recording);
    let moments = departures(recording, from, to);
    if moments.is_empty() {
        return Err(ReplayError::NoDays);
    }
    if !recording.tells_the_kind(learned_from, to) {
        return Err(ReplayError::NoKinds { kind: settings.bike.as_str() });
    }
    let version = model.as_ref().map(|model| model.version().to_owned());
    let learned = learn(&stage, learned_from, from, &settings, model)?;
    let drawing = Drawing { stage: &stage, demand: &learned.demand, moments: &moments, seed: settings.seed };
    let trips = Stratum::ALL.map(|stratum| drawing.trips(stratum, settings.trips));
    let mut tallies =
        Tallies::new(&learned.planners, learned.deployed, learned.foresights.len(), days_of(&moments));
    let (mut done, all) = (0, (settings.trips * trips.len()) as u64);
    let mut left = Vec::new();
    for (stratum, trips) in Stratum::ALL.into_iter().zip(trips) {
        left.push((stratum, trips?));
    }
    for &moment in &moments {
        let lookouts = learned.lookouts(&stage, moment);
        for (stratum, trips) in &left {
            let first = trips.partition_point(|trip| trip.departs_at < moment);
            for trip in trips[first..].iter().take_while(|trip| trip.departs_at == moment) {
                let tally = tallies.of(*stratum, moment);
                travel_all(&stage, trip, &learned, &lookouts, stopwatch, tally);
                done += 1;
                progress(done, all);
            }
        }
    }
    let snapshots = recording.between(from, to).len();
    let mut report = Report {
        history: settings.history.clone(),
        stations: city.stations().len(),
        snapshots,
        departures: [moments[0], moments[moments.len() - 1]],
        days: tallies.days(),
        learned: [learned_from, from],
        bike: settings.bike.as_str(),
        trips: settings.trips,
        seed: settings.seed,
        ours: learned.foresights[learned.ours].name().to_owned(),
        deployed: learned.deployed,
        model: version,
        blend: learned.blend,
        correlation: learn::correlation_lines(&learned.correlation, &learned.events),
        strata: tallies
            .report(&learned.foresights, Bootstrap { seed: settings.seed, ..Bootstrap::default() }),
        targets: Vec::new(),
    };
    report.targets = crate::targets::targets(&report);
    Ok(report)
}

/// One trip by every planner.
fn travel_all(
    stage: &Stage<'_>,
    trip: &Trip,
    learned: &Learned,
    lookouts: &[Lookout<'_>],
    stopwatch: Stopwatch<'_>,
    tally: &mut Tally,
) {
    let mut travelled = Vec::with_capacity(learned.planners.len());
    let mut choices = Vec::with_capacity(learned.planners.len());
    for (index, planner) in learned.planners.iter().enumerate() {
        if planner.rule == Rule::Oracle {
            continue;
        }
        let before = stopwatch();
        let choice = choose(stage, trip, planner.rule, lookouts, &learned.correlation);
        tally.took(index, stopwatch().saturating_sub(before));
        travelled.push(match choice.stations {
            Some(stations) => {
                let recovery = recovery(stage, trip, planner.rule, learned);
                traveller::travel(stage, trip, stations, recovery.as_ref())
            }
            None => traveller::walk(stage, trip),
        });
        choices.push(choice);
    }
    travelled.push(planner::fastest(stage, trip, &travelled));
    choices.push(Choice { stations: None, promised: None });
    tally.add(stage, trip, &choices, &travelled, lookouts);
}

/// What a planner chooses; the oracle does not choose before it has seen all others travel.
fn choose(
    stage: &Stage<'_>,
    trip: &Trip,
    rule: Rule,
    lookouts: &[Lookout<'_>],
    correlation: &Correlation,
) -> Choice {
    match rule {
        Rule::Nearest => planner::nearest(stage, trip, 0, 0),
        Rule::NearestWith { bikes, docks } => planner::nearest(stage, trip, bikes, docks),
        Rule::Planned { foresight, correlated, wishes, .. } => {
            let independent = Correlation::default();
            let correlation = if correlated { correlation } else { &independent };
            planner::planned(stage, trip, &lookouts[foresight], correlation, wishes)
        }
        Rule::Oracle => Choice { stations: None, promised: None },
    }
}

/// How a planner's travellers go on where something is missing.
fn recovery<'s>(
    stage: &'s Stage<'_>,
    trip: &'s Trip,
    rule: Rule,
    learned: &'s Learned,
) -> Box<dyn Recovery + 's> {
    match rule {
        Rule::Planned { foresight, wishes, asks_again: true, .. } => Box::new(AskedAgain {
            stage,
            trip,
            foresight: learned.foresights[foresight].as_ref(),
            correlation: &learned.correlation,
            wishes,
        }),
        _ => Box::new(Common { stage, trip }),
    }
}

/// When trips may start: every quarter of an hour of the waking day for which there is a history.
fn departures(recording: Recording<'_>, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let mut moments = every(recording, from, to - JUDGED_FOR, EVERY);
    moments.retain(|&moment| {
        let judged = (1..=3).all(|part| recording.snapshot_at(moment + JUDGED_FOR * part / 3).is_some());
        judged && paris_time(moment).hour() >= FIRST_HOUR
    });
    moments
}

fn days_of(moments: &[Timestamp]) -> Vec<Date> {
    let mut days: Vec<Date> = moments.iter().map(|&moment| paris_time(moment).date()).collect();
    days.dedup();
    days
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(PARIS).map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}
