//! Forecasters judged on every row of a fold, side by side, through the very call that serves.

use indicatif::ProgressBar;
use velib_forecast::{
    FeatureSpec, Forecaster, Horizon, ProfileLearner,
    baselines::{Climatology, DailyNaive, LastCount, MarkovQueue, Ridge, TransitionTable},
    protocol::{CityHistory, Fold, Origin, Protocol},
    scores::JudgedRow,
};
use velib_report::bootstrap::blocks;

use crate::{
    TrainError,
    judged_fold::{JudgedFold, JudgedForecaster},
    slice::{Slice, Slices},
};

/// What every model is judged beside, fitted on the training days.
pub fn baselines(
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
) -> Result<Vec<Box<dyn Forecaster>>, TrainError> {
    let horizons: Vec<Horizon> = protocol.horizons_seconds.iter().copied().map(Horizon::from_secs).collect();
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    let snapshots = || protocol.snapshots(city, Fold::Train);
    let usual = ProfileLearner::of(city, snapshots());
    Ok(vec![
        Box::new(LastCount::new(&horizons)),
        Box::new(TransitionTable::fit(city, &training, &horizons)),
        Box::new(Climatology::fit(city, snapshots(), usual.profile(), &horizons)),
        Box::new(MarkovQueue::fit(city, snapshots(), &horizons)),
        Box::new(DailyNaive::new(&horizons)),
        Box::new(ridge(city, protocol, &training, &usual)?),
    ])
}

/// The straight line, fitted on training origins.
pub(crate) fn ridge(
    city: &CityHistory,
    protocol: &Protocol,
    training: &[&Origin],
    usual: &ProfileLearner,
) -> Result<Ridge, TrainError> {
    let spec = spec(city, protocol)?;
    Ok(Ridge::fit(city, protocol, training, &spec, usual)?)
}

/// The features at the horizons of a protocol.
pub(crate) fn spec(city: &CityHistory, protocol: &Protocol) -> Result<FeatureSpec, TrainError> {
    let reason = || "no station that was counted has a known place".to_owned();
    let centre = city.centre().ok_or_else(|| TrainError::TooShort { reason: reason() })?;
    let horizons_seconds = protocol.horizons_seconds.clone();
    Ok(FeatureSpec { horizons_seconds, ..FeatureSpec::hourly(centre) })
}

/// Judges forecasters on every row of a fold. The bar is moved once an origin.
pub fn evaluate(
    forecasters: &mut [Box<dyn Forecaster>],
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
    fold: Fold,
    bar: &ProgressBar,
) -> Result<JudgedFold, TrainError> {
    let judged: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == fold).collect();
    bar.set_length(judged.len() as u64);
    let moments: Vec<_> = judged.iter().map(|origin| city.times()[origin.at]).collect();
    let (blocks, slices) = (blocks(&moments), Slices::of(city));
    let (horizons, stations) = (protocol.horizons_seconds.len(), city.stations().len());
    let versions = forecasters.iter().map(|forecaster| forecaster.version().to_owned());
    let mut sums: Vec<JudgedForecaster> =
        versions.map(|name| JudgedForecaster::new(&name, horizons, stations)).collect();
    for (origin, &block) in judged.into_iter().zip(&blocks) {
        let rows = OriginRows::of(city, protocol, origin, block, &slices);
        for (forecaster, sums) in forecasters.iter_mut().zip(&mut sums) {
            rows.judge(forecaster.as_mut(), sums)?;
        }
        bar.inc(1);
    }
    Ok(JudgedFold {
        fold,
        horizons_seconds: protocol.horizons_seconds.clone(),
        blocks: blocks.last().map_or(0, |&last| usize::from(last) + 1),
        forecasters: sums,
    })
}

/// The rows of one origin: every forecaster is judged on the same.
struct OriginRows<'a> {
    city: &'a CityHistory,
    protocol: &'a Protocol,
    origin: &'a Origin,
    block: u16,
    /// The kinds of each row, in the order of the stations counted.
    slices: Vec<Vec<Slice>>,
}

impl<'a> OriginRows<'a> {
    fn of(
        city: &'a CityHistory,
        protocol: &'a Protocol,
        origin: &'a Origin,
        block: u16,
        slices: &Slices,
    ) -> Self {
        let counted = (0..city.stations().len()).filter(|&station| city.cell(origin.at, station).is_some());
        let slices = counted.map(|station| slices.row(city, origin.at, station)).collect();
        Self { city, protocol, origin, block, slices }
    }

    fn judge(&self, forecaster: &mut dyn Forecaster, sums: &mut JudgedForecaster) -> Result<(), TrainError> {
        let (city, origin) = (self.city, self.origin);
        let (counted, request) = self.protocol.request(city, origin.at, forecaster.look_back());
        let forecasts = forecaster.forecast(&request)?;
        for ((&station, forecast), slices) in counted.iter().zip(forecasts).zip(&self.slices) {
            let Some(counted) = city.cell(origin.at, station) else { continue };
            for ((sums_at, target), at_horizon) in
                sums.horizons.iter_mut().zip(&origin.targets).zip(&forecast.horizons)
            {
                let Some(truth) = target.and_then(|snapshot| city.cell(snapshot, station)) else { continue };
                let row = JudgedRow::new(at_horizon, counted, truth);
                sums_at.add(self.block, slices, &row);
                sums_at.together.add(at_horizon, counted, truth);
                sums.stations[station].add(row.median(), truth.bikes);
            }
        }
        Ok(())
    }
}
