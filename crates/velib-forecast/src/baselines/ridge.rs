//! The straight line through the past day: 25 lags and five more numbers, least squares with a light penalty.

use std::f64::consts::TAU;

use velib_domain::{Timestamp, calendar::calendar_point};

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::{laplace_around, laplace_scale, unknown},
    protocol::{CityHistory, Origin, Protocol},
};

/// Slots of an hour that it looks at.
const LAGS: usize = 25;

/// Lags, two of the hour, day off, capacity, a constant.
const INPUTS: usize = LAGS + 5;

/// Added to the diagonal, per row: enough to make the equations solvable.
const PENALTY: f64 = 1e-4;

/// Linear forecasts of the change since the newest count, spread as its errors were in training.
#[derive(Debug, Clone)]
pub struct Ridge {
    horizons: Vec<Horizon>,
    /// `[horizon][bikes, docks]`.
    lines: Vec<[Line; 2]>,
}

#[derive(Debug, Clone)]
struct Line {
    weights: [f64; INPUTS],
    mean_absolute_error: f64,
}

/// Sums of the normal equations.
#[derive(Clone)]
struct Equations {
    rows: f64,
    products: Vec<[f64; INPUTS]>,
    answers: [f64; INPUTS],
}

impl Ridge {
    /// Fits the lines on training rows.
    pub fn fit(city: &CityHistory, protocol: &Protocol, origins: &[&Origin], horizons: &[Horizon]) -> Self {
        let mut sums = vec![[Equations::none(), Equations::none()]; horizons.len()];
        each_row(city, protocol, origins, |horizon, target, inputs, change| {
            sums[horizon][target].add(inputs, change);
        });
        let mut lines: Vec<[Line; 2]> =
            sums.iter().map(|targets| targets.each_ref().map(Equations::solved)).collect();
        let mut errors = vec![[(0.0, 0.0); 2]; horizons.len()];
        each_row(city, protocol, origins, |horizon, target, inputs, change| {
            let (rows, sum) = &mut errors[horizon][target];
            *rows += 1.0;
            *sum += (lines[horizon][target].change(inputs) - change).abs();
        });
        for (line, (rows, sum)) in lines.iter_mut().flatten().zip(errors.into_iter().flatten()) {
            line.mean_absolute_error = sum / f64::max(rows, 1.0);
        }
        Self { horizons: horizons.to_vec(), lines }
    }

    fn station(&self, history: &StationHistory, issued_at: Timestamp) -> StationForecast {
        let support = history.support();
        let of = |counts: &[Option<u16>], line: &Line| {
            let inputs = inputs(history, counts, issued_at)?;
            let point = inputs[LAGS - 1] + line.change(&inputs);
            let scale = laplace_scale(line.mean_absolute_error.max(0.01));
            Some(laplace_around(point, scale, support))
        };
        let at = |(&horizon, [bikes, docks]): (&Horizon, &[Line; 2])| HorizonForecast {
            horizon,
            bikes: of(&history.bikes, bikes).unwrap_or_else(|| unknown(support)),
            docks: of(&history.docks, docks),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(LAGS),
            horizons: self.horizons.iter().zip(&self.lines).map(at).collect(),
        }
    }
}

impl Forecaster for Ridge {
    fn version(&self) -> &'static str {
        "ridge"
    }

    fn look_back(&self) -> usize {
        LAGS
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| self.station(history, request.issued_at)).collect())
    }
}

/// Calls back with horizon, target (0 bikes, 1 docks), inputs and the change that followed.
fn each_row(
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[&Origin],
    mut row: impl FnMut(usize, usize, &[f64; INPUTS], f64),
) {
    for origin in origins {
        let (counted, request) = protocol.request(city, origin.at, LAGS);
        for (history, station) in request.stations.iter().zip(counted) {
            let both =
                [&history.bikes, &history.docks].map(|counts| inputs(history, counts, request.issued_at));
            for (horizon, target) in origin.targets.iter().enumerate() {
                let Some(truth) = target.and_then(|target| city.cell(target, station)) else { continue };
                let truths = [Some(truth.bikes), truth.docks];
                for (target, (inputs, truth)) in both.iter().zip(truths).enumerate() {
                    if let (Some(inputs), Some(truth)) = (inputs, truth) {
                        row(horizon, target, inputs, f64::from(truth) - inputs[LAGS - 1]);
                    }
                }
            }
        }
    }
}

/// The inputs of one count; `None` where it was never observed. A missing lag is the next newer one.
fn inputs(history: &StationHistory, counts: &[Option<u16>], issued_at: Timestamp) -> Option<[f64; INPUTS]> {
    let mut newer = f64::from(counts.iter().rev().find_map(|count| *count)?);
    let mut inputs = [0.0; INPUTS];
    for slot in (0..LAGS).rev() {
        let index = (counts.len() + slot).checked_sub(LAGS);
        newer = index.and_then(|index| counts[index]).map_or(newer, f64::from);
        inputs[slot] = newer;
    }
    let calendar = calendar_point(issued_at);
    let (sin, cos) = (calendar.hour_of_day / 24.0 * TAU).sin_cos();
    let capacity = f64::from(history.support());
    inputs[LAGS..].copy_from_slice(&[sin, cos, f64::from(u8::from(calendar.is_day_off)), capacity, 1.0]);
    Some(inputs)
}

impl Line {
    fn change(&self, inputs: &[f64; INPUTS]) -> f64 {
        self.weights.iter().zip(inputs).map(|(weight, input)| weight * input).sum()
    }
}

impl Equations {
    fn none() -> Self {
        Self { rows: 0.0, products: vec![[0.0; INPUTS]; INPUTS], answers: [0.0; INPUTS] }
    }

    fn add(&mut self, inputs: &[f64; INPUTS], change: f64) {
        self.rows += 1.0;
        for ((products, answer), input) in self.products.iter_mut().zip(&mut self.answers).zip(inputs) {
            *answer += input * change;
            products.iter_mut().zip(inputs).for_each(|(product, other)| *product += input * other);
        }
    }

    /// Gauss–Jordan elimination: the penalty keeps every pivot above zero.
    fn solved(&self) -> Line {
        let mut left = self.products.clone();
        let mut weights = self.answers;
        for (pivot, row) in left.iter_mut().enumerate() {
            row[pivot] += PENALTY * self.rows.max(1.0);
        }
        for pivot in 0..INPUTS {
            let divisor = left[pivot][pivot];
            let pivot_row = left[pivot].map(|number| number / divisor);
            left[pivot] = pivot_row;
            weights[pivot] /= divisor;
            for row in (0..INPUTS).filter(|&row| row != pivot) {
                let factor = left[row][pivot];
                left[row].iter_mut().zip(pivot_row).for_each(|(number, other)| *number -= factor * other);
                weights[row] -= factor * weights[pivot];
            }
        }
        Line { weights, mean_absolute_error: 0.0 }
    }
}
