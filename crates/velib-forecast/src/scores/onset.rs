//! Of stations that still have bikes, which will soon have none: how well a forecast puts those first.

/// Rows with more bikes than this can run low.
pub(super) const LOW: u16 = 2;

/// Rows ranked by how likely they are to run low.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OnsetRanking {
    rows: Vec<(f64, bool)>,
}

impl OnsetRanking {
    /// Counts one row: how likely it was said to be, on any scale, and whether it happened.
    pub fn add(&mut self, score: f64, happened: bool) {
        self.rows.push((score, happened));
    }

    /// Average precision, step by step over distinct scores; `None` where it never happened.
    pub fn average_precision(&self) -> Option<f64> {
        let mut rows = self.rows.clone();
        rows.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
        let all = rows.iter().filter(|(_, happened)| *happened).count() as f64;
        let (mut seen, mut found, mut sum) = (0.0, 0.0, 0.0);
        for tied in rows.chunk_by(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
            let hits = tied.iter().filter(|(_, happened)| *happened).count() as f64;
            seen += tied.len() as f64;
            found += hits;
            sum += hits * found / seen;
        }
        (all > 0.0).then(|| sum / all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[(f64, bool)], expect: Option<f64>) {
        let mut ranking = OnsetRanking::default();
        rows.iter().for_each(|&(score, happened)| ranking.add(score, happened));
        assert_eq!(ranking.average_precision(), expect);
    }

    #[test]
    fn all_that_happened_first_is_perfect() {
        check(&[(0.9, true), (0.8, true), (0.1, false)], Some(1.0));
    }

    #[test]
    fn saying_the_same_of_all_is_as_good_as_their_share() {
        check(&[(0.5, true), (0.5, false), (0.5, false), (0.5, false)], Some(0.25));
    }

    #[test]
    fn where_nothing_happened_there_is_nothing_to_rank() {
        check(&[(0.5, false)], None);
    }
}
