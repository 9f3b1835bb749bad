//! Where the demo's bikes come from: the live feed when it answers, stored documents when asked, else a simulated city.

use std::time::Duration;

/// How long the live feed may take before the demo goes on without it.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// A feed that answers.
pub enum Feed {
    /// The operator's own.
    Live,
    /// The simulated city, with a past to collect; the URL of its server.
    Simulated(String),
    /// A folder of documents, served again; the URL of its server.
    Replayed(String),
}

impl Feed {
    /// The word every number of this feed carries.
    pub fn source(&self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Simulated(_) => "simulated",
            Self::Replayed(_) => "replayed",
        }
    }

    /// The system id under which it is stored, so that simulated rows never mix with real ones.
    pub fn system(&self) -> &'static str {
        match self {
            Self::Live => "velib",
            Self::Simulated(_) => "simulated",
            Self::Replayed(_) => "replayed",
        }
    }

    /// The address of its `gbfs.json`.
    pub fn discovery_url(&self) -> String {
        match self {
            Self::Live => velib_gbfs::VELIB_DISCOVERY_URL.to_owned(),
            Self::Simulated(server) | Self::Replayed(server) => format!("{server}/gbfs.json"),
        }
    }
}

/// Whether the operator's own feed can be asked from here.
pub async fn live_feed_answers() -> bool {
    let ask = reqwest::get(velib_gbfs::VELIB_DISCOVERY_URL);
    matches!(tokio::time::timeout(PATIENCE, ask).await, Ok(Ok(answer)) if answer.status().is_success())
}
