//! At every corner a signpost: for each of the corners that stations are ridden to, which stretch a shortest way takes.
//!
//! Of a thousand goals, those that lie beside each other are nearly always reached by the same stretch: told in the order
//! of a curve that fills the plane, the signs of a corner are a few dozen arms. To draw a way they are followed; nothing
//! is searched.

use velib_domain::LatLon;

use crate::graph::{Graph, Passage};

/// Signs of one kind of traveller.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Signposts {
    /// Where signs lead to, in their order.
    pub(crate) goals: Vec<u32>,
    /// By corner, where its arms begin; one more at the end.
    pub(crate) first: Vec<u32>,
    pub(crate) arms: Vec<Arm>,
}

/// Some goals, one after the other, that are reached by the same stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arm {
    /// How many goals.
    pub(crate) goals: u8,
    /// By which of the stretches that leave the corner.
    pub(crate) stretch: u8,
}

/// Puts up signs goal by goal.
pub(crate) struct SignpostBuilder {
    goals: Vec<u32>,
    arms: Vec<Vec<Arm>>,
}

impl Signposts {
    /// The corners of a shortest way; `None` where no sign leads there.
    pub(crate) fn way(&self, passage: &Passage, from: u32, to: u32) -> Option<Vec<u32>> {
        let goal = self.goals.iter().position(|goal| *goal == to)?;
        passage.follow(from, to, |corner| self.sign(corner, goal))
    }

    fn sign(&self, corner: u32, goal: usize) -> Option<u8> {
        let arms = self.first[corner as usize] as usize..self.first[corner as usize + 1] as usize;
        let mut before = 0;
        let arm = self.arms[arms].iter().find(|arm| {
            before += usize::from(arm.goals);
            goal < before
        });
        arm.map(|arm| arm.stretch)
    }
}

impl SignpostBuilder {
    pub(crate) fn new(graph: &Graph) -> Self {
        Self { goals: Vec::new(), arms: vec![Vec::new(); graph.corner_count()] }
    }

    /// The next goal, and metres to it from every corner; the same as the one before is known already.
    pub(crate) fn lead_to(&mut self, passage: &Passage, goal: u32, metres: &[f32]) {
        if self.goals.last() == Some(&goal) {
            return;
        }
        self.goals.push(goal);
        for corner in passage.served() {
            let arms = &mut self.arms[corner as usize];
            match arms.last_mut() {
                Some(arm) if corner == goal || passage.is_onward(corner, arm.stretch, metres) => {
                    let arm = *arm;
                    lengthen(arms, arm.stretch);
                }
                _ => lengthen(arms, passage.onward(corner, metres)),
            }
        }
    }

    pub(crate) fn finish(self) -> Signposts {
        let mut first = vec![0];
        let mut arms = Vec::with_capacity(self.arms.iter().map(Vec::len).sum());
        for of_corner in self.arms {
            arms.extend(of_corner);
            first.push(arms.len() as u32);
        }
        Signposts { goals: self.goals, first, arms }
    }
}

/// One goal more by a stretch.
fn lengthen(arms: &mut Vec<Arm>, stretch: u8) {
    match arms.last_mut() {
        Some(arm) if arm.stretch == stretch && arm.goals < u8::MAX => arm.goals += 1,
        _ => arms.push(Arm { goals: 1, stretch }),
    }
}

/// Places by where a curve comes by that fills the rectangle they lie in: those near in it are near on the ground.
pub(crate) fn along_a_curve(places: &[LatLon]) -> Vec<u32> {
    let within = |degrees: fn(&LatLon) -> f64| {
        let (low, high) = places
            .iter()
            .map(degrees)
            .fold((f64::MAX, f64::MIN), |(low, high), degrees| (low.min(degrees), high.max(degrees)));
        // As a float becomes a whole number, what is no number becomes 0: where all places are one.
        move |place: &LatLon| ((degrees(place) - low) / (high - low) * f64::from(u16::MAX)) as u16
    };
    let (up, right) = (within(|place| place.lat), within(|place| place.lon));
    places.iter().map(|place| fast_hilbert::xy2h(right(place), up(place), 16)).collect()
}
