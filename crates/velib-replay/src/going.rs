//! Whether people who go by the chances that they are told are glad of it.

/// From this chance on people are told that a trip is likely to succeed.
const LIKELY: f64 = 0.8;

/// What it is worth to have gone in vain, where having gone well and rightly having stayed are worth 1 and having stayed for
/// nothing 0.
const IN_VAIN: [f64; 3] = [0.0, -5.0, -10.0];

/// Trips on which somebody was told how likely bike and dock are, and either goes or does not.
///
/// The score is that of Gast, Massonnet, Reijsbergen and Tribastone, *Probabilistic Forecasts of Bike-Sharing Systems for
/// Journey Planning* (CIKM 2015, doi 10.1145/2806416.2806569), equation 7: who is told `p` goes if that is worth more than
/// staying, so if `p` ≥ (1 − u) / (2 − u), where `u` is the worth of having gone in vain: 0.5, 0.857 and 0.917. The mean worth
/// is largest for who is told the truth.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Going {
    trips: f64,
    worth: [f64; IN_VAIN.len()],
    likely: f64,
    likely_in_vain: f64,
}

impl Going {
    /// Counts a trip that was told this chance, and whether it succeeded.
    pub(crate) fn add(&mut self, p: f64, succeeded: bool) {
        self.trips += 1.0;
        for (worth, in_vain) in self.worth.iter_mut().zip(IN_VAIN) {
            let goes = p >= (1.0 - in_vain) / (2.0 - in_vain);
            *worth += match (goes, succeeded) {
                (true, true) | (false, false) => 1.0,
                (false, true) => 0.0,
                (true, false) => in_vain,
            };
        }
        if p >= LIKELY {
            self.likely += 1.0;
            self.likely_in_vain += f64::from(u8::from(!succeeded));
        }
    }

    pub(crate) fn merge(&mut self, other: &Self, times: u32) {
        let times = f64::from(times);
        self.trips += times * other.trips;
        self.worth.iter_mut().zip(other.worth).for_each(|(sum, worth)| *sum += times * worth);
        self.likely += times * other.likely;
        self.likely_in_vain += times * other.likely_in_vain;
    }

    /// The mean worth, where having gone in vain is worth the first, second or third of 0, −5 and −10.
    pub(crate) fn score(&self, in_vain: usize) -> Option<f64> {
        (self.trips > 0.0).then(|| self.worth[in_vain] / self.trips)
    }

    /// Of the trips said to be likely, the share that failed.
    pub(crate) fn false_go(&self) -> Option<f64> {
        (self.likely > 0.0).then(|| self.likely_in_vain / self.likely)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_in_vain_costs_what_it_is_said_to_cost() {
        let mut going = Going::default();
        // Goes by all three, by the first two, by the first only, and by none.
        for (p, succeeded) in [(0.95, true), (0.9, false), (0.8, true), (0.4, true)] {
            going.add(p, succeeded);
        }
        let worth = [1.0 + 0.0 + 1.0 + 0.0, 1.0 - 5.0 + 0.0 + 0.0, 1.0 + 1.0 + 0.0 + 0.0];
        assert_eq!([0, 1, 2].map(|in_vain| going.score(in_vain)), worth.map(|sum| Some(sum / 4.0)));
        assert_eq!(going.false_go(), Some(1.0 / 3.0));
    }

    #[test]
    fn days_add_up_and_of_nothing_nothing_is_said() {
        let (mut one, mut two) = (Going::default(), Going::default());
        one.add(0.3, false);
        two.add(0.99, false);
        one.merge(&two, 3);
        assert_eq!((one.score(0), one.score(2), one.false_go()), (Some(0.25), Some(-29.0 / 4.0), Some(1.0)));
        assert_eq!((Going::default().score(1), Going::default().false_go()), (None, None));
    }

    #[test]
    fn who_is_told_the_truth_fares_best() {
        let mean = |told: f64, happens: f64, in_vain: usize| {
            let mut going = Going::default();
            (0..100).for_each(|row| going.add(told, f64::from(row) < 100.0 * happens));
            going.score(in_vain).unwrap()
        };
        for happens in [0.1, 0.45, 0.6, 0.87, 0.95] {
            for told in [0.0, 0.3, 0.7, 0.9, 1.0] {
                for in_vain in 0..IN_VAIN.len() {
                    assert!(mean(happens, happens, in_vain) >= mean(told, happens, in_vain));
                }
            }
        }
    }
}
