//! Laws that hold whatever the city looks like: small random cities on a plane, timed by [`DetourStreets`].

use proptest::prelude::*;
use velib_domain::{LatLon, SignedDuration, StationId};
use velib_planner::{
    BikeKind, Correlation, DOCK_S, DetourStreets, Inputs, JourneyRequest, Label, MAX_JOURNEYS, Network,
    NetworkStation, Paces, Plan, Risk, Start, StreetTimes, UNLOCK_S, When, plan,
};

use crate::{
    street::{Chances, Table, eight_o_clock},
    thorough::Thorough,
};

/// A station of a random city: its place in a square of four kilometres, and its chances.
#[derive(Debug, Clone)]
pub(crate) struct Anywhere {
    pub(crate) position: LatLon,
    pub(crate) bike: f64,
    pub(crate) dock: f64,
    pub(crate) is_renting: bool,
    pub(crate) is_returning: bool,
}

fn place() -> impl Strategy<Value = LatLon> {
    (0.0..0.036, 0.0..0.036_f64).prop_map(|(lat, lon)| LatLon { lat, lon })
}

fn chance() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64]
}

fn anywhere() -> impl Strategy<Value = Anywhere> {
    let in_service = || prop::bool::weighted(0.9);
    (place(), chance(), chance(), in_service(), in_service()).prop_map(
        |(position, bike, dock, is_renting, is_returning)| Anywhere {
            position,
            bike,
            dock,
            is_renting,
            is_returning,
        },
    )
}

fn city() -> impl Strategy<Value = Vec<Anywhere>> {
    prop::collection::vec(anywhere(), 0..7)
}

fn station(index: usize, anywhere: &Anywhere) -> NetworkStation {
    NetworkStation {
        station_id: StationId::new(index.to_string()),
        name: format!("station {index}"),
        position: anywhere.position,
        is_installed: true,
        is_renting: anywhere.is_renting,
        is_returning: anywhere.is_returning,
        silent_for: None,
    }
}

/// Every station is within a walk, so that the laws are not blurred by which stations were looked at; and only time
/// counts, so that what comes first is what is soonest.
fn request(from: LatLon, to: LatLon) -> JourneyRequest {
    let request = JourneyRequest::new(from, to, When::DepartAt(eight_o_clock()));
    let paces = Paces::ALIKE;
    JourneyRequest { max_walk_m: 1e5, risk: Risk::Fast, bike: BikeKind::Mechanical, paces, ..request }
}

/// Neighbours may fail together; something may come to those who wait.
fn correlation() -> impl Strategy<Value = Correlation> {
    (-2.0..=0.0_f64, 0.0..0.9_f64)
        .prop_map(|(rho, comes)| Correlation { rho: [[[rho; 4]; 4]; 2], comes: [comes; 2] })
}

fn planned_as(city: &[Anywhere], request: &JourneyRequest, correlation: &Correlation) -> Plan {
    planned_among(stations(city), city, request, correlation)
}

fn stations(city: &[Anywhere]) -> Vec<NetworkStation> {
    city.iter().enumerate().map(|(index, anywhere)| station(index, anywhere)).collect()
}

/// The stations may come in any order.
fn planned_among(
    stations: Vec<NetworkStation>,
    city: &[Anywhere],
    request: &JourneyRequest,
    correlation: &Correlation,
) -> Plan {
    let at = |station: &NetworkStation| &city[index(&station.station_id)];
    let chances = |anywhere: &Anywhere| Chances::always(anywhere.bike, anywhere.dock);
    let chances = stations.iter().map(|station| (station.station_id.clone(), chances(at(station))));
    let table = Table { chances: chances.collect() };
    let (network, streets) = (Network::new(stations), DetourStreets::default());
    plan(Inputs { network: &network, outlook: &table, streets: &streets, correlation }, request)
}

fn index(id: &StationId) -> usize {
    id.as_str().parse().unwrap()
}

fn planned(city: &[Anywhere], from: LatLon, to: LatLon) -> Plan {
    planned_as(city, &request(from, to), &Correlation::default())
}

/// On foot or with a bike, leaving now or to be there in an hour, whatever is minded.
fn any_request() -> impl Strategy<Value = JourneyRequest> {
    let not_before = eight_o_clock();
    let arrive = When::ArriveBy { at: not_before + SignedDuration::from_hours(1), not_before };
    let when = prop_oneof![Just(When::DepartAt(not_before)), Just(arrive)];
    (place(), place(), risk(), start(), when).prop_map(|(from, to, risk, start, when)| JourneyRequest {
        risk,
        start,
        when,
        ..request(from, to)
    })
}

