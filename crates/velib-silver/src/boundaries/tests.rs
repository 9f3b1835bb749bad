//! Boundaries files, from the simplest to the real one.

use proptest::prelude::*;

use super::*;

/// Two squares side by side: the 1st arrondissement in the west, Montreuil with a hole in the east.
const TWO_SQUARES: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"c_ar": 1, "commune": " Paris "},
     "geometry": {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 49], [2, 48]]]}},
    {"type": "Feature", "properties": {"INSEE_COM": "93048", "NOM": "Montreuil"},
     "geometry": {"coordinates": [[[[3, 48, 110.5], [4, 48], [4, 49], [3, 49]],
                                   [[3.4, 48.4], [3.6, 48.4], [3.6, 48.6], [3.4, 48.6]]]], "type": "MultiPolygon"}}
]}"#;

fn named(boundaries: &Boundaries, lat: f64, lon: f64) -> String {
    let area = LatLon::new(lat, lon).and_then(|place| boundaries.area_of(place));
    area.map_or("nowhere".to_owned(), |area| {
        let number = area.arrondissement.map_or("-".to_owned(), |number| number.to_string());
        format!("{number} {}", area.commune.as_deref().unwrap_or("-"))
    })
}

fn check(lat: f64, lon: f64, expect: &str) {
    assert_eq!(named(&Boundaries::parse(TWO_SQUARES.as_bytes()).unwrap(), lat, lon), expect);
}

fn refused(file: &str, expect: &str) {
    let error = Boundaries::parse(file.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

fn one_feature(properties: &str, point: &str) -> String {
    format!(
        r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {properties},
        "geometry": {{"type": "Polygon", "coordinates": [[{point}, [3, 48], [3, 49]]]}}}}]}}"#
    )
}

#[test]
fn a_point_lies_in_the_square_around_it() {
    check(48.5, 2.5, "1 Paris");
    check(48.5, 3.1, "- Montreuil");
}

#[test]
fn a_hole_is_outside() {
    check(48.5, 3.5, "nowhere");
}

#[test]
fn a_point_off_every_square_is_nowhere() {
    check(48.5, 1.9, "nowhere");
    check(49.1, 2.5, "nowhere");
}

#[test]
fn a_point_on_a_shared_edge_lies_in_exactly_one() {
    check(48.5, 3.0, "- Montreuil");
}

#[test]
fn an_insee_code_of_paris_tells_the_arrondissement() {
    let boundaries = Boundaries::parse(one_feature(r#"{"code": "75116"}"#, "[2, 48]").as_bytes()).unwrap();
    assert_eq!(named(&boundaries, 48.1, 2.9), "16 -");
}

#[test]
fn a_file_that_is_no_map_is_refused_with_what_is_wrong() {
    refused("{}", "FeatureCollection");
    refused("<html>", "FeatureCollection");
    refused(r#"{"type": "FeatureCollection", "features": []}"#, "no features");
    refused(&one_feature("null", "[2, 48]"), "feature 1 of the boundaries names no area");
    refused(&one_feature(r#"{"c_ar": 21}"#, "[2, 48]"), "names no area");
    refused(&one_feature(r#"{"c_ar": 1}"#, "[652000.1, 6862000.2]"), "convert the file to WGS84");
    refused(&one_feature(r#"{"c_ar": 1}"#, "[2]"), "no longitude and latitude");
    let points = one_feature(r#"{"c_ar": 1}"#, "[2, 48]").replace("Polygon", "Point");
    refused(&points, "unknown variant `Point`");
}

proptest! {
    /// A square cut into triangles around any inner point: every point of the square lies in exactly one of them.
    #[test]
    fn areas_that_share_edges_never_share_a_point(
        (lat, lon) in (0.01..0.99, 0.01..0.99), (at_lat, at_lon) in (0.0..1.0, 0.0..1.0), corner in 0_usize..4,
    ) {
        let corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)].map(|(lat, lon)| LatLon { lat, lon });
        let inner = LatLon { lat, lon };
        let triangles = (0..4).map(|n| Polygon::new(vec![vec![corners[n], corners[(n + 1) % 4], inner]]));
        let triangles: Vec<Polygon> = triangles.collect();
        // A point somewhere, the inner point itself, and one on a shared edge.
        let on_edge = LatLon { lat: corners[corner].lat.midpoint(lat), lon: corners[corner].lon.midpoint(lon) };
        for point in [LatLon { lat: at_lat, lon: at_lon }, inner, on_edge] {
            prop_assert_eq!(triangles.iter().filter(|triangle| triangle.holds(point)).count(), 1);
        }
    }

    #[test]
    fn no_file_makes_the_reader_panic(text in ".{0,60}") {
        let _ = Boundaries::parse(text.as_bytes());
        let _ = Boundaries::parse(TWO_SQUARES.replace("48.4", &text).as_bytes());
    }
}
