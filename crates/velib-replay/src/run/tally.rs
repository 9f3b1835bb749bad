//! Sums of every planner and foresight by kind of trip and day, and the lines of the report that they make.

use std::{rc::Rc, time::Duration};

use jiff::civil::Date;
use velib_domain::{SignedDuration, Timestamp, calendar::paris_time};
use velib_report::{Bootstrap, Estimate};

use crate::{
    Planner, Stratum,
    appraisal::{Drawn, METRICS, share},
    foresight::{Foresight, Wanted},
    hours::{self, ByHour},
    outlook::Lookout,
    planner::Choice,
    promise::{BANDS, Kept},
    report::{ForecastLine, Measured, PairedLine, PlannerLine, ReliabilityLine, StratumReport},
    stage::Stage,
    sums::Sums,
    traveller::Travelled,
    trips::Trip,
};

/// The planner that all others are compared with.
const OURS: &str = "ours";

/// The foresight by which skill is measured.
const BAR: &str = "table";

/// Everything counted so far.
pub(crate) struct Tallies {
    names: Vec<String>,
    days: Vec<Date>,
    foresights: usize,
    /// By kind of trip, then day.
    by_kind: Vec<Vec<Tally>>,
}

/// One kind of trip on one day.
pub(crate) struct Tally {
    /// By planner.
    sums: Vec<Sums>,
    /// By planner, by part of the day.
    hours: Vec<ByHour>,
    /// By foresight, on the stations nearest to both ends.
    kept: Vec<Kept>,
    /// By planner: trips that only it missed and ours did not, and the other way round.
    alone: Vec<[u64; 2]>,
    /// By planner: how long each choice took.
    took: Vec<Vec<f32>>,
    ours: usize,
}

impl Tallies {
    pub(crate) fn new(planners: &[Planner], foresights: usize, days: Vec<Date>) -> Self {
        let names: Vec<String> = planners.iter().map(|planner| planner.name.clone()).collect();
        let ours = names.iter().position(|name| name == OURS).unwrap_or(0);
        let tally = || Tally {
            sums: vec![Sums::default(); names.len()],
            hours: vec![ByHour::default(); names.len()],
            kept: vec![Kept::default(); foresights],
            alone: vec![[0; 2]; names.len()],
            took: vec![Vec::new(); names.len()],
            ours,
        };
        let by_kind = Stratum::ALL.iter().map(|_| days.iter().map(|_| tally()).collect()).collect();
        Self { names, days, foresights, by_kind }
    }

    pub(crate) fn of(&mut self, stratum: Stratum, moment: Timestamp) -> &mut Tally {
        let day = self.days.binary_search(&paris_time(moment).date()).unwrap_or(0);
        let kind = Stratum::ALL.iter().position(|kind| *kind == stratum).unwrap_or(0);
        &mut self.by_kind[kind][day]
    }

    pub(crate) fn days(&self) -> usize {
        self.days.len()
    }

    pub(crate) fn report(
        &self,
        foresights: &[Rc<dyn Foresight>],
        bootstrap: Bootstrap,
    ) -> Vec<StratumReport> {
        let kinds = Stratum::ALL.iter().zip(&self.by_kind);
        kinds.map(|(stratum, days)| self.stratum(*stratum, days, foresights, bootstrap)).collect()
    }

