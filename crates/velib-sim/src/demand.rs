//! Who rides when, from where to where: trips for a purpose, each with its hour of the day and its two ends.

use velib_domain::calendar::CalendarPoint;

use crate::{
    CityConfig,
    dice::Dice,
    layout::{Service, Site, StationKind},
};

/// A reason to ride. Shares are of all trips of a fine workday.
struct Purpose {
    /// Share on a workday.
    workday: f64,
    /// Share on a day off.
    day_off: f64,
    /// Hour of the day at which most of these trips start, and how many hours it spreads over.
    peak_hour: f64,
    spread_hours: f64,
    /// How much the trips start and end at [home, work, leisure, hub].
    origins: [f64; 4],
    destinations: [f64; 4],
}

/// Why people ride. Both ends are mixed, because offices and homes share streets; only the difference moves bikes.
#[rustfmt::skip]
const PURPOSES: [Purpose; 8] = [
    // To work, from home or from the train.
    Purpose { workday: 0.245, day_off: 0.02, peak_hour: 8.6, spread_hours: 0.7, origins: [1.0, 0.25, 0.5, 1.7], destinations: [0.25, 1.0, 0.5, 0.9] },
    // And back.
    Purpose { workday: 0.24, day_off: 0.02, peak_hour: 17.9, spread_hours: 1.1, origins: [0.7, 1.0, 0.6, 0.9], destinations: [1.0, 0.7, 0.7, 1.2] },
    // Lunch.
    Purpose { workday: 0.06, day_off: 0.05, peak_hour: 12.8, spread_hours: 0.8, origins: [0.5, 1.0, 0.8, 0.6],  destinations: [0.5, 0.9, 1.0, 0.6] },
    // Out in the evening.
    Purpose { workday: 0.10, day_off: 0.07, peak_hour: 20.6, spread_hours: 1.3, origins: [1.0, 0.7, 0.5, 0.9],  destinations: [0.7, 0.5, 1.8, 0.8] },
    // Home at night.
    Purpose { workday: 0.10, day_off: 0.07, peak_hour: 23.0, spread_hours: 1.5, origins: [0.6, 0.5, 1.9, 0.8],  destinations: [1.0, 0.6, 0.5, 0.5] },
    // Home late.
    Purpose { workday: 0.042, day_off: 0.14, peak_hour: 1.4, spread_hours: 1.4, origins: [0.6, 0.5, 1.9, 0.8],  destinations: [1.0, 0.6, 0.5, 0.5] },
    // Errands by day.
    Purpose { workday: 0.201, day_off: 0.44, peak_hour: 15.3, spread_hours: 3.0, origins: [0.9, 0.9, 1.0, 1.2],  destinations: [0.9, 0.9, 1.0, 1.2] },
    // A trickle at any hour.
    Purpose { workday: 0.012, day_off: 0.006, peak_hour: 4.0, spread_hours: 2.5, origins: [1.0, 1.0, 1.0, 1.0], destinations: [1.0, 1.0, 1.0, 1.0] },
];

/// How much people ride on each day of the week, from Monday, beside what the day's purposes say.
const WEEKDAYS: [f64; 7] = [0.62, 1.02, 1.11, 1.04, 1.0, 1.0, 1.0];

/// Metres of the most likely trip.
const USUAL_TRIP_M: f64 = 1_300.0;
/// How often a trip of an unlikely length is drawn again.
const LOOKS: usize = 12;

/// Where a trip is to go.
pub(crate) struct Trip {
    pub(crate) origin: usize,
    pub(crate) destination: usize,
}

/// The city's wish to ride.
#[derive(Debug)]
pub(crate) struct Demand {
    /// Trips wanted on a fine workday.
    trips_per_day: f64,
    /// For each purpose the running sums of the stations' weights as origin and as destination.
    ends: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Demand {
    pub(crate) fn new(config: &CityConfig, sites: &[Site]) -> Self {
        let ends = PURPOSES.iter().map(|purpose| {
            (running_weights(sites, &purpose.origins), running_weights(sites, &purpose.destinations))
        });
        Self { trips_per_day: config.trips_per_station * sites.len() as f64, ends: ends.collect() }
    }

    /// The trips that start in one minute. `weather` scales their number; 1 is a fine day.
    pub(crate) fn trips_of_minute(
        &self,
        at: &CalendarPoint,
        weather: f64,
        sites: &[Site],
        dice: &mut Dice,
    ) -> Vec<Trip> {
        let mut trips = Vec::new();
        let of_day = WEEKDAYS[usize::from(at.day_of_week)];
        for (purpose, (origins, destinations)) in PURPOSES.iter().zip(&self.ends) {
            let share = if at.is_day_off { purpose.day_off } else { purpose.workday };
            let expected =
                self.trips_per_day * weather * of_day * share * purpose.share_of_minute(at.hour_of_day);
            for _ in 0..dice.poisson(expected) {
                trips.push(likely_trip(origins, destinations, sites, dice));
            }
        }
        trips
    }
}

impl Purpose {
    /// The share of the day's trips that start in the minute at this hour: a bell curve on the round of the clock.
    fn share_of_minute(&self, hour_of_day: f64) -> f64 {
        let off_peak = (hour_of_day - self.peak_hour + 36.0) % 24.0 - 12.0;
        let bell = (-0.5 * (off_peak / self.spread_hours).powi(2)).exp();
        bell / (self.spread_hours * std::f64::consts::TAU.sqrt()) / 60.0
    }
}

fn running_weights(sites: &[Site], by_kind: &[f64; 4]) -> Vec<f64> {
    let mut sum = 0.0;
    let running = sites.iter().map(|site| {
        let kind = match site.kind {
            StationKind::Home => by_kind[0],
            StationKind::Work => by_kind[1],
            StationKind::Leisure => by_kind[2],
            StationKind::Hub => by_kind[3],
        };
        let open = if site.service == Service::Open { 1.0 } else { 0.0 };
        sum += open * kind * site.popularity * f64::from(site.docks);
        sum
    });
    running.collect()
}

/// A trip whose ends suit the purpose and lie as far apart as people cycle.
///
/// Both ends are drawn anew until the distance suits: with a fixed origin the outskirts would lose all their bikes to the
/// centre, where more destinations are near.
fn likely_trip(origins: &[f64], destinations: &[f64], sites: &[Site], dice: &mut Dice) -> Trip {
    let mut trip = Trip { origin: dice.index_by(origins), destination: dice.index_by(destinations) };
    for _ in 1..LOOKS {
        let length = sites[trip.origin].distance_m(&sites[trip.destination]) / USUAL_TRIP_M;
        if dice.chance(length * (1.0 - length).exp()) {
            break;
        }
        trip = Trip { origin: dice.index_by(origins), destination: dice.index_by(destinations) };
    }
    trip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minutes_of_a_purpose_add_up_to_its_day() {
        for purpose in &PURPOSES {
            let day: f64 = (0..1440).map(|minute| purpose.share_of_minute(f64::from(minute) / 60.0)).sum();
            assert!((day - 1.0).abs() < 0.01, "{day}");
        }
    }

    #[test]
    fn the_purposes_of_a_workday_add_up_to_all_trips() {
        let shares: f64 = PURPOSES.iter().map(|purpose| purpose.workday).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    }
}
