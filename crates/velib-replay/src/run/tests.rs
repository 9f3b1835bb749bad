use super::*;

use velib_planner::Risk;

use crate::{
    demand::Demand,
    town::{town, town_without_kinds},
};

fn days() -> Days {
    Days { first: "2024-09-16".parse().unwrap(), last: "2024-09-17".parse().unwrap(), learned: 7 }
}

fn settings() -> Settings {
    Settings {
        history: "a town".to_owned(),
        days: days(),
        bike: BikeKind::Any,
        trips: 40,
        seed: 5,
        weights: Vec::new(),
    }
}

fn report(city: &CityHistory) -> Report {
    replay(Replay { city, settings: settings(), model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
        .unwrap()
}

/// What every planner but the oracle chooses for some trips that start at a moment.
fn choices(recording: Recording<'_>, moment: Timestamp, trips: &[Trip]) -> Vec<Choice> {
    let stage = Stage::new(recording);
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
    let from = midnight(days().first);
    for (hour, kind) in [(8, BikeKind::Any), (18, BikeKind::Any), (30, BikeKind::Ebike)] {
        let recording = Recording::new(&city).wanting(kind);
        let stage = Stage::new(recording);
        let demand = Demand::of(recording, recording.between(Timestamp::MIN, from));
        let moment = from + SignedDuration::from_hours(hour);
        let drawing = Drawing { stage: &stage, demand: &demand, moments: &[moment], seed: 3 };
        let trips = drawing.trips(Stratum::Demand, 30).unwrap();
        let scrambled = town(1, Some(moment));
        assert_ne!(city, scrambled);
        let blind = Recording::new(&scrambled).wanting(kind);
        assert_eq!(choices(recording, moment, &trips), choices(blind, moment, &trips));
    }
}

#[test]
fn who_wants_a_kind_finds_fewer_bikes_and_is_told_so() {
    let city = town(1, None);
    let by = |bike| {
        let settings = Settings { bike, trips: 200, ..settings() };
        replay(Replay { city: &city, settings, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
            .unwrap()
    };
    let (any, ebike) = (by(BikeKind::Any), by(BikeKind::Ebike));
    assert_eq!((any.bike, ebike.bike), ("any", "ebike"));
    let uniform = |report: &Report, metric| report.strata[2].metric("nearest", metric).unwrap().value;
    assert!(uniform(&ebike, "origin_miss_rate") > uniform(&any, "origin_miss_rate") + 0.02);
    for stratum in &ebike.strata {
        let misses = |planner| stratum.metric(planner, "trip_miss_rate").unwrap().value;
        assert!(misses("ours") < misses("nearest"), "on {}", stratum.stratum);
    }
}

#[test]
fn a_history_that_does_not_tell_kinds_apart_is_told() {
    let city = town_without_kinds(1);
    let settings = Settings { bike: BikeKind::Mechanical, ..settings() };
    let replayed =
        replay(Replay { city: &city, settings, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {});
    assert!(matches!(replayed, Err(ReplayError::NoKinds { kind: "mechanical" })));
}

#[test]
fn the_oracle_is_never_slower_and_a_seed_repeats_itself() {
    let city = town(1, None);
    let told = report(&city);
    assert_eq!(told, report(&city));
    assert_eq!(told.days, 2);
    for stratum in &told.strata {
        let mean = |planner: &str| stratum.metric(planner, "door_to_door_mean_s").unwrap().value;
        for line in &stratum.planners {
            assert!(mean(&line.planner) + 1e-9 >= mean("oracle"), "{} on {}", line.planner, stratum.stratum);
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

#[test]
fn who_asks_again_was_let_down_as_often_and_what_it_brings_adds_up() {
    let more = Settings { trips: 300, ..settings() };
    let city = town(1, None);
    let told =
        replay(Replay { city: &city, settings: more, model: None, stopwatch: &|| Duration::ZERO }, |_, _| {})
            .unwrap();
    for stratum in &told.strata {
        let recovery = stratum.recovery.as_ref().unwrap();
        let paired = stratum.paired(learn::OURS, learn::ASKS_AGAIN).unwrap();
        assert!((paired.miss_ratio.unwrap().value - 1.0).abs() < 1e-12);
        let more_s = -paired.seconds_difference.unwrap().value * 300.0;
        let a_miss_s = recovery.seconds_difference.value * recovery.missed as f64;
        assert!((more_s - a_miss_s).abs() < 1e-6, "{more_s} is not {a_miss_s}");
    }
}

#[test]
fn strictly_more_is_missed_and_chances_of_ours_are_judged_where_it_chose() {
    let told = report(&town(1, None));
    for stratum in &told.strata {
        for line in &stratum.planners {
            let rate = |metric| stratum.metric(&line.planner, metric).unwrap().value;
            assert!(rate("trip_miss_rate_strict") >= rate("trip_miss_rate"), "{}", line.planner);
        }
        let later = stratum.skill(learn::OURS).unwrap();
        assert!(later.beside_table.is_some() && later.beside_queue.is_some());
        let as_a_line = stratum.forecasts.iter().find(|line| {
            (line.stations, line.band) == ("chosen", "10–40 min") && line.foresight == told.ours
        });
        assert_eq!(as_a_line.unwrap().skill, later.beside_table);
        // Of its own choices a planner and its foresight say the same, but for what rounding to a whole second changes.
        let chosen = |line: &&crate::GoLine| line.stations == "chosen" && line.foresight == told.ours;
        let going = stratum.going.iter().find(chosen).unwrap();
        for (at, metric) in ["gast_score_0", "gast_score_5", "gast_score_10"].into_iter().enumerate() {
            let own = stratum.metric("ours", metric).unwrap().value;
            assert!((going.gast_scores[at].unwrap().value - own).abs() < 0.03, "{metric}");
        }
    }
}

#[test]
fn every_planner_that_shows_chances_has_its_aims_and_what_the_api_does_is_one_of_them() {
    let told = report(&town(1, None));
    assert_eq!((told.deployed, told.model.as_deref()), ("by law", None));
    let [ours, deployed] = [learn::OURS, told.deployed].map(|planner| told.targets_of(planner));
    let words = |target: &crate::Target| (target.stratum, target.aim);
    assert!(ours.map(words).eq(deployed.map(words)));
    for target in told.targets_of(told.deployed).filter(|target| target.aim.starts_with("misses")) {
        let stratum = told.strata.iter().find(|on| on.stratum == target.stratum).unwrap();
        let bar = if target.aim.contains("available") { "available" } else { "nearest" };
        let missed = |planner| stratum.metric(planner, "trip_miss_rate").unwrap().value;
        let (its, other) = (missed("by law"), missed(bar));
        assert!((target.measured.unwrap().value - its / other).abs() < 1e-9, "{target:?}");
        assert!((target.difference.unwrap().value - (its - other)).abs() < 1e-9, "{target:?}");
    }
    // Nobody has skill beside itself.
    let skill = |planner| told.strata[0].skill(planner).unwrap();
    assert!(skill("by table").beside_table.is_none() && skill("by queue").beside_queue.is_none());
}

#[test]
fn a_model_is_deployed_without_what_failures_tell_and_named_by_its_version() {
    let city = town(1, None);
    let model: Option<Box<dyn Forecaster>> = Some(Box::new(velib_forecast::Persistence));
    let replayed =
        replay(Replay { city: &city, settings: settings(), model, stopwatch: &|| Duration::ZERO }, |_, _| {});
    let told = replayed.unwrap();
    assert_eq!((told.deployed, told.model.as_deref()), ("ours, alone", Some("persistence")));
    assert!(told.strata[0].paired(told.deployed, "by blend").is_some());
}

#[test]
fn a_trip_costs_its_time_its_walking_and_its_failures() {
    let city = town(1, None);
    let told = report(&city);
    for stratum in &told.strata {
        for line in &stratum.planners {
            let of = |metric| stratum.metric(&line.planner, metric).unwrap().value;
            let failures = of("origin_miss_rate") + of("dest_miss_rate");
            let at_least = of("door_to_door_mean_s") + 210.0 * failures;
            // A second on foot costs a tenth more, and nobody walks slower than 1 m in 3 s.
            let on_foot = (of("cost_s") - at_least) / 0.1;
            assert!(on_foot > 0.0 && on_foot < 3.0 * of("walk_m"), "{}: {on_foot} s", line.planner);
        }
        let paired = stratum.paired(learn::OURS, "nearest").unwrap().cost_difference.unwrap().value;
        let cost = |planner| stratum.metric(planner, "cost_s").unwrap().value;
        assert!((paired - (cost(learn::OURS) - cost("nearest"))).abs() < 1e-6);
    }
}
