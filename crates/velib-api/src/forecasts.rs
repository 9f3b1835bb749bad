//! Forecasts for every station: one call to a model whenever the counts change, kept until they change again.
//!
//! A model that fails is not waited for twice: until it is due again, every answer rests on persistence, and says so.
//! When it is, one request asks it, and the others do not wait.
//!
//! Beyond the model's last horizon, where it is known what is usual, forecasts go on to a day ahead; they are made only
//! for those who ask, and each tells how much of the model is left in it.

mod basis;
#[cfg(test)]
mod same_rows;

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

pub(crate) use basis::Basis;
use foldhash::HashMap;
use tokio::sync::Mutex;
use velib_domain::{Counts, SignedDuration, Source, StationId, Timestamp, calendar::paris_rfc3339};
use velib_forecast::{
    ForecastRequest, Forecaster, Horizon, ModelAnswer, Persistence, StationHistory,
    invocation::StationAnswer, protocol::SLOT_TOLERANCE,
};

use crate::{
    answer::age_s,
    city::{City, StationNow},
    history::{CADENCE, LookBack, PastDay},
    lang::Lang,
    models::{DayAhead, Models, NoForecast},
    notice::Notice,
    outlook::Chances,
    weather::{NewestWeather, Weather},
};

/// How long a model that failed is left alone.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(30);

/// How long an answer that is on its way is not asked for.
const REST_WHILE_LATE: SignedDuration = SignedDuration::from_secs(1);

/// The forecasts made from one status.
#[derive(Clone)]
pub(crate) struct Forecasts {
    /// [`Source::Forecast`] by the model, or [`Source::Persistence`].
    pub(crate) source: Source,
    /// What made them.
    pub(crate) version: String,
    /// The status they start from.
    pub(crate) issued_at: Timestamp,
    /// When they were made.
    pub(crate) made_at: Timestamp,
    /// Milliseconds that the model took.
    pub(crate) inference_time_ms: f64,
    /// Horizons of every station's forecasts, ascending.
    pub(crate) horizons: Vec<Horizon>,
    /// Why there is none by the model.
    pub(crate) failure: Option<ModelFailure>,
    stations: Arc<HashMap<StationId, StationAnswer>>,
    /// Of the horizons, those that the forecaster itself answered.
    near: usize,
    /// Stations of which it is unknown what is usual: beyond the near horizons theirs is the last of those.
    carried_on: Arc<HashSet<StationId>>,
    /// What was asked of them before.
    pub(crate) chances: Arc<Chances>,
}

/// A model that gave no forecast.
#[derive(Debug, Clone)]
pub(crate) struct ModelFailure {
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
    /// Whether its answer is still on its way.
    pub(crate) is_late: bool,
}

/// Whoever forecasts.
pub(crate) struct Forecasting {
    models: Models,
    weather: Arc<Weather>,
}

/// The newest forecasts of one status.
#[derive(Default)]
pub(crate) struct KeptForecasts {
    newest: RwLock<Option<Arc<Forecasts>>>,
    /// Held by whoever asks the models.
    asking: Mutex<()>,
    /// The newest that go to a day ahead, and those they go on from.
    day_ahead: Mutex<Option<[Arc<Forecasts>; 2]>>,
}

impl Forecasting {
    /// Without a model every forecast is persistence.
    pub(crate) fn new(models: Models, weather: Arc<Weather>) -> Self {
        Self { models, weather }
    }

    /// How far back the models look, as far as it is known.
    pub(crate) fn look_back(&self) -> LookBack {
        self.models.look_back()
    }

    /// Whether forecasts look at the weather; `None` where that is unknown.
    pub(crate) fn see_weather(&self) -> Option<bool> {
        self.models.see_weather()
    }

    /// The weather that forecasts look at, or may; none where they do not. Asked for beside the feed, it is at hand when they are made.
    pub(crate) async fn weather(&self, now: Timestamp) -> Arc<NewestWeather> {
        if self.see_weather() == Some(false) { Arc::default() } else { self.weather.newest(now).await }
    }

    /// What models are asked of a city.
    async fn request(&self, city: &City, past_day: &PastDay, now: Timestamp) -> ForecastRequest {
        let weather = self.weather(now).await.around(city.snapshot_at);
        ForecastRequest { weather, ..request(city, past_day, self.look_back().slots, SLOT_TOLERANCE) }
    }

