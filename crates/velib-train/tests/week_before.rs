//! A model that was trained blind to the week before, and begins to see it.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::path::PathBuf;

use indicatif::ProgressBar;
use toytown::{lake_with, small_plan};
use velib_forecast::Forecaster;
use velib_model::ModelForecaster;
use velib_train::{FitPlan, TrainError, fit_to_file, read_history};

#[tokio::test]
async fn a_model_that_begins_to_see_the_week_before_answers_as_before_until_it_has_learned() {
    let folder = tempfile::tempdir().unwrap();
    let [blind, opened, learned] = ["blind", "opened", "learned"].map(|name| folder.path().join(name));
    let source = lake_with(12).await;
    let plan = FitPlan { epochs: 2, rows_per_epoch: 1_000, validation_rows: 200, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &blind).await.unwrap();
    let seeing = FitPlan { week_before: true, seed: 2, ..plan };
    let standing = FitPlan { epochs: 1, learning_rate: 0.0, ..seeing };
    fit_to_file(&source, &standing, Some(&blind), None, &opened).await.unwrap();
    fit_to_file(&source, &seeing, Some(&blind), None, &learned).await.unwrap();

    let (eligibility, bar) = (source.rules.eligibility(), ProgressBar::hidden());
    let city = read_history(&source.lake, &source.system, eligibility, &bar).await.unwrap();
    let protocol = source.rules.protocol(&city).unwrap();
    let (_, told) = protocol.request(&city, 240, 25);
    assert!(told.stations.iter().all(|station| station.bikes_week_before.iter().all(Option::is_some)));
    let mut silent = told.clone();
    silent.stations.iter_mut().for_each(|station| station.bikes_week_before.clear());
    let forecasts = |model: &PathBuf| {
        let mut model = ModelForecaster::open(model).unwrap();
        [&told, &silent].map(|request| model.forecast(request).unwrap())
    };
    let [[before, unseen], [as_before, as_silent], [of_told, of_silent]] =
        [&blind, &opened, &learned].map(forecasts);
    assert!(before == unseen, "who is blind to it is told nothing by it");
    assert!(before == as_before && as_before == as_silent, "what is not learned yet counts for nothing");
    assert!(of_told != of_silent, "what is learned counts");
}

#[tokio::test]
async fn what_was_learned_with_the_weather_has_no_place_for_the_week_before() {
    let folder = tempfile::tempdir().unwrap();
    let [wet, out] = ["wet", "out"].map(|name| folder.path().join(name));
    let source = lake_with(8).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 500, validation_rows: 200, ..small_plan() };
    let seeing = FitPlan { weather: true, ..plan };
    fit_to_file(&source, &seeing, None, None, &wet).await.unwrap();
    let both = FitPlan { week_before: true, ..plan };
    let refused = fit_to_file(&source, &both, Some(&wet), None, &out).await.unwrap_err();
    assert!(matches!(refused, TrainError::WeatherFirst), "{refused}");
}
