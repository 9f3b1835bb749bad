//! What was aimed at before anything was measured, beside what came out.

use serde::Serialize;
use velib_report::Estimate;

use crate::{
    Report, Stratum, StratumReport,
    learn::{AVAILABLE, NEAREST},
};

/// One aim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Of which planner.
    pub planner: String,
    /// On which trips.
    pub stratum: &'static str,
    /// What is aimed at, in words.
    pub aim: &'static str,
    /// What came out; `None` where it could not be measured.
    pub measured: Option<Estimate>,
    /// The bounds of the aim.
    pub bounds: [f64; 2],
    /// Whether the whole interval lies within the bounds.
    pub holds: bool,
    /// Whether the number itself does.
    pub value_holds: bool,
    /// Where the aim bounds a ratio: the difference of the two. A planner is told apart from the other where its interval is on one
    /// side of zero, which is less than the whole ratio being within its bounds.
    pub difference: Option<Estimate>,
}

impl Target {
    /// Whether it was met, in a word.
    pub fn word(&self) -> &'static str {
        match (self.measured.is_some(), self.holds, self.value_holds) {
            (false, ..) => "not measured",
            (_, true, _) => "holds",
            (_, false, true) => "holds, its interval does not",
            (_, false, false) => "does not hold",
        }
    }
}

/// A number of a planner on some trips.
type Of = fn(&StratumReport, &str) -> Option<Estimate>;

#[derive(Clone, Copy)]
struct Aim {
    words: &'static str,
    bounds: [f64; 2],
    of: Of,
    difference: Of,
}

const MORE_THAN_NONE: [f64; 2] = [f64::MIN_POSITIVE, f64::INFINITY];

const fn aim(words: &'static str, bounds: [f64; 2], of: Of) -> Aim {
    Aim { words, bounds, of, difference: |_, _| None }
}

const fn misses_of_available(words: &'static str, at_most: f64) -> Aim {
    Aim {
        words,
        bounds: [0.0, at_most],
        of: |on, planner| on.paired(planner, AVAILABLE)?.miss_ratio,
        difference: |on, planner| on.paired(planner, AVAILABLE)?.miss_difference,
    }
}

const MISSES_OF_NEAREST: Aim = Aim {
    words: "misses ≤ 0.5 × nearest",
    bounds: [0.0, 0.5],
    of: |on, planner| on.paired(planner, NEAREST)?.miss_ratio,
    difference: |on, planner| on.paired(planner, NEAREST)?.miss_difference,
};
const MISSES_OF_AVAILABLE: Aim = misses_of_available("misses ≤ 0.8 × nearest available now", 0.8);
const MISSES_UNDER_STRESS: Aim = misses_of_available("misses ≤ 0.7 × nearest available now", 0.7);
const NOT_SLOWER: Aim =
    aim("mean time not above nearest available now (s)", [f64::NEG_INFINITY, 0.0], |on, planner| {
        on.paired(planner, AVAILABLE)?.seconds_difference
    });
const GAP: Aim = aim("gap to the oracle closed ≥ 0.3", [0.3, f64::INFINITY], |on, planner| {
    on.paired(planner, AVAILABLE)?.gap_closed
});
const GAP_UNDER_STRESS: Aim = aim("gap to the oracle closed ≥ 0.5", [0.5, f64::INFINITY], |on, planner| {
    on.paired(planner, AVAILABLE)?.gap_closed
});
const CALIBRATED: Aim =
    aim("ECE of chances shown ≤ 0.02", [0.0, 0.02], |on, planner| on.metric(planner, "ece_10"));
const SKILL: Aim =
    aim("skill of chances shown beside the table, 10–40 min ahead > 0", MORE_THAN_NONE, |on, planner| {
        on.skill(planner)?.beside_table
    });
const SKILL_BESIDE_QUEUE: Aim =
    aim("skill of chances shown beside the queue, 10–40 min ahead > 0", MORE_THAN_NONE, |on, planner| {
        on.skill(planner)?.beside_queue
    });
const ON_TIME: Aim =
    aim("|ETA bias| ≤ 30 s", [-30.0, 30.0], |on, planner| on.metric(planner, "eta_bias_s"));
const P90: Aim =
    aim("p90 coverage 0.88–0.92", [0.88, 0.92], |on, planner| on.metric(planner, "p90_coverage"));

const ON_DEMAND: &[Aim] = &[
    MISSES_OF_NEAREST,
    MISSES_OF_AVAILABLE,
    NOT_SLOWER,
    GAP,
    CALIBRATED,
    SKILL,
    SKILL_BESIDE_QUEUE,
    ON_TIME,
    P90,
];
const UNDER_STRESS: &[Aim] =
    &[MISSES_UNDER_STRESS, NOT_SLOWER, GAP_UNDER_STRESS, CALIBRATED, SKILL, SKILL_BESIDE_QUEUE, ON_TIME, P90];
const ANYWHERE: &[Aim] = &[NOT_SLOWER, CALIBRATED, SKILL, SKILL_BESIDE_QUEUE, ON_TIME, P90];

/// The aims, for every planner of a report that shows chances.
pub(crate) fn targets(report: &Report) -> Vec<Target> {
    let kinds = [(Stratum::Demand, ON_DEMAND), (Stratum::Stress, UNDER_STRESS), (Stratum::Uniform, ANYWHERE)];
    let mut targets = Vec::new();
    for (stratum, aims) in kinds {
        let Some(on) = report.strata.iter().find(|on| on.stratum == stratum.as_str()) else { continue };
        for line in &on.skills {
            targets.extend(aims.iter().map(|aim| target(on, &line.planner, aim)));
        }
    }
    targets
}

fn target(on: &StratumReport, planner: &str, aim: &Aim) -> Target {
    let Aim { words, bounds, of, difference } = *aim;
    let measured = of(on, planner);
    let within = |value: f64| (bounds[0]..=bounds[1]).contains(&value);
    Target {
        planner: planner.to_owned(),
        stratum: on.stratum,
        aim: words,
        measured,
        bounds,
        holds: measured.is_some_and(|estimate| within(estimate.low) && within(estimate.high)),
        value_holds: measured.is_some_and(|estimate| within(estimate.value)),
        difference: difference(on, planner),
    }
}
