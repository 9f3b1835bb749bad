//! What is learned before the first departure, from the days before it and from nothing else.

use std::rc::Rc;

use velib_domain::{SignedDuration, Timestamp};
use velib_forecast::Forecaster;
use velib_planner::{Correlation, DISTANCES_M, HourClass, JointEvent, Missing, Risk, Weights};

use crate::{
    Planner, Recording, ReplayError, Rule, Seen, Settings, Wishes, correlation,
    demand::Demand,
    foresight::{BlendFit, Blended, ChanceTable, Foresight, HourlyModel, Queue, Remembered, UsualWeek},
    outlook::Lookout,
    report::{BlendLine, CorrelationLine},
    seen::every,
    stage::Stage,
};

/// Moments that are learned from lie so far apart.
const LEARNED_EVERY: SignedDuration = SignedDuration::from_mins(20);

/// Snapshots without which nothing is learned.
const LEAST_SNAPSHOTS: usize = 100;

/// One day in so many, of those that are learned from, is kept for weights and correlations.
const KEPT_ONE_IN: i32 = 4;

/// Stations drawn at each moment to learn weights from.
const STATIONS_A_MOMENT: usize = 60;

/// What was learned before the first departure.
pub(crate) struct Learned {
    pub(crate) foresights: Vec<Rc<dyn Foresight>>,
    pub(crate) ours: usize,
    pub(crate) planners: Vec<Planner>,
    /// The planner that chooses as the API does.
    pub(crate) deployed: &'static str,
    pub(crate) blend: Vec<BlendLine>,
    pub(crate) correlation: Correlation,
    pub(crate) events: Vec<JointEvent>,
    pub(crate) demand: Demand,
}

impl Learned {
    pub(crate) fn lookouts<'l>(&'l self, stage: &'l Stage<'_>, moment: Timestamp) -> Vec<Lookout<'l>> {
        let seen = Seen::new(stage.recording, moment);
        let lookout =
            |foresight: &'l Rc<dyn Foresight>| Lookout::new(foresight.as_ref(), seen, &stage.in_history);
        self.foresights.iter().map(lookout).collect()
    }
}

/// Learns from the days before, and from nothing else.
pub(crate) fn learn(
    stage: &Stage<'_>,
    from: Timestamp,
    until: Timestamp,
    settings: &Settings,
    model: Option<Box<dyn Forecaster>>,
) -> Result<Learned, ReplayError> {
    let recording = stage.recording;
    let snapshots = recording.between(from, until);
    if snapshots.len() < LEAST_SNAPSHOTS {
        let (snapshots, days) = (snapshots.len(), settings.days.learned);
        return Err(ReplayError::TooLittleBefore { snapshots, days, least: LEAST_SNAPSHOTS });
    }
    let kept_from = until - (until.duration_since(from) / KEPT_ONE_IN);
    let early = parts(recording, from, kept_from);
    let kept = every(recording, kept_from, until, LEARNED_EVERY);
    let fit = BlendFit { recording, moments: &kept, until, stations: STATIONS_A_MOMENT, seed: settings.seed };
    let blended = fit.fit(early.clone());
    let [bikes, docks] = blended.weights_half_an_hour_ahead();
    let weights = early.iter().zip(bikes.iter().zip(docks));
    let blend = weights
        .map(|(part, (&bikes, &docks))| BlendLine { foresight: part.name().to_owned(), bikes, docks })
        .collect();
    let events = correlation::events(stage, &blended, &kept, until);
    let all = parts(recording, from, until);
    let blended: Blended = blended.with_parts(all.clone());
    let mut foresights: Vec<Rc<dyn Foresight>> = vec![Rc::new(HourlyModel::law())];
    foresights.extend(all);
    foresights.push(Rc::new(blended));
    let deployed = if model.is_some() { ALONE } else { BY_LAW };
    if let Some(model) = model {
        foresights.push(Rc::new(HourlyModel::new("model", model)));
    }
    let ours = foresights.len() - 1;
    let planners = planners(&foresights, ours, &settings.weights);
    Ok(Learned {
        foresights,
        ours,
        planners,
        deployed,
        blend,
        correlation: Correlation::fit(&events),
        events,
        demand: Demand::of(recording, snapshots),
    })
}

