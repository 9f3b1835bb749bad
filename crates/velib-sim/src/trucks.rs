//! Trucks that take bikes from full stations to empty ones, mostly at night.

use crate::{
    dice::Dice,
    layout::{Service, Site},
    stock::{Bike, Stock},
};

/// Loads an hour for each thousand stations, at night and by day.
const NIGHT_LOADS: f64 = 26.0;
const DAY_LOADS: f64 = 13.0;
/// Most bikes on a truck.
const TRUCK: u16 = 14;
/// A station above this fill is worth emptying, one below this is worth filling.
const TOO_FULL: f64 = 0.9;
const TOO_EMPTY: f64 = 0.10;
/// How many stations a dispatcher compares before sending a truck.
const COMPARED: usize = 60;

/// Bikes taken off one station for another.
pub(crate) struct Load {
    pub(crate) to: usize,
    pub(crate) bikes: Vec<Bike>,
}

/// The load that leaves in this minute, if one does. The bikes are out of their station's docks afterwards.
pub(crate) fn dispatch(
    hour_of_day: f64,
    sites: &[Site],
    stocks: &mut [Stock],
    dice: &mut Dice,
) -> Option<Load> {
    let loads = if (0.0..6.0).contains(&hour_of_day) { NIGHT_LOADS } else { DAY_LOADS };
    if !dice.chance(loads * sites.len() as f64 / 1_000.0 / 60.0) {
        return None;
    }
    let is_open = |station: &usize| sites[*station].service == Service::Open;
    let compared: Vec<usize> = (0..COMPARED).map(|_| dice.below(sites.len())).filter(is_open).collect();
    let by_fill = |a: &usize, b: &usize| stocks[*a].fill().total_cmp(&stocks[*b].fill());
    let from = compared.iter().copied().max_by(by_fill)?;
    let to = compared.iter().copied().min_by(by_fill)?;
    if stocks[from].fill() < TOO_FULL || stocks[to].fill() > TOO_EMPTY {
        return None;
    }
    let wanted = TRUCK.min(stocks[from].bikes() / 2).min(stocks[to].free_docks() / 2);
    let bikes = (0..wanted).filter_map(|_| {
        let wish = if dice.chance(0.5) { Bike::Electric } else { Bike::Mechanical };
        stocks[from].rent(wish)
    });
    Some(Load { to, bikes: bikes.collect() })
}
