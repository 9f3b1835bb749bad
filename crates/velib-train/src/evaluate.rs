//! A forecaster judged on every row of a fold, beside persistence on the same rows, through the very call that serves.

use indicatif::ProgressBar;
use velib_forecast::{
    ForecastRequest, Forecaster, HorizonForecast,
    protocol::{Cell, CityHistory, Fold, Origin, Protocol, row_checks},
    scores::{Coverage, EventError, PointError, Scores},
};
use velib_lstm::HorizonMetrics;

use crate::TrainError;

/// Sums over the rows of one horizon.
#[derive(Default)]
struct Tally {
    bikes_median: PointError,
    bikes_rounded: PointError,
    bikes_mean: PointError,
    docks_median: PointError,
    docks_mean: PointError,
    a_bike: EventError,
    a_dock: EventError,
    interval: Coverage,
}

/// Scores a forecaster on a fold, one entry a horizon that has rows. The bar is moved once an origin.
pub fn evaluate(
    forecaster: &mut dyn Forecaster,
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
    fold: Fold,
    bar: &ProgressBar,
) -> Result<Vec<HorizonMetrics>, TrainError> {
    let judged: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == fold).collect();
    bar.set_length(judged.len() as u64);
    let mut tallies: Vec<Tally> = protocol.horizons_seconds.iter().map(|_| Tally::default()).collect();
    for origin in judged {
        let (counted, request) = protocol.request(city, origin.at, forecaster.look_back());
        add_origin(forecaster, city, origin, &counted, &request, &mut tallies)?;
        bar.inc(1);
    }
    let horizons = tallies.iter().enumerate();
    Ok(horizons
        .filter_map(|(horizon, tally)| tally.metrics(city, protocol, origins, fold, horizon))
        .collect())
}

fn add_origin(
    forecaster: &mut dyn Forecaster,
    city: &CityHistory,
    origin: &Origin,
    counted: &[usize],
    request: &ForecastRequest,
    tallies: &mut [Tally],
) -> Result<(), TrainError> {
    for (&station, forecast) in counted.iter().zip(forecaster.forecast(request)?) {
        for ((tally, target), at_horizon) in tallies.iter_mut().zip(&origin.targets).zip(&forecast.horizons) {
            if let Some(truth) = target.and_then(|snapshot| city.cell(snapshot, station)) {
                tally.add(at_horizon, truth);
            }
        }
    }
    Ok(())
}

impl Tally {
    fn add(&mut self, forecast: &HorizonForecast, truth: Cell) {
        let median = forecast.bikes.quantile(0.5);
        self.bikes_median.add(median, truth.bikes);
        self.bikes_rounded.add(median.round(), truth.bikes);
        self.bikes_mean.add(forecast.bikes.mean(), truth.bikes);
        self.a_bike.add(forecast.bikes.at_least(1), truth.bikes >= 1);
        self.interval.add(forecast.bikes.quantile(0.1), forecast.bikes.quantile(0.9), truth.bikes);
        if let (Some(docks), Some(truth)) = (&forecast.docks, truth.docks) {
            self.docks_median.add(docks.quantile(0.5), truth);
            self.docks_mean.add(docks.mean(), truth);
            self.a_dock.add(docks.at_least(1), truth >= 1);
        }
    }

    fn metrics(
        &self,
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[Origin],
        fold: Fold,
        horizon: usize,
    ) -> Option<HorizonMetrics> {
        let persistence = row_checks(city, origins, fold, horizon)?;
        let both = |median: &PointError, mean: &PointError| {
            Some(Scores { rmse: mean.scores()?.rmse, ..median.scores()? })
        };
        Some(HorizonMetrics {
            fold: fold.as_str().to_owned(),
            horizon_seconds: protocol.horizons_seconds[horizon],
            bikes: both(&self.bikes_median, &self.bikes_mean)?,
            bikes_mae_rounded: self.bikes_rounded.scores()?.mae,
            bikes_persistence: persistence.bikes,
            docks: both(&self.docks_median, &self.docks_mean),
            docks_persistence: persistence.docks,
            brier_a_bike: self.a_bike.brier()?,
            brier_a_dock: self.a_dock.brier(),
            coverage_80: self.interval.share()?,
        })
    }
}
