//! The file a model is kept in: `model.tar.gz` with `manifest.json`, `weights.safetensors`, `profile.safetensors` and
//! `table.safetensors`, as SageMaker takes it.
//!
//! The same model makes the same bytes: no time, user or host name is written. Read from the archive or from a folder
//! into which it was unpacked, because SageMaker mounts it unpacked.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde::Deserialize;
use velib_forecast::{FeatureSpec, Profile, baselines::TransitionTable};

use crate::{Manifest, ModelError, NetworkShape, profile_file, table_file};

/// The archive's name where only a folder is given.
pub const ARCHIVE: &str = "model.tar.gz";

const MANIFEST: &str = "manifest.json";
const WEIGHTS: &str = "weights.safetensors";
const PROFILE: &str = "profile.safetensors";
const TABLE: &str = "table.safetensors";

/// Nothing in a model is larger; a broken archive must not fill the memory.
const LARGEST_PART: u64 = 256 << 20;

/// A model's manifest, weights, and what the simple forecasters beside the network know.
#[derive(Debug, Clone, PartialEq)]
pub struct Artefact {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its weights as safetensors.
    pub weights: Vec<u8>,
    /// What is usual at the stations it was trained on.
    pub profile: Profile,
    /// What followed each count in training.
    pub table: TransitionTable,
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
        let parts = if path.join(MANIFEST).exists() {
            Parts::of_folder(path).map_err(unreadable)?
        } else {
            let archive = if path.is_dir() { path.join(ARCHIVE) } else { path.to_owned() };
            if !archive.exists() {
                return Err(ModelError::Missing { path: archive });
            }
            File::open(&archive).and_then(Parts::of_archive).map_err(unreadable)?
        };
        parts.into_artefact(path)
    }

    /// The archive's bytes.
    pub fn to_archive(&self) -> io::Result<Vec<u8>> {
        let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
        let mut archive = tar::Builder::new(gzip);
        let mut manifest = serde_json::to_vec_pretty(&self.manifest)?;
        manifest.push(b'\n');
        append(&mut archive, MANIFEST, &manifest)?;
        append(&mut archive, WEIGHTS, &self.weights)?;
        append(&mut archive, PROFILE, &profile_file::to_bytes(&self.profile))?;
        append(&mut archive, TABLE, &table_file::to_bytes(&self.table))?;
        archive.into_inner()?.finish()
    }

    /// The model as it will be read from its archive, which rounds the profile.
    pub fn as_written(&self) -> Result<Self, ModelError> {
        let unwritten = |source| ModelError::Unreadable { path: self.path.clone(), source };
        let archive = self.to_archive().map_err(unwritten)?;
        Parts::of_archive(archive.as_slice()).map_err(unwritten)?.into_artefact(&self.path)
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

/// The files of a model, each as it was found.
#[derive(Default)]
struct Parts {
    manifest: Option<Vec<u8>>,
    weights: Option<Vec<u8>>,
    profile: Option<Vec<u8>>,
    table: Option<Vec<u8>>,
}

impl Parts {
    fn of_folder(folder: &Path) -> io::Result<Self> {
        let mut parts = Self::default();
        for name in [MANIFEST, WEIGHTS, PROFILE, TABLE] {
            match fs::read(folder.join(name)) {
                Ok(bytes) => parts.put(name, bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(parts)
    }

    fn of_archive(archive: impl io::Read) -> io::Result<Self> {
        let mut parts = Self::default();
        let mut archive = tar::Archive::new(GzDecoder::new(archive));
        for entry in archive.entries()? {
            let entry = entry?;
            let path = entry.path()?.into_owned();
            let mut bytes = Vec::new();
            entry.take(LARGEST_PART).read_to_end(&mut bytes)?;
            parts.put(path.file_name().and_then(|name| name.to_str()).unwrap_or_default(), bytes);
        }
        Ok(parts)
    }

    /// Other files than a model's are passed over.
    fn put(&mut self, name: &str, bytes: Vec<u8>) {
        match name {
            MANIFEST => self.manifest = Some(bytes),
            WEIGHTS => self.weights = Some(bytes),
            PROFILE => self.profile = Some(bytes),
            TABLE => self.table = Some(bytes),
            _ => {}
        }
    }

    fn into_artefact(self, path: &Path) -> Result<Artefact, ModelError> {
        let lacks = |part: &str| damaged(path, format!("it has no {part}"));
        let manifest = self.manifest.ok_or_else(|| lacks(MANIFEST))?;
        check_schema_hash(&manifest, path)?;
        let manifest: Manifest = serde_json::from_slice(&manifest)
            .map_err(|error| damaged(path, format!("{MANIFEST}: {error}")))?;
        check_features(&manifest, path)?;
        let profile = self.profile.ok_or_else(|| lacks(PROFILE))?;
        let table = self.table.ok_or_else(|| lacks(TABLE))?;
        Ok(Artefact {
            table: table_file::from_bytes(&table, &manifest.features.horizons())
                .map_err(|reason| damaged(path, format!("{TABLE}: {reason}")))?,
            manifest,
            weights: self.weights.ok_or_else(|| lacks(WEIGHTS))?,
            profile: profile_file::from_bytes(&profile)
                .map_err(|reason| damaged(path, format!("{PROFILE}: {reason}")))?,
            path: path.to_owned(),
        })
    }
}

/// Checked before the rest of the manifest is read, whose form may have changed with the features.
fn check_schema_hash(manifest: &[u8], path: &Path) -> Result<(), ModelError> {
    #[derive(Deserialize)]
    struct Features {
        schema_hash: String,
        #[serde(flatten)]
        spec: FeatureSpec,
    }
    let Ok(trained_on) = serde_json::from_slice::<Features>(manifest) else { return Ok(()) };
    let built_here = trained_on.spec.schema_hash();
    if trained_on.schema_hash == built_here {
        return Ok(());
    }
    Err(ModelError::OtherFeatures { path: path.to_owned(), trained_on: trained_on.schema_hash, built_here })
}

fn check_features(manifest: &Manifest, path: &Path) -> Result<(), ModelError> {
    let spec = &manifest.features;
    if spec.look_back == 0 || spec.cadence_seconds <= 0 || spec.horizons_seconds.is_empty() {
        return Err(damaged(path, format!("{MANIFEST}: look_back, cadence and horizons must be above zero")));
    }
    let NetworkShape { lstm, dense, components, members } = manifest.network;
    if [lstm, dense, components, members].contains(&0) {
        return Err(damaged(path, format!("{MANIFEST}: every size of the network must be above zero")));
    }
    if let Some(fault) = manifest.blend.fault(spec.horizons_seconds.len()) {
        return Err(damaged(path, format!("{MANIFEST}: the blend: {fault}")));
    }
    Ok(())
}

/// The error of a part that is missing or says something impossible.
pub fn damaged(path: &Path, reason: String) -> ModelError {
    ModelError::Damaged { path: path.to_owned(), reason }
}
