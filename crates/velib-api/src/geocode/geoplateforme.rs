//! The French state's geocoder: addresses of the BAN, places of the BD TOPO. 50 requests a second, no key.

use async_trait::async_trait;
use serde::Deserialize;
use velib_domain::LatLon;
use velib_gbfs::client::FeedClient;

use super::{GeocodeError, Geocoder, Place, PlaceKind, geojson::features};

/// Below this an answer hardly resembles what was asked.
const LOWEST_SCORE: f64 = 0.4;

pub(crate) struct Geoplateforme {
    client: FeedClient,
    base: String,
}

#[derive(Deserialize)]
struct Properties {
    label: Option<String>,
    score: Option<f64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Of a place that is no address.
    toponym: Option<String>,
    #[serde(default)]
    city: Names,
}

/// An address has one city, a place a list of them.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
    #[default]
    None,
}

impl Geoplateforme {
    pub(crate) fn new(client: FeedClient, url: &str) -> Self {
        Self { client, base: format!("{}/search", url.trim_end_matches('/')) }
    }
}

#[async_trait]
impl Geocoder for Geoplateforme {
    fn name(&self) -> &'static str {
        "geoplateforme"
    }

    fn attribution(&self) -> &'static str {
        "BAN, BD TOPO – IGN Géoplateforme, Licence Ouverte 2.0"
    }

    async fn search(&self, text: &str, near: LatLon) -> Result<Vec<Place>, GeocodeError> {
        let (lat, lon) = (near.lat.to_string(), near.lon.to_string());
        let parameters = [
            ("q", text),
            ("index", "address,poi"),
            ("autocomplete", "1"),
            ("limit", "10"),
            ("lat", &lat),
            ("lon", &lon),
        ];
        let found = features::<Properties>(&self.client, &self.base, &parameters).await?;
        let good = found.into_iter().filter(|place| place.properties.score.unwrap_or(0.0) >= LOWEST_SCORE);
        Ok(good.filter_map(|place| place.properties.place(place.position()?, self.name())).collect())
    }
}

impl Properties {
    fn place(&self, position: LatLon, source: &'static str) -> Option<Place> {
        let label = self.label.clone().or_else(|| self.named())?;
        let kind = match self.kind.as_deref() {
            Some("housenumber") => PlaceKind::Address,
            Some("street") => PlaceKind::Street,
            Some("municipality" | "locality") => PlaceKind::Municipality,
            _ => PlaceKind::Place,
        };
        Some(Place { label, kind, position, station_id: None, source })
    }

    fn named(&self) -> Option<String> {
        let name = self.toponym.as_deref()?;
        let city = match &self.city {
            Names::One(city) => Some(city),
            Names::Many(cities) => cities.first(),
            Names::None => None,
        };
        Some(city.map_or_else(|| name.to_owned(), |city| format!("{name}, {city}")))
    }
}
