//! Where a system is: the middle of its stations, from what was collected of them or from the stations table.

use velib_domain::{LatLon, SystemId};
use velib_gbfs::parse_station_information;
use velib_lake::{Feed, Lake, LakeError};

use super::WeatherError;

/// The middle of the stations that are known.
///
/// Bronze is asked first: a collector in the cloud may read nothing else.
pub(super) async fn middle_of(lake: &Lake, system: &SystemId) -> Result<LatLon, WeatherError> {
    if let Some(middle) = LatLon::median(described(lake, system).await.map_err(WeatherError::Lake)?) {
        return Ok(middle);
    }
    let stations = lake.read_stations(system).await.map_err(WeatherError::Lake)?;
    let middle = LatLon::median(stations.iter().map(|station| station.position));
    middle.ok_or_else(|| WeatherError::NoPlace { system: system.clone() })
}

/// The places of the newest information document; none where there is no document or none that can be read.
async fn described(lake: &Lake, system: &SystemId) -> Result<Vec<LatLon>, LakeError> {
    let Some(newest) = lake.newest_bronze(system, Feed::StationInformation).await? else {
        return Ok(Vec::new());
    };
    let body = match lake.read_bronze(&newest).await {
        Err(LakeError::Corrupt { .. }) => return Ok(Vec::new()),
        body => body?,
    };
    let parsed = parse_station_information(&body).map(|parsed| parsed.value).unwrap_or_default();
    Ok(parsed.iter().map(|station| station.position).collect())
}
