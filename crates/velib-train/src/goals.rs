//! The goals that were set for the published rows of 2022, beside what was reached on them: for whatever model is judged
//! on these rows, wherever it learned.

use std::fmt;

use crate::{Evaluation, RowRules};

/// Seconds from origin to target that goals were set for.
pub(crate) const HORIZONS: [i64; 3] = [3600, 7200, 10_800];

/// Goal by goal: what was reached at each horizon, and the bounds.
pub(crate) struct GoalLine {
    pub(crate) words: &'static str,
    pub(crate) reached: [Option<Reached>; HORIZONS.len()],
    pub(crate) must: Option<Bound>,
    pub(crate) target: Option<Bound>,
    pub(crate) moonshot: Option<Bound>,
}

/// A number, and the highest of its goals that it reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reached {
    value: f64,
    level: Level,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Moonshot,
    Target,
    Must,
    Missed,
}

/// On which side of a number the goal lies, horizon by horizon.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtMost([f64; HORIZONS.len()]),
    AtLeast([f64; HORIZONS.len()]),
    /// At the last horizon only.
    AtLeastAtLast(f64),
    Within(f64, f64),
}

use Bound::{AtLeast, AtLeastAtLast, AtMost, Within};

/// A metric of the model on days held out, and what is asked of it.
struct Goal {
    words: &'static str,
    fold: &'static str,
    metric: &'static str,
    /// What it is divided by, where that is not what it is divided by in every table.
    beside: Option<&'static str>,
    must: Option<Bound>,
    target: Option<Bound>,
    moonshot: Option<Bound>,
}

const GOALS: [Goal; 15] = [
    goal("bikes_mae", "bikes MAE ÷ persistence", MAE),
    Goal {
        words: "the same on validation days",
        fold: "validation",
        metric: "bikes_mae",
        beside: None,
        must: None,
        target: Some(AtMost([0.84, 0.71, 0.66])),
        moonshot: None,
    },
    Goal { must: Some(AtMost([1.0; 3])), ..beside("bikes_mae", "ridge", "bikes MAE ÷ ridge") },
    goal(
        "bikes_rmse",
        "bikes RMSE ÷ persistence",
        [AtMost([0.89, 0.79, 0.72]), AtMost([0.84, 0.74, 0.68]), AtMost([0.82, 0.72, 0.66])],
    ),
    goal(
        "docks_mae",
        "docks MAE ÷ persistence",
        [AtMost([0.95, 0.87, 0.79]), AtMost([0.90, 0.80, 0.725]), AtMost([0.88, 0.78, 0.71])],
    ),
    goal(
        "brier_bikes_1",
        "Brier P(≥ 1 bike) ÷ table",
        [AtMost([1.0; 3]), AtMost([0.92, 0.90, 0.885]), AtMost([0.90, 0.88, 0.865])],
    ),
    goal(
        "brier_docks_1",
        "Brier P(≥ 1 dock) ÷ table",
        [AtMost([1.0; 3]), AtMost([0.985, 0.97, 0.96]), AtMost([0.965, 0.95, 0.94])],
    ),
    goal(
        "brier_bikes_low",
        "Brier P(≤ 2 bikes) ÷ table",
        [AtMost([0.95, 0.92, 0.90]), AtMost([0.89, 0.835, 0.795]), AtMost([0.87, 0.815, 0.775])],
    ),
    goal("ece_bikes_1", "ECE P(≥ 1 bike)", ECE),
    goal("ece_docks_1", "ECE P(≥ 1 dock)", ECE),
    goal("ece_bikes_low", "ECE P(≤ 2 bikes)", ECE),
    goal(
        "pinball",
        "pinball ÷ table",
        [AtMost([0.92, 0.86, 0.82]), AtMost([0.83, 0.745, 0.70]), AtMost([0.81, 0.73, 0.68])],
    ),
    goal("coverage_80", "80 % interval", [Within(0.72, 0.88), Within(0.76, 0.84), Within(0.78, 0.82)]),
    goal(
        "onset_ap",
        "onset AP ÷ fewest first",
        [AtLeast([1.3, 1.5, 1.6]), AtLeast([1.6, 1.8, 2.0]), AtLeast([1.75, 1.95, 2.1])],
    ),
    Goal { must: Some(AtLeastAtLast(1.0)), ..beside("onset_ap", "climatology", "onset AP ÷ climatology") },
];

