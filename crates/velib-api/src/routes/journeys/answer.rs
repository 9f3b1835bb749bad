//! The shape of `/v1/journeys`: seconds and metres whole, probabilities with two decimals, times in Paris.

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{LatLon, SignedDuration, Source, StationId, Timestamp, calendar::paris_rfc3339};
use velib_planner::{Dropped, Durations, Journey, JourneyRequest, Plan, Start, When};

use super::{
    advice::{Fallbacks, ReasonAnswer, SwitchAnswer},
    leg::LegAnswer,
    line::Geometry,
    links::Links,
    words,
};
use crate::{
    answer::{ATTRIBUTION, Provenance, age_s, probability, whole},
    city::City,
    forecasts::{Basis, Forecasts},
    lang::Lang,
    notice::Notice,
    outlook::ForecastOutlook,
    streets::NetworkStreets,
};

/// What those owe that were planned and drawn on streets.
const STREETS_ATTRIBUTION: &str = "© OpenStreetMap contributors";

/// What journeys are told from, beside themselves.
pub(super) struct Told<'a> {
    pub(super) request: &'a JourneyRequest,
    pub(super) city: &'a City,
    pub(super) forecasts: &'a Forecasts,
    pub(super) streets: &'a NetworkStreets<'a>,
    /// What the street tables were made from; `None` where straight lines stand in.
    pub(super) street_version: Option<&'a str>,
    pub(super) now: Timestamp,
    pub(super) outlook: &'a ForecastOutlook<'a>,
    /// How to tell the line of each leg.
    pub(super) geometry: Geometry,
    /// The most journeys to tell.
    pub(super) limit: usize,
    /// The language of sentences.
    pub(super) lang: Lang,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PlanAnswer<'a> {
    /// Of the counts that everything rests on; `data` tells the same beside what forecasts and streets rest on.
    #[serde(flatten)]
    provenance: Provenance,
    request: Asked,
    data: Grounds<'a>,
    journeys: Vec<JourneyAnswer<'a>>,
    walk_only: WalkAnswer<'a>,
    notices: Vec<Notice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<Vec<DroppedAnswer<'a>>>,
    attribution: Vec<&'static str>,
}

/// The request with every default filled in.
#[derive(Serialize, ToSchema)]
struct Asked {
    from: LatLon,
    to: LatLon,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    depart_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    arrive_by: Option<String>,
    bike: &'static str,
    max_walk_m: i64,
    riders: u16,
    risk: &'static str,
    walk_m_per_s: f64,
    riding: bool,
    geometry: &'static str,
    limit: usize,
    /// The language of every sentence in the answer.
    lang: &'static str,
}

/// Walking all the way.
#[derive(Serialize, ToSchema)]
struct WalkAnswer<'a> {
    #[serde(flatten)]
    leg: LegAnswer<'a>,
    #[schema(format = DateTime)]
    depart_at: String,
}

/// What the answer rests on.
#[derive(Serialize, ToSchema)]
struct Grounds<'a> {
    #[schema(format = DateTime)]
    snapshot_at: String,
    data_age_s: i64,
    source: Source,
    /// Of the stops of all journeys, the weakest basis; where no journey is told, of all stations at that time.
    forecast_basis: &'static str,
    /// The same as a source.
    forecast_source: Source,
    /// Seconds since the counts that forecasts start from.
    forecast_age_s: i64,
    model_version: &'a str,
    street_basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    street_version: Option<&'a str>,
}

#[derive(Serialize, ToSchema)]
struct JourneyAnswer<'a> {
    id: String,
    labels: Vec<&'static str>,
    #[schema(format = DateTime)]
    depart_at: String,
    #[schema(format = DateTime)]
    arrive_at_expected: String,
    #[schema(format = DateTime)]
    arrive_at_p50: String,
    #[schema(format = DateTime)]
    arrive_at_p90: String,
    duration_s: DurationAnswer,
    walk_m: i64,
    ride_m: i64,
    probability: Probability,
    legs: Vec<LegAnswer<'a>>,
    fallbacks: Fallbacks<'a>,
    switch_if: Vec<SwitchAnswer<'a>>,
    reasons: Vec<ReasonAnswer<'a>>,
    links: Links,
    summary: String,
}

/// Seconds from door to door.
#[derive(Serialize, ToSchema)]
struct DurationAnswer {
    expected: i64,
    /// If nothing is missing, at the usual pace.
    if_ok: i64,
    /// Kept in half of all cases: people are quicker or slower than the usual traveller.
    p50: i64,
    /// Kept in nine cases of ten.
    p90: i64,
}

#[derive(Serialize, ToSchema)]
struct Probability {
    #[serde(skip_serializing_if = "Option::is_none")]
    bike: Option<f64>,
    dock: f64,
    no_failure: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_time: Option<f64>,
    /// Of the weaker of the two stops; each stop names its own basis.
    source: Source,
}

#[derive(Serialize, ToSchema)]
struct DroppedAnswer<'a> {
    pickup: Option<&'a str>,
    dropoff: Option<&'a str>,
    reason: &'static str,
    /// The same as words for people.
    text: &'static str,
}

