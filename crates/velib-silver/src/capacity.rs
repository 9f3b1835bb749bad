//! Which capacity to believe. The feed is believed unless it says 0, which is what Vélib' publishes when it does not
//! know, for three months of 2025 even at most stations.

use std::collections::BTreeMap;

use velib_domain::{CapacitySource, Observation, StationId};

/// The best capacity there is and where it comes from; zeros count as unknown.
pub(crate) fn best_capacity(
    feed: Option<u16>,
    remembered: Option<u16>,
    observed: Option<u16>,
) -> (Option<u16>, Option<CapacitySource>) {
    let sources = [
        (feed, CapacitySource::Feed),
        (remembered, CapacitySource::Remembered),
        (observed, CapacitySource::Observed),
    ];
    let known = sources.into_iter().find(|(capacity, _)| capacity.is_some_and(|docks| docks > 0));
    known.map_or((None, None), |(capacity, source)| (capacity, Some(source)))
}

/// The most bikes and docks counted together in some rows of one station; `None` of none.
pub(crate) fn most_together<'a>(rows: impl IntoIterator<Item = &'a Observation>) -> Option<u16> {
    rows.into_iter().map(together).max()
}

fn together(Observation { status, .. }: &Observation) -> u16 {
    status.counts.bikes.saturating_add(status.counts.docks.unwrap_or(0))
}

/// The most bikes and docks counted together at each station.
#[derive(Default)]
pub(crate) struct ObservedCapacities(BTreeMap<StationId, u16>);

impl ObservedCapacities {
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a Observation>) -> Self {
        let mut observed = Self::default();
        for row in rows {
            let most = observed.0.entry(row.status.station_id.clone()).or_default();
            *most = together(row).max(*most);
        }
        observed
    }

    pub(crate) fn get(&self, station_id: &StationId) -> Option<u16> {
        self.0.get(station_id).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(feed: Option<u16>, remembered: Option<u16>, observed: Option<u16>, expect: Option<(u16, &str)>) {
        let (capacity, source) = best_capacity(feed, remembered, observed);
        assert_eq!(capacity.zip(source.map(CapacitySource::as_str)), expect);
    }

    #[test]
    fn the_feed_is_believed_first() {
        check(Some(30), Some(35), Some(40), Some((30, "feed")));
    }

    #[test]
    fn zero_in_the_feed_is_not_knowing() {
        check(Some(0), Some(35), Some(40), Some((35, "remembered")));
        check(None, None, Some(40), Some((40, "observed")));
    }

    #[test]
    fn a_station_never_seen_with_anything_has_no_capacity() {
        check(Some(0), None, Some(0), None);
        check(None, None, None, None);
    }
}
