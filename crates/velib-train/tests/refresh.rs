//! A model kept young without training: its network stays, what is usual is that of the days it is given.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::{fs, path::Path};

use toytown::{lake_with, small_plan};
use velib_model::Artefact;
use velib_train::{
    Beside, Comparison, DataSource, DayRange, FitPlan, Refreshed, TrainError, UsualWeek, Verdict,
    compare_refreshed, evaluate_file, fit_to_file, refresh_file,
};

async fn refreshed(source: &DataSource, days: &str, from: &Path, to: &Path) -> Result<Refreshed, TrainError> {
    let days: DayRange = days.parse().unwrap();
    refresh_file(&source.lake, &source.system, &[days], None, from, to).await
}

#[tokio::test]
async fn what_is_usual_is_learned_anew_and_the_network_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new, again] = ["old", "new", "again"].map(|name| folder.path().join(name));
    let source = lake_with(12).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &old).await.unwrap();
    let told = refreshed(&source, "2024-03-06..2024-03-15", &old, &new).await.unwrap();
    let [before, after] = [&old, &new].map(|path| Artefact::load(path).unwrap());
    assert_eq!(
        (before.weights, before.manifest.blend.weights),
        (after.weights, after.manifest.blend.weights)
    );
    assert_ne!(before.profile, after.profile);
    assert_ne!(before.table, after.table);
    assert_eq!((told.stations, told.stations_kept), (24, 0));
    assert!(after.manifest.version.starts_with("lstm-2024-03-15-"), "{}", after.manifest.version);
    let week = after.manifest.usual_week.unwrap();
    assert_eq!((week.from, week.to), (told.usual_week.from, told.usual_week.to));
    assert_eq!(week.from.to_string(), "2024-03-05T23:00:00Z", "the days are those of the city");
    assert_eq!(week.observations, 240 * 24);
    assert!(after.manifest.metrics.is_empty(), "scores of another usual week are none of this one");
    refreshed(&source, "2024-03-06..2024-03-15", &old, &again).await.unwrap();
    assert_eq!(fs::read(&new).unwrap(), fs::read(&again).unwrap(), "the same days make the same bytes");
}

#[tokio::test]
async fn a_station_that_the_days_do_not_show_keeps_its_week() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
    let source = lake_with(9).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &old).await.unwrap();
    let mut model = Artefact::load(&old).unwrap();
    let mut weeks = model.profile.stations().to_vec();
    let closed = velib_domain::StationId::new("closed since");
    let place = velib_domain::LatLon { lat: 48.9, lon: 2.4 };
    weeks.push(velib_forecast::profile::StationProfile {
        station_id: closed.clone(),
        position: place,
        ..weeks[0].clone()
    });
    model.profile = velib_forecast::Profile::new(weeks);
    model.save().unwrap();
    let told = refreshed(&source, "2024-03-04..2024-03-12", &old, &new).await.unwrap();
    assert_eq!((told.stations, told.stations_kept), (24, 1));
    let kept = Artefact::load(&new).unwrap().profile;
    assert_eq!(kept.station(&closed, place), Artefact::load(&old).unwrap().profile.station(&closed, place));
}

#[tokio::test]
async fn a_model_judged_refreshed_is_the_model_refreshed_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
    let source = lake_with(12).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &old).await.unwrap();
    // Training days of twelve, by time: all but the last four.
    refreshed(&source, "2024-03-04..2024-03-11", &old, &new).await.unwrap();
    let judged = async |model, week| evaluate_file(&source, model, &[], week, Beside::Simple).await.unwrap();
    let of_file = judged(&new, UsualWeek::Own).await;
    let on_the_way = judged(&old, UsualWeek::OfTrainingDays).await;
    let mae = |evaluation: &velib_train::Evaluation| -> Vec<f64> {
        let own = evaluation.metrics.iter().filter(|line| line.forecaster.starts_with("lstm"));
        own.map(|line| line.scores.bikes.mae).collect()
    };
    let (of_file, on_the_way) = (mae(&of_file), mae(&on_the_way));
    assert_eq!(of_file.len(), 6);
    assert_eq!(of_file, on_the_way);
}

#[tokio::test]
async fn a_usual_week_needs_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
    let source = lake_with(9).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &old).await.unwrap();
    let error = refreshed(&source, "2024-03-06..2024-03-08", &old, &new).await.unwrap_err().to_string();
    assert!(error.contains("3 days") && error.contains("7 are needed"), "{error}");
}

async fn proved(source: &DataSource, days: &str, on: &str, model: &Path) -> Result<Comparison, TrainError> {
    let [days, on]: [DayRange; 2] = [days, on].map(|days| days.parse().unwrap());
    compare_refreshed(&source.lake, &source.system, &[days], None, model, &on).await
}

#[tokio::test]
async fn a_younger_week_is_proved_on_days_it_has_not_learned_from() {
    let folder = tempfile::tempdir().unwrap();
    let [model, forgot] = ["model", "forgot"].map(|name| folder.path().join(name));
    let source = lake_with(14).await;
    fit_to_file(&source, &small_plan(), None, None, &model).await.unwrap();
    let own = refreshed(&source, "2024-03-04..2024-03-13", &model, &model).await.unwrap();
    let again = proved(&source, "2024-03-04..2024-03-13", "2024-03-14..2024-03-17", &model).await.unwrap();
    assert_eq!(again.old, own.version);
    assert_eq!(again.verdict, Verdict::CannotTell, "the week it has:\n{again}");

    // Another city's habits, that is those of other hours, are in the file: what the days teach is better.
    let mut other = Artefact::load(&model).unwrap();
    let weeks = other.profile.stations().iter().cloned().map(|mut week| {
        week.hours.rotate_left(9);
        week
    });
    other.profile = velib_forecast::Profile::new(weeks.collect());
    other.path.clone_from(&forgot);
    other.save().unwrap();
    let bytes = fs::read(&forgot).unwrap();
    let mended = proved(&source, "2024-03-04..2024-03-13", "2024-03-14..2024-03-17", &forgot).await.unwrap();
    assert_eq!(mended.verdict, Verdict::Better, "{mended}");
    assert!(mended.lines.iter().all(|line| line.fold == "test"), "{mended}");
    assert_eq!(fs::read(&forgot).unwrap(), bytes, "a proof writes nothing");
}

#[tokio::test]
async fn no_week_is_proved_on_days_it_learned_from() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    let source = lake_with(12).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &model).await.unwrap();
    let told = proved(&source, "2024-03-04..2024-03-13", "2024-03-13..2024-03-15", &model).await;
    assert_eq!(
        told.unwrap_err().to_string(),
        "2024-03-13..2024-03-15 begins before 2024-03-04..2024-03-13 ends: prove a week on days after those it learned from"
    );
}
