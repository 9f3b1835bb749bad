//! One station's row. The order of the numbers is the order of the names in `spec`.
//!
//! Changes and surprises are told in the unit of the forecast (see [`Anchor::unit`]), so that what usually happens can
//! be passed on as it is. Unknown ones are zero: nothing is known to change.

use std::f64::consts::TAU;

use velib_domain::calendar::CalendarPoint;

use super::{
    Anchor, FeatureSpec, Features, Moments,
    context::{Around, Context, shares},
    metres_from,
    neighbourhood::Neighbourhood,
    spec::SEQUENCE_NAMES,
};
use crate::StationHistory;

/// Metres that count as one in the features of place.
const PLACE_UNIT_M: f64 = 5_000.0;

/// Builds the rows of one request: the calendar, the weather and the network are the same for all of them.
pub(super) struct RowBuilder<'a> {
    spec: &'a FeatureSpec,
    context: &'a Context,
    neighbourhood: &'a Neighbourhood,
    moments: &'a Moments,
    /// One a slot: what all stations have in common, and zeros elsewhere.
    slots: Vec<[f32; SEQUENCE_NAMES.len()]>,
    calendar: [f32; 8],
    weather: Vec<f32>,
    around: Around,
}

/// One station's place in a request, and the factor from shares to units of change.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    units: f32,
}

