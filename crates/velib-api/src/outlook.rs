//! What the planner asks about the future, answered from live counts and forecasts.
//!
//! At the moment of the counts they are certain. Until the first horizon of the forecast the change that it expects comes
//! bike by bike ([`MinutesAhead`]); between horizons probabilities go straight from one to the next; beyond the last one
//! they stay. Had a station other counts now, it would change by as much until the first horizon; later than that, this
//! outlook cannot tell what would be different.
//!
//! Forecasts do not tell kinds of bike apart; what becomes of the kinds there are, and of those usually there, is in
//! [`velib_forecast::kinds`].
//!
//! A bike that is stuck is counted and cannot be ridden: beside the bikes asked for, the stuck ones must be there too,
//! as many as they probably are. Of which kind they are nobody knows, so they are drawn from the bikes there are.

mod chance;
mod chances;
mod expected;
mod law;

use velib_domain::{Distribution, SignedDuration, Timestamp};
use velib_forecast::kinds::{self, KindsNow, Turnover};
use velib_planner::{BikeKind, Outlook, Site};

use chance::Chance;
pub(crate) use chances::{Chances, Wanted};

use crate::{
    city::{City, StationNow},
    forecasts::Forecasts,
    history::KindsCounted,
    usable::StuckBikes,
};

/// Numbers of stuck bikes less likely than this are left out.
const HARDLY: f64 = 1e-3;

/// The outlook of one city by one set of forecasts.
pub(crate) struct ForecastOutlook<'a> {
    city: &'a City,
    forecasts: &'a Forecasts,
    stuck: &'a StuckBikes,
}

impl<'a> ForecastOutlook<'a> {
    pub(crate) fn new(city: &'a City, forecasts: &'a Forecasts, stuck: &'a StuckBikes) -> Self {
        Self { city, forecasts, stuck }
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
        let chance = self.chance(self.city.site(station.id())?, wanted)?;
        let room = station.room();
        let mut at_least = vec![1.0];
        for n in 1..=room {
            let p = chance.counted(n, self.after(at), &self.forecasts.horizons)?;
            at_least.push(p.min(at_least[usize::from(n) - 1]));
        }
        at_least.push(0.0);
        Distribution::from_masses(at_least.windows(2).map(|pair| pair[0] - pair[1]).collect()).ok()
    }

    fn after(&self, at: Timestamp) -> SignedDuration {
        at.duration_since(self.forecasts.issued_at)
    }

    /// A wish at a station, worked out for whoever asked first.
    fn chance(&self, site: Site<'_>, wanted: Wanted) -> Option<&'a Chance> {
        let station = (site.index(), self.city.stations.len());
        self.forecasts.chances.of(station, wanted, || {
            let here = &self.city.stations[site.index()];
            match wanted {
                Wanted::Bikes(kind) => self.bikes(here, kind),
                Wanted::Docks => self.docks(here),
            }
        })
    }

    fn docks(&self, here: &StationNow) -> Option<Chance> {
        let forecast = self.forecasts.station(here.id())?.docks.as_ref()?;
        let room = here.room();
        let at_least = |horizon: usize, n| law::p_at_least(&forecast[horizon], room, n);
        Some(Chance::new(here.counts()?.docks?, room, forecast.len(), at_least))
    }

    fn bikes(&self, here: &StationNow, kind: BikeKind) -> Option<Chance> {
        let forecast = &self.forecasts.station(here.id())?.bikes;
        let room = here.room();
        let now = self.kinds_now(here, kind)?;
        let chance = if kind == BikeKind::Any {
            let at_least = |horizon: usize, n| law::p_at_least(&forecast[horizon], room, n);
            Chance::new(now.of_kind, room, forecast.len(), at_least)
        } else {
            let horizons = forecast.iter().zip(&self.forecasts.horizons);
            let of_kind = |(forecast, horizon): (_, &SignedDuration)| {
                law::of_kind(forecast, room, now, &Turnover::after(*horizon))
            };
            let ahead: Vec<Vec<f64>> = horizons.map(of_kind).collect();
            let at_least =
                |horizon: usize, n: u16| ahead[horizon].get(usize::from(n) - 1).copied().unwrap_or(0.0);
            Chance::new(now.of_kind, room, ahead.len(), at_least)
        };
        Some(chance.beside(self.stuck(here, now)))
    }

    /// How many of a kind are stuck, and how probable that is; of which kind they are nobody knows.
    fn stuck(&self, here: &StationNow, now: KindsNow) -> Vec<(u16, f64)> {
        let stuck = self.stuck.station(here.id()).map_or(&[][..], Distribution::masses);
        let mut of_kinds = vec![0.0; stuck.len()];
        for (stuck, p_stuck) in stuck.iter().enumerate().filter(|(_, p)| **p > HARDLY) {
            let drawn = kinds::drawn(now.of_kind.into(), now.of_other.into(), stuck);
            for (of_kind, p_of_kind) in drawn.iter().enumerate().filter(|(_, p)| **p > HARDLY) {
                of_kinds[of_kind] += p_stuck * p_of_kind;
            }
        }
        (0..).zip(of_kinds).filter(|(_, p)| *p > 0.0).collect()
    }

    /// The bikes of a kind now, beside the others; `None` where the feed does not tell.
    fn kinds_now(&self, here: &StationNow, kind: BikeKind) -> Option<KindsNow> {
        let counts = here.counts()?;
        let KindsCounted { ebikes, mechanical } = here.kinds_counted;
        let usual = |of_kind, city_share| kinds::usual_share(of_kind, ebikes + mechanical, city_share);
        let (of_kind, usual_share) = match kind {
            BikeKind::Any => (counts.bikes, 1.0),
            BikeKind::Mechanical => (counts.mechanical?, usual(mechanical, 1.0 - self.city.ebike_share?)),
            BikeKind::Ebike => (counts.ebikes?, usual(ebikes, self.city.ebike_share?)),
        };
        Some(KindsNow { of_kind, of_other: counts.bikes.saturating_sub(of_kind), usual_share })
    }
}

impl Outlook for ForecastOutlook<'_> {
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.chance(site, Wanted::Bikes(kind))?.told(n, self.after(at), &self.forecasts.horizons)
    }

    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.chance(site, Wanted::Docks)?.told(n, self.after(at), &self.forecasts.horizons)
    }

    fn p_bikes_had_it(&self, now: u16, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        let chance = self.chance(site, Wanted::Bikes(kind))?;
        chance.told_had_it(now, n, self.after(at), &self.forecasts.horizons)
    }

    fn p_docks_had_it(&self, now: u16, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.chance(site, Wanted::Docks)?.told_had_it(now, n, self.after(at), &self.forecasts.horizons)
    }
}
