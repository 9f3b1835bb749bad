//! For how long a status has said the same, told from what the lake holds of the runs before.
//!
//! Only today's and yesterday's documents are looked at, and only while they say the same: of a feed that moves that is
//! one document a run. A stretch that began earlier is told as at least that long.

use velib_domain::{Hour, SignedDuration, StandingContent, StatusContent, SystemId, Timestamp};
use velib_gbfs::parse_station_status;
use velib_lake::{BronzeKey, Feed, Lake, LakeError};

/// Documents that are read to find where a stretch began.
const LOOK_BACK: usize = 100;

const FEED: Feed = Feed::StationStatus;

/// The documents before a run.
pub(crate) struct StatusBefore {
    /// The newest first.
    older: Vec<BronzeKey>,
    newest: Option<StandingContent>,
}

impl StatusBefore {
    /// Finds the documents before a run and reads the newest.
    pub(crate) async fn look(lake: &Lake, system: &SystemId, at: Timestamp) -> Result<Self, LakeError> {
        let yesterday = Hour::containing(at - SignedDuration::from_hours(24)).civil().date();
        let today = Hour::containing(at).civil().date();
        let (mut documents, of_today) = tokio::try_join!(
            lake.bronze_on_day(system, FEED, yesterday),
            lake.bronze_on_day(system, FEED, today)
        )?;
        documents.extend(of_today.into_iter().filter(|key| key.stored_at < at));
        let newest = match documents.pop() {
            Some(key) => {
                content_of(lake, &key).await?.map(|content| StandingContent::new(content, key.stored_at))
            }
            None => None,
        };
        documents.reverse();
        Ok(Self { older: documents, newest })
    }

    /// The content of this run with the stretch over which it has stood.
    pub(crate) async fn standing(
        self,
        lake: &Lake,
        content: StatusContent,
        at: Timestamp,
    ) -> Result<StandingContent, LakeError> {
        let mut standing = StandingContent::new(content, at);
        let Some(newest) = self.newest.filter(|newest| newest.content == content) else {
            return Ok(standing);
        };
        standing.stretch.since = newest.stretch.since;
        for key in self.older.iter().take(LOOK_BACK) {
            if content_of(lake, key).await? != Some(content) {
                break;
            }
            standing.stretch.since = key.stored_at;
        }
        Ok(standing)
    }
}

/// What a stored status says; `None` where it is no feed.
async fn content_of(lake: &Lake, key: &BronzeKey) -> Result<Option<StatusContent>, LakeError> {
    let body = lake.read_bronze(key).await?;
    let parsed = parse_station_status(&body, key.stored_at);
    Ok(parsed.ok().map(|parsed| StatusContent::of(&parsed.value)))
}