    fn stratum(
        &self,
        stratum: Stratum,
        days: &[Tally],
        foresights: &[Rc<dyn Foresight>],
        bootstrap: Bootstrap,
    ) -> StratumReport {
        let drawn: Vec<Drawn> = (0..self.names.len())
            .map(|planner| {
                let days: Vec<Sums> = days.iter().map(|day| day.sums[planner].clone()).collect();
                Drawn::of(&days, bootstrap)
            })
            .collect();
        let ours = days.first().map_or(0, |day| day.ours);
        let planners = drawn.iter().enumerate().map(|(planner, drawn)| PlannerLine {
            planner: self.names[planner].clone(),
            metrics: METRICS
                .iter()
                .filter_map(|(metric, of)| Some(Measured { metric, estimate: drawn.estimate(of)? }))
                .collect(),
            rank_p50_us: took(days, planner, 0.5),
            rank_p99_us: took(days, planner, 0.99),
        });
        let others = (0..drawn.len()).filter(|&other| other != ours);
        let paired = others.map(|other| {
            let alone = |side: usize| days.iter().map(|day| day.alone[other][side]).sum();
            PairedLine {
                against: self.names[other].clone(),
                only_we_missed: alone(1),
                only_they_missed: alone(0),
                ..paired(&drawn[ours], &drawn[other])
            }
        });
        let by_hour: Vec<Vec<ByHour>> = days.iter().map(|day| day.hours.clone()).collect();
        let names: Vec<&str> = foresights.iter().map(|foresight| foresight.name()).collect();
        let kept: Vec<Vec<Kept>> =
            (0..self.foresights).map(|at| days.iter().map(|day| day.kept[at]).collect()).collect();
        let mut reliability: Vec<ReliabilityLine> = Vec::new();
        for (name, kept) in names.iter().zip(&kept) {
            let mut whole = Kept::default();
            for day in kept {
                whole.merge(day, 1);
            }
            reliability.extend(diagrams(name, &whole));
        }
        reliability.extend(diagrams("ours, chosen", &drawn[ours].whole().kept));
        StratumReport {
            stratum: stratum.as_str(),
            planners: planners.collect(),
            paired: paired.collect(),
            hours: hours::lines(&self.names, ours, &by_hour, bootstrap),
            forecasts: forecasts(&names, &kept, bootstrap),
            reliability,
        }
    }
}

