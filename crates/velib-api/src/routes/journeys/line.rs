//! A leg's line on the ground, in the form that was asked for.

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::LatLon;

/// How lines are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Geometry {
    None,
    Geojson,
    Polyline6,
}

/// A line as GeoJSON: longitude, latitude. A straight one where the streets are not known.
#[derive(Serialize, ToSchema)]
pub(super) struct LineString {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: Vec<[f64; 2]>,
}

impl Geometry {
    /// The words of a request.
    pub(super) const WORDS: [&str; 3] = ["none", "geojson", "polyline6"];

    pub(super) fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::None, Self::Geojson, Self::Polyline6].into_iter().find(|geometry| geometry.as_str() == word)
    }
}

impl LineString {
    pub(super) fn of(line: &[LatLon]) -> Self {
        Self { kind: "LineString", coordinates: line.iter().map(|place| [place.lon, place.lat]).collect() }
    }
}

/// Google's encoded polyline with six decimals, latitude first: what map libraries take, in a fifth of the bytes.
pub(super) fn polyline6(line: &[LatLon]) -> String {
    let mut written = String::new();
    let mut before = [0, 0];
    for place in line {
        let here = [place.lat, place.lon].map(|degrees| (degrees * 1e6).round() as i64);
        for (here, before) in here.into_iter().zip(before) {
            push_difference(&mut written, here - before);
        }
        before = here;
    }
    written
}

/// Five bits a letter, the lowest first; the sign is the lowest of all, and all but the last letter are marked.
fn push_difference(written: &mut String, difference: i64) {
    let mut bits = ((difference << 1) ^ (difference >> 63)) as u64;
    loop {
        let (five, rest) = (bits as u8 & 0x1f, bits >> 5);
        let more = if rest > 0 { 0x20 } else { 0 };
        written.push(char::from((five | more) + 63));
        if rest == 0 {
            return;
        }
        bits = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_formats_own_example_is_written_as_there() {
        let line =
            [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)].map(|(lat, lon)| LatLon { lat, lon });
        assert_eq!(polyline6(&line), "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI");
        assert_eq!(polyline6(&[]), "");
    }

    #[test]
    fn every_word_names_a_form() {
        for word in Geometry::WORDS {
            assert_eq!(Geometry::of_word(word).unwrap().as_str(), word);
        }
    }
}
