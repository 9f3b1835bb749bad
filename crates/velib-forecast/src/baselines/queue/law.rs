//! `exp(Qh)` of a birth-and-death process on 0…κ, by uniformisation: as many steps as there were events, each a bike that
//! comes or goes, and a step that a wall forbids changes nothing.

/// Events that one sum goes through; longer spans are passed in parts, so that `exp(−events)` does not vanish.
const MOST_EVENTS: f64 = 64.0;

/// The part of the law that may be left out.
const LEAST_MASS: f64 = 1e-10;

/// Bikes that come and go in an hour where no wall stops them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Bikes returned an hour.
    pub arrivals: f64,
    /// Bikes taken an hour.
    pub departures: f64,
}

impl Flow {
    /// Replaces the law of the count by the one some hours later.
    pub fn pass(self, masses: &mut Vec<f64>, hours: f64) {
        let events = (self.arrivals + self.departures) * hours;
        if events <= 0.0 {
            return;
        }
        let parts = (events / MOST_EVENTS).ceil();
        for _ in 0..parts as usize {
            *masses = self.after(masses, events / parts);
        }
    }

    /// The mixture of 0, 1, 2, … steps, weighted by how likely so many events are.
    fn after(self, masses: &[f64], events: f64) -> Vec<f64> {
        let (mut step, mut weight) = (masses.to_vec(), (-events).exp());
        let mut mixture: Vec<f64> = step.iter().map(|mass| mass * weight).collect();
        let (mut left, mut steps) = (1.0 - weight, 0.0);
        while left > LEAST_MASS && weight > 0.0 {
            step = self.step(&step);
            steps += 1.0;
            weight *= events / steps;
            left -= weight;
            mixture.iter_mut().zip(&step).for_each(|(sum, mass)| *sum += weight * mass);
        }
        let total: f64 = mixture.iter().sum();
        for mass in &mut mixture {
            *mass /= total;
        }
        mixture
    }

    /// One bike comes or goes.
    fn step(self, masses: &[f64]) -> Vec<f64> {
        let comes = self.arrivals / (self.arrivals + self.departures);
        let last = masses.len() - 1;
        let mut next = vec![0.0; masses.len()];
        for (count, mass) in masses.iter().enumerate() {
            next[(count + 1).min(last)] += comes * mass;
            next[count.saturating_sub(1)] += (1.0 - comes) * mass;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn certain(count: usize, places: usize) -> Vec<f64> {
        let mut masses = vec![0.0; places + 1];
        masses[count] = 1.0;
        masses
    }

    #[test]
    fn nothing_changes_where_no_bike_moves() {
        let mut masses = certain(3, 10);
        Flow { arrivals: 0.0, departures: 0.0 }.pass(&mut masses, 5.0);
        assert_eq!(masses, certain(3, 10));
    }

    #[test]
    fn far_from_the_walls_arrivals_alone_are_a_poisson_law() {
        let mut masses = certain(0, 60);
        Flow { arrivals: 4.0, departures: 0.0 }.pass(&mut masses, 0.5);
        let poisson = [1.0, 2.0, 2.0, 4.0 / 3.0].map(|part| part * (-2.0_f64).exp());
        for (mass, expected) in masses.iter().zip(poisson) {
            assert!((mass - expected).abs() < 1e-9, "{mass} instead of {expected}");
        }
    }

    proptest! {
        #[test]
        fn in_the_long_run_the_law_is_the_stationary_one(
            arrivals in 0.5..20.0_f64, departures in 0.5..20.0_f64, places in 1..12_usize, share in 0.0..1.0_f64,
        ) {
            let mut masses = certain((places as f64 * share) as usize, places);
            Flow { arrivals, departures }.pass(&mut masses, 500.0 / arrivals.min(departures));
            let powers: Vec<f64> = (0..=places).map(|n| (arrivals / departures).powf(n as f64)).collect();
            let total: f64 = powers.iter().sum();
            for (mass, power) in masses.iter().zip(&powers) {
                prop_assert!((mass - power / total).abs() < 1e-6, "{mass} instead of {}", power / total);
            }
        }

        #[test]
        fn two_half_hours_are_an_hour_and_the_masses_sum_to_one(
            arrivals in 0.0..80.0_f64, departures in 0.0..80.0_f64, places in 1..60_usize, share in 0.0..1.0_f64,
        ) {
            let flow = Flow { arrivals, departures };
            let mut whole = certain((places as f64 * share) as usize, places);
            let mut halves = whole.clone();
            flow.pass(&mut whole, 1.0);
            flow.pass(&mut halves, 0.5);
            flow.pass(&mut halves, 0.5);
            prop_assert!((whole.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(whole.iter().zip(&halves).all(|(a, b)| (a - b).abs() < 1e-7));
        }
    }
}
