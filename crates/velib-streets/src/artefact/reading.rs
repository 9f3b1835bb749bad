//! Tables out of the bytes of their file.

use velib_domain::{LatLon, StationId};

use super::{DEGREE, NO_CORNER};
use crate::{
    Calibration, StreetTables,
    around::{Around, KEPT},
    graph::{Graph, Passage},
    landmarks::Landmarks,
    paths::Notebook,
    signposts::{Arm, Signposts},
    snapping::Snapping,
    tables::Stop,
};

/// What is left to read. `None` where less is left than asked for.
pub(super) struct Reading<'b>(pub(super) &'b [u8]);

impl Reading<'_> {
    pub(super) fn tables(mut self) -> Option<StreetTables> {
        let version = self.text()?;
        let calibration = Calibration {
            walk_detour: f64::from_le_bytes(self.take()?),
            ride_detour: f64::from_le_bytes(self.take()?),
            ride_mae_m: f64::from_le_bytes(self.take()?),
            pairs: u64::from_le_bytes(self.take()?),
        };
        let stop_count = self.count()?;
        let stops: Vec<Stop> = self.many(stop_count, Self::stop)?;
        let ride_m = self.many(stop_count.checked_mul(stop_count)?, Self::short)?;
        let corner_count = self.count()?;
        let corners = self.many(corner_count, Self::place)?;
        let near = self.many(corner_count, |reading| {
            reading.each(|reading| Some((reading.short()?, reading.short()?)))
        })?;
        let onward = self.many(corner_count, Self::take::<KEPT>)?;
        let foot = self.passage(corner_count)?;
        let bike = self.passage(corner_count)?;
        let landmarks = Landmarks(self.many(corner_count, |reading| reading.each(Self::metres))?);
        let signposts = self.signposts(corner_count)?;
        let graph = Graph { corners, foot, bike };
        let snapping = Snapping::new(&graph);
        self.0.is_empty().then_some(StreetTables {
            version,
            stops,
            ride_m,
            around: Around { near, onward },
            calibration,
            graph,
            signposts,
            landmarks,
            snapping,
            notebook: Notebook::default(),
        })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn many<T>(&mut self, count: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // A count that was made up must not reserve more than what is there.
        let mut all = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn each<T: Copy + Default, const N: usize>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<[T; N]> {
        let mut all = [T::default(); N];
        for slot in &mut all {
            *slot = one(self)?;
        }
        Some(all)
    }

    fn count(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.take()?) as usize)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take()?))
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take()?))
    }

    fn metres(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.take()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn place(&mut self) -> Option<LatLon> {
        let mut degrees = || Some(f64::from(i32::from_le_bytes(self.take()?)) / DEGREE);
        LatLon::new(degrees()?, degrees()?)
    }

    fn stop(&mut self) -> Option<Stop> {
        let station_id = StationId::new(self.text()?);
        let position = self.place()?;
        let mut corner = || Some(Some(self.word()?).filter(|corner| *corner != NO_CORNER));
        Some(Stop { station_id, position, foot_corner: corner()?, bike_corner: corner()? })
    }

    fn passage(&mut self, corners: usize) -> Option<Passage> {
        let stretches = self.count()?;
        Some(Passage {
            first: self.many(corners + 1, Self::word)?,
            to: self.many(stretches, Self::word)?,
            metres: self.many(stretches, Self::metres)?,
        })
    }

    fn signposts(&mut self, corners: usize) -> Option<Signposts> {
        let (goals, arms) = (self.count()?, self.count()?);
        Some(Signposts {
            goals: self.many(goals, Self::word)?,
            first: self.many(corners + 1, Self::word)?,
            arms: self.many(arms, |reading| reading.take().map(|[goals, stretch]| Arm { goals, stretch }))?,
        })
    }
}