const MAE: [Bound; 3] = [AtMost([0.95, 0.86, 0.77]), AtMost([0.90, 0.80, 0.72]), AtMost([0.87, 0.77, 0.695])];
const ECE: [Bound; 3] = [AtMost([0.02; 3]), AtMost([0.01; 3]), AtMost([0.005; 3])];

const fn goal(metric: &'static str, words: &'static str, [must, target, moonshot]: [Bound; 3]) -> Goal {
    let (must, target, moonshot) = (Some(must), Some(target), Some(moonshot));
    Goal { words, fold: "test", metric, beside: None, must, target, moonshot }
}

const fn beside(metric: &'static str, other: &'static str, words: &'static str) -> Goal {
    Goal { words, fold: "test", metric, beside: Some(other), must: None, target: None, moonshot: None }
}

/// What was reached of every goal; nothing on other rows.
pub(crate) fn goals(evaluation: &Evaluation) -> Vec<GoalLine> {
    if evaluation.judged_by != RowRules::Hourly2022.as_str() {
        return Vec::new();
    }
    GOALS.iter().map(|goal| goal.line(evaluation)).collect()
}

impl Goal {
    fn line(&self, evaluation: &Evaluation) -> GoalLine {
        let Self { words, must, target, moonshot, .. } = *self;
        let mut reached = [None; HORIZONS.len()];
        for (horizon, reached) in reached.iter_mut().enumerate() {
            let value = self.value(evaluation, HORIZONS[horizon]);
            *reached = value.map(|value| Reached { value, level: self.level(horizon, value) });
        }
        GoalLine { words, reached, must, target, moonshot }
    }

    fn value(&self, evaluation: &Evaluation, horizon_seconds: i64) -> Option<f64> {
        let of = |forecaster: &str| {
            evaluation.measured.iter().find(|line| {
                (line.fold.as_str(), line.horizon_seconds) == (self.fold, horizon_seconds)
                    && (line.forecaster.as_str(), line.metric.as_str()) == (forecaster, self.metric)
            })
        };
        let own = of(&evaluation.version)?;
        match self.beside {
            None => Some(own.ratio.unwrap_or(own.estimate).value),
            Some(other) => Some(own.estimate.value / of(other)?.estimate.value),
        }
    }

    fn level(&self, horizon: usize, value: f64) -> Level {
        let bounds =
            [(self.moonshot, Level::Moonshot), (self.target, Level::Target), (self.must, Level::Must)];
        let reached =
            bounds.into_iter().find(|(bound, _)| bound.is_some_and(|bound| bound.holds(horizon, value)));
        reached.map_or(Level::Missed, |(_, level)| level)
    }
}

