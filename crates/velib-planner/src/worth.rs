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

    /// With probability `p` the one; else a failure, and then the other.
    pub(crate) fn or_failing(p: f64, found: Self, failed: Self, weights: Weights) -> Self {
        let failed_cost = failed.cost + weights.failure_s;
        Self {
            seconds: p * found.seconds + (1.0 - p) * failed.seconds,
            cost: p * found.cost + (1.0 - p) * failed_cost,
        }
    }
}
