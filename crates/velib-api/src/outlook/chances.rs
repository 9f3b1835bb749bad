//! Probabilities that were asked for before, kept as long as the forecasts they follow from.
//!
//! Whoever plans asks for the same few stations at nearly the same moments as everybody else: moments are taken to the
//! nearest half minute, and what was worked out for one request is read by the next. Nothing is worked out ahead.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use velib_domain::SignedDuration;
use velib_planner::BikeKind;

/// Time between two moments that are told apart.
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// Moments kept: three hours. Later ones are asked for more seldom.
const STEPS: usize = 3 * 120 + 1;

/// Riders who go together; more are worked out each time.
const MOST: u16 = 5;

/// Any bike, either kind of bike, docks.
const ROWS: usize = 4;

/// Not asked for yet. Neither this nor [`UNKNOWN`] is the pattern of a probability.
const UNASKED: u32 = u32::MAX;

/// Nobody can tell.
const UNKNOWN: u32 = u32::MAX - 1;

/// What is asked for at one station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Bikes(BikeKind),
    Docks,
}

/// Station, kind and horizon.
pub(super) type KindAhead = (usize, &'static str, usize);

/// The probabilities of one set of forecasts.
#[derive(Debug, Default)]
pub(crate) struct Chances {
    rows: OnceLock<Vec<Row>>,
    /// P(at least 1, 2, … of a kind) at horizons.
    of_kinds: Mutex<HashMap<KindAhead, Arc<Vec<f64>>>>,
}

/// One wish at one station, moment by moment.
type Row = OnceLock<Box<[AtomicU32]>>;

impl Chances {
    /// The probability that `n` of what is wanted are at a station, of so many, so long after the counts; `work_out` is
    /// called with the moment that is told where nobody asked for it before.
    pub(super) fn told(
        &self,
        (station, stations): (usize, usize),
        wanted: Wanted,
        n: u16,
        after: SignedDuration,
        work_out: impl FnOnce(SignedDuration) -> Option<f64>,
    ) -> Option<f64> {
        let step = (after.as_secs_f64().max(0.0) / STEP.as_secs_f64()).round() as usize;
        if !(1..=MOST).contains(&n) || step >= STEPS {
            return work_out(after);
        }
        let rows = self.rows.get_or_init(|| {
            std::iter::repeat_with(Row::default).take(stations * ROWS * usize::from(MOST)).collect()
        });
        let row = (station * ROWS + wanted.row()) * usize::from(MOST) + usize::from(n - 1);
        let moments = || std::iter::repeat_with(|| AtomicU32::new(UNASKED)).take(STEPS).collect();
        let cell = &rows[row].get_or_init(moments)[step];
        match cell.load(Ordering::Relaxed) {
            UNASKED => {
                let p = work_out(STEP * i32::try_from(step).expect("there are few steps"));
                // Rounded for whoever asks first too: the same question has one answer.
                let p = p.map(|p| p as f32);
                cell.store(p.map_or(UNKNOWN, f32::to_bits), Ordering::Relaxed);
                p.map(f64::from)
            }
            UNKNOWN => None,
            bits => Some(f64::from(f32::from_bits(bits))),
        }
    }

    /// P(at least 1, 2, … of a kind) at a horizon.
    pub(super) fn of_kind(
        &self,
        key: KindAhead,
        work_out: impl FnOnce() -> Option<Vec<f64>>,
    ) -> Option<Arc<Vec<f64>>> {
        let known = || self.of_kinds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Some(Arc::clone(found));
        }
        let found = Arc::new(work_out()?);
        known().insert(key, Arc::clone(&found));
        Some(found)
    }
}

impl Wanted {
    fn row(self) -> usize {
        match self {
            Self::Bikes(BikeKind::Any) => 0,
            Self::Bikes(BikeKind::Mechanical) => 1,
            Self::Bikes(BikeKind::Ebike) => 2,
            Self::Docks => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn the_nearest_half_minute_is_worked_out_once() {
        let chances = Chances::default();
        let ask = |after, p: Option<f64>| {
            let mut asked = None;
            let told = chances.told((1, 2), Wanted::Docks, 1, seconds(after), |at| {
                asked = Some(at.as_secs());
                p
            });
            (told, asked)
        };
        assert_eq!(ask(-20, Some(1.0)), (Some(1.0), Some(0)));
        assert_eq!(ask(14, Some(0.5)), (Some(1.0), None));
        assert_eq!(ask(16, Some(0.5)), (Some(0.5), Some(30)));
        assert_eq!(ask(44, Some(0.1)), (Some(0.5), None));
        assert_eq!(ask(80, None), (None, Some(90)));
        assert_eq!(ask(90, Some(0.1)), (None, None));
    }

    #[test]
    fn wishes_are_told_apart() {
        let chances = Chances::default();
        let kinds = [BikeKind::Any, BikeKind::Mechanical, BikeKind::Ebike].map(Wanted::Bikes);
        let wishes = kinds.into_iter().chain([Wanted::Docks]);
        let wishes: Vec<_> = wishes.flat_map(|wanted| (1..=6).map(move |n| (wanted, n))).collect();
        for station in 0..2 {
            for (index, (wanted, n)) in wishes.iter().enumerate() {
                let p = Some((station * 100 + index) as f64 / 256.0);
                assert_eq!(chances.told((station, 2), *wanted, *n, seconds(60), |_| p), p);
            }
        }
        let first = chances.told((0, 2), Wanted::Bikes(BikeKind::Any), 1, seconds(60), |_| None);
        assert_eq!(first, Some(0.0));
    }

    #[test]
    fn beyond_three_hours_and_for_more_riders_the_moment_itself_is_worked_out() {
        let chances = Chances::default();
        let at = |n, after| {
            let told = chances.told((0, 1), Wanted::Docks, n, seconds(after), |at| Some(at.as_secs_f64()));
            told.unwrap().round() as i64
        };
        assert_eq!([at(6, 17), at(1, 10_817), at(1, 10_817)], [17, 10_817, 10_817]);
    }
}
