//! What a replay found out, as it is printed, drawn and kept as JSON.

use serde::Serialize;
use velib_domain::Timestamp;
use velib_forecast::scores::Reliability;
use velib_report::Estimate;

use crate::Target;

/// Everything about one replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What was replayed, in words.
    pub history: String,
    /// Stations counted at least once.
    pub stations: usize,
    /// Snapshots on the days replayed.
    pub snapshots: usize,
    /// The first and the last departure.
    pub departures: [Timestamp; 2],
    /// Days replayed: the blocks that intervals are drawn from.
    pub days: usize,
    /// From when to when was learned.
    pub learned: [Timestamp; 2],
    /// The bike that travellers want: `any`, `mechanical` or `ebike`.
    pub bike: &'static str,
    /// Trips of each kind.
    pub trips: usize,
    /// Seed of trips and draws.
    pub seed: u64,
    /// Which foresight our planner used.
    pub ours: String,
    /// The planner that chooses as the API does: by the model if there was one, else by the law of usual changes.
    pub deployed: &'static str,
    /// The model's version; `None` without one.
    pub model: Option<String>,
    /// Weights of the blend's parts half an hour ahead.
    pub blend: Vec<BlendLine>,
    /// ρ by what is missing, part of the day and distance.
    pub correlation: Vec<CorrelationLine>,
    /// By kind of trip.
    pub strata: Vec<StratumReport>,
    /// What was aimed at, and what came out, for every planner that shows chances.
    pub targets: Vec<Target>,
}

impl Report {
    /// What was aimed at, and what came out for a planner.
    pub fn targets_of<'r>(&'r self, planner: &'r str) -> impl Iterator<Item = &'r Target> {
        self.targets.iter().filter(move |target| target.planner == planner)
    }
}

/// The weight of one part of the blend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlendLine {
    /// The part.
    pub foresight: String,
    /// Its weight for bikes.
    pub bikes: f64,
    /// Its weight for docks.
    pub docks: f64,
}

/// What a failure tells of stations so far away.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrelationLine {
    /// `bike` or `dock`.
    pub missing: &'static str,
    /// Part of the day.
    pub hours: &'static str,
    /// Up to so many metres.
    pub within_m: f64,
    /// Events it was learned from.
    pub events: usize,
    /// The shift of log-odds.
    pub rho: f64,
}

/// Trips of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratumReport {
    /// `demand`, `stress` or `uniform`.
    pub stratum: &'static str,
    /// By planner.
    pub planners: Vec<PlannerLine>,
    /// Ours, and the one deployed, against each of the others, trip by trip; the others that show chances against those that aims
    /// are set by.
    pub paired: Vec<PairedLine>,
    /// By planner and part of the day.
    pub hours: Vec<HourLine>,
    /// Ours, by the two ways to go on where something is missing; `None` where nothing was.
    pub recovery: Option<RecoveryLine>,
    /// Foresights on the stations nearest to both ends, and on those that ours chose: the same rows for each.
    pub forecasts: Vec<ForecastLine>,
    /// The skill of what each planner shows.
    pub skills: Vec<SkillLine>,
    /// What going by their chances is worth, there.
    pub going: Vec<GoLine>,
    /// Chances said and kept: of every foresight on those rows, and of our planner for its own choices.
    pub reliability: Vec<ReliabilityLine>,
}

/// One planner on one kind of trip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannerLine {
    /// The planner.
    pub planner: String,
    /// Its numbers.
    pub metrics: Vec<Measured>,
    /// Microseconds for one choice, at the median; `None` where they were not measured.
    pub rank_p50_us: Option<f64>,
    /// In ninety-nine of a hundred cases.
    pub rank_p99_us: Option<f64>,
}

/// A number with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// What it is.
    pub metric: &'static str,
    /// How much.
    pub estimate: Estimate,
}

