//! The model that is shipped, its card and its reports: what they say of each other holds, and its bytes stay as they are.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use velib_model::Artefact;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../model");

fn shipped(name: &str) -> PathBuf {
    Path::new(SHIPPED).join(name)
}

fn model() -> Artefact {
    Artefact::load(&shipped("model.tar.gz")).unwrap()
}

/// The pages beside the model.
fn reports() -> Vec<(String, String)> {
    let entries = fs::read_dir(SHIPPED).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|extension| extension == "html"));
    pages.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_file_of_before_its_days_and_plan_were_told_loads_and_packs_into_the_same_bytes() {
    let model = model();
    assert_eq!((&model.manifest.training.days, &model.manifest.training.plan), (&None, &None));
    assert!(model.to_archive().unwrap() == fs::read(&model.path).unwrap(), "the shipped file's bytes change");
}

#[test]
fn the_card_is_that_of_the_model_beside_it() {
    let card = fs::read_to_string(shipped("README.md")).unwrap();
    let digest = Sha256::digest(fs::read(shipped("model.tar.gz")).unwrap());
    let digest = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    for told in [model().manifest.version, digest] {
        assert!(card.contains(&told), "the card does not name {told}");
    }
}

#[test]
fn every_report_is_of_the_model_beside_it_stands_alone_and_names_no_machine() {
    let (version, reports) = (model().manifest.version, reports());
    assert!(!reports.is_empty(), "there is a report beside the model");
    for (name, page) in reports {
        assert!(page.contains(&format!("<h1>Forecasts of {version}</h1>")), "{name} is not of {version}");
        for elsewhere in ["<script", "src=", "url(", "file:", "/tmp/", "/home/", "/root/", "/Users/"] {
            assert!(!page.contains(elsewhere), "{name} holds {elsewhere}");
        }
        let card = fs::read_to_string(shipped("README.md")).unwrap();
        let file = Path::new(&name).file_name().unwrap().to_str().unwrap();
        assert!(card.contains(&format!("({file})")), "the card does not lead to {file}");
    }
}
