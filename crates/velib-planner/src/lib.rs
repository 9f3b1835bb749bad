//! Journeys by shared bike, ranked by the door-to-door time to expect once the cost of failing is counted.
//!
//! One pure call, [`plan`]: a network, an outlook, street times and a request go in; ranked journeys come out, with
//! what was dropped and why. Nothing here knows where a probability came from (a model, a queue, a coin), reads a
//! clock or a file, or draws a map: those belong to the caller, so that a plan can be replayed from its inputs.

mod candidates;
mod dropped;
mod journey;
mod network;
mod outlook;
mod plan;
mod prospect;
mod ranking;
mod request;
mod streets;
mod trip;

pub use dropped::{DropReason, Dropped};
pub use journey::{Durations, Fallback, Journey, Label, Leg, Place, Stop};
pub use network::{Network, NetworkStation};
pub use outlook::{BikeKind, Outlook};
pub use plan::{MAX_JOURNEYS, Plan, plan};
pub use request::{End, JourneyRequest, RequestError, SERVICE_AREA_M};
pub use streets::{DetourStreets, StreetTimes, Stretch};
pub use trip::{DOCK_S, LAST_RESORT_S, UNLOCK_S};
