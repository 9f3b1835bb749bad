//! What a forecast number rests on, and what several that are told together do: decided here for every answer.
//!
//! Soon it is the forecaster of the near horizons, later more and more the station's usual week. Numbers that share a label
//! bear that of the weakest among them, so that nothing is called a model's that is mostly habit.

use velib_domain::{Source, StationId, Timestamp};
use velib_forecast::day_ahead::kept;

use super::Forecasts;
use crate::answer::probability;

/// What one number rests on, or several together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Basis {
    pub(crate) source: Source,
    /// `model`, `persistence` or `climatology`, the one with the larger share.
    pub(crate) word: &'static str,
    /// The share of the forecaster of the near horizons; the usual week has the rest.
    near_share: f64,
}

impl Basis {
    /// The share of the usual week, as it is told.
    pub(crate) fn usual_share(self) -> f64 {
        probability(1.0 - self.near_share)
    }

    /// Of two, the one that has less of the forecaster of the near horizons.
    fn weaker(self, other: Self) -> Self {
        if other.near_share < self.near_share { other } else { self }
    }
}

impl Forecasts {
    /// What forecasts up to the last near horizon rest on.
    pub(crate) fn near_basis(&self) -> Basis {
        let word = if self.source == Source::Forecast { "model" } else { self.source.as_str() };
        Basis { source: self.source, word, near_share: 1.0 }
    }

    /// What the forecast of a station at a moment rests on.
    pub(crate) fn basis_of(&self, station: &StationId, at: Timestamp) -> Basis {
        let near = self.near_basis();
        let after = at.duration_since(self.issued_at);
        let next = self.horizons.partition_point(|horizon| *horizon < after);
        let Some(horizon) = self.horizons.get(next).or(self.horizons.last()).copied() else { return near };
        let last = self.horizons[..self.near].last().copied().unwrap_or(horizon);
        if horizon <= last || self.carried_on.contains(station) {
            return near;
        }
        let near = Basis { near_share: kept(horizon - last), ..near };
        if near.near_share >= 0.5 {
            return near;
        }
        Basis { source: Source::Climatology, word: Source::Climatology.as_str(), ..near }
    }

    /// What forecasts that are told together rest on: the weakest of them.
    pub(crate) fn weakest_basis<'a>(
        &self,
        told: impl IntoIterator<Item = (&'a StationId, Timestamp)>,
    ) -> Basis {
        let each = told.into_iter().map(|(station, at)| self.basis_of(station, at));
        each.fold(self.near_basis(), Basis::weaker)
    }
}
