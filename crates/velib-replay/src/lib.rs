//! What a planner is worth to people: the same trips through a history that is over, once for each way of choosing
//! stations.
//!
//! [`replay`] draws trips on days that nothing was learned from, lets every planner choose with what was known at
//! departure ([`Seen`] tells no more), and sends a traveller with each choice through what then really was counted. Whoever
//! finds no bike or no dock goes on by one common rule, so that only the first choice differs.
//!
//! Counts stand until the next snapshot, for travellers and planners alike. Nobody's bike is missing elsewhere: a
//! traveller does not change the history. No file, no clock: the caller brings both.

mod appraisal;
mod correlation;
mod demand;
mod error;
pub mod foresight;
mod going;
mod hours;
mod learn;
pub mod likeness;
mod mcnemar;
mod outlook;
mod pace;
mod page;
mod planner;
mod promise;
mod recovery;
mod report;
mod run;
mod seen;
mod stage;
mod sums;
mod targets;
#[cfg(test)]
mod town;
mod traveller;
mod trips;

pub use error::ReplayError;
pub use learn::OURS;
pub use page::page;
pub use planner::{Planner, Rule, Wishes};
pub use report::{
    CorrelationLine, ForecastLine, GoLine, HourLine, Measured, PairedLine, PlannerLine, RecoveryLine,
    ReliabilityLine, Report, SkillLine, StratumReport,
};
pub use run::{Days, Replay, Settings, Stopwatch, replay};
pub use seen::{Recording, STANDS_FOR, Seen};
pub use targets::Target;
pub use trips::Stratum;
pub use velib_planner::{BikeKind, Weights};
