//! The past day and the same hours of a week before, from the lake: what was counted at every station, on the model's grid, and
//! what is remembered of them.
//!
//! Refined hours do not change once they are a while over, so each is read once; the newest are read again every few
//! minutes. A lake that cannot be read costs the history, which is then missing slots, never the answer.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

use tokio::sync::Mutex;
use velib_domain::{
    Counts, Hour, Observation, SignedDuration, Station, StationId, StatusSnapshot, SystemId, Timestamp,
};
use velib_forecast::protocol::{
    SLOT_TOLERANCE, WEEK, WEEK_BEFORE_SPAN, slot_snapshots, week_before_snapshots,
};
use velib_lake::{KnownDays, Lake, LakeError};

/// Hourly slots of a past day, the live count being the last.
pub(crate) const DAY_SLOTS: usize = 25;

/// Slots kept and sent at most, those of a week: a model that wants more takes them as missing.
pub(crate) const MOST_SLOTS: usize = 7 * 24 + 1;

/// Time between two slots.
pub(crate) const CADENCE: SignedDuration = SignedDuration::from_hours(1);

/// How far from its slot a count that is shown may have been taken; half a slot, so that no count stands in two. The
/// model is asked as it was trained, with the counts nearest to each slot.
pub(crate) const SHOWN_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// How long after its end an hour may still be refined again.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// How long a lake that failed is left alone.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(30);

/// How often what may still change is read again.
const READ_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Of many snapshots in an hour, one in each such stretch is kept: finer than any slot needs.
const KEPT_EVERY_S: i64 = 15 * 60;

/// The lake's past day, kept in memory.
pub(crate) struct History {
    lake: Lake,
    system: SystemId,
    kept: Mutex<Kept>,
}

/// How far back forecasts look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LookBack {
    /// Hourly slots, the live count being the last.
    pub(crate) slots: usize,
    /// Whether at the same hours of a week before too.
    pub(crate) week_before: bool,
}

/// What is known of the past day, and of the time before it, where the model looks back farther.
#[derive(Debug, Clone, Default)]
pub(crate) struct PastDay {
    /// Snapshots, oldest first.
    snapshots: Vec<Arc<PastSnapshot>>,
    /// Those of the hours a week before, oldest first.
    week_before: Vec<Arc<PastSnapshot>>,
    /// Stations by id, as the lake remembers them.
    pub(crate) stations: Arc<BTreeMap<StationId, Station>>,
    /// The kinds of the bikes counted at each station in the past day.
    pub(crate) kinds: Arc<HashMap<StationId, KindsCounted>>,
    /// The newest refined hour among those looked for.
    pub(crate) newest_hour: Option<Hour>,
    /// Refined hours among those looked for.
    pub(crate) hours: usize,
    /// How far back it was looked.
    pub(crate) look_back: LookBack,
    /// Why the lake could not be read.
    pub(crate) failure: Option<String>,
}

/// Bikes of known kind, each as often as it was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct KindsCounted {
    pub(crate) ebikes: u32,
    pub(crate) mechanical: u32,
}

/// What was counted at one moment.
#[derive(Debug)]
struct PastSnapshot {
    at: Timestamp,
    counts: HashMap<StationId, Counts>,
}

#[derive(Default)]
struct Kept {
    hours: KeptHours,
    week_before: KeptHours,
    past_day: Arc<PastDay>,
    read_at: Option<Timestamp>,
}

/// Hours in a row, and what is known of their days.
#[derive(Default)]
struct KeptHours {
    hours: BTreeMap<Hour, KeptHour>,
    days: KnownDays,
}

#[derive(Clone)]
struct KeptHour {
    read_at: Timestamp,
    /// Empty where the hour was never refined.
    snapshots: Vec<Arc<PastSnapshot>>,
}

impl History {
    pub(crate) fn new(lake: Lake, system: SystemId) -> Self {
        Self { lake, system, kept: Mutex::default() }
    }

    /// The past, as of a few minutes ago at most; while the lake cannot be read, as of the last time it
    /// could.
    pub(crate) async fn past_day(&self, look_back: LookBack, now: Timestamp) -> Arc<PastDay> {
        let kept = &mut *self.kept.lock().await;
        let lives = if kept.past_day.failure.is_some() { REST_AFTER_FAILURE } else { READ_AGAIN_AFTER };
        let is_old = kept.read_at.is_none_or(|read_at| now.duration_since(read_at) >= lives);
        if is_old || kept.past_day.look_back != look_back {
            kept.past_day = Arc::new(match self.read(kept, look_back, now).await {
                Ok(past_day) => past_day,
                Err(error) => {
                    tracing::warn!(error = ?error, "the lake cannot be read");
                    PastDay { failure: Some(error.to_string()), look_back, ..kept.past_day.as_ref().clone() }
                }
            });
            kept.read_at = Some(now);
        }
        Arc::clone(&kept.past_day)
    }

