//! Tables into the bytes of their file.

use twox_hash::XxHash64;
use velib_domain::LatLon;

use super::{CHECKSUM_SEED, DEGREE, FORMAT, MAGIC, NO_CORNER};
use crate::{Calibration, StreetTables, graph::Passage, signposts::Signposts};

impl StreetTables {
    /// The same tables give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = [self.planning_bytes(), self.drawing_bytes()];
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        for part in &parts {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(XxHash64::oneshot(CHECKSUM_SEED, part).to_le_bytes());
        }
        bytes.extend(parts.concat());
        bytes
    }

    /// What planning looks up.
    fn planning_bytes(&self) -> Vec<u8> {
        let mut part = Vec::new();
        put_text(&mut part, &self.version);
        let Calibration { walk_detour, ride_detour, ride_mae_m, pairs } = self.calibration;
        for number in [walk_detour, ride_detour, ride_mae_m] {
            part.extend(number.to_le_bytes());
        }
        part.extend(pairs.to_le_bytes());
        put_count(&mut part, self.stops.len());
        for stop in &self.stops {
            put_text(&mut part, stop.station_id.as_str());
            put_place(&mut part, stop.position);
            for corner in [stop.foot_corner, stop.bike_corner] {
                part.extend(corner.unwrap_or(NO_CORNER).to_le_bytes());
            }
        }
        self.ride_m.iter().for_each(|metres| part.extend(metres.to_le_bytes()));
        put_count(&mut part, self.graph.corners.len());
        self.graph.corners.iter().for_each(|corner| put_place(&mut part, *corner));
        for (stop, metres) in self.around.near.iter().flatten() {
            part.extend(stop.to_le_bytes());
            part.extend(metres.to_le_bytes());
        }
        part
    }

    /// What ways are drawn by.
    fn drawing_bytes(&self) -> Vec<u8> {
        let mut part = Vec::new();
        put_count(&mut part, self.graph.corners.len());
        self.around.onward.iter().for_each(|stretches| part.extend(stretches));
        put_passage(&mut part, &self.graph.foot);
        put_passage(&mut part, &self.graph.bike);
        self.landmarks.0.iter().flatten().for_each(|metres| part.extend(metres.to_le_bytes()));
        put_signposts(&mut part, &self.signposts);
        part
    }
}

fn put_count(body: &mut Vec<u8>, count: usize) {
    body.extend((count as u32).to_le_bytes());
}

fn put_text(body: &mut Vec<u8>, text: &str) {
    put_count(body, text.len());
    body.extend(text.as_bytes());
}

fn put_place(body: &mut Vec<u8>, place: LatLon) {
    for degrees in [place.lat, place.lon] {
        body.extend(((degrees * DEGREE).round() as i32).to_le_bytes());
    }
}

fn put_passage(body: &mut Vec<u8>, passage: &Passage) {
    put_count(body, passage.to.len());
    passage.first.iter().chain(&passage.to).for_each(|number| body.extend(number.to_le_bytes()));
    passage.metres.iter().for_each(|metres| body.extend(metres.to_le_bytes()));
}

fn put_signposts(body: &mut Vec<u8>, signposts: &Signposts) {
    put_count(body, signposts.goals.len());
    put_count(body, signposts.arms.len());
    signposts.goals.iter().chain(&signposts.first).for_each(|number| body.extend(number.to_le_bytes()));
    signposts.arms.iter().for_each(|arm| body.extend([arm.goals, arm.stretch]));
}
