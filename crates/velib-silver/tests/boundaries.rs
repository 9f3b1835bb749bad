//! Stations placed by a boundaries file: the same table whatever the order, and whenever the file came.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::path::Path;

use bytes::Bytes;
use velib_domain::Hour;
use velib_lake::{BronzeKey, Feed, Lake};
use velib_silver::{BoundariesError, keep_boundaries, refine_hour, refine_range};

use velib_documents::{at, counted, described, files_under, hour, information, status, velib};

/// An area of the given name around the place at which every station of these documents stands.
fn around_the_stations(properties: &str) -> Bytes {
    let square = "[[2.2, 48.8], [2.3, 48.8], [2.3, 48.9], [2.2, 48.9]]";
    let geometry = format!(r#"{{"type": "Polygon", "coordinates": [{square}]}}"#);
    let feature = format!(r#"{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}"#);
    format!(r#"{{"type": "FeatureCollection", "features": [{feature}]}}"#).into()
}

async fn keep(lake: &Lake, properties: &str) {
    keep_boundaries(lake, &velib(), around_the_stations(properties)).await.unwrap();
}

/// Two hours: a station with a code of the 9th, one that nothing describes, and one that moved house.
async fn two_hours(lake: &Lake) {
    described(lake, "2026-11-20T13:00:00Z", &[information(9020, "Trinité", 20)]).await;
    counted(lake, "2026-11-20T13:05:00Z", &[status(9020, 1, 1, 18), status(12001, 1, 1, 1)]).await;
    described(
        lake,
        "2026-11-20T14:00:00Z",
        &[information(9020, "Trinité", 20), information(31024, "Mairie", 30)],
    )
    .await;
    counted(lake, "2026-11-20T14:05:00Z", &[status(9020, 1, 1, 18), status(31024, 1, 1, 28)]).await;
}

const HOURS: [&str; 2] = ["2026-11-20T13", "2026-11-20T14"];

async fn refine(lake: &Lake, hours: &[&str]) {
    let hours: Vec<Hour> = hours.iter().map(|text| hour(text)).collect();
    refine_range(lake, &velib(), hours.into_iter(), |_| {}).await.unwrap();
}

/// Each station with its arrondissement and its commune.
async fn placed(lake: &Lake) -> String {
    let records = lake.read_station_records(&velib()).await.unwrap();
    let lines = records.iter().map(|record| {
        let arrondissement = record.arrondissement.map_or("-".to_owned(), |number| number.to_string());
        format!("{} {arrondissement} {}", record.station_id, record.commune.as_deref().unwrap_or("-"))
    });
    lines.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn without_boundaries_the_code_tells_the_arrondissement() {
    let lake = Lake::in_memory();
    two_hours(&lake).await;
    refine(&lake, &HOURS).await;
    assert_eq!(placed(&lake).await, "12001 12 -, 31024 - -, 9020 9 -");
}

#[tokio::test]
async fn with_boundaries_the_place_does_and_the_code_only_where_no_place_is_known() {
    let lake = Lake::in_memory();
    two_hours(&lake).await;
    keep(&lake, r#"{"c_ar": 16, "commune": "Paris"}"#).await;
    refine(&lake, &HOURS).await;
    assert_eq!(placed(&lake).await, "12001 12 -, 31024 16 Paris, 9020 16 Paris");
}

#[tokio::test]
async fn the_order_of_hours_and_the_moment_the_boundaries_came_change_no_byte() {
    let mut tables = Vec::new();
    for (before, between, after) in [(true, false, false), (false, true, false), (false, false, true)] {
        for hours in [HOURS, [HOURS[1], HOURS[0]]] {
            let folder = tempfile::tempdir().unwrap();
            let lake = Lake::folder(folder.path()).unwrap();
            two_hours(&lake).await;
            for (is_now, hours) in [(before, &hours[..1]), (between, &hours[1..]), (after, &hours[..])] {
                if is_now {
                    keep(&lake, r#"{"insee": "75116"}"#).await;
                }
                refine(&lake, hours).await;
            }
            tables.push(files_under(&folder.path().join("silver")));
        }
    }
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn other_boundaries_place_every_station_anew_though_no_hour_is_due() {
    let lake = Lake::in_memory();
    two_hours(&lake).await;
    keep(&lake, r#"{"c_ar": 16, "commune": "Paris"}"#).await;
    refine(&lake, &HOURS).await;
    keep(&lake, r#"{"nom": "Montreuil"}"#).await;
    let unchanged = refine_hour(&lake, &velib(), hour(HOURS[0])).await.unwrap();
    assert!(unchanged.unchanged);
    assert_eq!(placed(&lake).await, "12001 12 -, 31024 - Montreuil, 9020 - Montreuil");
}

#[tokio::test]
async fn a_file_that_is_no_map_never_reaches_the_lake() {
    let lake = Lake::in_memory();
    let refused = keep_boundaries(&lake, &velib(), Bytes::from_static(b"<html>")).await.unwrap_err();
    assert!(matches!(refused, BoundariesError::Invalid(_)));
    assert_eq!(lake.read_boundaries(&velib()).await.unwrap(), None);
}

#[tokio::test]
async fn boundaries_damaged_in_the_lake_are_named_with_the_fix() {
    let lake = Lake::in_memory();
    two_hours(&lake).await;
    lake.write_boundaries(&velib(), Bytes::from_static(b"{")).await.unwrap();
    let error = refine_hour(&lake, &velib(), hour(HOURS[0])).await.unwrap_err();
    let told = std::error::Error::source(&error).unwrap().to_string();
    assert!(told.contains("boundaries.geojson") && told.contains("velib silver --boundaries FILE"), "{told}");
}

/// The real lines and real stations: what the printed code says and where the station stands, compared.
#[tokio::test]
async fn the_lines_of_paris_agree_with_the_codes_of_nearly_every_station() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let Ok(lines) = std::fs::read(data.join("paris_boundaries/arrondissements.geojson")) else {
        println!("skipped: {} has no paris_boundaries", data.display());
        return;
    };
    let lake = Lake::in_memory();
    let fetched_at = at("2025-10-18T09:09:20Z");
    for (feed, file) in
        [(Feed::StationInformation, "station_information.json"), (Feed::StationStatus, "station_status.json")]
    {
        let body = std::fs::read(data.join("paris_raw_gbfs/dariusbengo_2025").join(file)).unwrap();
        lake.store_bronze(&BronzeKey::new(velib(), feed, fetched_at), &body).await.unwrap();
    }
    refine_hour(&lake, &velib(), Hour::containing(fetched_at)).await.unwrap();
    let by_code = lake.read_stations(&velib()).await.unwrap();
    keep_boundaries(&lake, &velib(), lines.into()).await.unwrap();
    refine_hour(&lake, &velib(), Hour::containing(fetched_at)).await.unwrap();
    let by_place = lake.read_stations(&velib()).await.unwrap();
    let differing =
        by_code.iter().zip(&by_place).filter(|(code, place)| code.arrondissement != place.arrondissement);
    let differing: Vec<String> = differing
        .map(|(code, place)| {
            format!("{:?} {:?}: {:?}", code.station_code, code.arrondissement, place.arrondissement)
        })
        .collect();
    println!(
        "{} of {} stations stand elsewhere than their code says: {differing:#?}",
        differing.len(),
        by_place.len()
    );
    assert!(differing.len() * 50 < by_place.len(), "more than 2 % differ");
    assert!(by_place.iter().filter(|station| station.arrondissement.is_some()).count() > 900);
}
