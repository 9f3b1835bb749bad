//! What the planner asks about the future, answered from live counts and forecasts.
//!
//! At the moment of the counts they are certain. Until the first horizon of the forecast a count changes as counts
//! usually do, bent so that it meets the forecast there ([`MinutesAhead`]); between horizons probabilities go
//! straight from one to the next; beyond the last one they stay. Had a station other counts now, the way to the first
//! horizon would start from those; later than that, this outlook cannot tell what would be different.
//!
//! Forecasts do not tell kinds of bike apart. At a horizon the bikes are taken to be of the kind asked for with the
//! share that the station has now, pulled towards the city's by the weight of one bike, each independently.

use velib_domain::{Counts, SignedDuration, Timestamp};
use velib_forecast::{CountForecast, MinutesAhead, persistence::persisted_at_least};
use velib_planner::{BikeKind, Outlook, Site};

use crate::{
    city::{City, StationNow},
    forecasts::Forecasts,
};

/// The outlook of one city by one set of forecasts.
pub(crate) struct ForecastOutlook<'a> {
    city: &'a City,
    forecasts: &'a Forecasts,
    ebike_share: Option<f64>,
}

/// One count of a station: now, and the probability of at least as many as asked for at each horizon.
struct Asked<F> {
    now: u16,
    room: u16,
    n: u16,
    at_horizon: F,
}

/// What the planner asks for at one station.
#[derive(Clone, Copy)]
enum Wanted {
    Bikes(BikeKind),
    Docks,
}

impl<'a> ForecastOutlook<'a> {
    pub(crate) fn new(city: &'a City, forecasts: &'a Forecasts) -> Self {
        Self { city, forecasts, ebike_share: city.ebike_share() }
    }

    /// The count of a kind now; `None` where the feed does not tell.
    fn count_now(counts: Counts, kind: BikeKind) -> Option<u16> {
        match kind {
            BikeKind::Any => Some(counts.bikes),
            BikeKind::Mechanical => counts.mechanical,
            BikeKind::Ebike => counts.ebikes,
        }
    }

    /// The share of a kind among the bikes that a station will have.
    fn share(&self, station: &StationNow, kind: BikeKind) -> Option<f64> {
        let city_share = match kind {
            BikeKind::Any => return Some(1.0),
            BikeKind::Mechanical => 1.0 - self.ebike_share?,
            BikeKind::Ebike => self.ebike_share?,
        };
        let counts = station.counts()?;
        let of_kind = Self::count_now(counts, kind)?;
        Some((f64::from(of_kind) + city_share) / (f64::from(counts.bikes) + 1.0))
    }

    /// P(at least `n`), as the station is or had it this many now.
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
        let (now, share, horizons) = match wanted {
            Wanted::Bikes(kind) => (Self::count_now(counts, kind)?, self.share(here, kind)?, &forecast.bikes),
            Wanted::Docks => (counts.docks?, 1.0, forecast.docks.as_ref()?),
        };
        let room = here.room();
        if n > room {
            return Some(0.0);
        }
        let at_horizon = |index: usize| Some(p_of_kind(horizons.get(index)?, share, n));
        let asked = Asked { now, room, n, at_horizon };
        match had {
            None => self.probability(&asked, at),
            Some(had) => self.imagined(&asked, had, at),
        }
    }

    fn probability(&self, asked: &Asked<impl Fn(usize) -> Option<f64>>, at: Timestamp) -> Option<f64> {
        let after = at.duration_since(self.forecasts.issued_at).max(SignedDuration::ZERO);
        let horizons = &self.forecasts.horizons;
        let next = horizons.partition_point(|horizon| *horizon <= after);
        let at_horizon = |index: usize| (asked.at_horizon)(index);
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

    /// Before the first horizon: as counts usually change from this one, bent towards the forecast as much as from the
    /// real one. `None` later than that.
    fn imagined(
        &self,
        asked: &Asked<impl Fn(usize) -> Option<f64>>,
        count: u16,
        at: Timestamp,
    ) -> Option<f64> {
        let after = at.duration_since(self.forecasts.issued_at).max(SignedDuration::ZERO);
        let p = match self.forecasts.horizons.first() {
            None => persisted_at_least(count, asked.room, asked.n, after),
            Some(&first) if after < first => MinutesAhead { now: asked.now, room: asked.room, after, first }
                .p_at_least_had_it(count, asked.n, (asked.at_horizon)(0)?),
            Some(_) => return None,
        };
        Some(p.clamp(0.0, 1.0))
    }
}

