//! Why a model could not be loaded, and what to do about it.

use std::{io, path::PathBuf};

/// A model that is missing, damaged, or built for other features.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// There is no such file or folder.
    #[error(
        "there is no model at {path}: train one with `velib-train fit --out {path}`, or name the one in model/"
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there and cannot be read as a model.
    #[error("the model at {path} cannot be read: {source}")]
    Unreadable {
        /// The model.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A part of the model is missing or says something impossible.
    #[error("the model at {path} is damaged: {reason}; package it again with `velib-train fit`")]
    Damaged {
        /// The model.
        path: PathBuf,
        /// Which part, and what is wrong with it.
        reason: String,
    },
    /// The model was trained on other features than this program builds.
    #[error(
        "the model at {path} was trained on features {trained_on}, this program builds {built_here}: \
         train it again, or use the program it came with"
    )]
    OtherFeatures {
        /// The model.
        path: PathBuf,
        /// The schema hash in its manifest.
        trained_on: String,
        /// The schema hash of this program for the same look-back, cadence and horizons.
        built_here: String,
    },
}
