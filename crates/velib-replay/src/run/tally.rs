//! Sums of every planner and foresight by kind of trip and day, and the lines of the report that they make.

use std::{rc::Rc, time::Duration};

use jiff::civil::Date;
use velib_domain::{Timestamp, calendar::paris_time};
use velib_report::Bootstrap;

use crate::{
    Planner, Stratum,
    appraisal::{Drawn, METRICS, share},
    foresight::Foresight,
    hours::{self, ByHour},
    learn::ASKS_AGAIN,
    outlook::Lookout,
    planner::Choice,
    report::{Measured, PairedLine, PlannerLine, RecoveryLine, StratumReport},
    run::judged::{Judged, JudgedDays, Needs, diagrams},
    stage::Stage,
    sums::Sums,
    traveller::Travelled,
    trips::Trip,
};

/// The planner that all others are compared with.
const OURS: &str = "ours";

/// Everything counted so far.
pub(crate) struct Tallies {
    names: Vec<String>,
    days: Vec<Date>,
    /// By kind of trip, then day.
    by_kind: Vec<Vec<Tally>>,
}

/// One kind of trip on one day.
pub(crate) struct Tally {
    /// By planner.
    sums: Vec<Sums>,
    /// By planner, by part of the day.
    hours: Vec<ByHour>,
    /// Chances at the stations nearest to both ends, which nobody chose for their chances.
    nearest: Judged,
    /// Chances at the stations that ours chose: those that people are shown.
    chosen: Judged,
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
            nearest: Judged::new(foresights),
            chosen: Judged::new(foresights),
            alone: vec![[0; 2]; names.len()],
            took: vec![Vec::new(); names.len()],
            ours,
        };
        let by_kind = Stratum::ALL.iter().map(|_| days.iter().map(|_| tally()).collect()).collect();
        Self { names, days, by_kind }
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
        let judged = |stations, of: fn(&Tally) -> &Judged| {
            let days: Vec<&Judged> = days.iter().map(of).collect();
            JudgedDays::of(stations, foresights, &days, bootstrap)
        };
        let nearest = judged("nearest", |day| &day.nearest);
        let chosen = judged("chosen", |day| &day.chosen);
        let own_diagrams = diagrams("ours, chosen", &drawn[ours].whole().kept);
        let asked_again = self.names.iter().position(|name| name == ASKS_AGAIN);
        StratumReport {
            stratum: stratum.as_str(),
            planners: planners.collect(),
            paired: paired.collect(),
            hours: hours::lines(&self.names, ours, &by_hour, bootstrap),
            forecasts: [nearest.forecasts(), chosen.forecasts()].concat(),
            going: [nearest.going(), chosen.going()].concat(),
            recovery: asked_again.and_then(|asked| recovery(&drawn[ours], &drawn[asked])),
            reliability: nearest.diagrams().chain(own_diagrams).collect(),
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
            if let (Some(promised), Some(stations)) = (choice.promised, choice.stations) {
                let seconds = Needs::of(stage, trip, stations).seconds();
                for (end, p) in [promised.p_bike, promised.p_dock].into_iter().enumerate() {
                    if let Some(found) = found(went)[end] {
                        sums.kept.add(end, seconds[end], p, found);
                    }
                }
            }
            self.alone[planner][0] += u64::from(went.missed() && !ours_missed);
            self.alone[planner][1] += u64::from(!went.missed() && ours_missed);
        }
        if let Some(stations) = choices[0].stations {
            let needs = Needs::of(stage, trip, stations);
            self.nearest.add(&needs, needs.are_there(stage, trip), lookouts);
        }
        if let Some(stations) = choices[self.ours].stations {
            let found = found(&travelled[self.ours]);
            self.chosen.add(&Needs::of(stage, trip, stations), found, lookouts);
        }
    }

    /// Notes how long a choice took.
    pub(crate) fn took(&mut self, planner: usize, time: Duration) {
        self.took[planner].push(time.as_secs_f32() * 1e6);
    }
}

/// Whether a bike and a dock were there when it was said that they would be: who had to look for a bike first stands at the dock
/// later.
fn found(went: &Travelled) -> [Option<bool>; 2] {
    [went.found_bike, went.found_dock.filter(|_| went.found_bike == Some(true))]
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
        strict_miss_ratio: together(|[ours, other]| share(ours.missed_strictly, other.missed_strictly)),
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

/// The same first choices, and two ways to go on where something was missing.
fn recovery(common: &Drawn, asked_again: &Drawn) -> Option<RecoveryLine> {
    let a_miss = |sums: &Sums| share(sums.missed_s, sums.missed);
    Some(RecoveryLine {
        missed: common.whole().missed as u64,
        common_s: common.estimate(a_miss)?,
        asked_again_s: asked_again.estimate(a_miss)?,
        seconds_difference: Drawn::together([asked_again, common], |[asked_again, common]| {
            share(asked_again.missed_s - common.missed_s, common.missed)
        })?,
        stranded_common: share(common.whole().missed_stranded, common.whole().missed)?,
        stranded_asked_again: share(asked_again.whole().missed_stranded, asked_again.whole().missed)?,
    })
}
