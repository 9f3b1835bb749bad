//! The life of the thread that owns the model: load, answer in order, take another model when one is handed over.
//!
//! A native model blocks and wants one caller, so it gets an operating-system thread. A model that panics is gone, and
//! the thread stays: another model may take its place. A caller that has hung up is passed over.

use std::{
    fmt::Display,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc::Receiver},
    time::Instant,
};

use tokio::sync::{oneshot, watch};
use velib_forecast::{ForecastError, ForecastRequest, Forecaster, Horizon};

use crate::{
    metrics::Metrics,
    model_service::{Forecasted, Health, NotForecast},
};

/// What stands in line.
pub(crate) enum Task {
    /// A request to answer.
    Forecast(Job),
    /// A model that takes the place of the one before; the sender hears when it has.
    Replace(Loaded, oneshot::Sender<()>),
}

/// One request in line.
pub(crate) struct Job {
    pub(crate) request: ForecastRequest,
    pub(crate) reply: oneshot::Sender<Result<Forecasted, NotForecast>>,
}

/// A model ready to answer.
pub(crate) struct Loaded {
    model: Box<dyn Forecaster>,
    pub(crate) version: Arc<str>,
    horizons: Arc<[Horizon]>,
}

impl Loaded {
    /// Loads a model; says why there is none.
    pub(crate) fn by<E: Display>(
        load: impl FnOnce() -> Result<Box<dyn Forecaster>, E>,
    ) -> Result<Self, Arc<str>> {
        match catch_unwind(AssertUnwindSafe(load)) {
            Ok(Ok(model)) => {
                Ok(Self { version: model.version().into(), horizons: model.horizons().into(), model })
            }
            Ok(Err(error)) => Err(error.to_string().into()),
            Err(_) => Err("loading it panicked; the log says where".into()),
        }
    }

    fn health(&self) -> Health {
        Health::Ready { version: self.version.clone(), horizons: self.horizons.clone(), refused: None }
    }

    #[expect(clippy::disallowed_methods, reason = "how long the model took is what is measured here")]
    fn forecast(&mut self, request: &ForecastRequest) -> Result<Forecasted, ForecastError> {
        let started = Instant::now();
        let stations = self.model.forecast(request)?;
        let took = started.elapsed();
        let (asked, answered) = (request.stations.len(), stations.len());
        if asked != answered {
            return Err(ForecastError::Model(format!("it answered {answered} stations of {asked}")));
        }
        Ok(Forecasted {
            version: self.version.clone(),
            look_back: self.model.look_back(),
            horizons: self.horizons.clone(),
            stations,
            took,
        })
    }
}

/// Loads the first model, says how that went, and does what stands in line until nobody can ask any more.
pub(crate) fn run<E: Display>(
    load: impl FnOnce() -> Result<Box<dyn Forecaster>, E>,
    tasks: &Receiver<Task>,
    report: &watch::Sender<Health>,
    metrics: &Metrics,
) {
    let mut current = Loaded::by(load);
    report
        .send_replace(current.as_ref().map_or_else(|reason| Health::failed(reason.clone()), Loaded::health));
    for task in tasks {
        match task {
            Task::Replace(next, done) => {
                report.send_replace(next.health());
                current = Ok(next);
                // Whoever handed it over need not have waited.
                let _ = done.send(());
            }
            Task::Forecast(job) => {
                metrics.left_the_queue();
                if let (Ok(model), false) = (&mut current, job.reply.is_closed())
                    && let Err(reason) = answer(model, job, report)
                {
                    current = Err(reason);
                }
            }
        }
    }
}

/// Answers one request. A panic is reported before the caller hears of it, so that no `/ping` after a lost answer still
/// says that all is well.
fn answer(model: &mut Loaded, job: Job, report: &watch::Sender<Health>) -> Result<(), Arc<str>> {
    let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| model.forecast(&job.request))) else {
        let reason: Arc<str> = "it panicked at a request; the log says where".into();
        report.send_replace(Health::failed(reason.clone()));
        return Err(reason);
    };
    // A caller that hung up while the model worked needs no answer.
    let _ = job.reply.send(outcome.map_err(NotForecast::from));
    Ok(())
}
