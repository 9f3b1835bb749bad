//! Another model in the place of the one that serves: taken when it loads, refused when it does not.

use std::{fs, time::Duration};

use axum::http::StatusCode;
use serde_json::{Value, json};
use velib_forecast::{ForecastError, ForecastRequest, Forecaster, Horizon, Persistence, StationForecast};
use velib_inference::{
    DEFAULT_QUEUE, ModelService,
    reload::{Watch, keep_current},
    router,
};

use crate::scene::{Scripted, invoke, json_of, one_station, ping};

/// Persistence under another name.
struct Named(&'static str);

impl Forecaster for Named {
    fn version(&self) -> &str {
        self.0
    }

    fn look_back(&self) -> usize {
        Persistence.look_back()
    }

    fn horizons(&self) -> &[Horizon] {
        const { &[Horizon::from_hours(1), Horizon::from_hours(2), Horizon::from_hours(3)] }
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Persistence.forecast(request)
    }
}

fn loading(model: impl Forecaster + 'static) -> impl FnOnce() -> Result<Box<dyn Forecaster>, String> {
    move || Ok(Box::new(model))
}

async fn version_that_answers(service: &ModelService) -> Value {
    let (status, _, body) = invoke(&router(service.clone()), one_station().to_string()).await;
    assert_eq!(status, StatusCode::OK);
    json_of(&body)["model_version"].clone()
}

#[tokio::test]
async fn a_model_that_loads_takes_the_place_of_the_one_before() {
    let service = ModelService::start(loading(Named("first")), DEFAULT_QUEUE);
    service.loaded().await;
    assert_eq!(version_that_answers(&service).await, "first");
    assert_eq!(service.replace(loading(Named("second"))).await, Ok("second".into()));
    assert_eq!(version_that_answers(&service).await, "second");
    let pinged = ping(&router(service)).await;
    assert_eq!(pinged, (StatusCode::OK, json!({"status": "ready", "model_version": "second"})));
}

#[tokio::test]
async fn a_model_that_does_not_load_leaves_the_one_before_and_ping_says_why() {
    let service = ModelService::start(loading(Named("first")), DEFAULT_QUEUE);
    service.loaded().await;
    let refused = service.replace(|| Err::<Box<dyn Forecaster>, _>("it has no manifest.json")).await;
    assert_eq!(refused, Err("it has no manifest.json".into()));
    assert_eq!(version_that_answers(&service).await, "first");
    let expect =
        json!({"status": "ready", "model_version": "first", "refused_model": "it has no manifest.json"});
    assert_eq!(ping(&router(service.clone())).await, (StatusCode::OK, expect));

    let broken = || -> Result<Box<dyn Forecaster>, String> { panic!("loading breaks here on purpose") };
    assert!(service.replace(broken).await.unwrap_err().contains("panicked"));
    assert_eq!(version_that_answers(&service).await, "first");
}

#[tokio::test]
async fn a_model_that_loads_is_told_without_the_refusal_of_the_one_before_it() {
    let service = ModelService::start(loading(Named("first")), DEFAULT_QUEUE);
    service.loaded().await;
    service.replace(|| Err::<Box<dyn Forecaster>, _>("damaged")).await.unwrap_err();
    service.replace(loading(Named("third"))).await.unwrap();
    let pinged = ping(&router(service)).await;
    assert_eq!(pinged, (StatusCode::OK, json!({"status": "ready", "model_version": "third"})));
}

#[tokio::test]
async fn a_service_whose_model_panicked_is_well_again_with_another_one() {
    let panics = Scripted(|_: &ForecastRequest| panic!("the model breaks here on purpose"));
    let service = ModelService::start(loading(panics), DEFAULT_QUEUE);
    service.loaded().await;
    let app = router(service.clone());
    assert_eq!(invoke(&app, one_station().to_string()).await.0, StatusCode::SERVICE_UNAVAILABLE);
    service.replace(loading(Named("second"))).await.unwrap();
    assert_eq!(version_that_answers(&service).await, "second");
}

#[tokio::test]
async fn a_service_that_began_without_a_model_takes_the_one_that_comes() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("model");
    let load = {
        let place = place.clone();
        move || match fs::read_to_string(&place) {
            Ok(text) if text == "a model" => Ok(Box::new(Named("came later")) as Box<dyn Forecaster>),
            Ok(_) => Err("damaged".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    };
    let service = ModelService::start(load.clone(), DEFAULT_QUEUE);
    assert!(!service.loaded().await.is_ready());
    let watch = Watch::new(place.clone());
    let looking = tokio::spawn(keep_current(service.clone(), watch, load, Duration::from_millis(1)));

    fs::write(&place, "no model").unwrap();
    service.until(|health| format!("{health:?}").contains("damaged")).await;
    fs::write(&place, "a model").unwrap();
    service.until(velib_inference::Health::is_ready).await;
    assert_eq!(version_that_answers(&service).await, "came later");
    looking.abort();
}
