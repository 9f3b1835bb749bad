//! Landmarks in a history: what all days up to a point say together, so that who asks for most days need not add up each.

use jiff::civil::Date;

use super::{
    HalfLife, WEEK_HOURS,
    learning::{LearnedDay, days_between},
    sum::Sum,
};

/// Learned days from one landmark to the next.
const DAYS_BETWEEN: usize = 32;

/// What many days say of each station, those nearest to one end of the history counting most.
#[derive(Debug, Clone)]
struct Landmark {
    /// The day nearest to where it is looked at from, on which a station was counted.
    nearest: Vec<Option<Date>>,
    /// `stations × WEEK_HOURS`, as much as the nearest day says counting whole.
    week: Vec<Sum>,
}

/// Landmarks of the days before, and of the days after, at every so-many-th of them.
#[derive(Debug, Clone)]
pub(super) struct Landmarks {
    before: Vec<Landmark>,
    after: Vec<Landmark>,
}

/// The landmarks on both sides of some days, and the days between that neither has heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outside<'a> {
    landmarks: [Option<&'a Landmark>; 2],
    /// Days that no landmark has heard, before and after.
    pub days: [&'a [LearnedDay]; 2],
}

impl Landmarks {
    pub(super) fn of(days: &[LearnedDay], half_life: HalfLife) -> Self {
        let runs: Vec<&[LearnedDay]> = days.chunks(DAYS_BETWEEN).collect();
        let mut after = heard_one_by_one(runs.iter().skip(1).rev().map(|run| run.iter().rev()), half_life);
        after.reverse();
        Self { before: heard_one_by_one(runs.iter().map(|run| run.iter()), half_life), after }
    }

    /// All of the same days but those from index `first` to `last`, exclusive, and the one at `last` heard in no landmark.
    pub(super) fn outside<'a>(&'a self, days: &'a [LearnedDay], first: usize, last: usize) -> Outside<'a> {
        let runs_before = first / DAYS_BETWEEN;
        let runs_until = (last + 1).div_ceil(DAYS_BETWEEN);
        let until = (runs_until * DAYS_BETWEEN).min(days.len());
        Outside {
            landmarks: [
                runs_before.checked_sub(1).and_then(|run| self.before.get(run)),
                runs_until.checked_sub(1).and_then(|run| self.after.get(run)),
            ],
            days: [&days[runs_before * DAYS_BETWEEN..first], &days[last..until]],
        }
    }
}

impl<'a> Outside<'a> {
    /// What the landmarks say of a station's week, each with the day that counts whole.
    pub(super) fn landmarks_of(self, station: usize) -> impl Iterator<Item = (Date, &'a [Sum])> {
        self.landmarks.into_iter().flatten().filter_map(move |landmark| {
            let week = &landmark.week[station * WEEK_HOURS..(station + 1) * WEEK_HOURS];
            Some((landmark.nearest[station]?, week))
        })
    }
}

/// What was heard after each run of days, one after the other.
fn heard_one_by_one<'a>(
    runs: impl Iterator<Item = impl Iterator<Item = &'a LearnedDay>>,
    half_life: HalfLife,
) -> Vec<Landmark> {
    let mut heard = Landmark { nearest: Vec::new(), week: Vec::new() };
    runs.map(|run| {
        run.for_each(|day| heard.hear(day, half_life));
        heard.clone()
    })
    .collect()
}

impl Landmark {
    /// Hears a day that lies beyond all that were heard.
    fn hear(&mut self, day: &LearnedDay, half_life: HalfLife) {
        self.nearest.resize(day.stations.len(), None);
        self.week.resize(day.stations.len() * WEEK_HOURS, Sum::default());
        let weeks = self.week.chunks_exact_mut(WEEK_HOURS).zip(&mut self.nearest).zip(&day.stations);
        for ((week, nearest), hours) in weeks {
            let Some(hours) = hours else { continue };
            if let Some(nearest) = nearest.replace(day.date) {
                let weight = half_life.weight(days_between(nearest, day.date));
                for sum in week.iter_mut() {
                    *sum = sum.times(weight);
                }
            }
            day.add_to(week, hours, 0, 1.0);
        }
    }
}
