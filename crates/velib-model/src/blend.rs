//! How a model's network is mixed with the simple forecasters that its file carries.

use serde::{Deserialize, Serialize};
use velib_forecast::{
    Blend,
    blend::{HorizonWeights, NoneRecalibrated},
};

/// What is mixed, in the order of the weights.
pub const PARTS: [&str; 3] = ["network", "table", "climatology"];

/// The place of the network among them.
pub const NETWORK: usize = 0;

/// The place of the table, which answers where too few days were seen to trust another.
pub const TABLE: usize = 1;

/// The place of climatology.
pub const CLIMATOLOGY: usize = 2;

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
    /// The weight that what bikes leave of the places has in docks after that, one a horizon; empty where docks are told
    /// alone, as in files of before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirror: Vec<f64>,
    /// How the probability of no bike and of no dock is told anew after that, one a horizon; empty where it is not.
    #[serde(default)]
    pub none: Vec<NoneRecalibrated>,
}

impl BlendRecord {
    /// A record of weights.
    pub fn new(
        climatology_concentration: f64,
        weights: Blend,
        mirror: Vec<f64>,
        none: Vec<NoneRecalibrated>,
    ) -> Self {
        Self { parts: PARTS.map(str::to_owned).to_vec(), climatology_concentration, weights, mirror, none }
    }

    /// The record of a network that is not mixed, or not yet.
    pub fn network_alone(climatology_concentration: f64, horizons: usize) -> Self {
        let alone = || vec![1.0, 0.0, 0.0];
        let at = |_| HorizonWeights { bikes: alone(), docks: alone() };
        let weights = Blend { horizons: (0..horizons).map(at).collect() };
        Self::new(climatology_concentration, weights, Vec::new(), vec![NoneRecalibrated::default(); horizons])
    }

    /// What makes it unusable for so many horizons; `None` where nothing does.
    pub(crate) fn fault(&self, horizons: usize) -> Option<String> {
        if self.parts != PARTS {
            return Some(format!("it mixes {:?}, this program {PARTS:?}", self.parts));
        }
        if self.climatology_concentration.is_nan() || self.climatology_concentration <= 0.0 {
            return Some("the concentration of climatology must be above zero".to_owned());
        }
        let is_share = self.mirror.iter().all(|weight| (0.0..=1.0).contains(weight));
        if ![0, horizons].contains(&self.mirror.len()) || !is_share {
            return Some(format!(
                "{:?} are no weights of a mirror image at {horizons} horizons",
                self.mirror
            ));
        }
        let is_sound = self.none.iter().all(|at| at.bikes.is_sound() && at.docks.is_sound());
        if ![0, horizons].contains(&self.none.len()) || !is_sound {
            return Some(format!("{:?} does not tell none anew at {horizons} horizons", self.none));
        }
        self.weights.fault(horizons, PARTS.len())
    }
}
