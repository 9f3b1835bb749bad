//! Two planners on the same trips, and ours by its two ways to go on where something is missing.

use crate::{
    appraisal::{Drawn, balanced_cost_s, share},
    mcnemar,
    report::{PairedLine, RecoveryLine},
    sums::Sums,
};

/// A planner against another, under their names; `alone`: trips that only the one, and that only the other missed.
pub(crate) fn paired(names: [&str; 2], pair: [&Drawn; 2], alone: [u64; 2]) -> PairedLine {
    let together = |of: fn([&Sums; 2]) -> Option<f64>| Drawn::together(pair, of);
    PairedLine {
        planner: names[0].to_owned(),
        against: names[1].to_owned(),
        miss_ratio: together(|[its, other]| share(its.missed, other.missed)),
        strict_miss_ratio: together(|[its, other]| share(its.missed_strictly, other.missed_strictly)),
        miss_difference: together(|[its, other]| share(its.missed - other.missed, its.trips)),
        seconds_difference: together(|[its, other]| share(its.seconds - other.seconds, its.trips)),
        cost_difference: together(|[its, other]| {
            share(balanced_cost_s(its) - balanced_cost_s(other), its.trips)
        }),
        walk_extra_m: together(|[its, other]| share(its.walk_m - other.walk_m, its.trips)),
        gap_closed: together(|[its, other]| {
            share(other.seconds - its.seconds, other.seconds - other.oracle_s)
        }),
        missed_alone: alone[0],
        other_missed_alone: alone[1],
        mcnemar_p: mcnemar::p_of_chance(alone[0], alone[1]),
    }
}

/// The same first choices, and two ways to go on where something was missing.
pub(crate) fn recovery(common: &Drawn, asked_again: &Drawn) -> Option<RecoveryLine> {
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
