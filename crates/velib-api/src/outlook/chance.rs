//! One wish at one station: some bikes of a kind, or docks, at any moment that the forecasts tell of.
//!
//! What does not depend on the moment is worked out once: P(at least so many) at each horizon, how much the count is
//! expected to change by the first, and how many of the bikes are stuck.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use velib_domain::SignedDuration;
use velib_forecast::{Horizon, MinutesAhead, minutes_ahead::ExpectedChange, persistence::persisted_at_least};

/// Time between two moments that are told apart.
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// Moments kept: three hours. Later ones are asked for more seldom.
const STEPS: usize = 3 * 120 + 1;

/// Riders who go together; more are worked out each time.
const MOST: usize = 5;

/// Counts that a station may be imagined to have, of which what is told is kept; more are worked out each time.
const IMAGINED: usize = 6;

/// Moments kept of an imagined count: an hour, after which there mostly is a forecast, and nobody can tell.
const IMAGINED_STEPS: usize = 120 + 1;

/// What a probability before the first horizon is for.
#[derive(Debug, Clone, Copy)]
enum For {
    /// To tell what will be counted.
    Telling,
    /// To go there because of it.
    Going,
}

/// What was told of so many, moment by moment.
type Told<const N: usize = STEPS> = [AtomicU32; N];

/// Not asked for yet. Neither this nor [`UNKNOWN`] is the pattern of a probability.
const UNASKED: u32 = u32::MAX;

/// Nobody can tell.
const UNKNOWN: u32 = u32::MAX - 1;

/// What is counted of a wish, and what is forecast of it.
#[derive(Debug)]
pub(super) struct Chance {
    now: u16,
    room: u16,
    /// P(at least 0, 1, … `room`), horizon by horizon.
    ahead: Vec<Vec<f64>>,
    /// By how many the count is expected to have changed at the first horizon.
    change: ExpectedChange,
    /// How many are counted beside those that can be had, and how probable that is; empty where nobody knows.
    beside: Vec<(u16, f64)>,
    /// What was told before of one, which nearly all wish for: kept here, where no other place must be looked up for it.
    told_of_one: Told,
    /// What was told before of two and more.
    told_of_more: [OnceLock<Box<Told>>; MOST - 1],
    /// What was told before of one, had the station 0, 1, … now.
    told_had_it: [OnceLock<Box<Told<IMAGINED_STEPS>>>; IMAGINED],
}

impl Chance {
    /// `at_least` says P(at least so many) at a horizon, of so many.
    pub(super) fn new(now: u16, room: u16, horizons: usize, at_least: impl Fn(usize, u16) -> f64) -> Self {
        let at = |horizon| (0..=room).map(|n| if n == 0 { 1.0 } else { at_least(horizon, n) }).collect();
        let ahead: Vec<Vec<f64>> = (0..horizons).map(at).collect();
        let change = ExpectedChange::of(now, ahead.first().map_or(&[], Vec::as_slice));
        Self {
            now,
            room,
            ahead,
            change,
            beside: Vec::new(),
            told_of_one: untold(),
            told_of_more: Default::default(),
            told_had_it: Default::default(),
        }
    }

    /// The same, where so many are counted that nobody can have.
    pub(super) fn beside(self, beside: Vec<(u16, f64)>) -> Self {
        Self { beside, ..self }
    }

    /// The count of now.
    pub(super) fn now(&self) -> u16 {
        self.now
    }

    /// The count to expect at a horizon: P(at least 1), P(at least 2), … sum up to it.
    pub(super) fn mean_ahead(&self, horizon: usize) -> Option<f64> {
        Some(self.ahead.get(horizon)?.iter().skip(1).sum())
    }

    /// P(at least `n` to be had), to the nearest half minute; remembered for whoever asks next.
    pub(super) fn told(&self, n: u16, after: SignedDuration, horizons: &[Horizon]) -> Option<f64> {
        let told = match usize::from(n) {
            1 => Some(&self.told_of_one[..]),
            n @ 2..=MOST => Some(row(&self.told_of_more[n - 2])),
            _ => None,
        };
        remembered(told, after, |after| self.to_be_had(n, None, after, horizons))
    }

    /// The same, had the station this many now.
    pub(super) fn told_had_it(
        &self,
        had: u16,
        n: u16,
        after: SignedDuration,
        horizons: &[Horizon],
    ) -> Option<f64> {
        let told = self.told_had_it.get(usize::from(had)).filter(|_| n == 1).map(row);
        remembered(told, after, |after| self.to_be_had(n, Some(had), after, horizons))
    }

