//! A profile as safetensors: `usual` (shares, then how often empty, then how often full, in two hundred and fiftieths, for
//! each station and hour of the week), `places` (degrees north and east), and the station ids, one a line, in the header.
//!
//! A byte is finer than what a year of weeks can tell, and like numbers beside each other make a small archive. Files of
//! before that, `hours` of permyriads, are read and not written.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use velib_domain::{LatLon, StationId};
use velib_forecast::{
    Profile,
    profile::{StationProfile, Usual, WEEK_HOURS},
};

const USUAL: &str = "usual";
const PLACES: &str = "places";
const STATION_IDS: &str = "station_ids";

/// Numbers that one hour takes.
const NUMBERS: usize = 3;

/// Stands where too little was seen.
const UNKNOWN: u8 = u8::MAX;

/// One in written numbers.
const ONE: f32 = 250.0;

/// Files of before: the three numbers of an hour together.
const HOURS: &str = "hours";
const HOURS_UNKNOWN: u16 = u16::MAX;
const HOURS_ONE: f32 = 10_000.0;

/// The profile as bytes, the same for the same profile.
pub(crate) fn to_bytes(profile: &Profile) -> Vec<u8> {
    let stations = profile.stations();
    let of: [fn(Usual) -> f32; NUMBERS] = [|usual| usual.share, |usual| usual.empty, |usual| usual.full];
    let hours = || stations.iter().flat_map(|station| &station.hours);
    let written = |usual: &Option<Usual>, of: fn(Usual) -> f32| {
        usual.map_or(UNKNOWN, |usual| (of(usual) * ONE).round() as u8)
    };
    let usual: Vec<u8> = of.into_iter().flat_map(|of| hours().map(move |usual| written(usual, of))).collect();
    let places: Vec<u8> = stations
        .iter()
        .flat_map(|station| [station.position.lat, station.position.lon])
        .flat_map(f64::to_le_bytes)
        .collect();
    let ids: Vec<&str> = stations.iter().map(|station| station.station_id.as_str()).collect();
    let header = HashMap::from([(STATION_IDS.to_owned(), ids.join("\n"))]);
    let view = |kind, shape, bytes| TensorView::new(kind, shape, bytes).expect("numbers fit their own shape");
    let tensors = [
        (USUAL, view(Dtype::U8, vec![NUMBERS, stations.len(), WEEK_HOURS], &usual)),
        (PLACES, view(Dtype::F64, vec![stations.len(), 2], &places)),
    ];
    safetensors::serialize(tensors, Some(header)).expect("names are distinct and sizes fit")
}

/// Reads a profile; says what is wrong with it.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Profile, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let ids = header.metadata().as_ref().and_then(|header| header.get(STATION_IDS));
    let ids: Vec<&str> = ids.ok_or("it names no stations")?.lines().collect();
    let numbers = |name: &str, kind, shape: &[usize]| {
        let tensor = tensors.tensor(name).map_err(|_| format!("it has no {name}"))?;
        if tensor.dtype() != kind || tensor.shape() != shape {
            return Err(format!(
                "{name} is {:?} {:?}, not {kind:?} {shape:?}",
                tensor.dtype(),
                tensor.shape()
            ));
        }
        Ok(tensor.data())
    };
    let usual: Vec<Option<Usual>> = if tensors.tensor(HOURS).is_ok() {
        let hours = numbers(HOURS, Dtype::U16, &[ids.len(), WEEK_HOURS, NUMBERS])?;
        hours.chunks_exact(2 * NUMBERS).map(permyriads).collect()
    } else {
        let usual = numbers(USUAL, Dtype::U8, &[NUMBERS, ids.len(), WEEK_HOURS])?;
        let of = |number: usize| &usual[number * ids.len() * WEEK_HOURS..];
        let hours = of(0).iter().zip(of(1)).zip(of(2)).take(ids.len() * WEEK_HOURS);
        hours.map(|((&share, &empty), &full)| read([share, empty, full])).collect()
    };
    let places = numbers(PLACES, Dtype::F64, &[ids.len(), 2])?;
    let station = |((id, hours), place): ((&str, &[Option<Usual>]), &[u8])| {
        let [lat, lon] = [0, 1].map(|at| f64::from_le_bytes(place.as_chunks().0[at]));
        Ok(StationProfile {
            station_id: StationId::new(id),
            position: LatLon::new(lat, lon).ok_or(format!("station {id} stands at {lat}, {lon}"))?,
            hours: hours.to_vec(),
        })
    };
    let stations = ids.into_iter().zip(usual.chunks_exact(WEEK_HOURS)).zip(places.chunks_exact(16));
    stations.map(station).collect::<Result<_, String>>().map(Profile::new)
}

fn read(written: [u8; NUMBERS]) -> Option<Usual> {
    let [share, empty, full] = written.map(|number| (f32::from(number) / ONE).min(1.0));
    (written[0] != UNKNOWN).then_some(Usual { share, empty, full })
}

fn permyriads(bytes: &[u8]) -> Option<Usual> {
    let numbers: [u16; NUMBERS] = std::array::from_fn(|at| u16::from_le_bytes(bytes.as_chunks().0[at]));
    let [share, empty, full] = numbers.map(|number| f32::from(number) / HOURS_ONE);
    (numbers[0] != HOURS_UNKNOWN).then_some(Usual { share, empty, full })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_permyriads_is_still_read() {
        let written: Vec<u8> = [[2500, 40, 0], [HOURS_UNKNOWN; 3]]
            .into_iter()
            .chain(std::iter::repeat_n([10_000, 0, 9_999], WEEK_HOURS - 2))
            .flatten()
            .flat_map(u16::to_le_bytes)
            .collect();
        let place: Vec<u8> = [48.85, 2.35].into_iter().flat_map(f64::to_le_bytes).collect();
        let tensors = [
            (HOURS, TensorView::new(Dtype::U16, vec![1, WEEK_HOURS, NUMBERS], &written).expect("it fits")),
            (PLACES, TensorView::new(Dtype::F64, vec![1, 2], &place).expect("it fits")),
        ];
        let header = HashMap::from([(STATION_IDS.to_owned(), "7".to_owned())]);
        let bytes = safetensors::serialize(tensors, Some(header)).expect("it fits");
        let read = from_bytes(&bytes).expect("it is whole");
        let hours = &read.stations()[0].hours;
        assert_eq!(hours[0], Some(Usual { share: 0.25, empty: 0.004, full: 0.0 }));
        assert_eq!((hours[1], hours[2].map(|usual| usual.full)), (None, Some(0.9999)));
        let again = from_bytes(&to_bytes(&read)).expect("it is whole");
        assert_eq!(
            from_bytes(&to_bytes(&again)),
            Ok(again),
            "rounded once, it is the same when written again"
        );
    }
}