    /// Forecasts that start from this city's counts. Requests that come before there are any wait for the same call.
    pub(crate) async fn of(
        &self,
        kept: &KeptForecasts,
        city: &City,
        past_day: &PastDay,
        now: Timestamp,
    ) -> Arc<Forecasts> {
        let asking = match kept.newest() {
            Some(forecasts) if !forecasts.are_due(now) => return forecasts,
            Some(forecasts) => match kept.asking.try_lock() {
                Ok(asking) => asking,
                Err(_) => return forecasts,
            },
            None => kept.asking.lock().await,
        };
        let before = kept.newest();
        if let Some(forecasts) = before.as_ref().filter(|forecasts| !forecasts.are_due(now)) {
            return Arc::clone(forecasts);
        }
        let forecasts = Arc::new(self.made(before.as_deref(), city, past_day, now).await);
        kept.keep(&forecasts);
        drop(asking);
        forecasts
    }

    /// These, and beyond them to a day ahead where it is known what is usual.
    pub(crate) async fn day_ahead(
        &self,
        kept: &KeptForecasts,
        near: Arc<Forecasts>,
        city: &City,
        past_day: &PastDay,
        now: Timestamp,
    ) -> Arc<Forecasts> {
        let mut kept = kept.day_ahead.lock().await;
        if let Some([_, day]) = kept.as_ref().filter(|[of, _]| Arc::ptr_eq(of, &near)) {
            return Arc::clone(day);
        }
        let seam = near.horizons.last().copied().unwrap_or_default();
        let request = self.request(city, past_day, now).await;
        let far = self.models.day_ahead(request, seam).await;
        let day = far.map_or_else(|| Arc::clone(&near), |far| Arc::new(near.followed_by(&far)));
        *kept = Some([near, Arc::clone(&day)]);
        day
    }

    async fn made(
        &self,
        before: Option<&Forecasts>,
        city: &City,
        past_day: &PastDay,
        now: Timestamp,
    ) -> Forecasts {
        let request = self.request(city, past_day, now).await;
        match self.models.ask(&request).await {
            Ok(answer) => Forecasts::of_answer(Source::Forecast, answer, city.snapshot_at, now),
            Err(NoForecast { reason, is_late }) => {
                tracing::warn!(reason, "the model gave no forecast");
                let failure = Some(ModelFailure { at: now, reason, is_late });
                let otherwise = before.cloned().unwrap_or_else(|| Forecasts::by_persistence(&request, now));
                Forecasts { failure, ..otherwise }
            }
        }
    }
}

impl KeptForecasts {
    /// Those that were made already.
    pub(crate) fn newest(&self) -> Option<Arc<Forecasts>> {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, forecasts: &Arc<Forecasts>) {
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(forecasts));
    }
}

impl Forecasts {
    /// What is forecast for a station; `None` for one that nobody counted.
    pub(crate) fn station(&self, station_id: &StationId) -> Option<&StationAnswer> {
        self.stations.get(station_id)
    }

    /// The last moment they tell of.
    pub(crate) fn until(&self) -> Timestamp {
        self.issued_at + self.horizons.last().copied().unwrap_or_default()
    }

    /// The same of one station, whose usual week may be unknown.
    fn until_of(&self, station_id: &StationId) -> Timestamp {
        let known = if self.carried_on.contains(station_id) { self.near } else { self.horizons.len() };
        self.issued_at + self.horizons[..known].last().copied().unwrap_or_default()
    }

    /// What a reader should know who is told of stations at moments after the last that is forecast for them.
    pub(crate) fn ends_before<'a>(
        &self,
        told: impl IntoIterator<Item = (&'a StationId, Timestamp)>,
        lang: Lang,
    ) -> Option<Notice> {
        let each = told.into_iter().map(|(station, at)| (self.until_of(station), at));
        let last = lang.moment(each.filter(|(until, at)| at > until).map(|(until, _)| until).min()?);
        let detail = match lang {
            Lang::En => {
                format!(
                    "forecasts end at {last}: what is told of later moments is what is forecast for that one"
                )
            }
            Lang::Fr => format!(
                "les prévisions s’arrêtent le {last}\u{a0}: ce qui est dit d’un moment plus tardif est prévu pour celui-là"
            ),
        };
        Some(Notice::warning("beyond_forecast", detail))
    }

