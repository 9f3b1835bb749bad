//! How many of a forecast number of bikes are e-bikes, and how many mechanical: always so many as there are bikes.
//!
//! Of the bikes that stand at a station later, some stood there before: those are drawn from its bikes of now, of
//! which the kinds are known. How many stayed nobody counts, and it differs more from hour to hour than dice would. The
//! others came, and are of a kind as often as bikes usually are there, and not quite the same on every day. A number of bikes
//! is divided, never a kind forecast on its own, so that both kinds together are the bikes and never more than there is room for.
//!
//! The numbers in [`Turnover`] come from training days (`velib-train kinds`). E-bikes may be the more wanted ones; that
//! they leave sooner is not part of it.

#[cfg(test)]
mod tests;

use velib_domain::{Distribution, SignedDuration};

/// The bikes of a station now, by kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindsNow {
    /// Of the kind asked for.
    pub of_kind: u16,
    /// Of the other kind.
    pub of_other: u16,
    /// How often a bike there usually is of the kind asked for ([`usual_share`]).
    pub usual_share: f64,
}

/// How the bikes of a station change their kinds over some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turnover {
    /// Of the bikes that can have stayed, the share that did, on average.
    pub stayed: f64,
    /// How much bikes are alike in staying, as [`concentration`](Self::concentration) is in kind: below two, nearly all or
    /// nearly none stayed more often than half of them.
    pub stayed_concentration: f64,
    /// The usual share of kinds weighs as much as so many bikes of now.
    pub usual_bikes: f64,
    /// How much bikes that come are alike in kind: as if drawn beside so many others (the sum of a beta law's two
    /// numbers); larger is more like dice.
    pub concentration: f64,
}

/// Seconds ahead, and what was learned for them on the training days of Paris, 12 to 30 May 2022.
const LEARNED: [(f64, Turnover); 3] = [
    (3_600.0, Turnover { stayed: 0.74, stayed_concentration: 1.87, usual_bikes: 30.0, concentration: 9.7 }),
    (7_200.0, Turnover { stayed: 0.555, stayed_concentration: 1.19, usual_bikes: 32.0, concentration: 9.7 }),
    (10_800.0, Turnover { stayed: 0.452, stayed_concentration: 1.07, usual_bikes: 44.0, concentration: 8.0 }),
];

/// The city's share of a kind weighs as much as so many bikes counted at a station.
const CITY_BIKES: f64 = 20.0;

/// Shares of kinds are no surer than this: a bike of the other kind may always come.
const SUREST: f64 = 0.005;

/// How often a bike of a station is of a kind: among those counted there in the past day, each as often as it was counted, beside
/// the share in the whole city.
pub fn usual_share(of_kind_counted: u32, counted: u32, city_share: f64) -> f64 {
    (f64::from(of_kind_counted) + CITY_BIKES * city_share) / (f64::from(counted) + CITY_BIKES)
}

impl Turnover {
    /// What is usual after some time; in no time all bikes stay.
    pub fn after(time: SignedDuration) -> Self {
        let seconds = time.as_secs_f64().max(0.0);
        let (mut from, mut turnover) = (0.0, Self { stayed: 1.0, ..LEARNED[0].1 });
        for (to, later) in LEARNED {
            if seconds < to {
                let part = (seconds - from) / (to - from);
                let between = |of: fn(&Self) -> f64| of(&turnover) + part * (of(&later) - of(&turnover));
                return Self {
                    stayed: between(|turnover| turnover.stayed),
                    stayed_concentration: between(|turnover| turnover.stayed_concentration),
                    usual_bikes: between(|turnover| turnover.usual_bikes),
                    concentration: between(|turnover| turnover.concentration),
                };
            }
            (from, turnover) = (to, later);
        }
        turnover
    }

    /// The bikes of the kind asked for among a forecast number of bikes.
    pub fn of_kind(&self, now: KindsNow, bikes: &Distribution) -> Distribution {
        Distribution::from_masses(self.divided(now, bikes.masses()))
            .expect("bikes of some number are divided")
    }

    /// P(at least one of the kind asked for) of [`of_kind`](Self::of_kind), without dividing every number of bikes.
    pub fn any_of_kind(&self, now: KindsNow, bikes: &Distribution) -> f64 {
        let totals = bikes.masses().iter().enumerate().filter(|(_, p)| **p > 0.0);
        totals.map(|(total, p)| p * (1.0 - self.none_among(now, total))).sum()
    }

