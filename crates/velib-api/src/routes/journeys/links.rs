//! Links that open a journey's legs elsewhere, for whoever wants to be guided turn by turn.

use serde::Serialize;
use utoipa::ToSchema;
use velib_planner::{Journey, Leg};

/// One link for each leg, in their order.
#[derive(Serialize, ToSchema)]
pub(super) struct Links {
    google_maps: Vec<String>,
}

impl Links {
    pub(super) fn of(journey: &Journey) -> Self {
        Self { google_maps: journey.legs.iter().map(google_maps).collect() }
    }
}

/// Google's documented form of a link, which opens its app where there is one.
fn google_maps(leg: &Leg) -> String {
    let [from, to] = [leg.from.position, leg.to.position].map(|place| format!("{},{}", place.lat, place.lon));
    let by = if leg.bike.is_some() { "bicycling" } else { "walking" };
    let parameters = [("api", "1"), ("origin", &from), ("destination", &to), ("travelmode", by)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("https://www.google.com/maps/dir/?{query}")
}
