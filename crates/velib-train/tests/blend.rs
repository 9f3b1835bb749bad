//! A model's parts weighed anew, in a small city that a network learns well.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

mod toytown;

use toytown::{lake_with, small_plan};
use velib_model::{Artefact, BlendRecord};
use velib_train::{blend_file, fit_to_file};

#[tokio::test]
async fn parts_weighed_anew_are_weighed_as_when_the_model_was_fitted_and_nothing_else_changes() {
    let folder = tempfile::tempdir().unwrap();
    let [fitted, bare, anew] = ["fitted", "bare", "anew"].map(|name| folder.path().join(name));
    let source = lake_with(12).await;
    fit_to_file(&source, &small_plan(), None, None, &fitted).await.unwrap();
    let fitted = Artefact::load(&fitted).unwrap();
    let blend = &fitted.manifest.blend;
    let alone = BlendRecord::network_alone(blend.climatology_concentration, blend.weights.horizons.len());
    let mut stripped = Artefact { path: bare.clone(), ..fitted.clone() };
    stripped.manifest.blend = alone;
    stripped.save().unwrap();

    let blended = blend_file(&source, &bare, &anew).await.unwrap();
    let again = Artefact::load(&anew).unwrap();
    assert_eq!(again.manifest.blend, fitted.manifest.blend);
    assert_eq!((&again.weights, &again.table), (&fitted.weights, &fitted.table));
    assert_eq!(again.profile, fitted.profile);
    assert_eq!(again.manifest.version, blended.version);
    assert!(again.manifest.metrics.is_empty(), "scores of another blend are none of this one");
    assert!(blended.to_string().contains("+180  min     docks: network"), "{blended}");
}
