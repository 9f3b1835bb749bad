//! A model whose parts are weighed anew: network, usual week and table stay as they are in its file.

use std::{fmt, fs, path::Path};

use serde::Serialize;
use velib_forecast::{Blend, ProfileLearner, baselines::Climatology, protocol::Fold};
use velib_model::{Artefact, BlendRecord, ModelError, UsualWeekRecord, blend::PARTS};

use crate::{
    DataSource, SimpleForecasters, TrainError,
    data_set::{DataSet, bar, read_data_at},
    history::sha256,
    run::versioned,
};

/// How a model's parts were weighed, and where it lies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blended {
    /// The version there was.
    pub from_version: String,
    /// The version there is.
    pub version: String,
    /// Seconds from origin to target, ascending, as the weights are.
    pub horizons_seconds: Vec<i64>,
    /// The weights, in the order of the parts: network, table, climatology.
    pub weights: Blend,
    /// The weight of what bikes leave in docks, one a horizon.
    pub mirror: Vec<f64>,
    /// Checksum of the archive.
    pub sha256: String,
    /// Bytes of the archive.
    pub bytes: usize,
}

/// Weighs the parts of a model on the validation days of a system's silver, each answered with the usual week of the
/// training days around it, and writes the model to `out`.
pub async fn blend_file(source: &DataSource, model: &Path, out: &Path) -> Result<Blended, TrainError> {
    let bar = bar("reading silver");
    let mut model = Artefact::load(model)?;
    let from_version = model.manifest.version.clone();
    let horizons_seconds = model.manifest.features.horizons_seconds.clone();
    let DataSet { city, protocol, origins, .. } = read_data_at(source, Some(&horizons_seconds), &bar).await?;
    bar.finish_and_clear();
    let week = model.manifest.usual_week.as_ref();
    let half_life = week.map(UsualWeekRecord::half_life).unwrap_or_default();
    let last = week.map_or(model.manifest.training.data_to, |week| week.to);
    let usual = ProfileLearner::of(&city, protocol.snapshots(&city, Fold::Train)).forgetting(half_life);
    let concentration = model.manifest.blend.climatology_concentration;
    model.manifest.blend = BlendRecord::network_alone(concentration, horizons_seconds.len());
    let horizons = model.manifest.features.horizons();
    let mut simple = SimpleForecasters {
        table: model.table.clone(),
        climatology: Climatology::new(model.profile.clone(), concentration, &horizons),
    };
    let mut network = velib_lstm::forecaster(model.clone())?;
    model.manifest.blend = simple.blend_with(&mut network, &usual, &city, &protocol, &origins)?;
    model.manifest.version = versioned(&model, last);
    model.manifest.metrics.clear();
    out.clone_into(&mut model.path);
    model.save()?;
    let bytes = fs::read(out).map_err(|source| ModelError::Unreadable { path: out.to_owned(), source })?;
    Ok(Blended {
        from_version,
        version: model.manifest.version,
        horizons_seconds,
        weights: model.manifest.blend.weights,
        mirror: model.manifest.blend.mirror,
        sha256: sha256(&bytes),
        bytes: bytes.len(),
    })
}

impl fmt::Display for Blended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version       {} (was {})", self.version, self.from_version)?;
        let horizons = self.horizons_seconds.iter().zip(&self.weights.horizons).zip(&self.mirror);
        for ((seconds, at), mirror) in horizons {
            for (target, weights) in [("bikes", &at.bikes), ("docks", &at.docks)] {
                write!(f, "+{:<4} min     {target}:", seconds / 60)?;
                for (part, weight) in PARTS.iter().zip(weights) {
                    write!(f, " {part} {weight:.4}")?;
                }
                writeln!(f)?;
            }
            writeln!(f, "+{:<4} min     docks: what bikes leave {mirror:.4}", seconds / 60)?;
        }
        write!(f, "archive       {} bytes, sha256 {}", self.bytes, self.sha256)
    }
}
