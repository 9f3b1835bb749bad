//! The newest of everything, for one request, and what a reader should know of it.

use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;
use velib_domain::{Source, Timestamp};
use velib_streets::StationRows;

use crate::{
    answer::age_s,
    city::{City, SharedCity, StationNow},
    forecasts::{Forecasts, KeptForecasts},
    geocode::Names,
    history::PastDay,
    lang::Lang,
    large::KeptList,
    notice::Notice,
    usable::StuckBikes,
    vintage::Vintage,
};

/// The counts of one status, and what they rest on.
#[derive(Clone)]
pub(crate) struct Present {
    pub(crate) city: SharedCity,
    pub(crate) past_day: Arc<PastDay>,
    /// Why the counts are not newer.
    pub(crate) failure: Option<Failure>,
    pub(crate) made: Arc<Made>,
}

/// What follows from one status: each made once, for whoever asks first, and kept as long as the status.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) stuck: OnceCell<Arc<StuckBikes>>,
    pub(crate) forecasts: KeptForecasts,
    pub(crate) lists: Lists,
    pub(crate) station_rows: OnceLock<StationRows>,
    names: OnceLock<Arc<Names>>,
}

/// The large answers, each encoded once.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) records: KeptList,
    pub(crate) stations: KeptList,
    pub(crate) features: KeptList,
    pub(crate) forecasts: KeptList,
    pub(crate) forecasts_by_hour: KeptList,
}

/// A fetch that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
}

impl Present {
    pub(crate) fn new(city: City, past_day: Arc<PastDay>) -> Self {
        Self { city: Arc::new(city), past_day, failure: None, made: Arc::default() }
    }

    /// What tells answers made of this, and of forecasts, from earlier ones.
    pub(crate) fn vintage(&self, forecasts: Option<&Forecasts>, notices: &[Notice]) -> Vintage {
        let codes: Vec<&str> = notices.iter().map(|notice| notice.code).collect();
        let forecasts = forecasts.map(|by| (by.issued_at, &by.version, by.horizons.len()));
        Vintage::of((self.city.snapshot_at, self.past_day.newest_hour, self.past_day.hours, forecasts, codes))
    }

    /// The names of the stations and of what stands around them.
    pub(crate) fn names(&self) -> Arc<Names> {
        let of = |station: &StationNow| {
            (station.id().clone(), station.information.name.clone(), station.information.position)
        };
        let names = || Arc::new(Names::of(self.city.stations.iter().map(of)));
        Arc::clone(self.made.names.get_or_init(names))
    }

    /// What a reader should know of the counts.
    pub(crate) fn notices(&self, now: Timestamp, lang: Lang) -> Vec<Notice> {
        let mut notices = Vec::new();
        let origin = self.city.origin;
        match origin.source {
            Source::Simulated => {
                let detail = match lang {
                    Lang::En => "no real bike stands behind these counts",
                    Lang::Fr => "aucun vélo réel ne se cache derrière ces chiffres",
                };
                notices.push(Notice::info("simulated_feed", detail));
            }
            Source::Replayed => {
                let detail = match lang {
                    Lang::En => "these counts are read from stored documents",
                    Lang::Fr => "ces chiffres sont relus dans des documents archivés",
                };
                notices.push(Notice::info("replayed_feed", detail));
            }
            _ => {}
        }
        let age = age_s(self.city.snapshot_at, now);
        if let Some(failure) = &self.failure {
            let reason = &failure.reason;
            let detail = match lang {
                Lang::En => format!("counts are {age} s old, because the feed gave none since: {reason}"),
                Lang::Fr => format!(
                    "ces chiffres datent de {age}\u{a0}s, car le flux n’en a pas donné d’autres depuis\u{a0}: {reason}"
                ),
            };
            notices.push(Notice::warning("feed_unavailable", detail));
        }
        if age > origin.holds_for.as_secs() {
            let detail = match lang {
                Lang::En => format!("counts are {age} s old: they are remembered, not those of now"),
                Lang::Fr => format!(
                    "ces chiffres datent de {age}\u{a0}s\u{a0}: ce sont les derniers connus, non ceux de maintenant"
                ),
            };
            notices.push(Notice::warning("stale_data", detail));
        }
        if self.city.is_frozen {
            let since = lang.moment(self.city.unchanged.since);
            let for_s = age_s(self.city.unchanged.since, now);
            let detail = match lang {
                Lang::En => {
                    format!("the feed answers, but no count has changed since {since}, {for_s} s ago")
                }
                Lang::Fr => {
                    format!("le flux répond, mais rien n’y a changé depuis le {since}, il y a {for_s}\u{a0}s")
                }
            };
            notices.push(Notice::warning("frozen_feed", detail));
        }
        if let Some(reason) = &self.past_day.failure {
            let detail = match lang {
                Lang::En => format!("the past day is unknown: {reason}"),
                Lang::Fr => format!("les dernières 24\u{a0}heures sont inconnues\u{a0}: {reason}"),
            };
            notices.push(Notice::warning("history_unavailable", detail));
        }
        notices
    }
}
