use super::*;

use velib_planner::Risk;

use crate::{demand::Demand, town::town};

fn days() -> Days {
    Days { first: "2024-09-16".parse().unwrap(), last: "2024-09-17".parse().unwrap(), learned: 7 }
}

fn settings() -> Settings {
    Settings { history: "a town".to_owned(), days: days(), trips: 40, seed: 5, weights: Vec::new() }
}

fn report(city: &CityHistory) -> Report {
    replay(Replay { city, settings: settings(), model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
        .unwrap()
}

/// What every planner but the oracle chooses for some trips that start at a moment.
fn choices(city: &CityHistory, moment: Timestamp, trips: &[Trip]) -> Vec<Choice> {
    let stage = Stage::new(Recording::new(city));
    let from = midnight(days().first);
    let week = SignedDuration::from_hours(7 * 24);
    let learned = learn(&stage, from - week, from, &settings(), None).unwrap();
    let lookouts = learned.lookouts(&stage, moment);
    let rules = || learned.planners.iter().map(|planner| planner.rule);
    let of = |trip: &Trip| {
        let choose = |rule| choose(&stage, trip, rule, &lookouts, &learned.correlation);
        rules().map(choose).collect::<Vec<_>>()
    };
    trips.iter().flat_map(of).collect()
}

#[test]
fn whatever_comes_later_no_choice_is_another() {
    let city = town(1, None);
    let stage = Stage::new(Recording::new(&city));
    let from = midnight(days().first);
    let demand = Demand::of(&city, stage.recording.between(Timestamp::MIN, from));
    for hour in [8, 18, 30] {
        let moment = from + SignedDuration::from_hours(hour);
        let drawing = Drawing { stage: &stage, demand: &demand, moments: &[moment], seed: 3 };
        let trips = drawing.trips(Stratum::Demand, 30).unwrap();
        let scrambled = town(1, Some(moment));
        assert_ne!(city, scrambled);
        assert_eq!(choices(&city, moment, &trips), choices(&scrambled, moment, &trips));
    }
}

#[test]
fn the_oracle_is_never_slower_everybody_is_answered_and_a_seed_repeats_itself() {
    let city = town(1, None);
    let told = report(&city);
    assert_eq!(told, report(&city));
    assert_eq!(told.days, 2);
    for stratum in &told.strata {
        let mean = |planner: &str| stratum.metric(planner, "door_to_door_mean_s").unwrap().value;
        for line in &stratum.planners {
            assert!(mean(&line.planner) + 1e-9 >= mean("oracle"), "{} on {}", line.planner, stratum.stratum);
            assert!((stratum.metric(&line.planner, "answered_rate").unwrap().value - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn parts_of_the_day_make_up_the_whole() {
    let told = report(&town(1, None));
    for stratum in &told.strata {
        for line in &stratum.planners {
            let parts: Vec<_> = stratum.hours.iter().filter(|part| part.planner == line.planner).collect();
            let trips: u64 = parts.iter().map(|part| part.trips).sum();
            let missed: f64 = parts.iter().map(|part| part.miss_rate.value * part.trips as f64).sum();
            let rate = stratum.metric(&line.planner, "trip_miss_rate").unwrap().value;
            assert_eq!(trips, 40);
            assert!((missed / 40.0 - rate).abs() < 1e-9, "{} on {}", line.planner, stratum.stratum);
        }
    }
}

#[test]
fn nine_trips_of_ten_are_over_when_it_was_said() {
    let more = Settings { trips: 400, ..settings() };
    let city = town(1, None);
    let told =
        replay(Replay { city: &city, settings: more, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
            .unwrap();
    for stratum in &told.strata {
        let kept = stratum.metric("ours", "p90_coverage").unwrap().value;
        assert!((0.85..0.95).contains(&kept), "{kept} on {}", stratum.stratum);
    }
}

#[test]
fn days_that_are_not_there_are_told() {
    let city = town(1, None);
    let other =
        Days { first: "2025-09-16".parse().unwrap(), last: "2025-09-17".parse().unwrap(), learned: 7 };
    let settings = Settings { days: other, ..settings() };
    let replayed =
        replay(Replay { city: &city, settings, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {});
    assert!(matches!(replayed, Err(ReplayError::NoDays)));
    let settings =
        Settings { days: Days { first: "2024-09-09".parse().unwrap(), ..days() }, ..self::settings() };
    let replayed =
        replay(Replay { city: &city, settings, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {});
    assert!(matches!(replayed, Err(ReplayError::TooLittleBefore { snapshots: 0, .. })));
}

#[test]
fn a_page_tells_every_planner() {
    let told = report(&town(2, None));
    let page = crate::page(&told);
    for line in &told.strata[0].planners {
        assert!(page.contains(&line.planner), "{} is missing", line.planner);
    }
    assert!(page.starts_with("<!doctype html>") && !page.contains("<script"));
}

#[test]
fn costs_that_are_studied_are_planned_with() {
    let city = town(1, None);
    let known = [Risk::Balanced, Risk::Fast, Risk::Safe];
    let weights: Vec<Weights> = known.map(Risk::weights).to_vec();
    let names: Vec<String> =
        weights.iter().map(|it| format!("ours, {}:{}", it.on_foot, it.failure_s)).collect();
    let settings = Settings { weights, ..settings() };
    let told =
        replay(Replay { city: &city, settings, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
            .unwrap();
    for stratum in &told.strata {
        for (studied, usual) in names.iter().zip(["ours", "ours, fast", "ours, safe"]) {
            let mean = |planner: &str| stratum.metric(planner, "door_to_door_mean_s").unwrap();
            assert_eq!(mean(studied), mean(usual), "{studied} on {}", stratum.stratum);
        }
    }
}
