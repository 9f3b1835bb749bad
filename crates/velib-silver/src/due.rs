//! Which hours are to be refined, told without refining any: what a fan-out over many machines begins with.

use futures::{StreamExt, TryStreamExt};
use velib_domain::{Hour, SystemId};
use velib_lake::{Lake, LakeError};

use crate::{
    Redo,
    refine::{Refinery, Standing},
};

/// Hours looked at at once.
const AT_ONCE: usize = 16;

/// Of some hours those that a run would make, in the order given.
pub async fn hours_due(
    lake: &Lake,
    system: &SystemId,
    hours: Vec<Hour>,
    redo: Redo,
) -> Result<Vec<Hour>, LakeError> {
    let refinery = &Refinery::open(lake, system, redo).await?;
    let standings = futures::stream::iter(hours)
        .map(|hour| async move { Ok((hour, matches!(refinery.standing(hour).await?, Standing::Due(_)))) });
    let standings: Vec<(Hour, bool)> = standings.buffered(AT_ONCE).try_collect().await?;
    Ok(standings.into_iter().filter_map(|(hour, due)| due.then_some(hour)).collect())
}
