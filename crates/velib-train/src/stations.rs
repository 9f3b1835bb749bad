//! How a model errs at each station: where on the map it is weak.

use serde::{Deserialize, Serialize};
use velib_domain::LatLon;
use velib_forecast::protocol::CityHistory;

use crate::judged_fold::JudgedFold;

/// A model's error of bikes at one station, all horizons together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StationLine {
    /// `validation` or `test`.
    pub fold: String,
    /// The key.
    pub station_id: String,
    /// The name, for people.
    pub name: String,
    /// Where it stands.
    #[serde(flatten)]
    pub position: LatLon,
    /// Rows judged.
    pub rows: u64,
    /// Mean absolute error in bikes.
    pub mae: f64,
    /// What persistence errs there.
    pub persistence_mae: f64,
}

/// The error of a forecaster at every station that was judged.
pub fn stations(judged: &JudgedFold, city: &CityHistory, forecaster: &str) -> Vec<StationLine> {
    let of = |name: &str| judged.forecasters.iter().find(|one| one.name == name);
    let Some((own, persistence)) = of(forecaster).zip(of("persistence")) else { return Vec::new() };
    let errors = own.stations.iter().zip(&persistence.stations);
    let lines = city.stations().iter().zip(errors).filter_map(|(station, (own, persistence))| {
        let scores = own.scores()?;
        Some(StationLine {
            fold: judged.fold.as_str().to_owned(),
            station_id: station.station_id.to_string(),
            name: station.name.clone(),
            position: station.position,
            rows: scores.rows,
            mae: scores.mae,
            persistence_mae: persistence.scores()?.mae,
        })
    });
    lines.collect()
}