fn start() -> impl Strategy<Value = Start> {
    prop_oneof![Just(Start::OnFoot), Just(Start::Riding)]
}

/// The time to expect of the best that the plan offers, the walk included.
fn best_s(plan: &Plan) -> f64 {
    let first = plan.journeys.first().map_or(f64::INFINITY, |journey| journey.durations.expected_s);
    first.min(plan.walk.stretch.duration_s)
}

/// The quickest way if every station had a bike and a dock.
fn lower_bound_s(city: &[Anywhere], from: LatLon, to: LatLon) -> f64 {
    let streets = DetourStreets::default();
    let mut best = streets.walk(from, to).duration_s;
    for start in city {
        for end in city {
            let ride = streets.ride(start.position, end.position, BikeKind::Any).duration_s;
            let on_foot =
                streets.walk(from, start.position).duration_s + streets.walk(end.position, to).duration_s;
            best = best.min(on_foot + UNLOCK_S + ride + DOCK_S);
        }
    }
    best
}

proptest! {
    #[test]
    fn a_better_chance_never_makes_the_best_answer_worse(
        city in prop::collection::vec(anywhere(), 1..7), from in place(), to in place(), correlation in correlation(),
        which in any::<prop::sample::Index>(), lift in 0.0..1.0_f64, dock in any::<bool>(),
    ) {
        let mut luckier = city.clone();
        let luckier_one = which.get_mut(&mut luckier);
        let chance = if dock { &mut luckier_one.dock } else { &mut luckier_one.bike };
        *chance += (1.0 - *chance) * lift;
        let best_s = |city: &[Anywhere]| best_s(&planned_as(city, &request(from, to), &correlation));
        let (before, after) = (best_s(&city), best_s(&luckier));
        prop_assert!(after <= before + 1e-6, "{before} s became {after} s");
    }

    #[test]
    fn nothing_beats_a_city_where_all_is_there(city in city(), from in place(), to in place(), risk in risk()) {
        let bound = lower_bound_s(&city, from, to);
        let asked = JourneyRequest { risk, ..request(from, to) };
        for journey in planned_as(&city, &asked, &Correlation::default()).journeys {
            prop_assert!(journey.durations.expected_s >= bound - 1e-6);
            prop_assert!(journey.durations.p50_s <= journey.durations.p90_s);
        }
    }

    #[test]
    fn where_all_is_there_the_quickest_way_is_found(mut city in city(), from in place(), to in place()) {
        for anywhere in &mut city {
            *anywhere = Anywhere { bike: 1.0, dock: 1.0, is_renting: true, is_returning: true, ..anywhere.clone() };
        }
        let best = best_s(&planned(&city, from, to));
        prop_assert!((best - lower_bound_s(&city, from, to)).abs() < 1e-6);
    }

    #[test]
    fn walking_is_always_offered_and_no_bike_is_slower(city in city(), asked in any_request()) {
        let plan = planned_as(&city, &asked, &Correlation::default());
        prop_assert!(plan.walk.bike.is_none() && plan.walk.stretch.duration_s > 0.0);
        let leaves_now = matches!(asked.when, When::DepartAt(_)) && asked.start == Start::OnFoot;
        for journey in plan.journeys.iter().filter(|_| leaves_now) {
            prop_assert!(journey.durations.expected_s < plan.walk.stretch.duration_s);
        }
    }

    #[test]
    fn the_order_of_the_stations_changes_nothing(city in city(), asked in any_request()) {
        let reversed: Vec<_> = stations(&city).into_iter().rev().collect();
        let correlation = Correlation::default();
        let among = |stations| planned_among(stations, &city, &asked, &correlation);
        prop_assert_eq!(among(stations(&city)), among(reversed));
    }

    #[test]
    fn no_hopeless_station_is_recommended(
        city in city(), asked in any_request(), correlation in correlation(),
    ) {
        let bike_at = |id: &StationId| city[index(id)].bike > 0.0 && city[index(id)].is_renting;
        let dock_at = |id: &StationId| city[index(id)].dock > 0.0 && city[index(id)].is_returning;
        for journey in planned_as(&city, &asked, &correlation).journeys {
            prop_assert_eq!(journey.pickup.is_none(), asked.start == Start::Riding);
            if let Some(pickup) = &journey.pickup {
                prop_assert!(bike_at(&pickup.station_id), "{}", pickup.station_id);
                prop_assert!(pickup.fallbacks.iter().all(|next| bike_at(&next.station_id)));
            }
            prop_assert!(dock_at(&journey.dropoff.station_id), "{}", journey.dropoff.station_id);
            prop_assert!(journey.dropoff.fallbacks.iter().all(|next| dock_at(&next.station_id)));
        }
    }

    #[test]
    fn the_best_is_what_thinking_everything_through_finds(
        city in city(), from in place(), to in place(), correlation in correlation(),
    ) {
        let found = best_s(&planned_as(&city, &request(from, to), &correlation));
        let expected = Thorough { city: &city, to, correlation: &correlation }.best_s(from);
        prop_assert!((found - expected).abs() < 1e-6, "{found} s instead of {expected} s");
    }

    #[test]
    fn in_time_means_as_surely_as_asked_for_and_not_a_minute_earlier(
        city in city(), from in place(), to in place(), minutes in 5..120_i64, risk in risk(),
    ) {
        let not_before = eight_o_clock();
        let at = not_before + SignedDuration::from_mins(minutes);
        let asked = JourneyRequest { when: When::ArriveBy { at, not_before }, risk, ..request(from, to) };
        let correlation = Correlation::default();
        for journey in planned_as(&city, &asked, &correlation).journeys {
            let surely = journey.p_on_time.unwrap() >= risk.on_time();
            prop_assert!(surely || journey.depart_at == not_before, "{journey}");
            let slack_s = at.duration_since(journey.depart_at).as_secs_f64() - journey.durations.if_ok_s;
            // With constant chances a certain journey has no reason to leave earlier than the minute it must.
            let certain = journey.p_no_failure() >= 1.0;
            prop_assert!(!certain || !surely || (0.0..60.0 + 1e-6).contains(&slack_s), "{slack_s} s too early");
        }
    }

    #[test]
    fn labels_tell_the_truth(city in city(), from in place(), to in place(), risk in risk()) {
        let asked = JourneyRequest { risk, ..request(from, to) };
        let journeys = planned_as(&city, &asked, &Correlation::default()).journeys;
        prop_assert!(journeys.len() <= MAX_JOURNEYS);
        for label in [Label::Fastest, Label::Safest, Label::LeastWalking] {
            let labelled = journeys.iter().filter(|journey| journey.labels.contains(&label));
            prop_assert_eq!(labelled.count(), usize::from(!journeys.is_empty()));
        }
        for best in &journeys {
            for other in &journeys {
                let fastest = !best.labels.contains(&Label::Fastest);
                prop_assert!(fastest || best.durations.expected_s <= other.durations.expected_s);
                let safest = !best.labels.contains(&Label::Safest);
                prop_assert!(safest || best.p_no_failure() >= other.p_no_failure());
                let least_walking = !best.labels.contains(&Label::LeastWalking);
                prop_assert!(least_walking || best.walk_m() <= other.walk_m());
            }
        }
    }

    /// To tell it, every route is weighed; otherwise few are.
    #[test]
    fn telling_what_was_left_out_changes_no_journey(
        city in city(), from in place(), to in place(), correlation in correlation(),
        risk in risk(), bike in bike(), start in start(),
    ) {
        let asked = JourneyRequest { risk, bike, start, tells_left_out: false, ..request(from, to) };
        let telling = JourneyRequest { tells_left_out: true, ..asked.clone() };
        let journeys = |asked: &JourneyRequest| planned_as(&city, asked, &correlation).journeys;
        prop_assert_eq!(journeys(&asked), journeys(&telling));
    }

    #[test]
    fn with_a_bike_in_hand_no_bike_is_looked_for(city in city(), from in place(), to in place()) {
        let mut none = city.clone();
        for anywhere in &mut none {
            anywhere.bike = 0.0;
        }
        let asked = JourneyRequest { start: Start::Riding, ..request(from, to) };
        let plan = |city: &[Anywhere]| planned_as(city, &asked, &Correlation::default()).journeys;
        prop_assert_eq!(plan(&city), plan(&none));
    }
}

fn bike() -> impl Strategy<Value = BikeKind> {
    prop_oneof![Just(BikeKind::Any), Just(BikeKind::Mechanical), Just(BikeKind::Ebike)]
}

fn risk() -> impl Strategy<Value = Risk> {
    prop_oneof![Just(Risk::Fast), Just(Risk::Balanced), Just(Risk::Safe)]
}
