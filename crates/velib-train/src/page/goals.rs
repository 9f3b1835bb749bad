//! The goals that were set for the published rows of 2022, beside what was reached on them.

use super::tables::Table;
use crate::{Evaluation, Measured};

/// A metric on the three horizons: what is expected, and what is hoped for.
struct Goal {
    metric: &'static str,
    words: &'static str,
    target: Bound,
    moonshot: Bound,
}

/// On which side of a number the goal lies.
enum Bound {
    AtMost([f64; 3]),
    AtLeast([f64; 3]),
    Within(f64, f64),
}

use Bound::{AtLeast, AtMost, Within};

const GOALS: [Goal; 12] = [
    goal("bikes_mae", "bikes MAE ÷ persistence", AtMost([0.90, 0.80, 0.72]), AtMost([0.87, 0.77, 0.695])),
    goal("bikes_rmse", "bikes RMSE ÷ persistence", AtMost([0.84, 0.74, 0.68]), AtMost([0.82, 0.72, 0.66])),
    goal("docks_mae", "docks MAE ÷ persistence", AtMost([0.90, 0.80, 0.725]), AtMost([0.88, 0.78, 0.71])),
    goal(
        "brier_bikes_1",
        "Brier P(≥ 1 bike) ÷ table",
        AtMost([0.92, 0.90, 0.885]),
        AtMost([0.90, 0.88, 0.865]),
    ),
    goal(
        "brier_docks_1",
        "Brier P(≥ 1 dock) ÷ table",
        AtMost([0.985, 0.97, 0.96]),
        AtMost([0.965, 0.95, 0.94]),
    ),
    goal(
        "brier_bikes_low",
        "Brier P(≤ 2 bikes) ÷ table",
        AtMost([0.89, 0.835, 0.795]),
        AtMost([0.87, 0.815, 0.775]),
    ),
    goal("ece_bikes_1", "ECE P(≥ 1 bike)", AtMost([0.01; 3]), AtMost([0.005; 3])),
    goal("ece_docks_1", "ECE P(≥ 1 dock)", AtMost([0.01; 3]), AtMost([0.005; 3])),
    goal("ece_bikes_low", "ECE P(≤ 2 bikes)", AtMost([0.01; 3]), AtMost([0.005; 3])),
    goal("pinball", "pinball ÷ table", AtMost([0.83, 0.745, 0.70]), AtMost([0.81, 0.73, 0.68])),
    goal("coverage_80", "80 % interval", Within(0.76, 0.84), Within(0.78, 0.82)),
    goal("onset_ap", "onset AP ÷ fewest first", AtLeast([1.6, 1.8, 2.0]), AtLeast([1.75, 1.95, 2.1])),
];

const fn goal(metric: &'static str, words: &'static str, target: Bound, moonshot: Bound) -> Goal {
    Goal { metric, words, target, moonshot }
}

/// Goal by goal and horizon by horizon: reached, and how far; nothing on other rows.
pub(super) fn table(evaluation: &Evaluation) -> String {
    if evaluation.training.protocol != "hourly-2022" {
        return String::new();
    }
    let heads = ["", "+60 min", "+120 min", "+180 min", "target", "moonshot"];
    let mut table = Table::new("Goals of the protocol (● moonshot, ○ target, × missed)", &heads);
    for goal in &GOALS {
        let is_shown = |line: &&Measured| {
            line.fold == "test" && line.forecaster == evaluation.version && line.metric == goal.metric
        };
        let reached = evaluation.measured.iter().filter(is_shown).enumerate();
        let mut cells = vec![goal.words.to_owned()];
        cells.extend(reached.map(|(horizon, line)| goal.told(horizon, line)));
        cells.extend([goal.target.told(), goal.moonshot.told()]);
        table.push(cells);
    }
    table.draw()
}

impl Goal {
    fn told(&self, horizon: usize, line: &Measured) -> String {
        let value = line.ratio.unwrap_or(line.estimate).value;
        let mark = match (self.moonshot.holds(horizon, value), self.target.holds(horizon, value)) {
            (true, _) => '●',
            (false, true) => '○',
            (false, false) => '×',
        };
        format!("{mark} {value:.3}")
    }
}

impl Bound {
    fn holds(&self, horizon: usize, value: f64) -> bool {
        match self {
            AtMost(most) => most.get(horizon).is_some_and(|&most| value <= most),
            AtLeast(least) => least.get(horizon).is_some_and(|&least| value >= least),
            Within(low, high) => (*low..=*high).contains(&value),
        }
    }

    fn told(&self) -> String {
        match self {
            AtMost(numbers) => format!("≤ {}", numbers.map(|number| number.to_string()).join(" / ")),
            AtLeast(numbers) => format!("≥ {}", numbers.map(|number| number.to_string()).join(" / ")),
            Within(low, high) => format!("{low} – {high}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_on_its_own_side() {
        assert!(AtMost([0.9, 0.8, 0.7]).holds(1, 0.8) && !AtMost([0.9, 0.8, 0.7]).holds(2, 0.8));
        assert!(AtLeast([1.6, 1.8, 2.0]).holds(0, 1.7) && !AtLeast([1.6, 1.8, 2.0]).holds(1, 1.7));
        assert!(Within(0.76, 0.84).holds(0, 0.8) && !Within(0.76, 0.84).holds(0, 0.85));
        assert!(!AtMost([1.0; 3]).holds(3, 0.0), "a horizon without a goal reaches none");
    }
}
