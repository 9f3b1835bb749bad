//! From every journey worth taking to the few worth reading.
//!
//! A journey stays if it is better than each cheaper one in time, chance or walking by more than a person would
//! notice. What is left is ordered by cost, and by station ids where that is equal.

use crate::{
    DropReason, Label,
    dropped::LeftOut,
    routes::{Merits, Weighed},
    search::Offer,
};

/// Differences in time, in seconds, that nobody would weigh.
pub(crate) const SAME_TIME_S: f64 = 30.0;

/// Differences in the chance of success that nobody would weigh.
const SAME_CHANCE: f64 = 0.02;

/// Differences in walking, in metres, that nobody would weigh.
const SAME_WALK_M: f64 = 50.0;

/// Below this chance, a promise of less walking is more likely broken than kept, and no advantage.
pub(crate) const LIKELY: f64 = 0.5;

/// An offer with what it is best at.
pub(crate) type Labelled<'c, 'a> = (Offer<'c, 'a>, Vec<Label>);

/// Of routes that come by cost those that no cheaper one makes superfluous; the others are dropped.
pub(crate) fn front<'c, 'a>(
    weighed: impl IntoIterator<Item = Weighed<'c, 'a>>,
    left_out: &mut LeftOut,
) -> Vec<Weighed<'c, 'a>> {
    let mut kept: Vec<Weighed<'c, 'a>> = Vec::new();
    for other in weighed {
        if is_superfluous(&other.merits(), &kept) {
            left_out.push(|| other.route.dropped(DropReason::NoBetterThanAnother));
        } else {
            kept.push(other);
        }
    }
    kept
}

/// Whether a journey that costs no more is about as good in every respect.
pub(crate) fn is_superfluous(other: &Merits, cheaper: &[Weighed<'_, '_>]) -> bool {
    cheaper.iter().any(|cheaper| {
        let cheaper = cheaper.merits();
        let as_soon = cheaper.seconds <= other.seconds + SAME_TIME_S;
        let as_safe = cheaper.p_no_failure >= other.p_no_failure - SAME_CHANCE;
        let as_little_walking = cheaper.walk_m <= other.walk_m + SAME_WALK_M;
        as_soon && as_safe && (as_little_walking || other.p_no_failure < LIKELY)
    })
}

/// The best of the offers, which come by cost, at most `limit`, labelled; the others are dropped with the reason.
pub(crate) fn ranked<'c, 'a>(
    offers: Vec<Offer<'c, 'a>>,
    limit: usize,
    left_out: &mut LeftOut,
) -> Vec<Labelled<'c, 'a>> {
    limited(labelled(offers), limit, left_out)
}

/// Names the best of each kind; the cheaper one where two are equal.
fn labelled<'c, 'a>(kept: Vec<Offer<'c, 'a>>) -> Vec<Labelled<'c, 'a>> {
    let least = |measure: fn(&Offer<'_, '_>) -> f64| {
        (1..kept.len())
            .fold(0, |best, next| if measure(&kept[next]) < measure(&kept[best]) { next } else { best })
    };
    let best = [
        (Label::Fastest, least(time_s)),
        (Label::Safest, least(|offer| -offer.weighed.promise.p_no_failure())),
        (Label::LeastWalking, least(|offer| offer.weighed.promise.way.walk_m)),
    ];
    let labels = |rank: usize| best.iter().filter(|(_, at)| *at == rank).map(|(label, _)| *label).collect();
    kept.into_iter().enumerate().map(|(rank, offer)| (offer, labels(rank))).collect()
}

/// The time that is shown: what to expect, or from leaving to the arrival asked for.
pub(crate) fn time_s(offer: &Offer<'_, '_>) -> f64 {
    offer.p_on_time.map_or_else(|| offer.prospect.expected_s(), |_| offer.weighed.worth.seconds)
}

/// The labelled ones first, then the cheapest of the others, in the order they had.
fn limited<'c, 'a>(
    kept: Vec<Labelled<'c, 'a>>,
    limit: usize,
    left_out: &mut LeftOut,
) -> Vec<Labelled<'c, 'a>> {
    let labelled = kept.iter().filter(|(_, labels)| !labels.is_empty()).count();
    let mut room_for_others = limit.saturating_sub(labelled);
    let mut offered = Vec::new();
    for (offer, labels) in kept {
        if labels.is_empty() && room_for_others == 0 {
            left_out.push(|| offer.weighed.route.dropped(DropReason::BeyondTheLimit));
            continue;
        }
        if labels.is_empty() {
            room_for_others -= 1;
        }
        offered.push((offer, labels));
    }
    offered
}
