//! What the planner asks about the future, and nothing about how it is known.

use velib_domain::{StationId, Timestamp};

/// The bike a rider wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BikeKind {
    /// Whatever stands there.
    #[default]
    Any,
    /// Without a motor.
    Mechanical,
    /// With a motor.
    Ebike,
}

impl BikeKind {
    /// The word used in requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Mechanical => "mechanical",
            Self::Ebike => "ebike",
        }
    }
}

/// Probabilities of finding what a rider needs, at the moment of standing there.
///
/// `None` means that nobody can tell; the planner then leaves the station out rather than guess.
pub trait Outlook {
    /// P(at least `n` bikes of this kind are ready to rent at the station at that moment).
    fn p_bikes_at_least(&self, station: &StationId, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64>;

    /// P(at least `n` docks are free at the station at that moment).
    fn p_docks_at_least(&self, station: &StationId, n: u16, at: Timestamp) -> Option<f64>;
}