/// Two planners on the same trips.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairedLine {
    /// The one.
    pub planner: String,
    /// The other.
    pub against: String,
    /// Its misses divided by the other's.
    pub miss_ratio: Option<Estimate>,
    /// The same, where only what both snapshots around an arrival hold counts as there.
    pub strict_miss_ratio: Option<Estimate>,
    /// Its share of misses less the other's.
    pub miss_difference: Option<Estimate>,
    /// Its mean time less the other's: seconds.
    pub seconds_difference: Option<Estimate>,
    /// What its trips cost the usual traveller, who minds walking and failures, less what the other's do: seconds.
    pub cost_difference: Option<Estimate>,
    /// Its walking less the other's: metres.
    pub walk_extra_m: Option<Estimate>,
    /// Of the other's loss against the oracle, the part that it wins.
    pub gap_closed: Option<Estimate>,
    /// Trips that it missed and the other did not.
    pub missed_alone: u64,
    /// Trips that the other missed and it did not.
    pub other_missed_alone: u64,
    /// The chance of so uneven a split if either were as likely (McNemar, exact, trips taken for independent).
    pub mcnemar_p: f64,
}

/// One planner on the trips of one kind that start in one part of the day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HourLine {
    /// The planner.
    pub planner: String,
    /// From which hour to which, in Paris.
    pub hours: &'static str,
    /// Trips.
    pub trips: u64,
    /// The share of them that was missed.
    pub miss_rate: Estimate,
    /// Our mean time less its: seconds; `None` for ours.
    pub seconds_difference: Option<Estimate>,
}

/// A foresight's chances on given rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ForecastLine {
    /// The foresight.
    pub foresight: String,
    /// `nearest` to both ends, or `chosen` by ours.
    pub stations: &'static str,
    /// `all`, or a band of minutes from departure to arrival.
    pub band: &'static str,
    /// Squared error of the probability.
    pub brier: Estimate,
    /// Its skill beside the table: 1 − ratio of the two.
    pub skill: Option<Estimate>,
    /// The same beside the queue.
    pub skill_beside_queue: Option<Estimate>,
    /// Calibration error over ten bins.
    pub ece: Option<Estimate>,
}

/// The chances that a planner shows for what is needed in ten to forty minutes, at the stations that it chose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SkillLine {
    /// The planner.
    pub planner: String,
    /// Skill beside the table there: 1 − ratio of the two squared errors; `None` for the table itself.
    pub beside_table: Option<Estimate>,
    /// The same beside the queue.
    pub beside_queue: Option<Estimate>,
}

/// What it is worth to go by a foresight's chances.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GoLine {
    /// The foresight.
    pub foresight: String,
    /// `nearest` to both ends, or `chosen` by ours.
    pub stations: &'static str,
    /// Gast's score where having gone in vain is worth 0, −5 and −10; 1 at best.
    pub gast_scores: [Option<Estimate>; 3],
    /// Of the trips told to succeed with 0.8 or more, the share that failed.
    pub false_go: Option<Estimate>,
}

/// Trips on which a planned station of ours failed, by the two ways to go on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecoveryLine {
    /// How many.
    pub missed: u64,
    /// Their mean seconds from door to door by the rule that is common to all planners.
    pub common_s: Estimate,
    /// The same where the planner is asked again from there.
    pub asked_again_s: Estimate,
    /// The latter less the former.
    pub seconds_difference: Estimate,
    /// Shares of them that ran out of tries, or were slower than a walker.
    pub stranded_common: f64,
    /// See there.
    pub stranded_asked_again: f64,
}

/// A reliability diagram.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReliabilityLine {
    /// Whose chances: a foresight, or `ours, chosen`.
    pub of: String,
    /// `bike` or `dock`.
    pub wanted: &'static str,
    /// Its points by rising chance.
    pub points: Vec<Reliability>,
}

impl StratumReport {
    /// A number of a planner.
    pub fn metric(&self, planner: &str, metric: &str) -> Option<Estimate> {
        let line = self.planners.iter().find(|line| line.planner == planner)?;
        line.metrics.iter().find(|measured| measured.metric == metric).map(|measured| measured.estimate)
    }

    /// The skill of the chances that a planner shows.
    pub fn skill(&self, planner: &str) -> Option<&SkillLine> {
        self.skills.iter().find(|line| line.planner == planner)
    }

    /// A planner against another.
    pub fn paired(&self, planner: &str, against: &str) -> Option<&PairedLine> {
        self.paired.iter().find(|line| line.planner == planner && line.against == against)
    }

    /// A planner against each other that it was compared with.
    pub fn paired_of<'r>(&'r self, planner: &'r str) -> impl Iterator<Item = &'r PairedLine> {
        self.paired.iter().filter(move |line| line.planner == planner)
    }
}
