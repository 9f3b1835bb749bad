//! What the planner asks about the future, answered from live counts and forecasts.
//!
//! At the moment of the counts they are certain. Until the first horizon of the forecast a count changes as counts
//! do, by as much as that forecast expects, bent to meet it there ([`MinutesAhead`]); between horizons probabilities go
//! straight from one to the next; beyond the last one they stay. Had a station other counts now, the way to the first
//! horizon would start from those; later than that, this outlook cannot tell what would be different.
//!
//! Forecasts do not tell kinds of bike apart; what becomes of the kinds there are is in [`velib_forecast::kinds`].
//!
//! A bike that is stuck is counted and cannot be ridden: beside the bikes asked for, the stuck ones must be there too,
//! as many as they probably are. Of which kind they are nobody knows, so they are drawn from the bikes there are.

mod chances;
mod expected;
mod law;

use velib_domain::{Counts, Distribution, SignedDuration, Timestamp};
use velib_forecast::{
    MinutesAhead,
    kinds::{self, KindsNow, Turnover},
    minutes_ahead::expected_change,
    persistence::persisted_at_least,
};
use velib_planner::{BikeKind, Outlook, Site};

pub(crate) use chances::{Chances, Wanted};

use crate::{
    city::{City, StationNow},
    forecasts::Forecasts,
    usable::StuckBikes,
};

/// Numbers of stuck bikes less likely than this are left out.
const HARDLY: f64 = 1e-3;

/// The outlook of one city by one set of forecasts.
pub(crate) struct ForecastOutlook<'a> {
    city: &'a City,
    forecasts: &'a Forecasts,
    stuck: &'a StuckBikes,
    ebike_share: Option<f64>,
}

/// One count of a station: now, and the probability of at least so many at each horizon.
struct Asked<F> {
    now: u16,
    room: u16,
    n: u16,
    at_horizon: F,
}

impl<'a> ForecastOutlook<'a> {
    pub(crate) fn new(city: &'a City, forecasts: &'a Forecasts, stuck: &'a StuckBikes) -> Self {
        let ebike_share = city.ebike_share();
        Self { city, forecasts, stuck, ebike_share }
    }

    /// P(at least 1, 2, … of a kind are counted) at a horizon of a station's forecast.
    fn kind_ahead(&self, here: &StationNow, kind: BikeKind, horizon: usize) -> Option<Vec<f64>> {
        let now = self.kinds_now(here.counts()?, kind)?;
        let turnover = Turnover::after(*self.forecasts.horizons.get(horizon)?);
        let forecast = self.forecasts.station(here.id())?.bikes.get(horizon)?;
        Some(law::of_kind(forecast, now, &turnover))
    }

    /// P(at least 1, 2, … bikes can be ridden) at a horizon of a station's forecast.
    pub(crate) fn usable_ahead(&self, here: &StationNow, horizon: usize) -> Option<Vec<f64>> {
        let stuck = self.stuck.station(here.id())?;
        let forecast = self.forecasts.station(here.id())?.bikes.get(horizon)?;
        let room = here.room();
        let beside = |n: u16| {
            let stuck = stuck.masses().iter().zip(0..);
            stuck.map(|(p, stuck): (&f64, u16)| p * law::p_at_least(forecast, room, n + stuck)).sum()
        };
        Some((1..=room).map(beside).collect())
    }

    /// What will be counted at a station at any moment; `None` where nobody can tell.
    pub(crate) fn counted_at(
        &self,
        station: &StationNow,
        wanted: Wanted,
        at: Timestamp,
    ) -> Option<Distribution> {
        let site = self.city.site(station.id())?;
        let room = station.room();
        let mut at_least = vec![1.0];
        for n in 1..=room {
            let p = self.p_at_least(site, wanted, n, at, None)?;
            at_least.push(p.min(at_least[usize::from(n) - 1]));
        }
        at_least.push(0.0);
        Distribution::from_masses(at_least.windows(2).map(|pair| pair[0] - pair[1]).collect()).ok()
    }

    /// The count of a kind now; `None` where the feed does not tell.
    fn count_now(counts: Counts, kind: BikeKind) -> Option<u16> {
        match kind {
            BikeKind::Any => Some(counts.bikes),
            BikeKind::Mechanical => counts.mechanical,
            BikeKind::Ebike => counts.ebikes,
        }
    }

    /// The bikes of a kind now, beside the others.
    fn kinds_now(&self, counts: Counts, kind: BikeKind) -> Option<KindsNow> {
        let city_share = match kind {
            BikeKind::Any => 1.0,
            BikeKind::Mechanical => 1.0 - self.ebike_share?,
            BikeKind::Ebike => self.ebike_share?,
        };
        let of_kind = Self::count_now(counts, kind)?;
        Some(KindsNow { of_kind, of_other: counts.bikes.saturating_sub(of_kind), city_share })
    }

