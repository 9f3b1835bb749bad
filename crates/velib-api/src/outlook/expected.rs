//! How many bikes or docks to expect at a moment: for people to read beside the probability, not for plans.

use velib_domain::{SignedDuration, Timestamp};
use velib_planner::BikeKind;

use super::{Chance, ForecastOutlook, Wanted};
use crate::city::StationNow;

impl ForecastOutlook<'_> {
    /// The count to expect: straight from that of now to the first horizon's mean, and from one horizon's to the next;
    /// `None` where nobody can tell.
    pub(crate) fn expected(&self, station: &StationNow, wanted: Wanted, at: Timestamp) -> Option<f64> {
        let chance = self.chance(self.city.site(station.id())?, wanted)?;
        let horizons = &self.forecasts.horizons;
        let after = at.duration_since(self.forecasts.issued_at).max(SignedDuration::ZERO);
        let next = horizons.partition_point(|horizon| *horizon <= after);
        let (from, before) = match next.checked_sub(1) {
            Some(last) => (horizons[last], self.mean_ahead(station, wanted, chance, last)?),
            None => (SignedDuration::ZERO, f64::from(chance.now())),
        };
        let Some(to) = horizons.get(next) else { return Some(before) };
        let part = (after - from).as_secs_f64() / (*to - from).as_secs_f64();
        Some(before + part * (self.mean_ahead(station, wanted, chance, next)? - before))
    }

    /// The mean at a horizon of a station's forecast.
    fn mean_ahead(
        &self,
        station: &StationNow,
        wanted: Wanted,
        chance: &Chance,
        horizon: usize,
    ) -> Option<f64> {
        let forecast = self.forecasts.station(station.id())?;
        match wanted {
            Wanted::Docks => Some(forecast.docks.as_ref()?.get(horizon)?.mean),
            Wanted::Bikes(BikeKind::Any) => Some(forecast.bikes.get(horizon)?.mean),
            Wanted::Bikes(_) => chance.mean_ahead(horizon),
        }
    }
}
