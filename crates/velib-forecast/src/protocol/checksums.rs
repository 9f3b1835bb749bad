//! Numbers that tell at once whether two programs judge the same rows: how many there are, and what persistence scores.

use serde::{Deserialize, Serialize};

use super::{CityHistory, Fold, Origin};
use crate::scores::{PointError, Scores, told};

/// The rows of one fold at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowChecks {
    /// Snapshots forecast from.
    pub origins: usize,
    /// Sum of the bikes at the origins, over all rows.
    pub origin_bikes: u64,
    /// The last bike count carried forward.
    pub bikes: Scores,
    /// Of how the later counts differ, the share that the last bike count explains; `None` where they do not differ.
    #[serde(default)]
    pub bikes_r2: Option<f64>,
    /// The last dock count carried forward, where docks were counted.
    pub docks: Option<Scores>,
}

/// Counts the rows of a fold at the horizon with this index, and scores persistence on them; `None` where there is no row.
pub fn row_checks(city: &CityHistory, origins: &[Origin], fold: Fold, horizon: usize) -> Option<RowChecks> {
    let (mut counted, mut origin_bikes) = (0, 0);
    let (mut bikes, mut docks) = (PointError::default(), PointError::default());
    let mut spread = Spread::default();
    for origin in origins.iter().filter(|origin| origin.fold == fold) {
        let Some(target) = origin.targets[horizon] else { continue };
        counted += 1;
        for station in 0..city.stations().len() {
            let (Some(now), Some(then)) = (city.cell(origin.at, station), city.cell(target, station)) else {
                continue;
            };
            origin_bikes += u64::from(now.bikes);
            bikes.add(f64::from(now.bikes), then.bikes);
            spread.add(then.bikes);
            if let (Some(now), Some(then)) = (now.docks, then.docks) {
                docks.add(f64::from(now), then);
            }
        }
    }
    let bikes = bikes.scores()?;
    let bikes_r2 = spread.mean_square().map(|spread| told(1.0 - bikes.rmse * bikes.rmse / spread));
    Some(RowChecks { origins: counted, origin_bikes, bikes, bikes_r2, docks: docks.scores() })
}

/// How counts differ from their mean, in whole numbers until the end.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    rows: u64,
    sum: u64,
    squares: u64,
}

impl Spread {
    fn add(&mut self, count: u16) {
        self.rows += 1;
        self.sum += u64::from(count);
        self.squares += u64::from(count).pow(2);
    }

    /// The mean squared distance from the mean; `None` where all are the same.
    fn mean_square(self) -> Option<f64> {
        let mean = self.sum as f64 / self.rows as f64;
        Some(self.squares as f64 / self.rows as f64 - mean * mean).filter(|spread| *spread > 1e-9)
    }
}
