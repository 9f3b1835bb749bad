//! What the geocoders have in common: they are asked over HTTPS and answer with a GeoJSON feature collection.
//!
//! Errors name no address: it holds what somebody typed.

use std::time::Duration;

use axum::body::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use velib_domain::LatLon;
use velib_gbfs::client::{ClientConfig, FeedClient, FetchError};

/// The longest that one geocoder is waited for.
pub(super) const PATIENCE: Duration = Duration::from_millis(1_500);

/// Ten places are a few kilobytes.
const MOST_BYTES: usize = 1024 * 1024;

/// Why a geocoder gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GeocodeError {
    #[error("it gave no answer within {} ms", PATIENCE.as_millis())]
    TimedOut,
    #[error("it had not answered when another had")]
    Late,
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("it cannot be reached")]
    Unreachable,
    #[error("its answer is no list of places")]
    NoPlaces,
}

impl GeocodeError {
    /// Whether it asks to be asked less.
    pub(super) fn is_busy(&self) -> bool {
        *self == Self::Status(429)
    }
}

/// One try and a short wait: somebody is typing.
pub(crate) fn web_limits() -> ClientConfig {
    ClientConfig {
        connect_timeout: Duration::from_secs(1),
        total_timeout: PATIENCE,
        tries: 1,
        max_body_bytes: MOST_BYTES,
        ..ClientConfig::default()
    }
}

#[derive(Deserialize)]
struct Collection<P> {
    features: Vec<Feature<P>>,
}

#[derive(Deserialize)]
pub(super) struct Feature<P> {
    geometry: Geometry,
    pub(super) properties: P,
}

#[derive(Deserialize)]
struct Geometry {
    /// Longitude, latitude.
    coordinates: [f64; 2],
}

impl<P> Feature<P> {
    /// `None` where its numbers are no place on Earth.
    pub(super) fn position(&self) -> Option<LatLon> {
        let [lon, lat] = self.geometry.coordinates;
        LatLon::new(lat, lon)
    }
}

/// Asks `base` with these parameters; the features of the answer.
pub(super) async fn features<P: DeserializeOwned>(
    client: &FeedClient,
    base: &str,
    parameters: &[(&str, &str)],
) -> Result<Vec<Feature<P>>, GeocodeError> {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let body: Bytes =
        client.fetch(&format!("{base}?{query}")).await.map_err(|error| without_address(&error))?;
    let collection: Collection<P> = serde_json::from_slice(&body).map_err(|_| GeocodeError::NoPlaces)?;
    Ok(collection.features)
}

fn without_address(error: &FetchError) -> GeocodeError {
    match error {
        FetchError::TimedOut { .. } => GeocodeError::TimedOut,
        FetchError::Status { status, .. } => GeocodeError::Status(*status),
        _ => GeocodeError::Unreachable,
    }
}
