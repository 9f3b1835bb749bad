//! A model from its file to an answer: what is kept comes back, what is broken is named.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_forecast::{
    Blend, FeatureSpec, ForecastRequest, Forecaster, HorizonForecast, Profile, StationForecast,
    StationHistory,
    baselines::TransitionTable,
    blend::{HorizonWeights, NoneRecalibrated, Recalibration},
    profile::{StationProfile, Usual, WEEK_HOURS},
    protocol::CityHistoryBuilder,
};
use velib_lstm::training::{Restraint, Trainer};
use velib_model::{
    Artefact, BlendRecord, Manifest, ModelError, ModelForecaster, Network, NetworkShape, TrainingRecord,
};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };
const SHAPE: NetworkShape = NetworkShape { lstm: 8, dense: 5, components: 3, members: 2 };

/// Random weights, drawn before any test asks for them: libtorch draws from one seed for the whole process.
static WEIGHTS: LazyLock<Vec<u8>> =
    LazyLock::new(|| Trainer::new(FeatureSpec::hourly(PLACE), SHAPE, Restraint::default(), 1).weights());

/// A model with random weights: what it says is nonsense, how it says it is not.
fn model(path: PathBuf) -> Artefact {
    let features = FeatureSpec::hourly(PLACE);
    let moment: Timestamp = "2022-06-09T18:00:00Z".parse().unwrap();
    let manifest = Manifest {
        name: "lstm".to_owned(),
        version: "lstm-test".to_owned(),
        schema_hash: features.schema_hash(),
        network: SHAPE,
        blend: blend(),
        training: TrainingRecord {
            system: "velib".to_owned(),
            protocol: "none".to_owned(),
            data_from: moment,
            data_to: moment,
            observations: 0,
            data_sha256: String::new(),
            seed: 1,
            ..TrainingRecord::default()
        },
        usual_week: None,
        metrics: Vec::new(),
        features,
    };
    Artefact { manifest, weights: WEIGHTS.clone(), profile: profile(), table: table(), path }
}

/// A table in which some counts rise by one and the others stay.
fn table() -> TransitionTable {
    let horizons = FeatureSpec::hourly(PLACE).horizons();
    let numbers =
        (0..TransitionTable::size(horizons.len())).map(|at| u32::from(at % 161 == 80 || at % 322 == 81));
    TransitionTable::of_numbers(&horizons, &numbers.collect::<Vec<_>>()).unwrap()
}

fn blend() -> BlendRecord {
    let at = HorizonWeights { bikes: vec![0.5, 0.25, 0.25], docks: vec![0.75, 0.25, 0.0] };
    let bikes = Recalibration { shift: -0.2, slope: 1.1 };
    let none = NoneRecalibrated { bikes, docks: Recalibration::default() };
    BlendRecord::new(4.0, Blend { horizons: vec![at; 3] }, vec![0.5; 3], vec![none; 3])
}

/// Two stations: one whose week is known, one of which nothing is.
fn profile() -> Profile {
    let usual = Usual { share: 0.5, empty: 0.1, full: 0.0 };
    let station = |id: &str, hours| StationProfile {
        station_id: StationId::new(id),
        position: LatLon { lat: 48.85, lon: 2.35 },
        hours,
    };
    Profile::new(vec![station("0", vec![Some(usual); WEEK_HOURS]), station("1", vec![None; WEEK_HOURS])])
}

fn saved(folder: &Path) -> Artefact {
    let model = model(folder.join("model.tar.gz"));
    model.save().unwrap();
    model
}

fn station(id: &str, bikes: Vec<Option<u16>>) -> StationHistory {
    let docks = bikes.iter().map(|count| count.map(|count| 30 - count)).collect();
    let position = LatLon { lat: 48.85, lon: 2.35 };
    StationHistory {
        station_id: StationId::new(id),
        capacity: Some(30),
        position,
        bikes,
        docks,
        ebikes: Some(2),
        bikes_week_before: Vec::new(),
    }
}

fn request(stations: Vec<StationHistory>) -> ForecastRequest {
    let issued_at = "2022-06-09T18:00:00Z".parse().unwrap();
    ForecastRequest { issued_at, cadence: SignedDuration::from_hours(1), stations, weather: Vec::new() }
}

