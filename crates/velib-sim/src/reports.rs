//! What a station tells the feed, and when: counts move every minute, `last_reported` once an hour, and some stations
//! fall silent while the street goes on.

use crate::{
    dice::Dice,
    layout::{Service, Site},
    stock::Stock,
};

/// Seconds after the full hour at which the network writes new report times.
const TICK_OFFSET_S: i64 = 153;
/// Chance that a station falls silent in an hour, and for how many hours on average.
const SILENCE_CHANCE: f64 = 1.0 / 2_500.0;
const SILENCE_HOURS: f64 = 16.0;

/// What the feed shows of a station that has fallen silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Silence {
    /// Its last word.
    pub(crate) stock: Stock,
    /// The `last_reported` of that word, epoch seconds.
    pub(crate) reported_s: i64,
    /// The hour in which it speaks again, hours since the epoch.
    pub(crate) until_hour: i64,
}

/// The `last_reported` of a station that is not silent, in epoch seconds: some while before the last hourly tick.
pub(crate) fn reported_s(seed: u64, site: &Site, now_s: i64) -> i64 {
    if !site.reports {
        return closed_since_s(site);
    }
    let tick = (now_s - TICK_OFFSET_S).div_euclid(3_600);
    let lag = Dice::of(&[seed, site.id, tick.unsigned_abs()]).exponential(110.0).min(1_500.0);
    tick * 3_600 + TICK_OFFSET_S - lag as i64
}

/// Whether a talking station falls silent in this hour, and until when.
pub(crate) fn falls_silent(
    seed: u64,
    site: &Site,
    stock: Stock,
    now_s: i64,
    dice: &mut Dice,
) -> Option<Silence> {
    if site.service != Service::Open || !dice.chance(SILENCE_CHANCE) {
        return None;
    }
    let hours = 1.0 + dice.exponential(SILENCE_HOURS);
    let until_hour = now_s.div_euclid(3_600) + hours as i64;
    Some(Silence { stock, reported_s: reported_s(seed, site, now_s), until_hour })
}

/// Stations that report no more last spoke on some day of 2018 to 2021.
fn closed_since_s(site: &Site) -> i64 {
    1_515_000_000 + (site.id % 120_000_000).cast_signed()
}
