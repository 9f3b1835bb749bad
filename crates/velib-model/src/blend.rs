//! How a model's network is mixed with the simple forecasters that its file carries.

use serde::{Deserialize, Serialize};
use velib_forecast::{Blend, blend::HorizonWeights};

/// What is mixed, in the order of the weights.
pub const PARTS: [&str; 3] = ["network", "table", "climatology"];

/// The part that answers where too few days were seen to trust another.
pub const SIMPLEST: usize = 1;

/// The weights, and what else the simple forecasters need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlendRecord {
    /// [`PARTS`], told so that the weights can be read.
    pub parts: Vec<String>,
    /// How closely counts keep to the usual week between the walls.
    pub climatology_concentration: f64,
    /// One list of weights for each horizon and target.
    #[serde(flatten)]
    pub weights: Blend,
}

impl BlendRecord {
    /// A record of weights.
    pub fn new(climatology_concentration: f64, weights: Blend) -> Self {
        Self { parts: PARTS.map(str::to_owned).to_vec(), climatology_concentration, weights }
    }

    /// The record of a network that is not mixed, or not yet.
    pub fn network_alone(climatology_concentration: f64, horizons: usize) -> Self {
        let alone = || vec![1.0, 0.0, 0.0];
        let at = |_| HorizonWeights { bikes: alone(), docks: alone() };
        Self::new(climatology_concentration, Blend { horizons: (0..horizons).map(at).collect() })
    }

    /// What makes it unusable for so many horizons; `None` where nothing does.
    pub(crate) fn fault(&self, horizons: usize) -> Option<String> {
        if self.parts != PARTS {
            return Some(format!("it mixes {:?}, this program {PARTS:?}", self.parts));
        }
        if self.climatology_concentration.is_nan() || self.climatology_concentration <= 0.0 {
            return Some("the concentration of climatology must be above zero".to_owned());
        }
        self.weights.fault(horizons, PARTS.len())
    }
}
