//! Whoever forecasts: the model's endpoint, and the same model in this process when there is none or it does not answer.
//!
//! The model in this process runs by plain arithmetic on a thread of its own kind, one request at a time. It costs the API
//! some memory and no library; an endpoint can be replaced and scaled without the API.

mod day_ahead;
mod endpoint;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use velib_aws::SageMakerForecaster;
use velib_forecast::{ForecastRequest, Forecaster, Horizon, ModelAnswer};
use velib_model::{ModelError, ModelForecaster, PlainNetwork};

pub(crate) use day_ahead::DayAhead;
use endpoint::Endpoint;

use crate::history::{DAY_SLOTS, LookBack, MOST_SLOTS};

/// Why no model gave a forecast.
#[derive(Debug, Clone)]
pub(crate) struct NoForecast {
    pub(crate) reason: String,
    /// Whether the answer is still on its way.
    pub(crate) is_late: bool,
}

/// The models that can be asked, in the order in which they are.
pub(crate) struct Models {
    endpoint: Option<Endpoint>,
    here: Option<ModelHere>,
}

/// The model in this process.
#[derive(Clone)]
struct ModelHere {
    forecaster: Arc<Mutex<ModelForecaster<PlainNetwork>>>,
    look_back: usize,
    sees_week_before: bool,
    sees_weather: bool,
}

impl Models {
    /// Loads the model in this process, where one is named.
    pub(crate) fn new(
        endpoint: Option<SageMakerForecaster>,
        patience: Duration,
        file: Option<&Path>,
    ) -> Result<Self, ModelError> {
        let endpoint = endpoint.map(|client| Endpoint::new(client, patience));
        Ok(Self { endpoint, here: file.map(ModelHere::open).transpose()? })
    }

    /// How far back whoever may be asked looks, as far as it is known: an endpoint tells its slots with its first answer, and not
    /// whether it looks at the week before. Never less than a day's slots, and no more than are kept.
    pub(crate) fn look_back(&self) -> LookBack {
        let here = self.here.as_ref().map_or(0, |here| here.look_back);
        let endpoint = self.endpoint.as_ref().map_or(0, Endpoint::look_back);
        LookBack {
            slots: here.max(endpoint).clamp(DAY_SLOTS, MOST_SLOTS),
            week_before: self.here.as_ref().map_or(self.endpoint.is_some(), |here| here.sees_week_before),
        }
    }

    /// Whether they look at the weather; `None` of an endpoint alone, which does not say.
    pub(crate) fn see_weather(&self) -> Option<bool> {
        let here = self.here.as_ref().map(|here| here.sees_weather);
        if self.endpoint.is_some() { here } else { here.or(Some(false)) }
    }

    /// The first answer to be had, or why there is none.
    pub(crate) async fn ask(&self, request: &ForecastRequest) -> Result<ModelAnswer, NoForecast> {
        let mut none = NoForecast::failed("no model is configured: set SAGEMAKER_ENDPOINT or MODEL_FILE");
        if let Some(endpoint) = &self.endpoint {
            match endpoint.ask(request).await {
                Ok(answer) => return Ok(answer),
                Err(why) => none = why,
            }
        }
        let Some(here) = self.here.clone() else { return Err(none) };
        if self.endpoint.is_some() {
            let reason = none.reason;
            tracing::warn!(reason, "the endpoint gave no forecast, the model in this process does");
        }
        here.ask(request.clone()).await.map_err(NoForecast::failed)
    }

    /// What follows forecasts whose last horizon is `seam`, to a day ahead; `None` where no model is in this process, or it
    /// fails.
    pub(crate) async fn day_ahead(&self, request: ForecastRequest, seam: Horizon) -> Option<DayAhead> {
        let here = self.here.clone()?;
        let work = move || {
            let mut model = here.forecaster.lock().unwrap_or_else(PoisonError::into_inner);
            let near = model.forecast(&request);
            let near = near.inspect_err(|error| tracing::warn!(%error, "no forecast of a day ahead")).ok()?;
            Some(DayAhead::new(&near, &request, model.horizons(), seam, model.climatology()))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_default()
    }
}

impl NoForecast {
    fn failed(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_late: false }
    }
}

impl ModelHere {
    fn open(file: &Path) -> Result<Self, ModelError> {
        let model = ModelForecaster::open(file)?;
        let features = &model.manifest().features;
        Ok(Self {
            look_back: model.look_back(),
            sees_week_before: features.week_before,
            sees_weather: features.weather,
            forecaster: Arc::new(Mutex::new(model)),
        })
    }

    async fn ask(self, request: ForecastRequest) -> Result<ModelAnswer, String> {
        let work = move || {
            let mut model = self.forecaster.lock().unwrap_or_else(PoisonError::into_inner);
            let (started, forecasts) = (clock(), model.forecast(&request));
            let forecasts = forecasts.map_err(|error| error.to_string())?;
            let took_ms = started.elapsed().as_micros() as f64 / 1_000.0;
            Ok(ModelAnswer::new(model.version(), took_ms, model.horizons(), &forecasts))
        };
        let answered = tokio::task::spawn_blocking(work).await;
        answered.unwrap_or_else(|_| Err("the model in this process panicked; the log says where".to_owned()))
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the model took is what is measured here")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}
