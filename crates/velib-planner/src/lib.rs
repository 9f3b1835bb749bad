//! Journeys by shared bike, ranked by the door-to-door time to expect once the cost of failing is counted.
//!
//! One pure call, [`plan`]: a network, an outlook, street times and a request go in; ranked journeys come out, with
//! what was dropped and why. Nothing here knows where a probability came from (a model, a queue, a coin), reads a
//! clock or a file, or draws a map: those belong to the caller, so that a plan can be replayed from its inputs.
//!
//! The way through the files: [`candidates`] finds stations at both ends, [`routes`] weighs their pairs by what [`bikes`]
//! and [`docks`] say a station is worth, [`search`] finds when to leave, [`ranking`] keeps the few worth reading (and [`front`] those, with few weighed),
//! [`unfold`] gives those their exact times, and [`telling`], [`reason`] and [`switching`] put them into words for others.

mod best_two;
mod bikes;
mod candidates;
mod correlation;
mod docks;
mod dropped;
mod front;
mod journey;
mod memory;
mod network;
mod outlook;
mod paces;
mod plan;
mod prospect;
mod ranking;
mod reason;
mod request;
mod risk;
mod routes;
mod search;
mod streets;
mod switching;
mod telling;
mod trip;
mod unfold;
mod worth;

pub use correlation::{Correlation, DISTANCES_M, HourClass, JointEvent, Missing, WAIT_S};
pub use dropped::{DropReason, Dropped};
pub use journey::{Durations, Fallback, Journey, Label, Leg, LineWords, Place, Stop, SwitchIf, Wait};
pub use network::{Network, NetworkStation, SILENT_AFTER, Site};
pub use outlook::{BikeKind, Outlook};
pub use paces::Paces;
pub use plan::{MAX_JOURNEYS, Plan, plan};
pub use reason::Reason;
pub use request::{End, JourneyRequest, RequestError, SERVICE_AREA_M, Start, When};
pub use risk::{Risk, Weights};
pub use streets::{DetourStreets, Door, StreetTimes, Stretch};
pub use trip::{DOCK_S, Inputs, LAST_RESORT_S, UNLOCK_S};
