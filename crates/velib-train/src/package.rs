//! A model made ready to ship: read as it would be served, its scores filled in, written so that the same model makes the
//! same bytes.

use std::{fmt, fs, path::Path};

use serde::Serialize;
use velib_domain::Timestamp;
use velib_model::{Artefact, ModelError};

use crate::{Evaluation, TrainError, history::sha256};

/// What was packaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// The model's version.
    pub version: String,
    /// The meaning of its features.
    pub schema_hash: String,
    /// The first snapshot it knows of.
    pub data_from: Timestamp,
    /// The last.
    pub data_to: Timestamp,
    /// Checksum of what it learned from.
    pub data_sha256: String,
    /// Version of the program that trained it.
    pub code_version: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Scores in its manifest: forecasters × horizons × folds.
    pub scores: usize,
    /// Checksum of the archive.
    pub sha256: String,
    /// Bytes of the archive.
    pub bytes: usize,
}

/// Packages a model, an archive or the folder it was unpacked to, with the scores of an evaluation where one is given.
pub fn package(model: &Path, evaluation: Option<&Evaluation>, out: &Path) -> Result<Package, TrainError> {
    let mut artefact = Artefact::load(model)?;
    if let Some(evaluation) = evaluation {
        if evaluation.version != artefact.manifest.version {
            let (of, model) = (evaluation.version.clone(), artefact.manifest.version);
            return Err(TrainError::OtherEvaluation { of, model });
        }
        artefact.manifest.metrics.clone_from(&evaluation.metrics);
    }
    out.clone_into(&mut artefact.path);
    artefact.save()?;
    let bytes = fs::read(out).map_err(|source| ModelError::Unreadable { path: out.to_owned(), source })?;
    let (manifest, training) = (&artefact.manifest, &artefact.manifest.training);
    Ok(Package {
        version: manifest.version.clone(),
        schema_hash: manifest.schema_hash.clone(),
        data_from: training.data_from,
        data_to: training.data_to,
        data_sha256: training.data_sha256.clone(),
        code_version: training.code_version.clone(),
        seed: training.seed,
        scores: manifest.metrics.len(),
        sha256: sha256(&bytes),
        bytes: bytes.len(),
    })
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version       {}", self.version)?;
        writeln!(f, "features      {}", self.schema_hash)?;
        writeln!(f, "data          {} … {}, sha256 {}", self.data_from, self.data_to, self.data_sha256)?;
        writeln!(f, "program       {}, seed {}", self.code_version, self.seed)?;
        writeln!(f, "scores        {}", self.scores)?;
        write!(f, "archive       {} bytes, sha256 {}", self.bytes, self.sha256)
    }
}
