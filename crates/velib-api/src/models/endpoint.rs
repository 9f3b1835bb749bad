//! The model's endpoint, which may have to start first: whoever asks waits for a moment, and the call goes on without them.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use velib_aws::SageMakerForecaster;
use velib_domain::Timestamp;
use velib_forecast::{ForecastRequest, ModelAnswer};

use super::NoForecast;

/// An endpoint, of which one thing at a time is asked.
pub(super) struct Endpoint {
    client: SageMakerForecaster,
    /// How long a request waits.
    patience: Duration,
    call: Arc<Mutex<Call>>,
    /// Slots that its model wants, by its newest answer; 0 where it has told none.
    look_back: Arc<AtomicUsize>,
}

/// What became of the newest call.
#[derive(Default)]
enum Call {
    /// There is none, or its answer was taken.
    #[default]
    None,
    Running,
    /// It ended. The forecasts asked for start from this status.
    Ended(Timestamp, Result<ModelAnswer, String>),
}

impl Endpoint {
    pub(super) fn new(client: SageMakerForecaster, patience: Duration) -> Self {
        Self { client, patience, call: Arc::default(), look_back: Arc::default() }
    }

    pub(super) fn look_back(&self) -> usize {
        self.look_back.load(Ordering::Relaxed)
    }

    /// The answer, if it comes soon enough or came since it was asked for.
    pub(super) async fn ask(&self, request: &ForecastRequest) -> Result<ModelAnswer, NoForecast> {
        if let Some(known) = self.known(request.issued_at) {
            return known;
        }
        let (client, call, request) = (self.client.clone(), Arc::clone(&self.call), request.clone());
        let (issued_at, look_back) = (request.issued_at, Arc::clone(&self.look_back));
        let asking = tokio::spawn(async move {
            let answer = client.forecast(&request).await.map_err(|error| error.to_string());
            if let Ok(ModelAnswer { look_back: Some(slots), .. }) = &answer {
                look_back.store(*slots, Ordering::Relaxed);
            }
            *call.lock().unwrap_or_else(PoisonError::into_inner) = Call::Ended(issued_at, answer);
        });
        // Whether it ended is told by what it left; when it did not, it goes on.
        let _ = tokio::time::timeout(self.patience, asking).await;
        self.known(issued_at).unwrap_or_else(|| Err(self.late()))
    }

    /// What the newest call tells of forecasts from a status; `None`, and a call begun, where it tells nothing.
    fn known(&self, issued_at: Timestamp) -> Option<Result<ModelAnswer, NoForecast>> {
        let mut call = self.call.lock().unwrap_or_else(PoisonError::into_inner);
        match mem::replace(&mut *call, Call::Running) {
            Call::Running => Some(Err(self.late())),
            Call::Ended(of, answer) if of == issued_at => {
                *call = Call::None;
                Some(answer.map_err(NoForecast::failed))
            }
            Call::None | Call::Ended(..) => None,
        }
    }

    fn late(&self) -> NoForecast {
        let patience = self.patience.as_millis();
        let reason = format!("the endpoint has not answered within {patience} ms: it may be starting");
        NoForecast { reason, is_late: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::{net::TcpListener, time::Instant};
    use velib_aws::InvokeTimeouts;
    use velib_domain::SignedDuration;

    use crate::MODEL_PATIENCE;

    /// The clock stands still but for timers, so that the time measured is the time waited for.
    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_starts_from_cold_costs_its_caller_the_usual_patience_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let limits = InvokeTimeouts { connect: Duration::from_mins(1), total: Duration::from_mins(1) };
        let client = SageMakerForecaster::with_timeouts("velib", Some(&url), limits).await;
        let endpoint = Endpoint::new(client, MODEL_PATIENCE);
        let request = ForecastRequest {
            issued_at: Timestamp::from_second(1_790_000_000).unwrap(),
            cadence: SignedDuration::from_hours(1),
            stations: Vec::new(),
            weather: Vec::new(),
        };
        for expected in [MODEL_PATIENCE, Duration::ZERO] {
            let since = Instant::now();
            let none = endpoint.ask(&request).await.unwrap_err();
            assert!(none.is_late, "{}", none.reason);
            assert!(since.elapsed().abs_diff(expected) <= Duration::from_millis(5), "{:?}", since.elapsed());
        }
    }
}
