//! How the chances of every foresight were kept: the same stations and moments for each.

use std::rc::Rc;

use velib_domain::SignedDuration;
use velib_forecast::scores::EventError;
use velib_report::{Bootstrap, Estimate};

use crate::{
    foresight::{Foresight, Wanted},
    going::Going,
    outlook::Lookout,
    promise::{BANDS, Kept},
    report::{ForecastLine, GoLine, ReliabilityLine},
    stage::Stage,
    trips::Trip,
};

/// The foresights by which skill is measured: persistence made a probability, and the queue.
const BARS: [&str; 2] = ["table", "queue"];

/// Where and when a trip needs a bike and a dock, as seconds from its departure if nothing is missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    stations: [usize; 2],
    seconds: [f64; 2],
}

/// Chances at some stations, by foresight.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    kept: Vec<Kept>,
    going: Vec<Going>,
}

impl Needs {
    pub(crate) fn of(stage: &Stage<'_>, trip: &Trip, (pickup, dropoff): (usize, usize)) -> Self {
        let bike_s = stage.walk_to(trip.from, pickup).duration_s;
        let ride_s = stage.ride_between(pickup, dropoff).duration_s;
        Self { stations: [pickup, dropoff], seconds: [bike_s, bike_s + velib_planner::UNLOCK_S + ride_s] }
    }

    /// Seconds until a bike, and until a dock is needed.
    pub(crate) fn seconds(&self) -> [f64; 2] {
        self.seconds
    }

    /// Whether a bike and a dock are there; `None` where nobody counted.
    pub(crate) fn are_there(&self, stage: &Stage<'_>, trip: &Trip) -> [Option<bool>; 2] {
        [Wanted::Bike, Wanted::Dock].map(|wanted| {
            let seconds = self.seconds[wanted as usize];
            let at = trip.departs_at + SignedDuration::from_secs((seconds + 0.5) as i64);
            Some(wanted.is_in(&stage.cell(at, self.stations[wanted as usize])?))
        })
    }
}

impl Judged {
    pub(crate) fn new(foresights: usize) -> Self {
        Self { kept: vec![Kept::default(); foresights], going: vec![Going::default(); foresights] }
    }

    /// Counts the two chances of one trip by every foresight, and whether there was a bike and a dock, as far as is known.
    pub(crate) fn add(&mut self, needs: &Needs, there: [Option<bool>; 2], lookouts: &[Lookout<'_>]) {
        let said = [Wanted::Bike, Wanted::Dock].map(|wanted| -> Option<Vec<f64>> {
            let end = wanted as usize;
            let chance =
                |lookout: &Lookout<'_>| lookout.chance(needs.stations[end], wanted, needs.seconds[end]);
            lookouts.iter().map(chance).collect()
        });
        for (end, said) in said.iter().enumerate() {
            let Some((said, there)) = said.as_ref().zip(there[end]) else { continue };
            for (kept, p) in self.kept.iter_mut().zip(said) {
                kept.add(end, needs.seconds[end], *p, there);
            }
        }
        let [Some(bikes), Some(docks)] = said else { return };
        let succeeded = match there {
            [Some(false), _] | [_, Some(false)] => false,
            [Some(true), Some(true)] => true,
            _ => return,
        };
        for ((going, bike), dock) in self.going.iter_mut().zip(bikes).zip(docks) {
            going.add(bike * dock, succeeded);
        }
    }

    fn merge(&mut self, other: &Self, times: u32) {
        self.kept.iter_mut().zip(&other.kept).for_each(|(sum, other)| sum.merge(other, times));
        self.going.iter_mut().zip(&other.going).for_each(|(sum, other)| sum.merge(other, times));
    }
}

/// Days of judged chances, as they were and as they were drawn.
pub(crate) struct JudgedDays<'n> {
    /// Which stations, in a word.
    stations: &'static str,
    names: Vec<&'n str>,
    whole: Judged,
    draws: Vec<Judged>,
}

