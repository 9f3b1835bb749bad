//! When a feed that keeps answering has stopped counting: its content stands still at an hour when it always changes.
//!
//! Content is what a status says of its stations: counts and flags. Neither `last_reported` nor the feed's own time is
//! part of it: Vélib' moves its counts every minute and its times once an hour, and a frozen server may move its times
//! and not its counts. How long is too long depends on how many stations there are and on the time of day; the limits
//! come from recorded histories of two cities (see `docs/decisions/0010-when-a-feed-is-frozen.md`).

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Counts, StationStatus, StatusSnapshot};

/// Hours that the open stations of a system together may stand still: 2.2 times the longest on record.
const STATION_HOURS: f64 = 280.0;
/// An hour of the night counts for so much of an hour of the day: some systems close at night.
const NIGHT_SHARE: f64 = 0.1;
/// No feed is called frozen earlier: servers keep an answer for some minutes.
const SHORTEST: SignedDuration = SignedDuration::from_mins(15);

const DAY_SECONDS: f64 = 86_400.0;
/// The day, in seconds of local mean solar time: from 06:00 to 20:00.
const DAYLIGHT: std::ops::Range<f64> = 6.0 * 3600.0..20.0 * 3600.0;

/// What a status says, as a number to compare with others made by the same program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusContent {
    digest: u64,
    /// Stations that rent bikes out or take them back: only there anything can change.
    open_stations: usize,
}

/// Content that was seen at one moment or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingContent {
    /// What was seen.
    pub content: StatusContent,
    /// From when to when.
    pub stretch: Stretch,
}

/// The time between the first and the last fetch that brought the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The first.
    pub since: Timestamp,
    /// The last.
    pub until: Timestamp,
}

impl StatusContent {
    /// The content of a snapshot; the order of its stations does not matter.
    pub fn of(snapshot: &StatusSnapshot) -> Self {
        let digests = snapshot.stations.iter().map(digest);
        Self {
            digest: digests.fold(0, u64::wrapping_add),
            open_stations: snapshot.stations.iter().filter(|station| is_open(station)).count(),
        }
    }
}

impl StatusSnapshot {
    /// Whether another snapshot has the same stations in the same order, with the same content.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let pairs = || self.stations.iter().zip(&other.stations);
        self.stations.len() == other.stations.len() && pairs().all(|(one, other)| said(one) == said(other))
    }
}

/// Stations are added up, so that their order does not matter.
fn digest(station: &StationStatus) -> u64 {
    let mut hasher = DefaultHasher::new();
    said(station).hash(&mut hasher);
    hasher.finish()
}

/// What counts as content of a station.
fn said(station: &StationStatus) -> impl Hash + Eq {
    let Counts { bikes, mechanical, ebikes, docks } = station.counts;
    let flags = (station.is_installed, station.is_renting, station.is_returning);
    (&station.station_id, bikes, mechanical, ebikes, docks, flags)
}

fn is_open(station: &StationStatus) -> bool {
    station.is_installed != Some(false)
        && (station.is_renting != Some(false) || station.is_returning != Some(false))
}

impl StandingContent {
    /// Content seen for the first time.
    pub fn new(content: StatusContent, at: Timestamp) -> Self {
        Self { content, stretch: Stretch { since: at, until: at } }
    }

    /// What stands after another fetch: the same for longer, or the new content.
    #[must_use]
    pub fn followed_by(self, content: StatusContent, at: Timestamp) -> Self {
        if self.content != content || at < self.stretch.until {
            return Self::new(content, at);
        }
        Self { content, stretch: Stretch { until: at, ..self.stretch } }
    }

    /// Whether the content has stood still for longer than it ever does. `longitude` is that of the system, degrees
    /// east; where it is not known, every hour passes for one of the night.
    pub fn is_frozen(self, longitude: Option<f64>) -> bool {
        self.stretch.length() >= SHORTEST && self.station_hours(longitude) >= STATION_HOURS
    }

    /// For how long all open stations together have stood still, in hours of the day.
    pub fn station_hours(self, longitude: Option<f64>) -> f64 {
        self.content.open_stations as f64 * self.stretch.weighted_hours(longitude)
    }
}

impl Stretch {
    /// How long it is.
    pub fn length(self) -> SignedDuration {
        self.until.duration_since(self.since)
    }

    /// Hours of the day, and those of the night for what they are worth.
    fn weighted_hours(self, longitude: Option<f64>) -> f64 {
        let solar = |at: Timestamp, longitude: f64| at.as_second() as f64 + longitude / 360.0 * DAY_SECONDS;
        let daylight = longitude.map_or(0.0, |longitude| {
            daylight_until(solar(self.until, longitude)) - daylight_until(solar(self.since, longitude))
        });
        let night = self.length().as_secs_f64() - daylight;
        (daylight + night * NIGHT_SHARE) / 3600.0
    }
}

