//! One station's row. The order of the numbers is the order of the names in `spec`.
//!
//! Changes and surprises are told in the unit of the forecast (see [`Anchor::unit`]), so that what usually happens can
//! be passed on as it is. Unknown ones are zero: nothing is known to change.

use std::f64::consts::TAU;

use velib_domain::{
    SignedDuration, Timestamp,
    calendar::{CalendarPoint, calendar_point},
};

use super::{Anchor, FeatureSpec, Features, context::Context, context::metres_from, slot_count};
use crate::StationHistory;

const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// Metres that count as one in the features of place.
const PLACE_UNIT_M: f64 = 5_000.0;

/// Builds the rows of one request: the calendar is the same for all of them.
pub(super) struct RowBuilder<'a> {
    spec: &'a FeatureSpec,
    context: &'a Context,
    slots: Vec<CalendarPoint>,
    targets: Vec<Target>,
    /// The slots one, two and three hours ago.
    hours_ago: [Option<usize>; 3],
}

/// A moment forecast, and the slots in which the same hours passed a day before.
struct Target {
    moment: usize,
    calendar: CalendarPoint,
    /// Whether yesterday was the same kind of day at that hour.
    same_kind: bool,
    /// The slots a day before the origin and a day before the target.
    yesterday: Option<(usize, usize)>,
}

/// One station's place in a request, and the factor from shares to units of change.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    units: f32,
}

impl<'a> RowBuilder<'a> {
    pub(super) fn new(spec: &'a FeatureSpec, issued_at: Timestamp, context: &'a Context) -> Self {
        let calendar_of = |slot| calendar_point(spec.slot_time(issued_at, slot));
        let target = |(horizon, &seconds): (usize, &i64)| Target {
            moment: context.target(horizon),
            ..target(spec, issued_at, seconds)
        };
        Self {
            spec,
            context,
            slots: (0..spec.look_back).map(calendar_of).collect(),
            targets: spec.horizons_seconds.iter().enumerate().map(target).collect(),
            hours_ago: [1, 2, 3].map(|hours| slot_ago(spec, hours * HOUR_SECONDS)),
        }
    }

    pub(super) fn push(&self, station: &StationHistory, index: usize, features: &mut Features) {
        let anchor = Anchor::of(station);
        let place = Place { index, units: f32::from(anchor.support).sqrt() };
        self.push_sequence(station, place, &mut features.sequence);
        let statics = &mut features.statics;
        push_counts(station, anchor, self.spec.look_back, statics);
        self.push_place(station, place, statics);
        self.push_calendar(statics);
        self.push_day(place, statics);
        self.push_recent(place, statics);
        self.push_surprises(place, statics);
        for target in &self.targets {
            self.push_target(target, place, statics);
        }
        features.anchors.push(anchor);
    }

    fn push_sequence(&self, station: &StationHistory, place: Place, out: &mut Vec<f32>) {
        let (context, support) = (self.context, f32::from(station.support()));
        for (slot, calendar) in self.slots.iter().enumerate() {
            let docks =
                slot_count(&station.docks, self.spec.look_back, slot).map(|docks| f32::from(docks) / support);
            out.extend(masked(context.share(place.index, slot)));
            out.extend(masked(docks));
            out.extend(masked(context.neighbours(place.index, slot)));
            out.extend(masked(context.network(slot)));
            out.push(place.units_of(context.surprise(place.index, slot)));
            out.push(place.units_of(context.neighbours_surprise(place.index, slot)));
            out.push(place.units_of(context.network_surprise(slot)));
            out.extend(circle(calendar.hour_of_day / 24.0));
            out.push(flag(calendar.is_day_off));
        }
    }

    fn push_place(&self, station: &StationHistory, place: Place, out: &mut Vec<f32>) {
        let (east, north) = metres_from(self.spec.centre, station.position);
        let now = self.context.now();
        out.extend([east, north].map(|metres| (metres / PLACE_UNIT_M).clamp(-3.0, 3.0) as f32));
        out.extend(masked(self.context.neighbours(place.index, now)));
        out.extend(masked(self.context.network(now)));
    }

    fn push_calendar(&self, out: &mut Vec<f32>) {
        let now = self.slots[self.context.now()];
        let of_week = (f64::from(now.day_of_week) + now.hour_of_day / 24.0) / 7.0;
        out.extend(circle(now.hour_of_day / 24.0));
        out.extend(circle(now.hour_of_day / 12.0));
        out.extend(circle(of_week));
        out.extend([flag(now.is_day_off), flag(now.is_school_holiday == Some(true))]);
    }

    /// Mean, least and most of the station's share over the look-back; zeros where nothing was observed.
    fn push_day(&self, place: Place, out: &mut Vec<f32>) {
        let (mut known, mut sum, mut least, mut most) = (0_u16, 0.0_f32, 1.0_f32, 0.0_f32);
        for share in (0..self.spec.look_back).filter_map(|slot| self.context.share(place.index, slot)) {
            known += 1;
            sum += share;
            least = least.min(share);
            most = most.max(share);
        }
        out.extend(if known == 0 { [0.0; 3] } else { [sum / f32::from(known), least, most] });
    }

    /// What changed over the last one, two and three hours.
    fn push_recent(&self, place: Place, out: &mut Vec<f32>) {
        for ago in self.hours_ago {
            out.push(place.units_of(self.since(ago, |slot| self.context.share(place.index, slot))));
        }
    }

