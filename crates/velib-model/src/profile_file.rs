//! A profile as safetensors: `hours` (permyriads of share, empty, full for each station and hour of the week), `places`
//! (degrees north and east), and the station ids, one a line, in the header.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use velib_domain::{LatLon, StationId};
use velib_forecast::{
    Profile,
    profile::{StationProfile, Usual, WEEK_HOURS},
};

const HOURS: &str = "hours";
const PLACES: &str = "places";
const STATION_IDS: &str = "station_ids";

/// Numbers that one hour takes.
const NUMBERS: usize = 3;

/// Stands where too little was seen.
const UNKNOWN: u16 = u16::MAX;

/// One in written numbers: finer than a count of the largest station.
const ONE: f32 = 10_000.0;

/// The profile as bytes, the same for the same profile.
pub(crate) fn to_bytes(profile: &Profile) -> Vec<u8> {
    let stations = profile.stations();
    let hours: Vec<u8> =
        stations.iter().flat_map(|station| &station.hours).copied().flat_map(written).collect();
    let places: Vec<u8> = stations
        .iter()
        .flat_map(|station| [station.position.lat, station.position.lon])
        .flat_map(f64::to_le_bytes)
        .collect();
    let ids: Vec<&str> = stations.iter().map(|station| station.station_id.as_str()).collect();
    let header = HashMap::from([(STATION_IDS.to_owned(), ids.join("\n"))]);
    let view = |kind, shape, bytes| TensorView::new(kind, shape, bytes).expect("numbers fit their own shape");
    let tensors = [
        (HOURS, view(Dtype::U16, vec![stations.len(), WEEK_HOURS, NUMBERS], &hours)),
        (PLACES, view(Dtype::F64, vec![stations.len(), 2], &places)),
    ];
    safetensors::serialize(tensors, Some(header)).expect("names are distinct and sizes fit")
}

fn written(usual: Option<Usual>) -> impl Iterator<Item = u8> + use<> {
    let numbers = usual.map_or([UNKNOWN; NUMBERS], |usual| {
        [usual.share, usual.empty, usual.full].map(|number| (number * ONE).round() as u16)
    });
    numbers.into_iter().flat_map(u16::to_le_bytes)
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
    let hours = numbers(HOURS, Dtype::U16, &[ids.len(), WEEK_HOURS, NUMBERS])?;
    let places = numbers(PLACES, Dtype::F64, &[ids.len(), 2])?;
    let station = |((id, hours), place): ((&str, &[u8]), &[u8])| {
        let [lat, lon] = [0, 1].map(|at| f64::from_le_bytes(place.as_chunks().0[at]));
        Ok(StationProfile {
            station_id: StationId::new(id),
            position: LatLon::new(lat, lon).ok_or(format!("station {id} stands at {lat}, {lon}"))?,
            hours: hours.chunks_exact(2 * NUMBERS).map(read).collect(),
        })
    };
    let stations =
        ids.into_iter().zip(hours.chunks_exact(2 * NUMBERS * WEEK_HOURS)).zip(places.chunks_exact(16));
    stations.map(station).collect::<Result<_, String>>().map(Profile::new)
}

fn read(bytes: &[u8]) -> Option<Usual> {
    let [share, empty, full] = [0, 1, 2].map(|at| u16::from_le_bytes(bytes.as_chunks().0[at]));
    let number = |written: u16| f32::from(written) / ONE;
    (share != UNKNOWN).then(|| Usual { share: number(share), empty: number(empty), full: number(full) })
}