    /// P(at least `n` to be had) for who goes there because of it, as the station is or had it this many now.
    fn to_be_had(
        &self,
        n: u16,
        had: Option<u16>,
        after: SignedDuration,
        horizons: &[Horizon],
    ) -> Option<f64> {
        if self.beside.is_empty() || n == 0 {
            return self.at(n, had, after, horizons, For::Going);
        }
        let there = had.unwrap_or(self.now);
        let (mut p, mut weight) = (0.0, 0.0);
        let mut before: Option<(u16, f64)> = None;
        for &(beside, p_beside) in &self.beside {
            let needed = n + beside.min(there);
            // No more are stuck than are there: the numbers after that need the same.
            let p_counted = match before {
                Some((same, p_counted)) if same == needed => p_counted,
                _ => self.at(needed, had, after, horizons, For::Going)?,
            };
            before = Some((needed, p_counted));
            p += p_beside * p_counted;
            weight += p_beside;
        }
        Some(p / weight)
    }

    /// P(at least `n` are counted).
    pub(super) fn counted(&self, n: u16, after: SignedDuration, horizons: &[Horizon]) -> Option<f64> {
        self.at(n, None, after, horizons, For::Telling)
    }

    fn at(
        &self,
        n: u16,
        had: Option<u16>,
        after: SignedDuration,
        horizons: &[Horizon],
        purpose: For,
    ) -> Option<f64> {
        if n > self.room {
            return Some(0.0);
        }
        let after = after.max(SignedDuration::ZERO);
        let at = |horizon: usize| self.ahead.get(horizon).map(|at_least| at_least[usize::from(n)]);
        let next = horizons.partition_point(|horizon| *horizon <= after);
        let p = match (next.checked_sub(1), horizons.get(next), had) {
            (None, first, _) => self.before(first.copied(), had.unwrap_or(self.now), n, after, purpose)?,
            // Later than the first horizon nobody can tell what would be different.
            (Some(_), _, Some(_)) => return None,
            (Some(last), None, None) => at(last)?,
            (Some(before), Some(&to), None) => {
                let from = horizons[before];
                let part = (after - from).as_secs_f64() / (to - from).as_secs_f64();
                let (p_from, p_to) = (at(before)?, at(next)?);
                p_from + part * (p_to - p_from)
            }
        };
        Some(p.clamp(0.0, 1.0))
    }

    /// Before the first horizon: changed from this count by what has come of the change to the forecast.
    fn before(
        &self,
        first: Option<Horizon>,
        count: u16,
        n: u16,
        after: SignedDuration,
        purpose: For,
    ) -> Option<f64> {
        let Some(first) = first else { return Some(persisted_at_least(count, self.room, n, after)) };
        let Self { now, change, .. } = *self;
        let ahead = MinutesAhead { now, at_first: self.ahead.first()?, change, after, first };
        Some(match purpose {
            For::Telling => ahead.p_at_least_had_it(count, n),
            For::Going => ahead.p_to_go_by(count, n),
        })
    }
}

/// The step nearest to a moment; the first for moments before it. Reckoned in whole nanoseconds: a plan asks a thousand times,
/// and fractions would have to be divided twice for each.
fn nearest_step(after: SignedDuration) -> usize {
    let nanos =
        |span: SignedDuration| span.as_secs().saturating_mul(1_000_000_000) + i64::from(span.subsec_nanos());
    let steps = nanos(after).saturating_add(nanos(STEP) / 2) / nanos(STEP);
    usize::try_from(steps).unwrap_or(0)
}

/// What was told moment by moment; nothing yet, where nobody asked.
fn row<const N: usize>(told: &OnceLock<Box<Told<N>>>) -> &[AtomicU32] {
    &**told.get_or_init(|| Box::new(untold()))
}

/// What was told of the nearest half minute, or is worked out now and remembered; of a moment for which there is no place it
/// is worked out each time.
fn remembered(
    told: Option<&[AtomicU32]>,
    after: SignedDuration,
    work_out: impl FnOnce(SignedDuration) -> Option<f64>,
) -> Option<f64> {
    let step = nearest_step(after);
    let Some(cell) = told.and_then(|told| told.get(step)) else { return work_out(after) };
    match cell.load(Ordering::Relaxed) {
        UNASKED => {
            let after = STEP * i32::try_from(step).expect("there are few steps");
            // Rounded for whoever asks first too: the same question has one answer.
            let p = work_out(after).map(|p| p as f32);
            cell.store(p.map_or(UNKNOWN, f32::to_bits), Ordering::Relaxed);
            p.map(f64::from)
        }
        UNKNOWN => None,
        bits => Some(f64::from(f32::from_bits(bits))),
    }
}

