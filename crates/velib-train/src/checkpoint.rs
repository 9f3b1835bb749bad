//! Where a fit stands after an epoch, kept beside the model to be: a fit that was killed goes on from here and ends with
//! the same weights as one that never was.
//!
//! A file of its own, not the artefact: it holds what only training needs, and is gone when training is done.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::TrainError;

/// Where a fit stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The numbers.
    pub progress: Progress,
    /// The best epoch's weights as safetensors.
    pub best: Vec<u8>,
    /// The last epoch's weights and what the optimiser remembers, as safetensors.
    pub state: Vec<u8>,
}

/// The numbers of a checkpoint: its first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is trained, on what, and how: another fit cannot go on from here.
    pub of: String,
    /// The best epoch so far, from 1.
    pub best_epoch: usize,
    /// Loss on the rows learned from and on validation rows, one pair an epoch.
    pub losses: Vec<(f64, f64)>,
    best_bytes: usize,
}

impl Checkpoint {
    /// The file's name beside a model's.
    pub fn path(model: &Path) -> PathBuf {
        model.with_extension("checkpoint")
    }

    /// Where a fit of `of` stands.
    pub fn new(of: &str, best_epoch: usize, losses: &[(f64, f64)], best: &[u8], state: Vec<u8>) -> Self {
        let progress =
            Progress { of: of.to_owned(), best_epoch, losses: losses.to_vec(), best_bytes: best.len() };
        Self { progress, best: best.to_vec(), state }
    }

    /// Reads a checkpoint of the fit named by `of`; `None` where there is none.
    pub fn load(path: &Path, of: &str) -> Result<Option<Self>, TrainError> {
        let unusable = |reason: String| TrainError::Checkpoint { path: path.to_owned(), reason };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error.to_string())),
        };
        let checkpoint = Self::from_bytes(&bytes).ok_or_else(|| unusable("it is damaged".to_owned()))?;
        if checkpoint.progress.of != of {
            return Err(unusable(
                "it is of another fit: other data, another plan or another program".to_owned(),
            ));
        }
        Ok(Some(checkpoint))
    }

    /// Writes it whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), TrainError> {
        let unusable =
            |error: io::Error| TrainError::Checkpoint { path: path.to_owned(), reason: error.to_string() };
        let mut bytes = serde_json::to_vec(&self.progress).map_err(|error| unusable(error.into()))?;
        bytes.push(b'\n');
        bytes.extend(&self.best);
        bytes.extend(&self.state);
        let unfinished = path.with_extension("checkpoint.unfinished");
        fs::write(&unfinished, bytes).map_err(unusable)?;
        fs::rename(&unfinished, path).map_err(unusable)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let progress: Progress = serde_json::from_slice(&bytes[..end]).ok()?;
        let (best, state) = bytes[end + 1..].split_at_checked(progress.best_bytes)?;
        Some(Self { best: best.to_vec(), state: state.to_vec(), progress })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> (tempfile::TempDir, PathBuf, Checkpoint) {
        let folder = tempfile::tempdir().unwrap();
        let path = Checkpoint::path(&folder.path().join("model.tar.gz"));
        let checkpoint = Checkpoint::new("this", 2, &[(1.5, 1.25), (1.0, 1.1)], b"best\n", b"state".to_vec());
        checkpoint.save(&path).unwrap();
        (folder, path, checkpoint)
    }

    #[test]
    fn what_was_saved_is_what_is_loaded() {
        let (_folder, path, checkpoint) = saved();
        assert_eq!(Checkpoint::load(&path, "this").unwrap(), Some(checkpoint));
    }

    #[test]
    fn the_checkpoint_of_another_fit_is_refused_by_name() {
        let (_folder, path, _) = saved();
        let error = Checkpoint::load(&path, "that").unwrap_err().to_string();
        assert!(error.contains("another fit") && error.contains("model.tar.checkpoint"), "{error}");
    }

    #[test]
    fn half_a_checkpoint_is_refused_and_none_is_none() {
        let (_folder, path, _) = saved();
        fs::write(&path, b"{\"of\":").unwrap();
        assert!(Checkpoint::load(&path, "this").is_err());
        fs::remove_file(&path).unwrap();
        assert_eq!(Checkpoint::load(&path, "this").unwrap(), None);
    }
}
