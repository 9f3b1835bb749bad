//! The command line of `velib-train usable`.

use clap::Args;
use velib_domain::{SignedDuration, SystemId};
use velib_sim::CityConfig;

use super::LookBack;

/// Options of `usable`.
#[derive(Debug, Args)]
pub struct UsableArguments {
    /// The lake with a recorded history, as a URL: `file:///…`; without it a city is simulated.
    #[arg(long)]
    pub lake: Option<String>,
    /// The bike-share system in it.
    #[arg(long, default_value = "velib")]
    pub system: SystemId,
    /// Days that the simulated city lives.
    #[arg(long, default_value_t = 14)]
    pub days: usize,
    /// Stations of the simulated city.
    #[arg(long, default_value_t = 1_480)]
    pub stations: usize,
    /// The same seed makes the same simulated city.
    #[arg(long, default_value_t = 2007)]
    pub seed: u64,
    /// Hours of history that every estimate looks back on.
    #[arg(long, default_value_t = 24)]
    pub look_back_hours: usize,
    /// Minutes between two counts of that history.
    #[arg(long, default_value_t = 60)]
    pub cadence_minutes: u16,
    /// Hours from one judged moment to the next.
    #[arg(long, default_value_t = 7)]
    pub every_hours: u16,
    /// Judge free docks that take no bike, instead of bikes that cannot be ridden; not in a simulated city.
    #[arg(long, requires = "lake")]
    pub docks: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

impl UsableArguments {
    /// The history behind every estimate.
    pub(super) fn look_back(&self) -> LookBack {
        let minutes = self.cadence_minutes.max(1);
        LookBack {
            cadence: SignedDuration::from_mins(minutes.into()),
            slots: self.look_back_hours * 60 / usize::from(minutes) + 1,
            every: SignedDuration::from_hours(self.every_hours.max(1).into()),
        }
    }

    /// The city to simulate.
    pub(super) fn city(&self) -> CityConfig {
        CityConfig { seed: self.seed, stations: self.stations, ..CityConfig::default() }
    }
}
