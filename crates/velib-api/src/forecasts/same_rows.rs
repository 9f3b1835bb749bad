//! The law that training and serving see the same: a row built from silver is the row built from the API's history.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use velib_aws::{InvokeTimeouts, SageMakerForecaster};
use velib_domain::{
    CapacitySource, Counts, Hour, LatLon, Observation, SignedDuration, Source, StandingContent, Station,
    StationId, StationInformation, StationStatus, StatusContent, StatusSnapshot, SystemId, Timestamp,
    Weather, WeatherHour, WeatherOrigin,
};
use velib_forecast::{
    FeatureSpec, Features, HourlyWeather, Profile, ProfileLearner,
    protocol::{CityHistory, CityHistoryBuilder, Folds, Protocol},
};
use velib_lake::Lake;

use super::Forecasting;
use crate::{
    city::{City, Origin},
    feed::LiveStatus,
    history::{DAY_SLOTS, History, LookBack},
    models::Models,
    weather,
};

const CENTRE: LatLon = LatLon { lat: 48.86, lon: 2.34 };
const STATIONS: u16 = 25;
const CAPACITY: u16 = 30;

fn station(number: u16, seen: Timestamp) -> Station {
    Station {
        station_id: StationId::new(format!("{number:02}")),
        station_code: None,
        name: format!("station {number}"),
        position: LatLon {
            lat: 48.85 + 0.001 * f64::from(number),
            lon: 2.33 + 0.002 * f64::from(number % 7),
        },
        capacity: Some(CAPACITY),
        arrondissement: None,
        commune: None,
        first_seen: seen,
        last_seen: seen,
    }
}

fn observation(number: u16, snapshot_at: Timestamp, bikes: u16) -> Observation {
    let counts = Counts {
        bikes,
        mechanical: Some(bikes - bikes / 3),
        ebikes: Some(bikes / 3),
        docks: Some(CAPACITY - bikes),
    };
    let status = StationStatus {
        station_id: StationId::new(format!("{number:02}")),
        station_code: None,
        counts,
        reported_at: None,
        is_installed: Some(true),
        is_renting: Some(true),
        is_returning: Some(true),
    };
    Observation { snapshot_at, status, capacity: Some(CAPACITY), capacity_source: Some(CapacitySource::Feed) }
}

/// Everything counted in the snapshots at these minutes from 2 June 2022, 10:00 in Paris.
fn observations(minutes: &[i64], bikes: &[u16]) -> Vec<Observation> {
    let start: Timestamp = "2022-06-02T08:00:00Z".parse().unwrap();
    let cells = minutes.iter().flat_map(|&minute| (0..STATIONS).map(move |number| (minute, number)));
    let counted = cells.zip(bikes.iter().cycle());
    counted
        .map(|((minute, number), &bikes)| {
            observation(number, start + SignedDuration::from_mins(minute), bikes)
        })
        .collect()
}

fn city_of(observations: &[Observation], stations: &[Station]) -> CityHistory {
    let mut city = CityHistoryBuilder::new(stations);
    for observation in observations {
        city.add(observation);
    }
    city.finish()
}

fn rows(request: &velib_forecast::ForecastRequest, profile: &Profile) -> Features {
    let mut request = request.clone();
    request.stations.sort_by(|a, b| a.station_id.cmp(&b.station_id));
    let spec = FeatureSpec { week_before: true, weather: true, ..FeatureSpec::hourly(CENTRE) };
    spec.build(&request, profile).unwrap()
}

/// Ten hours of rain around a moment, as a document fetched then told of it.
fn rain_around(now: Timestamp) -> Vec<WeatherHour> {
    let hour = |hour: i64| WeatherHour {
        valid_at: Hour::containing(now).start() + SignedDuration::from_hours(hour - 5),
        origin: WeatherOrigin::Collected { fetched_at: now },
        weather: Weather { precipitation_mm: Some(0.1 * hour as f64), ..Weather::default() },
    };
    (0..=10).map(hour).collect()
}

