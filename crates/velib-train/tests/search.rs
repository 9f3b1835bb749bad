//! A search that is stopped goes on, and a model packaged twice is the same archive.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use std::{fs, path::Path};

use toytown::{lake_with, small_plan};
use velib_train::{
    Beside, FitPlan, SearchSpace, TrainError, UsualWeek, evaluate_file, fit_to_file, package, search_file,
};

const SPACE: &str = "
    trials = 4
    keep_one_in = 2
    first_epochs = 1
    last_epochs = 2
    rows_per_epoch = 200
    validation_rows = 60
    seed = 3

    [space]
    lstm = [4, 8]
    dense = [8]
    components = [2]
    members = [1]
    batch = [32, 64]
    learning_rate = { from = 1e-3, to = 1e-2 }
";

#[tokio::test]
async fn a_search_halves_its_trials_and_goes_on_where_it_was_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (source, space) = (lake_with(6).await, SearchSpace::parse(SPACE).unwrap());
    let (whole, stopped) = (folder.path().join("whole.json"), folder.path().join("stopped.json"));
    let outcome = search_file(&source, &space, &whole).await.unwrap();
    let epochs: Vec<usize> = outcome.tried.iter().map(|tried| tried.epochs).collect();
    assert_eq!(epochs, [1, 1, 1, 1, 2, 2]);
    let ranked = outcome.ranked();
    assert_eq!(ranked.len(), 4);
    assert!(ranked[0].epochs == 2 && ranked[0].best() <= ranked[1].best());
    // What a search that was stopped after three fits has left.
    let mut known: serde_json::Value = serde_json::from_slice(&fs::read(&whole).unwrap()).unwrap();
    let first = known["tried"][0].clone();
    known["tried"].as_array_mut().unwrap().truncate(3);
    known["tried"][0]["losses"][0] = (-9.0).into();
    fs::write(&stopped, serde_json::to_vec(&known).unwrap()).unwrap();
    let went_on = search_file(&source, &space, &stopped).await.unwrap();
    assert!(went_on.tried[0].losses[0] < -8.0, "what is known is not tried again");
    assert_eq!(first["losses"][0], outcome.tried[0].losses[0]);
    assert!(outcome.draw().contains("the best") && outcome.to_string().lines().count() == 6);
    let other = SearchSpace { seed: 4, ..space };
    let refused = search_file(&source, &other, &whole).await.unwrap_err();
    assert!(matches!(refused, TrainError::Checkpoint { .. }), "{refused}");
}

#[test]
fn a_space_that_says_nothing_is_refused_with_the_reason() {
    let check = |from: &str, to: &str, reason: &str| {
        let error = SearchSpace::parse(&SPACE.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    };
    check("lstm = [4, 8]", "lstm = []", "space.lstm must list numbers above zero");
    check("trials = 4", "trails = 4", "trails");
    check("from = 1e-3", "from = 0.0", "space.learning_rate");
    check("keep_one_in = 2", "keep_one_in = 1", "keep_one_in above one");
}

#[tokio::test]
async fn a_model_packaged_again_is_the_same_archive_and_takes_only_its_own_scores() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let source = lake_with(6).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    fit_to_file(&source, &plan, None, None, &path("fitted")).await.unwrap();
    let evaluation =
        evaluate_file(&source, &path("fitted"), &[], UsualWeek::Own, Beside::Simple).await.unwrap();
    let packaged = package(&path("fitted"), Some(&evaluation), &path("once")).unwrap();
    assert_eq!((packaged.seed, packaged.scores), (1, evaluation.metrics.len()));
    assert_eq!(package(&path("fitted"), Some(&evaluation), &path("twice")).unwrap().sha256, packaged.sha256);
    assert_eq!(package(&path("once"), None, &path("again")).unwrap().sha256, packaged.sha256);
    assert!(same_bytes(&path("once"), &path("twice")) && same_bytes(&path("once"), &path("again")));
    let other = velib_train::Evaluation { version: "other".to_owned(), ..evaluation };
    let refused = package(&path("fitted"), Some(&other), &path("thrice")).unwrap_err();
    assert!(matches!(refused, TrainError::OtherEvaluation { .. }), "{refused}");
}

fn same_bytes(a: &Path, b: &Path) -> bool {
    fs::read(a).unwrap() == fs::read(b).unwrap()
}
