//! The moments that a request's rows speak of: the slots of the look-back, and after them the targets of the horizons.

use velib_domain::{
    SignedDuration, Timestamp,
    calendar::{CalendarPoint, calendar_point},
};

use super::{
    FeatureSpec,
    row::{circle, flag},
};
use crate::{profile::WeekMoment, protocol::WEEK};

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
    /// Slots between the origin and it; `None` where it is not on the grid.
    pub(super) slots_ahead: Option<usize>,
    /// Whether the same day of the week before was the same kind of day at that hour.
    pub(super) same_kind_a_week_before: f32,
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
    let calendar = calendar_point(at);
    let same_kind =
        |before: SignedDuration| flag(calendar_point(at - before).is_day_off == calendar.is_day_off);
    let [sin, cos] = circle(calendar.hour_of_day / 24.0);
    Target {
        calendar: [sin, cos, flag(calendar.is_day_off), same_kind(SignedDuration::from_secs(DAY_SECONDS))],
        yesterday: slot_ago(spec, DAY_SECONDS).zip(slot_ago(spec, DAY_SECONDS - horizon)),
        slots_ahead: slots(spec, horizon),
        same_kind_a_week_before: same_kind(WEEK),
    }
}

/// The slot that lies so many seconds before the newest; `None` where there is none on the grid.
fn slot_ago(spec: &FeatureSpec, seconds: i64) -> Option<usize> {
    (spec.look_back - 1).checked_sub(slots(spec, seconds)?)
}

/// How many slots such a time spans; `None` where it ends off the grid.
fn slots(spec: &FeatureSpec, seconds: i64) -> Option<usize> {
    let slots = usize::try_from(seconds / spec.cadence_seconds).ok()?;
    (seconds % spec.cadence_seconds == 0).then_some(slots)
}
