//! What the rest of a journey is worth at some point of it: the time to expect, and what that time costs.

use crate::risk::Weights;

/// Expectations from some moment on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Worth {
    /// Seconds until the traveller is there.
    pub(crate) seconds: f64,
    /// The same with walking and failures weighed: what is minimised.
    pub(crate) cost: f64,
}

impl Worth {
    /// Being there.
    pub(crate) const THERE: Self = Self { seconds: 0.0, cost: 0.0 };

    /// Seconds on a bike, at a dock, or waiting, before it.
    pub(crate) fn after(self, seconds: f64) -> Self {
        Self { seconds: self.seconds + seconds, cost: self.cost + seconds }
    }

    /// Seconds on foot before it.
    pub(crate) fn after_walking(self, seconds: f64, weights: Weights) -> Self {
        Self { seconds: self.seconds + seconds, cost: self.cost + seconds * weights.on_foot }
    }

    /// No more than either, in time and in cost.
    pub(crate) fn least(self, other: Self) -> Self {
        Self { seconds: self.seconds.min(other.seconds), cost: self.cost.min(other.cost) }
    }

    /// With probability `p` the one, else the other.
    pub(crate) fn either(p: f64, found: Self, failed: Self) -> Self {
        Self {
            seconds: p * found.seconds + (1.0 - p) * failed.seconds,
            cost: p * found.cost + (1.0 - p) * failed.cost,
        }
    }

    /// With probability `p` the one; else the station that was planned has failed, and then the other. Once it has, nothing is left
    /// to be spared but time: trying on is no worse than not trying.
    pub(crate) fn or_failing(p: f64, found: Self, failed: Self, weights: Weights) -> Self {
        Self::either(p, found, Self { cost: failed.cost + weights.failure_s, ..failed })
    }
}
