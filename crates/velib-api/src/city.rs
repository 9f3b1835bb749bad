//! Every station as it is now: the feed's two documents joined, with what the lake remembers where they are silent.

use std::sync::Arc;

use foldhash::HashMap;
use velib_domain::{
    CapacitySource, Counts, SignedDuration, Source, StationCode, StationId, StationInformation,
    StationStatus, Stretch, Timestamp,
};
use velib_planner::{Network, NetworkStation, Site};

use crate::{
    answer::Provenance,
    feed::LiveStatus,
    history::{KindsCounted, PastDay},
};

/// A city at the moment of one fetched status.
pub(crate) struct City {
    /// When the counts were fetched.
    pub(crate) snapshot_at: Timestamp,
    /// The feed's own time, where it says one.
    pub(crate) updated_at: Option<Timestamp>,
    /// From when to when every fetch brought these counts.
    pub(crate) unchanged: Stretch,
    /// Whether that is longer than a city of this size stands still; never of stored documents, which always do.
    pub(crate) is_frozen: bool,
    /// What stands behind the counts.
    pub(crate) origin: Origin,
    /// Of all bikes whose kind is known, the share that are e-bikes; `None` where no kind is known.
    pub(crate) ebike_share: Option<f64>,
    /// Every station with a place, ascending by id.
    pub(crate) stations: Vec<StationNow>,
    /// The same, as the planner takes them.
    pub(crate) network: Network,
    /// Records of the feed that could not be used, in words.
    pub(crate) rejected: Vec<String>,
    by_id: HashMap<StationId, usize>,
    by_code: HashMap<StationCode, usize>,
}

/// What stands behind counts, and for how long they are taken for those of now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) source: Source,
    pub(crate) holds_for: SignedDuration,
}

/// One station now.
#[derive(Debug, Clone)]
pub(crate) struct StationNow {
    /// Name and place.
    pub(crate) information: StationInformation,
    /// The printed code, from whichever source still knows it.
    pub(crate) code: Option<StationCode>,
    /// Counts and flags; `None` where the status document leaves the station out.
    pub(crate) status: Option<StationStatus>,
    /// Docks built, and who says so; the feed's 0 means that it does not know.
    pub(crate) capacity: Option<(u16, CapacitySource)>,
    /// Paris arrondissement.
    pub(crate) arrondissement: Option<u8>,
    /// The commune.
    pub(crate) commune: Option<String>,
    /// The kinds of the bikes counted there in the past day.
    pub(crate) kinds_counted: KindsCounted,
}

impl Origin {
    /// The same feed, where it is the lake that tells what it said: never the counts of now.
    pub(crate) fn remembered(self) -> Self {
        Self { holds_for: SignedDuration::MIN, ..self }
    }
}

impl City {
    pub(crate) fn join(live: &LiveStatus, origin: Origin, past_day: &PastDay) -> Self {
        let mut status: HashMap<&StationId, &StationStatus> =
            live.snapshot.stations.iter().map(|status| (&status.station_id, status)).collect();
        let join = |information: &StationInformation| {
            let status = status.remove(&information.station_id).cloned();
            StationNow::join(information.clone(), status, past_day)
        };
        let mut stations: Vec<StationNow> = live.stations.iter().map(join).collect();
        // One of each, in the network's order: the planner names stations by their place in it.
        stations.sort_by(|a, b| a.id().cmp(b.id()));
        stations.dedup_by(|later, earlier| later.id() == earlier.id());
        let ids = stations.iter().enumerate();
        let by_id = ids.map(|(index, station)| (station.id().clone(), index)).collect();
        let codes = stations.iter().enumerate();
        let by_code = codes.filter_map(|(index, station)| Some((station.code.clone()?, index))).collect();
        let mut rejected: Vec<String> =
            live.rejected.iter().map(|refused| refused.reason.to_string()).collect();
        let mut placeless: Vec<_> =
            status.keys().map(|id| format!("station {id} has counts and no place")).collect();
        placeless.sort_unstable();
        rejected.append(&mut placeless);
        let newest_report = stations.iter().filter_map(StationNow::reported_at).max();
        let on_the_network = |station: &StationNow| station.on_the_network(newest_report);
        let network = Network::new(stations.iter().map(on_the_network).collect());
        let degrees: f64 = stations.iter().map(|station| station.information.position.lon).sum();
        let longitude = (!stations.is_empty()).then(|| degrees / stations.len() as f64);
        Self {
            snapshot_at: live.snapshot.snapshot_at,
            updated_at: live.updated_at,
            unchanged: live.standing.stretch,
            is_frozen: origin.source != Source::Replayed && live.standing.is_frozen(longitude),
            origin,
            ebike_share: ebike_share(&stations),
            stations,
            network,
            rejected,
            by_id,
            by_code,
        }
    }

