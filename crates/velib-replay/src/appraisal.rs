//! From sums by day to numbers with intervals: days are drawn with replacement, the same ones for every planner.

use velib_planner::Risk;
use velib_report::{Bootstrap, Estimate};

use crate::sums::Sums;

/// A number of one planner on some trips.
pub(crate) type Metric = (&'static str, fn(&Sums) -> Option<f64>);

/// What is told of every planner. Shares are of all trips; a trip walked by plan misses nothing.
pub(crate) const METRICS: [Metric; 22] = [
    ("trip_miss_rate", |sums| share(sums.missed, sums.trips)),
    ("trip_miss_rate_strict", |sums| share(sums.missed_strictly, sums.trips)),
    ("origin_miss_rate", |sums| share(sums.no_bike, sums.trips)),
    ("dest_miss_rate", |sums| share(sums.no_dock, sums.trips)),
    ("strand_rate", |sums| share(sums.stranded, sums.trips)),
    ("door_to_door_mean_s", |sums| share(sums.seconds, sums.trips)),
    ("door_to_door_p90_s", Sums::p90_s),
    ("cost_s", |sums| share(balanced_cost_s(sums), sums.trips)),
    ("regret_vs_oracle_s", |sums| share(sums.seconds - sums.oracle_s, sums.trips)),
    ("walk_m", |sums| share(sums.walk_m, sums.trips)),
    ("by_bike_rate", |sums| share(sums.by_bike, sums.trips)),
    ("eta_bias_s", |sums| share(sums.late_s, sums.promised)),
    ("eta_mae_s", |sums| share(sums.off_s, sums.promised)),
    ("p90_coverage", |sums| share(sums.within_p90, sums.promised)),
    ("p90_said", |sums| share(sums.said_within_p90, sums.promised)),
    ("brier_origin", |sums| sums.kept.by_wanted[0].scores().map(|scores| scores.brier)),
    ("brier_dest", |sums| sums.kept.by_wanted[1].scores().map(|scores| scores.brier)),
    ("ece_10", |sums| sums.kept.both().scores().map(|scores| scores.ece)),
    ("gast_score_0", |sums| sums.going.score(0)),
    ("gast_score_5", |sums| sums.going.score(1)),
    ("gast_score_10", |sums| sums.going.score(2)),
    ("false_go_0.8", |sums| sums.going.false_go()),
];

/// Sums of one planner by day, and those of every draw of days.
pub(crate) struct Drawn {
    whole: Sums,
    draws: Vec<Sums>,
}

impl Drawn {
    pub(crate) fn of(days: &[Sums], bootstrap: Bootstrap) -> Self {
        let sum = |times: &[u32]| {
            let mut sum = Sums::default();
            days.iter()
                .zip(times)
                .filter(|(_, times)| **times > 0)
                .for_each(|(day, &times)| sum.merge(day, times));
            sum
        };
        let draws = bootstrap.draw(days.len()).iter().map(|times| sum(times)).collect();
        Self { whole: sum(&vec![1; days.len()]), draws }
    }

    /// All days as they were.
    pub(crate) fn whole(&self) -> &Sums {
        &self.whole
    }

    /// A number of one planner.
    pub(crate) fn estimate(&self, of: impl Fn(&Sums) -> Option<f64>) -> Option<Estimate> {
        Estimate::of(of(&self.whole), self.draws.iter().map(of))
    }

    /// A number of several planners on the same days.
    pub(crate) fn together<const N: usize>(
        planners: [&Self; N],
        of: impl Fn([&Sums; N]) -> Option<f64>,
    ) -> Option<Estimate> {
        let count = planners[0].draws.len();
        let drawn = (0..count).map(|draw| of(planners.map(|planner| &planner.draws[draw])));
        Estimate::of(of(planners.map(|planner| &planner.whole)), drawn)
    }
}

/// What the trips of these sums cost the usual traveller.
pub(crate) fn balanced_cost_s(sums: &Sums) -> f64 {
    sums.cost_s(Risk::default().weights())
}

pub(crate) fn share(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| part / of)
}