impl Outlook for ForecastOutlook<'_> {
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.p_at_least(site, Wanted::Bikes(kind), n, at, None)
    }

    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.p_at_least(site, Wanted::Docks, n, at, None)
    }

    fn p_bikes_had_it(&self, now: u16, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.p_at_least(site, Wanted::Bikes(kind), n, at, Some(now))
    }

    fn p_docks_had_it(&self, now: u16, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.p_at_least(site, Wanted::Docks, n, at, Some(now))
    }
}

/// P(at least `n` of a kind) where each of a forecast count is of that kind with probability `share`.
///
/// The forecast gives P(count ≥ 1…5). Five and more are taken together, as their mean rounded down.
fn p_of_kind(forecast: &CountForecast, share: f64, n: u16) -> f64 {
    let most = forecast.p_at_least.len();
    let p_at_least = |count: usize| match count {
        0 => 1.0,
        _ => forecast.p_at_least.get(count - 1).copied().unwrap_or(0.0),
    };
    if share >= 1.0 {
        return p_at_least(usize::from(n).min(most));
    }
    let p_exactly = |count: usize| (p_at_least(count) - p_at_least(count + 1)).max(0.0);
    let below: f64 = (1..most).map(|count| p_exactly(count) * p_chosen(count as u16, share, n)).sum();
    let p_many = p_at_least(most);
    if p_many <= 0.0 {
        return below;
    }
    let mean_below: f64 = (1..most).map(|count| count as f64 * p_exactly(count)).sum();
    let many = ((forecast.mean - mean_below) / p_many).max(most as f64) as u16;
    below + p_many * p_chosen(many, share, n)
}

/// P(at least `n` of `count` are chosen, each with probability `share`).
fn p_chosen(count: u16, share: f64, n: u16) -> f64 {
    if n > count {
        return 0.0;
    }
    let mut p_exactly = (1.0 - share).powi(count.into());
    let mut fewer = 0.0;
    for chosen in 0..n {
        fewer += p_exactly;
        p_exactly *= f64::from(count - chosen) / f64::from(chosen + 1) * share / (1.0 - share);
    }
    (1.0 - fewer).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn forecast(mean: f64, p_at_least: [f64; 5]) -> CountForecast {
        CountForecast { mean, p10: 0.0, p50: mean, p90: mean, p_at_least }
    }

    #[test]
    fn two_bikes_each_an_ebike_half_of_the_time() {
        let two = forecast(2.0, [1.0, 1.0, 0.0, 0.0, 0.0]);
        assert!((p_of_kind(&two, 0.5, 1) - 0.75).abs() < 1e-12);
        assert!((p_of_kind(&two, 0.5, 2) - 0.25).abs() < 1e-12);
        assert!(p_of_kind(&two, 0.5, 3).abs() < 1e-12);
    }

    #[test]
    fn of_many_bikes_one_is_hardly_missed() {
        let twenty = forecast(20.0, [1.0; 5]);
        assert!(p_of_kind(&twenty, 0.3, 1) > 0.999);
        assert!((p_of_kind(&twenty, 1.0, 5) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_kind_is_never_likelier_than_any_bike_nor_two_than_one(
            mut p_at_least in prop::array::uniform5(0.0..1.0_f64), more in 0.0..30.0_f64, share in 0.0..1.0_f64,
        ) {
            p_at_least.sort_by(|a, b| b.total_cmp(a));
            let count = forecast(p_at_least.iter().sum::<f64>() + more, p_at_least);
            for n in 1..=4 {
                let p = p_of_kind(&count, share, n);
                prop_assert!((0.0..=1.0).contains(&p));
                prop_assert!(p <= p_of_kind(&count, 1.0, n) + 1e-9);
                prop_assert!(p_of_kind(&count, share, n + 1) <= p + 1e-9);
            }
        }
    }
}
