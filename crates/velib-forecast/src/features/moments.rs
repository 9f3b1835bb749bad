//! The moments that a request's rows speak of: the slots of the look-back, and after them the targets of the horizons.

use velib_domain::{
    SignedDuration, Timestamp,
    calendar::{CalendarPoint, calendar_point},
};

use super::{
    FeatureSpec,
    row::{circle, flag},
};
use crate::profile::WeekMoment;

const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// What the calendar and the grid say of one request, the same for all stations.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Slots, then targets, in the profile's week.
    pub(super) week: Vec<WeekMoment>,
    /// One a slot.
    pub(super) calendar: Vec<CalendarPoint>,
    /// One a horizon.
    pub(super) targets: Vec<Target>,
    /// The slots one, two and three hours ago.
    pub(super) hours_ago: [Option<usize>; 3],
    /// The slot a day ago.
    pub(super) day_ago: Option<usize>,
    /// The newest slot, and those one and three hours before.
    pub(super) recent: [Option<usize>; Self::RECENT],
}

/// A moment forecast, and the slots in which the same hours passed a day before.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Its hour on a circle, whether it is a day off, whether yesterday was the same kind of day at that hour.
    pub(super) calendar: [f32; 4],
    /// The slots a day before the origin and a day before the target.
    pub(super) yesterday: Option<(usize, usize)>,
}

impl Moments {
    /// Slots that the surprises of a district are read at.
    pub(super) const RECENT: usize = 3;

    pub(super) fn of(spec: &FeatureSpec, issued_at: Timestamp) -> Self {
        let slots = (0..spec.look_back).map(|slot| spec.slot_time(issued_at, slot));
        let targets =
            spec.horizons_seconds.iter().map(|&seconds| issued_at + SignedDuration::from_secs(seconds));
        let hours_ago = [1, 2, 3].map(|hours| slot_ago(spec, hours * HOUR_SECONDS));
        Self {
            week: slots.clone().chain(targets).map(WeekMoment::of).collect(),
            calendar: slots.map(calendar_point).collect(),
            targets: spec.horizons_seconds.iter().map(|&seconds| target(spec, issued_at, seconds)).collect(),
            hours_ago,
            day_ago: slot_ago(spec, DAY_SECONDS),
            recent: [Some(spec.look_back - 1), hours_ago[0], hours_ago[2]],
        }
    }
}

fn target(spec: &FeatureSpec, issued_at: Timestamp, horizon: i64) -> Target {
    let at = issued_at + SignedDuration::from_secs(horizon);
    let day_before = at - SignedDuration::from_secs(DAY_SECONDS);
    let calendar = calendar_point(at);
    let [sin, cos] = circle(calendar.hour_of_day / 24.0);
    let same_kind = calendar_point(day_before).is_day_off == calendar.is_day_off;
    Target {
        calendar: [sin, cos, flag(calendar.is_day_off), flag(same_kind)],
        yesterday: slot_ago(spec, DAY_SECONDS).zip(slot_ago(spec, DAY_SECONDS - horizon)),
    }
}

/// The slot that lies so many seconds before the newest; `None` where there is none on the grid.
fn slot_ago(spec: &FeatureSpec, seconds: i64) -> Option<usize> {
    let slots = usize::try_from(seconds / spec.cadence_seconds).ok()?;
    let on_the_grid = seconds % spec.cadence_seconds == 0;
    on_the_grid.then(|| (spec.look_back - 1).checked_sub(slots)).flatten()
}
