//! `velib-train usable`: whether the estimate of stuck bikes holds up, in a simulated city and in a recorded one.

mod arguments;
mod planted;
mod recorded;
mod report;

use indicatif::ProgressBar;
use velib_domain::{Distribution, SignedDuration, Timestamp};
use velib_forecast::{
    ForecastRequest, StuckEstimate, StuckEstimator, Wear,
    protocol::{Cell, CityHistory, Eligibility, Folds, Protocol},
};
use velib_lake::Lake;
use velib_sim::CityConfig;

pub use self::{
    arguments::UsableArguments,
    planted::{Found, PlantedCity, PlantedScores},
    recorded::{RecordedScores, Watched},
    report::UsableReport,
};
use self::{planted::PlantedTally, recorded::RecordedTally};
use crate::{TrainError, data_set, read_history};

/// A bike is said to be stuck where that is at least so probable.
const SAID_FROM: f64 = 0.8;

/// What an estimate looks back on, and when it is made.
#[derive(Debug, Clone, Copy)]
pub struct LookBack {
    /// Time between two slots.
    pub cadence: SignedDuration,
    /// Slots.
    pub slots: usize,
    /// From one judged moment to the next; a time that is no part of a day makes them fall on all hours.
    pub every: SignedDuration,
}

/// What is counted, and may be stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Bikes,
    Docks,
}

impl Counted {
    fn of(self, cell: Cell) -> Option<u16> {
        match self {
            Self::Bikes => Some(cell.bikes),
            Self::Docks => cell.docks,
        }
    }

    fn estimate(self, estimator: &mut StuckEstimator, request: &ForecastRequest) -> StuckEstimate {
        match self {
            Self::Bikes => estimator.bikes(request),
            Self::Docks => estimator.docks(request),
        }
    }
}

/// How many are said to be stuck.
fn flagged(stuck: &Distribution) -> usize {
    (1..=stuck.support()).take_while(|&number| stuck.at_least(number) >= SAID_FROM).last().unwrap_or(0)
}

/// Judges as the command line asks.
pub async fn judge(arguments: &UsableArguments) -> Result<UsableReport, TrainError> {
    let bar = data_set::bar("living");
    let look_back = arguments.look_back();
    let report = match arguments.lake.as_deref() {
        Some(url) => {
            bar.set_message("reading silver");
            let lake = Lake::open(url)?;
            let city = read_history(&lake, &arguments.system, Eligibility::KnownCapacity, &bar).await?;
            let counted = if arguments.docks { Counted::Docks } else { Counted::Bikes };
            judge_moments(counted, &city, look_back, &bar, |_, _, _| ())
        }
        None => judge_planted(arguments.city(), arguments.days, look_back, &bar),
    };
    bar.finish_and_clear();
    Ok(report)
}

/// Judges on a simulated city, whose secret is known.
fn judge_planted(config: CityConfig, days: usize, look_back: LookBack, bar: &ProgressBar) -> UsableReport {
    let from: Timestamp = "2026-03-01T23:00:00Z".parse().expect("a moment written by hand");
    let slots = (days as f64 * 86_400.0 / look_back.cadence.as_secs_f64()) as usize;
    bar.set_length(slots as u64);
    let city = PlantedCity::live(config, from, look_back.cadence, slots, || bar.inc(1));
    let mut planted = PlantedTally::default();
    let report = judge_moments(Counted::Bikes, &city.history, look_back, bar, |at, stations, estimate| {
        for (&station, stuck) in stations.iter().zip(&estimate.stations) {
            if let Some(stuck) = stuck {
                planted.add(&city, at, station, stuck);
            }
        }
    });
    UsableReport { planted: Some(planted.scores()), ..report }
}

fn judge_moments(
    counted: Counted,
    city: &CityHistory,
    look_back: LookBack,
    bar: &ProgressBar,
    mut also: impl FnMut(usize, &[usize], &StuckEstimate),
) -> UsableReport {
    let (mut estimator, mut of_none) = (StuckEstimator::default(), StuckEstimator::new(Wear::NONE));
    let mut recorded = RecordedTally::default();
    let moments = moments(city, look_back);
    bar.set_length(moments.len() as u64);
    bar.set_position(0);
    let (mut log_evidence, mut log_evidence_of_none, mut stations_judged) = (0.0, 0.0, 0);
    for &at in &moments {
        let (stations, request) = request(city, at, look_back);
        let estimate = counted.estimate(&mut estimator, &request);
        recorded.add(counted, city, at, &stations, &estimate);
        also(at, &stations, &estimate);
        log_evidence += estimate.log_evidence;
        log_evidence_of_none += counted.estimate(&mut of_none, &request).log_evidence;
        stations_judged += stations.len();
        bar.inc(1);
    }
    UsableReport {
        look_back_hours: look_back.cadence.as_secs_f64() / 3600.0 * look_back.slots as f64,
        cadence_minutes: look_back.cadence.as_secs() / 60,
        moments: moments.len(),
        log_evidence_gain: (log_evidence - log_evidence_of_none) / (stations_judged.max(1) as f64),
        recorded: recorded.scores(),
        planted: None,
    }
}

/// Moments with a whole look-back behind them and a whole day ahead.
fn moments(city: &CityHistory, look_back: LookBack) -> Vec<usize> {
    let times = city.times();
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return Vec::new() };
    let behind = look_back.cadence * i32::try_from(look_back.slots).expect("slots are few");
    let mut next = first + behind;
    let mut moments = Vec::new();
    for (at, &time) in times.iter().enumerate() {
        if time >= next && time + SignedDuration::from_hours(24) <= last {
            moments.push(at);
            next = time + look_back.every;
        }
    }
    moments
}

fn request(city: &CityHistory, at: usize, look_back: LookBack) -> (Vec<usize>, ForecastRequest) {
    let folds = Folds { train: Vec::new(), validation: Vec::new(), test: Vec::new() };
    let protocol = Protocol {
        cadence: look_back.cadence,
        slot_tolerance: look_back.cadence / 2,
        ..Protocol::hourly(folds)
    };
    protocol.request(city, at, look_back.slots)
}
