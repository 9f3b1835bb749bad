//! `POST /v1/watch`: for stations that someone cares about, how likely a bike or a dock is over the hours to come, and
//! when to leave for it.
//!
//! Nothing is kept: favourites and alerts live with whoever asks, and ask again.

mod asked;

use axum::{Json, extract::State, http::HeaderMap};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{SignedDuration, Timestamp, calendar::paris_rfc3339};
use velib_planner::Outlook;

use crate::{
    Api,
    answer::{Provenance, probability},
    body::Body,
    city::{City, StationNow},
    forecasts::Forecasts,
    lang::Lang,
    notice::Notice,
    outlook::ForecastOutlook,
    problem::{PROBLEM_JSON, Problem, WrittenProblem},
};
use asked::{Asked, Direction, WatchForm, Watched};

/// What becomes of the stations that are watched.
#[derive(Serialize, ToSchema)]
pub(crate) struct WatchAnswer {
    #[serde(flatten)]
    provenance: Provenance,
    /// Of all slots, the weakest basis.
    forecast_basis: &'static str,
    model_version: String,
    /// The probability that is wanted.
    p: f64,
    /// One for each of the request's stations, in its order.
    stations: Vec<WatchedStation>,
    notices: Vec<Notice>,
}

/// One station, over the time asked about.
#[derive(Serialize, ToSchema)]
struct WatchedStation {
    station_id: String,
    code: Option<String>,
    name: String,
    direction: Direction,
    at_least: u16,
    /// Bikes of the kind, or docks, counted now.
    now: Option<u16>,
    /// Ascending.
    slots: Vec<Slot>,
    /// When to leave, so that on arrival it is as likely as wanted; null where it never is.
    leave: Option<Leave>,
    /// The first slot at which it is less likely than wanted; null where that is none.
    #[schema(format = DateTime)]
    alert_at: Option<String>,
}

/// How likely it is at one moment.
#[derive(Serialize, ToSchema)]
struct Slot {
    /// Paris time.
    #[schema(format = DateTime)]
    at: String,
    /// P(at least as many as asked for, at the station and fit to use); null where nobody can tell.
    p: Option<f64>,
    /// What has the larger share in it: `model`, `persistence` or `climatology`.
    basis: &'static str,
    /// The share of the station's usual week in it.
    usual_share: f64,
}

/// The first stretch of time to leave in.
#[derive(Serialize, ToSchema)]
struct Leave {
    /// The earliest moment, Paris time.
    #[schema(format = DateTime)]
    from: String,
    /// The latest.
    #[schema(format = DateTime)]
    until: String,
    /// The least probability on arrival in between.
    p: f64,
}

/// How likely a bike or a dock is at some stations over the hours to come, and when to leave for it
#[utoipa::path(
    post,
    path = "/v1/watch",
    tag = "forecasts",
    request_body = WatchForm,
    responses(
        (status = 200, body = WatchAnswer),
        (status = 404, description = "No station has that code or id", body = WrittenProblem, content_type = PROBLEM_JSON),
        (
            status = 422, description = "A time or a place for which nothing is known",
            body = WrittenProblem, content_type = PROBLEM_JSON
        ),
    ),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    headers: HeaderMap,
    Body(form): Body<WatchForm>,
) -> Result<(Lang, Json<WatchAnswer>), Problem> {
    let now = api.now();
    let asked = Asked::read(form, Lang::preferred(&headers), now)?;
    let lang = asked.lang;
    let present = api.present(now, lang).await?;
    let forecasts = api.forecasts_until(asked.until, &present, now).await;
    let stuck = api.stuck_bikes(&present).await;
    let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
    let mut notices = present.notices(now, lang);
    notices.extend(forecasts.notice(now, lang));
    let (mut stations, mut told) = (Vec::new(), Vec::new());
    for watched in &asked.stations {
        let here = present.city.find(&watched.station);
        let here = here.ok_or_else(|| Problem::unknown_station(&watched.station, lang))?;
        told.extend(asked.slots().map(|at| (here.id(), at)));
        stations.push(WatchedStation::of(watched, here, &asked, &present.city, &forecasts, &outlook));
    }
    notices.extend(forecasts.ends_before(told.iter().copied(), lang));
    let answer = WatchAnswer {
        provenance: present.city.provenance(now),
        forecast_basis: forecasts.weakest_basis(told).word,
        model_version: forecasts.version.clone(),
        p: asked.p,
        stations,
        notices,
    };
    Ok((lang, Json(answer)))
}

