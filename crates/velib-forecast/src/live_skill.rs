//! How well forecasts turned out that were really issued: each held against the count that came, beside persistence from the
//! same count.
//!
//! The truth is chosen as in the protocol of training: the snapshot nearest to the moment forecast, ten minutes off at most,
//! of stations on the street. A forecast without such a count is left unjudged and never guessed at.

use std::collections::{BTreeMap, HashMap};

use velib_domain::{Counts, Issue, Observation, StationId, Timestamp};

use crate::{
    Horizon,
    protocol::{Eligibility, TARGET_TOLERANCE, nearest},
    scores::IssuedSums,
};

/// One issue, judged as far as its truth is known.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedIssue {
    issued_at: Timestamp,
    model: Model,
    /// A sum for each horizon of the issue, empty where its truth is not known.
    horizons: BTreeMap<Horizon, HorizonSums>,
}

/// What made forecasts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Model {
    /// `model` or `persistence`.
    pub basis: String,
    /// Its version.
    pub version: String,
}

/// Sums over the forecasts of one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HorizonSums {
    /// Issues of which forecasts were judged: those of one issue go wrong together.
    pub issues: u64,
    /// Bikes.
    pub bikes: IssuedSums,
    /// Free docks, where they were counted both times.
    pub docks: IssuedSums,
}

/// How well the forecasts of one model turned out.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveSkill {
    /// What made them.
    pub model: Model,
    /// When the first was issued of which anything was judged.
    pub first_issued_at: Timestamp,
    /// When the last was.
    pub last_issued_at: Timestamp,
    /// Issues of which anything was judged.
    pub issues: u64,
    /// Sums for each horizon, ascending.
    pub horizons: BTreeMap<Horizon, HorizonSums>,
}

impl JudgedIssue {
    /// Holds an issue against what was counted, in any order.
    pub fn new<'a>(issue: &Issue, counted: impl IntoIterator<Item = &'a Observation>) -> Self {
        let mut horizons: BTreeMap<Horizon, HorizonSums> =
            issue.forecasts.iter().map(|forecast| (forecast.horizon, HorizonSums::default())).collect();
        let is_near = |row: &&Observation| {
            let off = |horizon: &Horizon| row.snapshot_at.duration_since(issue.issued_at + *horizon).abs();
            horizons.keys().any(|horizon| off(horizon) <= TARGET_TOLERANCE)
        };
        let counted: Vec<&Observation> = counted.into_iter().filter(is_near).collect();
        let mut times: Vec<Timestamp> = counted.iter().map(|row| row.snapshot_at).collect();
        times.sort_unstable();
        times.dedup();
        for (horizon, sums) in &mut horizons {
            if let Some(truth) = nearest(&times, issue.issued_at + *horizon, TARGET_TOLERANCE) {
                sums.judge(issue, *horizon, &counts_at(times[truth], &counted));
            }
        }
        let model = Model { basis: issue.basis.clone(), version: issue.model_version.clone() };
        Self { issued_at: issue.issued_at, model, horizons }
    }

    /// Whether the truth of every horizon is known.
    pub fn is_complete(&self) -> bool {
        self.horizons.values().all(|sums| sums.issues > 0)
    }

    fn is_begun(&self) -> bool {
        self.horizons.values().any(|sums| sums.issues > 0)
    }
}

fn counts_at<'a>(moment: Timestamp, counted: &[&'a Observation]) -> HashMap<&'a StationId, Counts> {
    let then = counted.iter().filter(|row| row.snapshot_at == moment);
    let eligible = then.filter(|row| Eligibility::KnownCapacity.admits(row));
    eligible.map(|row| (&row.status.station_id, row.status.counts)).collect()
}

