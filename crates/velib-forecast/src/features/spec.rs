//! What a feature row consists of, by name, and the hash that an artefact is bound to.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use velib_domain::{LatLon, SignedDuration};

use super::{weather, week_before};
use crate::Horizon;

/// Raised whenever a feature's meaning changes under the same name.
pub(super) const REVISION: u32 = 2;

/// A digest of rows of a made-up city as this revision builds them: a test tells whoever changes a meaning by accident.
#[cfg(test)]
pub(super) const ROWS_OF_REVISION: &str = "9742644637d3bd22";

/// The numbers of one slot of the look-back.
pub(super) const SEQUENCE_NAMES: [&str; 14] = [
    "bikes_share",
    "bikes_known",
    "docks_share",
    "docks_known",
    "neighbours_share",
    "neighbours_known",
    "network_share",
    "network_known",
    "surprise",
    "neighbours_surprise",
    "network_surprise",
    "hour_sin",
    "hour_cos",
    "day_off",
];

/// The numbers a row has once, besides those of each horizon.
pub(super) const STATIC_NAMES: [&str; 52] = [
    "capacity",
    "capacity_known",
    "bikes_share_now",
    "bikes_known",
    "bikes_age",
    "docks_share_now",
    "docks_known",
    "docks_age",
    "unusable_share",
    "unit",
    "bikes_units",
    "docks_units",
    "no_bikes",
    "no_docks",
    "ebikes_share",
    "ebikes_known",
    "east",
    "north",
    "neighbours_share_now",
    "neighbours_known",
    "network_share_now",
    "network_known",
    "hour_sin",
    "hour_cos",
    "half_day_sin",
    "half_day_cos",
    "week_sin",
    "week_cos",
    "day_off",
    "school_holiday",
    "day_mean_share",
    "day_least_share",
    "day_most_share",
    "change_1h",
    "change_2h",
    "change_3h",
    "usual_known",
    "usual_share_now",
    "surprise_now",
    "surprise_day_mean",
    "surprise_yesterday",
    "surprise_change_1h",
    "surprise_change_3h",
    "neighbours_surprise",
    "neighbours_surprise_change_1h",
    "neighbours_surprise_change_3h",
    "district_surprise",
    "district_surprise_change_1h",
    "district_surprise_change_3h",
    "network_surprise",
    "network_surprise_change_1h",
    "network_surprise_change_3h",
];

/// The numbers a row has for each horizon.
pub(super) const HORIZON_NAMES: [&str; 17] = [
    "target_hour_sin",
    "target_hour_cos",
    "target_day_off",
    "yesterday_same_kind",
    "usual_share",
    "usual_empty",
    "usual_full",
    "usual_change",
    "neighbours_usual_change",
    "district_usual_change",
    "network_usual_change",
    "yesterday_change",
    "yesterday_known",
    "yesterday_surprise",
    "yesterday_neighbours_change",
    "yesterday_network_change",
    "yesterday_network_surprise",
];

/// Everything that features depend on besides the observations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Slots of history, the newest observation included.
    pub look_back: usize,
    /// Seconds between two slots.
    pub cadence_seconds: i64,
    /// Seconds from the newest observation to each moment forecast, ascending.
    pub horizons_seconds: Vec<i64>,
    /// The middle of the city: places are told relative to it.
    pub centre: LatLon,
    /// Whether rows tell what changed in the same hours of a week before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub week_before: bool,
    /// Whether rows end with what the request tells of the weather.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weather: bool,
}

/// Names of numbers that a row has once, and of those that it has for each horizon.
#[derive(Clone, Copy)]
struct FurtherNames {
    once: &'static [&'static str],
    then: &'static [&'static str],
}

impl FeatureSpec {
    /// A day of hourly observations and the present one, forecasting the next three hours, blind to the week before and to the
    /// weather.
    pub fn hourly(centre: LatLon) -> Self {
        let horizons_seconds = vec![3600, 7200, 10800];
        Self {
            look_back: 25,
            cadence_seconds: 3600,
            horizons_seconds,
            centre,
            week_before: false,
            weather: false,
        }
    }

