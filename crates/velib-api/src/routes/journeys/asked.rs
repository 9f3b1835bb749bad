//! The query of `/v1/journeys`, read into a request.

use velib_domain::Timestamp;
use velib_planner::{BikeKind, JourneyRequest, MAX_JOURNEYS, Risk, Start, When};

use super::line::Geometry;
use crate::{
    lang::Lang,
    parameters::{Parameters, coordinates, flag, instant, number, one_of, whole},
    problem::Problem,
};

/// A journey asked for, and how to tell the answer.
pub(super) struct Asked {
    pub(super) request: JourneyRequest,
    /// How each leg carries its line on the ground.
    pub(super) geometry: Geometry,
    /// The most journeys to tell.
    pub(super) limit: usize,
    /// The language of sentences.
    pub(super) lang: Lang,
    /// Whether to tell what was left out.
    pub(super) debug: bool,
}

impl Asked {
    /// Reads every parameter; everything wrong is told at once.
    pub(super) fn read(mut query: Parameters, now: Timestamp) -> Result<Self, Problem> {
        let from = query.required("from", coordinates);
        let to = query.required("to", coordinates);
        let depart_at = query.optional("depart_at", instant);
        let bike = query.optional("bike", bike_kind).unwrap_or_default();
        let max_walk_m = query.optional("max_walk_m", whole(1..=5000)).map(f64::from);
        let riders = query.optional("riders", whole(1..=5)).unwrap_or(1) as u16;
        let arrive_by = query.optional("arrive_by", instant);
        query.either("depart_at", "arrive_by");
        let risk = query.optional("risk", risk).unwrap_or_default();
        let walk_m_per_s = query.optional("walk_m_per_s", number(0.3..=3.0));
        let riding = query.optional("riding", flag).unwrap_or(false);
        let geometry = query.optional("geometry", geometry).unwrap_or(Geometry::Geojson);
        let limit = query.optional("limit", whole(1..=MAX_JOURNEYS as u32));
        let debug = query.optional("debug", flag).unwrap_or(false);
        let lang = query.lang();
        query.finish()?;
        let (from, to) = from.zip(to).expect("an end that is missing is an error of the query");
        let when = match arrive_by {
            Some(at) => When::ArriveBy { at, not_before: now },
            None => When::DepartAt(depart_at.unwrap_or(now)),
        };
        let request = JourneyRequest {
            bike,
            max_walk_m: max_walk_m.unwrap_or(JourneyRequest::DEFAULT_MAX_WALK_M),
            walk_m_per_s: walk_m_per_s.unwrap_or(JourneyRequest::USUAL_WALK_M_PER_S),
            tells_left_out: debug,
            riders,
            risk,
            start: if riding { Start::Riding } else { Start::OnFoot },
            ..JourneyRequest::new(from, to, when)
        };
        let limit = limit.map_or(MAX_JOURNEYS, |most| most as usize);
        Ok(Self { request, geometry, limit, lang, debug })
    }
}

fn geometry(text: &str) -> Result<Geometry, String> {
    let word = one_of(text, &Geometry::WORDS)?;
    Ok(Geometry::of_word(word).expect("each of the words names one"))
}

fn bike_kind(text: &str) -> Result<BikeKind, String> {
    let kinds = [BikeKind::Any, BikeKind::Mechanical, BikeKind::Ebike];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("is {text:?}: it must be any, mechanical or ebike"))
}

fn risk(text: &str) -> Result<Risk, String> {
    let risks = [Risk::Fast, Risk::Balanced, Risk::Safe];
    let found = risks.into_iter().find(|risk| risk.as_str() == text);
    found.ok_or_else(|| format!("is {text:?}: it must be fast, balanced or safe"))
}
