//! Histories with holes: some rows are learned from with part of their history taken away, so that a station with a
//! broken link, a new station or a client with fewer hours still gets a sensible answer.

use rand::{Rng, RngExt};
use velib_forecast::{ForecastRequest, Profile, StationHistory};

/// What is taken away, and how often out of a hundred rows; the rest stays whole.
const LOSSES: [(u32, Loss); 6] = [
    (4, Loss::OldestSlot),
    (7, Loss::OldestSlots),
    (8, Loss::RandomSlots),
    (4, Loss::NewestSlots),
    (4, Loss::Docks),
    (1, Loss::Everything),
];

/// Out of a hundred rows, how many are learned from as if their station had been asked about alone.
const ALONE_PERCENT: u32 = 10;

/// Out of a hundred stations, how many are learned from as if they were new.
const NEW_PERCENT: u32 = 4;

/// Out of a hundred snapshots, how many are learned from as if nobody had told the weather.
const WEATHERLESS_PERCENT: u32 = 15;

/// Out of a hundred snapshots, how many are learned from as if the lake had no week before.
const WEEKLESS_PERCENT: u32 = 10;

/// Out of a hundred days, how many are learned from with a usual week that has aged.
const AGED_PERCENT: u32 = 50;

/// It has aged by at most this part of the stretch of days learned from.
const OLDEST_PART: i32 = 8;

/// One way of not knowing.
#[derive(Debug, Clone, Copy)]
enum Loss {
    /// Clients that send 24 hours lack the one a day ago.
    OldestSlot,
    OldestSlots,
    RandomSlots,
    /// The last counts did not arrive.
    NewestSlots,
    /// Clients that send bikes only.
    Docks,
    Everything,
}

/// Takes away part of a history, or nothing.
pub(crate) fn mask(history: &mut StationHistory, rng: &mut impl Rng) {
    let mut dice = rng.random_range(0..100);
    for (percent, loss) in LOSSES {
        if dice < percent {
            return take_away(loss, history, rng);
        }
        dice -= percent;
    }
}

/// Whether a station is asked about without its neighbours and network.
pub(crate) fn is_alone(rng: &mut impl Rng) -> bool {
    rng.random_range(0..100) < ALONE_PERCENT
}

/// Takes the weather away, or leaves it.
pub(crate) fn hide_weather(request: &mut ForecastRequest, rng: &mut impl Rng) {
    // Histories without weather draw nothing more than they did before there was any.
    if !request.weather.is_empty() && rng.random_range(0..100) < WEATHERLESS_PERCENT {
        request.weather.clear();
    }
}

/// Takes away what was counted a week before, or leaves it.
pub(crate) fn hide_week_before(request: &mut ForecastRequest, rng: &mut impl Rng) {
    if rng.random_range(0..100) < WEEKLESS_PERCENT {
        request.stations.iter_mut().for_each(|station| station.bikes_week_before.clear());
    }
}

/// By how many days the usual week has aged, as if it had not been learned anew for so long; 0 for many.
pub(crate) fn age_days(stretch_days: i32, rng: &mut impl Rng) -> i32 {
    let oldest = (stretch_days / OLDEST_PART).max(1);
    if rng.random_range(0..100) < AGED_PERCENT { rng.random_range(1..=oldest) } else { 0 }
}

/// Drops some stations from a profile, as if they had been built since.
pub(crate) fn forget_stations(profile: &Profile, rng: &mut impl Rng) -> Profile {
    let kept = profile.stations().iter().filter(|_| rng.random_range(0..100) >= NEW_PERCENT);
    Profile::new(kept.cloned().collect())
}

fn take_away(loss: Loss, history: &mut StationHistory, rng: &mut impl Rng) {
    let slots = history.bikes.len();
    match loss {
        Loss::OldestSlot => forget(history, |slot| slot == 0),
        Loss::OldestSlots => {
            let kept_from = rng.random_range(1..slots.max(2));
            forget(history, |slot| slot < kept_from);
        }
        Loss::RandomSlots => {
            let rate = rng.random_range(0.05..0.6);
            forget(history, |_| rng.random_bool(rate));
        }
        Loss::NewestSlots => {
            let count = rng.random_range(1..=3);
            forget(history, |slot| slot + count >= slots);
        }
        Loss::Docks => history.docks.clear(),
        Loss::Everything => forget(history, |_| true),
    }
}

fn forget(history: &mut StationHistory, mut lost: impl FnMut(usize) -> bool) {
    for slot in 0..history.bikes.len() {
        if lost(slot) {
            history.bikes[slot] = None;
            if let Some(docks) = history.docks.get_mut(slot) {
                *docks = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use velib_domain::{LatLon, StationId};

    #[test]
    fn most_rows_stay_whole_and_no_count_is_ever_changed() {
        let whole = StationHistory {
            station_id: StationId::new("1"),
            capacity: Some(20),
            position: LatLon { lat: 48.86, lon: 2.34 },
            bikes: (0..25).map(Some).collect(),
            docks: (0..25).map(|slot| Some(25 - slot)).collect(),
            ebikes: Some(3),
            bikes_week_before: vec![Some(4); 4],
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut unchanged = 0;
        for _ in 0..1000 {
            let mut masked = whole.clone();
            mask(&mut masked, &mut rng);
            unchanged += u32::from(masked == whole);
            let kept = masked
                .bikes
                .iter()
                .zip(&whole.bikes)
                .all(|(after, before)| after.is_none() || after == before);
            assert!(kept && masked.bikes.len() == whole.bikes.len());
        }
        assert!((650..800).contains(&unchanged), "{unchanged}");
    }
}
