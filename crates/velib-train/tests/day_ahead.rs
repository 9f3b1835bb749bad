//! A model judged beyond its last horizon, in a small city where every day is like the one before.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::{collections::BTreeSet, fs};

use toytown::{lake_with, small_plan};
use velib_train::{Beside, FitPlan, UsualWeek, evaluate_file, fit_to_file, page, write_report};

#[tokio::test]
async fn a_day_ahead_a_model_is_judged_beside_the_usual_week_the_last_count_and_the_day_before() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (lake_with(12).await, folder.path().join("model.tar.gz"));
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    let fitted = fit_to_file(&source, &plan, None, None, &out).await.unwrap();
    assert!(fitted.day_ahead.measured.is_empty() && !page(&fitted).contains("To a day ahead"));
    let judged = evaluate_file(&source, &out, &[], UsualWeek::Own, Beside::Simple).await.unwrap();
    let scores = &judged.day_ahead;
    let hours: Vec<(&str, i64, u64)> = scores
        .checks
        .iter()
        .filter(|line| line.fold == "test")
        .map(|line| (line.fold.as_str(), line.horizon_seconds / 3600, line.rows.bikes.rows))
        .collect();
    // 24 stations on a test day and at the midnight after it: as many origins as leave the truth within these.
    let rows = |ahead: u64| 24 * (25 - ahead);
    assert_eq!(hours, [("test", 6, rows(6)), ("test", 12, rows(12)), ("test", 24, rows(24))]);

    let of = |name: &str, hours: i64, metric: &str| {
        let line = scores.measured.iter().find(|line| {
            (line.fold.as_str(), line.horizon_seconds) == ("test", hours * 3600)
                && (line.forecaster.as_str(), line.metric.as_str()) == (name, metric)
        });
        line.unwrap().estimate.value
    };
    let mae = |name: &str, hours: i64| of(name, hours, "bikes_mae");
    let model = judged.version.as_str();
    for hours in [6, 12] {
        for knowing in [model, "climatology", "daily naive"] {
            let (mae, stood_still) = (mae(knowing, hours), mae("persistence", hours));
            assert!(mae < 0.5 * stood_still, "{knowing}, {hours} hours ahead: {mae} {stood_still}");
        }
    }
    // A day later everything is as it was: whoever says so is hard to beat, and the page does not hide it.
    assert!(mae("persistence", 24) < 0.2 * mae("persistence", 12), "{}", mae("persistence", 24));
    let judged_too: BTreeSet<&str> = scores.measured.iter().map(|line| line.forecaster.as_str()).collect();
    assert_eq!(judged_too, BTreeSet::from(["persistence", "table", "climatology", "daily naive", model]));

    let drawn = page(&judged);
    assert!(drawn.contains("To a day ahead") && drawn.contains("test days, +1440 min"));
    assert!(
        judged.to_string().contains("to a day ahead") && judged.to_string().contains("test days, +720 min")
    );
    write_report(&judged, folder.path()).unwrap();
    let table = folder.path().join("day-ahead.csv");
    assert_eq!(fs::read_to_string(&table).unwrap().lines().count(), 1 + scores.measured.len());
    // A fit judges nothing a day ahead: its report in the same folder has no table of it, not even that of before.
    for _ in ["over the other", "over itself"] {
        write_report(&fitted, folder.path()).unwrap();
        assert!(!table.exists());
    }
}

#[tokio::test]
async fn whoever_asks_about_minutes_is_told_nothing_of_a_day_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (lake_with(6).await, folder.path().join("model.tar.gz"));
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &out).await.unwrap();
    let judged = evaluate_file(&source, &out, &[90], UsualWeek::Own, Beside::Simple).await.unwrap();
    assert!(judged.day_ahead.measured.is_empty() && !judged.to_string().contains("to a day ahead"));
}
