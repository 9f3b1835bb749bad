//! How much a traveller minds walking and being let down, in seconds.

/// What a traveller wants to be spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Risk {
    /// Only time counts.
    Fast,
    /// Time counts, on foot a tenth more, and that the planned station fails is worth three and a half minutes to be spared: replays
    /// show that this takes a quarter of the failures away and costs a second at most on average (`docs/benchmarks/replay.md`).
    #[default]
    Balanced,
    /// Time counts, on foot half as much again, and that the planned station fails is worth half an hour to be spared.
    Safe,
}

/// What things cost beside the time they take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Cost of a second on foot; of one on a bike, or waiting, it is 1.
    pub on_foot: f64,
    /// Cost of finding no bike, or no dock, at the station planned, beside the time it takes to find another: seconds.
    pub failure_s: f64,
}

impl Risk {
    /// The word used in requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Safe => "safe",
        }
    }

    /// The probability of being in time with which an arrival time is kept.
    pub fn on_time(self) -> f64 {
        match self {
            Self::Fast => 0.75,
            Self::Balanced => 0.9,
            Self::Safe => 0.95,
        }
    }

    /// People charge walking more than riding: use of a station falls with every metre to it.
    pub fn weights(self) -> Weights {
        match self {
            Self::Fast => Weights { on_foot: 1.0, failure_s: 0.0 },
            Self::Balanced => Weights { on_foot: 1.1, failure_s: 210.0 },
            Self::Safe => Weights { on_foot: 1.5, failure_s: 1_800.0 },
        }
    }
}
