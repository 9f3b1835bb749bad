//! One leg of a journey as it is answered: with both of its places, so that a map can draw it.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{LatLon, calendar::paris_rfc3339};
use velib_planner::{BikeKind, DOCK_S, Journey, Leg, Place, Stop, UNLOCK_S};

use super::{
    answer::Told,
    line::{Geometry, LineString, polyline6},
};
use crate::{
    answer::{Provenance, probability, tenths, whole},
    city::StationNow,
    outlook::Wanted,
};

#[derive(Serialize, ToSchema)]
pub(super) struct LegAnswer<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    duration_s: i64,
    distance_m: i64,
    from: PlaceAnswer<'a>,
    to: PlaceAnswer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<LineString>,
    /// The same line, where it is asked for as an encoded polyline of six decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    polyline6: Option<String>,
    /// Seconds to unlock the bike; on a leg by bike that starts at a station.
    #[serde(skip_serializing_if = "Option::is_none")]
    pickup_s: Option<i64>,
    /// Seconds to lock it; on a leg by bike, as all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropoff_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pickup: Option<StopAnswer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropoff: Option<StopAnswer<'a>>,
}

#[derive(Serialize, ToSchema)]
struct PlaceAnswer<'a> {
    #[serde(flatten)]
    position: LatLon,
    #[serde(skip_serializing_if = "Option::is_none")]
    station_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize, ToSchema)]
struct StopAnswer<'a> {
    station_id: &'a str,
    #[schema(format = DateTime)]
    at: String,
    /// P(what is needed is there at that moment).
    p: f64,
    /// Bikes of the kind that is sought, or docks, to expect there at that moment, stuck bikes included.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<f64>,
    /// What has the larger share in `p`: `model`, `persistence` or `climatology`.
    basis: &'static str,
    /// The share of the station's usual week in `p`, beyond what the model itself makes of it.
    usual_share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bikes_now: Option<BikesNow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    docks_now: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_order_now: Option<u16>,
    #[serde(flatten)]
    now: Provenance,
}

#[derive(Serialize, ToSchema)]
struct BikesNow {
    total: u16,
    mechanical: Option<u16>,
    ebike: Option<u16>,
}

impl<'a> LegAnswer<'a> {
    pub(super) fn of(leg: &'a Leg, told: &Told<'_>) -> Self {
        Self {
            mode: if leg.bike.is_some() { "bike" } else { "walk" },
            kind: leg.bike.map(BikeKind::as_str),
            duration_s: whole(leg.stretch.duration_s),
            distance_m: whole(leg.stretch.distance_m),
            from: PlaceAnswer::of(&leg.from),
            to: PlaceAnswer::of(&leg.to),
            geometry: (told.geometry == Geometry::Geojson).then(|| LineString::of(&line(leg, told))),
            polyline6: (told.geometry == Geometry::Polyline6).then(|| polyline6(&line(leg, told))),
            pickup_s: None,
            dropoff_s: None,
            pickup: None,
            dropoff: None,
        }
    }

    pub(super) fn all_of(journey: &'a Journey, told: &Told<'_>) -> Vec<Self> {
        let leg = |leg: &'a Leg| {
            let here = Self::of(leg, told);
            if leg.bike.is_some() { here.by_bike(journey, told) } else { here }
        };
        journey.legs.iter().map(leg).collect()
    }

    /// With what a leg by bike has beside one on foot.
    fn by_bike(self, journey: &'a Journey, told: &Told<'_>) -> Self {
        let pickup = journey.pickup.as_ref();
        Self {
            pickup_s: pickup.map(|_| whole(UNLOCK_S)),
            dropoff_s: Some(whole(DOCK_S)),
            pickup: pickup.map(|pickup| StopAnswer::pickup(pickup, journey.ride().bike, told)),
            dropoff: Some(StopAnswer::dropoff(&journey.dropoff, told)),
            ..self
        }
    }
}

/// The leg on the ground; straight where the streets are not known.
fn line(leg: &Leg, told: &Told<'_>) -> Arc<[LatLon]> {
    let ends = [leg.from.position, leg.to.position];
    told.streets.line(ends[0], ends[1], leg.bike.is_some()).unwrap_or_else(|| ends.into())
}

impl<'a> PlaceAnswer<'a> {
    fn of(place: &'a Place) -> Self {
        let (station_id, name) =
            place.station.as_ref().map(|(id, name)| (id.as_str(), name.as_str())).unzip();
        Self { position: place.position, station_id, name }
    }
}

impl<'a> StopAnswer<'a> {
    fn pickup(stop: &'a Stop, kind: Option<BikeKind>, told: &Told<'_>) -> Self {
        let counts = told.city.get(&stop.station_id).and_then(StationNow::counts);
        let bikes_now = counts.map(|counts| BikesNow {
            total: counts.bikes,
            mechanical: counts.mechanical,
            ebike: counts.ebikes,
        });
        Self { bikes_now, ..Self::of(stop, Wanted::Bikes(kind.unwrap_or_default()), told) }
    }

    fn dropoff(stop: &'a Stop, told: &Told<'_>) -> Self {
        let counts = told.city.get(&stop.station_id).and_then(StationNow::counts);
        Self { docks_now: counts.and_then(|counts| counts.docks), ..Self::of(stop, Wanted::Docks, told) }
    }

    fn of(stop: &'a Stop, wanted: Wanted, told: &Told<'_>) -> Self {
        let here = told.city.get(&stop.station_id);
        let basis = told.forecasts.basis_of(&stop.station_id, stop.at);
        Self {
            station_id: stop.station_id.as_str(),
            at: paris_rfc3339(stop.at),
            p: probability(stop.p),
            expected: here.and_then(|here| told.outlook.expected(here, wanted, stop.at)).map(tenths),
            basis: basis.word,
            usual_share: basis.usual_share(),
            bikes_now: None,
            docks_now: None,
            out_of_order_now: here.and_then(StationNow::out_of_order).filter(|docks| *docks > 0),
            now: told.city.provenance(told.now),
        }
    }
}