    /// Numbers in one slot of the sequence.
    pub fn sequence_width(&self) -> usize {
        SEQUENCE_NAMES.len()
    }

    /// Numbers in one row's statics.
    pub fn static_width(&self) -> usize {
        let horizons = self.horizons_seconds.len();
        let further = self.further().map(|names| names.once.len() + horizons * names.then.len());
        STATIC_NAMES.len() + horizons * HORIZON_NAMES.len() + further.sum::<usize>()
    }

    /// What follows the numbers that every row has. The weather comes last, so that what was learned without it still fits
    /// what is before.
    fn further(&self) -> impl Iterator<Item = FurtherNames> {
        let week_before = FurtherNames { once: &week_before::NAMES, then: &week_before::HORIZON_NAMES };
        let weather = FurtherNames { once: &weather::NAMES, then: &weather::HORIZON_NAMES };
        [(self.week_before, week_before), (self.weather, weather)]
            .into_iter()
            .filter_map(|(is_told, names)| is_told.then_some(names))
    }

    /// Where a number that a row has once stands in its statics; `None` for a name that is none.
    pub fn static_at(&self, name: &str) -> Option<usize> {
        STATIC_NAMES.iter().position(|known| *known == name)
    }

    /// Where a number that a row has for each horizon stands in its statics.
    pub fn horizon_static_at(&self, horizon: usize, name: &str) -> Option<usize> {
        let at = HORIZON_NAMES.iter().position(|known| *known == name)?;
        Some(STATIC_NAMES.len() + horizon * HORIZON_NAMES.len() + at)
    }

    /// Where the numbers stand that tell of a horizon, and those that tell of none.
    pub fn statics_of_horizon(&self, horizon: usize) -> impl Iterator<Item = usize> {
        let horizons = self.horizons_seconds.len();
        let names = std::iter::once(FurtherNames { once: &STATIC_NAMES, then: &HORIZON_NAMES });
        let mut from = 0;
        names.chain(self.further()).flat_map(move |names| {
            let then = from + names.once.len();
            let of_horizon = then + horizon * names.then.len();
            let once = from..then;
            from = then + horizons * names.then.len();
            once.chain(of_horizon..of_horizon + names.then.len())
        })
    }

    /// The horizons as durations.
    pub fn horizons(&self) -> Vec<Horizon> {
        self.horizons_seconds.iter().copied().map(SignedDuration::from_secs).collect()
    }

    /// A name for what the rows mean: weights learned under one hash are nonsense under another. The centre is left
    /// out, because it is the city's and travels with the artefact.
    pub fn schema_hash(&self) -> String {
        let mut text =
            format!("revision {REVISION}\nlook_back {}\ncadence {}\n", self.look_back, self.cadence_seconds);
        for name in SEQUENCE_NAMES.iter().chain(&STATIC_NAMES) {
            text.push_str(name);
            text.push('\n');
        }
        for horizon in &self.horizons_seconds {
            for name in HORIZON_NAMES {
                writeln!(text, "{name}+{horizon}").expect("writing to a string cannot fail");
            }
        }
        for names in self.further() {
            text.push_str(&names.once.join("\n"));
            text.push_str(&names.then.join("\n"));
        }
        Sha256::digest(text).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_hash_names_the_meaning_of_a_row_and_nothing_else() {
        let paris = FeatureSpec::hourly(LatLon { lat: 48.86, lon: 2.34 });
        let oslo = FeatureSpec::hourly(LatLon { lat: 59.91, lon: 10.75 });
        assert_eq!(paris.schema_hash(), oslo.schema_hash());
        let shorter = FeatureSpec { look_back: 24, ..paris.clone() };
        assert_ne!(paris.schema_hash(), shorter.schema_hash());
        let wet = FeatureSpec { weather: true, ..paris.clone() };
        assert_ne!(paris.schema_hash(), wet.schema_hash());
        let remembering = FeatureSpec { week_before: true, ..paris.clone() };
        assert_ne!(paris.schema_hash(), remembering.schema_hash());
        assert_eq!(paris.schema_hash().len(), 64);
    }
}
