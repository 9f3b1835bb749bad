//! The log of issued forecasts: of each hour the first, written once and never changed, so that nobody can know better
//! afterwards what had been said.

use velib_domain::{Hour, Issue, SystemId};

use crate::{Lake, LakeError, PutOutcome, issue_table, keys::IssueKey};

impl Lake {
    /// Keeps forecasts, unless others were kept in the same hour before.
    pub async fn keep_issue(&self, system: &SystemId, issue: &Issue) -> Result<PutOutcome, LakeError> {
        let key = IssueKey { system: system.clone(), hour: issue.hour() };
        self.create(&key, issue_table::encode(&key, issue)?).await
    }

    /// The forecasts that were kept in an hour, by station and horizon; `None` where there are none.
    pub async fn read_issue(&self, system: &SystemId, hour: Hour) -> Result<Option<Issue>, LakeError> {
        let key = IssueKey { system: system.clone(), hour };
        let object = self.get(&key).await?;
        object.map(|object| issue_table::decode(&key, object)).transpose()
    }
}