/// What the API asks the model, with the newest snapshot live and all others and the weather in its lake.
async fn asked_by_the_api(
    observations: &[Observation],
    stations: &[Station],
) -> velib_forecast::ForecastRequest {
    let (lake, system): (Lake, SystemId) = (Lake::in_memory(), "velib".parse().unwrap());
    let now = observations.iter().map(|observation| observation.snapshot_at).max().unwrap();
    for rows in
        observations.chunk_by(|a, b| Hour::containing(a.snapshot_at) == Hour::containing(b.snapshot_at))
    {
        lake.write_silver_hour(&system, Hour::containing(rows[0].snapshot_at), rows).await.unwrap();
    }
    lake.write_stations(&system, stations).await.unwrap();
    let newest = observations.iter().filter(|observation| observation.snapshot_at == now);
    let information = |station: &Station| StationInformation {
        station_id: station.station_id.clone(),
        station_code: None,
        name: station.name.clone(),
        position: station.position,
        capacity: station.capacity,
    };
    let snapshot = StatusSnapshot {
        snapshot_at: now,
        stations: newest.map(|observation| observation.status.clone()).collect(),
    };
    let live = LiveStatus {
        standing: StandingContent::new(StatusContent::of(&snapshot), now),
        snapshot,
        stations: stations.iter().map(information).collect::<Vec<_>>().into(),
        rejected: Vec::new(),
        updated_at: None,
    };
    lake.write_weather_hour(&system, Hour::containing(now), &rain_around(now), "digest").await.unwrap();
    let past_day = History::new(lake.clone(), system.clone())
        .past_day(LookBack { slots: DAY_SLOTS, week_before: true }, now)
        .await;
    let origin = Origin { source: Source::Live, holds_for: SignedDuration::from_mins(5) };
    let limits = InvokeTimeouts { connect: Duration::from_secs(1), total: Duration::from_secs(1) };
    let never_asked = SageMakerForecaster::with_timeouts("velib", Some("http://127.0.0.1:1"), limits).await;
    let models = Models::new(Some(never_asked), Duration::from_secs(1), None).unwrap();
    let forecasting = Forecasting::new(models, Arc::new(weather::Weather::new(lake, system)));
    forecasting.request(&City::join(&live, origin, &past_day), &past_day, now).await
}

/// Snapshots some 15 to 100 minutes apart over more than a day, and over a day or two of the week before.
fn minutes() -> impl Strategy<Value = Vec<i64>> {
    let steps = |counts| prop::collection::vec(15_i64..100, counts);
    (steps(25..35), steps(40..60)).prop_map(|(week_before, now)| {
        let minutes = |from: i64, steps: Vec<i64>| {
            steps.into_iter().scan(from, |minute, step| {
                *minute += step;
                Some(*minute)
            })
        };
        minutes(0, week_before).chain(minutes(6 * 24 * 60, now)).collect()
    })
}

#[tokio::test]
async fn the_same_hours_of_a_week_before_are_asked_with() {
    let hourly: Vec<i64> = (0..=8 * 24).map(|hour| 60 * hour).collect();
    let bikes: Vec<u16> = (0..=CAPACITY).collect();
    let observations = observations(&hourly, &bikes);
    let stations: Vec<Station> =
        (0..STATIONS).map(|number| station(number, observations[0].snapshot_at)).collect();
    let asked = asked_by_the_api(&observations, &stations).await;
    let station = asked.stations.iter().find(|station| station.station_id.as_str() == "03").unwrap();
    let counted = |hour: i64| {
        let at = observations[0].snapshot_at + SignedDuration::from_hours(hour);
        let of_station =
            |row: &&Observation| row.snapshot_at == at && row.status.station_id == station.station_id;
        observations.iter().find(of_station).map(|row| row.status.counts.bikes)
    };
    assert_eq!(station.bikes_week_before, [24, 25, 26, 27].map(counted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_row_from_silver_is_the_row_from_the_history(
        minutes in minutes(), bikes in prop::collection::vec(0..=CAPACITY, 400..500),
    ) {
        let observations = observations(&minutes, &bikes);
        let stations: Vec<Station> = (0..STATIONS).map(|number| station(number, observations[0].snapshot_at)).collect();
        let city = city_of(&observations, &stations);
        let newest = city.times().len() - 1;
        let rain = rain_around(city.times()[newest]);
        let city = city.with_weather(rain.iter().map(HourlyWeather::from).collect());
        let profile = ProfileLearner::of(&city, 0..newest).profile();
        let (_, trained) = Protocol::hourly(Folds::of_2022()).request(&city, newest, 25);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let served = runtime.block_on(asked_by_the_api(&observations, &stations));
        prop_assert!(!served.weather.is_empty());
        let (trained, served) = (rows(&trained, &profile), rows(&served, &profile));
        prop_assert_eq!(trained.anchors, served.anchors);
        prop_assert_eq!(trained.sequence, served.sequence);
        prop_assert_eq!(trained.statics, served.statics);
    }
}