impl<'a> PlanAnswer<'a> {
    pub(super) fn of(told: &Told<'a>, plan: &'a Plan, notices: Vec<Notice>, debug: bool) -> Self {
        let journeys = plan.journeys.iter().take(told.limit).enumerate();
        Self {
            provenance: told.city.provenance(told.now),
            request: Asked::of(told),
            data: Grounds::of(told, plan),
            journeys: journeys.map(|(index, journey)| JourneyAnswer::of(index, journey, told)).collect(),
            walk_only: WalkAnswer {
                leg: LegAnswer::of(&plan.walk, told),
                depart_at: paris_rfc3339(plan.walk_at),
            },
            notices,
            dropped: debug
                .then(|| plan.dropped.iter().map(|one| DroppedAnswer::of(one, told.lang)).collect()),
            attribution: told.attribution(),
        }
    }
}

impl Told<'_> {
    fn attribution(&self) -> Vec<&'static str> {
        let streets = self.street_version.map(|_| STREETS_ATTRIBUTION);
        [ATTRIBUTION].into_iter().chain(streets).collect()
    }

    /// What the whole answer rests on.
    fn basis_of(&self, plan: &Plan) -> Basis {
        if plan.journeys.is_empty() {
            let weighed = self.city.stations.iter().map(|station| (station.id(), plan.walk_at));
            return self.forecasts.weakest_basis(weighed);
        }
        self.forecasts.weakest_basis(plan.journeys.iter().take(self.limit).flat_map(stops))
    }

    /// What a station is called; its id where nobody knows.
    pub(super) fn name<'n>(&'n self, station_id: &'n StationId) -> &'n str {
        self.city.get(station_id).map_or(station_id.as_str(), |here| &here.information.name)
    }
}

/// What a journey's probabilities are of: its stations, each when the traveller stands there.
pub(super) fn stops(journey: &Journey) -> impl Iterator<Item = (&StationId, Timestamp)> {
    journey.pickup.iter().chain([&journey.dropoff]).map(|stop| (&stop.station_id, stop.at))
}

impl Asked {
    fn of(&Told { request, geometry, limit, lang, .. }: &Told<'_>) -> Self {
        let (depart_at, arrive_by) = match request.when {
            When::DepartAt(depart_at) => (Some(paris_rfc3339(depart_at)), None),
            When::ArriveBy { at, .. } => (None, Some(paris_rfc3339(at))),
        };
        Self {
            from: request.from,
            to: request.to,
            depart_at,
            arrive_by,
            bike: request.bike.as_str(),
            max_walk_m: whole(request.max_walk_m),
            riders: request.riders,
            risk: request.risk.as_str(),
            walk_m_per_s: request.walk_m_per_s,
            riding: request.start == Start::Riding,
            geometry: geometry.as_str(),
            limit,
            lang: lang.code(),
        }
    }
}

impl<'a> Grounds<'a> {
    fn of(told: &Told<'a>, plan: &Plan) -> Self {
        let &Told { city, forecasts, street_version, now, .. } = told;
        let basis = told.basis_of(plan);
        Self {
            snapshot_at: paris_rfc3339(city.snapshot_at),
            data_age_s: age_s(city.snapshot_at, now),
            source: city.source_at(now),
            forecast_basis: basis.word,
            forecast_source: basis.source,
            forecast_age_s: age_s(forecasts.issued_at, now),
            model_version: &forecasts.version,
            street_basis: if street_version.is_some() { "graph" } else { "detour" },
            street_version,
        }
    }
}

impl<'a> JourneyAnswer<'a> {
    fn of(index: usize, journey: &'a Journey, told: &Told<'a>) -> Self {
        let arrive =
            |after_s: f64| paris_rfc3339(journey.depart_at + SignedDuration::from_secs(whole(after_s)));
        let durations = journey.durations;
        Self {
            id: format!("j{}", index + 1),
            labels: journey.labels.iter().map(|label| label.as_str()).collect(),
            depart_at: paris_rfc3339(journey.depart_at),
            arrive_at_expected: arrive(durations.expected_s),
            arrive_at_p50: arrive(durations.p50_s),
            arrive_at_p90: arrive(durations.p90_s),
            duration_s: DurationAnswer::of(durations),
            walk_m: whole(journey.walk_m()),
            ride_m: whole(journey.ride_m()),
            probability: Probability::of(journey, told),
            legs: LegAnswer::all_of(journey, told),
            fallbacks: Fallbacks::of(journey, told),
            switch_if: SwitchAnswer::all_of(journey, told),
            reasons: ReasonAnswer::all_of(journey, told),
            links: Links::of(journey),
            summary: journey.line(&words::line(told.lang)),
        }
    }
}

impl DurationAnswer {
    fn of(durations: Durations) -> Self {
        Self {
            expected: whole(durations.expected_s),
            if_ok: whole(durations.if_ok_s),
            p50: whole(durations.p50_s),
            p90: whole(durations.p90_s),
        }
    }
}

impl Probability {
    fn of(journey: &Journey, told: &Told<'_>) -> Self {
        Self {
            bike: journey.pickup.as_ref().map(|pickup| probability(pickup.p)),
            dock: probability(journey.dropoff.p),
            no_failure: probability(journey.p_no_failure()),
            on_time: journey.p_on_time.map(probability),
            source: told.forecasts.weakest_basis(stops(journey)).source,
        }
    }
}

impl<'a> DroppedAnswer<'a> {
    fn of(dropped: &'a Dropped, lang: Lang) -> Self {
        Self {
            pickup: dropped.pickup.as_ref().map(StationId::as_str),
            dropoff: dropped.dropoff.as_ref().map(StationId::as_str),
            reason: dropped.reason.code(),
            text: words::dropped(dropped.reason, lang),
        }
    }
}
