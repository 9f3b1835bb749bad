//! How a traveller goes on where a planned station has nothing: by a rule that is the same whoever planned, or by asking the
//! planner again from there.

use velib_domain::Timestamp;
use velib_planner::{Correlation, Journey, JourneyRequest, Start};

use crate::{
    Seen,
    foresight::{Foresight, Wanted},
    outlook::Lookout,
    planner::{self, Wishes},
    stage::Stage,
    trips::Trip,
};

/// What to do next. The station one stands at is the last of those that were tried.
pub(crate) trait Recovery {
    /// Where to walk for a bike, and where to ride then; `None` to walk all the way.
    fn without_bike(&self, now: Timestamp, dropoff: usize, tried: &[usize]) -> Option<(usize, usize)>;

    /// Where to ride for a dock.
    fn without_dock(&self, now: Timestamp, tried: &[usize]) -> Option<usize>;
}

/// The nearest station that has it now and was not tried, as far as it is nearer than the destination.
pub(crate) struct Common<'s, 'c> {
    pub(crate) stage: &'s Stage<'c>,
    pub(crate) trip: &'s Trip,
}

/// The planner's own advice from where one stands, by what is known there and then; it may name the same station once more,
/// which is to wait.
pub(crate) struct AskedAgain<'s, 'c> {
    pub(crate) stage: &'s Stage<'c>,
    pub(crate) trip: &'s Trip,
    pub(crate) foresight: &'s dyn Foresight,
    pub(crate) correlation: &'s Correlation,
    pub(crate) wishes: Wishes,
}

impl Common<'_, '_> {
    fn nearest_with(&self, wanted: Wanted, now: Timestamp, tried: &[usize]) -> Option<usize> {
        let around = self.stage.around(*tried.last()?).iter().copied();
        around.filter(|other| !tried.contains(other)).find(|&other| self.stage.is_there(wanted, now, other))
    }
}

impl Recovery for Common<'_, '_> {
    fn without_bike(&self, now: Timestamp, dropoff: usize, tried: &[usize]) -> Option<(usize, usize)> {
        let here = *tried.last()?;
        // The last of them is where one stands.
        let not_to = [&[dropoff], tried].concat();
        let next = self.nearest_with(Wanted::Bike, now, &not_to)?;
        let on_foot_s = self.stage.walk_from(here, self.trip.to).duration_s;
        (self.stage.walk_between(here, next).duration_s < on_foot_s).then_some((next, dropoff))
    }

    fn without_dock(&self, now: Timestamp, tried: &[usize]) -> Option<usize> {
        self.nearest_with(Wanted::Dock, now, tried)
    }
}

impl AskedAgain<'_, '_> {
    fn ask(&self, now: Timestamp, here: usize, start: Start) -> Option<Journey> {
        let seen = Seen::new(self.stage.recording, now);
        let lookout = Lookout::new(self.foresight, seen, &self.stage.in_history);
        let from = self.stage.site(here).position;
        let request = planner::request(self.stage, (from, self.trip.to), now, self.wishes);
        let request = JourneyRequest { start, ..request };
        planner::first_journey(self.stage, &lookout, self.correlation, &request)
    }
}

impl Recovery for AskedAgain<'_, '_> {
    fn without_bike(&self, now: Timestamp, _: usize, tried: &[usize]) -> Option<(usize, usize)> {
        let journey = self.ask(now, *tried.last()?, Start::OnFoot)?;
        planner::stations(self.stage, &journey)
    }

    fn without_dock(&self, now: Timestamp, tried: &[usize]) -> Option<usize> {
        let journey = self.ask(now, *tried.last()?, Start::Riding)?;
        self.stage.index(&journey.dropoff.station_id)
    }
}
