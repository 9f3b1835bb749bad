//! A seeded random search over networks and steps, thinned by successive halving, that goes on where it was stopped.
//!
//! What decides is the loss on validation rows, the same rows for all. The test days are never looked at.

mod halving;
mod outcome;
mod space;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};

pub use self::{
    outcome::SearchOutcome,
    space::{SearchSpace, Trial},
};
use crate::{Checkpoint, FitData, TrainError, data_sha256, fit};

/// What a search knows so far: its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    /// What is searched, on what: another search cannot go on from here.
    of: String,
    tried: Vec<Tried>,
}

/// One trial in one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The trial's place among those drawn.
    pub trial: usize,
    /// Epochs of the round.
    pub epochs: usize,
    /// Loss on validation rows after each epoch, in nats a count.
    pub losses: Vec<f64>,
}

impl Tried {
    /// The smallest loss.
    pub fn best(&self) -> f64 {
        self.losses.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// Searches, or goes on with a search. Every fit that ends is kept in the file `state`.
pub fn search(
    data: FitData<'_>,
    space: &SearchSpace,
    state: &Path,
    bar: &ProgressBar,
) -> Result<SearchOutcome, TrainError> {
    let trials = space.draw();
    let of = format!("{} {space:?} {}", data.spec.schema_hash(), data_sha256(data.city));
    let mut known = State::load(state, of)?;
    let mut in_round: Vec<usize> = (0..trials.len()).collect();
    let rounds = halving::rounds(space.first_epochs, space.last_epochs, space.keep_one_in);
    for (round, &epochs) in rounds.iter().enumerate() {
        let mut losses = Vec::new();
        for &trial in &in_round {
            bar.suspend(|| {
                eprintln!("round {} of {}, trial {trial}: {:?}", round + 1, rounds.len(), trials[trial]);
            });
            let found = known.tried.iter().find(|tried| (tried.trial, tried.epochs) == (trial, epochs));
            let tried = match found {
                Some(tried) => tried.clone(),
                None => known.keep(state, run(data, space, &trials, trial, epochs, state, bar)?)?,
            };
            losses.push((trial, tried.best()));
        }
        in_round = halving::survivors(&losses, space.keep_one_in);
    }
    Ok(SearchOutcome { trials, tried: known.tried })
}

/// One fit. Its checkpoint lies beside the search's file and is gone when it ends.
fn run(
    data: FitData<'_>,
    space: &SearchSpace,
    trials: &[Trial],
    trial: usize,
    epochs: usize,
    state: &Path,
    bar: &ProgressBar,
) -> Result<Tried, TrainError> {
    let checkpoint = Checkpoint::path(state);
    let fitted = fit(data, &space.plan(&trials[trial], epochs), Some(&checkpoint), bar)?;
    fs::remove_file(&checkpoint).map_err(|error| unusable(&checkpoint, &error))?;
    let losses = fitted.losses.into_iter().map(|(_, held_out)| held_out).collect();
    Ok(Tried { trial, epochs, losses })
}

impl State {
    fn load(path: &Path, of: String) -> Result<Self, TrainError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { of, tried: Vec::new() });
            }
            Err(error) => return Err(unusable(path, &error)),
        };
        let state: Self = serde_json::from_slice(&bytes).map_err(|error| unusable(path, &error.into()))?;
        if state.of == of {
            return Ok(state);
        }
        let reason = "it is of another search: another space, other data or other features".to_owned();
        Err(TrainError::Checkpoint { path: path.to_owned(), reason })
    }

    /// Adds a fit that ended, in the file first.
    fn keep(&mut self, path: &Path, tried: Tried) -> Result<Tried, TrainError> {
        self.tried.push(tried.clone());
        let unfinished = path.with_extension("unfinished");
        let written = serde_json::to_vec_pretty(self)
            .map_err(io::Error::from)
            .and_then(|bytes| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, path));
        written.map_err(|error| unusable(path, &error))?;
        Ok(tried)
    }
}

fn unusable(path: &Path, error: &io::Error) -> TrainError {
    TrainError::Checkpoint { path: PathBuf::from(path), reason: error.to_string() }
}
