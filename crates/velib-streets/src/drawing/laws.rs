//! What is drawn is as short as ways are, on any streets: compared with the search of `petgraph`.

use petgraph::{
    algo::dijkstra,
    graph::{DiGraph, NodeIndex},
};
use proptest::{collection::vec, prelude::*};
use velib_domain::{LatLon, StationId};

use super::NEARLY;
use crate::{
    GraphBuilder, StreetTables,
    around::KEPT,
    graph::Passage,
    tables::{NONE, Stop},
};

/// What sums of a few dozen stretches may differ by, in metres.
const ROUNDING_M: f32 = 0.05;

/// Streets between scattered corners, each somewhat longer than its straight line and some of them one-way; a street round
/// all of them makes every corner reachable. A station is at each of the first corners, or a few metres beside it.
fn city(most_stations: usize) -> impl Strategy<Value = StreetTables> {
    let place =
        (0.0..0.012, 0.0..0.018).prop_map(|(up, right)| LatLon { lat: 48.85 + up, lon: 2.34 + right });
    let street = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1.01..1.6_f32, any::<bool>());
    (vec(place, 3..40), vec(street, 0..80), 1..=most_stations, 0.0..0.0001).prop_map(
        |(places, streets, stations, beside)| {
            let mut builder = GraphBuilder::default();
            let corners: Vec<u32> = places.iter().map(|place| builder.corner(*place)).collect();
            let mut street = |a, b, longer, both_ways: bool| {
                let metres = longer * builder.straight_m(a, b);
                builder.walk(a, b, metres);
                builder.ride(a, b, metres);
                if both_ways {
                    builder.ride(b, a, metres);
                }
            };
            for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                street(*a, *b, 1.3, false);
            }
            for (a, b, longer, both_ways) in streets {
                street(*a.get(&corners), *b.get(&corners), longer, both_ways);
            }
            let station = |(number, place): (usize, &LatLon)| {
                (StationId::new(format!("{number:02}")), LatLon { lat: place.lat + beside, ..*place })
            };
            let stations: Vec<_> = places.iter().take(stations).enumerate().map(station).collect();
            StreetTables::build("made up", builder.finish(), &stations, |_, _| ()).unwrap()
        },
    )
}

/// Metres from a corner to every other.
fn shortest_m(passage: &Passage, from: u32) -> Vec<f32> {
    let corners = passage.first.len() as u32 - 1;
    let leaving = |here| passage.leaving(here).map(move |(next, metres)| (here, next, metres));
    let graph = DiGraph::<(), f32>::from_edges((0..corners).flat_map(leaving));
    let reached = dijkstra(&graph, NodeIndex::new(from as usize), None, |stretch| *stretch.weight());
    (0..corners as usize).map(|corner| reached[&NodeIndex::new(corner)]).collect()
}

fn metres(passage: &Passage, way: &[u32]) -> f32 {
    let stretch = |pair: &[u32]| passage.leaving(pair[0]).find(|(next, _)| *next == pair[1]).unwrap().1;
    way.windows(2).map(stretch).sum()
}

fn corners(tables: &StreetTables) -> std::ops::Range<u32> {
    0..tables.corner_count() as u32
}

/// Stops, each with its row.
fn rows(tables: &StreetTables) -> impl Iterator<Item = (u16, &Stop)> {
    (0..).zip(&tables.stops)
}

