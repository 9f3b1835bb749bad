//! A later artefact at the model's place is taken without a restart.
//!
//! The service looks there every few seconds and compares names, sizes and times of change, never contents. What has
//! changed is taken once it has stood still for a look, because a folder that is still being copied would load as a
//! model that nobody trained. No signal asks for it: SIGHUP ends a program whose terminal is gone, as it always did.

use std::{
    fmt::Display,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::time::{MissedTickBehavior, interval};
use velib_forecast::Forecaster;

use crate::{Health, ModelService};

/// Whether the artefact at a place is still the one that was taken.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    taken: Fingerprint,
    seen: Fingerprint,
}

/// Name, size and time of change of every file of an artefact, by name; empty where there is none.
type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl Watch {
    /// Begins with what is there now, which is about to be loaded.
    pub fn new(path: PathBuf) -> Self {
        let now = fingerprint(&path);
        Self { path, taken: now.clone(), seen: now }
    }

    /// Whether another artefact is to be taken: one that differs from the last and was the same at the look before.
    pub fn look(&mut self) -> bool {
        let before = std::mem::replace(&mut self.seen, fingerprint(&self.path));
        let stands_still = self.seen == before;
        let is_another = stands_still && !self.seen.is_empty() && self.seen != self.taken;
        if is_another {
            self.taken.clone_from(&self.seen);
        }
        is_another
    }
}

/// A place that cannot be read holds nothing: loading says why.
fn fingerprint(path: &Path) -> Fingerprint {
    let of_file = |path: PathBuf| -> io::Result<_> {
        let metadata = fs::metadata(&path)?;
        Ok((path, metadata.len(), metadata.modified().ok()))
    };
    let files: Vec<PathBuf> = match fs::read_dir(path) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(_) => vec![path.to_owned()],
    };
    let mut found: Fingerprint = files.into_iter().filter_map(|file| of_file(file).ok()).collect();
    found.sort();
    found
}

/// Logs how the first model loaded, then keeps a service's model the one at its place, as long as the service lives.
pub async fn keep_current<E: Display>(
    service: ModelService,
    mut watch: Watch,
    load: impl Fn() -> Result<Box<dyn Forecaster>, E> + Clone + Send + 'static,
    look_every: Duration,
) {
    match service.loaded().await {
        Health::Ready { version, .. } => tracing::info!(%version, "model loaded"),
        Health::Failed { reason } => tracing::error!(%reason, "no model: /ping answers 503"),
        Health::Loading => {}
    }
    let mut looks = interval(look_every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if !watch.look() {
            continue;
        }
        match service.replace(load.clone()).await {
            Ok(version) => tracing::info!(%version, "another model taken"),
            Err(reason) => tracing::error!(%reason, "another model refused: the one before stays"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched() -> (tempfile::TempDir, PathBuf, Watch) {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model.tar.gz");
        fs::write(&model, "one").unwrap();
        let watch = Watch::new(model.clone());
        (folder, model, watch)
    }

    #[test]
    fn what_does_not_change_is_not_taken_again() {
        let (_folder, _, mut watch) = watched();
        assert_eq!([watch.look(), watch.look()], [false; 2]);
    }

    #[test]
    fn a_change_is_taken_once_it_stands_still_and_only_once() {
        let (_folder, model, mut watch) = watched();
        fs::write(&model, "the first part").unwrap();
        assert!(!watch.look());
        fs::write(&model, "the first part and the second").unwrap();
        assert!(!watch.look());
        assert_eq!([watch.look(), watch.look(), watch.look()], [true, false, false]);
    }

    #[test]
    fn an_artefact_that_vanishes_is_no_other_one_until_it_is_back() {
        let (_folder, model, mut watch) = watched();
        fs::remove_file(&model).unwrap();
        assert_eq!([watch.look(), watch.look()], [false; 2]);
        fs::write(&model, "back again").unwrap();
        assert_eq!([watch.look(), watch.look()], [false, true]);
    }

    #[test]
    fn every_file_of_a_folder_counts() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        let mut watch = Watch::new(folder.path().to_owned());
        fs::write(folder.path().join("weights.safetensors"), "numbers").unwrap();
        assert_eq!([watch.look(), watch.look()], [false, true]);
    }
}
