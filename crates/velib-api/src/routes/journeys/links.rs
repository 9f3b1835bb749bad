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

/// Google's documented form of a link, which opens its app where there is one. Of a pair of degrees only the comma is
/// written otherwise in a query.
fn google_maps(leg: &Leg) -> String {
    let (from, to) = (leg.from.position, leg.to.position);
    let by = if leg.bike.is_some() { "bicycling" } else { "walking" };
    format!(
        "https://www.google.com/maps/dir/?api=1&origin={}%2C{}&destination={}%2C{}&travelmode={by}",
        from.lat, from.lon, to.lat, to.lon
    )
}