    /// The newest snapshot of the past day, whole; `None` where there is none, or none that can be read.
    pub(crate) async fn newest_snapshot(&self, past_day: &PastDay) -> Option<StatusSnapshot> {
        let read = self.lake.read_silver_hour(&self.system, past_day.newest_hour?).await;
        let rows =
            read.inspect_err(|error| tracing::warn!(?error, "the newest hour cannot be read")).ok()??;
        let snapshot_at = rows.iter().map(|row| row.snapshot_at).max()?;
        let newest = rows.into_iter().filter(|row| row.snapshot_at == snapshot_at);
        Some(StatusSnapshot { snapshot_at, stations: newest.map(|row| row.status).collect() })
    }

    async fn read(&self, kept: &mut Kept, look_back: LookBack, now: Timestamp) -> Result<PastDay, LakeError> {
        let origin_then = now - WEEK;
        let week_before = (origin_then - SLOT_TOLERANCE)..(origin_then + WEEK_BEFORE_SPAN + SLOT_TOLERANCE);
        let week_before = look_back.week_before.then_some(week_before);
        let ((), (), stations) = tokio::try_join!(
            self.keep(&mut kept.hours, Some(now - reach(look_back.slots)..now), now),
            self.keep(&mut kept.week_before, week_before, now),
            self.lake.read_stations(&self.system),
        )?;
        let snapshots = kept.hours.snapshots();
        let kinds = KindsCounted::in_each_station(of_day(&snapshots, now));
        let refined = || kept.hours.hours.iter().filter(|(_, kept)| !kept.snapshots.is_empty());
        Ok(PastDay {
            snapshots,
            week_before: kept.week_before.snapshots(),
            kinds: Arc::new(kinds),
            stations: Arc::new(
                stations.into_iter().map(|station| (station.station_id.clone(), station)).collect(),
            ),
            newest_hour: refined().map(|(hour, _)| *hour).next_back(),
            hours: refined().count(),
            look_back,
            failure: None,
        })
    }

    /// Keeps the hours that hold these moments and no others, and reads those of them that may have changed.
    async fn keep(
        &self,
        KeptHours { hours: kept, days }: &mut KeptHours,
        moments: Option<Range<Timestamp>>,
        now: Timestamp,
    ) -> Result<(), LakeError> {
        let Some(moments) = moments else { return Ok(()) };
        let (first, last) = (Hour::containing(moments.start), Hour::containing(moments.end));
        kept.retain(|hour, _| *hour >= first);
        days.forget_before(first.civil().date());
        let unsettled =
            |hour: &Hour| kept.get(hour).is_none_or(|kept| kept.read_at < hour.end() + SETTLES_AFTER);
        let wanted: Vec<Hour> = first.until(last.next()).filter(unsettled).collect();
        let today = Hour::containing(now).civil().date();
        let hours = wanted.iter().copied();
        let mut read = self.lake.thin_silver_hours(&self.system, hours, today, days, thinned).await?;
        // One that was never refined is remembered too.
        let snapshots = wanted.into_iter().map(|hour| (hour, read.remove(&hour).unwrap_or_default()));
        kept.extend(snapshots.map(|(hour, snapshots)| (hour, KeptHour { read_at: now, snapshots })));
        Ok(())
    }
}

impl KindsCounted {
    fn in_each_station<'a>(snapshots: impl Iterator<Item = &'a PastSnapshot>) -> HashMap<StationId, Self> {
        let mut stations: HashMap<StationId, Self> = HashMap::new();
        for (station, counts) in snapshots.flat_map(|snapshot| &snapshot.counts) {
            let (Some(ebikes), Some(mechanical)) = (counts.ebikes, counts.mechanical) else { continue };
            let counted = stations.entry(station.clone()).or_default();
            counted.ebikes += u32::from(ebikes);
            counted.mechanical += u32::from(mechanical);
        }
        stations
    }
}