impl<'a> RowBuilder<'a> {
    pub(super) fn new(
        spec: &'a FeatureSpec,
        context: &'a Context,
        neighbourhood: &'a Neighbourhood,
        moments: &'a Moments,
        weather: Vec<f32>,
    ) -> Self {
        let slot = |(calendar, &network): (&CalendarPoint, &f32)| {
            let [network, known] = masked(network);
            let [sin, cos] = circle(calendar.hour_of_day / 24.0);
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, network, known, 0.0, 0.0, 0.0, sin, cos, flag(calendar.is_day_off)]
        };
        Self {
            spec,
            context,
            neighbourhood,
            moments,
            slots: moments.calendar.iter().zip(context.network()).map(slot).collect(),
            calendar: calendar(moments.calendar[spec.look_back - 1]),
            weather,
            around: Around::default(),
        }
    }

    pub(super) fn push(&mut self, station: &StationHistory, index: usize, features: &mut Features) {
        let anchor = Anchor::within(self.context.support(index), station);
        let place = Place { index, units: anchor.unit() };
        self.context.look_around(index, self.neighbourhood, &mut self.around);
        self.push_sequence(station, anchor, place, &mut features.sequence);
        let statics = &mut features.statics;
        push_counts(station, anchor, self.spec.look_back, statics);
        self.push_place(station, statics);
        statics.extend(self.calendar);
        self.push_day(place, statics);
        self.push_recent(place, statics);
        self.push_surprises(place, statics);
        for horizon in 0..self.moments.targets.len() {
            self.push_target(horizon, place, statics);
        }
        if self.spec.week_before {
            self.push_week_before(place, statics);
        }
        statics.extend_from_slice(&self.weather);
        features.anchors.push(anchor);
    }

    fn push_sequence(&self, station: &StationHistory, anchor: Anchor, place: Place, out: &mut Vec<f32>) {
        let from = out.len();
        out.extend_from_slice(self.slots.as_flattened());
        let (slots, _) = out[from..].as_chunks_mut::<{ SEQUENCE_NAMES.len() }>();
        let own = self.context.shares(place.index).iter().zip(self.context.surprises(place.index));
        let docks = shares(&station.docks, anchor.support, self.spec.look_back);
        let neighbours = self.around.neighbours().iter().zip(self.around.neighbours_surprises());
        let around = neighbours.zip(self.context.network_surprises());
        for (((slot, own), docks), around) in slots.iter_mut().zip(own).zip(docks).zip(around) {
            let ((share, surprise), ((neighbours, neighbours_surprise), network_surprise)) = (own, around);
            [slot[0], slot[1]] = masked(*share);
            [slot[2], slot[3]] = masked(docks);
            [slot[4], slot[5]] = masked(*neighbours);
            let surprises = [*surprise, *neighbours_surprise, *network_surprise];
            [slot[8], slot[9], slot[10]] = surprises.map(|surprise| place.units_of(surprise));
        }
    }

    fn push_place(&self, station: &StationHistory, out: &mut Vec<f32>) {
        let (east, north) = metres_from(self.spec.centre, station.position);
        let [east, north] = [east, north].map(|metres| (metres / PLACE_UNIT_M).clamp(-3.0, 3.0) as f32);
        let now = self.spec.look_back - 1;
        let [neighbours, neighbours_known] = masked(self.around.neighbours()[now]);
        let [network, network_known] = masked(self.context.network()[now]);
        out.extend([east, north, neighbours, neighbours_known, network, network_known]);
    }

    /// Mean, least and most of the station's share over the look-back; zeros where nothing was observed.
    fn push_day(&self, place: Place, out: &mut Vec<f32>) {
        let shares = self.context.shares(place.index);
        let (known, sum) = known_and_sum(shares);
        // What is unknown is neither the least nor the most.
        let least = shares.iter().copied().fold(1.0, f32::min);
        let most = shares.iter().copied().fold(0.0, f32::max);
        out.extend(if known == 0.0 { [0.0; 3] } else { [sum / known, least, most] });
    }

    /// What changed over the last one, two and three hours.
    fn push_recent(&self, place: Place, out: &mut Vec<f32>) {
        let shares = self.context.shares(place.index);
        out.extend(self.moments.hours_ago.map(|ago| place.units_of(self.since(ago, shares))));
    }

    /// How unusual the present is: at the station, around it, in the network; and how that came about.
    fn push_surprises(&self, place: Place, out: &mut Vec<f32>) {
        let now = self.spec.look_back - 1;
        let own = self.context.surprises(place.index);
        let [usual, usual_known] = masked(self.context.usual(place.index)[now]);
        let (known, sum) = known_and_sum(own);
        let yesterday = self.moments.day_ago.map_or(f32::NAN, |slot| own[slot]);
        out.extend([usual_known, usual]);
        out.extend([own[now], sum / known, yesterday].map(|surprise| place.units_of(surprise)));
        let [one, _, three] = self.moments.hours_ago;
        let lately = |surprises: &[f32]| [self.since(one, surprises), self.since(three, surprises)];
        let neighbours = self.around.neighbours_surprises();
        let network = self.context.network_surprises();
        let [district, one_ago, three_ago] = self.around.district_surprises();
        let [own_1h, own_3h] = lately(own);
        let [neighbours_1h, neighbours_3h] = lately(neighbours);
        let [network_1h, network_3h] = lately(network);
        let around = [
            [own_1h, own_3h, neighbours[now], neighbours_1h, neighbours_3h],
            [district, district - one_ago, district - three_ago, network[now], network_1h],
        ];
        out.extend(around.as_flattened().iter().map(|&surprise| place.units_of(surprise)));
        out.push(place.units_of(network_3h));
    }

    fn push_target(&self, horizon: usize, place: Place, out: &mut Vec<f32>) {
        let (context, target, now) = (self.context, &self.moments.targets[horizon], self.spec.look_back - 1);
        let usual = context.usual(place.index);
        let at_target = usual[self.spec.look_back + horizon];
        let [empty, full] = context.walls(place.index, horizon);
        out.extend(target.calendar);
        out.extend([masked(at_target)[0], empty, full]);
        let [neighbours, district] = self.around.usual_changes(horizon);
        let usual_changes =
            [at_target - usual[now], neighbours, district, context.network_usual_change(horizon)];
        out.extend(usual_changes.map(|change| place.units_of(change)));
        let yesterday = |shares: &[f32]| {
            target.yesterday.map_or(f32::NAN, |(before, after)| shares[after] - shares[before])
        };
        let own = yesterday(context.shares(place.index));
        out.extend([place.units_of(own), flag(!own.is_nan())]);
        let others = [
            context.surprises(place.index),
            self.around.neighbours(),
            context.network(),
            context.network_surprises(),
        ];
        out.extend(others.map(|shares| place.units_of(yesterday(shares))));
    }

    fn push_week_before(&self, place: Place, out: &mut Vec<f32>) {
        let (week_before, now) = (self.context.week_before(), self.spec.look_back - 1);
        // It is the same hour of the week, of which the same is usual.
        let usual = self.context.usual(place.index)[now];
        out.push(place.units_of(week_before.share(place.index) - usual));
        for (horizon, target) in self.moments.targets.iter().enumerate() {
            let [own, network] = week_before.changes(place.index, horizon);
            let known = [flag(!own.is_nan()), target.same_kind_a_week_before];
            out.extend([place.units_of(own), known[0], known[1], place.units_of(network)]);
        }
    }

    fn since(&self, ago: Option<usize>, shares: &[f32]) -> f32 {
        ago.map_or(f32::NAN, |ago| shares[self.spec.look_back - 1] - shares[ago])
    }
}

