//! `GET /v1/geocode?q=`: places that bear a name. Names in memory come first and are found whoever else is down.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::calendar::paris_rfc3339;
use velib_planner::SERVICE_AREA_M;

use crate::{
    Api,
    answer::ATTRIBUTION,
    geocode::{Found, Place, PlaceKind},
    lang::{Lang, SpokenIn},
    notice::Notice,
    parameters::{Parameters, coordinates, whole},
    problem::Problem,
};

/// Places where the query names no limit.
const DEFAULT_LIMIT: u32 = 5;

/// The longest text taken, in letters.
const LONGEST: usize = 200;

/// Places of a name
#[derive(Serialize, ToSchema)]
pub(crate) struct GeocodeAnswer {
    /// When this was asked, Paris time: nothing here rests on counts.
    #[schema(format = DateTime)]
    as_of: String,
    count: usize,
    /// The best first: stations and landmarks, then addresses.
    places: Vec<Place>,
    notices: Vec<Notice>,
    /// What is owed to those who know these places.
    attribution: Vec<&'static str>,
}

/// Where a place of that name is
#[utoipa::path(
    get,
    path = "/v1/geocode",
    tag = "journeys",
    params(
        ("q" = String, Query, max_length = 200, pattern = r"\S", description = "A name, an address, or latitude,longitude", example = "gare de lyon"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10, description = "At most so many places; 5 if left out"),
        SpokenIn,
    ),
    responses((status = 200, body = GeocodeAnswer)),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    mut query: Parameters,
) -> Result<(Lang, Json<GeocodeAnswer>), Problem> {
    let text = query.required("q", name);
    let most = query.optional("limit", whole(1..=10)).unwrap_or(DEFAULT_LIMIT) as usize;
    let lang = query.lang();
    query.finish()?;
    let text = text.expect("a text that is missing is an error of the query");
    let now = api.now();
    let mut places = Vec::new();
    let mut elsewhere = Found::default();
    if let Ok(position) = coordinates(&text) {
        let label = format!("{:.5}, {:.5}", position.lat, position.lon);
        let kind = PlaceKind::Coordinates;
        places.push(Place { label, kind, position, station_id: None, source: "coordinates" });
    } else {
        let names = api.names(now).await;
        places = names.search(&text, most);
        if let Some(middle) = names.middle().filter(|_| places.len() < most) {
            let in_area = |place| names.nearest_station_m(place) <= SERVICE_AREA_M;
            elsewhere = api.geocoding().search(&text, middle, in_area, now).await;
        }
    }
    let ours = places.iter().any(|place| place.station_id.is_some()).then_some(ATTRIBUTION);
    let room = most - places.len();
    places.extend(elsewhere.places.into_iter().take(room));
    let answer = GeocodeAnswer {
        as_of: paris_rfc3339(now),
        count: places.len(),
        places,
        notices: elsewhere.failures.into_iter().map(|failure| unavailable(failure, lang)).collect(),
        attribution: ours.into_iter().chain(elsewhere.attribution).collect(),
    };
    Ok((lang, Json(answer)))
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(format!("must be the name of a place, 1 to {LONGEST} letters"));
    }
    Ok(text.to_owned())
}

fn unavailable((geocoder, reason): (&str, String), lang: Lang) -> Notice {
    let detail = match lang {
        Lang::En => format!("{geocoder} was not of use: {reason}"),
        Lang::Fr => format!("{geocoder} n’a servi à rien\u{a0}: {reason}"),
    };
    Notice::warning("geocoder_unavailable", detail)
}
