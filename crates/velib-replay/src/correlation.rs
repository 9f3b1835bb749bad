//! What a failure told about the stations around, in a history: the events from which the planner's ρ is fitted.

use velib_domain::{SignedDuration, Timestamp};
use velib_planner::{DISTANCES_M, HourClass, JointEvent, Missing};

use crate::{
    Seen,
    foresight::{Foresight, SLOT, Wanted},
    outlook::Lookout,
    stage::Stage,
};

/// How long after being asked a traveller stands at the station that fails: to a bike, and to a dock.
const UNTIL: [SignedDuration; 2] = [SignedDuration::from_mins(5), SignedDuration::from_mins(20)];

/// Other stations looked at after each failure.
const NEIGHBOURS: usize = 6;

/// What a foresight expected of the stations around those that turned out empty or full, at these moments. Only
/// failures that were no certainty at departure count: nobody is sent to a station that is known to be empty.
pub(crate) fn events(
    stage: &Stage<'_>,
    foresight: &dyn Foresight,
    moments: &[Timestamp],
    until: Timestamp,
) -> Vec<JointEvent> {
    let mut events = Vec::new();
    for &moment in moments {
        let lookout = Lookout::new(foresight, Seen::new(stage.recording, moment), &stage.in_history);
        for (missing, wanted) in [(Missing::Bike, Wanted::Bike), (Missing::Dock, Wanted::Dock)] {
            let failed_at = moment + UNTIL[missing as usize];
            let looked_at = failed_at + SLOT;
            if looked_at >= until {
                continue;
            }
            let there = |at: Timestamp, station: usize| {
                let cell = stage.cell(at, station)?;
                Some(if wanted == Wanted::Bike { cell.bikes > 0 } else { cell.docks? > 0 })
            };
            for station in 0..stage.in_history.len() {
                if there(moment, station) != Some(true) || there(failed_at, station) != Some(false) {
                    continue;
                }
                for &other in stage.around(station).iter().take(NEIGHBOURS) {
                    let distance_m = stage.site(station).position.distance_m(stage.site(other).position);
                    let seconds = looked_at.duration_since(moment).as_secs_f64();
                    let known = lookout.chance(other, wanted, seconds).zip(there(looked_at, other));
                    let Some((p, found)) = known.filter(|_| distance_m <= DISTANCES_M[DISTANCES_M.len() - 1])
                    else {
                        continue;
                    };
                    events.push(JointEvent { missing, hour: HourClass::of(moment), distance_m, p, found });
                }
            }
        }
    }
    events
}
