//! A forecast count as it is sent and kept: the few numbers of a distribution that its readers use.
//!
//! Sending whole distributions would multiply the answer by ten. Numbers are written to four decimals: finer than any
//! forecast is sure of, and coarse enough for 1,500 stations in one answer.

use serde::{Deserialize, Serialize};
use velib_domain::Distribution;

/// What is forecast of one count at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "WrittenCount", try_from = "WrittenCount")]
pub struct CountForecast {
    /// The expected count.
    pub mean: f64,
    /// The count that one time in ten is not reached.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// The count that one time in ten is exceeded.
    pub p90: f64,
    /// P(count ≥ 1), P(count ≥ 2), … P(count ≥ 5).
    pub p_at_least: [f64; 5],
}

impl From<&Distribution> for CountForecast {
    fn from(count: &Distribution) -> Self {
        Self {
            mean: count.mean(),
            p10: count.quantile(0.1),
            p50: count.quantile(0.5),
            p90: count.quantile(0.9),
            p_at_least: [1, 2, 3, 4, 5].map(|n| count.at_least(n)),
        }
    }
}

/// The forecast as it is written.
#[derive(Serialize, Deserialize)]
struct WrittenCount {
    mean: f64,
    quantiles: WrittenQuantiles,
    p_at_least_1: f64,
    p_at_least_2: f64,
    p_at_least_3: f64,
    p_at_least_4: f64,
    p_at_least_5: f64,
}

#[derive(Serialize, Deserialize)]
struct WrittenQuantiles {
    p10: f64,
    p50: f64,
    p90: f64,
}

impl From<CountForecast> for WrittenCount {
    fn from(count: CountForecast) -> Self {
        let [p_at_least_1, p_at_least_2, p_at_least_3, p_at_least_4, p_at_least_5] =
            count.p_at_least.map(four_decimals);
        let quantiles = WrittenQuantiles {
            p10: four_decimals(count.p10),
            p50: four_decimals(count.p50),
            p90: four_decimals(count.p90),
        };
        Self {
            mean: four_decimals(count.mean),
            quantiles,
            p_at_least_1,
            p_at_least_2,
            p_at_least_3,
            p_at_least_4,
            p_at_least_5,
        }
    }
}

impl TryFrom<WrittenCount> for CountForecast {
    type Error = String;

    fn try_from(written: WrittenCount) -> Result<Self, Self::Error> {
        let p_at_least = [
            written.p_at_least_1,
            written.p_at_least_2,
            written.p_at_least_3,
            written.p_at_least_4,
            written.p_at_least_5,
        ];
        if let Some((index, p)) = p_at_least.iter().enumerate().find(|(_, p)| !(0.0..=1.0).contains(*p)) {
            return Err(format!("p_at_least_{}: {p} is no probability", index + 1));
        }
        let WrittenQuantiles { p10, p50, p90 } = written.quantiles;
        Ok(Self { mean: written.mean, p10, p50, p90, p_at_least })
    }
}

fn four_decimals(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
