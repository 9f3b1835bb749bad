//! The moments that a forecast is asked for.

use velib_domain::{SignedDuration, Timestamp};
use velib_forecast::{Horizon, day_ahead::FURTHEST};
use velib_planner::RequestError;

use crate::{
    forecasts::Forecasts,
    lang::Lang,
    parameters::{Parameters, instant, list, whole},
    problem::Problem,
    routes::journeys::refused,
};

/// The most horizons in one answer.
const MOST_HORIZONS: usize = 48;

/// One moment, several horizons, or those that the forecast has by itself.
pub(super) enum Moments {
    Own,
    At(Timestamp),
    After(Vec<Horizon>),
}

impl Moments {
    pub(super) fn read(mut query: Parameters) -> Result<Self, Problem> {
        let at = query.optional("at", instant);
        let horizons = query.optional("horizons", horizons);
        query.either("at", "horizons");
        query.finish()?;
        Ok(match (at, horizons) {
            (Some(at), _) => Self::At(at),
            (None, Some(horizons)) => Self::After(horizons),
            (None, None) => Self::Own,
        })
    }

    /// The last moment that is named, from counts of a moment.
    pub(super) fn last(
        &self,
        counted_at: Timestamp,
        now: Timestamp,
        lang: Lang,
    ) -> Result<Option<Timestamp>, Problem> {
        match self {
            Self::Own => Ok(None),
            Self::After(horizons) => Ok(horizons.last().map(|last| counted_at + *last)),
            Self::At(at) if (counted_at..=now + FURTHEST).contains(at) => Ok(Some(*at)),
            Self::At(at) => {
                let error = RequestError::TimeOutOfRange {
                    parameter: "at",
                    given: *at,
                    earliest: counted_at,
                    latest: now + FURTHEST,
                };
                Err(refused(&error, lang))
            }
        }
    }

    /// All of them, from the counts that the forecasts start from.
    pub(super) fn of(&self, forecasts: &Forecasts) -> Vec<Horizon> {
        match self {
            Self::Own => forecasts.horizons.clone(),
            Self::After(horizons) => horizons.clone(),
            Self::At(at) => vec![at.duration_since(forecasts.issued_at)],
        }
    }
}

/// Seconds, ascending, each once.
fn horizons(text: &str) -> Result<Vec<Horizon>, String> {
    let furthest = FURTHEST.as_secs() as u32;
    let mut horizons = list(text, |part| whole(0..=furthest)(part))?;
    horizons.sort_unstable();
    horizons.dedup();
    if horizons.len() > MOST_HORIZONS {
        return Err(format!("names {} horizons: send at most {MOST_HORIZONS}", horizons.len()));
    }
    Ok(horizons.into_iter().map(|seconds| SignedDuration::from_secs(seconds.into())).collect())
}
