//! The network's past day, hour by hour, from what the lake keeps.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Counts, Hour, Source, Timestamp, calendar::paris_rfc3339};

use crate::{
    answer::{Provenance, four_decimals},
    history::PastDay,
};

/// Figures of the past day.
#[derive(Serialize, ToSchema)]
pub(super) struct PastFigures {
    /// The newest snapshot among them; null where the lake holds none.
    newest: Option<Provenance>,
    /// Of all counts of stations, the share without any bike.
    share_empty: Option<f64>,
    /// Of those that tell docks, the share without a free one.
    share_full: Option<f64>,
    /// Oldest first; only hours that were counted.
    hours: Vec<HourFigures>,
}

/// Figures of one hour. A station that was counted several times in it counts as often.
#[derive(Serialize, ToSchema)]
struct HourFigures {
    /// Its start, Paris time.
    #[schema(format = DateTime)]
    from: String,
    share_empty: Option<f64>,
    share_full: Option<f64>,
    /// Bikes ready to rent, the mean of the hour's snapshots.
    mean_bikes: Option<f64>,
    /// Snapshots it rests on.
    snapshots: usize,
}

/// Sums over counts.
#[derive(Default, Clone, Copy)]
struct Tally {
    snapshots: usize,
    counts: usize,
    empty: usize,
    docks_known: usize,
    full: usize,
    bikes: u64,
}

impl PastFigures {
    pub(super) fn of(past_day: &PastDay, now: Timestamp) -> Self {
        let (mut hours, mut all) = (BTreeMap::<Hour, Tally>::new(), Tally::default());
        let mut newest = None;
        for (at, counts) in past_day.counted(now) {
            let hour = hours.entry(Hour::containing(at)).or_default();
            newest = newest.max(Some(at));
            hour.snapshots += 1;
            for counts in counts {
                hour.add(counts);
                all.add(counts);
            }
        }
        Self {
            newest: newest.map(|at| Provenance::new(Source::Remembered, at, now)),
            share_empty: all.share_empty(),
            share_full: all.share_full(),
            hours: hours.iter().map(|(hour, tally)| HourFigures::of(*hour, tally)).collect(),
        }
    }
}

impl HourFigures {
    fn of(hour: Hour, tally: &Tally) -> Self {
        Self {
            from: paris_rfc3339(hour.start()),
            share_empty: tally.share_empty(),
            share_full: tally.share_full(),
            mean_bikes: ratio(tally.bikes as f64, tally.snapshots).map(f64::round),
            snapshots: tally.snapshots,
        }
    }
}

impl Tally {
    fn add(&mut self, Counts { bikes, docks, .. }: Counts) {
        self.counts += 1;
        self.bikes += u64::from(bikes);
        self.empty += usize::from(bikes == 0);
        self.docks_known += usize::from(docks.is_some());
        self.full += usize::from(docks == Some(0));
    }

    fn share_empty(&self) -> Option<f64> {
        ratio(self.empty as f64, self.counts).map(four_decimals)
    }

    fn share_full(&self) -> Option<f64> {
        ratio(self.full as f64, self.docks_known).map(four_decimals)
    }
}

fn ratio(part: f64, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part / whole as f64)
}
