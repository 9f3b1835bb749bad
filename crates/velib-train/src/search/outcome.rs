//! What a search found: a table for people, a chart of how every trial learned.

use std::fmt;

use serde::Serialize;
use velib_report::plot::{Axis, Plot};

use super::{Trial, Tried};

/// Colours for trials; more of them share the last.
const COLOURS: usize = 7;

/// Every trial and what it reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchOutcome {
    /// The points that were drawn.
    pub trials: Vec<Trial>,
    /// Every fit that ended.
    pub tried: Vec<Tried>,
}

impl SearchOutcome {
    /// The longest fit of each trial: those that went furthest first, of these the best first.
    pub fn ranked(&self) -> Vec<&Tried> {
        let longest = |trial: usize| {
            self.tried.iter().filter(|tried| tried.trial == trial).max_by_key(|tried| tried.epochs)
        };
        let mut ranked: Vec<&Tried> = (0..self.trials.len()).filter_map(longest).collect();
        ranked.sort_by(|a, b| b.epochs.cmp(&a.epochs).then(a.best().total_cmp(&b.best())));
        ranked
    }

    /// The loss of every trial's longest fit, epoch by epoch, as an SVG that stands alone.
    pub fn draw(&self) -> String {
        let ranked = self.ranked();
        let all = || ranked.iter().flat_map(|tried| tried.losses.iter().copied());
        let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let longest = ranked.iter().map(|tried| tried.losses.len()).max().unwrap_or(1);
        let x = Axis::round("epoch", 1.0, longest as f64);
        let mut plot =
            Plot::new("Validation loss of every trial", x, Axis::round("nats a count", least, most));
        for (place, tried) in ranked.iter().enumerate().rev() {
            let points: Vec<(f64, f64)> =
                tried.losses.iter().enumerate().map(|(at, &loss)| (at as f64 + 1.0, loss)).collect();
            let class = if place == 0 { "own".to_owned() } else { format!("c{}", place.min(COLOURS)) };
            let label = if place == 0 { format!("trial {}, the best", tried.trial) } else { String::new() };
            plot.line(&class, &label, &points);
        }
        plot.standalone()
    }
}

impl fmt::Display for SearchOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["trial", "lstm", "dense", "mixture", "members", "batch", "rate", "epochs", "loss"];
        heads.iter().try_for_each(|head| write!(f, "{head:>9}"))?;
        writeln!(f)?;
        for tried in self.ranked() {
            let Trial { shape, batch, learning_rate } = &self.trials[tried.trial];
            for number in [tried.trial, shape.lstm, shape.dense, shape.components, shape.members, *batch] {
                write!(f, "{number:>9}")?;
            }
            writeln!(f, "{learning_rate:>9}{:>9}{:>9.4}", tried.epochs, tried.best())?;
        }
        write!(f, "validation loss in nats a count; what was stopped early reached less far")
    }
}
