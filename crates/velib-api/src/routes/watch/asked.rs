//! The body of `/v1/watch`, read into what is watched and when.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use velib_domain::{SignedDuration, Timestamp};
use velib_planner::BikeKind;

use crate::{
    body::{Form, whole},
    city::StationNow,
    lang::Lang,
    parameters::instant,
    problem::{BadParameter, Kind, Problem},
};

/// The most stations in one request.
const MOST_STATIONS: usize = 50;

/// The most slots for each.
const MOST_SLOTS: i64 = 150;

/// How far ahead may be asked.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24);

/// Stations to watch, and when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchForm {
    /// At least one, at most 50.
    #[schema(min_items = 1, max_items = 50)]
    stations: Vec<WatchedForm>,
    /// The first moment of interest, RFC 3339; now where it is left out.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// The last, RFC 3339, at most 24 hours ahead; an hour after the first where it is left out.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Seconds between two slots; 600 where it is left out.
    #[schema(minimum = 60, maximum = 86400, default = 600)]
    #[serde(default, deserialize_with = "whole")]
    every_s: Option<u32>,
    /// The probability that is wanted; 0.8 where it is left out.
    #[schema(minimum = 0.0, maximum = 1.0, default = 0.8)]
    p: Option<f64>,
    /// The language of sentences; that of the `accept-language` header if left out, or English.
    #[schema(pattern = "^(en|fr)$")]
    lang: Option<String>,
}

impl Form for WatchForm {
    const EXAMPLE: &'static str = r#"{"stations": [{"station": "16107", "direction": "bikes"}]}"#;
}

/// A station to watch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WatchedForm {
    /// Its code or its id.
    station: String,
    direction: Direction,
    /// So many bikes, or docks; 1 where it is left out.
    #[schema(minimum = 1, maximum = 50, default = 1)]
    #[serde(default, deserialize_with = "whole")]
    at_least: Option<u16>,
    /// The kind of bike; any where it is left out.
    bike: Option<WatchedBike>,
    /// Seconds to walk there, or to ride; 0 where it is left out.
    #[schema(minimum = 0, maximum = 7200, default = 0)]
    #[serde(default, deserialize_with = "whole")]
    walk_s: Option<u32>,
}

/// What is wanted at a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    /// To take one.
    Bikes,
    /// To leave one.
    Docks,
}

/// The kind of bike that is wanted.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WatchedBike {
    #[default]
    Any,
    Mechanical,
    Ebike,
}

/// What to answer.
pub(super) struct Asked {
    now: Timestamp,
    pub(super) stations: Vec<Watched>,
    from: Timestamp,
    pub(super) until: Timestamp,
    every: SignedDuration,
    pub(super) p: f64,
    /// The language of sentences.
    pub(super) lang: Lang,
}

/// One station that is watched.
pub(super) struct Watched {
    pub(super) station: String,
    pub(super) direction: Direction,
    pub(super) at_least: u16,
    pub(super) bike: BikeKind,
    pub(super) walk: SignedDuration,
}

