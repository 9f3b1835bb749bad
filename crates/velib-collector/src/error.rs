//! Why a run failed, by what the caller can do: ask again, look at the feed, look at the lake.
//!
//! Each message is whole, causes included, because a Lambda reports one line and nothing of the chain behind it.

use std::error::Error;

use velib_gbfs::{DocumentError, client::FetchError};
use velib_lake::{Feed, LakeError};

/// A run that could not keep both feeds. Whatever arrived and was good is in the lake all the same.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// No document came; a later run may fare better. The feed is `None` where the list of feeds did not come.
    #[error("{} was not fetched: {cause}", .feed.map_or("the list of feeds", Feed::as_str))]
    Unreachable {
        /// The feed that was asked for.
        feed: Option<Feed>,
        /// What happened on the way.
        cause: FetchError,
    },
    /// The list of feeds came, and the feed is not in it.
    #[error("{feed} has no address: {cause}")]
    NotListed {
        /// The feed looked for.
        feed: Feed,
        /// The feeds there are.
        cause: DocumentError,
    },
    /// Something came that is no feed; it is kept under `rejected/` with the reason.
    #[error("{feed} served no feed: {cause} (the {bytes} bytes are kept under rejected/)")]
    NotAFeed {
        /// The feed that was asked for.
        feed: Feed,
        /// Size of the body in bytes.
        bytes: usize,
        /// What is wrong with it.
        cause: DocumentError,
    },
    /// The lake did not take a document.
    #[error("{feed} was not kept: {}", whole_story(.cause))]
    Lake {
        /// The feed whose document it was.
        feed: Feed,
        /// What the lake said.
        cause: LakeError,
    },
    /// Both feeds failed, each for its own reason.
    #[error("{status}; {information}")]
    Both {
        /// What happened to `station_status`.
        status: Box<CollectError>,
        /// What happened to `station_information`.
        information: Box<CollectError>,
    },
}

impl CollectError {
    /// The word that alarms and metrics count by; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "feed_unreachable",
            Self::NotListed { .. } => "feed_not_listed",
            Self::NotAFeed { .. } => "not_a_feed",
            Self::Lake { .. } => "lake",
            Self::Both { status, .. } => status.code(),
        }
    }

    /// Documents that were no feeds and are kept under `rejected/`.
    pub(crate) fn rejected_documents(&self) -> usize {
        match self {
            Self::NotAFeed { .. } => 1,
            Self::Both { status, information } => {
                status.rejected_documents() + information.rejected_documents()
            }
            _ => 0,
        }
    }
}

/// An error's message and those of its causes.
pub(crate) fn whole_story(error: &dyn Error) -> String {
    let mut story = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        story = format!("{story}: {error}");
        cause = error.source();
    }
    story
}