impl Tally {
    /// Counts one trip: choices and what came of them, by planner, the oracle last.
    pub(crate) fn add(
        &mut self,
        stage: &Stage<'_>,
        trip: &Trip,
        choices: &[Choice],
        travelled: &[Travelled],
        lookouts: &[Lookout<'_>],
    ) {
        let oracle_s = travelled.last().map_or(0.0, |oracle| oracle.seconds);
        let ours_missed = travelled[self.ours].missed();
        for (planner, (choice, went)) in choices.iter().zip(travelled).enumerate() {
            let sums = &mut self.sums[planner];
            sums.add(went, choice.promised.as_ref(), oracle_s);
            self.hours[planner].add(trip.departs_at, went);
            if let (Some(promised), Some((pickup, dropoff))) = (choice.promised, choice.stations) {
                let (bike_s, dock_s) = when_there(stage, trip, pickup, dropoff);
                if let Some(found) = went.found_bike {
                    sums.kept.add(0, bike_s, promised.p_bike, found);
                }
                // Who had to look for a bike first stands there later than was said.
                if let Some(found) = went.found_dock.filter(|_| went.found_bike == Some(true)) {
                    sums.kept.add(1, dock_s, promised.p_dock, found);
                }
            }
            self.alone[planner][0] += u64::from(went.missed() && !ours_missed);
            self.alone[planner][1] += u64::from(!went.missed() && ours_missed);
        }
        if let Some((pickup, dropoff)) = choices[0].stations {
            self.judge(stage, trip, pickup, dropoff, lookouts);
        }
    }

    /// The chances of every foresight at two stations that nobody chose for their chances.
    fn judge(
        &mut self,
        stage: &Stage<'_>,
        trip: &Trip,
        pickup: usize,
        dropoff: usize,
        lookouts: &[Lookout<'_>],
    ) {
        let (bike_s, dock_s) = when_there(stage, trip, pickup, dropoff);
        for (wanted, station, seconds) in [(Wanted::Bike, pickup, bike_s), (Wanted::Dock, dropoff, dock_s)] {
            let at = trip.departs_at + SignedDuration::from_secs((seconds + 0.5) as i64);
            let Some(cell) = stage.cell(at, station) else { continue };
            let there = if wanted == Wanted::Bike { cell.bikes > 0 } else { cell.docks.unwrap_or(0) > 0 };
            let said: Option<Vec<f64>> =
                lookouts.iter().map(|lookout| lookout.chance(station, wanted, seconds)).collect();
            for (kept, p) in self.kept.iter_mut().zip(said.unwrap_or_default()) {
                kept.add(wanted as usize, seconds, p, there);
            }
        }
    }

    /// Notes how long a choice took.
    pub(crate) fn took(&mut self, planner: usize, time: Duration) {
        self.took[planner].push(time.as_secs_f32() * 1e6);
    }
}

/// Seconds from departure to standing at either station, if nothing is missing.
fn when_there(stage: &Stage<'_>, trip: &Trip, pickup: usize, dropoff: usize) -> (f64, f64) {
    let bike_s = stage.walk_to(trip.from, pickup).duration_s;
    (bike_s, bike_s + velib_planner::UNLOCK_S + stage.ride_between(pickup, dropoff).duration_s)
}

fn took(days: &[Tally], planner: usize, share: f64) -> Option<f64> {
    let mut all: Vec<f32> = days.iter().flat_map(|day| day.took[planner].iter().copied()).collect();
    all.sort_unstable_by(f32::total_cmp);
    let at = ((all.len() as f64 - 1.0).max(0.0) * share) as usize;
    all.get(at).map(|&micros| f64::from(micros)).filter(|micros| *micros > 0.0)
}

fn paired(ours: &Drawn, other: &Drawn) -> PairedLine {
    let together = |of: fn([&Sums; 2]) -> Option<f64>| Drawn::together([ours, other], of);
    PairedLine {
        against: String::new(),
        miss_ratio: together(|[ours, other]| share(ours.missed, other.missed)),
        miss_difference: together(|[ours, other]| share(ours.missed - other.missed, ours.trips)),
        seconds_difference: together(|[ours, other]| share(ours.seconds - other.seconds, ours.trips)),
        walk_extra_m: together(|[ours, other]| share(ours.walk_m - other.walk_m, ours.trips)),
        gap_closed: together(|[ours, other]| {
            share(other.seconds - ours.seconds, other.seconds - other.oracle_s)
        }),
        only_we_missed: 0,
        only_they_missed: 0,
    }
}

fn diagrams(of: &str, kept: &Kept) -> [ReliabilityLine; 2] {
    [("bike", 0), ("dock", 1)].map(|(wanted, at)| ReliabilityLine {
        of: of.to_owned(),
        wanted,
        points: kept.by_wanted[at].reliability(),
    })
}

/// Scores of every foresight on the same rows, over all of them and by band of time.
fn forecasts(names: &[&str], kept: &[Vec<Kept>], bootstrap: Bootstrap) -> Vec<ForecastLine> {
    let days = kept.first().map_or(0, Vec::len);
    let chosen_days = bootstrap.draw(days);
    let drawn = |of: usize, times: &[u32]| {
        let mut sum = Kept::default();
        kept[of].iter().zip(times).for_each(|(day, &times)| sum.merge(day, times));
        sum
    };
    let once = vec![1; days];
    let all: Vec<(Kept, Vec<Kept>)> = (0..names.len())
        .map(|of| (drawn(of, &once), chosen_days.iter().map(|times| drawn(of, times)).collect()))
        .collect();
    let bar = names.iter().position(|name| *name == BAR);
    let mut lines = Vec::new();
    for (band, of_band) in bands() {
        for (name, (whole, drawn)) in names.iter().zip(&all) {
            let brier = |kept: &Kept| of_band(kept).scores().map(|scores| scores.brier);
            let ece = |kept: &Kept| of_band(kept).scores().map(|scores| scores.ece);
            let Some(estimate) = Estimate::of(brier(whole), drawn.iter().map(brier)) else { continue };
            let skill = bar.filter(|&bar| names[bar] != *name).and_then(|bar| {
                let skill = |own: &Kept, bar: &Kept| Some(1.0 - brier(own)? / brier(bar)?);
                let (bar, bar_drawn) = &all[bar];
                Estimate::of(skill(whole, bar), drawn.iter().zip(bar_drawn).map(|(own, bar)| skill(own, bar)))
            });
            lines.push(ForecastLine {
                foresight: (*name).to_owned(),
                band,
                brier: estimate,
                skill,
                ece: Estimate::of(ece(whole), drawn.iter().map(ece)),
            });
        }
    }
    lines
}

/// A part of the rows, and how to find it.
type Band = (&'static str, Box<dyn Fn(&Kept) -> velib_forecast::scores::EventError>);

fn bands() -> Vec<Band> {
    let all: Band = ("all", Box::new(Kept::both));
    let of = |(at, (_, name)): (usize, &(f64, &'static str))| -> Band {
        (name, Box::new(move |kept: &Kept| kept.by_band[at]))
    };
    std::iter::once(all).chain(BANDS.iter().enumerate().map(of)).collect()
}
