//! What was aimed at before anything was measured, beside what came out.

use serde::Serialize;
use velib_report::Estimate;

use crate::{Report, Stratum, StratumReport};

/// One aim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
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
}

/// The trips, and the foresight that ours uses.
type Of = fn(&StratumReport, &str) -> Option<Estimate>;

/// Words, bounds, and where the number stands in the report.
type Aim = (&'static str, [f64; 2], Of);

const OURS: &str = "ours";

const MORE_THAN_NONE: [f64; 2] = [f64::MIN_POSITIVE, f64::INFINITY];

const MISSES_OF_NEAREST: Aim =
    ("misses ≤ 0.5 × nearest", [0.0, 0.5], |on, _| on.against("nearest")?.miss_ratio);
const MISSES_OF_AVAILABLE: Aim =
    ("misses ≤ 0.8 × nearest available now", [0.0, 0.8], |on, _| on.against("available")?.miss_ratio);
const MISSES_UNDER_STRESS: Aim =
    ("misses ≤ 0.7 × nearest available now", [0.0, 0.7], |on, _| on.against("available")?.miss_ratio);
const NOT_SLOWER: Aim =
    ("mean time not above nearest available now (s)", [f64::NEG_INFINITY, 0.0], |on, _| {
        on.against("available")?.seconds_difference
    });
const GAP: Aim =
    ("gap to the oracle closed ≥ 0.3", [0.3, f64::INFINITY], |on, _| on.against("available")?.gap_closed);
const GAP_UNDER_STRESS: Aim =
    ("gap to the oracle closed ≥ 0.5", [0.5, f64::INFINITY], |on, _| on.against("available")?.gap_closed);
const CALIBRATED: Aim = ("ECE of chances shown ≤ 0.02", [0.0, 0.02], |on, _| on.metric(OURS, "ece_10"));
const ON_TIME: Aim = ("|ETA bias| ≤ 30 s", [-30.0, 30.0], |on, _| on.metric(OURS, "eta_bias_s"));
const P90: Aim = ("p90 coverage 0.88–0.92", [0.88, 0.92], |on, _| on.metric(OURS, "p90_coverage"));

const SKILL: Aim =
    ("skill of chances shown beside the table, 10–40 min ahead > 0", MORE_THAN_NONE, |on, ours| {
        on.later(ours)?.skill
    });
const SKILL_BESIDE_QUEUE: Aim =
    ("skill of chances shown beside the queue, 10–40 min ahead > 0", MORE_THAN_NONE, |on, ours| {
        on.later(ours)?.skill_beside_queue
    });

/// The aims of a report.
pub(crate) fn targets(report: &Report) -> Vec<Target> {
    let on = |stratum: Stratum| report.strata.iter().find(|on| on.stratum == stratum.as_str());
    let demand = [
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
    let stress = [
        MISSES_UNDER_STRESS,
        NOT_SLOWER,
        GAP_UNDER_STRESS,
        CALIBRATED,
        SKILL,
        SKILL_BESIDE_QUEUE,
        ON_TIME,
        P90,
    ];
    let uniform = [NOT_SLOWER, CALIBRATED, SKILL, SKILL_BESIDE_QUEUE, ON_TIME, P90];
    let of = |stratum: Stratum, aims: &[Aim]| -> Vec<Target> {
        on(stratum).map_or_else(Vec::new, |on| aims.iter().map(|aim| target(on, &report.ours, aim)).collect())
    };
    [of(Stratum::Demand, &demand), of(Stratum::Stress, &stress), of(Stratum::Uniform, &uniform)].concat()
}

fn target(on: &StratumReport, ours: &str, &(aim, bounds, of): &Aim) -> Target {
    let measured = of(on, ours);
    let within = |value: f64| (bounds[0]..=bounds[1]).contains(&value);
    Target {
        stratum: on.stratum,
        aim,
        measured,
        bounds,
        holds: measured.is_some_and(|estimate| within(estimate.low) && within(estimate.high)),
        value_holds: measured.is_some_and(|estimate| within(estimate.value)),
    }
}