#[test]
fn the_same_model_makes_the_same_bytes() {
    let model = model("model.tar.gz".into());
    assert_eq!(model.to_archive().unwrap(), model.clone().to_archive().unwrap());
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
    let lacking = Artefact::load(&unpacked).unwrap_err().to_string();
    assert!(lacking.contains("it has no profile.safetensors"), "{lacking}");
}

#[test]
fn a_reloaded_model_answers_alike_alone_and_in_company() {
    let folder = tempfile::tempdir().unwrap();
    let kept = saved(folder.path());
    let mut loaded = velib_lstm::open(&kept.path).unwrap();
    let mut fresh = velib_lstm::forecaster(kept).unwrap();
    let stations: Vec<_> = (0..7).map(|id| station(&id.to_string(), vec![Some(id); 25])).collect();
    let together = request(stations);
    // Not `assert_eq`: on failure it would print every mass of every forecast.
    assert!(loaded.forecast(&together).unwrap() == fresh.forecast(&together).unwrap());
    assert_eq!(loaded.forecast(&together).unwrap().len(), 7);
    assert!(loaded.forecast(&request(vec![])).unwrap().is_empty());
}

#[test]
fn every_answer_is_a_distribution_however_little_is_known() {
    let mut forecaster = velib_lstm::forecaster(model("x".into())).unwrap();
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
    let error = velib_lstm::open(Path::new("/nowhere/model.tar.gz")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/model.tar.gz") && error.contains("velib-train fit"), "{error}");
}

#[test]
fn a_model_for_other_features_is_refused_with_both_hashes() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = model(folder.path().join("model.tar.gz"));
    let built_here = std::mem::replace(&mut other.manifest.schema_hash, "0123abcd".to_owned());
    other.save().unwrap();
    let error = velib_lstm::open(&other.path).unwrap_err();
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
    let error = velib_lstm::open(&broken.path).unwrap_err();
    assert!(matches!(error, ModelError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains(what), "{error}");
}

#[test]
fn truncated_weights_are_refused() {
    check_damaged(|model| model.weights.truncate(100), "no safetensors");
}

#[test]
fn weights_of_another_network_are_refused_by_tensor() {
    check_damaged(|model| model.manifest.network.dense = 9, "first");
}

#[test]
fn weights_of_a_blend_that_do_not_sum_to_one_are_refused() {
    check_damaged(|model| model.manifest.blend.weights.horizons[1].docks = vec![0.9, 0.2, 0.0], "0.9");
}

#[test]
fn a_recalibration_that_turns_probabilities_round_is_refused() {
    check_damaged(|model| model.manifest.blend.none[2].docks.slope = -1.0, "slope: -1.0");
    check_damaged(|model| model.manifest.blend.none.truncate(1), "3 horizons");
}

#[test]
fn a_mirror_image_of_other_horizons_or_of_no_weight_is_refused() {
    check_damaged(|model| model.manifest.blend.mirror.truncate(2), "3 horizons");
    check_damaged(|model| model.manifest.blend.mirror[1] = 1.5, "1.5");
}

#[test]
fn docks_that_bikes_leave_add_up_to_what_was_counted_where_the_file_says_so_and_nowhere_else() {
    let forecasts = |mirror: Vec<f64>| {
        let mut model = model("x".into());
        model.manifest.blend = BlendRecord { mirror, ..BlendRecord::network_alone(4.0, 3) };
        let mut counted = station("0", vec![Some(11); 25]);
        // Two docks are broken.
        counted.docks = vec![Some(17); 25];
        velib_lstm::forecaster(model).unwrap().forecast(&request(vec![counted])).unwrap().remove(0).horizons
    };
    let (alone, some) = (forecasts(vec![]), forecasts(vec![1.0, 0.0, 1.0]));
    let off = |at: &HorizonForecast| (at.bikes.mean() + at.docks.as_ref().unwrap().mean() - 28.0).abs();
    for horizon in [0, 2] {
        let (alone, mirrored) = (&alone[horizon], &some[horizon]);
        assert!(
            off(alone) > 0.01 && off(mirrored) < 0.2 * off(alone),
            "{} then {}",
            off(alone),
            off(mirrored)
        );
        assert!(alone.bikes == mirrored.bikes);
    }
    assert!(alone[1] == some[1]);
}

#[test]
fn a_file_of_before_mirror_images_tells_docks_alone_and_stays_as_it_is() {
    let before = BlendRecord { mirror: vec![], ..blend() };
    let told = serde_json::to_string(&before).unwrap();
    assert!(!told.contains("mirror"), "{told}");
    assert_eq!(serde_json::from_str::<BlendRecord>(&told).unwrap(), before);
}

#[test]
fn a_blend_of_other_forecasters_is_refused() {
    check_damaged(|model| model.manifest.blend.parts[2] = "oracle".to_owned(), "oracle");
}

#[test]
fn a_table_for_other_horizons_is_refused() {
    check_damaged(
        |model| model.table = TransitionTable::fit(&CityHistoryBuilder::default().finish(), &[], &[]),
        "table.safetensors",
    );
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
    assert!(matches!(velib_lstm::open(&path).unwrap_err(), ModelError::Unreadable { .. }));
}

#[test]
fn the_shipped_model_is_for_the_features_built_here_and_beats_persistence() {
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz"));
    let mut forecaster = velib_lstm::open(shipped).unwrap();
    let Manifest { version, metrics, .. } = forecaster.manifest().clone();
    let mae = |name: &str| -> Vec<f64> {
        metrics.iter().filter(|line| line.forecaster == name).map(|line| line.scores.bikes.mae).collect()
    };
    let (ours, persistence, ridge) = (mae(&version), mae("persistence"), mae("ridge"));
    assert_eq!((ours.len(), persistence.len(), ridge.len()), (6, 6, 6));
    assert!(
        ours.iter().zip(&persistence).all(|(ours, theirs)| *ours < 0.95 * theirs),
        "{ours:?} {persistence:?}"
    );
    assert!(ours.iter().zip(&ridge).all(|(ours, theirs)| ours < theirs), "{ours:?} {ridge:?}");
    let forecasts = forecaster.forecast(&request(vec![station("steady", vec![Some(12); 25])])).unwrap();
    let median = forecasts[0].horizons[0].bikes.quantile(0.5);
    assert!(
        (9.0..=15.0).contains(&median),
        "a station that stood at 12 all day is put at {median} in an hour"
    );
}

#[test]
fn plain_arithmetic_says_what_libtorch_says() {
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz"));
    let model = Artefact::load(shipped).unwrap();
    let known: Vec<StationId> =
        model.profile.stations().iter().take(150).map(|station| station.station_id.clone()).collect();
    let stations = (0..300_u16).map(|number| {
        let bikes =
            (0..25).map(|slot| ((number + slot) % 11 != 3).then_some((number * 7 + slot * 3) % 31)).collect();
        let id = known.get(usize::from(number)).cloned();
        StationHistory { station_id: id.unwrap_or(StationId::new(number.to_string())), ..station("", bikes) }
    });
    let request = request(stations.collect());
    let features = model.manifest.features.build(&request, &model.profile).unwrap();
    let mut plain = ModelForecaster::from_artefact(model.clone()).unwrap();
    let mut torch = velib_lstm::forecaster(model).unwrap();
    let (said, expected) = (plain.network().run(&features).unwrap(), torch.network().run(&features).unwrap());
    assert_eq!(said.len(), expected.len());
    let furthest = said.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(furthest < 1e-4, "outputs differ by up to {furthest}");
    let masses = |forecasts: &[StationForecast]| -> Vec<f64> {
        let horizons = forecasts.iter().flat_map(|station| &station.horizons);
        let both = horizons.flat_map(|at| [Some(&at.bikes), at.docks.as_ref()]).flatten();
        both.flat_map(|distribution| distribution.masses().to_vec()).collect()
    };
    let (said, expected) =
        (masses(&plain.forecast(&request).unwrap()), masses(&torch.forecast(&request).unwrap()));
    assert_eq!(said.len(), expected.len());
    let furthest = said.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(furthest < 1e-4, "probabilities differ by up to {furthest}");
}
