//! One station's row. The order of the numbers is the order of the names in `spec`.

use std::f64::consts::TAU;

use velib_domain::{
    SignedDuration, Timestamp,
    calendar::{CalendarPoint, calendar_point},
};

use super::{Anchor, FeatureSpec, Features, context::Context, context::metres_from, slot_count};
use crate::StationHistory;

const DAY_SECONDS: i64 = 24 * 3600;

/// Metres that count as one in the features of place.
const PLACE_UNIT_M: f64 = 5_000.0;

/// Builds the rows of one request: the calendar is the same for all of them.
pub(super) struct RowBuilder<'a> {
    spec: &'a FeatureSpec,
    slots: Vec<CalendarPoint>,
    targets: Vec<Target>,
}

/// A moment forecast, and the slots in which the same hours passed a day before.
struct Target {
    calendar: CalendarPoint,
    /// Whether yesterday was the same kind of day at that hour.
    same_kind: bool,
    /// The slots a day before the origin and a day before the target.
    yesterday: Option<(usize, usize)>,
}

impl<'a> RowBuilder<'a> {
    pub(super) fn new(spec: &'a FeatureSpec, issued_at: Timestamp) -> Self {
        let calendar_of = |slot| calendar_point(spec.slot_time(issued_at, slot));
        let targets = spec.horizons_seconds.iter().map(|&horizon| target(spec, issued_at, horizon)).collect();
        Self { spec, slots: (0..spec.look_back).map(calendar_of).collect(), targets }
    }

    pub(super) fn push(
        &self,
        station: &StationHistory,
        index: usize,
        context: &Context,
        features: &mut Features,
    ) {
        let anchor = Anchor::of(station);
        self.push_sequence(station, index, context, &mut features.sequence);
        let statics = &mut features.statics;
        push_station(station, anchor, self.spec.look_back, statics);
        self.push_place(station, index, context, statics);
        self.push_calendar(statics);
        self.push_day(index, context, statics);
        for target in &self.targets {
            push_target(target, index, context, statics);
        }
        features.anchors.push(anchor);
    }

    fn push_sequence(&self, station: &StationHistory, index: usize, context: &Context, out: &mut Vec<f32>) {
        let support = f32::from(station.support());
        for (slot, calendar) in self.slots.iter().enumerate() {
            let docks =
                slot_count(&station.docks, self.spec.look_back, slot).map(|docks| f32::from(docks) / support);
            out.extend(masked(context.share(index, slot)));
            out.extend(masked(docks));
            out.extend(masked(context.neighbours(index, slot)));
            out.extend(masked(context.network(slot)));
            out.extend(circle(calendar.hour_of_day / 24.0));
            out.push(flag(calendar.is_day_off));
        }
    }

    fn push_place(&self, station: &StationHistory, index: usize, context: &Context, out: &mut Vec<f32>) {
        let (east, north) = metres_from(self.spec.centre, station.position);
        let now = self.spec.look_back - 1;
        out.extend([east, north].map(|metres| (metres / PLACE_UNIT_M).clamp(-3.0, 3.0) as f32));
        out.extend(masked(context.neighbours(index, now)));
        out.extend(masked(context.network(now)));
    }

    fn push_calendar(&self, out: &mut Vec<f32>) {
        let now = self.slots[self.spec.look_back - 1];
        let of_week = (f64::from(now.day_of_week) + now.hour_of_day / 24.0) / 7.0;
        out.extend(circle(now.hour_of_day / 24.0));
        out.extend(circle(now.hour_of_day / 12.0));
        out.extend(circle(of_week));
        out.push(flag(now.is_day_off));
    }

    /// Mean, least and most of the station's share over the look-back; zeros where nothing was observed.
    fn push_day(&self, index: usize, context: &Context, out: &mut Vec<f32>) {
        let (mut known, mut sum, mut least, mut most) = (0_u16, 0.0_f32, 1.0_f32, 0.0_f32);
        for share in (0..self.spec.look_back).filter_map(|slot| context.share(index, slot)) {
            known += 1;
            sum += share;
            least = least.min(share);
            most = most.max(share);
        }
        out.extend(if known == 0 { [0.0; 3] } else { [sum / f32::from(known), least, most] });
    }
}

fn target(spec: &FeatureSpec, issued_at: Timestamp, horizon: i64) -> Target {
    let at = issued_at + SignedDuration::from_secs(horizon);
    let day_before = at - SignedDuration::from_secs(DAY_SECONDS);
    let calendar = calendar_point(at);
    let slot_before = |seconds: i64| {
        let slots = usize::try_from(seconds / spec.cadence_seconds).ok()?;
        let on_the_grid = seconds % spec.cadence_seconds == 0;
        on_the_grid.then(|| (spec.look_back - 1).checked_sub(slots)).flatten()
    };
    Target {
        calendar,
        same_kind: calendar_point(day_before).is_day_off == calendar.is_day_off,
        yesterday: slot_before(DAY_SECONDS).zip(slot_before(DAY_SECONDS - horizon)),
    }
}

fn push_station(station: &StationHistory, anchor: Anchor, look_back: usize, out: &mut Vec<f32>) {
    let support = f32::from(anchor.support);
    let age = |newest: Option<(u16, usize)>| {
        newest.map_or(1.0, |(_, slots)| slots.min(look_back) as f32 / look_back as f32)
    };
    let (bikes, docks) = (station.newest_bikes(), station.newest_docks());
    let unusable =
        if bikes.is_some() && docks.is_some() { 1.0 - (anchor.bikes + anchor.docks) / support } else { 0.0 };
    out.extend([support / 30.0 - 1.0, flag(station.capacity.is_some_and(|capacity| capacity > 0))]);
    out.extend([anchor.bikes / support, flag(bikes.is_some()), age(bikes)]);
    out.extend([anchor.docks / support, flag(docks.is_some()), age(docks)]);
    out.push(unusable);
}

fn push_target(target: &Target, index: usize, context: &Context, out: &mut Vec<f32>) {
    let change = |at: &dyn Fn(usize) -> Option<f32>| {
        let (before, after) = target.yesterday?;
        Some(at(after)? - at(before)?)
    };
    out.extend(circle(target.calendar.hour_of_day / 24.0));
    out.extend([flag(target.calendar.is_day_off), flag(target.same_kind)]);
    out.extend(masked(change(&|slot| context.share(index, slot))));
    out.extend(masked(change(&|slot| context.neighbours(index, slot))));
    out.push(change(&|slot| context.network(slot)).unwrap_or(0.0));
}

/// A value and whether it is known.
fn masked(value: Option<f32>) -> [f32; 2] {
    value.map_or([0.0, 0.0], |value| [value, 1.0])
}

/// A position on a circle of circumference one, so that midnight meets midnight.
fn circle(turns: f64) -> [f32; 2] {
    let (sin, cos) = (turns * TAU).sin_cos();
    [sin as f32, cos as f32]
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}
