//! The history to replay, in memory: from the lake's silver, or from a simulated city that lives through it.

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::{Hour, SignedDuration, Station, StationId, StationStatus, Timestamp, calendar::PARIS};
use velib_forecast::protocol::{CityHistory, CityHistoryBuilder};
use velib_replay::{Days, likeness::OutOfService};
use velib_sim::{City, CityConfig, Service, Site};

use crate::edge::LakeOptions;

/// How often a simulated city is looked at on days that are only learned from.
pub const LEARNED_EVERY: SignedDuration = SignedDuration::from_mins(5);

const EVERY_MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Trips that start late end after midnight.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(2);

/// Who has said nothing for so long reports no more.
const REPORTS_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Hours of silver read together.
const READ_TOGETHER: usize = 24;

/// A history, and what a feed told of stations that were out of service.
pub struct History {
    /// The stations in service: one that is not is one that nobody counted.
    pub city: CityHistory,
    /// The others, on the days to replay.
    pub out_of_service: OutOfService,
}

/// From the first moment to learn from, over the first to replay, to the last that matters.
fn bounds(days: Days) -> anyhow::Result<[Timestamp; 3]> {
    ensure!(days.first <= days.last, "--from {} is after --to {}", days.first, days.last);
    let first = days.first.to_zoned(PARIS)?.timestamp();
    let learned = SignedDuration::from_hours(24) * i32::try_from(days.learned).context("--learn")?;
    let end = days.last.tomorrow()?.to_zoned(PARIS)?.timestamp() + AFTERWARDS;
    Ok([first - learned, first, end])
}

/// Every count of a lake on these days.
pub async fn of_lake(options: &LakeOptions, days: Days) -> anyhow::Result<History> {
    let [from, first, to] = bounds(days)?;
    let lake = options.open().await?;
    let stations = lake.read_stations(&options.system).await.context("reading the stations table")?;
    let mut history = CityHistoryBuilder::new(&stations);
    let mut out_of_service = OutOfService::default();
    let hours: Vec<Hour> = Hour::containing(from).until(Hour::containing(to).next()).collect();
    let progress = bar("reading", hours.len())?;
    for hours in hours.chunks(READ_TOGETHER) {
        let rows = lake.read_silver_hours(&options.system, hours.iter().copied()).await?;
        for row in rows.values().flatten() {
            if is_in_service(&row.status) {
                history.add(row);
            } else if row.snapshot_at >= first {
                out_of_service.add(&row.status.counts, reports(&row.status, row.snapshot_at));
            }
        }
        progress.inc(hours.len() as u64);
    }
    progress.finish_and_clear();
    Ok(History { city: history.finish(), out_of_service })
}

/// A city minute by minute on the days to replay, and so often on those before, through which it lives whether or not anybody
/// looks.
pub fn of_city(
    seed: u64,
    stations: usize,
    days: Days,
    every_before: Option<SignedDuration>,
) -> anyhow::Result<History> {
    let [learned_from, from, to] = bounds(days)?;
    let mut city = City::new(CityConfig { seed, stations, ..CityConfig::default() }, learned_from);
    let station = |site: &Site| site.station(StationId::new(site.id.to_string()), learned_from);
    let places: Vec<Station> = city.sites().iter().map(station).collect();
    let mut history = CityHistoryBuilder::new(&places);
    let mut out_of_service = OutOfService::default();
    let progress = bar("living", (to.duration_since(learned_from).as_hours()).unsigned_abs() as usize)?;
    let mut now = if every_before.is_some() { learned_from } else { from };
    while now < to {
        city.advance_to(now);
        for ((site, stock), place) in city.sites().iter().zip(city.told()).zip(&places) {
            let observation = site.observation(place.station_id.clone(), stock, now);
            if site.service == Service::Open {
                history.add(&observation);
            } else if now >= from {
                out_of_service.add(&observation.status.counts, site.reports);
            }
        }
        progress.set_position(now.duration_since(learned_from).as_hours().unsigned_abs());
        now += every_before.filter(|_| now < from).unwrap_or(EVERY_MINUTE);
    }
    progress.finish_and_clear();
    Ok(History { city: history.finish(), out_of_service })
}

fn is_in_service(status: &StationStatus) -> bool {
    [status.is_installed, status.is_renting, status.is_returning].iter().all(|flag| *flag != Some(false))
}

/// Whether a station that is out of service has lately said anything; one whose feed tells no time has.
fn reports(status: &StationStatus, now: Timestamp) -> bool {
    status.reported_at.is_none_or(|at| now.duration_since(at) < REPORTS_WITHIN)
}

fn bar(verb: &str, hours: usize) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} hours {eta}")?;
    Ok(ProgressBar::new(hours as u64).with_style(style).with_message(verb.to_owned()))
}