impl Place {
    /// A change of share in units of change; nothing where it is unknown.
    fn units_of(self, share: f32) -> f32 {
        if share.is_nan() { 0.0 } else { share * self.units }
    }
}

fn push_counts(station: &StationHistory, anchor: Anchor, look_back: usize, out: &mut Vec<f32>) {
    let (support, unit) = (f32::from(anchor.support), anchor.unit());
    let age = |newest: Option<(u16, usize)>| {
        newest.map_or(1.0, |(_, slots)| slots.min(look_back) as f32 / look_back as f32)
    };
    let (bikes, docks) = (station.newest_bikes(), station.newest_docks());
    let unusable =
        if bikes.is_some() && docks.is_some() { 1.0 - (anchor.bikes + anchor.docks) / support } else { 0.0 };
    let ebikes = station.ebikes.map_or(f32::NAN, |ebikes| f32::from(ebikes) / anchor.bikes.max(1.0));
    out.extend([support / 30.0 - 1.0, flag(station.capacity.is_some_and(|capacity| capacity > 0))]);
    out.extend([anchor.bikes / support, flag(bikes.is_some()), age(bikes)]);
    out.extend([anchor.docks / support, flag(docks.is_some()), age(docks)]);
    out.extend([unusable, unit / 5.0 - 1.0, anchor.bikes / unit, anchor.docks / unit]);
    out.extend([flag(anchor.bikes < 0.5), flag(anchor.docks < 0.5)]);
    out.extend(masked(if ebikes > 1.0 { 1.0 } else { ebikes }));
}

fn calendar(now: CalendarPoint) -> [f32; 8] {
    let of_week = (f64::from(now.day_of_week) + now.hour_of_day / 24.0) / 7.0;
    let [day, half_day, week] = [now.hour_of_day / 24.0, now.hour_of_day / 12.0, of_week].map(circle);
    let flags = [flag(now.is_day_off), flag(now.is_school_holiday == Some(true))];
    [day[0], day[1], half_day[0], half_day[1], week[0], week[1], flags[0], flags[1]]
}

/// How many numbers are known, and their sum.
fn known_and_sum(numbers: &[f32]) -> (f32, f32) {
    let known = numbers.iter().filter(|number| !number.is_nan());
    known.fold((0.0, 0.0), |(known, sum), number| (known + 1.0, sum + number))
}

/// A value and whether it is known.
pub(super) fn masked(value: f32) -> [f32; 2] {
    if value.is_nan() { [0.0, 0.0] } else { [value, 1.0] }
}

/// A position on a circle of circumference one, so that midnight meets midnight.
pub(super) fn circle(turns: f64) -> [f32; 2] {
    let (sin, cos) = (turns * TAU).sin_cos();
    [sin as f32, cos as f32]
}

pub(super) fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}
