//! `GET /v1/status`: how old every input is, how issued forecasts turned out, and what is wrong. It answers 200 whatever is
//! down.

mod live_skill;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Source, Timestamp, calendar::paris_rfc3339};

use crate::{
    Api,
    answer::{Provenance, age_s},
    forecasts::Forecasts,
    history::PastDay,
    lang::{Lang, SpokenIn},
    notice::Notice,
    parameters::Parameters,
    present::Present,
    problem::Problem,
    weather::NewestWeather,
};
use live_skill::{LiveSkillStatus, reason};

#[derive(Serialize, ToSchema)]
pub(crate) struct Status {
    /// When this was asked, to which ages are counted; what is known of the counts has its own moment.
    #[schema(format = DateTime)]
    as_of: String,
    version: &'static str,
    feed: FeedStatus,
    model: ModelStatus,
    lake: LakeStatus,
    weather: WeatherStatus,
    /// How the forecasts of the past days turned out that were really issued; null where nothing of them is known yet.
    live_skill: Option<LiveSkillStatus>,
    /// Why nothing is known of them.
    live_skill_reason: Option<String>,
    notices: Vec<Notice>,
}

#[derive(Serialize, ToSchema)]
struct FeedStatus {
    available: bool,
    source: Source,
    discovery_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Provenance>,
    /// The feed's own time, which may lag behind its counts.
    #[schema(format = DateTime)]
    updated_at: Option<String>,
    /// Whether the feed answers and its counts stand still for longer than they ever do.
    frozen: bool,
    /// Since when every fetch brought the same counts, as far as this process has seen.
    #[schema(format = DateTime)]
    unchanged_since: Option<String>,
    unchanged_s: Option<i64>,
    stations: Option<usize>,
    rejected: Option<usize>,
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ModelStatus {
    available: bool,
    basis: Option<&'static str>,
    version: Option<String>,
    #[schema(format = DateTime)]
    issued_at: Option<String>,
    age_s: Option<i64>,
    inference_time_ms: Option<f64>,
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct LakeStatus {
    available: bool,
    newest_hour: Option<String>,
    /// Seconds since that hour ended.
    age_s: Option<i64>,
    /// Refined hours among those wanted.
    hours_of_past_day: usize,
    /// A day's, or as many as the model looks back.
    hours_wanted: usize,
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct WeatherStatus {
    available: bool,
    source: Option<&'static str>,
    #[schema(format = DateTime)]
    fetched_at: Option<String>,
    age_s: Option<i64>,
    /// Hours still to come that the newest document tells of.
    hours_ahead: usize,
    used_by_forecasts: bool,
    note: &'static str,
    error: Option<String>,
}

/// How old every input is, and what is wrong with it
#[utoipa::path(get, path = "/v1/status", tag = "operation", params(SpokenIn), responses((status = 200, body = Status)))]
pub(crate) async fn answer(
    State(api): State<Api>,
    mut query: Parameters,
) -> Result<(Lang, Json<Status>), Problem> {
    let lang = query.lang();
    query.finish()?;
    let now = api.now();
    let (present, past_day) = (api.present(now, lang).await, api.past_day(now).await);
    let weather = api.weather(now).await;
    let forecasts = match &present {
        Ok(present) => Some(api.forecasts(present, now).await),
        Err(_) => None,
    };
    let (judged, not_kept) = api.live_skill();
    let mut notices = present.as_ref().map(|present| present.notices(now, lang)).unwrap_or_default();
    notices.extend(forecasts.as_ref().and_then(|forecasts| forecasts.notice(now, lang)));
    let status = Status {
        as_of: paris_rfc3339(now),
        version: env!("CARGO_PKG_VERSION"),
        feed: match &present {
            Ok(present) => FeedStatus::of(present, &api, now),
            Err(problem) => FeedStatus::down(problem.detail(), &api),
        },
        model: forecasts
            .as_deref()
            .map_or_else(ModelStatus::not_asked, |forecasts| ModelStatus::of(forecasts, now)),
        lake: LakeStatus::of(&past_day, now),
        weather: WeatherStatus::of(&weather, &api, now, lang),
        live_skill: LiveSkillStatus::of(&judged, now),
        live_skill_reason: reason(&judged, not_kept, lang),
        notices,
    };
    Ok((lang, Json(status)))
}

impl FeedStatus {
    fn of(present: &Present, api: &Api, now: Timestamp) -> Self {
        Self {
            available: present.failure.is_none(),
            source: api.feed_source(),
            discovery_url: api.feed().discovery_url().to_owned(),
            counts: Some(present.city.provenance(now)),
            updated_at: present.city.updated_at.map(paris_rfc3339),
            frozen: present.city.is_frozen,
            unchanged_since: Some(paris_rfc3339(present.city.unchanged.since)),
            unchanged_s: Some(present.city.unchanged.length().as_secs()),
            stations: Some(present.city.stations.len()),
            rejected: Some(present.city.rejected.len()),
            error: present.failure.as_ref().map(|failure| failure.reason.clone()),
        }
    }

    fn down(reason: &str, api: &Api) -> Self {
        Self {
            available: false,
            source: api.feed_source(),
            discovery_url: api.feed().discovery_url().to_owned(),
            counts: None,
            updated_at: None,
            frozen: false,
            unchanged_since: None,
            unchanged_s: None,
            stations: None,
            rejected: None,
            error: Some(reason.to_owned()),
        }
    }
}

impl ModelStatus {
    fn of(forecasts: &Forecasts, now: Timestamp) -> Self {
        Self {
            available: forecasts.failure.is_none(),
            basis: Some(forecasts.near_basis().word),
            version: Some(forecasts.version.clone()),
            issued_at: Some(paris_rfc3339(forecasts.issued_at)),
            age_s: Some(age_s(forecasts.issued_at, now)),
            inference_time_ms: forecasts.failure.is_none().then_some(forecasts.inference_time_ms),
            error: forecasts.failure.as_ref().map(|failure| failure.reason.clone()),
        }
    }

    /// Without counts there is nothing to ask the model about.
    fn not_asked() -> Self {
        Self {
            available: false,
            basis: None,
            version: None,
            issued_at: None,
            age_s: None,
            inference_time_ms: None,
            error: Some("not asked: there are no counts to start from".to_owned()),
        }
    }
}

impl LakeStatus {
    fn of(past_day: &PastDay, now: Timestamp) -> Self {
        Self {
            available: past_day.failure.is_none(),
            newest_hour: past_day.newest_hour.map(|hour| hour.to_string()),
            age_s: past_day.newest_hour.map(|hour| age_s(hour.end(), now)),
            hours_of_past_day: past_day.hours,
            hours_wanted: past_day.look_back.slots,
            error: past_day.failure.clone(),
        }
    }
}

impl WeatherStatus {
    fn of(weather: &NewestWeather, api: &Api, now: Timestamp, lang: Lang) -> Self {
        let fetched_at = weather.fetched_at();
        let is_told = !weather.around(now).is_empty();
        let see = api.forecasts_see_weather();
        let source =
            if api.feed_source() == Source::Simulated { Source::Simulated.as_str() } else { "open-meteo" };
        Self {
            available: fetched_at.is_some(),
            source: fetched_at.map(|_| source),
            fetched_at: fetched_at.map(paris_rfc3339),
            age_s: fetched_at.map(|at| age_s(at, now)),
            hours_ahead: weather.hours_ahead(now),
            used_by_forecasts: is_told && see == Some(true),
            note: weather_note(see, is_told, lang),
            error: weather.failure.clone(),
        }
    }
}

/// What forecasts make of the weather, by whether their model looks at it (a service does not say) and is told any.
fn weather_note(see: Option<bool>, is_told: bool, lang: Lang) -> &'static str {
    match (see, is_told, lang) {
        (Some(true), true, Lang::En) => {
            "forecasts look at the weather of these hours; without it they rest on counts alone"
        }
        (Some(true), true, Lang::Fr) => {
            "les prévisions regardent la météo de ces heures\u{a0}; sans elle, elles reposent sur les comptages seuls"
        }
        (None, true, Lang::En) => {
            "the model service is told the weather of these hours, and does not say whether its model looks at it"
        }
        (None, true, Lang::Fr) => {
            "le service du modèle reçoit la météo de ces heures, sans dire si son modèle la regarde"
        }
        (_, _, Lang::En) => {
            "forecasts and journeys do not use the weather: they are the same with and without it"
        }
        (_, _, Lang::Fr) => {
            "prévisions et trajets n’utilisent pas la météo\u{a0}: ils sont les mêmes avec ou sans elle"
        }
    }
}