impl<'n> JudgedDays<'n> {
    pub(crate) fn of(
        stations: &'static str,
        foresights: &'n [Rc<dyn Foresight>],
        days: &[&Judged],
        bootstrap: Bootstrap,
    ) -> Self {
        let sum = |times: &[u32]| {
            let mut sum = Judged::new(foresights.len());
            days.iter().zip(times).for_each(|(day, &times)| sum.merge(day, times));
            sum
        };
        Self {
            stations,
            names: foresights.iter().map(|foresight| foresight.name()).collect(),
            whole: sum(&vec![1; days.len()]),
            draws: bootstrap.draw(days.len()).iter().map(|times| sum(times)).collect(),
        }
    }

    /// A reliability diagram of every foresight.
    pub(crate) fn diagrams(&self) -> impl Iterator<Item = ReliabilityLine> {
        let foresights = self.names.iter().zip(&self.whole.kept);
        foresights.flat_map(|(name, kept)| diagrams(name, kept))
    }

    /// Scores over all rows and by band of time.
    pub(crate) fn forecasts(&self) -> Vec<ForecastLine> {
        let mut lines = Vec::new();
        for (band, of_band) in bands() {
            let brier = |judged: &Judged, of: usize| Some(of_band(&judged.kept[of]).scores()?.brier);
            for (of, name) in self.names.iter().enumerate() {
                let Some(estimate) = self.estimate(|judged| brier(judged, of)) else { continue };
                let [skill, skill_beside_queue] = self.skills(of, of_band.as_ref());
                lines.push(ForecastLine {
                    foresight: (*name).to_owned(),
                    stations: self.stations,
                    band,
                    brier: estimate,
                    skill,
                    skill_beside_queue,
                    ece: self.estimate(|judged| Some(of_band(&judged.kept[of]).scores()?.ece)),
                });
            }
        }
        lines
    }

    /// The skill of a foresight beside each bar, for what was needed in ten to forty minutes.
    pub(crate) fn later_skills(&self, of: usize) -> [Option<Estimate>; 2] {
        self.skills(of, &Kept::after_ten_minutes)
    }

    fn skills(&self, of: usize, of_band: &dyn Fn(&Kept) -> EventError) -> [Option<Estimate>; 2] {
        let brier = |judged: &Judged, of: usize| Some(of_band(&judged.kept[of]).scores()?.brier);
        BARS.map(|bar| {
            let bar = self.names.iter().position(|name| *name == bar).filter(|bar| *bar != of)?;
            self.estimate(|judged| Some(1.0 - brier(judged, of)? / brier(judged, bar)?))
        })
    }

    /// What going by each foresight is worth.
    pub(crate) fn going(&self) -> Vec<GoLine> {
        let line = |(of, name): (usize, &&str)| GoLine {
            foresight: (*name).to_owned(),
            stations: self.stations,
            gast_scores: [0, 1, 2].map(|in_vain| self.estimate(|judged| judged.going[of].score(in_vain))),
            false_go: self.estimate(|judged| judged.going[of].false_go()),
        };
        self.names.iter().enumerate().map(line).collect()
    }

    fn estimate(&self, of: impl Fn(&Judged) -> Option<f64>) -> Option<Estimate> {
        Estimate::of(of(&self.whole), self.draws.iter().map(&of))
    }
}

/// The diagrams of one foresight, or of one planner's own choices.
pub(crate) fn diagrams(of: &str, kept: &Kept) -> [ReliabilityLine; 2] {
    [("bike", 0), ("dock", 1)].map(|(wanted, at)| ReliabilityLine {
        of: of.to_owned(),
        wanted,
        points: kept.by_wanted[at].reliability(),
    })
}

/// A part of the rows, and how to find it.
type Band = (&'static str, Box<dyn Fn(&Kept) -> EventError>);

fn bands() -> Vec<Band> {
    let all: Band = ("all", Box::new(Kept::both));
    let later: Band = ("10–40 min", Box::new(Kept::after_ten_minutes));
    let of = |(at, (_, name)): (usize, &(f64, &'static str))| -> Band {
        (name, Box::new(move |kept: &Kept| kept.by_band[at]))
    };
    [all, later].into_iter().chain(BANDS.iter().enumerate().map(of)).collect()
}
