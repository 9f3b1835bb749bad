//! The turnover under which the kinds counted later were most likely, given how many bikes there then were.

use velib_forecast::{
    kinds::{KindsNow, Turnover},
    protocol::{CityHistory, Fold, Origin},
};

use super::UsualKinds;

/// Rows learned from: each is divided some hundred times.
const MOST_ROWS: usize = 20_000;

/// Each number is tried this often to both sides of the best one so far, each round half as far apart.
const ROUNDS: i32 = 5;
const TRIED: i32 = 4;

/// What was, and what became of it.
struct Row {
    now: KindsNow,
    ebikes: usize,
    bikes: usize,
}

/// Learns for one horizon, by its index.
pub(super) fn fit(city: &CityHistory, usual: &UsualKinds, origins: &[Origin], horizon: usize) -> Turnover {
    let rows = rows(city, usual, origins, horizon);
    let mut best = Turnover { stayed: 0.6, stayed_concentration: 2.0, usual_bikes: 30.0, concentration: 8.0 };
    for round in 0..ROUNDS {
        let finer = 0.5_f64.powi(round);
        best = search(&rows, best, |turnover, step| Turnover {
            stayed: (turnover.stayed + 0.08 * finer * step).clamp(0.01, 0.99),
            ..turnover
        });
        best = search(&rows, best, |turnover, step| Turnover {
            stayed_concentration: turnover.stayed_concentration * (finer * step).exp2(),
            ..turnover
        });
        best = search(&rows, best, |turnover, step| Turnover {
            usual_bikes: turnover.usual_bikes * (finer * step).exp2(),
            ..turnover
        });
        best = search(&rows, best, |turnover, step| Turnover {
            concentration: turnover.concentration * (finer * step).exp2(),
            ..turnover
        });
    }
    best
}

/// The likeliest of some turnovers on one line.
fn search(rows: &[Row], from: Turnover, along: impl Fn(Turnover, f64) -> Turnover) -> Turnover {
    let tried = (-TRIED..=TRIED).map(|step| along(from, f64::from(step) / 2.0));
    let valued = tried.map(|turnover| (log_likelihood(rows, &turnover), turnover));
    valued.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(from, |(_, best)| best)
}

fn log_likelihood(rows: &[Row], turnover: &Turnover) -> f64 {
    rows.iter().map(|row| turnover.among(row.now, row.bikes)[row.ebikes].max(1e-6).ln()).sum()
}

fn rows(city: &CityHistory, usual: &UsualKinds, origins: &[Origin], horizon: usize) -> Vec<Row> {
    let training = origins.iter().filter(|origin| origin.fold == Fold::Train);
    let pairs: Vec<_> = training.filter_map(|origin| Some((origin.at, origin.targets[horizon]?))).collect();
    let stations = city.stations().len();
    let all = pairs.len() * stations;
    let every = (all / MOST_ROWS).max(1);
    // A step that shares no factor with the number of stations visits all of them.
    let row = |index: usize| {
        let ((at, target), station) = (pairs[index / stations], index % stations);
        let then = city.cell(target, station)?;
        let ebikes = then.ebikes.filter(|ebikes| *ebikes <= then.bikes)?;
        Some(Row {
            now: usual.ebikes_now(city, at, station)?,
            ebikes: ebikes.into(),
            bikes: then.bikes.into(),
        })
    };
    (0..all).step_by(every | 1).filter_map(row).collect()
}