    /// P(none of the kind asked for, among `total` bikes).
    fn none_among(&self, now: KindsNow, total: usize) -> f64 {
        let (of_other, here) = (f64::from(now.of_other), f64::from(now.of_kind + now.of_other));
        let for_other = self.concentration * (1.0 - self.share_of_kind(now));
        // With none of them come, one after another; and then with as many as stayed drawn from those of now instead.
        let came = (0..total).map(|came| (for_other + came as f64) / (self.concentration + came as f64));
        let none_came: Vec<f64> = products(came).collect();
        let drawn = (0..total).map(|drawn| ((of_other - drawn as f64) / (here - drawn as f64)).max(0.0));
        let none_stayed = products(drawn);
        let stayed = self.stayed_of(total.min(usize::from(now.of_kind) + usize::from(now.of_other)));
        stayed
            .iter()
            .zip(none_stayed)
            .enumerate()
            .map(|(stayed, (p, none))| p * none * none_came[total - stayed])
            .sum()
    }

    /// P(0…`total` of the kind asked for, among `total` bikes).
    pub fn among(&self, now: KindsNow, total: usize) -> Vec<f64> {
        let mut bikes = vec![0.0; total + 1];
        bikes[total] = 1.0;
        self.divided(now, &bikes)
    }
}

impl Turnover {
    /// P(0, 1, … of the kind asked for), from P(0, 1, … bikes).
    fn divided(&self, now: KindsNow, bikes: &[f64]) -> Vec<f64> {
        let (of_kind, of_other) = (usize::from(now.of_kind), usize::from(now.of_other));
        let (most, share) = (bikes.len() - 1, self.share_of_kind(now));
        let possible = most.min(of_kind + of_other);
        let stayed: Vec<Vec<f64>> = (0..=possible).map(|before| self.stayed_of(before)).collect();
        let came: Vec<Vec<f64>> =
            (0..=most).map(|came| beta_binomial(came, share, self.concentration)).collect();
        let mut masses = vec![0.0; bikes.len()];
        for stay in 0..=possible {
            // How many of the kind come to so many that stay, whatever their number.
            let mut coming = vec![0.0; bikes.len() - stay];
            for (total, p) in bikes.iter().enumerate().skip(stay).filter(|(_, p)| **p > 0.0) {
                let p = p * stayed[total.min(possible)][stay];
                for (mass, p_came) in coming.iter_mut().zip(&came[total - stay]) {
                    *mass += p * p_came;
                }
            }
            for (stayed, p_stayed) in drawn(of_kind, of_other, stay).iter().enumerate() {
                for (mass, p_coming) in masses[stayed..].iter_mut().zip(&coming) {
                    *mass += p_stayed * p_coming;
                }
            }
        }
        masses
    }

    /// P(0…`before` stayed), of so many bikes that can have.
    fn stayed_of(&self, before: usize) -> Vec<f64> {
        beta_binomial(before, self.stayed, self.stayed_concentration)
    }

    /// How often a bike that comes is of the kind asked for.
    fn share_of_kind(&self, now: KindsNow) -> f64 {
        let (of_kind, before) = (f64::from(now.of_kind), f64::from(now.of_kind + now.of_other));
        let share = (now.usual_share * self.usual_bikes + of_kind) / (self.usual_bikes + before);
        share.clamp(SUREST, 1.0 - SUREST)
    }
}

/// P(0…`drawn` of the kind, among `drawn` bikes drawn from these).
pub fn drawn(of_kind: usize, of_other: usize, drawn: usize) -> Vec<f64> {
    let mut masses = vec![0.0; drawn + 1];
    let fewest = drawn.saturating_sub(of_other);
    let mut weight = 1.0;
    for (found, mass) in masses.iter_mut().enumerate().take(of_kind + 1).skip(fewest) {
        *mass = weight;
        let of_rest = (of_other + found + 1).saturating_sub(drawn) as f64;
        weight *= (of_kind - found) as f64 * (drawn - found) as f64 / ((found + 1) as f64 * of_rest);
    }
    normalised(masses)
}

/// 1, and the products of the first, of the first two, … of some factors.
fn products(factors: impl Iterator<Item = f64>) -> impl Iterator<Item = f64> {
    let product = |product: &mut f64, factor| {
        *product *= factor;
        Some(*product)
    };
    std::iter::once(1.0).chain(factors.scan(1.0, product))
}

/// P(0…`count` of the kind, among `count` bikes of a share that is itself uncertain).
fn beta_binomial(count: usize, share: f64, concentration: f64) -> Vec<f64> {
    if share >= 1.0 {
        return drawn(count, 0, count);
    }
    let (for_kind, for_other) = (concentration * share, concentration * (1.0 - share));
    let mut masses = vec![0.0; count + 1];
    let mut weight = 1.0;
    for (found, mass) in masses.iter_mut().enumerate() {
        *mass = weight;
        let left = (count - found) as f64;
        weight *= left / (found + 1) as f64 * (for_kind + found as f64) / (for_other + left - 1.0);
    }
    normalised(masses)
}

fn normalised(mut masses: Vec<f64>) -> Vec<f64> {
    let total: f64 = masses.iter().sum();
    for mass in &mut masses {
        *mass /= total;
    }
    masses
}
