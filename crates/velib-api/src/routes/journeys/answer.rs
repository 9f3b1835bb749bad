//! The shape of `/v1/journeys`: seconds and metres whole, probabilities with two decimals, times in Paris.

use serde::Serialize;
use velib_domain::{LatLon, SignedDuration, Source, Timestamp, calendar::paris_rfc3339};
use velib_planner::{Dropped, Fallback, Journey, JourneyRequest, Plan};

use super::leg::{BikeAnswer, LegAnswer};
use crate::{
    answer::{age_s, probability, whole},
    city::City,
    forecasts::Forecasts,
    notice::Notice,
};

/// What answers owe their sources.
const ATTRIBUTION: [&str; 1] = ["Vélib' Métropole – Licence Ouverte"];

#[derive(Serialize)]
pub(crate) struct PlanAnswer {
    as_of: String,
    request: Asked,
    data: Grounds,
    journeys: Vec<JourneyAnswer>,
    walk_only: LegAnswer,
    notices: Vec<Notice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<Vec<DroppedAnswer>>,
    attribution: [&'static str; 1],
}

/// The request with every default filled in.
#[derive(Serialize)]
struct Asked {
    from: LatLon,
    to: LatLon,
    depart_at: String,
    bike: &'static str,
    max_walk_m: i64,
    riders: u16,
}

/// What the answer rests on.
#[derive(Serialize)]
struct Grounds {
    snapshot_at: String,
    data_age_s: i64,
    source: Source,
    forecast_basis: &'static str,
    forecast_source: Source,
    forecast_age_s: i64,
    model_version: String,
    street_basis: &'static str,
}

#[derive(Serialize)]
struct JourneyAnswer {
    id: String,
    labels: Vec<&'static str>,
    depart_at: String,
    arrive_at_expected: String,
    arrive_at_p50: String,
    arrive_at_p90: String,
    duration_s: DurationAnswer,
    walk_m: i64,
    ride_m: i64,
    probability: Probability,
    legs: Vec<LegAnswer>,
    fallbacks: Fallbacks,
    summary: String,
}

#[derive(Serialize)]
struct DurationAnswer {
    expected: i64,
    if_ok: i64,
    p50: i64,
    p90: i64,
}

#[derive(Serialize)]
struct Probability {
    bike: f64,
    dock: f64,
    no_failure: f64,
    source: Source,
}

#[derive(Serialize)]
struct Fallbacks {
    pickup: Vec<FallbackAnswer>,
    dropoff: Vec<FallbackAnswer>,
}

#[derive(Serialize)]
struct FallbackAnswer {
    station_id: String,
    name: String,
    p: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    walk_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ride_s: Option<i64>,
}

#[derive(Serialize)]
struct DroppedAnswer {
    pickup: Option<String>,
    dropoff: Option<String>,
    reason: &'static str,
}

impl PlanAnswer {
    pub(crate) fn of(
        request: &JourneyRequest,
        plan: &Plan,
        city: &City,
        forecasts: &Forecasts,
        now: Timestamp,
        notices: Vec<Notice>,
        debug: bool,
    ) -> Self {
        let journey = |(index, journey)| JourneyAnswer::of(index, journey, request, city, forecasts, now);
        Self {
            as_of: paris_rfc3339(now),
            request: Asked::of(request),
            data: Grounds::of(city, forecasts, now),
            journeys: plan.journeys.iter().enumerate().map(journey).collect(),
            walk_only: LegAnswer::of(&plan.walk),
            notices,
            dropped: debug.then(|| plan.dropped.iter().map(DroppedAnswer::of).collect()),
            attribution: ATTRIBUTION,
        }
    }
}

impl Asked {
    fn of(request: &JourneyRequest) -> Self {
        Self {
            from: request.from,
            to: request.to,
            depart_at: paris_rfc3339(request.depart_at),
            bike: request.bike.as_str(),
            max_walk_m: whole(request.max_walk_m),
            riders: request.riders,
        }
    }
}

impl Grounds {
    fn of(city: &City, forecasts: &Forecasts, now: Timestamp) -> Self {
        Self {
            snapshot_at: paris_rfc3339(city.snapshot_at),
            data_age_s: age_s(city.snapshot_at, now),
            source: city.source,
            forecast_basis: forecasts.basis(),
            forecast_source: forecasts.source,
            forecast_age_s: age_s(forecasts.issued_at, now),
            model_version: forecasts.version.clone(),
            street_basis: "detour",
        }
    }
}

impl JourneyAnswer {
    fn of(
        index: usize,
        journey: &Journey,
        request: &JourneyRequest,
        city: &City,
        forecasts: &Forecasts,
        now: Timestamp,
    ) -> Self {
        let arrive =
            |after_s: f64| paris_rfc3339(request.depart_at + SignedDuration::from_secs(whole(after_s)));
        let durations = journey.durations;
        let mut legs: Vec<LegAnswer> = journey.legs.iter().map(LegAnswer::of).collect();
        legs[1].bike = Some(BikeAnswer::of(journey, city, now));
        Self {
            id: format!("j{}", index + 1),
            labels: journey.labels.iter().map(|label| label.as_str()).collect(),
            depart_at: paris_rfc3339(request.depart_at),
            arrive_at_expected: arrive(durations.expected_s),
            arrive_at_p50: arrive(durations.p50_s),
            arrive_at_p90: arrive(durations.p90_s),
            duration_s: DurationAnswer {
                expected: whole(durations.expected_s),
                if_ok: whole(durations.if_ok_s),
                p50: whole(durations.p50_s),
                p90: whole(durations.p90_s),
            },
            walk_m: whole(journey.walk_m()),
            ride_m: whole(journey.ride_m()),
            probability: Probability {
                bike: probability(journey.pickup.p),
                dock: probability(journey.dropoff.p),
                no_failure: probability(journey.p_no_failure()),
                source: forecasts.source,
            },
            legs,
            fallbacks: Fallbacks::of(journey),
            summary: journey.to_string(),
        }
    }
}

impl Fallbacks {
    fn of(journey: &Journey) -> Self {
        let listed = |fallback: &Option<Fallback>, on_foot: bool| {
            let answer = |fallback: &Fallback| FallbackAnswer {
                station_id: fallback.station_id.to_string(),
                name: fallback.name.clone(),
                p: probability(fallback.p),
                walk_s: on_foot.then(|| whole(fallback.away_s)),
                ride_s: (!on_foot).then(|| whole(fallback.away_s)),
            };
            fallback.iter().map(answer).collect()
        };
        Self {
            pickup: listed(&journey.pickup.fallback, true),
            dropoff: listed(&journey.dropoff.fallback, false),
        }
    }
}

impl DroppedAnswer {
    fn of(dropped: &Dropped) -> Self {
        Self {
            pickup: dropped.pickup.as_ref().map(ToString::to_string),
            dropoff: dropped.dropoff.as_ref().map(ToString::to_string),
            reason: dropped.reason.code(),
        }
    }
}
