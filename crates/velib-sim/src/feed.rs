//! The city in Vélib's own JSON: integer ids, 0/1 flags, doubled counts, `lastUpdatedOther`, a ttl nobody keeps.

use serde::Serialize;

use crate::{City, Service, Site, Stock, reports::reported_s};

/// What every Vélib' document is wrapped in.
#[derive(Serialize)]
struct Document<T> {
    #[serde(rename = "lastUpdatedOther")]
    last_updated: i64,
    ttl: u32,
    data: Data<T>,
}

#[derive(Serialize)]
struct Data<T> {
    stations: Vec<T>,
}

#[derive(Serialize)]
struct Information<'a> {
    station_id: u64,
    #[serde(rename = "stationCode")]
    station_code: &'a str,
    name: &'a str,
    lat: f64,
    lon: f64,
    capacity: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    rental_methods: Option<[&'static str; 1]>,
    station_opening_hours: (),
}

#[derive(Serialize)]
struct Status<'a> {
    station_id: u64,
    num_bikes_available: u16,
    #[serde(rename = "numBikesAvailable")]
    num_bikes_available_again: u16,
    num_bikes_available_types: (Mechanical, Ebikes),
    num_docks_available: u16,
    #[serde(rename = "numDocksAvailable")]
    num_docks_available_again: u16,
    is_installed: u8,
    is_returning: u8,
    is_renting: u8,
    last_reported: i64,
    #[serde(rename = "stationCode")]
    station_code: &'a str,
    station_opening_hours: (),
}

#[derive(Serialize)]
struct Mechanical {
    mechanical: u16,
}

#[derive(Serialize)]
struct Ebikes {
    ebike: u16,
}

pub(crate) fn station_information(city: &City) -> Vec<u8> {
    let stations = city.sites.iter().map(|site| Information {
        station_id: site.id,
        station_code: &site.code,
        name: &site.name,
        lat: site.position.lat,
        lon: site.position.lon,
        capacity: site.published_capacity,
        rental_methods: (site.id % 5 < 3).then_some(["CREDITCARD"]),
        station_opening_hours: (),
    });
    document(city, stations.collect())
}

pub(crate) fn station_status(city: &City) -> Vec<u8> {
    let now_s = city.now().as_second();
    let stations = city.sites.iter().zip(&city.stocks).zip(&city.silences);
    let statuses = stations.map(|((site, stock), silence)| match silence {
        Some(last_word) => status(site, last_word.stock, last_word.reported_s),
        None => status(site, *stock, reported_s(city.seed, site, now_s)),
    });
    document(city, statuses.collect())
}

fn status(site: &Site, stock: Stock, last_reported: i64) -> Status<'_> {
    let is_open = u8::from(site.service == Service::Open);
    let is_installed = u8::from(site.service != Service::Removed);
    let docks = site.free_docks(stock);
    Status {
        station_id: site.id,
        num_bikes_available: stock.bikes(),
        num_bikes_available_again: stock.bikes(),
        num_bikes_available_types: (
            Mechanical { mechanical: stock.mechanical },
            Ebikes { ebike: stock.ebikes },
        ),
        num_docks_available: docks,
        num_docks_available_again: docks,
        is_installed,
        is_returning: is_open,
        is_renting: is_open,
        last_reported,
        station_code: &site.code,
        station_opening_hours: (),
    }
}

fn document<T: Serialize>(city: &City, stations: Vec<T>) -> Vec<u8> {
    let document = Document { last_updated: city.now().as_second(), ttl: 3600, data: Data { stations } };
    serde_json::to_vec(&document).expect("numbers and text are always JSON")
}