    /// The station with this printed code, or with this id.
    pub(crate) fn find(&self, code_or_id: &str) -> Option<&StationNow> {
        let by_code = self.by_code.get(&StationCode::new(code_or_id)).map(|&index| &self.stations[index]);
        by_code.or_else(|| self.get(&StationId::new(code_or_id)))
    }

    /// The station with this id, as the planner names it.
    pub(crate) fn site(&self, station_id: &StationId) -> Option<Site<'_>> {
        self.by_id.get(station_id).map(|&index| self.network.site(index))
    }

    /// The station with this id.
    pub(crate) fn get(&self, station_id: &StationId) -> Option<&StationNow> {
        self.by_id.get(station_id).map(|&index| &self.stations[index])
    }

    /// Where the counts came from, and how old they are.
    pub(crate) fn provenance(&self, now: Timestamp) -> Provenance {
        Provenance::new(self.source_at(now), self.snapshot_at, now)
    }

    /// What the counts are called: after a while they are remembered, whatever they came from.
    pub(crate) fn source_at(&self, now: Timestamp) -> Source {
        let holds = now.duration_since(self.snapshot_at) <= self.origin.holds_for;
        if holds { self.origin.source } else { Source::Remembered }
    }
}

fn ebike_share(stations: &[StationNow]) -> Option<f64> {
    let kinds = stations.iter().filter_map(|station| {
        let counts = station.counts()?;
        Some((u32::from(counts.mechanical?), u32::from(counts.ebikes?)))
    });
    let (mechanical, ebikes) = kinds.fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    let bikes = mechanical + ebikes;
    (bikes > 0).then(|| f64::from(ebikes) / f64::from(bikes))
}

impl StationNow {
    fn join(information: StationInformation, status: Option<StationStatus>, past_day: &PastDay) -> Self {
        let known = past_day.stations.get(&information.station_id);
        let status_code = status.as_ref().and_then(|status| status.station_code.clone());
        let known_code = known.and_then(|station| station.station_code.clone());
        let stated =
            information.capacity.filter(|docks| *docks > 0).map(|docks| (docks, CapacitySource::Feed));
        let remembered =
            known.and_then(|station| station.capacity).map(|docks| (docks, CapacitySource::Remembered));
        Self {
            code: information.station_code.clone().or(status_code).or(known_code),
            capacity: stated.or(remembered),
            arrondissement: known.and_then(|station| station.arrondissement),
            commune: known.and_then(|station| station.commune.clone()),
            kinds_counted: past_day.kinds.get(&information.station_id).copied().unwrap_or_default(),
            status,
            information,
        }
    }

    pub(crate) fn id(&self) -> &StationId {
        &self.information.station_id
    }

    pub(crate) fn counts(&self) -> Option<Counts> {
        self.status.as_ref().map(|status| status.counts)
    }

    fn reported_at(&self) -> Option<Timestamp> {
        self.status.as_ref().and_then(|status| status.reported_at)
    }

    /// The most bikes, or docks, that there can be: what works now. A dock that holds a broken bike is neither.
    pub(crate) fn room(&self) -> u16 {
        let counts = self.counts().unwrap_or_default();
        match counts.docks {
            Some(docks) => counts.bikes.saturating_add(docks),
            None => self.capacity.map_or(0, |(docks, _)| docks).max(counts.bikes).max(1),
        }
    }

    /// Docks that are neither free nor hold a bike that can be rented: broken, or holding a broken bike.
    pub(crate) fn out_of_order(&self) -> Option<u16> {
        let (capacity, _) = self.capacity?;
        let counts = self.counts()?;
        Some(capacity.saturating_sub(counts.bikes.saturating_add(counts.docks?)))
    }

    /// A flag that the feed does not give takes no station out of service; a station without any status is left to
    /// the outlook, which knows nothing of it.
    ///
    /// How long it has been silent is told by the station that reported last, not by a clock: a feed that is old as a
    /// whole does not make every station a dead one.
    fn on_the_network(&self, newest_report: Option<Timestamp>) -> NetworkStation {
        let in_service =
            |flag: fn(&StationStatus) -> Option<bool>| self.status.as_ref().and_then(flag) != Some(false);
        NetworkStation {
            station_id: self.id().clone(),
            name: self.information.name.clone(),
            position: self.information.position,
            is_installed: in_service(|status| status.is_installed),
            is_renting: in_service(|status| status.is_renting),
            is_returning: in_service(|status| status.is_returning),
            silent_for: newest_report
                .zip(self.reported_at())
                .map(|(newest, reported)| newest.duration_since(reported)),
        }
    }
}

/// The city of the newest status: joined once, shared by all requests.
pub(crate) type SharedCity = Arc<City>;
