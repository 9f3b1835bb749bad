//! Models that were trained blind to the weather, or to the week before, and begin to see it.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use toytown::{lake_with, small_plan};
use velib_domain::{Hour, SignedDuration, Timestamp, Weather, WeatherHour, WeatherOrigin};
use velib_forecast::{ForecastRequest, Forecaster, StationForecast, protocol::CityHistory};
use velib_model::ModelForecaster;
use velib_train::{DataSource, FitPlan, TrainError, fit_to_file, read_history};

/// Rain at every seventh hour of so many days.
async fn let_it_rain(source: &DataSource, days: i64) {
    let start: Timestamp = "2024-03-04T00:00:00Z".parse().unwrap();
    for day in 0..days {
        let hour = |hour: i64| {
            let precipitation_mm = Some(if (24 * day + hour) % 7 == 0 { 3.0 } else { 0.0 });
            WeatherHour {
                valid_at: start + SignedDuration::from_hours(24 * day + hour),
                origin: WeatherOrigin::Reanalysis,
                weather: Weather { precipitation_mm, ..Weather::default() },
            }
        };
        let rows: Vec<WeatherHour> = (0..24).map(hour).collect();
        let date = Hour::containing(rows[0].valid_at).civil().date();
        source.lake.merge_reanalysis(&source.system, date, &rows).await.unwrap();
    }
}

/// A blind model, the same that has begun to see and learned nothing yet, and one that has learned.
async fn blind_opened_learned(
    source: &DataSource,
    folder: &Path,
    see: impl FnOnce(&mut FitPlan),
) -> [PathBuf; 3] {
    let [blind, opened, learned] = ["blind", "opened", "learned"].map(|name| folder.join(name));
    // Steps enough for the mean of the weights to have left where it began.
    let plan = FitPlan { epochs: 2, rows_per_epoch: 4_000, validation_rows: 200, ..small_plan() };
    fit_to_file(source, &plan, None, None, &blind).await.unwrap();
    let mut seeing = FitPlan { seed: 2, ..plan };
    see(&mut seeing);
    let standing = FitPlan { epochs: 1, learning_rate: 0.0, ..seeing };
    fit_to_file(source, &standing, Some(&blind), None, &opened).await.unwrap();
    fit_to_file(source, &seeing, Some(&blind), None, &learned).await.unwrap();
    [blind, opened, learned]
}

async fn history(source: &DataSource) -> CityHistory {
    let (eligibility, bar) = (source.rules.eligibility(), ProgressBar::hidden());
    read_history(&source.lake, &source.system, eligibility, &bar).await.unwrap()
}

fn forecasts<const N: usize>(model: &Path, requests: [&ForecastRequest; N]) -> [Vec<StationForecast>; N] {
    let mut model = ModelForecaster::open(model).unwrap();
    requests.map(|request| model.forecast(request).unwrap())
}

#[tokio::test]
async fn a_model_that_begins_to_see_the_weather_answers_as_before_until_it_has_learned() {
    let source = lake_with(8).await;
    let_it_rain(&source, 8).await;
    let folder = tempfile::tempdir().unwrap();
    let models = blind_opened_learned(&source, folder.path(), |plan| plan.weather = true).await;

    let city = history(&source).await;
    let protocol = source.rules.protocol(&city).unwrap();
    let (_, wet) = protocol.request(&city, 120, 25);
    assert!(wet.weather.iter().any(|hour| hour.precipitation_mm == Some(3.0)), "{:?}", wet.weather);
    let mut dry = wet.clone();
    dry.weather.iter_mut().for_each(|hour| hour.precipitation_mm = Some(0.0));
    let mut silent = wet.clone();
    silent.weather.clear();
    let [[before, ..], [as_before, as_dry, _], [of_wet, of_dry, of_silent]] =
        models.each_ref().map(|model| forecasts(model, [&wet, &dry, &silent]));
    assert!(before == as_before && as_before == as_dry, "what is not learned yet counts for nothing");
    assert!(of_wet != of_dry && of_wet != of_silent, "what is learned counts");
}

#[tokio::test]
async fn a_model_that_begins_to_see_the_week_before_answers_as_before_until_it_has_learned() {
    let source = lake_with(12).await;
    let folder = tempfile::tempdir().unwrap();
    let models = blind_opened_learned(&source, folder.path(), |plan| plan.week_before = true).await;

    let city = history(&source).await;
    let protocol = source.rules.protocol(&city).unwrap();
    let (_, told) = protocol.request(&city, 240, 25);
    assert!(told.stations.iter().all(|station| station.bikes_week_before.iter().all(Option::is_some)));
    let mut silent = told.clone();
    silent.stations.iter_mut().for_each(|station| station.bikes_week_before.clear());
    let [[before, unseen], [as_before, as_silent], [of_told, of_silent]] =
        models.each_ref().map(|model| forecasts(model, [&told, &silent]));
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
