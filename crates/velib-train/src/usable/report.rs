//! What `velib-train usable` prints.

use std::fmt;

use serde::Serialize;

use super::{Found, PlantedScores, RecordedScores, Watched};

/// The figures of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UsableReport {
    /// Hours of history behind each estimate.
    pub look_back_hours: f64,
    /// Minutes between two of its counts.
    pub cadence_minutes: i64,
    /// Moments judged, each for all stations.
    pub moments: usize,
    /// How much more probable the history of a station is where bikes may be stuck than where none ever is: the mean
    /// of the logarithm, in nats.
    pub log_evidence_gain: f64,
    /// By the day after.
    pub recorded: RecordedScores,
    /// By the simulation's secret, where there is one.
    pub planted: Option<PlantedScores>,
}

impl fmt::Display for UsableReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} moments, each by {:.0} h of counts {} min apart; {:+.3} nats a station over no bike ever being stuck",
            self.moments, self.look_back_hours, self.cadence_minutes, self.log_evidence_gain
        )?;
        writeln!(f, "\nthe day after, bikes said to be stuck and like bikes that are not")?;
        writeln!(
            f,
            "{:<9}{:>9}{:>11}{:>11}{:>8}{:>14}{:>14}{:>8}",
            "at once", "bikes", "left", "like left", "ratio", "next leaves", "like leaves", "ratio"
        )?;
        for (number, pair) in ["1", "2", "3", "4+"].iter().zip(&self.recorded.by_number) {
            write_watched(f, number, pair)?;
        }
        write_watched(f, "all", &self.recorded.all)?;
        self.planted.as_ref().map_or(Ok(()), |planted| write_planted(f, planted))
    }
}

fn write_watched(f: &mut fmt::Formatter<'_>, number: &str, (own, like): &(Watched, Watched)) -> fmt::Result {
    writeln!(
        f,
        "{number:<9}{:>9.0}{:>10.1}%{:>10.1}%{:>8.2}{:>13.1}%{:>13.1}%{:>8.2}",
        own.bikes,
        100.0 * own.left_share(),
        100.0 * like.left_share(),
        own.left_share() / like.left_share(),
        100.0 * own.leaving_rate(),
        100.0 * like.leaving_rate(),
        own.leaving_rate() / like.leaving_rate(),
    )
}

fn write_planted(f: &mut fmt::Formatter<'_>, planted: &PlantedScores) -> fmt::Result {
    writeln!(f, "\nbikes of the simulation")?;
    write_found(f, "right of those said to be stuck, by number (1, 2, 3, 4+)", &planted.precision)?;
    write_found(f, "found of those stuck, by number (1, 2, 3, 4+)", &planted.recall)?;
    write_found(f, "found of those stuck, by age (< 6, 12, 24, 48 h, older)", &planted.recall_by_age)?;
    let events = [
        ("P(some stuck)", planted.some_stuck),
        ("P(a bike I can ride)", planted.a_bike_to_ride),
        ("the same by count alone", planted.a_bike_counted),
    ];
    for (name, scores) in events {
        if let Some(scores) = scores {
            writeln!(f, "{name:<28} Brier {:.4}  ECE {:.4}", scores.brier, scores.ece)?;
        }
    }
    writeln!(f, "\n{:>10}{:>10}{:>10}", "rows", "said", "so")?;
    for (rows, said, so) in &planted.calibration {
        writeln!(f, "{rows:>10}{said:>10.3}{so:>10.3}")?;
    }
    Ok(())
}

fn write_found(f: &mut fmt::Formatter<'_>, name: &str, classes: &[Found]) -> fmt::Result {
    write!(f, "{name:<62}")?;
    for class in classes {
        match class.share() {
            Some(share) => write!(f, "{:>7.1}% ({})", 100.0 * share, class.all)?,
            None => write!(f, "{:>8}", "–")?,
        }
    }
    writeln!(f)
}
