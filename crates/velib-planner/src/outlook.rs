//! What the planner asks about the future, and nothing about how it is known.

use velib_domain::Timestamp;

use crate::Site;

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
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64>;

    /// P(at least `n` docks are free at the station at that moment).
    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64>;

    /// P(at least `n` bikes at that moment), had the station `now` bikes of this kind now. `None` where the outlook
    /// cannot imagine other counts than those it was made from; answers then hold no advice on when to switch.
    fn p_bikes_had_it(
        &self,
        _now: u16,
        _site: Site<'_>,
        _kind: BikeKind,
        _n: u16,
        _at: Timestamp,
    ) -> Option<f64> {
        None
    }

    /// The same for docks.
    fn p_docks_had_it(&self, _now: u16, _site: Site<'_>, _n: u16, _at: Timestamp) -> Option<f64> {
        None
    }
}
