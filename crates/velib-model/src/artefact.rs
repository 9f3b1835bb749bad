//! The file a model is kept in: `model.tar.gz` with `manifest.json` and `weights.safetensors`, as SageMaker takes it.
//!
//! The same model makes the same bytes: no time, user or host name is written. Read from the archive or from a folder
//! into which it was unpacked, because SageMaker mounts it unpacked.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};

use crate::{Manifest, ModelError};

/// The archive's name where only a folder is given.
pub const ARCHIVE: &str = "model.tar.gz";

const MANIFEST: &str = "manifest.json";
const WEIGHTS: &str = "weights.safetensors";

/// Nothing in a model is larger; a broken archive must not fill the memory.
const LARGEST_PART: u64 = 256 << 20;

/// A model's manifest and weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Artefact {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its weights as safetensors.
    pub weights: Vec<u8>,
    /// Where it was read from or will be written to: named in errors.
    pub path: PathBuf,
}

impl Artefact {
    /// Reads an archive, or a folder that holds an archive or its contents, and checks that this program builds the
    /// features it was trained on.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        if !path.exists() {
            return Err(ModelError::Missing { path: path.to_owned() });
        }
        let unreadable = |source| ModelError::Unreadable { path: path.to_owned(), source };
        let (manifest, weights) = if path.join(MANIFEST).exists() {
            let read = |name: &str| fs::read(path.join(name)).map_err(unreadable);
            (Some(read(MANIFEST)?), Some(read(WEIGHTS)?))
        } else {
            let archive = if path.is_dir() { path.join(ARCHIVE) } else { path.to_owned() };
            if !archive.exists() {
                return Err(ModelError::Missing { path: archive });
            }
            unpack(&archive).map_err(unreadable)?
        };
        let lacks = |part: &str| damaged(path, format!("it has no {part}"));
        let manifest = manifest.ok_or_else(|| lacks(MANIFEST))?;
        let manifest: Manifest = serde_json::from_slice(&manifest)
            .map_err(|error| damaged(path, format!("{MANIFEST}: {error}")))?;
        check_features(&manifest, path)?;
        Ok(Self { manifest, weights: weights.ok_or_else(|| lacks(WEIGHTS))?, path: path.to_owned() })
    }

    /// The archive's bytes.
    pub fn to_archive(&self) -> io::Result<Vec<u8>> {
        let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
        let mut archive = tar::Builder::new(gzip);
        let mut manifest = serde_json::to_vec_pretty(&self.manifest)?;
        manifest.push(b'\n');
        append(&mut archive, MANIFEST, &manifest)?;
        append(&mut archive, WEIGHTS, &self.weights)?;
        archive.into_inner()?.finish()
    }

    /// Writes the archive to its path, whole or not at all.
    pub fn save(&self) -> Result<(), ModelError> {
        let unreadable = |source| ModelError::Unreadable { path: self.path.clone(), source };
        let unfinished = self.path.with_extension("unfinished");
        let bytes = self.to_archive().map_err(unreadable)?;
        fs::write(&unfinished, bytes).map_err(unreadable)?;
        fs::rename(&unfinished, &self.path).map_err(unreadable)
    }
}

fn append(archive: &mut tar::Builder<impl io::Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, name, bytes)
}

type Parts = (Option<Vec<u8>>, Option<Vec<u8>>);

fn unpack(archive: &Path) -> io::Result<Parts> {
    let (mut manifest, mut weights) = (None, None);
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    for entry in archive.entries()? {
        let entry = entry?;
        let name = entry.path()?.into_owned();
        let part = match name.file_name().and_then(|name| name.to_str()) {
            Some(MANIFEST) => &mut manifest,
            Some(WEIGHTS) => &mut weights,
            _ => continue,
        };
        let mut bytes = Vec::new();
        entry.take(LARGEST_PART).read_to_end(&mut bytes)?;
        *part = Some(bytes);
    }
    Ok((manifest, weights))
}

fn check_features(manifest: &Manifest, path: &Path) -> Result<(), ModelError> {
    let spec = &manifest.features;
    if spec.look_back == 0 || spec.cadence_seconds <= 0 || spec.horizons_seconds.is_empty() {
        return Err(damaged(path, format!("{MANIFEST}: look_back, cadence and horizons must be above zero")));
    }
    let built_here = spec.schema_hash();
    if manifest.schema_hash != built_here {
        let trained_on = manifest.schema_hash.clone();
        return Err(ModelError::OtherFeatures { path: path.to_owned(), trained_on, built_here });
    }
    Ok(())
}

pub(crate) fn damaged(path: &Path, reason: String) -> ModelError {
    ModelError::Damaged { path: path.to_owned(), reason }
}
