//! The handle to the model: a short line of requests before it, and its health.
//!
//! Past the end of the line a request is refused at once, because an answer that comes too late for its caller only
//! delays the next one. Another model can be put in place of the first while requests wait; one that does not load
//! changes nothing but what `/ping` tells.

use std::{
    fmt::Display,
    num::NonZeroUsize,
    sync::{
        Arc,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
    task::spawn_blocking,
};
use velib_forecast::{ForecastError, ForecastRequest, Forecaster, Horizon, StationForecast};

use crate::{
    metrics::Metrics,
    model_thread::{self, Job, Loaded, Task},
};

/// Requests that wait at most, beside the one being answered: all of Paris eight times, about a second of work.
pub const DEFAULT_QUEUE: NonZeroUsize = NonZeroUsize::new(8).expect("eight is not zero");

/// Requests whose bodies may be on their way while the line is full: each may hold as much memory as a body may have.
const BEING_READ: usize = 8;

/// A model that is being loaded, or serves, or has failed. Clones are handles to the same model.
#[derive(Debug, Clone)]
pub struct ModelService {
    queue: SyncSender<Task>,
    report: Arc<watch::Sender<Health>>,
    under_way: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

/// What `/ping` knows of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Its files are being read.
    Loading,
    /// It answers.
    Ready {
        /// What makes the forecasts.
        version: Arc<str>,
        /// The horizons it answers, ascending.
        horizons: Arc<[Horizon]>,
        /// Why a later artefact was not taken; `None` where there was none, or it was.
        refused: Option<Arc<str>>,
    },
    /// It could not be loaded, or has panicked: there are no answers until another one is put in its place.
    Failed {
        /// Why.
        reason: Arc<str>,
    },
}

/// A forecast and what made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecasted {
    /// What made it.
    pub version: Arc<str>,
    /// Observations of each station that it wants.
    pub look_back: usize,
    /// The horizons of every station, ascending.
    pub horizons: Arc<[Horizon]>,
    /// One entry for each station of the request, in its order.
    pub stations: Vec<StationForecast>,
    /// What the model took, without the queue.
    pub took: Duration,
}

/// Why a request got no forecast.
#[derive(Debug, thiserror::Error)]
pub enum NotForecast {
    /// The model's files are still being read: the same request may succeed in a moment.
    #[error("the model is still loading")]
    Loading,
    /// There is no model to ask.
    #[error("no model: {0}")]
    NoModel(Arc<str>),
    /// As many requests wait as may: the same request may succeed in a moment.
    #[error("as many requests wait for the model as may: try again")]
    QueueFull,
    /// The model refused this request, or failed at it.
    #[error(transparent)]
    Refused(#[from] ForecastError),
}

impl ModelService {
    /// Starts the model's thread, which loads the model and then answers requests; returns at once.
    pub fn start<E: Display>(
        load: impl FnOnce() -> Result<Box<dyn Forecaster>, E> + Send + 'static,
        waiting: NonZeroUsize,
    ) -> Self {
        let (queue, tasks) = sync_channel(waiting.get());
        let service = Self {
            queue,
            report: Arc::new(watch::Sender::new(Health::Loading)),
            under_way: Arc::new(Semaphore::new(waiting.get() + 1 + BEING_READ)),
            metrics: Arc::new(Metrics::new(waiting)),
        };
        let (report, metrics) = (service.report.clone(), service.metrics.clone());
        let run = move || model_thread::run(load, &tasks, &report, &metrics);
        if let Err(error) = thread::Builder::new().name("model".to_owned()).spawn(run) {
            let reason = format!("its thread could not be started: {error}");
            service.report.send_replace(Health::failed(reason));
        }
        service
    }

    /// How the model is now.
    pub fn health(&self) -> Health {
        self.report.borrow().clone()
    }

    /// Waits until the model serves or has failed to load.
    pub async fn loaded(&self) -> Health {
        self.until(|health| *health != Health::Loading).await
    }

    /// Waits until the model's health is such.
    pub async fn until(&self, is_such: impl FnMut(&Health) -> bool) -> Health {
        let mut health = self.report.subscribe();
        let settled = health.wait_for(is_such).await.map(|health| health.clone());
        settled.expect("the service itself holds the sender")
    }

    /// Loads another model beside the one that serves and puts it in its place, behind the requests that wait already.
    /// Returns its version, or why all stays as it is.
    pub async fn replace<E: Display>(
        &self,
        load: impl FnOnce() -> Result<Box<dyn Forecaster>, E> + Send + 'static,
    ) -> Result<Arc<str>, Arc<str>> {
        let queue = self.queue.clone();
        let replaced = spawn_blocking(move || {
            let next = Loaded::by(load)?;
            let version = next.version.clone();
            let (done, taken) = oneshot::channel();
            let put = queue.send(Task::Replace(next, done)).ok();
            put.and_then(|()| taken.blocking_recv().ok()).ok_or("the model's thread has ended")?;
            Ok(version)
        });
        let outcome = replaced.await.unwrap_or_else(|error| Err(error.to_string().into()));
        self.metrics.reloaded(outcome.is_ok());
        if let Err(reason) = &outcome {
            self.report.send_modify(|health| health.refuse(reason));
        }
        outcome
    }

    /// Room for one more request, to be held until it is answered.
    pub(crate) fn admit(&self) -> Result<OwnedSemaphorePermit, NotForecast> {
        self.under_way.clone().try_acquire_owned().map_err(|_| NotForecast::QueueFull)
    }

    /// Puts a request in line and waits for its forecast.
    pub async fn forecast(&self, request: ForecastRequest) -> Result<Forecasted, NotForecast> {
        match self.health() {
            Health::Loading => return Err(NotForecast::Loading),
            Health::Failed { reason } => return Err(NotForecast::NoModel(reason)),
            Health::Ready { .. } => {}
        }
        let (reply, answer) = oneshot::channel();
        self.metrics.joined_the_queue();
        self.queue.try_send(Task::Forecast(Job { request, reply })).map_err(|error| {
            self.metrics.left_the_queue();
            match error {
                TrySendError::Full(_) => NotForecast::QueueFull,
                TrySendError::Disconnected(_) => self.stopped(),
            }
        })?;
        let forecasted = answer.await.map_err(|_| self.stopped())??;
        self.metrics.forecast(forecasted.stations.len(), forecasted.took);
        Ok(forecasted)
    }

    /// What the service has counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn stopped(&self) -> NotForecast {
        match self.health() {
            Health::Failed { reason } => NotForecast::NoModel(reason),
            Health::Loading | Health::Ready { .. } => NotForecast::NoModel("its thread has ended".into()),
        }
    }
}

impl Health {
    pub(crate) fn failed(reason: impl Into<Arc<str>>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    /// Whether the model answers.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready { .. })
    }

    fn refuse(&mut self, why: &Arc<str>) {
        match self {
            Self::Ready { refused, .. } => *refused = Some(why.clone()),
            Self::Failed { reason } => *reason = why.clone(),
            Self::Loading => {}
        }
    }
}
