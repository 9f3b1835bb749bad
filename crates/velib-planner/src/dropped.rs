//! What the planner looked at and left out, with the reason, so that an answer can be questioned.

use velib_domain::StationId;

/// A station, or a pair of stations, that is not in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Where the bike would have been taken, if that is what was dropped or part of it.
    pub pickup: Option<StationId>,
    /// Where the bike would have been left, if that is what was dropped or part of it.
    pub dropoff: Option<StationId>,
    /// Why.
    pub reason: DropReason,
}

/// Why something is not in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// The station is not installed, or does not rent.
    NotRenting,
    /// The station is not installed, or does not take bikes back.
    NotReturning,
    /// The station has not reported for so long that its counts say nothing.
    Silent,
    /// Nobody can tell how many bikes or docks there will be.
    NoOutlook,
    /// It is certain that there will be too few bikes.
    CertainlyEmpty,
    /// It is certain that there will be too few docks.
    CertainlyFull,
    /// Walking all the way takes no longer.
    SlowerThanWalking,
    /// Another journey is about as good in every respect, and better in one.
    NoBetterThanAnother,
    /// Good, but the answer already holds as many as a person can weigh.
    BeyondTheLimit,
}

impl DropReason {
    /// A stable code for answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotRenting => "not_renting",
            Self::NotReturning => "not_returning",
            Self::Silent => "silent",
            Self::NoOutlook => "no_outlook",
            Self::CertainlyEmpty => "certainly_empty",
            Self::CertainlyFull => "certainly_full",
            Self::SlowerThanWalking => "slower_than_walking",
            Self::NoBetterThanAnother => "no_better_than_another",
            Self::BeyondTheLimit => "beyond_the_limit",
        }
    }
}

/// What is left out of a plan, written down only where somebody wants to read it: most of what is looked at is left out.
#[derive(Debug)]
pub(crate) struct LeftOut(Option<Vec<Dropped>>);

impl LeftOut {
    pub(crate) fn told(wanted: bool) -> Self {
        Self(wanted.then(Vec::new))
    }

    pub(crate) fn is_told(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn push(&mut self, dropped: impl FnOnce() -> Dropped) {
        if let Some(list) = &mut self.0 {
            list.push(dropped());
        }
    }

    pub(crate) fn into_list(self) -> Vec<Dropped> {
        self.0.unwrap_or_default()
    }
}

impl Dropped {
    pub(crate) fn pickup(station: &StationId, reason: DropReason) -> Self {
        Self { pickup: Some(station.clone()), dropoff: None, reason }
    }

    pub(crate) fn dropoff(station: &StationId, reason: DropReason) -> Self {
        Self { pickup: None, dropoff: Some(station.clone()), reason }
    }

    pub(crate) fn pair(pickup: &StationId, dropoff: &StationId, reason: DropReason) -> Self {
        Self { pickup: Some(pickup.clone()), dropoff: Some(dropoff.clone()), reason }
    }
}
