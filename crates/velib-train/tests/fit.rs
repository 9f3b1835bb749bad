//! Training from the lake to the file, on a small city with a rhythm that persistence cannot know.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::{collections::BTreeSet, fs, path::Path};

use indicatif::ProgressBar;
use toytown::{lake_with, small_plan};
use velib_forecast::{FeatureSpec, ProfileLearner, protocol::Fold};
use velib_lake::{HourObjects, Lake};
use velib_model::{Artefact, BlendRecord, NetworkShape, blend::TABLE};
use velib_train::{
    Beside, BoostedTrees, CODE_VERSION, Checkpoint, DataSource, Estimate, Evaluation, Fit, FitData, FitPlan,
    METRICS, TrainError, UsualWeek, Verdict, compare_files, evaluate_file, fit, fit_to_file, page as draw,
    read_evaluation, read_history, write_report,
};

#[tokio::test]
async fn a_city_with_a_rhythm_is_learned_and_persistence_beaten_on_later_days() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.tar.gz");
    let source = lake_with(12).await;
    let report = fit_to_file(&source, &small_plan(), None, None, &out).await.unwrap();
    let mae = |name: &str| -> Vec<f64> {
        report
            .metrics
            .iter()
            .filter(|line| line.forecaster == name)
            .map(|line| line.scores.bikes.mae)
            .collect()
    };
    let (ours, persistence) = (mae(&report.version), mae("persistence"));
    assert_eq!((ours.len(), persistence.len()), (6, 6), "three horizons on validation and test days");
    assert!(
        ours.iter().zip(&persistence).all(|(ours, theirs)| ours / theirs < 0.7),
        "{ours:?} {persistence:?}"
    );
    let alone = mae("network alone");
    assert!(
        alone.len() == 6 && alone != ours,
        "the network without the blend is judged on the same rows: {alone:?}"
    );
    let losses = &report.training.losses;
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(last.0 < first.0 && last.1 < first.1, "the loss falls: {losses:?}");
    let again = evaluate_file(&source, &out, &[], UsualWeek::Own, Beside::Trees).await.unwrap().metrics;
    let (trees, again): (Vec<_>, Vec<_>) =
        again.into_iter().partition(|line| line.forecaster == BoostedTrees::NAME);
    assert!(again == report.metrics, "judged again, the same model on the same rows gets the same scores");
    assert_eq!(trees.len(), 6, "beside trees, which a fit does not wait for");
    assert_eq!(velib_lstm::open(&out).unwrap().manifest().version, report.version);
    check_report(&report, folder.path());
    assert_eq!(report.together.len(), 3, "bikes and docks together, at each horizon on test days");
    assert!(report.to_string().contains("bikes and docks together"));
    let model = out.to_str().unwrap();
    let verdict = async |old, new| compare_files(&source, old, new, UsualWeek::Own).await.unwrap().verdict;
    assert_eq!(verdict("persistence", model).await, Verdict::Better);
    assert_eq!(verdict(model, "persistence").await, Verdict::Worse);
    assert_eq!(verdict(model, model).await, Verdict::CannotTell);
    let unknown = compare_files(&source, "nobody", model, UsualWeek::Own).await.unwrap_err().to_string();
    assert!(unknown.contains("nobody") && unknown.contains("persistence, table"), "{unknown}");
}

/// Every metric has an interval around it, and the report is whole, stands alone, and is the same when written again.
fn check_report(evaluation: &Evaluation, folder: &Path) {
    for line in &evaluation.measured {
        let Estimate { low, high, .. } = line.estimate;
        assert!(low <= high, "{line:?}");
    }
    let of_model = evaluation.measured.iter().filter(|line| line.forecaster == evaluation.version);
    assert_eq!(of_model.count(), 2 * 3 * METRICS.len() - without_onsets(evaluation));
    let report = folder.join("report");
    write_report(evaluation, &report).unwrap();
    for file in ["metrics.csv", "slices.csv", "stations.csv"] {
        let table = fs::read_to_string(report.join(file)).unwrap();
        let widths: Vec<usize> = table.lines().map(|line| line.split(',').count()).collect();
        assert!(widths.len() > 20 && widths.iter().all(|width| *width == widths[0]), "{file}: {widths:?}");
    }
    let page = fs::read_to_string(report.join("report.html")).unwrap();
    assert!(page == draw(&read_evaluation(&report).unwrap()), "drawn again, it is the same page");
    for part in
        ["Errors by horizon", "Are probabilities kept?", "Examples", "Map of stations", "Loss by epoch"]
    {
        assert!(page.contains(part), "the page has no {part}");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("NaN"), "{page}");
}

