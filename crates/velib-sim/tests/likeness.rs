//! A week of the whole city beside what four weeks of the real one showed in 2022, of stations in service. `velib sim likeness`
//! tells more figures, over more days.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use velib_domain::{SignedDuration, Timestamp};
use velib_sim::{City, CityConfig, Service};

/// Hours from Monday midnight in Paris.
const HOURS: i64 = 168;

/// Shares of stations over all hours, and the bikes at each station hour by hour.
struct History {
    empty: f64,
    full: f64,
    below_capacity: f64,
    bikes: Vec<Vec<f64>>,
}

fn history() -> History {
    let monday: Timestamp = "2026-03-01T23:00:00Z".parse().unwrap();
    let mut city = City::new(CityConfig::default(), monday);
    let mut history = History { empty: 0.0, full: 0.0, below_capacity: 0.0, bikes: Vec::new() };
    for hour in 0..HOURS {
        city.advance_to(monday + SignedDuration::from_hours(hour));
        let stations = city.sites().iter().zip(city.stocks());
        let in_service: Vec<_> = stations.filter(|(site, _)| site.service == Service::Open).collect();
        let rows = in_service.len() as f64 * HOURS as f64;
        for (site, stock) in &in_service {
            let one = |has: bool| if has { 1.0 / rows } else { 0.0 };
            history.empty += one(stock.bikes() == 0);
            history.full += one(stock.free_docks() == 0);
            history.below_capacity += one(stock.bikes() + stock.free_docks() < site.published_capacity);
        }
        history.bikes.push(in_service.iter().map(|(_, stock)| f64::from(stock.bikes())).collect());
    }
    history
}

/// Mean absolute change of the bikes at a station over some hours.
fn persistence_error(bikes: &[Vec<f64>], hours: usize) -> f64 {
    let pairs = bikes.iter().zip(&bikes[hours..]);
    let changes: Vec<f64> =
        pairs.flat_map(|(now, then)| now.iter().zip(then).map(|(a, b)| (a - b).abs())).collect();
    changes.iter().sum::<f64>() / changes.len() as f64
}

#[test]
fn the_city_looks_like_paris() {
    let history = history();
    let check = |what: &str, simulated: f64, real: f64, tolerance: f64| {
        println!("{what}: {simulated:.3}, in Paris {real:.3}");
        assert!((simulated - real).abs() <= tolerance, "{what}: {simulated:.3}, in Paris {real:.3}");
    };
    check("share of empty stations", history.empty, 0.046, 0.012);
    check("share of full stations", history.full, 0.022, 0.004);
    check("share with bikes + docks below capacity", history.below_capacity, 0.59, 0.10);
    check("bikes changed in 1 h", persistence_error(&history.bikes, 1), 2.17, 0.22);
    check("bikes changed in 2 h", persistence_error(&history.bikes, 2), 3.46, 0.35);
    check("bikes changed in 3 h", persistence_error(&history.bikes, 3), 4.33, 0.43);
}
