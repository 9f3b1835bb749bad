//! One stretch further on a shortest way: what signs at corners tell, and how they are followed.

use crate::graph::Passage;

/// No stretch leads there.
pub(crate) const NO_WAY: u8 = u8::MAX;

impl Passage {
    /// Of the stretches that leave a corner, the number of the first on a shortest way to where all `metres` are counted to.
    pub(crate) fn onward(&self, corner: u32, metres: &[f32]) -> u8 {
        (0..NO_WAY)
            .zip(self.stretches(corner))
            .map(|(number, _)| number)
            .find(|number| self.is_onward(corner, *number, metres))
            .unwrap_or(NO_WAY)
    }

    /// Whether one of them is on such a way. Sums are compared as they were made, to the last bit, and something is always
    /// left less: who follows never comes by the same corner again.
    pub(crate) fn is_onward(&self, corner: u32, number: u8, metres: &[f32]) -> bool {
        self.stretches(corner).nth(usize::from(number)).is_some_and(|index| {
            let (there, here) = (metres[self.to[index] as usize], metres[corner as usize]);
            there < here && (there + self.metres[index]).to_bits() == here.to_bits()
        })
    }

    /// The corners from one to another, where a sign at each tells which stretch to take; `None` where one tells nothing.
    pub(crate) fn follow(&self, from: u32, to: u32, sign: impl Fn(u32) -> Option<u8>) -> Option<Vec<u32>> {
        let mut way = vec![from];
        let mut here = from;
        while here != to {
            let number = sign(here).filter(|number| *number != NO_WAY)?;
            here = self.to[self.stretches(here).nth(usize::from(number))?];
            // Signs that were made up may lead round in a circle.
            if way.len() > self.to.len() {
                return None;
            }
            way.push(here);
        }
        Some(way)
    }
}