impl WatchedStation {
    fn of(
        watched: &Watched,
        here: &StationNow,
        asked: &Asked,
        city: &City,
        forecasts: &Forecasts,
        outlook: &ForecastOutlook<'_>,
    ) -> Self {
        let p_at = |at: Timestamp| {
            let site = city.site(here.id())?;
            match watched.direction {
                Direction::Bikes => outlook.p_bikes_at_least(site, watched.bike, watched.at_least, at),
                Direction::Docks => outlook.p_docks_at_least(site, watched.at_least, at),
            }
        };
        let likely: Vec<(Timestamp, Option<f64>)> = asked.slots().map(|at| (at, p_at(at))).collect();
        let slot = |(at, p): &(Timestamp, Option<f64>)| {
            let basis = forecasts.basis_of(here.id(), *at);
            Slot {
                at: paris_rfc3339(*at),
                p: p.map(probability),
                basis: basis.word,
                usual_share: basis.usual_share(),
            }
        };
        let unlikely = likely.iter().find(|(_, p)| p.is_some_and(|p| p < asked.p));
        Self {
            station_id: here.id().to_string(),
            code: here.code.as_ref().map(ToString::to_string),
            name: here.information.name.clone(),
            direction: watched.direction,
            at_least: watched.at_least,
            now: watched.count(here),
            slots: likely.iter().map(slot).collect(),
            leave: Leave::of(asked.in_reach(&likely, watched.walk), asked.p, watched.walk),
            alert_at: unlikely.map(|(at, _)| paris_rfc3339(*at)),
        }
    }
}

impl Leave {
    /// The first run of slots that are likely enough, as much earlier as the walk takes.
    fn of(likely: &[(Timestamp, Option<f64>)], wanted: f64, walk: SignedDuration) -> Option<Self> {
        let enough = |(at, p): &(Timestamp, Option<f64>)| Some((*at, p.filter(|p| *p >= wanted)?));
        let run: Vec<(Timestamp, f64)> =
            likely.iter().skip_while(|slot| enough(slot).is_none()).map_while(enough).collect();
        let ((first, _), (last, _)) = (run.first()?, run.last()?);
        Some(Self {
            from: paris_rfc3339(*first - walk),
            until: paris_rfc3339(*last - walk),
            p: probability(run.iter().map(|(_, p)| *p).fold(1.0, f64::min)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leave(probabilities: &[f64]) -> Option<(String, String, f64)> {
        let first: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
        let slots = probabilities.iter().zip(0..);
        let likely: Vec<_> =
            slots.map(|(p, n)| (first + SignedDuration::from_mins(10 * n), Some(*p))).collect();
        let leave = Leave::of(&likely, 0.8, SignedDuration::from_mins(5))?;
        Some((leave.from[11..16].to_owned(), leave.until[11..16].to_owned(), leave.p))
    }

    #[test]
    fn one_leaves_for_the_first_stretch_that_is_likely_enough() {
        assert_eq!(leave(&[0.5, 0.9, 0.8, 0.7, 0.9]), Some(("16:05".into(), "16:15".into(), 0.8)));
        assert_eq!(leave(&[0.9, 0.85]), Some(("15:55".into(), "16:05".into(), 0.85)));
        assert_eq!(leave(&[0.5, 0.79]), None);
    }
}
