//! Metres on foot from every corner to a few far away: how much is at least left between any two corners, as no way is
//! shorter than the difference of theirs to a third. It guides a search far better than the straight line.

use crate::{graph::Passage, paths::within};

/// Corners to measure from. Twice as many would halve the corners looked at on real streets, and double the memory.
pub(crate) const LANDMARKS: usize = 8;

/// By corner: metres to each landmark; infinite where nobody walks.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Landmarks(pub(crate) Vec<[f32; LANDMARKS]>);

impl Landmarks {
    /// Corners each as far as can be from all before it.
    pub(crate) fn choose(foot: &Passage, corners: usize) -> Self {
        let Some(somewhere) = foot.served().next() else {
            return Self(vec![[f32::INFINITY; LANDMARKS]; corners]);
        };
        let mut nearest = vec![f32::INFINITY; corners];
        let mut landmark = farthest(foot, &from(foot, somewhere, corners));
        let all: [Vec<f32>; LANDMARKS] = std::array::from_fn(|_| {
            let metres = from(foot, landmark, corners);
            nearest.iter_mut().zip(&metres).for_each(|(nearest, metres)| *nearest = nearest.min(*metres));
            landmark = farthest(foot, &nearest);
            metres
        });
        Self((0..corners).map(|corner| std::array::from_fn(|number| all[number][corner])).collect())
    }

    /// No way between two corners has fewer metres.
    pub(crate) fn at_least_m(&self, from: u32, to: u32) -> f32 {
        let (from, to) = (&self.0[from as usize], &self.0[to as usize]);
        from.iter().zip(to).map(|(from, to)| (from - to).abs()).fold(0.0, f32::max)
    }
}

fn from(foot: &Passage, corner: u32, corners: usize) -> Vec<f32> {
    let mut metres = vec![f32::INFINITY; corners];
    within(foot, (corner, 0.0), f32::MAX, &mut metres);
    metres
}

fn farthest(foot: &Passage, metres: &[f32]) -> u32 {
    let at = |corner: &u32| metres[*corner as usize];
    foot.served().max_by(|a, b| at(a).total_cmp(&at(b))).unwrap_or_default()
}
