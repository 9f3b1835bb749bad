//! Whether a model's bikes and docks of one station fit together: each law ends at the capacity, their sum need not.

use std::fmt;

use serde::{Deserialize, Serialize};
use velib_forecast::{
    HorizonForecast,
    protocol::{Cell, Fold},
};

use crate::judged_fold::JudgedFold;

/// A sum of means above the capacity by no more than this is taken for rounding.
const HALF_A_BIKE: f64 = 0.5;

/// Mean bikes + mean docks of one forecaster at one horizon, where docks were counted now and then.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TogetherSums {
    rows: u64,
    above: u64,
    excess: f64,
    largest_excess: f64,
    above_alone: u64,
    largest_alone: f64,
    counted_above: u64,
    error: f64,
    persistence_error: f64,
}

/// What came out on one fold at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TogetherLine {
    /// `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// Rows where docks were forecast, and counted at the origin and at the target; capacity is known in all.
    pub rows: u64,
    /// Share of rows where mean bikes + mean docks are more than half a bike above the capacity at the origin.
    pub above: f64,
    /// By how much on average in those rows, in bikes; `None` where there are none.
    pub mean_excess: Option<f64>,
    /// The most in those rows, in bikes; `None` where there are none.
    pub largest_excess: Option<f64>,
    /// Share of rows where they are, though what was counted at the origin is not above it.
    pub above_alone: f64,
    /// The most in those rows, in bikes; `None` where there are none.
    pub largest_alone: Option<f64>,
    /// Share of rows where what was counted then is above that capacity.
    pub counted_above: f64,
    /// Mean absolute error of mean bikes + mean docks, in bikes.
    pub mae: f64,
    /// The same of the bikes + docks counted at the origin.
    pub persistence_mae: f64,
}

impl TogetherSums {
    /// Counts a row, if docks are known in it.
    pub fn add(&mut self, forecast: &HorizonForecast, origin: Cell, truth: Cell) {
        let docks = (forecast.docks.as_ref(), origin.docks, truth.docks);
        let (Some(docks), Some(docks_now), Some(docks_then)) = docks else { return };
        let said = forecast.bikes.mean() + docks.mean();
        let counted_now = f64::from(origin.bikes) + f64::from(docks_now);
        let counted_then = f64::from(truth.bikes) + f64::from(docks_then);
        let capacity = f64::from(origin.capacity);
        self.rows += 1;
        if said > capacity + HALF_A_BIKE {
            self.above += 1;
            self.excess += said - capacity;
            self.largest_excess = self.largest_excess.max(said - capacity);
            if counted_now <= capacity {
                self.above_alone += 1;
                self.largest_alone = self.largest_alone.max(said - capacity);
            }
        }
        self.counted_above += u64::from(counted_then > capacity);
        self.error += (said - counted_then).abs();
        self.persistence_error += (counted_now - counted_then).abs();
    }

    fn line(&self, fold: Fold, horizon_seconds: i64) -> Option<TogetherLine> {
        let of_rows = |sum: f64| sum / self.rows as f64;
        let has_above = self.above > 0;
        (self.rows > 0).then(|| TogetherLine {
            fold: fold.as_str().to_owned(),
            horizon_seconds,
            rows: self.rows,
            above: of_rows(self.above as f64),
            mean_excess: has_above.then(|| self.excess / self.above as f64),
            largest_excess: has_above.then_some(self.largest_excess),
            above_alone: of_rows(self.above_alone as f64),
            largest_alone: (self.above_alone > 0).then_some(self.largest_alone),
            counted_above: of_rows(self.counted_above as f64),
            mae: of_rows(self.error),
            persistence_mae: of_rows(self.persistence_error),
        })
    }
}

/// The lines of one forecaster on the test days; none of other days, or where docks are not known.
pub fn together(judged: &JudgedFold, forecaster: &str) -> Vec<TogetherLine> {
    if judged.fold != Fold::Test {
        return Vec::new();
    }
    let lines = judged.by_horizon(|horizon_seconds, name, at_horizon| {
        let line = || at_horizon.together.line(judged.fold, horizon_seconds);
        (name == forecaster).then(line).flatten()
    });
    lines.into_iter().flatten().collect()
}

/// The section as it is printed.
pub(crate) struct Together<'a>(pub(crate) &'a [TogetherLine]);

