//! The one feature builder: raw histories in, rows of numbers for a network out, the same in training and serving.
//!
//! A row sees only its own request, so nothing after `issued_at` can reach it. Whatever was not observed is masked: a
//! value of 0 beside a "known" flag of 0. What a station does at this hour is read from its own last day, from its
//! neighbours and the whole network as far as the request carries them, and from the profile beside the model.

mod context;
mod means;
mod moments;
mod neighbourhood;
mod row;
mod spec;
#[cfg(test)]
mod tests;
mod weather;
mod week_before;

use std::borrow::Cow;

use velib_domain::{LatLon, METRES_PER_DEGREE, SignedDuration, Timestamp};

pub use self::spec::FeatureSpec;
use self::{context::Context, moments::Moments, neighbourhood::Neighbourhood, row::RowBuilder};
use crate::{ForecastError, ForecastRequest, Profile, StationHistory};

/// Rows of features, station by station, each array row-major.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// `rows × look_back × sequence_width`, oldest slot first.
    pub sequence: Vec<f32>,
    /// `rows × static_width`.
    pub statics: Vec<f32>,
    /// One a row: what forecast changes are relative to.
    pub anchors: Vec<Anchor>,
}

/// Where a row starts from, in counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// The newest bike count; half the support where none was ever observed (a feature says so).
    pub bikes: f32,
    /// The newest dock count; the rest of the support where none was ever observed.
    pub docks: f32,
    /// The largest count to leave room for.
    pub support: u16,
    /// Whether any dock count was observed.
    pub has_docks: bool,
}

impl Anchor {
    /// Where a station's forecast starts from.
    pub fn of(history: &StationHistory) -> Self {
        Self::within(history.support(), history)
    }

    fn within(support: u16, history: &StationHistory) -> Self {
        let bikes = history.newest_bikes().map_or(f32::from(support) / 2.0, |(bikes, _)| f32::from(bikes));
        let docks = history.newest_docks();
        Self {
            bikes,
            docks: docks.map_or((f32::from(support) - bikes).max(0.0), |(docks, _)| f32::from(docks)),
            support,
            has_docks: docks.is_some(),
        }
    }

    /// The unit of forecast changes, in counts: larger stations move more, but not in proportion.
    pub fn unit(&self) -> f32 {
        f32::from(self.support).sqrt()
    }
}

impl Features {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.anchors.len()
    }

    /// Takes all rows away and keeps the memory.
    pub fn clear(&mut self) {
        self.sequence.clear();
        self.statics.clear();
        self.anchors.clear();
    }

    fn reserve(&mut self, rows: usize, spec: &FeatureSpec) {
        self.sequence.reserve(rows * spec.look_back * spec.sequence_width());
        self.statics.reserve(rows * spec.static_width());
        self.anchors.reserve(rows);
    }

    /// Appends the rows of another.
    pub fn append(&mut self, mut other: Self) {
        self.sequence.append(&mut other.sequence);
        self.statics.append(&mut other.statics);
        self.anchors.append(&mut other.anchors);
    }
}

impl FeatureSpec {
    /// Builds the features of every station of a request, in its order.
    pub fn build(&self, request: &ForecastRequest, profile: &Profile) -> Result<Features, ForecastError> {
        let all: Vec<usize> = (0..request.stations.len()).collect();
        self.build_some(request, profile, &all)
    }

    /// Builds the features of some stations, by index; the others still count as neighbours and network.
    pub fn build_some(
        &self,
        request: &ForecastRequest,
        profile: &Profile,
        stations: &[usize],
    ) -> Result<Features, ForecastError> {
        let mut features = Features::default();
        FeatureBuilder::default().build_some(self, request, profile, stations, &mut features)?;
        Ok(features)
    }