#[tokio::test]
async fn a_model_is_judged_beside_itself_without_its_parts_where_it_has_parts() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (lake_with(12).await, folder.path().join("model.tar.gz"));
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &out).await.unwrap();
    let judged = async || evaluate_file(&source, &out, &[], UsualWeek::Own, Beside::Simple).await.unwrap();
    let whole = judged().await;
    assert_eq!(whole.judged_by, "by-time");
    assert!(draw(&whole).contains("test days 2024-03-15..2024-03-16"), "{:?}", whole.judged_days);
    let steps: BTreeSet<(&str, &str)> =
        whole.added.iter().map(|line| (line.with.as_str(), line.without.as_str())).collect();
    let model = whole.version.as_str();
    assert_eq!(steps, BTreeSet::from([("none as mixed", "network alone"), (model, "none as mixed")]));
    assert!(
        draw(&whole).contains("What each part adds") && whole.to_string().contains("what each part adds")
    );
    let of = |name: &str| whole.metrics.iter().find(|line| line.forecaster == name).unwrap().scores.clone();
    assert_ne!(of("network alone"), of("none as mixed"));
    assert_eq!(of("none as mixed").bikes.rows, of(model).bikes.rows);

    let mut bare = Artefact::load(&out).unwrap();
    let horizons = bare.manifest.blend.weights.horizons.len();
    bare.manifest.blend = BlendRecord::network_alone(bare.manifest.blend.climatology_concentration, horizons);
    bare.save().unwrap();
    let alone = judged().await;
    assert!(alone.added.is_empty() && !draw(&alone).contains("What each part adds"));
    assert!(alone.metrics.iter().all(|line| line.forecaster != "network alone"));
}

/// Folds and horizons in which no station ran low.
fn without_onsets(evaluation: &Evaluation) -> usize {
    let of_model = evaluation.metrics.iter().filter(|line| line.forecaster == evaluation.version);
    of_model.filter(|line| line.scores.onset_ap.is_none()).count()
}

#[tokio::test]
async fn the_same_seed_makes_the_same_file_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let source = lake_with(6).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    let mut files = Vec::new();
    for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        // One day more is one object each time, and no model tells which.
        let days = source.lake.days_with_hour_objects(&source.system).await.unwrap();
        source.lake.compact_day(&source.system, days[1], HourObjects::Delete).await.unwrap();
        let out = folder.path().join(name);
        fit_to_file(&source, &FitPlan { seed, ..plan }, None, None, &out).await.unwrap();
        files.push((std::fs::read(&out).unwrap(), Artefact::load(&out).unwrap().weights));
    }
    assert_eq!(files[0].0, files[1].0);
    assert_ne!(files[0].1, files[2].1);
}

#[tokio::test]
async fn a_fit_that_was_killed_ends_with_the_weights_of_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Checkpoint::path(&folder.path().join("model.tar.gz"));
    let (source, bar) = (lake_with(8).await, ProgressBar::hidden());
    let eligibility = source.rules.eligibility();
    let city = read_history(&source.lake, &source.system, eligibility, &bar).await.unwrap();
    let protocol = source.rules.protocol(&city).unwrap();
    let origins = protocol.origins(&city);
    let spec = FeatureSpec::hourly(city.centre().unwrap());
    let profile = ProfileLearner::of(&city, protocol.snapshots(&city, Fold::Train));
    let data = FitData {
        city: &city,
        protocol: &protocol,
        origins: &origins,
        spec: &spec,
        profile: &profile,
        from: None,
    };
    let plan = FitPlan { epochs: 4, rows_per_epoch: 300, validation_rows: 60, ..small_plan() };
    let never_killed = fit(data, &plan, None, &bar).unwrap();
    for _ in 0..2 {
        // Dropped after each epoch, as if the process had ended there.
        Fit::start(data, &plan, Some(&kept)).unwrap().epoch(&bar).unwrap();
    }
    assert!(fit(data, &FitPlan { seed: 2, ..plan }, Some(&kept), &bar).is_err(), "it is of another fit");
    let went_on = fit(data, &plan, Some(&kept), &bar).unwrap();
    assert!(went_on.losses == never_killed.losses, "{:?} {:?}", went_on.losses, never_killed.losses);
    assert!(went_on == never_killed, "the weights differ");
}