    /// These, and those of a day ahead beyond them.
    fn followed_by(&self, far: &DayAhead) -> Self {
        // A station is in both or in neither: both forecast every station that is counted.
        let followed = self.stations.values().filter_map(|near| far.following(near));
        let stations = followed.map(|station| (station.station_id.clone(), station)).collect();
        let carried_on = far.stations.iter().filter(|(_, station)| !station.is_usual);
        Self {
            version: self.version.clone(),
            horizons: self.horizons.iter().chain(&far.horizons).copied().collect(),
            failure: self.failure.clone(),
            stations: Arc::new(stations),
            carried_on: Arc::new(carried_on.map(|(id, _)| id.clone()).collect()),
            chances: Arc::default(),
            ..*self
        }
    }

    /// What a reader should know of them.
    pub(crate) fn notice(&self, now: Timestamp, lang: Lang) -> Option<Notice> {
        let failure = self.failure.as_ref()?;
        let since = age_s(failure.at, now);
        let reason = &failure.reason;
        let detail = match lang {
            Lang::En => format!(
                "forecasts carry the last count forward, because the model gave none {since} s ago: {reason}"
            ),
            Lang::Fr => format!(
                "les prévisions prolongent le dernier compte, car le modèle n’en a donné aucune il y a {since}\u{a0}s\u{a0}: {reason}"
            ),
        };
        Some(Notice::warning("model_unavailable", detail))
    }

    /// The moment of a horizon, Paris time.
    pub(crate) fn time_of(&self, horizon: Horizon) -> String {
        paris_rfc3339(self.issued_at + horizon)
    }

    /// Whether no answer of a model is on its way that would take their place.
    pub(crate) fn are_settled(&self) -> bool {
        self.failure.as_ref().is_none_or(|failure| !failure.is_late)
    }

    /// Whether a model that gave none is to be asked again.
    fn are_due(&self, now: Timestamp) -> bool {
        self.failure.as_ref().is_some_and(|failure| {
            let rest = if failure.is_late { REST_WHILE_LATE } else { REST_AFTER_FAILURE };
            now.duration_since(failure.at) >= rest
        })
    }

    fn of_answer(source: Source, answer: ModelAnswer, issued_at: Timestamp, made_at: Timestamp) -> Self {
        Self {
            source,
            version: answer.model_version,
            issued_at,
            made_at,
            inference_time_ms: answer.inference_time_ms,
            near: answer.horizons.len(),
            horizons: answer.horizons,
            failure: None,
            chances: Arc::default(),
            stations: Arc::new(
                answer.stations.into_iter().map(|station| (station.station_id.clone(), station)).collect(),
            ),
            carried_on: Arc::default(),
        }
    }

    fn by_persistence(request: &ForecastRequest, made_at: Timestamp) -> Self {
        let forecasts = Persistence.forecast(request).unwrap_or_default();
        let answer = ModelAnswer::new(Persistence.version(), 0.0, Persistence.horizons(), &forecasts);
        Self::of_answer(Source::Persistence, answer, request.issued_at, made_at)
    }
}

/// So many `slots` of the past of every station that is counted now, the last being its live counts, and the same hours of a
/// week before; a count stands in a slot when it was taken `within` so much of it. It tells no weather.
pub(crate) fn request(
    city: &City,
    past_day: &PastDay,
    slots: usize,
    within: SignedDuration,
) -> ForecastRequest {
    let slots = past_day.slots_until(city.snapshot_at, slots, within);
    let week_before = past_day.week_before(city.snapshot_at, within);
    let bikes = |slots: Vec<Option<Counts>>| -> Vec<Option<u16>> {
        slots.into_iter().map(|slot| Some(slot?.bikes)).collect()
    };
    let history = |station: &StationNow| {
        let counts = station.counts()?;
        let mut past: Vec<Option<Counts>> = slots.counts(station.id());
        past.push(Some(counts));
        Some(StationHistory {
            station_id: station.id().clone(),
            capacity: station.capacity.map(|(docks, _)| docks),
            position: station.information.position,
            docks: past.iter().map(|slot| slot.and_then(|counts| counts.docks)).collect(),
            bikes: bikes(past),
            ebikes: counts.ebikes,
            bikes_week_before: bikes(week_before.counts(station.id())),
        })
    };
    ForecastRequest {
        issued_at: city.snapshot_at,
        cadence: CADENCE,
        stations: city.stations.iter().filter_map(history).collect(),
        weather: Vec::new(),
    }
}