impl HorizonSums {
    fn judge(&mut self, issue: &Issue, horizon: Horizon, truth: &HashMap<&StationId, Counts>) {
        for forecast in issue.forecasts.iter().filter(|forecast| forecast.horizon == horizon) {
            let Some(came) = truth.get(&forecast.station_id) else { continue };
            self.issues = 1;
            self.bikes.add(&forecast.bikes, horizon, came.bikes);
            if let Some((said, docks)) = forecast.docks.as_ref().zip(came.docks) {
                self.docks.add(said, horizon, docks);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.issues += other.issues;
        self.bikes.merge(&other.bikes);
        self.docks.merge(&other.docks);
    }
}

impl LiveSkill {
    /// Of each model what it was worth, the one that issued last first; nothing of one of which nothing is judged.
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a JudgedIssue>) -> Vec<Self> {
        let mut models: BTreeMap<&Model, Self> = BTreeMap::new();
        for issue in judged.into_iter().filter(|issue| issue.is_begun()) {
            models.entry(&issue.model).or_insert_with(|| Self::begun_by(issue)).add(issue);
        }
        let mut skills: Vec<Self> = models.into_values().collect();
        skills.sort_by_key(|skill| std::cmp::Reverse(skill.last_issued_at));
        skills
    }

    fn begun_by(issue: &JudgedIssue) -> Self {
        Self {
            model: issue.model.clone(),
            first_issued_at: issue.issued_at,
            last_issued_at: issue.issued_at,
            issues: 0,
            horizons: BTreeMap::new(),
        }
    }

    fn add(&mut self, issue: &JudgedIssue) {
        self.first_issued_at = self.first_issued_at.min(issue.issued_at);
        self.last_issued_at = self.last_issued_at.max(issue.issued_at);
        self.issues += 1;
        for (horizon, sums) in &issue.horizons {
            self.horizons.entry(*horizon).or_default().merge(sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::{CapacitySource, IssuedCount, IssuedForecast, SignedDuration, StationStatus};

    const HOUR: Horizon = SignedDuration::from_hours(1);

    fn at(minutes: i64) -> Timestamp {
        "2026-11-20T14:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    /// Bikes told an hour and two hours after `minutes`: three were counted, and four are told.
    fn issue(minutes: i64, version: &str, stations: &[&str]) -> Issue {
        let four = IssuedCount { counted: 3, mean: 4.0, p10: 2.0, p50: 4.0, p90: 6.0, p_at_least_1: 0.9 };
        let forecasts = stations.iter().flat_map(|station| {
            [HOUR, HOUR * 2].map(|horizon| IssuedForecast {
                station_id: StationId::new(*station),
                horizon,
                bikes: four,
                docks: Some(four),
            })
        });
        Issue {
            issued_at: at(minutes),
            input_age: SignedDuration::ZERO,
            basis: "model".to_owned(),
            model_version: version.to_owned(),
            forecasts: forecasts.collect(),
        }
    }

    fn counted(minutes: i64, station: &str, bikes: u16, docks: Option<u16>) -> Observation {
        Observation {
            snapshot_at: at(minutes),
            status: StationStatus {
                station_id: StationId::new(station),
                station_code: None,
                counts: Counts { bikes, docks, ..Counts::default() },
                reported_at: None,
                is_installed: Some(true),
                is_renting: Some(true),
                is_returning: Some(true),
            },
            capacity: Some(20),
            capacity_source: Some(CapacitySource::Feed),
        }
    }

    /// How many bikes and docks were judged at each horizon.
    fn judged(issue: &JudgedIssue) -> Vec<(u64, u64)> {
        let rows = |sums: &IssuedSums| sums.scores().map_or(0, |scores| scores.judged);
        issue.horizons.values().map(|sums| (rows(&sums.bikes), rows(&sums.docks))).collect()
    }

    #[test]
    fn a_forecast_is_held_against_the_nearest_count_of_its_moment() {
        let counts = [counted(52, "1", 9, Some(4)), counted(63, "1", 5, Some(4)), counted(131, "1", 5, None)];
        let issue = JudgedIssue::new(&issue(0, "a", &["1"]), &counts);
        assert_eq!(judged(&issue), [(1, 1), (0, 0)], "eleven minutes are too far");
        assert!(!issue.is_complete());
        let [skill] = &LiveSkill::of([&issue])[..] else { panic!("one model") };
        let scores = skill.horizons[&HOUR].bikes.scores().unwrap();
        assert_eq!((scores.mae, scores.persistence_mae, scores.skill), (1.0, 2.0, Some(0.5)));
    }

    #[test]
    fn a_station_that_is_gone_or_not_counted_is_left_unjudged() {
        let mut gone = counted(60, "2", 0, Some(0));
        gone.status.is_installed = Some(false);
        let counts = [counted(60, "1", 4, None), gone, counted(120, "1", 4, Some(1))];
        let issue = JudgedIssue::new(&issue(0, "a", &["1", "2", "3"]), &counts);
        assert_eq!(judged(&issue), [(1, 0), (1, 1)]);
        assert!(issue.is_complete());
    }

    #[test]
    fn each_model_is_told_apart_and_the_newest_first() {
        let counts: Vec<Observation> = (0..6).map(|hour| counted(60 * hour, "1", 5, Some(4))).collect();
        let issues = [(0, "a"), (60, "a"), (120, "b"), (600, "c")];
        let issues = issues.map(|(minutes, version)| issue(minutes, version, &["1"]));
        let judged: Vec<JudgedIssue> = issues.iter().map(|issue| JudgedIssue::new(issue, &counts)).collect();
        let skills = LiveSkill::of(&judged);
        let told: Vec<(&str, u64)> =
            skills.iter().map(|skill| (skill.model.version.as_str(), skill.issues)).collect();
        assert_eq!(told, [("b", 1), ("a", 2)], "of c nothing is known yet");
        assert_eq!((skills[1].first_issued_at, skills[1].last_issued_at), (at(0), at(60)));
    }

    proptest! {
        #[test]
        fn nothing_is_judged_twice_and_nothing_that_was_not_counted(
            stations in 1_usize..8, rows in prop::collection::vec((0_usize..8, -200_i64..300, 0_u16..20), 0..60),
        ) {
            let names = ["1", "2", "3", "4", "5", "6", "7", "8"];
            let counts: Vec<Observation> =
                rows.iter().map(|(station, minute, bikes)| counted(*minute, names[*station], *bikes, None)).collect();
            let judged = judged(&JudgedIssue::new(&issue(0, "a", &names[..stations]), &counts));
            for ((bikes, docks), moment) in judged.into_iter().zip([60, 120]) {
                let near = rows.iter().any(|(_, minute, _)| (minute - moment).abs() <= 10);
                prop_assert!(bikes <= stations as u64 && docks == 0);
                prop_assert!(near || bikes == 0);
            }
        }
    }
}
