//! A model that was trained blind to the weather, and begins to see it.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::path::PathBuf;

use indicatif::ProgressBar;
use toytown::{lake_with, small_plan};
use velib_domain::{Hour, SignedDuration, Timestamp, Weather, WeatherHour, WeatherOrigin};
use velib_forecast::Forecaster;
use velib_model::ModelForecaster;
use velib_train::{DataSource, FitPlan, fit_to_file, read_history};

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

#[tokio::test]
async fn a_model_that_begins_to_see_the_weather_answers_as_before_until_it_has_learned() {
    let folder = tempfile::tempdir().unwrap();
    let [blind, opened, learned] = ["blind", "opened", "learned"].map(|name| folder.path().join(name));
    let source = lake_with(8).await;
    let_it_rain(&source, 8).await;
    let plan = FitPlan { epochs: 2, rows_per_epoch: 1_000, validation_rows: 200, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &blind).await.unwrap();
    let seeing = FitPlan { weather: true, seed: 2, ..plan };
    let standing = FitPlan { epochs: 1, learning_rate: 0.0, ..seeing };
    fit_to_file(&source, &standing, Some(&blind), None, &opened).await.unwrap();
    fit_to_file(&source, &seeing, Some(&blind), None, &learned).await.unwrap();

    let (eligibility, bar) = (source.rules.eligibility(), ProgressBar::hidden());
    let city = read_history(&source.lake, &source.system, eligibility, &bar).await.unwrap();
    let protocol = source.rules.protocol(&city).unwrap();
    let (_, wet) = protocol.request(&city, 120, 25);
    assert!(wet.weather.iter().any(|hour| hour.precipitation_mm == Some(3.0)), "{:?}", wet.weather);
    let mut dry = wet.clone();
    dry.weather.iter_mut().for_each(|hour| hour.precipitation_mm = Some(0.0));
    let mut silent = wet.clone();
    silent.weather.clear();
    let forecasts = |model: &PathBuf| {
        let mut model = ModelForecaster::open(model).unwrap();
        [&wet, &dry, &silent].map(|request| model.forecast(request).unwrap())
    };
    let [[before, ..], [as_before, as_dry, _], [of_wet, of_dry, of_silent]] =
        [&blind, &opened, &learned].map(forecasts);
    assert!(before == as_before && as_before == as_dry, "what is not learned yet counts for nothing");
    assert!(of_wet != of_dry && of_wet != of_silent, "what is learned counts");
}
