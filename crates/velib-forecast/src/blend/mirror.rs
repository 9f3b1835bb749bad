//! What is told of bikes tells of docks: both add up to nearly the same for hours, so that the law of bikes, counted from the
//! other end, is a law of docks too.

use velib_domain::Distribution;

use super::mixed;
use crate::HorizonForecast;

impl HorizonForecast {
    /// What its bikes leave of `sum`, as a law of docks over the same counts: less than nothing is none, and what does not fit
    /// is a station full of docks.
    pub fn mirror(&self, sum: usize) -> Distribution {
        let mut masses = vec![0.0; self.bikes.masses().len()];
        for (count, mass) in self.bikes.masses().iter().enumerate() {
            masses[sum.saturating_sub(count).min(self.bikes.support())] += mass;
        }
        Distribution::from_masses(masses).unwrap_or_else(|_| self.bikes.clone())
    }

    /// Docks mixed with the mirror image of bikes, which has this weight, 0…1. `sum` is what bikes and docks are together;
    /// where it is not known, or docks are not told, nothing changes.
    #[must_use]
    pub fn with_mirror(self, sum: Option<usize>, weight: f64) -> Self {
        let (Some(docks), Some(sum), true) = (&self.docks, sum, weight > 0.0) else { return self };
        let docks = mixed([(1.0 - weight, docks), (weight, &self.mirror(sum))]);
        Self { docks: docks.or_else(|| self.docks.clone()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    use crate::Horizon;

    fn forecast(bikes: Vec<f64>, docks: Option<Vec<f64>>) -> HorizonForecast {
        let law = |masses| Distribution::from_masses(masses).unwrap();
        HorizonForecast { horizon: Horizon::from_secs(3600), bikes: law(bikes), docks: docks.map(law) }
    }

    #[test]
    fn what_bikes_leave_is_part_of_what_is_told_of_docks() {
        let before = forecast(vec![0.0, 0.5, 0.5, 0.0], Some(vec![0.25, 0.75, 0.0, 0.0]));
        let after = before.clone().with_mirror(Some(3), 0.5);
        assert_eq!(after.docks.unwrap().masses(), [0.125, 0.625, 0.25, 0.0]);
        assert_eq!(after.bikes, before.bikes);
    }

    #[test]
    fn what_lies_beyond_a_wall_goes_to_the_wall() {
        let told = |sum| forecast(vec![0.5, 0.0, 0.5], None).mirror(sum).masses().to_vec();
        assert_eq!(told(1), [0.5, 0.5, 0.0]);
        assert_eq!(told(0), [1.0, 0.0, 0.0]);
        assert_eq!(told(3), [0.0, 0.5, 0.5]);
    }

    #[test]
    fn without_docks_a_sum_or_a_weight_nothing_changes() {
        let docks = || Some(vec![0.25, 0.75]);
        for (docks, sum, weight) in [(None, Some(1), 0.5), (docks(), None, 0.5), (docks(), Some(1), 0.0)] {
            let before = forecast(vec![0.5, 0.5], docks);
            assert_eq!(before.clone().with_mirror(sum, weight), before);
        }
    }

    proptest! {
        #[test]
        fn away_from_the_walls_both_means_err_from_the_sum_by_what_the_mirror_has_no_say_in(
            laws in prop::collection::vec([0.01..1.0_f64, 0.01..1.0_f64], 1..20), sum in 0_usize..60, weight in 0.0..=1.0_f64,
        ) {
            // Neither law reaches further than the sum, which fits the station: no mirror image meets a wall.
            let support = sum.max(laws.len());
            let law = |target: usize| {
                let mut masses: Vec<f64> = laws.iter().take(sum + 1).map(|law| law[target]).collect();
                masses.resize(support + 1, 0.0);
                masses
            };
            let before = forecast(law(0), Some(law(1)));
            let off = |told: &HorizonForecast| told.bikes.mean() + told.docks.as_ref().unwrap().mean() - sum as f64;
            let after = before.clone().with_mirror(Some(sum), weight);
            prop_assert!((off(&after) - (1.0 - weight) * off(&before)).abs() < 1e-9);
        }

        #[test]
        fn whatever_was_counted_docks_stay_a_law_of_as_many_counts(
            bikes in prop::collection::vec(0.01..1.0_f64, 12), docks in prop::collection::vec(0.01..1.0_f64, 12),
            sum in 0_usize..40, weight in 0.0..=1.0_f64,
        ) {
            let docks = forecast(bikes, Some(docks)).with_mirror(Some(sum), weight).docks.unwrap();
            prop_assert_eq!(docks.support(), 11);
            prop_assert!((docks.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
