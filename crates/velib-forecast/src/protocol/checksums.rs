//! Numbers that tell at once whether two programs judge the same rows: how many there are, and what persistence scores.

use serde::{Deserialize, Serialize};

use super::{CityHistory, Fold, Origin};
use crate::scores::{PointError, Scores};

/// The rows of one fold at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowChecks {
    /// Snapshots forecast from.
    pub origins: usize,
    /// Sum of the bikes at the origins, over all rows.
    pub origin_bikes: u64,
    /// The last bike count carried forward.
    pub bikes: Scores,
    /// The last dock count carried forward, where docks were counted.
    pub docks: Option<Scores>,
}

/// Counts the rows of a fold at the horizon with this index, and scores persistence on them; `None` where there is no row.
pub fn row_checks(city: &CityHistory, origins: &[Origin], fold: Fold, horizon: usize) -> Option<RowChecks> {
    let (mut counted, mut origin_bikes) = (0, 0);
    let (mut bikes, mut docks) = (PointError::default(), PointError::default());
    for origin in origins.iter().filter(|origin| origin.fold == fold) {
        let Some(target) = origin.targets[horizon] else { continue };
        counted += 1;
        for station in 0..city.stations().len() {
            let (Some(now), Some(then)) = (city.cell(origin.at, station), city.cell(target, station)) else {
                continue;
            };
            origin_bikes += u64::from(now.bikes);
            bikes.add(f64::from(now.bikes), then.bikes);
            if let (Some(now), Some(then)) = (now.docks, then.docks) {
                docks.add(f64::from(now), then);
            }
        }
    }
    Some(RowChecks { origins: counted, origin_bikes, bikes: bikes.scores()?, docks: docks.scores() })
}
