//! Why a journey is like this, in codes and numbers; the words are made where they are read.

use velib_domain::{SignedDuration, StationId};

use crate::{
    Site,
    bikes::Bikes,
    network::NetworkStation,
    routes::{Promise, Route},
    search::{Ends, Offer},
    trip::Trip,
};

/// A station that has been silent for longer is worth a remark; most report once an hour.
const REMARKABLE_SILENCE: SignedDuration = SignedDuration::from_hours(2);

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The nearest station to start from is passed by, because a bike there is less certain.
    NearestPickupRisky {
        /// The station passed by.
        station_id: StationId,
        /// P(a bike) there.
        p: f64,
        /// Seconds to expect longer by way of it.
        saves_s: f64,
    },
    /// The nearest station to end at is passed by, because a dock there is less certain.
    NearestDropoffFilling {
        /// The station passed by.
        station_id: StationId,
        /// P(a dock) there.
        p: f64,
        /// Seconds to expect longer by way of it.
        saves_s: f64,
    },
    /// It takes longer than the fastest, and fails less often.
    SaferThanFastest {
        /// How much more likely it is that nothing is missing.
        gains_p: f64,
        /// Seconds to expect more.
        costs_s: f64,
    },
    /// It is sooner there than on foot.
    SavesOverWalking {
        /// Seconds to expect.
        saves_s: f64,
    },
    /// A station of the journey has not reported for long: its counts may be old.
    StationSilent {
        /// The station.
        station_id: StationId,
        /// Seconds since it reported, when the counts were taken.
        silent_s: i64,
    },
    /// Even leaving at once may be too late for the arrival asked for.
    MayBeLate {
        /// P(being there in time).
        p: f64,
    },
}

impl Reason {
    /// A stable code for answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NearestPickupRisky { .. } => "nearest_pickup_risky",
            Self::NearestDropoffFilling { .. } => "nearest_dropoff_filling",
            Self::SaferThanFastest { .. } => "safer_than_fastest",
            Self::SavesOverWalking { .. } => "saves_over_walking",
            Self::StationSilent { .. } => "station_silent",
            Self::MayBeLate { .. } => "may_be_late",
        }
    }
}

/// What reasons are found in.
pub(crate) struct Grounds<'b, 'c, 'a> {
    pub(crate) trip: &'b Trip<'a>,
    pub(crate) bikes: &'b Bikes<'a>,
    pub(crate) ends: &'c Ends<'a>,
    pub(crate) fastest: Option<&'b Offer<'c, 'a>>,
}

impl<'c, 'a> Grounds<'_, 'c, 'a> {
    pub(crate) fn reasons(&self, offer: &Offer<'c, 'a>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        reasons.extend(self.nearest_pickup(offer));
        reasons.extend(self.nearest_dropoff(offer));
        reasons.extend(self.fastest.and_then(|fastest| safer(fastest, offer)));
        reasons.extend(self.sooner_than_walking(offer));
        let Route { start, end } = offer.weighed.route;
        reasons.extend(start.and_then(|start| silence(start.site)));
        reasons.extend(silence(end.site));
        let too_low = |p: &f64| *p < self.trip.request.risk.on_time();
        reasons.extend(offer.p_on_time.filter(too_low).map(|p| Reason::MayBeLate { p }));
        reasons
    }

    /// The same journey by the nearest station to start from, if that is another.
    fn nearest_pickup(&self, offer: &Offer<'c, 'a>) -> Option<Reason> {
        let route = offer.weighed.route;
        let (start, nearest) = (route.start?, self.ends.pickups.nearest.as_ref()?);
        if nearest.site == start.site || nearest.site == route.end.site {
            return None;
        }
        let other = Route { start: Some(nearest), ..route };
        let promise = other.promise(self.trip, offer.weighed.leave_s).ok()?;
        let riskier = promise.p_bike < offer.weighed.promise.p_bike;
        riskier.then(|| Reason::NearestPickupRisky {
            station_id: nearest.site.station_id.clone(),
            p: promise.p_bike,
            saves_s: self.saved_s(other, promise, offer),
        })
    }

    /// The same journey by the nearest station to end at, if that is another.
    fn nearest_dropoff(&self, offer: &Offer<'c, 'a>) -> Option<Reason> {
        let route = offer.weighed.route;
        let nearest = self.ends.dropoffs.nearest.as_ref()?;
        if nearest.site == route.end.site || route.start.is_some_and(|start| start.site == nearest.site) {
            return None;
        }
        let other = Route { end: nearest, ..route };
        let promise = other.promise(self.trip, offer.weighed.leave_s).ok()?;
        let riskier = promise.p_dock < offer.weighed.promise.p_dock;
        riskier.then(|| Reason::NearestDropoffFilling {
            station_id: nearest.site.station_id.clone(),
            p: promise.p_dock,
            saves_s: self.saved_s(other, promise, offer),
        })
    }

    /// Seconds to expect that the offer saves over another route; negative where it only is the safer one.
    fn saved_s(&self, other: Route<'_, 'a>, promise: Promise, offer: &Offer<'_, 'a>) -> f64 {
        let other = other.weighed(promise, self.trip, self.bikes, offer.weighed.leave_s);
        other.worth.seconds - offer.prospect.expected_s()
    }

    fn sooner_than_walking(&self, offer: &Offer<'_, '_>) -> Option<Reason> {
        let saves_s = self.trip.walk_all_the_way().duration_s - offer.prospect.expected_s();
        (!self.trip.is_riding()).then_some(Reason::SavesOverWalking { saves_s })
    }
}

fn safer(fastest: &Offer<'_, '_>, offer: &Offer<'_, '_>) -> Option<Reason> {
    let gains_p = offer.weighed.promise.p_no_failure() - fastest.weighed.promise.p_no_failure();
    let costs_s = offer.prospect.expected_s() - fastest.prospect.expected_s();
    (gains_p > 0.0 && costs_s > 0.0).then_some(Reason::SaferThanFastest { gains_p, costs_s })
}

fn silence(site: Site<'_>) -> Option<Reason> {
    let station: &NetworkStation = &site;
    let silence = station.silent_for.filter(|silence| *silence > REMARKABLE_SILENCE)?;
    Some(Reason::StationSilent { station_id: station.station_id.clone(), silent_s: silence.as_secs() })
}
