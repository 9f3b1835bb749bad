//! Sums of every planner and foresight by kind of trip and day, and the lines of the report that they make.

use std::{rc::Rc, time::Duration};

use jiff::civil::Date;
use velib_domain::{Timestamp, calendar::paris_time};
use velib_report::Bootstrap;

use crate::{
    Planner, Rule, Stratum,
    appraisal::{Drawn, METRICS},
    foresight::Foresight,
    hours::{self, ByHour},
    learn::{ASKS_AGAIN, AVAILABLE, NEAREST, OURS},
    outlook::Lookout,
    planner::Choice,
    report::{Measured, PairedLine, PlannerLine, SkillLine, StratumReport},
    run::{
        judged::{Judged, JudgedDays, Needs, diagrams},
        pairs,
    },
    stage::Stage,
    sums::Sums,
    traveller::Travelled,
    trips::Trip,
};

/// Everything counted so far.
pub(crate) struct Tallies {
    names: Vec<String>,
    /// By planner: the foresight whose chances it shows, if it shows any.
    shown: Vec<Option<usize>>,
    /// The planners that are compared with every other.
    compared: Vec<usize>,
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
    /// By planner: chances at the stations that it chose, those that people are shown.
    chosen: Vec<Judged>,
    /// By planner and other: trips that it missed and the other did not.
    alone: Vec<Vec<u64>>,
    /// By planner: how long each choice took.
    took: Vec<Vec<f32>>,
}

impl Tallies {
    /// `deployed` is compared with every other planner, as ours is.
    pub(crate) fn new(planners: &[Planner], deployed: &str, foresights: usize, days: Vec<Date>) -> Self {
        let names: Vec<String> = planners.iter().map(|planner| planner.name.clone()).collect();
        let tally = || Tally {
            sums: vec![Sums::default(); names.len()],
            hours: vec![ByHour::default(); names.len()],
            nearest: Judged::new(foresights),
            chosen: vec![Judged::new(foresights); names.len()],
            alone: vec![vec![0; names.len()]; names.len()],
            took: vec![Vec::new(); names.len()],
        };
        let by_kind = Stratum::ALL.iter().map(|_| days.iter().map(|_| tally()).collect()).collect();
        let shown = planners.iter().map(|planner| match planner.rule {
            Rule::Planned { foresight, .. } => Some(foresight),
            _ => None,
        });
        let is_compared = |name: &str| name == OURS || name == deployed;
        let compared = (0..names.len()).filter(|&planner| is_compared(&names[planner])).collect();
        Self { shown: shown.collect(), compared, names, days, by_kind }
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
        let ours = self.named(OURS).unwrap_or(0);
        let planners = drawn.iter().enumerate().map(|(planner, drawn)| PlannerLine {
            planner: self.names[planner].clone(),
            metrics: METRICS
                .iter()
                .filter_map(|(metric, of)| Some(Measured { metric, estimate: drawn.estimate(of)? }))
                .collect(),
            rank_p50_us: took(days, planner, 0.5),
            rank_p99_us: took(days, planner, 0.99),
        });
        let by_hour: Vec<Vec<ByHour>> = days.iter().map(|day| day.hours.clone()).collect();
        let judged = |stations, of: &dyn Fn(&Tally) -> &Judged| {
            let days: Vec<&Judged> = days.iter().map(of).collect();
            JudgedDays::of(stations, foresights, &days, bootstrap)
        };
        let nearest = judged("nearest", &|day| &day.nearest);
        let chosen = judged("chosen", &|day| &day.chosen[ours]);
        let skill = |(planner, shown): (usize, &Option<usize>)| {
            let [beside_table, beside_queue] =
                judged("chosen", &|day| &day.chosen[planner]).later_skills((*shown)?);
            Some(SkillLine { planner: self.names[planner].clone(), beside_table, beside_queue })
        };
        let own_diagrams = diagrams("ours, chosen", &drawn[ours].whole().kept);
        let asked_again = self.named(ASKS_AGAIN);
        StratumReport {
            stratum: stratum.as_str(),
            planners: planners.collect(),
            paired: self.paired(days, &drawn),
            hours: hours::lines(&self.names, ours, &by_hour, bootstrap),
            forecasts: [nearest.forecasts(), chosen.forecasts()].concat(),
            skills: self.shown.iter().enumerate().filter_map(skill).collect(),
            going: [nearest.going(), chosen.going()].concat(),
            recovery: asked_again.and_then(|asked| pairs::recovery(&drawn[ours], &drawn[asked])),
            reliability: nearest.diagrams().chain(own_diagrams).collect(),
        }
    }

    /// Some planners against all others, and each that shows chances against those by which aims are set.
    fn paired(&self, days: &[Tally], drawn: &[Drawn]) -> Vec<PairedLine> {
        let is_bar = |other: usize| [NEAREST, AVAILABLE].contains(&self.names[other].as_str());
        let wanted = |planner: usize, other: usize| {
            planner != other
                && (self.compared.contains(&planner) || self.shown[planner].is_some() && is_bar(other))
        };
        let alone = |planner: usize, other: usize| days.iter().map(|day| day.alone[planner][other]).sum();
        let of = |planner: usize| {
            let others = (0..drawn.len()).filter(move |&other| wanted(planner, other));
            others.map(move |other| {
                let pair = [planner, other];
                let alone = [alone(planner, other), alone(other, planner)];
                pairs::paired(pair.map(|of| self.names[of].as_str()), pair.map(|of| &drawn[of]), alone)
            })
        };
        (0..drawn.len()).flat_map(of).collect()
    }

    fn named(&self, planner: &str) -> Option<usize> {
        self.names.iter().position(|name| name == planner)
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
        for (planner, (choice, went)) in choices.iter().zip(travelled).enumerate() {
            let sums = &mut self.sums[planner];
            sums.add(went, choice.promised.as_ref(), oracle_s);
            self.hours[planner].add(trip.departs_at, went);
            if let (Some(promised), Some(stations)) = (choice.promised, choice.stations) {
                let needs = Needs::of(stage, trip, stations);
                let seconds = needs.seconds();
                for (end, p) in [promised.p_bike, promised.p_dock].into_iter().enumerate() {
                    if let Some(found) = found(went)[end] {
                        sums.kept.add(end, seconds[end], p, found);
                    }
                }
                self.chosen[planner].add(&needs, found(went), lookouts);
            }
            for (alone, other) in self.alone[planner].iter_mut().zip(travelled) {
                *alone += u64::from(went.missed() && !other.missed());
            }
        }
        if let Some(stations) = choices[0].stations {
            let needs = Needs::of(stage, trip, stations);
            self.nearest.add(&needs, needs.are_there(stage, trip), lookouts);
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
