//! Learns ρ from a history of moments at which one station had failed and another was looked at.
//!
//! Each class is a logistic regression of one number with the outlook's log-odds as offset: its likelihood is concave,
//! and Newton's steps find the top. A weak prior at zero keeps classes with few events near independence.

use super::{Correlation, DISTANCES_M, HOURS, HourClass, Missing, distance_class};

/// The prior's precision: as if a handful of events had shown independence.
const PRIOR_PRECISION: f64 = 1.0;

/// Log-odds that no outlook is trusted to exceed: a chance of one in a thousand, or all but one.
const SUREST_LOG_ODDS: f64 = 6.9;

/// Steps that find the top to more digits than matter.
const STEPS: usize = 50;

/// A longer step is cut to this: far from the top the curvature misleads.
const LONGEST_STEP: f64 = 1.0;

/// A moment at which one station had just failed and what another one turned out to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointEvent {
    /// What was missing at the first, and is looked for at the other.
    pub missing: Missing,
    /// The part of the day.
    pub hour: HourClass,
    /// Metres between them, as the crow flies.
    pub distance_m: f64,
    /// What an outlook gave for the other, without knowing of the failure.
    pub p: f64,
    /// Whether it was there.
    pub found: bool,
}

impl Correlation {
    /// The table under which these events are likeliest. What comes to those who wait is left at its default.
    pub fn fit(events: &[JointEvent]) -> Self {
        let mut classes = vec![Vec::new(); 2 * HOURS * DISTANCES_M.len()];
        for event in events {
            if let Some(distance) = distance_class(event.distance_m) {
                let class =
                    (event.missing as usize * HOURS + event.hour as usize) * DISTANCES_M.len() + distance;
                classes[class].push((log_odds(event.p), event.found));
            }
        }
        let mut fitted = Self::default();
        let cells = fitted.rho.iter_mut().flatten().flatten();
        for (rho, class) in cells.zip(&classes) {
            *rho = likeliest(class);
        }
        fitted
    }
}

fn likeliest(events: &[(f64, bool)]) -> f64 {
    let mut rho = 0.0;
    for _ in 0..STEPS {
        let (mut slope, mut curvature) = (-PRIOR_PRECISION * rho, PRIOR_PRECISION);
        for (offset, found) in events {
            let p = 1.0 / (1.0 + (-offset - rho).exp());
            slope += f64::from(u8::from(*found)) - p;
            curvature += p * (1.0 - p);
        }
        let step = (slope / curvature).clamp(-LONGEST_STEP, LONGEST_STEP);
        rho += step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    rho
}

fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln().clamp(-SUREST_LOG_ODDS, SUREST_LOG_ODDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::correlation::shifted;

    /// Every chance of a grid, and for each a hundred events of which exactly the true share was a success.
    fn history(rho: f64, missing: Missing, hour: HourClass, distance_m: f64) -> Vec<JointEvent> {
        let mut events = Vec::new();
        for percent in 1..100 {
            let p = f64::from(percent) / 100.0;
            let found = (100.0 * shifted(p, rho.exp())).round() as usize;
            for index in 0..100 {
                events.push(JointEvent { missing, hour, distance_m, p, found: index < found });
            }
        }
        events
    }

    #[test]
    fn a_known_dependence_is_found_again_each_in_its_class() {
        let mut events = history(-1.2, Missing::Bike, HourClass::Morning, 200.0);
        events.extend(history(-0.4, Missing::Bike, HourClass::Morning, 700.0));
        events.extend(history(-0.8, Missing::Dock, HourClass::Evening, 200.0));
        let fitted = Correlation::fit(&events);
        for (rho, missing, hour, distance_m) in [
            (-1.2, Missing::Bike, HourClass::Morning, 240.0),
            (-0.4, Missing::Bike, HourClass::Morning, 999.0),
            (-0.8, Missing::Dock, HourClass::Evening, 1.0),
        ] {
            let found = fitted.rho(missing, hour, distance_m);
            assert!((found - rho).abs() < 0.02, "{found} should be {rho}");
        }
    }

    #[test]
    fn where_nothing_was_seen_stations_are_independent() {
        let fitted = Correlation::fit(&history(-1.0, Missing::Dock, HourClass::Night, 100.0));
        assert!(fitted.rho(Missing::Bike, HourClass::Night, 100.0).abs() < 1e-12);
        assert!(fitted.rho(Missing::Dock, HourClass::Night, 5_000.0).abs() < 1e-12);
        assert_eq!(Correlation::fit(&[]), Correlation::default());
    }

    #[test]
    fn three_events_convince_nobody() {
        let event = JointEvent {
            missing: Missing::Bike,
            hour: HourClass::Midday,
            distance_m: 100.0,
            p: 0.5,
            found: false,
        };
        let rho = Correlation::fit(&[event; 3]).rho(Missing::Bike, HourClass::Midday, 100.0);
        assert!((-1.0..-0.3).contains(&rho), "{rho}");
    }

    #[test]
    fn a_certainty_that_failed_is_no_infinity() {
        let sure = |found| JointEvent {
            missing: Missing::Bike,
            hour: HourClass::Midday,
            distance_m: 100.0,
            p: 1.0,
            found,
        };
        let rho = Correlation::fit(&[sure(true), sure(false)]).rho(Missing::Bike, HourClass::Midday, 100.0);
        assert!(rho.is_finite() && rho < 0.0, "{rho}");
    }
}