impl Asked {
    pub(super) fn read(form: WatchForm, preferred: Lang, now: Timestamp) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut wrong = |parameter: &str, detail: String| {
            errors.push(BadParameter { parameter: parameter.to_owned(), detail });
        };
        let mut moment = |name: &str, given: Option<&String>, usual: Timestamp| {
            let read = given.map_or(Ok(usual), |text| instant(text));
            read.unwrap_or_else(|detail| {
                wrong(name, detail);
                usual
            })
        };
        let from = moment("from", form.from.as_ref(), now);
        let hour_later = from.saturating_add(SignedDuration::from_hours(1)).unwrap_or(from);
        let until = moment("until", form.until.as_ref(), hour_later);
        let every = SignedDuration::from_secs(form.every_s.unwrap_or(600).into());
        let p = form.p.unwrap_or(0.8);
        if !(60..=86_400).contains(&every.as_secs()) {
            wrong("every_s", format!("is {}: it must be 60 to 86400", every.as_secs()));
        }
        if !(0.0..=1.0).contains(&p) {
            wrong("p", format!("is {p}: it must be 0 to 1"));
        }
        if form.stations.is_empty() || form.stations.len() > MOST_STATIONS {
            let found = form.stations.len();
            wrong("stations", format!("holds {found} stations: send 1 to {MOST_STATIONS}"));
        }
        let stations: Vec<Watched> = form.stations.into_iter().map(Watched::of).collect();
        if let Some(watched) = stations.iter().find(|watched| !(1..=50).contains(&watched.at_least)) {
            wrong("at_least", format!("is {}: it must be 1 to 50", watched.at_least));
        }
        if let Some(watched) = stations.iter().find(|watched| watched.walk > SignedDuration::from_hours(2)) {
            wrong("walk_s", format!("is {}: it must be 0 to 7200", watched.walk.as_secs()));
        }
        let lang = form.lang.as_deref().map_or(Ok(preferred), Lang::read).unwrap_or_else(|detail| {
            wrong("lang", detail);
            preferred
        });
        if !errors.is_empty() {
            return Err(Problem::invalid_parameters(errors));
        }
        if from > until || from < now - SignedDuration::from_mins(5) || until > now + FURTHEST {
            let [first, last, now, furthest] = [from, until, now, now + FURTHEST].map(|at| lang.moment(at));
            let detail = match lang {
                Lang::En => format!(
                    "from {first} to {last} is out of range: it must lie, in this order, between {now} and {furthest}"
                ),
                Lang::Fr => format!(
                    "du {first} au {last} est hors limites\u{a0}: il faut, dans cet ordre, rester entre le {now} et le {furthest}"
                ),
            };
            return Err(Problem::new(Kind::TimeOutOfRange, detail).told_in(lang));
        }
        if until.duration_since(from).as_secs() / every.as_secs() >= MOST_SLOTS {
            let detail = format!("every_s makes more than {MOST_SLOTS} slots between from and until");
            return Err(Problem::new(Kind::ConflictingParameters, detail));
        }
        Ok(Self { now, stations, from, until, every, p, lang })
    }

    /// Of slots, those that someone can be in time for who leaves now.
    pub(super) fn in_reach<'a, T>(
        &self,
        slots: &'a [(Timestamp, T)],
        walk: SignedDuration,
    ) -> &'a [(Timestamp, T)] {
        &slots[slots.partition_point(|(at, _)| *at < self.now + walk)..]
    }

    /// The moments to tell of.
    pub(super) fn slots(&self) -> impl Iterator<Item = Timestamp> {
        let next = |at: &Timestamp| Some(*at + self.every);
        std::iter::successors(Some(self.from), next).take_while(|at| *at <= self.until)
    }
}

impl Watched {
    fn of(form: WatchedForm) -> Self {
        Self {
            station: form.station,
            direction: form.direction,
            at_least: form.at_least.unwrap_or(1),
            bike: match form.bike.unwrap_or_default() {
                WatchedBike::Any => BikeKind::Any,
                WatchedBike::Mechanical => BikeKind::Mechanical,
                WatchedBike::Ebike => BikeKind::Ebike,
            },
            walk: SignedDuration::from_secs(form.walk_s.unwrap_or(0).into()),
        }
    }

    /// What is counted of it now.
    pub(super) fn count(&self, here: &StationNow) -> Option<u16> {
        let counts = here.counts()?;
        match (self.direction, self.bike) {
            (Direction::Docks, _) => counts.docks,
            (Direction::Bikes, BikeKind::Any) => Some(counts.bikes),
            (Direction::Bikes, BikeKind::Mechanical) => counts.mechanical,
            (Direction::Bikes, BikeKind::Ebike) => counts.ebikes,
        }
    }
}
