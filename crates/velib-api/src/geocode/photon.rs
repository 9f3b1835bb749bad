//! Photon: OpenStreetMap's names, made for people who are typing. Free, fair use, no promise.

use async_trait::async_trait;
use serde::Deserialize;
use velib_domain::LatLon;
use velib_gbfs::client::FeedClient;

use super::{GeocodeError, Geocoder, Place, PlaceKind, geojson::features};

pub(crate) struct Photon {
    client: FeedClient,
    base: String,
}

#[derive(Deserialize)]
struct Properties {
    name: Option<String>,
    housenumber: Option<String>,
    street: Option<String>,
    postcode: Option<String>,
    city: Option<String>,
    osm_key: Option<String>,
}

impl Photon {
    pub(crate) fn new(client: FeedClient, url: &str) -> Self {
        Self { client, base: format!("{}/api/", url.trim_end_matches('/')) }
    }
}

#[async_trait]
impl Geocoder for Photon {
    fn name(&self) -> &'static str {
        "photon"
    }

    fn attribution(&self) -> &'static str {
        "© OpenStreetMap contributors, by Photon (komoot)"
    }

    async fn search(&self, text: &str, near: LatLon) -> Result<Vec<Place>, GeocodeError> {
        let (lat, lon) = (near.lat.to_string(), near.lon.to_string());
        let parameters = [("q", text), ("limit", "10"), ("lang", "fr"), ("lat", &lat), ("lon", &lon)];
        let found = features::<Properties>(&self.client, &self.base, &parameters).await?;
        let place = |position, properties: &Properties| properties.place(position, self.name());
        Ok(found.iter().filter_map(|found| place(found.position()?, &found.properties)).collect())
    }
}

impl Properties {
    fn place(&self, position: LatLon, source: &'static str) -> Option<Place> {
        let kind = match self.osm_key.as_deref() {
            _ if self.housenumber.is_some() => PlaceKind::Address,
            Some("highway") => PlaceKind::Street,
            Some("place") => PlaceKind::Municipality,
            _ => PlaceKind::Place,
        };
        Some(Place { label: self.label()?, kind, position, station_id: None, source })
    }

    /// `12 Rue de Rivoli, 75004 Paris`, or `Bazar, 12 Rue de Rivoli, 75004 Paris`.
    fn label(&self) -> Option<String> {
        let joined = |parts: [&Option<String>; 2]| {
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let street = self.street.as_ref().and_then(|_| joined([&self.housenumber, &self.street]));
        let parts = [self.name.clone(), street, joined([&self.postcode, &self.city])];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