impl KeptHours {
    /// All snapshots, oldest first.
    fn snapshots(&self) -> Vec<Arc<PastSnapshot>> {
        self.hours.values().flat_map(|kept| kept.snapshots.iter().cloned()).collect()
    }
}

/// Of snapshots that reach back farther, those of the past day.
fn of_day(snapshots: &[Arc<PastSnapshot>], now: Timestamp) -> impl Iterator<Item = &PastSnapshot> {
    snapshots.iter().map(AsRef::as_ref).filter(move |snapshot| snapshot.at >= now - reach(DAY_SLOTS))
}

/// From the earliest snapshot that may stand in the first of so many slots to now.
fn reach(slots: usize) -> SignedDuration {
    CADENCE * i32::try_from(slots - 1).expect("slots are those of a week at most") + SLOT_TOLERANCE
}

/// The moments of so many slots that end at one, oldest first.
pub(crate) fn slot_times(last: Timestamp, slots: usize) -> Vec<Timestamp> {
    let backwards = std::iter::successors(Some(last), |slot| Some(*slot - CADENCE));
    let mut times: Vec<Timestamp> = backwards.take(slots).collect();
    times.reverse();
    times
}

/// The first snapshot of each quarter of an hour.
fn thinned(rows: Vec<Observation>) -> Vec<Arc<PastSnapshot>> {
    let mut by_quarter: BTreeMap<i64, PastSnapshot> = BTreeMap::new();
    let mut times: Vec<Timestamp> = rows.iter().map(|row| row.snapshot_at).collect();
    times.sort_unstable();
    for at in times {
        let empty = || PastSnapshot { at, counts: HashMap::new() };
        by_quarter.entry(at.as_second().div_euclid(KEPT_EVERY_S)).or_insert_with(empty);
    }
    for row in rows {
        let quarter = by_quarter.get_mut(&row.snapshot_at.as_second().div_euclid(KEPT_EVERY_S));
        if let Some(snapshot) = quarter.filter(|snapshot| snapshot.at == row.snapshot_at) {
            snapshot.counts.insert(row.status.station_id, row.status.counts);
        }
    }
    by_quarter.into_values().map(Arc::new).collect()
}

/// Moments of the past, each with the snapshot taken nearest to it.
pub(crate) struct Slots<'a>(Vec<Option<&'a PastSnapshot>>);

impl PastDay {
    /// Every snapshot of the past day that is kept, oldest first: when it was taken, and what was counted, station by
    /// station.
    pub(crate) fn counted(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, impl Iterator<Item = Counts>)> {
        of_day(&self.snapshots, now).map(|snapshot| (snapshot.at, snapshot.counts.values().copied()))
    }

    /// So many hourly slots that end at a moment, each with the snapshot nearest to it, `within` so much; the last slot is
    /// left to the caller, who has it live.
    pub(crate) fn slots_until(&self, last: Timestamp, slots: usize, within: SignedDuration) -> Slots<'_> {
        let earlier = self.snapshots.iter().filter(|snapshot| snapshot.at < last);
        let earlier: Vec<&PastSnapshot> = earlier.map(AsRef::as_ref).collect();
        let mut times: Vec<Timestamp> = earlier.iter().map(|snapshot| snapshot.at).collect();
        times.push(last);
        let mut nearest = slot_snapshots(&times, CADENCE, slots, within);
        // The last slot is the moment itself.
        nearest.pop();
        Slots(nearest.into_iter().map(|slot| slot.and_then(|index| earlier.get(index).copied())).collect())
    }

    /// The hour of a moment a week before, and hourly slots after it, each with the snapshot nearest to it, `within` so much;
    /// no slots where nothing is known of that week, so that nobody is sent a list of nothing.
    pub(crate) fn week_before(&self, moment: Timestamp, within: SignedDuration) -> Slots<'_> {
        if self.week_before.is_empty() {
            return Slots(Vec::new());
        }
        let times: Vec<Timestamp> = self.week_before.iter().map(|snapshot| snapshot.at).collect();
        let nearest = week_before_snapshots(&times, moment, CADENCE, within);
        Slots(nearest.into_iter().map(|slot| Some(self.week_before[slot?].as_ref())).collect())
    }
}

impl Slots<'_> {
    /// What was counted at a station, slot by slot, oldest first.
    pub(crate) fn counts(&self, station: &StationId) -> Vec<Option<Counts>> {
        let counts = |snapshot: Option<&PastSnapshot>| snapshot?.counts.get(station).copied();
        self.0.iter().copied().map(counts).collect()
    }
}
