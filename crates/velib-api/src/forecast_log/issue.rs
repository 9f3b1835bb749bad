//! Forecasts as the log keeps them: what was said of every station, beside what was counted there.

use velib_domain::{Issue, IssuedCount, IssuedForecast};
use velib_forecast::CountForecast;

use crate::{
    answer::four_decimals,
    city::{City, StationNow},
    forecasts::Forecasts,
};

/// The forecasts of all stations of a city that were made from its counts.
pub(super) fn issue_of(city: &City, forecasts: &Forecasts) -> Issue {
    Issue {
        issued_at: forecasts.issued_at,
        input_age: forecasts.made_at.duration_since(forecasts.issued_at),
        basis: forecasts.near_basis().word.to_owned(),
        model_version: forecasts.version.clone(),
        forecasts: city.stations.iter().flat_map(|station| of_station(station, forecasts)).collect(),
    }
}

fn of_station<'a>(
    station: &'a StationNow,
    forecasts: &'a Forecasts,
) -> impl Iterator<Item = IssuedForecast> + 'a {
    let answered = station.counts().zip(forecasts.station(station.id()));
    answered.into_iter().flat_map(move |(counts, answer)| {
        let docks = counts.docks.zip(answer.docks.as_ref());
        forecasts.horizons.iter().zip(&answer.bikes).enumerate().map(move |(index, (horizon, bikes))| {
            IssuedForecast {
                station_id: station.id().clone(),
                horizon: *horizon,
                bikes: issued(counts.bikes, bikes),
                docks: docks.and_then(|(counted, said)| Some(issued(counted, said.get(index)?))),
            }
        })
    })
}

/// To four decimals, as a model service tells them.
fn issued(counted: u16, said: &CountForecast) -> IssuedCount {
    IssuedCount {
        counted,
        mean: four_decimals(said.mean),
        p10: four_decimals(said.p10),
        p50: four_decimals(said.p50),
        p90: four_decimals(said.p90),
        p_at_least_1: four_decimals(said.p_at_least[0]),
    }
}