    /// A request with finer slots is read at every so many of them.
    fn on_own_grid<'a>(
        &self,
        request: &'a ForecastRequest,
    ) -> Result<Cow<'a, ForecastRequest>, ForecastError> {
        let given_s = request.cadence.as_secs();
        if given_s == self.cadence_seconds {
            return Ok(Cow::Borrowed(request));
        }
        if given_s <= 0 || self.cadence_seconds % given_s != 0 {
            return Err(ForecastError::WrongCadence { expected_s: self.cadence_seconds, given_s });
        }
        let every = usize::try_from(self.cadence_seconds / given_s).expect("a cadence is a small number");
        let stations = request.stations.iter().map(|station| thinned(station, every)).collect();
        let cadence = SignedDuration::from_secs(self.cadence_seconds);
        let (issued_at, weather) = (request.issued_at, request.weather.clone());
        Ok(Cow::Owned(ForecastRequest { issued_at, cadence, stations, weather }))
    }

    /// The time of a slot, counted from the oldest.
    fn slot_time(&self, issued_at: Timestamp, slot: usize) -> Timestamp {
        let slots =
            i32::try_from(self.look_back - 1 - slot).expect("a look-back is no longer than a history");
        issued_at - SignedDuration::from_secs(self.cadence_seconds) * slots
    }
}

/// Builds the features of one request after another: it remembers who is near whom, and keeps its memory.
#[derive(Debug, Clone, Default)]
pub struct FeatureBuilder {
    neighbourhood: Neighbourhood,
    context: Context,
}

impl FeatureBuilder {
    /// Adds the rows of every station of a request, in its order.
    pub fn build(
        &mut self,
        spec: &FeatureSpec,
        request: &ForecastRequest,
        profile: &Profile,
        features: &mut Features,
    ) -> Result<(), ForecastError> {
        let all: Vec<usize> = (0..request.stations.len()).collect();
        self.build_some(spec, request, profile, &all, features)
    }

    /// Adds the rows of some stations, by index; the others still count as neighbours and network.
    pub fn build_some(
        &mut self,
        spec: &FeatureSpec,
        request: &ForecastRequest,
        profile: &Profile,
        stations: &[usize],
        features: &mut Features,
    ) -> Result<(), ForecastError> {
        for station in &request.stations {
            check(station)?;
        }
        let request = spec.on_own_grid(request)?;
        let moments = Moments::of(spec, request.issued_at);
        self.neighbourhood.settle(&request.stations);
        self.context.read(spec, &request, profile, &moments);
        features.reserve(stations.len(), spec);
        let weather = if spec.weather { weather::numbers(spec, &request) } else { Vec::new() };
        let mut rows = RowBuilder::new(spec, &self.context, &self.neighbourhood, &moments, weather);
        for &index in stations {
            rows.push(&request.stations[index], index, features);
        }
        Ok(())
    }
}

fn check(station: &StationHistory) -> Result<(), ForecastError> {
    if station.docks.is_empty() || station.docks.len() == station.bikes.len() {
        return Ok(());
    }
    Err(ForecastError::BadHistory {
        station_id: station.station_id.clone(),
        reason: format!("{} dock counts for {} bike counts", station.docks.len(), station.bikes.len()),
    })
}

/// Every so many slots of a history, the newest among them.
fn thinned(station: &StationHistory, every: usize) -> StationHistory {
    let thin = |counts: &[Option<u16>]| {
        let mut kept: Vec<Option<u16>> = counts.iter().rev().step_by(every).copied().collect();
        kept.reverse();
        kept
    };
    // These begin on the grid, while the others end on it.
    let bikes_week_before = station.bikes_week_before.iter().step_by(every).copied().collect();
    let (bikes, docks) = (thin(&station.bikes), thin(&station.docks));
    StationHistory { bikes, docks, bikes_week_before, ..station.clone() }
}

/// Metres east and north of an origin, on a flat map.
fn metres_from(origin: LatLon, place: LatLon) -> (f64, f64) {
    let east = (place.lon - origin.lon) * METRES_PER_DEGREE * origin.lat.to_radians().cos();
    (east, (place.lat - origin.lat) * METRES_PER_DEGREE)
}
