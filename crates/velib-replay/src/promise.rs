//! Whether chances are kept: those of the same stations by every foresight, and those a planner showed for its own choice.

use velib_forecast::scores::EventError;

/// Upper ends of the bands of time from departure to standing at the station, in minutes, and their names.
pub(crate) const BANDS: [(f64, &str); 3] = [(10.0, "0–10 min"), (20.0, "10–20 min"), (40.0, "20–40 min")];

/// Errors of the chances of bikes and of docks, all together and by band of time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kept {
    /// Bikes, docks.
    pub(crate) by_wanted: [EventError; 2],
    pub(crate) by_band: [EventError; BANDS.len()],
}

impl Kept {
    pub(crate) fn add(&mut self, wanted: usize, seconds: f64, p: f64, there: bool) {
        self.by_wanted[wanted].add(p, there);
        if let Some(band) = BANDS.iter().position(|(minutes, _)| seconds < minutes * 60.0) {
            self.by_band[band].add(p, there);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self, times: u32) {
        let pairs = self.by_wanted.iter_mut().zip(&other.by_wanted);
        let bands = self.by_band.iter_mut().zip(&other.by_band);
        pairs.chain(bands).for_each(|(sum, other)| sum.merge(other, times));
    }

    /// What was needed ten to forty minutes after the departure.
    pub(crate) fn after_ten_minutes(&self) -> EventError {
        let mut later = self.by_band[1];
        later.merge(&self.by_band[2], 1);
        later
    }

    /// Bikes and docks together.
    pub(crate) fn both(&self) -> EventError {
        let mut both = self.by_wanted[0];
        both.merge(&self.by_wanted[1], 1);
        both
    }
}
