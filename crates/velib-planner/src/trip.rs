//! What one plan works with: the inputs, and moments as seconds after the earliest departure.

use velib_domain::{SignedDuration, Timestamp};

use crate::{
    BikeKind, Correlation, Door, HourClass, JourneyRequest, Missing, Network, Outlook, Site, StreetTimes,
    Stretch,
    correlation::{WAIT_S, shifted},
    request::Start,
    risk::Weights,
};

/// Seconds to take a bike out.
pub const UNLOCK_S: f64 = 60.0;

/// Seconds to put a bike into a dock, or to see that none is free.
pub const DOCK_S: f64 = 30.0;

/// Seconds lost where every other station within a ride was full too: waiting for a dock, or hunting for one.
pub const LAST_RESORT_S: f64 = 900.0;

/// Stations considered as the next one to try.
pub(crate) const FALLBACKS: usize = 6;

/// All that a plan is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The stations.
    pub network: &'a Network,
    /// How likely bikes and docks are.
    pub outlook: &'a dyn Outlook,
    /// How long streets take.
    pub streets: &'a dyn StreetTimes,
    /// What a failure tells about what is near.
    pub correlation: &'a Correlation,
}

/// The inputs, for one request and one kind of bike.
#[derive(Clone, Copy)]
pub(crate) struct Trip<'a> {
    pub(crate) inputs: Inputs<'a>,
    pub(crate) request: &'a JourneyRequest,
    /// The kind that is sought and ridden.
    pub(crate) kind: BikeKind,
    /// The moment from which seconds count.
    pub(crate) zero: Timestamp,
    pub(crate) weights: Weights,
    hour: HourClass,
    from: Door,
    to: Door,
}

impl<'a> Trip<'a> {
    pub(crate) fn new(inputs: Inputs<'a>, request: &'a JourneyRequest) -> Self {
        let zero = request.earliest_departure();
        Self {
            inputs,
            request,
            kind: request.bike,
            zero,
            weights: request.weights.unwrap_or_else(|| request.risk.weights()),
            hour: HourClass::of(zero),
            from: Door::at(request.from),
            to: Door::at(request.to),
        }
    }

    /// The same trip by another kind of bike.
    pub(crate) fn by(self, kind: BikeKind) -> Self {
        Self { kind, ..self }
    }

    /// Whether the traveller has a bike already.
    pub(crate) fn is_riding(&self) -> bool {
        self.request.start == Start::Riding
    }

    /// P(a bike for every rider) at so many seconds.
    pub(crate) fn p_bike(&self, site: Site<'_>, at_s: f64) -> Option<f64> {
        self.inputs.outlook.p_bikes_at_least(site, self.kind, self.request.riders, self.moment(at_s))
    }

    /// P(a dock for every rider) at so many seconds.
    pub(crate) fn p_dock(&self, site: Site<'_>, at_s: f64) -> Option<f64> {
        self.inputs.outlook.p_docks_at_least(site, self.request.riders, self.moment(at_s))
    }

    /// P(one for every rider comes to those who wait where there is none).
    pub(crate) fn p_comes(&self, missing: Missing, p: f64) -> f64 {
        self.inputs.correlation.p_comes(missing, p, self.request.riders)
    }

    /// Whether waiting may be worth it to who spares so much if one comes: it is as likely as it can be then.
    pub(crate) fn may_be_waited_for(&self, missing: Missing, spared: f64) -> bool {
        self.p_comes(missing, 1.0) * spared > WAIT_S
    }

    /// By what the odds at one station change when the other has just failed.
    pub(crate) fn odds_after(&self, missing: Missing, failed: Site<'_>, next: Site<'_>) -> f64 {
        let rho = self.inputs.correlation.rho(missing, self.hour, failed.straight_m(next));
        rho.exp()
    }

    /// The moment at so many seconds.
    pub(crate) fn moment(&self, at_s: f64) -> Timestamp {
        self.zero + SignedDuration::from_secs((at_s + 0.5) as i64)
    }

    /// The walk from the start to a station.
    pub(crate) fn walk_to(&self, site: Site<'_>) -> Stretch {
        self.paced(self.inputs.streets.walk_to(self.from, site))
    }

    /// The walk from a station to the destination.
    pub(crate) fn walk_from(&self, site: Site<'_>) -> Stretch {
        self.paced(self.inputs.streets.walk_from(site, self.to))
    }

    pub(crate) fn walk_between(&self, from: Site<'_>, to: Site<'_>) -> Stretch {
        self.paced(self.inputs.streets.walk_between(from, to))
    }

    pub(crate) fn walk_all_the_way(&self) -> Stretch {
        self.paced(self.inputs.streets.walk(self.request.from, self.request.to))
    }

    pub(crate) fn ride_between(&self, from: Site<'_>, to: Site<'_>) -> Stretch {
        self.inputs.streets.ride_between(from, to, self.kind)
    }

    /// The ride of a traveller who has a bike already.
    pub(crate) fn ride_from_start(&self, to: Site<'_>) -> Stretch {
        self.inputs.streets.ride(self.request.from, to.position, self.kind)
    }

    /// Streets time a usual walker; this one may be quicker or slower.
    fn paced(&self, stretch: Stretch) -> Stretch {
        let slowness = JourneyRequest::USUAL_WALK_M_PER_S / self.request.walk_m_per_s;
        Stretch { duration_s: stretch.duration_s * slowness, ..stretch }
    }
}

/// The chance once its odds are changed by a factor.
pub(crate) fn given_failure(p: Option<f64>, factor: f64) -> Option<f64> {
    let p = p.filter(|p| *p > 0.0)?;
    Some(shifted(p, factor))
}