impl fmt::Display for Together<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\nbikes and docks together: mean bikes + mean docks of the model, more than half a bike above the capacity \
             (alone: where what was counted now was not), and their error beside that of persistence"
        )?;
        writeln!(
            f,
            "{:<10} {:>5} {:>8} {:>8} {:>12} {:>8} {:>12} {:>8} {:>14} {:>8} {:>16}",
            "days",
            "+min",
            "rows",
            "above",
            "mean excess",
            "largest",
            "above alone",
            "largest",
            "counted above",
            "MAE",
            "persistence MAE"
        )?;
        for line in self.0 {
            let bikes =
                |bikes: Option<f64>| bikes.map_or_else(|| "–".to_owned(), |bikes| format!("{bikes:.2}"));
            let percent = |share: f64| format!("{:.2}%", 100.0 * share);
            writeln!(
                f,
                "{:<10} {:>5} {:>8} {:>8} {:>12} {:>8} {:>12} {:>8} {:>14} {:>8.4} {:>16.4}",
                line.fold,
                line.horizon_seconds / 60,
                line.rows,
                percent(line.above),
                bikes(line.mean_excess),
                bikes(line.largest_excess),
                percent(line.above_alone),
                bikes(line.largest_alone),
                percent(line.counted_above),
                line.mae,
                line.persistence_mae
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use velib_domain::Distribution;
    use velib_forecast::Horizon;

    use super::*;
    use crate::{JudgedForecaster, JudgedHorizon};

    /// A station of ten docks built.
    fn cell(bikes: u16, docks: Option<u16>) -> Cell {
        Cell { bikes, ebikes: None, docks, capacity: 10 }
    }

    fn said(bikes: u16, docks: Option<u16>) -> HorizonForecast {
        let law = |count| Distribution::certain(count, 10);
        HorizonForecast { horizon: Horizon::from_secs(3600), bikes: law(bikes), docks: docks.map(law) }
    }

    fn judged(fold: Fold, rows: &[(HorizonForecast, Cell, Cell)]) -> JudgedFold {
        let mut together = TogetherSums::default();
        for (forecast, origin, truth) in rows {
            together.add(forecast, *origin, *truth);
        }
        let mut model = JudgedForecaster::new("model", 0, 0);
        model.horizons.push(JudgedHorizon { together, ..JudgedHorizon::default() });
        let other = JudgedForecaster::new("other", 1, 0);
        JudgedFold { fold, horizons_seconds: vec![3600], blocks: 1, forecasters: vec![other, model] }
    }

    #[test]
    fn bikes_and_docks_that_fit_each_alone_may_not_fit_together() {
        let (now, then) = (cell(4, Some(5)), cell(6, Some(4)));
        let rows = [
            (said(6, Some(4)), now, then),
            (said(8, Some(4)), now, then),
            (said(9, Some(5)), cell(6, Some(5)), then),
            (said(3, Some(4)), now, cell(6, Some(5))),
            // Nothing is known of docks here: bikes alone cannot be too many.
            (said(9, None), now, then),
            (said(9, Some(9)), cell(4, None), then),
            (said(9, Some(9)), now, cell(6, None)),
        ];
        let lines = together(&judged(Fold::Test, &rows), "model");
        let expected = TogetherLine {
            fold: "test".to_owned(),
            horizon_seconds: 3600,
            rows: 4,
            above: 0.5,
            mean_excess: Some(3.0),
            largest_excess: Some(4.0),
            above_alone: 0.25,
            largest_alone: Some(2.0),
            counted_above: 0.25,
            mae: (0.0 + 2.0 + 4.0 + 4.0) / 4.0,
            persistence_mae: (1.0 + 1.0 + 1.0 + 2.0) / 4.0,
        };
        assert_eq!(lines, [expected]);
        assert!(Together(&lines).to_string().contains("50.00%         3.00     4.00"));
    }

    #[test]
    fn half_a_bike_above_is_rounding() {
        let halfway = Distribution::from_masses(vec![0.5, 0.5]).expect("masses add up to one");
        let forecast = HorizonForecast { bikes: halfway, ..said(0, Some(10)) };
        let lines =
            together(&judged(Fold::Test, &[(forecast, cell(0, Some(10)), cell(1, Some(9)))]), "model");
        assert_eq!((lines[0].above, lines[0].mean_excess, lines[0].largest_excess), (0.0, None, None));
    }

    #[test]
    fn validation_days_and_cities_without_docks_have_no_section() {
        let row = |docks| (said(6, docks), cell(4, docks), cell(6, docks));
        assert!(together(&judged(Fold::Validation, &[row(Some(4))]), "model").is_empty());
        let lines = together(&judged(Fold::Test, &[row(None)]), "model");
        assert!(lines.is_empty() && Together(&lines).to_string().is_empty());
    }
}
