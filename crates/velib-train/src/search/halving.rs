//! Successive halving (Jamieson and Talwalkar): all trials learn a little, the better ones longer, the best to the end.

/// The epochs of each round.
pub fn rounds(first: usize, last: usize, keep_one_in: usize) -> Vec<usize> {
    let longer = std::iter::successors(Some(first), |epochs| Some(epochs * keep_one_in));
    longer.take_while(|&epochs| epochs == first || epochs <= last).collect()
}

/// Which of the trials of a round go on: of `keep_one_in` one, those with the smallest losses, in their order.
pub fn survivors(losses: &[(usize, f64)], keep_one_in: usize) -> Vec<usize> {
    let mut by_loss = losses.to_vec();
    by_loss.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    by_loss.truncate(losses.len().div_ceil(keep_one_in));
    let mut kept: Vec<usize> = by_loss.into_iter().map(|(trial, _)| trial).collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn rounds_grow_until_the_last() {
        assert_eq!(rounds(2, 18, 3), [2, 6, 18]);
        assert_eq!(rounds(2, 17, 3), [2, 6]);
        assert_eq!(rounds(4, 2, 2), [4]);
    }

    #[test]
    fn a_loss_that_is_no_number_does_not_go_on() {
        assert_eq!(survivors(&[(0, f64::NAN), (1, 2.0), (2, 1.0), (3, 3.0)], 2), [1, 2]);
    }

    proptest! {
        #[test]
        fn nobody_left_behind_was_better(losses in prop::collection::vec(0.0..9.0_f64, 1..20), keep_one_in in 2_usize..5) {
            let trials: Vec<(usize, f64)> = losses.iter().copied().enumerate().collect();
            let kept = survivors(&trials, keep_one_in);
            prop_assert_eq!(kept.len(), losses.len().div_ceil(keep_one_in));
            let worst = kept.iter().map(|&trial| losses[trial]).fold(0.0, f64::max);
            let left = (0..losses.len()).filter(|trial| !kept.contains(trial));
            prop_assert!(left.map(|trial| losses[trial]).all(|loss| loss >= worst));
        }
    }
}