fn untold<const N: usize>() -> Told<N> {
    [const { AtomicU32::new(UNASKED) }; N]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Horizon = SignedDuration::from_hours(1);

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    /// Four bikes of ten, half of them likely to be gone in an hour.
    fn four_of_ten() -> Chance {
        Chance::new(4, 10, 1, |_, n| if n <= 4 { 1.0 - 0.2 * f64::from(n) } else { 0.0 })
    }

    #[test]
    fn who_goes_by_a_sure_forecast_is_promised_less_until_its_first_horizon() {
        let sure = Chance::new(1, 10, 1, |_, n| if n == 1 { 1.0 } else { 0.0 });
        let told = |minutes: i64| sure.told(1, seconds(60 * minutes), &[HOUR]).unwrap();
        let counted = |minutes: i64| sure.counted(1, seconds(60 * minutes), &[HOUR]).unwrap();
        assert!(counted(20) > 1.0 - 1e-9 && told(20) < 0.97, "{} {}", counted(20), told(20));
        assert!([0, 60, 90].iter().all(|&minutes| (told(minutes) - counted(minutes)).abs() < 1e-6));
    }

    #[test]
    fn a_moment_is_told_as_the_nearest_half_minute_and_remembered_so() {
        let chance = four_of_ten();
        let exactly = |after| chance.to_be_had(3, None, seconds(after), &[HOUR]).map(|p| f64::from(p as f32));
        for (asked, told) in [(-20, 0), (14, 0), (16, 30), (44, 30), (3_586, 3_600), (90, 90)] {
            for _ in 0..2 {
                assert_eq!(chance.told(3, seconds(asked), &[HOUR]), exactly(told), "{asked} s");
            }
        }
        assert_ne!(exactly(0), exactly(30));
    }

    #[test]
    fn with_the_count_of_now_is_told_what_is_told_without_and_each_other_count_apart() {
        let chance = four_of_ten();
        let had = |had: u16, after| chance.told_had_it(had, 1, seconds(after), &[HOUR]);
        for after in [0, 614, 1_199] {
            assert_eq!(had(4, after), chance.told(1, seconds(after), &[HOUR]));
            let told: Vec<_> = (0..=12).map(|count| had(count, after).unwrap()).collect();
            assert!(told.is_sorted() && told[0] < told[1], "{told:?}");
            // Remembered or not.
            assert_eq!(told, (0..=12).map(|count| had(count, after).unwrap()).collect::<Vec<_>>());
        }
        assert_eq!(had(4, 3_600), None);
    }

    #[test]
    fn numbers_wished_for_are_told_apart_and_many_are_worked_out_each_time() {
        let chance = four_of_ten();
        let told: Vec<f64> = (0..=11).map(|n| chance.told(n, HOUR, &[HOUR]).unwrap()).collect();
        for (n, p) in told.iter().enumerate() {
            let expect = if n <= 4 { 1.0 - 0.2 * n as f64 } else { 0.0 };
            assert!((p - expect).abs() < 1e-6, "{n}: {p}");
        }
    }

    #[test]
    fn nobody_can_tell_of_a_horizon_that_is_missing() {
        let short = four_of_ten();
        assert_eq!(short.told(1, HOUR * 2, &[HOUR, HOUR * 2]), None);
        assert_eq!(short.told(1, HOUR * 2, &[HOUR, HOUR * 2]), None);
    }

    #[test]
    fn bikes_that_are_stuck_must_be_there_beside_those_to_ride() {
        let one_stuck = four_of_ten().beside(vec![(1, 1.0)]);
        let p = |chance: &Chance, n| chance.to_be_had(n, None, HOUR, &[HOUR]).unwrap();
        assert!((p(&one_stuck, 1) - p(&four_of_ten(), 2)).abs() < 1e-12);
        assert!((p(&one_stuck, 0) - 1.0).abs() < 1e-12);
        // A station that had none now would have none that are stuck.
        let had_none = |chance: &Chance| chance.to_be_had(1, Some(0), seconds(600), &[HOUR]).unwrap();
        assert!((had_none(&one_stuck) - had_none(&four_of_ten())).abs() < 1e-12);
    }

    #[test]
    fn what_would_be_with_another_count_is_known_until_the_first_horizon() {
        let chance = four_of_ten();
        let with = |had, minutes| chance.to_be_had(1, Some(had), SignedDuration::from_mins(minutes), &[HOUR]);
        assert!(with(0, 20) < with(4, 20) && with(4, 20) < with(9, 20));
        assert_eq!(with(4, 20), chance.to_be_had(1, None, SignedDuration::from_mins(20), &[HOUR]));
        assert_eq!(with(4, 60), None);
    }
}
