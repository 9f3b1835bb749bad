//! A forecast of a count: one probability for each of 0…capacity.

/// Probabilities of the counts `0..=support`, summing to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    masses: Vec<f64>,
}

/// Numbers that are no distribution.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InvalidDistribution {
    /// No count has a probability.
    #[error("a distribution needs at least one count")]
    Empty,
    /// A mass is negative or not a number.
    #[error("the mass {mass} of count {count} is no probability")]
    BadMass {
        /// The count whose mass is wrong.
        count: usize,
        /// The mass given.
        mass: f64,
    },
    /// The masses sum to zero.
    #[error("the masses of all counts are zero")]
    NoMass,
}

impl Distribution {
    /// Normalises non-negative masses of the counts `0..masses.len()`.
    pub fn from_masses(mut masses: Vec<f64>) -> Result<Self, InvalidDistribution> {
        if masses.is_empty() {
            return Err(InvalidDistribution::Empty);
        }
        if let Some((count, &mass)) = masses.iter().enumerate().find(|(_, m)| !m.is_finite() || **m < 0.0) {
            return Err(InvalidDistribution::BadMass { count, mass });
        }
        let total: f64 = masses.iter().sum();
        if total <= 0.0 {
            return Err(InvalidDistribution::NoMass);
        }
        for mass in &mut masses {
            *mass /= total;
        }
        Ok(Self { masses })
    }

    /// A real-valued quantity rounded to counts and stopped at the walls: everything below 0 is an empty station,
    /// everything above `support` a full one. `cdf` must be non-decreasing with values in 0…1;
    /// it is asked once at each of ½, 1½, … `support` − ½, in this order.
    pub fn censored(support: u16, mut cdf: impl FnMut(f64) -> f64) -> Self {
        let mut masses = Vec::with_capacity(usize::from(support) + 1);
        let mut below = 0.0;
        for count in 0..support {
            let up_to = cdf(f64::from(count) + 0.5).clamp(below, 1.0);
            masses.push(up_to - below);
            below = up_to;
        }
        masses.push(1.0 - below);
        Self { masses }
    }

    /// Certainty: exactly `count`, out of `0..=support` (at least `count`).
    pub fn certain(count: u16, support: u16) -> Self {
        let mut masses = vec![0.0; usize::from(support.max(count)) + 1];
        masses[usize::from(count)] = 1.0;
        Self { masses }
    }

    /// Probability of each count from 0 on.
    pub fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// The largest count that has a probability.
    pub fn support(&self) -> usize {
        self.masses.len() - 1
    }

    /// The expected count.
    pub fn mean(&self) -> f64 {
        self.masses.iter().enumerate().map(|(count, mass)| count as f64 * mass).sum()
    }

    /// P(count = 0).
    pub fn none(&self) -> f64 {
        self.masses[0]
    }

    /// P(count ≥ n).
    pub fn at_least(&self, n: usize) -> f64 {
        if n == 0 {
            return 1.0;
        }
        self.masses.iter().skip(n).sum::<f64>().min(1.0)
    }

    /// P(count ≥ 0), P(count ≥ 1), … P(count ≥ support).
    pub fn at_least_each(&self) -> Vec<f64> {
        let mut at_least = self.masses.clone();
        for count in (1..at_least.len()).rev() {
            at_least[count - 1] = (at_least[count - 1] + at_least[count]).min(1.0);
        }
        at_least[0] = 1.0;
        at_least
    }

    /// The `p`-quantile as a real number, `0 ≤ p ≤ 1`: each count's mass is spread evenly over `count ± ½`, so that
    /// quantiles move smoothly with `p`; stopped at 0 and at the support. A count that holds more than half of all mass is
    /// not spread: it is the median whatever lies on either side.
    pub fn quantile(&self, p: f64) -> f64 {
        let mut below = 0.0;
        for (count, &mass) in self.masses.iter().enumerate() {
            if mass > 0.0 && below + mass >= p {
                let within = if mass > 0.5 { 0.5 } else { ((p - below) / mass).clamp(0.0, 1.0) };
                return (count as f64 - 0.5 + within).clamp(0.0, self.support() as f64);
            }
            below += mass;
        }
        self.support() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn a_certain_count_has_no_spread() {
        let three = Distribution::certain(3, 20);
        assert!((three.mean() - 3.0).abs() < 1e-12);
        assert!((three.at_least(3) - 1.0).abs() < 1e-12);
        assert!(three.at_least(4).abs() < 1e-12);
        assert!([0.1, 0.5, 0.9].iter().all(|&p| (three.quantile(p) - 3.0).abs() < 1e-12));
    }

    #[test]
    fn what_is_likelier_than_all_else_together_is_the_median_and_what_is_not_leans_to_the_rest() {
        let median = |masses: &[f64]| Distribution::from_masses(masses.to_vec()).unwrap().quantile(0.5);
        assert!((median(&[0.0, 0.57, 0.03, 0.4]) - 1.0).abs() < 1e-12);
        assert!((median(&[0.0, 0.5, 0.1, 0.4]) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn what_would_fall_below_zero_is_an_empty_station() {
        let step_at = |x: f64| move |y: f64| if y >= x { 1.0 } else { 0.0 };
        assert!((Distribution::censored(10, step_at(-4.0)).masses()[0] - 1.0).abs() < 1e-12);
        assert!((Distribution::censored(10, step_at(40.0)).masses()[10] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn broken_masses_are_refused_with_the_count_at_fault() {
        assert_eq!(Distribution::from_masses(vec![]), Err(InvalidDistribution::Empty));
        assert_eq!(Distribution::from_masses(vec![0.0]), Err(InvalidDistribution::NoMass));
        let refused = Distribution::from_masses(vec![0.5, -0.1]);
        assert_eq!(refused, Err(InvalidDistribution::BadMass { count: 1, mass: -0.1 }));
    }

    proptest! {
        #[test]
        fn laws_of_a_distribution(masses in prop::collection::vec(0.0..1.0_f64, 1..60), p in 0.0..1.0_f64) {
            prop_assume!(masses.iter().sum::<f64>() > 1e-6);
            let forecast = Distribution::from_masses(masses).unwrap();
            prop_assert!((forecast.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for n in 0..=forecast.support() {
                prop_assert!(forecast.at_least(n) + 1e-12 >= forecast.at_least(n + 1));
                prop_assert!((forecast.at_least(n) - forecast.at_least_each()[n]).abs() < 1e-12);
            }
            prop_assert!(forecast.quantile(p) <= forecast.quantile((p + 0.1).min(1.0)) + 1e-9);
            prop_assert!((0.0..=forecast.support() as f64).contains(&forecast.mean()));
        }
    }
}
