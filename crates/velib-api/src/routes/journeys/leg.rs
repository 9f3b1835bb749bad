//! One leg of a journey as it is answered: with both of its places, so that a map can draw it.

use serde::Serialize;
use velib_domain::{LatLon, Timestamp, calendar::paris_rfc3339};
use velib_planner::{BikeKind, DOCK_S, Journey, Leg, Place, Stop, UNLOCK_S};

use crate::{
    answer::{Provenance, probability, whole},
    city::{City, StationNow},
};

#[derive(Serialize)]
pub(super) struct LegAnswer {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    duration_s: i64,
    distance_m: i64,
    from: PlaceAnswer,
    to: PlaceAnswer,
    #[serde(flatten)]
    pub(super) bike: Option<BikeAnswer>,
}

#[derive(Serialize)]
struct PlaceAnswer {
    #[serde(flatten)]
    position: LatLon,
    #[serde(skip_serializing_if = "Option::is_none")]
    station_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What a leg by bike has beside one on foot.
#[derive(Serialize)]
pub(super) struct BikeAnswer {
    pickup_s: i64,
    dropoff_s: i64,
    pickup: StopAnswer,
    dropoff: StopAnswer,
}

#[derive(Serialize)]
struct StopAnswer {
    station_id: String,
    at: String,
    p: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bikes_now: Option<BikesNow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    docks_now: Option<u16>,
    #[serde(flatten)]
    now: Provenance,
}

#[derive(Serialize)]
struct BikesNow {
    total: u16,
    mechanical: Option<u16>,
    ebike: Option<u16>,
}

impl LegAnswer {
    pub(super) fn of(leg: &Leg) -> Self {
        Self {
            mode: if leg.bike.is_some() { "bike" } else { "walk" },
            kind: leg.bike.map(BikeKind::as_str),
            duration_s: whole(leg.stretch.duration_s),
            distance_m: whole(leg.stretch.distance_m),
            from: PlaceAnswer::of(&leg.from),
            to: PlaceAnswer::of(&leg.to),
            bike: None,
        }
    }
}

impl PlaceAnswer {
    fn of(place: &Place) -> Self {
        let (station_id, name) =
            place.station.as_ref().map(|(id, name)| (id.to_string(), name.clone())).unzip();
        Self { position: place.position, station_id, name }
    }
}

impl BikeAnswer {
    pub(super) fn of(journey: &Journey, city: &City, now: Timestamp) -> Self {
        let counts = |stop: &Stop| city.get(&stop.station_id).and_then(StationNow::counts);
        let bikes_now = counts(&journey.pickup).map(|counts| BikesNow {
            total: counts.bikes,
            mechanical: counts.mechanical,
            ebike: counts.ebikes,
        });
        let docks_now = counts(&journey.dropoff).and_then(|counts| counts.docks);
        let stop = |stop: &Stop, bikes_now, docks_now| StopAnswer {
            station_id: stop.station_id.to_string(),
            at: paris_rfc3339(stop.at),
            p: probability(stop.p),
            bikes_now,
            docks_now,
            now: city.provenance(now),
        };
        Self {
            pickup_s: whole(UNLOCK_S),
            dropoff_s: whole(DOCK_S),
            pickup: stop(&journey.pickup, bikes_now, None),
            dropoff: stop(&journey.dropoff, None, docks_now),
        }
    }
}