    /// How unusual the present is: at the station, around it, in the network; and how that came about.
    fn push_surprises(&self, place: Place, out: &mut Vec<f32>) {
        let (context, now) = (self.context, self.context.now());
        let own = |slot| context.surprise(place.index, slot);
        let neighbours = |slot| context.neighbours_surprise(place.index, slot);
        let district = |slot| context.district_surprise(place.index, slot);
        let network = |slot| context.network_surprise(slot);
        let usual = context.usual(place.index, now);
        let [one, _, three] = self.hours_ago;
        out.extend([flag(usual.is_some()), usual.map_or(0.0, |usual| usual.share)]);
        out.push(place.units_of(own(now)));
        out.push(place.units_of(self.mean_surprise(place)));
        out.push(place.units_of(slot_ago(self.spec, DAY_SECONDS).and_then(own)));
        out.extend([one, three].map(|ago| place.units_of(self.since(ago, own))));
        out.push(place.units_of(neighbours(now)));
        out.extend([one, three].map(|ago| place.units_of(self.since(ago, neighbours))));
        out.push(place.units_of(district(now)));
        out.extend([one, three].map(|ago| place.units_of(self.since(ago, district))));
        out.push(place.units_of(network(now)));
        out.extend([one, three].map(|ago| place.units_of(self.since(ago, network))));
    }

    fn push_target(&self, target: &Target, place: Place, out: &mut Vec<f32>) {
        let (context, index, now) = (self.context, place.index, self.context.now());
        out.extend(circle(target.calendar.hour_of_day / 24.0));
        out.extend([flag(target.calendar.is_day_off), flag(target.same_kind)]);
        let usual = context.usual(index, target.moment);
        out.extend(usual.map_or([0.0; 3], |usual| [usual.share, usual.empty, usual.full]));
        out.push(place.units_of(context.usual_change(index, now, target.moment)));
        out.push(place.units_of(context.neighbours_usual_change(index, now, target.moment)));
        out.push(place.units_of(context.district_usual_change(index, now, target.moment)));
        out.push(place.units_of(context.network_usual_change(now, target.moment)));
        let yesterday = |at: &dyn Fn(usize) -> Option<f32>| {
            let (before, after) = target.yesterday?;
            Some(at(after)? - at(before)?)
        };
        let own = yesterday(&|slot| context.share(index, slot));
        out.extend([place.units_of(own), flag(own.is_some())]);
        out.push(place.units_of(yesterday(&|slot| context.surprise(index, slot))));
        out.push(place.units_of(yesterday(&|slot| context.neighbours(index, slot))));
        out.push(place.units_of(yesterday(&|slot| context.network(slot))));
        out.push(place.units_of(yesterday(&|slot| context.network_surprise(slot))));
    }

    fn since(&self, ago: Option<usize>, value: impl Fn(usize) -> Option<f32>) -> Option<f32> {
        Some(value(self.context.now())? - value(ago?)?)
    }

    fn mean_surprise(&self, place: Place) -> Option<f32> {
        let known = (0..self.spec.look_back).filter_map(|slot| self.context.surprise(place.index, slot));
        let (count, sum) = known.fold((0_u16, 0.0), |(count, sum), surprise| (count + 1, sum + surprise));
        (count > 0).then(|| sum / f32::from(count))
    }
}

impl Place {
    /// A change of share in units of change; nothing where it is unknown.
    fn units_of(self, share: Option<f32>) -> f32 {
        share.unwrap_or(0.0) * self.units
    }
}

fn target(spec: &FeatureSpec, issued_at: Timestamp, horizon: i64) -> Target {
    let at = issued_at + SignedDuration::from_secs(horizon);
    let day_before = at - SignedDuration::from_secs(DAY_SECONDS);
    let calendar = calendar_point(at);
    Target {
        moment: 0,
        calendar,
        same_kind: calendar_point(day_before).is_day_off == calendar.is_day_off,
        yesterday: slot_ago(spec, DAY_SECONDS).zip(slot_ago(spec, DAY_SECONDS - horizon)),
    }
}

/// The slot that lies so many seconds before the newest; `None` where there is none on the grid.
fn slot_ago(spec: &FeatureSpec, seconds: i64) -> Option<usize> {
    let slots = usize::try_from(seconds / spec.cadence_seconds).ok()?;
    let on_the_grid = seconds % spec.cadence_seconds == 0;
    on_the_grid.then(|| (spec.look_back - 1).checked_sub(slots)).flatten()
}

fn push_counts(station: &StationHistory, anchor: Anchor, look_back: usize, out: &mut Vec<f32>) {
    let (support, unit) = (f32::from(anchor.support), anchor.unit());
    let age = |newest: Option<(u16, usize)>| {
        newest.map_or(1.0, |(_, slots)| slots.min(look_back) as f32 / look_back as f32)
    };
    let (bikes, docks) = (station.newest_bikes(), station.newest_docks());
    let unusable =
        if bikes.is_some() && docks.is_some() { 1.0 - (anchor.bikes + anchor.docks) / support } else { 0.0 };
    let ebikes = station.ebikes.map(|ebikes| f32::from(ebikes) / anchor.bikes.max(1.0));
    out.extend([support / 30.0 - 1.0, flag(station.capacity.is_some_and(|capacity| capacity > 0))]);
    out.extend([anchor.bikes / support, flag(bikes.is_some()), age(bikes)]);
    out.extend([anchor.docks / support, flag(docks.is_some()), age(docks)]);
    out.extend([unusable, unit / 5.0 - 1.0, anchor.bikes / unit, anchor.docks / unit]);
    out.extend([flag(anchor.bikes < 0.5), flag(anchor.docks < 0.5)]);
    out.extend(masked(ebikes.map(|share| share.min(1.0))));
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
