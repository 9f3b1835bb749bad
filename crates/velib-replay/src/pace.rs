//! How long one traveller takes beside the usual one. Planners know the law of it and nobody's own.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use velib_planner::Paces;

/// Factors of the times that streets tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    pub(crate) on_foot: f64,
    pub(crate) riding: f64,
}

impl Pace {
    /// That of the usual traveller.
    #[cfg(test)]
    pub(crate) const USUAL: Self = Self { on_foot: 1.0, riding: 1.0 };

    /// Somebody's, out of travellers who differ so much.
    pub(crate) fn drawn(paces: Paces, rng: &mut ChaCha8Rng) -> Self {
        let mut factor = |spread: f64| {
            let squared = (spread * spread).ln_1p();
            (squared.sqrt() * normal(rng) - squared / 2.0).exp()
        };
        Self { on_foot: factor(paces.on_foot), riding: factor(paces.riding) }
    }
}

/// A standard normal number, by Box and Muller.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (radius, turn): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    use rand::SeedableRng;

    #[test]
    fn travellers_are_usual_on_average_and_differ_as_much_as_is_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let paces: Vec<Pace> = (0..20_000).map(|_| Pace::drawn(Paces::USUAL, &mut rng)).collect();
        for (factor, spread) in [
            (paces.iter().map(|pace| pace.on_foot).collect::<Vec<f64>>(), Paces::USUAL.on_foot),
            (paces.iter().map(|pace| pace.riding).collect(), Paces::USUAL.riding),
        ] {
            let mean = factor.iter().sum::<f64>() / factor.len() as f64;
            let variance = factor.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / factor.len() as f64;
            assert!(
                (mean - 1.0).abs() < 0.01 && (variance.sqrt() - spread).abs() < 0.01,
                "{mean} {variance}"
            );
        }
    }
}
