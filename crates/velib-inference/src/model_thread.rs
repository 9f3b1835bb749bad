//! The model on one thread of its own, behind a bounded queue.
//!
//! A native model blocks and wants one caller, so it gets an operating-system thread, and requests wait in line for
//! it. The line is short: past its end a request is refused at once, because an answer that comes too late for its
//! caller only delays the next one. A caller that has hung up is passed over.

use std::{
    fmt::Display,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Instant,
};

use tokio::sync::{oneshot, watch};
use velib_forecast::{ForecastError, ForecastRequest, Forecaster, Horizon, StationForecast};

/// Requests that wait at most, beside the one being answered: all of Paris eight times, about two seconds of work.
pub const DEFAULT_QUEUE: NonZeroUsize = NonZeroUsize::new(8).expect("eight is not zero");

/// A model that is being loaded, or serves, or has failed. Clones are handles to the same model.
#[derive(Debug, Clone)]
pub struct ModelService {
    queue: SyncSender<Job>,
    health: watch::Receiver<Health>,
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
    },
    /// It could not be loaded, or its thread has died: it will not answer again.
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
    /// The horizons of every station, ascending.
    pub horizons: Arc<[Horizon]>,
    /// One entry for each station of the request, in its order.
    pub stations: Vec<StationForecast>,
    /// Milliseconds that the model took, to the microsecond, without the queue.
    pub took_ms: f64,
}

/// Why a request got no forecast.
#[derive(Debug, thiserror::Error)]
pub enum NotForecast {
    /// The model's files are still being read: the same request may succeed in a moment.
    #[error("the model is still loading")]
    Loading,
    /// There is no model to ask, and there will be none.
    #[error("no model: {0}")]
    NoModel(Arc<str>),
    /// As many requests wait as may: the same request may succeed in a moment.
    #[error("as many requests wait for the model as may: try again")]
    QueueFull,
    /// The model refused this request, or failed at it.
    #[error(transparent)]
    Refused(#[from] ForecastError),
}

/// One request in line.
struct Job {
    request: ForecastRequest,
    reply: oneshot::Sender<Result<(Vec<StationForecast>, f64), NotForecast>>,
}

impl ModelService {
    /// Starts the model's thread, which loads the model and then answers requests; returns at once.
    pub fn start<E: Display>(
        load: impl FnOnce() -> Result<Box<dyn Forecaster>, E> + Send + 'static,
        waiting: NonZeroUsize,
    ) -> Self {
        let (queue, jobs) = sync_channel(waiting.get());
        let (report, health) = watch::channel(Health::Loading);
        let unstarted = report.clone();
        let started =
            thread::Builder::new().name("model".to_owned()).spawn(move || run(load, &jobs, &report));
        if let Err(error) = started {
            unstarted.send_replace(Health::failed(format!("its thread could not be started: {error}")));
        }
        Self { queue, health }
    }

    /// How the model is now.
    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Waits until the model serves or has failed to load.
    pub async fn loaded(&self) -> Health {
        let mut health = self.health.clone();
        let settled = health.wait_for(|health| *health != Health::Loading).await;
        settled.map_or_else(|_| Health::failed("its thread ended while loading"), |health| health.clone())
    }

    /// Puts a request in line and waits for its forecast.
    pub async fn forecast(&self, request: ForecastRequest) -> Result<Forecasted, NotForecast> {
        let (version, horizons) = match self.health() {
            Health::Loading => return Err(NotForecast::Loading),
            Health::Failed { reason } => return Err(NotForecast::NoModel(reason)),
            Health::Ready { version, horizons } => (version, horizons),
        };
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Job { request, reply }).map_err(|error| match error {
            TrySendError::Full(_) => NotForecast::QueueFull,
            TrySendError::Disconnected(_) => self.stopped(),
        })?;
        let (stations, took_ms) = answer.await.map_err(|_| self.stopped())??;
        Ok(Forecasted { version, horizons, stations, took_ms })
    }

    fn stopped(&self) -> NotForecast {
        match self.health() {
            Health::Failed { reason } => NotForecast::NoModel(reason),
            Health::Loading | Health::Ready { .. } => NotForecast::NoModel("its thread has ended".into()),
        }
    }
}

impl Health {
    fn failed(reason: impl Into<Arc<str>>) -> Self {
        Self::Failed { reason: reason.into() }
    }
}

/// The life of the model's thread: load, say how that went, answer until nobody can ask any more.
fn run<E: Display>(
    load: impl FnOnce() -> Result<Box<dyn Forecaster>, E>,
    jobs: &Receiver<Job>,
    report: &watch::Sender<Health>,
) {
    let ended = match catch_unwind(AssertUnwindSafe(load)) {
        Ok(Ok(mut model)) => {
            let (version, horizons) = (model.version().into(), model.horizons().into());
            report.send_replace(Health::Ready { version, horizons });
            answer(model.as_mut(), jobs, report);
            return;
        }
        Ok(Err(error)) => Health::failed(error.to_string()),
        Err(_) => Health::failed("loading it panicked; the log says where"),
    };
    report.send_replace(ended);
}

/// Answers requests in their order, until the service is dropped or the model panics. The failure is reported before
/// the caller hears of it, so that no `/ping` after a lost answer still says that all is well.
fn answer(model: &mut dyn Forecaster, jobs: &Receiver<Job>, report: &watch::Sender<Health>) {
    for job in jobs {
        if job.reply.is_closed() {
            continue;
        }
        let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| timed(model, &job.request))) else {
            report.send_replace(Health::failed("it panicked at a request; the log says where"));
            return;
        };
        // A caller that hung up while the model worked needs no answer.
        let _ = job.reply.send(outcome.map_err(NotForecast::from));
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the model took is what is measured here")]
fn timed(
    model: &mut dyn Forecaster,
    request: &ForecastRequest,
) -> Result<(Vec<StationForecast>, f64), ForecastError> {
    let started = Instant::now();
    let stations = model.forecast(request)?;
    let took_ms = started.elapsed().as_micros() as f64 / 1_000.0;
    let (asked, answered) = (request.stations.len(), stations.len());
    if asked != answered {
        return Err(ForecastError::Model(format!("it answered {answered} stations of {asked}")));
    }
    Ok((stations, took_ms))
}
