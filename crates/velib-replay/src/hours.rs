//! Misses and times by the hour of departure: a planner may shine at noon and fail in the rush.

use velib_domain::{Timestamp, calendar::paris_time};
use velib_report::{Bootstrap, Estimate};

use crate::{appraisal::share, report::HourLine, traveller::Travelled};

/// Parts of the day in Paris: the first hour of each, and its name.
pub(crate) const PARTS: [(i8, &str); 4] = [(6, "6–10"), (10, "10–16"), (16, "16–20"), (20, "20–24")];

/// Trips by one planner on one day, by part of the day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ByHour([Part; PARTS.len()]);

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    trips: f64,
    missed: f64,
    seconds: f64,
}

impl ByHour {
    /// Counts a trip that departed at a moment.
    pub(crate) fn add(&mut self, departs_at: Timestamp, went: &Travelled) {
        let hour = paris_time(departs_at).hour();
        let part = PARTS.partition_point(|(first, _)| *first <= hour).saturating_sub(1);
        let part = &mut self.0[part];
        part.trips += 1.0;
        part.missed += f64::from(u8::from(went.missed()));
        part.seconds += went.seconds;
    }

    fn merge(&mut self, other: &Self, times: u32) {
        let times = f64::from(times);
        for (sum, other) in self.0.iter_mut().zip(&other.0) {
            sum.trips += times * other.trips;
            sum.missed += times * other.missed;
            sum.seconds += times * other.seconds;
        }
    }
}

/// A line for each planner and part of the day in which anybody left; `days` has one entry a planner for each day.
pub(crate) fn lines(
    names: &[String],
    ours: usize,
    days: &[Vec<ByHour>],
    bootstrap: Bootstrap,
) -> Vec<HourLine> {
    let chosen_days = bootstrap.draw(days.len());
    let sum = |planner: usize, times: &[u32]| {
        let mut sum = ByHour::default();
        days.iter().zip(times).for_each(|(day, &times)| sum.merge(&day[planner], times));
        sum
    };
    let once = vec![1; days.len()];
    let sums_of = |planner: usize| -> (ByHour, Vec<ByHour>) {
        (sum(planner, &once), chosen_days.iter().map(|times| sum(planner, times)).collect())
    };
    let (own, own_drawn) = sums_of(ours);
    let mut lines = Vec::new();
    for (planner, name) in names.iter().enumerate() {
        let (whole, drawn) = sums_of(planner);
        for (at, (_, hours)) in PARTS.iter().enumerate() {
            let missed = |by_hour: &ByHour| share(by_hour.0[at].missed, by_hour.0[at].trips);
            let ours_less_its =
                |own: &ByHour, its: &ByHour| share(own.0[at].seconds - its.0[at].seconds, its.0[at].trips);
            let Some(miss_rate) = Estimate::of(missed(&whole), drawn.iter().map(missed)) else { continue };
            let pairs = own_drawn.iter().zip(&drawn);
            let seconds_difference =
                Estimate::of(ours_less_its(&own, &whole), pairs.map(|(own, its)| ours_less_its(own, its)));
            lines.push(HourLine {
                planner: name.clone(),
                hours,
                trips: whole.0[at].trips as u64,
                miss_rate,
                seconds_difference: seconds_difference.filter(|_| planner != ours),
            });
        }
    }
    lines
}
