//! A model from its file to an answer: what is kept comes back, what is broken is named.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_forecast::{FeatureSpec, ForecastRequest, Forecaster, StationHistory};
use velib_lstm::{
    Artefact, LstmForecaster, Manifest, ModelError, NetworkShape, TrainingRecord, training::Trainer,
};

const SHAPE: NetworkShape = NetworkShape { first_lstm: 8, second_lstm: 6, dense: 5, components: 3 };

/// A model with random weights: what it says is nonsense, how it says it is not.
fn model(path: PathBuf) -> Artefact {
    let features = FeatureSpec::hourly(LatLon { lat: 48.86, lon: 2.34 });
    let moment: Timestamp = "2022-06-09T18:00:00Z".parse().unwrap();
    let manifest = Manifest {
        name: "lstm".to_owned(),
        version: "lstm-test".to_owned(),
        schema_hash: features.schema_hash(),
        network: SHAPE,
        training: TrainingRecord {
            system: "velib".to_owned(),
            protocol: "none".to_owned(),
            data_from: moment,
            data_to: moment,
            observations: 0,
            data_sha256: String::new(),
            seed: 1,
            best_epoch: 0,
            rows_per_epoch: 0,
            code_version: String::new(),
        },
        metrics: Vec::new(),
        features: features.clone(),
    };
    Artefact { manifest, weights: Trainer::new(features, SHAPE, 1).unwrap().weights(), path }
}

fn saved(folder: &Path) -> Artefact {
    let model = model(folder.join("model.tar.gz"));
    model.save().unwrap();
    model
}

fn station(id: &str, bikes: Vec<Option<u16>>) -> StationHistory {
    let docks = bikes.iter().map(|count| count.map(|count| 30 - count)).collect();
    let position = LatLon { lat: 48.85, lon: 2.35 };
    StationHistory { station_id: StationId::new(id), capacity: Some(30), position, bikes, docks }
}

fn request(stations: Vec<StationHistory>) -> ForecastRequest {
    let issued_at = "2022-06-09T18:00:00Z".parse().unwrap();
    ForecastRequest { issued_at, cadence: SignedDuration::from_hours(1), stations }
}

#[test]
fn the_same_model_makes_the_same_bytes() {
    let model = model("model.tar.gz".into());
    assert_eq!(model.to_archive().unwrap(), model.clone().to_archive().unwrap());
    let again = Artefact { weights: self::model("x".into()).weights, ..model.clone() };
    assert_eq!(
        model.to_archive().unwrap(),
        again.to_archive().unwrap(),
        "the same seed makes the same weights"
    );
}

#[test]
fn an_archive_and_the_folder_it_is_unpacked_to_hold_the_same_model() {
    let folder = tempfile::tempdir().unwrap();
    let kept = saved(folder.path());
    assert_eq!(Artefact::load(&kept.path).unwrap(), kept);
    assert_eq!(
        Artefact::load(folder.path()).unwrap().weights,
        kept.weights,
        "a folder that holds the archive"
    );
    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    fs::write(unpacked.join("manifest.json"), serde_json::to_vec(&kept.manifest).unwrap()).unwrap();
    fs::write(unpacked.join("weights.safetensors"), &kept.weights).unwrap();
    assert_eq!(Artefact::load(&unpacked).unwrap().manifest, kept.manifest);
}

#[test]
fn a_reloaded_model_answers_alike_alone_and_in_company() {
    let folder = tempfile::tempdir().unwrap();
    let kept = saved(folder.path());
    let mut loaded = LstmForecaster::open(&kept.path).unwrap();
    let mut fresh = LstmForecaster::from_artefact(kept).unwrap();
    let stations: Vec<_> = (0..7).map(|id| station(&id.to_string(), vec![Some(id); 25])).collect();
    let together = request(stations);
    // Not `assert_eq`: on failure it would print every mass of every forecast.
    assert!(loaded.forecast(&together).unwrap() == fresh.forecast(&together).unwrap());
    assert_eq!(loaded.forecast(&together).unwrap().len(), 7);
    assert!(loaded.forecast(&request(vec![])).unwrap().is_empty());
}

#[test]
fn every_answer_is_a_distribution_however_little_is_known() {
    let mut forecaster = LstmForecaster::from_artefact(model("x".into())).unwrap();
    let unknown = StationHistory { capacity: None, docks: vec![], ..station("unknown", vec![None; 25]) };
    let stations = vec![station("full", vec![Some(30); 25]), station("short", vec![Some(3)]), unknown];
    let forecasts = forecaster.forecast(&request(stations)).unwrap();
    for forecast in &forecasts {
        assert_eq!(forecast.horizons.len(), 3);
        for horizon in &forecast.horizons {
            let total: f64 = horizon.bikes.masses().iter().sum();
            assert!((total - 1.0).abs() < 1e-9);
        }
    }
    let missing: Vec<usize> = forecasts.iter().map(|forecast| forecast.missing_slots).collect();
    assert_eq!(missing, [0, 24, 25]);
    assert!(forecasts[2].horizons[0].docks.is_none(), "docks that were never observed get no forecast");
}

#[test]
fn a_missing_model_is_named_with_the_way_to_one() {
    let error = LstmForecaster::open(Path::new("/nowhere/model.tar.gz")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/model.tar.gz") && error.contains("velib-train fit"), "{error}");
}

#[test]
fn a_model_for_other_features_is_refused_with_both_hashes() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = model(folder.path().join("model.tar.gz"));
    let built_here = std::mem::replace(&mut other.manifest.schema_hash, "0123abcd".to_owned());
    other.save().unwrap();
    let error = LstmForecaster::open(&other.path).unwrap_err();
    assert!(matches!(error, ModelError::OtherFeatures { .. }));
    let text = error.to_string();
    assert!(text.contains("0123abcd") && text.contains(&built_here), "{text}");
}

/// Saves a model after `damage`, and expects the error to name `what`.
fn check_damaged(damage: impl FnOnce(&mut Artefact), what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = model(folder.path().join("model.tar.gz"));
    damage(&mut broken);
    broken.save().unwrap();
    let error = LstmForecaster::open(&broken.path).unwrap_err();
    assert!(matches!(error, ModelError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains(what), "{error}");
}

#[test]
fn truncated_weights_are_refused() {
    check_damaged(|model| model.weights.truncate(100), "no safetensors");
}

#[test]
fn weights_of_another_network_are_refused_by_tensor() {
    check_damaged(|model| model.manifest.network.dense = 9, "dense");
}

#[test]
fn a_number_that_is_none_is_refused() {
    check_damaged(
        |model| {
            let end = model.weights.len();
            model.weights[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        },
        "a number that is none",
    );
}

#[test]
fn a_page_instead_of_an_archive_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.tar.gz");
    fs::write(&path, "<html>not found</html>").unwrap();
    assert!(matches!(LstmForecaster::open(&path).unwrap_err(), ModelError::Unreadable { .. }));
}

#[test]
fn the_shipped_model_is_for_the_features_built_here_and_beats_persistence() {
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz"));
    let mut forecaster = LstmForecaster::open(shipped).unwrap();
    let metrics = forecaster.manifest().metrics.clone();
    assert_eq!(metrics.len(), 6);
    assert!(metrics.iter().all(|line| line.bikes.mae < line.bikes_persistence.mae));
    let forecasts = forecaster.forecast(&request(vec![station("steady", vec![Some(12); 25])])).unwrap();
    let median = forecasts[0].horizons[0].bikes.quantile(0.5);
    assert!(
        (9.0..=15.0).contains(&median),
        "a station that stood at 12 all day is put at {median} in an hour"
    );
}
