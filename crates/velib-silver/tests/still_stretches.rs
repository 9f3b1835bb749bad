//! How long real systems stand still, by their size: the ground under the limits of `velib_domain::stillness`.
//!
//! Prints, for each history and for systems made of some of its stations, the longest stretch without a change in
//! station-hours and how many stretches would have been called frozen. Nothing may be, but on one day: Norway's
//! national day of 2023, on which Oslo's 264 stations stood still for hours.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{collections::BTreeMap, path::Path};

use velib_domain::{
    SignedDuration, StandingContent, StationStatus, StatusContent, StatusSnapshot, Timestamp,
};
use velib_lake::history_file::{ColumnMapping, HistoryFile, HistoryRow};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// After a hole in the history as long as this, a stretch begins anew.
const HOLE: SignedDuration = SignedDuration::from_hours(3);

/// A system made of one in so many stations of another.
struct Sample {
    one_in: u64,
    standing: Option<StandingContent>,
    stations: usize,
    longest: f64,
    frozen_days: Vec<String>,
}

impl Sample {
    fn new(one_in: u64) -> Self {
        Self { one_in, standing: None, stations: 0, longest: 0.0, frozen_days: Vec::new() }
    }

    fn follow(&mut self, snapshot: &StatusSnapshot, longitude: f64) {
        let is_in = |station: &&StationStatus| {
            station.station_id.as_str().bytes().fold(7_u64, |sum, byte| sum * 31 % 997 + u64::from(byte))
                % self.one_in
                == 0
        };
        let stations: Vec<StationStatus> = snapshot.stations.iter().filter(is_in).cloned().collect();
        self.stations = self.stations.max(stations.len());
        let at = snapshot.snapshot_at;
        let content = StatusContent::of(&StatusSnapshot { snapshot_at: at, stations });
        let before = self.standing.filter(|standing| at.duration_since(standing.stretch.until) < HOLE);
        let standing = match before {
            Some(before) => before.followed_by(content, at),
            None => StandingContent::new(content, at),
        };
        if standing.is_frozen(Some(longitude)) {
            let day = at.strftime("%Y-%m-%d").to_string();
            self.frozen_days.extend(Some(day).filter(|day| self.frozen_days.last() != Some(day)));
        } else {
            self.longest = self.longest.max(standing.station_hours(Some(longitude)));
        }
        self.standing = Some(standing);
    }
}

/// Follows a history of at least so many snapshots until an instant; returns the days on which a sample was called frozen.
fn frozen_days(history: &str, longitude: f64, until: &str, least: usize) -> Option<Vec<String>> {
    let file = Path::new(DATA).join(history);
    if !file.is_file() {
        println!("skipped: {} is not there", file.display());
        return None;
    }
    let until: Timestamp = until.parse().unwrap();
    let mut snapshots: BTreeMap<Timestamp, Vec<StationStatus>> = BTreeMap::new();
    for batch in HistoryFile::open(&file, &ColumnMapping::default()).unwrap() {
        for HistoryRow { snapshot_at, status, .. } in batch.unwrap().rows {
            if snapshot_at < until {
                snapshots.entry(snapshot_at).or_default().push(status);
            }
        }
    }
    assert!(snapshots.len() >= least, "{} snapshots of {history}", snapshots.len());
    let mut samples = [1, 3, 10, 30].map(Sample::new);
    for (snapshot_at, stations) in snapshots {
        let snapshot = StatusSnapshot { snapshot_at, stations };
        for sample in &mut samples {
            sample.follow(&snapshot, longitude);
        }
    }
    println!("{history}");
    for Sample { stations, longest, frozen_days, .. } in &samples {
        println!("  {stations:>4} stations: longest {longest:>5.1} station-hours, frozen on {frozen_days:?}");
    }
    Some(samples.into_iter().flat_map(|sample| sample.frozen_days).collect())
}

#[test]
fn paris_of_2022_never_stands_still_for_too_long() {
    if let Some(days) =
        frozen_days("paris_velibscraper_2022/status.parquet", 2.35, "2022-07-01T00:00:00Z", 700)
    {
        assert_eq!(days, [""; 0]);
    }
}

#[test]
fn oslo_which_closes_at_night_stands_still_for_too_long_on_one_day_only() {
    if let Some(days) = frozen_days("oslo_2022_2024/status.parquet", 10.75, "2023-06-01T00:00:00Z", 5_000) {
        assert!(days.iter().all(|day| day == "2023-05-17"), "{days:?}");
    }
}