    /// P(at least `n` bikes that can be ridden), as the station is or had it this many now.
    fn p_to_ride(
        &self,
        site: Site<'_>,
        kind: BikeKind,
        n: u16,
        at: Timestamp,
        had: Option<u16>,
    ) -> Option<f64> {
        let here = &self.city.stations[site.index()];
        let now = self.kinds_now(here.counts()?, kind)?;
        let there = had.unwrap_or(now.of_kind);
        let Some(stuck) = self.stuck.station(here.id()).filter(|_| n > 0) else {
            return self.p_at_least(site, Wanted::Bikes(kind), n, at, had);
        };
        let (mut p, mut weight) = (0.0, 0.0);
        for (stuck, p_stuck) in stuck.masses().iter().enumerate().filter(|(_, p)| **p > HARDLY) {
            let of_kinds = kinds::drawn(now.of_kind.into(), now.of_other.into(), stuck);
            for (of_kind, p_of_kind) in of_kinds.iter().enumerate().filter(|(_, p)| **p > HARDLY) {
                let beside = (of_kind as u16).min(there);
                let p_there = self.p_at_least(site, Wanted::Bikes(kind), n + beside, at, had)?;
                p += p_stuck * p_of_kind * p_there;
                weight += p_stuck * p_of_kind;
            }
        }
        Some(p / weight)
    }

    /// P(at least `n` are counted), as the station is or had it this many now.
    fn p_at_least(
        &self,
        site: Site<'_>,
        wanted: Wanted,
        n: u16,
        at: Timestamp,
        had: Option<u16>,
    ) -> Option<f64> {
        let here = &self.city.stations[site.index()];
        let forecast = self.forecasts.station(here.id())?;
        let counts = here.counts()?;
        let room = here.room();
        let (now, horizons) = match wanted {
            Wanted::Bikes(kind) => (Self::count_now(counts, kind)?, &forecast.bikes),
            Wanted::Docks => (counts.docks?, forecast.docks.as_ref()?),
        };
        if n > room {
            return Some(0.0);
        }
        let at_horizon = |index: usize, n: u16| match wanted {
            Wanted::Bikes(kind) if kind != BikeKind::Any => self.p_of_kind(site, kind, index, n),
            _ => Some(law::p_at_least(horizons.get(index)?, room, n)),
        };
        let asked = Asked { now, room, n, at_horizon };
        match had {
            None => self.probability(&asked, at),
            Some(had) => self.imagined(&asked, had, at),
        }
    }

    /// P(at least `n` of a kind) at a horizon.
    fn p_of_kind(&self, site: Site<'_>, kind: BikeKind, horizon: usize, n: u16) -> Option<f64> {
        let Some(index) = usize::from(n).checked_sub(1) else { return Some(1.0) };
        let key = (site.index(), kind.as_str(), horizon);
        let ahead = || self.kind_ahead(&self.city.stations[site.index()], kind, horizon);
        Some(self.forecasts.chances.of_kind(key, ahead)?.get(index).copied().unwrap_or(0.0))
    }

    /// What was worked out for whoever asked before, or is worked out now.
    fn told(
        &self,
        site: Site<'_>,
        wanted: Wanted,
        n: u16,
        at: Timestamp,
        work_out: impl FnOnce(Timestamp) -> Option<f64>,
    ) -> Option<f64> {
        let issued_at = self.forecasts.issued_at;
        let station = (site.index(), self.city.stations.len());
        let after = at.duration_since(issued_at);
        self.forecasts.chances.told(station, wanted, n, after, |after| work_out(issued_at + after))
    }

    fn probability(&self, asked: &Asked<impl Fn(usize, u16) -> Option<f64>>, at: Timestamp) -> Option<f64> {
        let after = at.duration_since(self.forecasts.issued_at).max(SignedDuration::ZERO);
        let horizons = &self.forecasts.horizons;
        let next = horizons.partition_point(|horizon| *horizon <= after);
        let at_horizon = |index: usize| (asked.at_horizon)(index, asked.n);
        let p = match (next.checked_sub(1), horizons.get(next)) {
            (None, _) => return self.imagined(asked, asked.now, at),
            (Some(last), None) => at_horizon(last)?,
            (Some(before), Some(&to)) => {
                let from = horizons[before];
                let part = (after - from).as_secs_f64() / (to - from).as_secs_f64();
                let (p_from, p_to) = (at_horizon(before)?, at_horizon(next)?);
                p_from + part * (p_to - p_from)
            }
        };
        Some(p.clamp(0.0, 1.0))
    }

    /// Before the first horizon: as counts change from this one, bent towards the forecast as much as from the
    /// real one. `None` later than that.
    fn imagined(
        &self,
        asked: &Asked<impl Fn(usize, u16) -> Option<f64>>,
        count: u16,
        at: Timestamp,
    ) -> Option<f64> {
        let after = at.duration_since(self.forecasts.issued_at).max(SignedDuration::ZERO);
        let p = match self.forecasts.horizons.first() {
            None => persisted_at_least(count, asked.room, asked.n, after),
            Some(&first) if after < first => {
                let Asked { now, room, n, ref at_horizon } = *asked;
                let expected_change = expected_change(now, room, |n| at_horizon(0, n).unwrap_or_default());
                let ahead = MinutesAhead { now, room, after, first, expected_change };
                ahead.p_at_least_had_it(count, n, at_horizon(0, n)?)
            }
            Some(_) => return None,
        };
        Some(p.clamp(0.0, 1.0))
    }
}

impl Outlook for ForecastOutlook<'_> {
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.told(site, Wanted::Bikes(kind), n, at, |at| self.p_to_ride(site, kind, n, at, None))
    }

    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.told(site, Wanted::Docks, n, at, |at| self.p_at_least(site, Wanted::Docks, n, at, None))
    }

    fn p_bikes_had_it(&self, now: u16, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.p_to_ride(site, kind, n, at, Some(now))
    }

    fn p_docks_had_it(&self, now: u16, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.p_at_least(site, Wanted::Docks, n, at, Some(now))
    }
}