#[tokio::test]
async fn a_fit_learns_on_from_a_model_in_its_shape() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    let source = lake_with(8).await;
    let plan = FitPlan { epochs: 3, rows_per_epoch: 1_000, validation_rows: 200, ..small_plan() };
    let before = fit_to_file(&source, &plan, None, None, &first).await.unwrap().training.losses;
    let on = FitPlan { epochs: 1, learning_rate: 1e-4, shape: NetworkShape::default(), seed: 2, ..plan };
    let after = fit_to_file(&source, &on, Some(&first), None, &second).await.unwrap();
    assert!(after.training.losses[0].1 < before[0].1, "{:?} after {before:?}", after.training.losses);
    let [first, second] = [&first, &second].map(|path| Artefact::load(path).unwrap());
    assert_eq!(second.manifest.network, first.manifest.network);
    assert_eq!(after.training.from_version.as_ref(), Some(&first.manifest.version));
    let [of_first, of_second] =
        [&first.manifest, &second.manifest].map(|manifest| manifest.training.plan.clone().unwrap());
    assert_eq!((of_first.epochs, of_first.from_weights_sha256), (3, None));
    assert_eq!((of_second.epochs, of_second.learning_rate), (1, 1e-4));
    assert_eq!(of_second.from_weights_sha256.map(|sha256| sha256.len()), Some(64));
    let days = second.manifest.training.days.unwrap();
    let [train, validation, test] = [days.train, days.validation, days.test].map(|days| days.join(","));
    let expect = ["2024-03-04..2024-03-10", "2024-03-11..2024-03-11", "2024-03-12..2024-03-12"];
    assert_eq!([train, validation, test], expect);
    let (version, built_from) = second.manifest.training.code_version.split_once('+').unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert!(!built_from.is_empty() && CODE_VERSION.ends_with(built_from), "{built_from}");
    assert_ne!(first.weights, second.weights);
}

#[tokio::test]
async fn a_history_of_few_days_is_answered_mostly_by_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.tar.gz");
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&lake_with(4).await, &plan, None, None, &out).await.unwrap();
    for at in Artefact::load(&out).unwrap().manifest.blend.weights.horizons {
        assert!(at.bikes[TABLE] >= 0.5 && at.docks[TABLE] >= 0.5, "{at:?}");
    }
}

#[tokio::test]
async fn an_empty_lake_is_named_with_the_fix() {
    let source = DataSource { lake: Lake::in_memory(), ..lake_with(0).await };
    let error = fit_to_file(&source, &small_plan(), None, None, "unused".as_ref()).await.unwrap_err();
    assert!(matches!(error, TrainError::NoHistory { .. }));
    assert!(error.to_string().contains("toytown"), "{error}");
}

#[tokio::test]
async fn two_days_are_too_short_to_learn_and_judge() {
    let error =
        fit_to_file(&lake_with(2).await, &small_plan(), None, None, "unused".as_ref()).await.unwrap_err();
    assert!(matches!(error, TrainError::TooShort { .. }), "{error}");
}

#[tokio::test]
async fn a_model_of_other_horizons_is_judged_at_them_when_fitted_and_at_the_hours_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (lake_with(6).await, folder.path().join("model.tar.gz"));
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    let fitted = fit_to_file(&source, &plan, None, Some(&[3600, 4 * 3600]), &out).await.unwrap();
    let horizons = |judged: &Evaluation| {
        let of_model = judged.metrics.iter().filter(|line| line.forecaster == judged.version);
        of_model
            .map(|line| line.horizon_seconds / 3600)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(horizons(&fitted), [1, 4]);
    let judged = evaluate_file(&source, &out, &[], UsualWeek::Own, Beside::Simple).await.unwrap();
    assert_eq!(horizons(&judged), [1, 2, 3]);
}
