//! What to do when it turns out otherwise, and why a journey is like this: numbers, and a sentence for each.

use serde::Serialize;
use utoipa::ToSchema;
use velib_planner::{BikeKind, Fallback, Journey, Missing, Reason, Stop, SwitchIf, Wait};

use super::{answer::Told, words};
use crate::answer::{probability, whole};

/// Where to go next where something is missing.
#[derive(Serialize, ToSchema)]
pub(super) struct Fallbacks<'a> {
    pickup: Vec<FallbackAnswer<'a>>,
    dropoff: Vec<FallbackAnswer<'a>>,
    /// Whether to wait first.
    wait: Waits,
}

#[derive(Serialize, ToSchema)]
struct FallbackAnswer<'a> {
    station_id: &'a str,
    name: &'a str,
    /// P(what is needed is there on arrival, after what has failed).
    p: f64,
    /// What has the larger share in `p`: `model`, `persistence` or `climatology`.
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    walk_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ride_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_s: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct Waits {
    pickup: Option<WaitAnswer>,
    dropoff: Option<WaitAnswer>,
}

#[derive(Serialize, ToSchema)]
struct WaitAnswer {
    wait_s: i64,
    p: f64,
}

/// When to prefer another station.
#[derive(Serialize, ToSchema)]
pub(super) struct SwitchAnswer<'a> {
    station_id: &'a str,
    what: &'static str,
    below: u16,
    to_station_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The same as a sentence for people.
    text: String,
}

/// One reason, its numbers beside its code.
#[derive(Serialize, ToSchema)]
pub(super) struct ReasonAnswer<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    station_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saves_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silent_s: Option<i64>,
    /// The same as a sentence for people.
    text: String,
}

impl<'a> Fallbacks<'a> {
    pub(super) fn of(journey: &'a Journey, told: &Told<'_>) -> Self {
        let pickup = journey.pickup.as_ref();
        Self {
            pickup: pickup.map_or_else(Vec::new, |stop| FallbackAnswer::all_of(stop, true, told)),
            dropoff: FallbackAnswer::all_of(&journey.dropoff, false, told),
            wait: Waits {
                pickup: pickup.and_then(|stop| stop.wait).map(WaitAnswer::of),
                dropoff: journey.dropoff.wait.map(WaitAnswer::of),
            },
        }
    }
}

impl<'a> FallbackAnswer<'a> {
    /// The cost stands with the first: it is that of failing here, everything after it included.
    fn all_of(stop: &'a Stop, on_foot: bool, told: &Told<'_>) -> Vec<Self> {
        let answer = |(rank, fallback): (usize, &'a Fallback)| Self {
            station_id: fallback.station_id.as_str(),
            name: &fallback.name,
            p: probability(fallback.p),
            basis: told.forecasts.basis_of(&fallback.station_id, fallback.at).word,
            walk_s: on_foot.then(|| whole(fallback.away_s)),
            ride_s: (!on_foot).then(|| whole(fallback.away_s)),
            cost_s: (rank == 0).then(|| whole(stop.failure_s)),
        };
        stop.fallbacks.iter().enumerate().map(answer).collect()
    }
}

impl WaitAnswer {
    fn of(wait: Wait) -> Self {
        Self { wait_s: whole(wait.seconds), p: probability(wait.p) }
    }
}

impl<'a> SwitchAnswer<'a> {
    pub(super) fn all_of(journey: &'a Journey, told: &Told<'_>) -> Vec<Self> {
        let bike = journey.ride().bike;
        let ebike = bike == Some(BikeKind::Ebike);
        let answer = |switch: &'a SwitchIf| Self {
            station_id: switch.station_id.as_str(),
            what: match switch.what {
                Missing::Bike if ebike => "ebikes",
                Missing::Bike => "bikes",
                Missing::Dock => "docks",
            },
            below: switch.below,
            to_station_id: switch.to.as_str(),
            to: switch.journey.filter(|index| *index < told.limit).map(|index| format!("j{}", index + 1)),
            text: words::switch(
                switch,
                bike,
                told.name(&switch.station_id),
                told.name(&switch.to),
                told.lang,
            ),
        };
        journey.switch_if.iter().map(answer).collect()
    }
}

impl<'a> ReasonAnswer<'a> {
    pub(super) fn all_of(journey: &'a Journey, told: &Told<'_>) -> Vec<Self> {
        journey.reasons.iter().map(|reason| Self::of(reason, told)).collect()
    }

    fn of(reason: &'a Reason, told: &Told<'_>) -> Self {
        let bare = Self {
            code: reason.code(),
            station_id: None,
            p: None,
            saves_s: None,
            costs_s: None,
            silent_s: None,
            text: words::reason(reason, |id| told.name(id), told.lang),
        };
        match reason {
            Reason::NearestPickupRisky { station_id, p, saves_s }
            | Reason::NearestDropoffFilling { station_id, p, saves_s } => Self {
                station_id: Some(station_id.as_str()),
                p: Some(probability(*p)),
                saves_s: Some(whole(*saves_s)),
                ..bare
            },
            Reason::SaferThanFastest { gains_p, costs_s } => {
                Self { p: Some(probability(*gains_p)), costs_s: Some(whole(*costs_s)), ..bare }
            }
            Reason::SavesOverWalking { saves_s } => Self { saves_s: Some(whole(*saves_s)), ..bare },
            Reason::StationSilent { station_id, silent_s } => {
                Self { station_id: Some(station_id.as_str()), silent_s: Some(*silent_s), ..bare }
            }
            Reason::MayBeLate { p } => Self { p: Some(probability(*p)), ..bare },
        }
    }
}
