//! Boosted trees know a rhythm that persistence cannot know.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

#[expect(dead_code, reason = "no network is fitted here")]
mod toytown;

use indicatif::ProgressBar;
use toytown::lake_with;
use velib_forecast::{
    Forecaster, Horizon, ProfileLearner,
    baselines::LastCount,
    protocol::{Fold, Origin},
};
use velib_train::{BoostedTrees, evaluate, read_history};

#[tokio::test]
async fn trees_are_better_than_persistence_and_sure_of_what_always_happens() {
    let (source, bar) = (lake_with(12).await, ProgressBar::hidden());
    let city = read_history(&source.lake, &source.system, source.rules.eligibility(), &bar).await.unwrap();
    let protocol = source.rules.protocol(&city).unwrap();
    let origins = protocol.origins(&city);
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let usual = ProfileLearner::of(&city, protocol.snapshots(&city, Fold::Train));
    let trees = BoostedTrees::fit(&city, &protocol, &training, &usual).unwrap().unwrap();
    let horizons: Vec<Horizon> = trees.horizons().to_vec();
    let mut forecasters: Vec<Box<dyn Forecaster>> =
        vec![Box::new(LastCount::new(&horizons)), Box::new(trees)];
    let judged = evaluate(&mut forecasters, &city, &protocol, &origins, Fold::Test, &bar).unwrap();
    let metrics = judged.metrics();
    for horizon in horizons {
        let of = |name: &str| {
            let mut lines = metrics.iter().filter(|line| line.horizon_seconds == horizon.as_secs());
            lines.find(|line| line.forecaster == name).unwrap().scores.clone()
        };
        let (trees, persistence) = (of(BoostedTrees::NAME), of("persistence"));
        assert!(trees.bikes.mae < 0.6 * persistence.bikes.mae, "{trees:?} beside {persistence:?}");
        assert!(trees.docks.unwrap().mae < 0.6 * persistence.docks.unwrap().mae);
        assert!(trees.low.brier < persistence.low.brier && trees.a_bike.brier < 0.01, "{trees:?}");
    }
}

#[tokio::test]
async fn without_a_row_to_learn_from_there_are_no_trees() {
    let (source, bar) = (lake_with(6).await, ProgressBar::hidden());
    let city = read_history(&source.lake, &source.system, source.rules.eligibility(), &bar).await.unwrap();
    let protocol = source.rules.protocol(&city).unwrap();
    let usual = ProfileLearner::of(&city, 0..0);
    assert!(BoostedTrees::fit(&city, &protocol, &[], &usual).unwrap().is_none());
}
