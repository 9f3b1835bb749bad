//! All silver of a system, in memory, as the protocol reads it.

use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use velib_domain::{SignedDuration, SystemId};
use velib_forecast::{
    HourlyWeather,
    protocol::{CityHistory, CityHistoryBuilder, Eligibility},
};
use velib_lake::Lake;

use crate::TrainError;

/// Reads every silver hour of a system, day by day, because a day may be one object, and the weather that there was. The
/// bar counts hours.
pub async fn read_history(
    lake: &Lake,
    system: &SystemId,
    eligibility: Eligibility,
    bar: &ProgressBar,
) -> Result<CityHistory, TrainError> {
    let hours = lake.silver_hours(system).await?;
    bar.set_length(hours.len() as u64);
    let mut city = CityHistoryBuilder::new(&lake.read_stations(system).await?);
    for day in hours.chunk_by(|a, b| a.civil().date() == b.civil().date()) {
        let observations = lake.read_silver_hours(system, day.iter().copied()).await?;
        observations
            .values()
            .flatten()
            .filter(|observation| eligibility.admits(observation))
            .for_each(|counted| city.add(counted));
        bar.inc(day.len() as u64);
    }
    if city.placeless() > 0 {
        bar.suspend(|| eprintln!("left out {} counts of stations without a known place", city.placeless()));
    }
    let city = city.finish();
    let (Some(&first), Some(&last)) = (city.times().first(), city.times().last()) else {
        return Err(TrainError::NoHistory { system: system.clone() });
    };
    let day = SignedDuration::from_hours(24);
    let weather = lake.weather_in_hindsight(system, first - day..last + day).await?;
    Ok(city.with_weather(weather.iter().map(HourlyWeather::from).collect()))
}

/// A checksum of everything that is learned from: times, stations, counts, weather.
pub fn data_sha256(city: &CityHistory) -> String {
    let mut hash = Sha256::new();
    for station in city.stations() {
        hash.update(station.station_id.as_str());
        hash.update([0]);
    }
    for (snapshot, time) in city.times().iter().enumerate() {
        hash.update(time.as_millisecond().to_le_bytes());
        for cell in (0..city.stations().len()).map(|station| city.cell(snapshot, station)) {
            let Some(cell) = cell else {
                hash.update([0]);
                continue;
            };
            hash.update([1, u8::from(cell.docks.is_some()), u8::from(cell.ebikes.is_some())]);
            for count in [cell.bikes, cell.ebikes.unwrap_or(0), cell.docks.unwrap_or(0), cell.capacity] {
                hash.update(count.to_le_bytes());
            }
        }
    }
    for hour in city.weather() {
        hash.update(hour.valid_at.as_millisecond().to_le_bytes());
        for told in [hour.precipitation_mm, hour.wind_kmh] {
            hash.update(told.unwrap_or(f64::NAN).to_le_bytes());
        }
    }
    hex(&hash.finalize())
}

/// A checksum of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as people write a checksum.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