impl Bound {
    fn holds(self, horizon: usize, value: f64) -> bool {
        match self {
            AtMost(most) => value <= most[horizon],
            AtLeast(least) => value >= least[horizon],
            AtLeastAtLast(least) => horizon + 1 < HORIZONS.len() || value >= least,
            Within(low, high) => (low..=high).contains(&value),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined =
            |numbers: &[f64]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
        match self {
            AtMost(most) if most.iter().all(|one| one.total_cmp(&most[0]).is_eq()) => {
                write!(f, "≤ {}", most[0])
            }
            AtMost(most) => write!(f, "≤ {}", joined(most)),
            AtLeast(least) => write!(f, "≥ {}", joined(least)),
            AtLeastAtLast(least) => write!(f, "≥ {least} at the last"),
            Within(low, high) => write!(f, "{low} – {high}"),
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.level {
            Level::Moonshot => '●',
            Level::Target => '○',
            Level::Must => '△',
            Level::Missed => '×',
        };
        write!(f, "{mark} {:.4}", self.value)
    }
}

impl GoalLine {
    /// What the marks mean.
    pub(crate) const MARKS: &str = "● moonshot, ○ target, △ must reached; × missed";

    /// The cells of a table: what was reached, then the bounds.
    pub(crate) fn cells(&self) -> Vec<String> {
        let dash = || "–".to_owned();
        let reached =
            self.reached.iter().map(|reached| reached.map_or_else(dash, |reached| reached.to_string()));
        let bounds = [self.must, self.target, self.moonshot];
        let bounds = bounds.into_iter().map(|bound| bound.map_or_else(dash, |bound| bound.to_string()));
        reached.chain(bounds).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_model::TrainingRecord;

    use crate::{Estimate, Measured};

    const MODEL: &str = "lstm-1";

    fn measured(
        forecaster: &str,
        horizon_seconds: i64,
        metric: &str,
        value: f64,
        ratio: Option<f64>,
    ) -> Measured {
        let exactly = |value| Estimate { value, low: value, high: value };
        Measured {
            fold: "test".to_owned(),
            horizon_seconds,
            forecaster: forecaster.to_owned(),
            metric: metric.to_owned(),
            estimate: exactly(value),
            beside: None,
            ratio: ratio.map(exactly),
        }
    }

    /// A model that learned from days named one by one, judged by some rules.
    fn judged_by(rules: &str, measured: Vec<Measured>) -> Evaluation {
        Evaluation {
            version: MODEL.to_owned(),
            training: TrainingRecord { protocol: "days".to_owned(), ..TrainingRecord::default() },
            judged_by: rules.to_owned(),
            measured,
            ..Evaluation::default()
        }
    }

    fn told(evaluation: &Evaluation, words: &str) -> String {
        let lines = goals(evaluation);
        let line = lines.iter().find(|line| line.words == words).unwrap();
        line.cells()[..HORIZONS.len()].join(", ")
    }

    #[test]
    fn goals_are_those_of_the_rows_judged_and_not_of_those_learned_from() {
        assert_eq!(goals(&judged_by("hourly-2022", Vec::new())).len(), GOALS.len());
        for others in ["days", "by-time", ""] {
            assert!(goals(&judged_by(others, Vec::new())).is_empty(), "{others}");
        }
    }

    #[test]
    fn the_highest_goal_reached_is_told_at_its_horizon() {
        let ratios = [(10_800, 0.78), (3600, 0.87), (7200, 0.79)];
        let lines = ratios.map(|(horizon, ratio)| measured(MODEL, horizon, "bikes_mae", 2.0, Some(ratio)));
        let evaluation = judged_by("hourly-2022", lines.to_vec());
        assert_eq!(told(&evaluation, "bikes MAE ÷ persistence"), "● 0.8700, ○ 0.7900, × 0.7800");
        assert_eq!(told(&evaluation, "pinball ÷ table"), "–, –, –", "nothing is reached that was not judged");
    }

    #[test]
    fn some_goals_stand_beside_another_forecaster_or_at_the_last_horizon_alone() {
        let of = |forecaster, mae, onset: f64| {
            HORIZONS.map(|horizon| {
                [
                    measured(forecaster, horizon, "bikes_mae", mae, None),
                    measured(forecaster, horizon, "onset_ap", onset, None),
                ]
            })
        };
        let lines = [of(MODEL, 1.8, 0.4), of("ridge", 2.0, 0.3), of("climatology", 4.0, 0.5)];
        let evaluation = judged_by("hourly-2022", lines.into_iter().flatten().flatten().collect());
        assert_eq!(told(&evaluation, "bikes MAE ÷ ridge"), "△ 0.9000, △ 0.9000, △ 0.9000");
        assert_eq!(told(&evaluation, "onset AP ÷ climatology"), "△ 0.8000, △ 0.8000, × 0.8000");
    }

    #[test]
    fn a_bound_holds_on_its_own_side() {
        assert!(AtMost([0.9, 0.8, 0.7]).holds(1, 0.8) && !AtMost([0.9, 0.8, 0.7]).holds(2, 0.8));
        assert!(AtLeast([1.6, 1.8, 2.0]).holds(0, 1.7) && !AtLeast([1.6, 1.8, 2.0]).holds(1, 1.7));
        assert!(Within(0.76, 0.84).holds(0, 0.8) && !Within(0.76, 0.84).holds(0, 0.85));
    }
}