/// Seconds of daylight from 1970 until a moment of solar time.
fn daylight_until(solar_second: f64) -> f64 {
    let days = (solar_second / DAY_SECONDS).floor();
    let today = solar_second - days * DAY_SECONDS;
    days * (DAYLIGHT.end - DAYLIGHT.start) + today.clamp(DAYLIGHT.start, DAYLIGHT.end) - DAYLIGHT.start
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::StationId;

    const PARIS: Option<f64> = Some(2.35);

    fn station(id: usize, bikes: u16) -> StationStatus {
        StationStatus {
            station_id: StationId::new(id.to_string()),
            station_code: None,
            counts: Counts { bikes, ..Counts::default() },
            reported_at: None,
            is_installed: Some(true),
            is_renting: Some(true),
            is_returning: Some(true),
        }
    }

    fn city(stations: usize) -> StatusSnapshot {
        let stations = (0..stations).map(|id| station(id, 3)).collect();
        StatusSnapshot { snapshot_at: Timestamp::UNIX_EPOCH, stations }
    }

    #[track_caller]
    fn check(snapshot: &StatusSnapshot, longitude: Option<f64>, since: &str, until: &str, frozen: bool) {
        let content = StatusContent::of(snapshot);
        let standing = StandingContent::new(content, since.parse().unwrap());
        let standing = standing.followed_by(content, until.parse().unwrap());
        assert_eq!(standing.is_frozen(longitude), frozen, "{since} to {until}");
    }

    #[test]
    fn a_large_city_is_frozen_after_a_quarter_of_an_hour_of_the_day() {
        check(&city(1480), PARIS, "2026-11-20T14:00:00Z", "2026-11-20T14:14:59Z", false);
        check(&city(1480), PARIS, "2026-11-20T14:00:00Z", "2026-11-20T14:15:00Z", true);
    }

    #[test]
    fn at_night_it_may_stand_still_for_longer() {
        check(&city(1480), PARIS, "2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z", false);
        check(&city(1480), PARIS, "2026-11-20T01:00:00Z", "2026-11-20T03:00:00Z", true);
    }

    #[test]
    fn a_city_that_closes_at_night_is_not_frozen_in_the_morning() {
        check(&city(260), Some(10.7), "2023-06-01T22:00:00Z", "2023-06-02T05:00:00Z", false);
        check(&city(260), Some(10.7), "2023-06-01T22:00:00Z", "2023-06-02T07:00:00Z", true);
    }

    #[test]
    fn a_village_may_stand_still_for_a_day() {
        check(&city(10), PARIS, "2026-11-20T06:00:00Z", "2026-11-21T12:00:00Z", false);
        check(&city(10), PARIS, "2026-11-20T06:00:00Z", "2026-11-22T12:00:00Z", true);
    }

    #[test]
    fn stations_that_are_closed_cannot_change() {
        let mut closed = city(1480);
        for station in &mut closed.stations {
            (station.is_renting, station.is_returning) = (Some(false), Some(false));
        }
        check(&closed, PARIS, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", false);
        check(&city(0), PARIS, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", false);
    }

    #[test]
    fn where_nobody_knows_the_place_every_hour_is_one_of_the_night() {
        check(&city(1480), None, "2026-11-20T14:00:00Z", "2026-11-20T15:00:00Z", false);
        check(&city(1480), None, "2026-11-20T14:00:00Z", "2026-11-20T16:00:00Z", true);
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        check(&city(1480), Some(-73.9), "2026-11-20T06:00:00Z", "2026-11-20T07:00:00Z", false);
        check(&city(1480), Some(-73.9), "2026-11-20T16:00:00Z", "2026-11-20T17:00:00Z", true);
    }

    #[test]
    fn one_bike_less_is_other_content_and_a_later_report_is_not() {
        let still = city(3);
        let mut moved = still.clone();
        moved.stations[1].counts.bikes = 2;
        assert_ne!(StatusContent::of(&still), StatusContent::of(&moved));
        assert!(
            still.says_the_same(&still) && !still.says_the_same(&moved) && !still.says_the_same(&city(2))
        );
        let mut reported = still.clone();
        reported.stations[1].reported_at = Some(Timestamp::UNIX_EPOCH);
        reported.stations.reverse();
        assert_eq!(StatusContent::of(&still), StatusContent::of(&reported));
    }

    #[test]
    fn a_change_begins_another_stretch() {
        let [at, later] = ["2026-11-20T14:00:00Z", "2026-11-20T15:00:00Z"].map(|text| text.parse().unwrap());
        let standing = StandingContent::new(StatusContent::of(&city(3)), at);
        let moved = standing.followed_by(StatusContent::of(&city(4)), later);
        assert_eq!(moved.stretch, Stretch { since: later, until: later });
    }

    proptest! {
        #[test]
        fn waiting_longer_never_thaws(
            since in 0..4_000_000_000_i64, first in 0..400_000_i64, more in 0..400_000_i64,
            stations in 0..2000_usize, longitude in -180.0..180.0,
        ) {
            let at = |second| Timestamp::from_second(second).unwrap();
            let content = StatusContent { digest: 0, open_stations: stations };
            let standing = StandingContent::new(content, at(since)).followed_by(content, at(since + first));
            let longer = standing.followed_by(content, at(since + first + more));
            prop_assert!(!standing.is_frozen(Some(longitude)) || longer.is_frozen(Some(longitude)));
            prop_assert!(longer.stretch.weighted_hours(Some(longitude)) <= longer.stretch.length().as_secs_f64() / 3600.0 + 1e-3);
        }
    }
}
