//! How many riders come to each station in each step, judged from how counts move there and around at that time.
//!
//! No calendar and no model: when the stations around a station empty, riders leave there too, and in the rain nobody
//! rides anywhere. What counts is the square of a change, because comings and goings add up in it and do not cancel.
//! A step in which a station had no bike to take says nothing about its riders.

use velib_domain::LatLon;

use super::queue::Riders;
use crate::ForecastRequest;

/// Stations around a station.
const NEIGHBOURS: usize = 10;

/// A change larger than this is a truck's, and counts as this.
const LARGEST_CHANGE: f64 = 8.0;

/// The whole city counts as so many neighbours.
const CITY_AS_NEIGHBOURS: f64 = 4.0;

/// What stations of its size do counts as so many steps of an average station, beside what a station itself did.
const SIZE_AS_STEPS: f64 = 12.0;

/// The share of its riders that come or go the one way, at most.
const MOST_ONE_WAY: f64 = 0.8;

/// The changes of all stations in all steps.
pub(super) struct Changes {
    steps: usize,
    /// `stations × steps`; `None` where one of both counts is missing.
    by_step: Vec<Option<f64>>,
    /// Of each station, those around it.
    neighbours: Vec<Vec<usize>>,
    /// Of each station, its size beside the average one.
    sizes: Vec<f64>,
}

impl Changes {
    /// Of bikes or docks: `counts` holds one series a station of the request.
    pub(super) fn of(request: &ForecastRequest, counts: &[&[Option<u16>]]) -> Self {
        let steps = counts.iter().map(|series| series.len()).max().unwrap_or(0).saturating_sub(1);
        let change = |series: &[Option<u16>], step: usize| {
            let (before, after) = (*series.get(step)?, *series.get(step + 1)?);
            Some(f64::from(after?) - f64::from(before?))
        };
        let all = counts.iter().flat_map(|series| (0..steps).map(move |step| change(series, step)));
        let supports: Vec<f64> =
            request.stations.iter().map(|station| f64::from(station.support())).collect();
        let mean = supports.iter().sum::<f64>() / (supports.len() as f64).max(1.0);
        let places: Vec<LatLon> = request.stations.iter().map(|station| station.position).collect();
        Self {
            steps,
            by_step: all.collect(),
            neighbours: neighbours(&places),
            sizes: supports.iter().map(|support| support / mean).collect(),
        }
    }

    /// The riders of every station, step by step. `could_leave` tells with which probability a bike could be taken at a station before
    /// a step.
    pub(super) fn traffic(&self, could_leave: impl Fn(usize, usize) -> f64) -> Vec<Vec<Riders>> {
        let city: Vec<f64> = (0..self.steps).map(|step| self.city_movement(step)).collect();
        let liveliness: Vec<f64> =
            (0..self.sizes.len()).map(|station| self.liveliness(station, &city, &could_leave)).collect();
        let station = |station: usize| {
            (0..self.steps).map(|step| self.riders(station, step, city[step], &liveliness)).collect()
        };
        (0..self.sizes.len()).map(station).collect()
    }

    fn change(&self, station: usize, step: usize) -> Option<f64> {
        self.by_step[station * self.steps + step].map(|change| change.clamp(-LARGEST_CHANGE, LARGEST_CHANGE))
    }

    /// The mean square change in a step.
    fn city_movement(&self, step: usize) -> f64 {
        let squares = (0..self.sizes.len()).filter_map(|station| self.change(station, step)).map(|c| c * c);
        let (sum, count) = squares.fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// How much a station moves beside the average one.
    fn liveliness(&self, station: usize, city: &[f64], could_leave: impl Fn(usize, usize) -> f64) -> f64 {
        let average = city.iter().sum::<f64>() / (city.len() as f64).max(1.0);
        let prior = SIZE_AS_STEPS * average.max(f64::MIN_POSITIVE);
        let (mut moved, mut expected) = (prior * self.sizes[station], prior);
        for (step, movement) in city.iter().enumerate() {
            let Some(change) = self.change(station, step) else { continue };
            let weight = could_leave(station, step);
            moved += weight * change * change;
            expected += weight * movement;
        }
        moved / expected
    }

    fn riders(&self, station: usize, step: usize, city: f64, liveliness: &[f64]) -> Riders {
        let (mut moved, mut net, mut weight) = (CITY_AS_NEIGHBOURS * city, 0.0, CITY_AS_NEIGHBOURS);
        for &neighbour in &self.neighbours[station] {
            let Some(change) = self.change(neighbour, step) else { continue };
            moved += change * change;
            net += change;
            weight += liveliness[neighbour];
        }
        let movement = liveliness[station] * moved / weight;
        let one_way = (net / moved.max(f64::MIN_POSITIVE)).clamp(-MOST_ONE_WAY, MOST_ONE_WAY);
        Riders { leaving: movement * (1.0 - one_way) / 2.0, arriving: movement * (1.0 + one_way) / 2.0 }
    }
}

/// The nearest stations of each, on a plane that is true enough within a city.
fn neighbours(places: &[LatLon]) -> Vec<Vec<usize>> {
    let narrowing = places.first().map_or(1.0, |place| place.lat.to_radians().cos());
    let square = |a: LatLon, b: LatLon| (a.lat - b.lat).powi(2) + ((a.lon - b.lon) * narrowing).powi(2);
    let nearest = |here: usize| {
        let others = (0..places.len()).filter(|other| *other != here);
        let mut others: Vec<(f64, usize)> =
            others.map(|other| (square(places[here], places[other]), other)).collect();
        if others.len() > NEIGHBOURS {
            others.select_nth_unstable_by(NEIGHBOURS, |a, b| a.0.total_cmp(&b.0));
            others.truncate(NEIGHBOURS);
        }
        // Taken over, the list would keep its room for the whole city, 1,480 times.
        others.iter().map(|&(_, other)| other).collect()
    };
    (0..places.len()).map(nearest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_around_a_station_are_its_nearest_and_take_no_room_for_all_others() {
        let places: Vec<LatLon> =
            (0..500).map(|index| LatLon { lat: 48.85, lon: 2.0 + f64::from(index) / 1000.0 }).collect();
        let around = neighbours(&places);
        let mut of_the_middle = around[250].clone();
        of_the_middle.sort_unstable();
        assert_eq!(of_the_middle, [245, 246, 247, 248, 249, 251, 252, 253, 254, 255]);
        assert!(around.iter().all(|stations| stations.capacity() < 2 * NEIGHBOURS));
    }
}
