//! GeoJSON features as areas: their lines, and which of their properties name them.

use serde::Deserialize;
use serde_json::{Map, Value};
use velib_domain::LatLon;

use super::{Area, polygon::Polygon};

/// Properties that hold a number from 1 to 20.
const ARRONDISSEMENT: [&str; 2] = ["arrondissement", "c_ar"];
/// Properties that hold an INSEE code, of which 75101 to 75120 are the arrondissements of Paris.
const INSEE: [&str; 6] = ["c_arinsee", "insee_com", "code_insee", "insee", "codgeo", "code"];
/// Properties that hold the name of a commune.
const COMMUNE: [&str; 5] = ["commune", "nom_com", "nom_commune", "nom", "name"];

const PARIS_INSEE: u64 = 75_100;

/// A file by which no station can be placed.
#[derive(Debug, thiserror::Error)]
pub enum InvalidBoundaries {
    /// It is no GeoJSON of polygons.
    #[error("the boundaries are no GeoJSON FeatureCollection of polygons: {0}")]
    Shape(#[from] serde_json::Error),
    /// It has no features.
    #[error("the boundaries have no features: give a FeatureCollection with at least one polygon")]
    Empty,
    /// A point is nowhere on Earth.
    #[error(
        "feature {feature} of the boundaries has the point {point:?}, which is no longitude and latitude: \
         convert the file to WGS84"
    )]
    Point {
        /// Its number in the file, from 1.
        feature: usize,
        /// The coordinates given.
        point: Vec<f64>,
    },
    /// A feature says neither which arrondissement nor which commune it is.
    #[error(
        "feature {feature} of the boundaries names no area: give it a property \"arrondissement\" (1-20), \
         \"insee\" (75101-75120) or \"commune\""
    )]
    Nameless {
        /// Its number in the file, from 1.
        feature: usize,
    },
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Document {
    FeatureCollection { features: Vec<Feature> },
}

#[derive(Deserialize)]
struct Feature {
    properties: Option<Map<String, Value>>,
    geometry: Geometry,
}

/// Longitude, latitude, and a height where a file has one.
type Point = Vec<f64>;

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Point>>),
    MultiPolygon(Vec<Vec<Vec<Point>>>),
}

/// Every area of a file, in its order.
pub(super) fn areas(file: &[u8]) -> Result<Vec<Area>, InvalidBoundaries> {
    let Document::FeatureCollection { features } = serde_json::from_slice(file)?;
    if features.is_empty() {
        return Err(InvalidBoundaries::Empty);
    }
    (1..).zip(features).map(|(number, feature)| area(number, feature)).collect()
}

fn area(number: usize, Feature { properties, geometry }: Feature) -> Result<Area, InvalidBoundaries> {
    let properties = properties.unwrap_or_default();
    let (arrondissement, commune) = (arrondissement(&properties), commune(&properties));
    if arrondissement.is_none() && commune.is_none() {
        return Err(InvalidBoundaries::Nameless { feature: number });
    }
    let polygons = match geometry {
        Geometry::Polygon(rings) => vec![rings],
        Geometry::MultiPolygon(polygons) => polygons,
    };
    let polygons = polygons.into_iter().map(|rings| polygon(number, rings));
    Ok(Area { arrondissement, commune, polygons: polygons.collect::<Result<_, _>>()? })
}

fn polygon(feature: usize, rings: Vec<Vec<Point>>) -> Result<Polygon, InvalidBoundaries> {
    let place = |point: Point| {
        let on_earth = point.get(..2).and_then(|pair| LatLon::new(pair[1], pair[0]));
        on_earth.ok_or(InvalidBoundaries::Point { feature, point })
    };
    let rings = rings.into_iter().map(|ring| ring.into_iter().map(place).collect());
    Ok(Polygon::new(rings.collect::<Result<_, _>>()?))
}

fn arrondissement(properties: &Map<String, Value>) -> Option<u8> {
    let said = ARRONDISSEMENT.iter().find_map(|name| number(property(properties, name)?));
    let by_code =
        || INSEE.iter().find_map(|name| number(property(properties, name)?)?.checked_sub(PARIS_INSEE));
    let number = said.or_else(by_code)?;
    u8::try_from(number).ok().filter(|number| (1..=20).contains(number))
}

fn commune(properties: &Map<String, Value>) -> Option<String> {
    let text =
        |name: &&str| property(properties, name)?.as_str().map(str::trim).filter(|text| !text.is_empty());
    COMMUNE.iter().find_map(text).map(str::to_owned)
}

/// A property by its name; published files do not agree on capitals.
fn property<'a>(properties: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}
