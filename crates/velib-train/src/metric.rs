//! The metrics of the protocol, by name: how each is read from scores, and what it is divided by.

use velib_forecast::scores::ForecastScores;

/// One way of judging a forecaster at one horizon.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// The name in JSON and CSV.
    pub name: &'static str,
    /// The heading of a column.
    pub heading: &'static str,
    /// The forecaster whose score on the same rows it is divided by.
    pub beside: Option<&'static str>,
    /// Reads it; `None` where there is nothing to judge.
    pub of: fn(&ForecastScores) -> Option<f64>,
}

const PERSISTENCE: Option<&str> = Some("persistence");
const TABLE: Option<&str> = Some("table");

/// Every metric, in the order of tables.
pub const METRICS: [Metric; 14] = [
    Metric {
        name: "bikes_mae",
        heading: "bikes MAE",
        beside: PERSISTENCE,
        of: |scores| Some(scores.bikes.mae),
    },
    Metric {
        name: "bikes_mae_rounded",
        heading: "rounded",
        beside: PERSISTENCE,
        of: |scores| Some(scores.bikes_mae_rounded),
    },
    Metric {
        name: "bikes_rmse",
        heading: "bikes RMSE",
        beside: PERSISTENCE,
        of: |scores| Some(scores.bikes.rmse),
    },
    Metric {
        name: "docks_mae",
        heading: "docks MAE",
        beside: PERSISTENCE,
        of: |scores| Some(scores.docks?.mae),
    },
    Metric {
        name: "docks_rmse",
        heading: "docks RMSE",
        beside: PERSISTENCE,
        of: |scores| Some(scores.docks?.rmse),
    },
    Metric { name: "pinball", heading: "pinball", beside: TABLE, of: |scores| Some(scores.pinball) },
    Metric { name: "coverage_80", heading: "in 80 %", beside: None, of: |scores| Some(scores.coverage_80) },
    Metric {
        name: "brier_bikes_1",
        heading: "Brier bikes≥1",
        beside: TABLE,
        of: |scores| Some(scores.a_bike.brier),
    },
    Metric {
        name: "brier_docks_1",
        heading: "Brier docks≥1",
        beside: TABLE,
        of: |scores| Some(scores.a_dock?.brier),
    },
    Metric {
        name: "brier_bikes_low",
        heading: "Brier bikes≤2",
        beside: TABLE,
        of: |scores| Some(scores.low.brier),
    },
    Metric {
        name: "ece_bikes_1",
        heading: "ECE bikes≥1",
        beside: None,
        of: |scores| Some(scores.a_bike.ece),
    },
    Metric {
        name: "ece_docks_1",
        heading: "ECE docks≥1",
        beside: None,
        of: |scores| Some(scores.a_dock?.ece),
    },
    Metric {
        name: "ece_bikes_low", heading: "ECE bikes≤2", beside: None, of: |scores| Some(scores.low.ece)
    },
    Metric { name: "onset_ap", heading: "onset AP", beside: PERSISTENCE, of: |scores| scores.onset_ap },
];