proptest! {
    #[test]
    fn signs_lead_from_everywhere_to_every_station_on_a_shortest_ride(tables in city(20)) {
        let bike = &tables.graph.bike;
        for from in corners(&tables) {
            let shortest_m = shortest_m(bike, from);
            for (_, stop) in rows(&tables) {
                let to = stop.bike_corner.unwrap();
                let way = tables.signposts.way(bike, from, to).unwrap();
                prop_assert_eq!((way.first(), way.last()), (Some(&from), Some(&to)));
                let longer_m = metres(bike, &way) - shortest_m[to as usize];
                prop_assert!(longer_m.abs() < ROUNDING_M, "{} to {}: {} m longer", from, to, longer_m);
            }
        }
    }

    #[test]
    fn a_ride_is_drawn_as_long_as_it_is_tabulated(tables in city(20)) {
        let graph = &tables.graph;
        for ((from_row, from), (to_row, to)) in rows(&tables).flat_map(|from| rows(&tables).map(move |to| (from, to))) {
            let (start, end) = (from.bike_corner.unwrap(), to.bike_corner.unwrap());
            let drawn_m = metres(&graph.bike, &tables.ride_way(start, end).unwrap());
            let ends_m = from.to_corner_m(graph, start) + to.to_corner_m(graph, end);
            let tabulated_m = tables.ride_m[usize::from(from_row) * tables.stops.len() + usize::from(to_row)];
            prop_assert!((drawn_m + ends_m - f32::from(tabulated_m)).abs() < 0.5 + ROUNDING_M);
        }
    }

    #[test]
    fn signs_lead_from_everywhere_to_the_stations_around_on_a_shortest_walk(tables in city(KEPT)) {
        let foot = &tables.graph.foot;
        for from in corners(&tables) {
            let shortest_m = shortest_m(foot, from);
            for (_, stop) in rows(&tables).filter(|(row, _)| tables.around.metres(from, *row).is_some()) {
                let to = stop.foot_corner.unwrap();
                let way = tables.around.way(foot, &tables.stops, from, to).unwrap();
                prop_assert!((metres(foot, &way) - shortest_m[to as usize]).abs() < ROUNDING_M);
            }
        }
    }

    #[test]
    fn a_walk_is_a_shortest_one_to_or_from_a_station_and_nearly_so_between_doors(tables in city(30)) {
        let foot = &tables.graph.foot;
        let is_kept = |door, end| {
            let kept = tables.around.near[door as usize].iter().filter(|(stop, _)| *stop != NONE);
            kept.map(|(stop, _)| &tables.stops[usize::from(*stop)]).any(|stop| stop.foot_corner == Some(end))
        };
        for from in corners(&tables) {
            let shortest_m = shortest_m(foot, from);
            for to in corners(&tables) {
                let way = tables.walk_way(from, to).unwrap();
                prop_assert_eq!((way.first(), way.last()), (Some(&from), Some(&to)));
                let most = if is_kept(from, to) || is_kept(to, from) { 1.0 } else { NEARLY };
                let (walked_m, shortest_m) = (metres(foot, &way), shortest_m[to as usize]);
                prop_assert!((shortest_m - ROUNDING_M..most * shortest_m + ROUNDING_M).contains(&walked_m));
            }
        }
    }

    #[test]
    fn landmarks_never_tell_of_more_metres_than_there_are(tables in city(1)) {
        for from in corners(&tables) {
            for (to, shortest_m) in corners(&tables).zip(shortest_m(&tables.graph.foot, from)) {
                prop_assert!(tables.landmarks.at_least_m(from, to) < shortest_m + ROUNDING_M);
            }
        }
    }

    #[test]
    fn the_same_ways_are_drawn_after_reading_the_file(tables in city(20)) {
        let bytes = tables.to_bytes();
        let read = StreetTables::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read.to_bytes(), &bytes);
        for (from, to) in corners(&tables).flat_map(|from| corners(&tables).map(move |to| (from, to))) {
            prop_assert_eq!(read.ride_way(from, to), tables.ride_way(from, to));
            prop_assert_eq!(read.walk_way(from, to), tables.walk_way(from, to));
        }
    }
}

/// Where all stretches are equally long, so are many ways, and many stations equally far: signs must not contradict each
/// other at the next corner.
#[test]
fn signs_agree_where_a_thousand_ways_are_equally_short() {
    let size = 9;
    let mut builder = GraphBuilder::default();
    let place = |number: u32| LatLon {
        lat: 48.85 + 0.0009 * f64::from(number / size),
        lon: 2.34 + 0.00137 * f64::from(number % size),
    };
    let corners: Vec<u32> = (0..size * size).map(|number| builder.corner(place(number))).collect();
    for here in corners {
        let east = (here % size + 1 < size).then_some(here + 1);
        let north = (here + size < size * size).then_some(here + size);
        for there in [east, north].into_iter().flatten() {
            builder.walk(here, there, 100.0);
            builder.ride(here, there, 100.0);
            builder.ride(there, here, 100.0);
        }
    }
    let stations: Vec<_> =
        (0..size * size).map(|number| (StationId::new(format!("{number:02}")), place(number))).collect();
    let tables = StreetTables::build("squared paper", builder.finish(), &stations, |_, _| ()).unwrap();
    for from in 0..size * size {
        let steps = |to: u32| (from / size).abs_diff(to / size) + (from % size).abs_diff(to % size);
        for to in 0..size * size {
            assert_eq!(
                tables.signposts.way(&tables.graph.bike, from, to).unwrap().len() as u32,
                steps(to) + 1
            );
        }
        for (stop, _) in tables.around.near[from as usize] {
            let to = tables.stops[usize::from(stop)].foot_corner.unwrap();
            let way = tables.around.way(&tables.graph.foot, &tables.stops, from, to);
            assert_eq!(way.unwrap().len() as u32, steps(to) + 1);
        }
    }
}
