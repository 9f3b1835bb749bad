//! Forecasters judged on every row of a fold, side by side, through the very call that serves.

use indicatif::ProgressBar;
use velib_forecast::{
    Forecaster, Horizon,
    baselines::{Climatology, DailyNaive, LastCount, Ridge, TransitionTable},
    protocol::{CityHistory, Fold, Origin, Protocol},
    scores::ForecastTally,
};
use velib_model::HorizonMetrics;

use crate::TrainError;

/// What every model is judged beside, fitted on the training days.
pub fn baselines(city: &CityHistory, protocol: &Protocol, origins: &[Origin]) -> Vec<Box<dyn Forecaster>> {
    let horizons: Vec<Horizon> = protocol.horizons_seconds.iter().copied().map(Horizon::from_secs).collect();
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let snapshots = protocol.snapshots(city, Fold::Train);
    vec![
        Box::new(LastCount::new(&horizons)),
        Box::new(TransitionTable::fit(city, &training, &horizons)),
        Box::new(Climatology::fit(city, snapshots, &horizons)),
        Box::new(DailyNaive::new(&horizons)),
        Box::new(Ridge::fit(city, protocol, &training, &horizons)),
    ]
}

/// Scores forecasters on a fold: horizon by horizon, the forecasters in their order. The bar is moved once an origin.
pub fn evaluate(
    forecasters: &mut [Box<dyn Forecaster>],
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
    fold: Fold,
    bar: &ProgressBar,
) -> Result<Vec<HorizonMetrics>, TrainError> {
    let judged: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == fold).collect();
    bar.set_length(judged.len() as u64);
    let a_row = || protocol.horizons_seconds.iter().map(|_| ForecastTally::default()).collect();
    let mut tallies: Vec<Vec<ForecastTally>> = forecasters.iter().map(|_| a_row()).collect();
    for origin in judged {
        for (forecaster, tallies) in forecasters.iter_mut().zip(&mut tallies) {
            add_origin(forecaster.as_mut(), city, protocol, origin, tallies)?;
        }
        bar.inc(1);
    }
    let by_horizon = protocol.horizons_seconds.iter().enumerate();
    let lines = by_horizon.flat_map(|(at, &horizon_seconds)| {
        forecasters.iter().zip(&tallies).filter_map(move |(forecaster, tallies)| {
            Some(HorizonMetrics {
                forecaster: forecaster.version().to_owned(),
                fold: fold.as_str().to_owned(),
                horizon_seconds,
                scores: tallies[at].scores()?,
            })
        })
    });
    Ok(lines.collect())
}

fn add_origin(
    forecaster: &mut dyn Forecaster,
    city: &CityHistory,
    protocol: &Protocol,
    origin: &Origin,
    tallies: &mut [ForecastTally],
) -> Result<(), TrainError> {
    let (counted, request) = protocol.request(city, origin.at, forecaster.look_back());
    for (&station, forecast) in counted.iter().zip(forecaster.forecast(&request)?) {
        let Some(counted) = city.cell(origin.at, station) else { continue };
        for ((tally, target), at_horizon) in tallies.iter_mut().zip(&origin.targets).zip(&forecast.horizons) {
            if let Some(truth) = target.and_then(|snapshot| city.cell(snapshot, station)) {
                tally.add(at_horizon, counted, truth);
            }
        }
    }
    Ok(())
}