/// What is learned by counting, from these days.
fn parts(recording: Recording<'_>, from: Timestamp, until: Timestamp) -> Vec<Rc<dyn Foresight>> {
    let (city, snapshots) = (recording.city(), recording.between(from, until));
    let moments = every(recording, from, until, LEARNED_EVERY);
    let thinned: Vec<usize> = moments.iter().filter_map(|&moment| recording.snapshot_at(moment)).collect();
    vec![
        Rc::new(ChanceTable::fit(recording, &moments, until)),
        Rc::new(Remembered::new(Queue::fit(city, snapshots))),
        Rc::new(UsualWeek::fit(city, &thinned)),
    ]
}

/// The planner that all others are compared with.
pub const OURS: &str = "ours";

/// Ours without what failures tell of the stations around: with a model it is what the API does with it.
const ALONE: &str = "ours, alone";

/// What the API does without a model.
const BY_LAW: &str = "by law";

/// Those by which aims are set.
pub(crate) const NEAREST: &str = "nearest";
pub(crate) const AVAILABLE: &str = "available";

/// The planner of ours for travellers who ask it again where something is missing.
pub(crate) const ASKS_AGAIN: &str = "ours, asked again";

/// Every way to choose that is compared. Ours comes as it serves, for travellers who mind less or more, without what
/// failures tell, and with the costs that are studied.
fn planners(foresights: &[Rc<dyn Foresight>], ours: usize, studied: &[Weights]) -> Vec<Planner> {
    let planner = |name: &str, rule| Planner { name: name.to_owned(), rule };
    let mut planners = vec![
        planner(NEAREST, Rule::Nearest),
        planner(AVAILABLE, Rule::NearestWith { bikes: 1, docks: 1 }),
        planner("four and two", Rule::NearestWith { bikes: 4, docks: 2 }),
    ];
    let by = |foresight, correlated, risk| Rule::Planned {
        foresight,
        correlated,
        wishes: Wishes { risk, weights: None },
        asks_again: false,
    };
    for (index, foresight) in foresights.iter().enumerate().filter(|(index, _)| *index != ours) {
        planners.push(planner(&format!("by {}", foresight.name()), by(index, false, Risk::default())));
    }
    planners.push(planner(ALONE, by(ours, false, Risk::default())));
    planners.push(planner("ours, fast", by(ours, true, Risk::Fast)));
    planners.push(planner("ours, safe", by(ours, true, Risk::Safe)));
    for &weights in studied {
        let name = format!("ours, {}:{}", weights.on_foot, weights.failure_s);
        let wishes = Wishes { weights: Some(weights), ..Wishes::default() };
        let rule = Rule::Planned { foresight: ours, correlated: true, wishes, asks_again: false };
        planners.push(planner(&name, rule));
    }
    let asks_again =
        Rule::Planned { foresight: ours, correlated: true, wishes: Wishes::default(), asks_again: true };
    planners.push(planner(ASKS_AGAIN, asks_again));
    planners.push(planner(OURS, by(ours, true, Risk::default())));
    planners.push(planner("oracle", Rule::Oracle));
    planners
}

/// The table of ρ, with how many events stand behind each number.
pub(crate) fn correlation_lines(correlation: &Correlation, events: &[JointEvent]) -> Vec<CorrelationLine> {
    let mut lines = Vec::new();
    for (missing, word) in [(Missing::Bike, "bike"), (Missing::Dock, "dock")] {
        for (hour, hours) in [
            (HourClass::Night, "22–6"),
            (HourClass::Morning, "6–10"),
            (HourClass::Midday, "10–16"),
            (HourClass::Evening, "16–22"),
        ] {
            let mut nearer_m = 0.0;
            for within_m in DISTANCES_M {
                let of_class = |event: &&JointEvent| {
                    event.missing == missing
                        && event.hour == hour
                        && event.distance_m > nearer_m
                        && event.distance_m <= within_m
                };
                lines.push(CorrelationLine {
                    missing: word,
                    hours,
                    within_m,
                    events: events.iter().filter(of_class).count(),
                    rho: correlation.rho(missing, hour, within_m),
                });
                nearer_m = within_m;
            }
        }
    }
    lines
}
