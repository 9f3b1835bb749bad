//! How fast a usual week forgets.

use std::{fmt, str::FromStr};

/// Days after which a day's word counts half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfLife(f32);

impl HalfLife {
    /// Every day counts as much as any other.
    pub const NEVER: Self = Self(f32::INFINITY);

    /// A half-life of so many days; `None` where they are not above zero.
    pub fn of_days(days: f32) -> Option<Self> {
        (days > 0.0).then_some(Self(days))
    }

    /// The days; `None` where nothing is forgotten.
    pub fn days(self) -> Option<f32> {
        self.0.is_finite().then_some(self.0)
    }

    /// What the word of a day counts that lies so many days away.
    pub(super) fn weight(self, days: i32) -> f32 {
        (-(days as f32) / self.0).exp2()
    }
}

/// Text that is no half-life.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no half-life: write days above zero, as 120, or never")]
pub struct InvalidHalfLife(String);

impl FromStr for HalfLife {
    type Err = InvalidHalfLife;

    fn from_str(text: &str) -> Result<Self, InvalidHalfLife> {
        if text == "never" {
            return Ok(Self::NEVER);
        }
        let days = text.parse().ok().and_then(Self::of_days);
        days.ok_or_else(|| InvalidHalfLife(text.to_owned()))
    }
}

impl Default for HalfLife {
    /// Nothing is forgotten.
    fn default() -> Self {
        Self::NEVER
    }
}

impl fmt::Display for HalfLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.days() {
            Some(days) => write!(f, "{days} days"),
            None => f.write_str("never"),
        }
    }
}
