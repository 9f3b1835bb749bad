//! McNemar's test: of the trips on which two planners differ, could either have been the one that missed as well?

/// P(a split as uneven as this, or more so, if either were as likely), two-sided and exact; 1 where nothing differs.
///
/// It takes trips for independent witnesses, which those of one day and place are not: intervals from whole days are wider, and
/// decide.
pub(crate) fn p_of_chance(only_one: u64, only_other: u64) -> f64 {
    let (fewer, all) = (only_one.min(only_other), only_one + only_other);
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    let ln_ways = |k: u64| ln_factorial(all) - ln_factorial(k) - ln_factorial(all - k);
    let ln_all_ways = all as f64 * std::f64::consts::LN_2;
    let tail: f64 = (0..=fewer).map(|k| (ln_ways(k) - ln_all_ways).exp()).sum();
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn a_known_split_has_its_known_chance() {
        // Ten coins, two heads: 2 · (1 + 10 + 45) / 1024.
        assert!((p_of_chance(2, 8) - 112.0 / 1024.0).abs() < 1e-12);
        assert!((p_of_chance(0, 0) - 1.0).abs() < 1e-12);
        assert!(p_of_chance(900, 1_400) < 1e-20);
    }

    proptest! {
        #[test]
        fn it_is_a_chance_whoever_comes_first_and_falls_as_the_split_grows(fewer in 0_u64..300, more in 0_u64..300) {
            let (fewer, more) = (fewer.min(more), fewer.max(more));
            let p = p_of_chance(fewer, more);
            prop_assert!(p > 0.0 && p <= 1.0);
            prop_assert!((p - p_of_chance(more, fewer)).abs() < 1e-12);
            prop_assert!(p_of_chance(fewer, more + 1) <= p + 1e-9);
        }
    }
}
