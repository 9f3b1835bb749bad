//! How much people differ on the same way: street times hold for a usual traveller, and few are.
//!
//! What somebody needs for a way, beside what the usual traveller needs, follows a log-normal law with mean one, on foot
//! and by bike independently of each other; unlocking, docking and waiting take everybody as long. Chances at stations
//! are those at the usual traveller's arrival.

/// The spread of times between travellers: standard deviations, as parts of the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paces {
    /// Of times on foot.
    pub on_foot: f64,
    /// Of times by bike.
    pub riding: f64,
}

/// Seconds of one way, by what they depend on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Span {
    on_foot: f64,
    riding: f64,
    still: f64,
}

/// What becomes of a span in other people's hands: still seconds, and moving ones whose logarithm is normal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpanLaw {
    still: f64,
    log_mean: f64,
    log_spread: f64,
}

impl Paces {
    /// Everybody takes as long as the usual traveller.
    pub const ALIKE: Self = Self { on_foot: 0.0, riding: 0.0 };

    /// People on streets walk 1.34 m/s with a standard deviation of 0.26. Of the shared bikes of Lyon the fastest tenth
    /// reached 20 km/h at the hour when the mean was 14.5 (`docs/decisions/0029-travellers-differ-in-pace.md`).
    pub const USUAL: Self = Self { on_foot: 0.19, riding: 0.28 };
}

impl Span {
    pub(crate) fn on_foot(seconds: f64) -> Self {
        Self { on_foot: seconds, ..Self::default() }
    }

    pub(crate) fn riding(seconds: f64) -> Self {
        Self { riding: seconds, ..Self::default() }
    }

    pub(crate) fn still(seconds: f64) -> Self {
        Self { still: seconds, ..Self::default() }
    }

    /// One after the other.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            on_foot: self.on_foot + other.on_foot,
            riding: self.riding + other.riding,
            still: self.still + other.still,
        }
    }

    /// Seconds of the usual traveller, and the mean of all.
    pub(crate) fn seconds(self) -> f64 {
        self.on_foot + self.riding + self.still
    }

    /// The sum of two log-normal times, taken as one with the same mean and variance.
    pub(crate) fn law(self, paces: Paces) -> SpanLaw {
        let moving = self.on_foot + self.riding;
        let variance = (self.on_foot * paces.on_foot).powi(2) + (self.riding * paces.riding).powi(2);
        let squared = if moving > 0.0 { (variance / (moving * moving)).ln_1p() } else { 0.0 };
        SpanLaw { still: self.still, log_mean: moving.ln() - squared / 2.0, log_spread: squared.sqrt() }
    }
}

impl SpanLaw {
    /// The share of travellers who need no more than so many seconds.
    pub(crate) fn p_within(&self, seconds: f64) -> f64 {
        let moving = seconds - self.still;
        if moving <= 0.0 {
            return 0.0;
        }
        let beyond = moving.ln() - self.log_mean;
        if self.log_spread <= 0.0 {
            return f64::from(u8::from(beyond >= 0.0));
        }
        0.5 * libm::erfc(-beyond / self.log_spread * std::f64::consts::FRAC_1_SQRT_2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_riders_is_as_much_faster_as_in_lyon() {
        let ride = Span::riding(1_000.0).law(Paces::USUAL);
        // The mean of speeds is above the speed of the mean time, by this much in a log-normal law.
        let at_mean_speed_s = 1_000.0 / (1.0 + Paces::USUAL.riding.powi(2));
        let p = ride.p_within(at_mean_speed_s * 14.5 / 20.0);
        assert!((0.09..0.11).contains(&p), "{p}");
    }

    #[test]
    fn those_who_stand_still_take_as_long() {
        let law = Span::still(60.0).and(Span::on_foot(300.0)).law(Paces::ALIKE);
        assert!(law.p_within(359.0) < 1e-9 && law.p_within(360.1) > 1.0 - 1e-9);
        assert!(Span::still(60.0).law(Paces::USUAL).p_within(60.0) < 0.5);
    }
}
