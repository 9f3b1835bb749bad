//! How bikes get stuck and free again: the few numbers that the estimate of stuck bikes rests on.

/// The habits of bikes that cannot be ridden.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wear {
    /// Chance that an arriving bike cannot be taken again.
    pub stuck_per_arrival: f64,
    /// Chance that a stuck bike is freed or taken away in an hour.
    pub freed_per_hour: f64,
    /// Chance that all of a station's stuck bikes are, in an hour.
    pub cleared_per_hour: f64,
    /// Chance that a station falls silent in an hour: its counts stand still, whatever happens there.
    pub silent_per_hour: f64,
    /// Chance that a silent station speaks again in an hour.
    pub heard_per_hour: f64,
}

impl Default for Wear {
    fn default() -> Self {
        Self {
            stuck_per_arrival: 0.004,
            freed_per_hour: 1.0 / 72.0,
            cleared_per_hour: 1.0 / 240.0,
            silent_per_hour: 1.0 / 2_500.0,
            heard_per_hour: 1.0 / 16.0,
        }
    }
}

impl Wear {
    /// No bike is ever stuck: what estimates are compared with.
    pub const NONE: Self = Self {
        stuck_per_arrival: 0.0,
        freed_per_hour: 1.0,
        cleared_per_hour: 0.0,
        silent_per_hour: 1.0 / 2_500.0,
        heard_per_hour: 1.0 / 16.0,
    };

    /// Stuck bikes to be expected at a station of so many arrivals an hour of which nothing else is known.
    pub(super) fn usual_stuck(&self, arrivals_per_hour: f64) -> f64 {
        self.stuck_per_arrival * arrivals_per_hour / (self.freed_per_hour + self.cleared_per_hour)
    }
}
