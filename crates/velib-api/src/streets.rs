//! Streets for planning and drawing: tables where the API was given some that it can read, straight lines otherwise.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use tokio::task::spawn_blocking;
use velib_domain::LatLon;
use velib_planner::{DetourStreets, Network, StreetTimes};
use velib_streets::{StationRows, StreetTables, TableStreets};

use crate::{lang::Lang, notice::Notice};

/// The tables, or why there are none.
#[derive(Default)]
pub(crate) struct Streets {
    tables: Option<StreetTables>,
    failure: Option<String>,
}

/// The streets of one network.
pub(crate) enum NetworkStreets<'t> {
    Tables(TableStreets<'t>),
    Detour(DetourStreets),
}

impl Streets {
    /// Begins to read tables, on a thread of its own, so that the rest is set up meanwhile. Where they are missing, older or
    /// damaged the API serves all the same, and says so.
    pub(crate) fn open(file: Option<PathBuf>) -> impl Future<Output = Self> {
        let reading = spawn_blocking(move || file.as_deref().map(Self::read).unwrap_or_default());
        async {
            let failed = "reading the street tables panicked: the log says where";
            reading.await.unwrap_or_else(|_| Self { tables: None, failure: Some(failed.to_owned()) })
        }
    }

    fn read(file: &Path) -> Self {
        match StreetTables::read(file) {
            Ok(tables) => Self { tables: Some(tables), failure: None },
            Err(error) => {
                tracing::warn!(%error, "streets are estimated from straight lines");
                Self { tables: None, failure: Some(error.to_string()) }
            }
        }
    }

    /// The streets between the stations of a network; `rows` keeps where the tables have those.
    pub(crate) fn of(&self, network: &Network, rows: &OnceLock<StationRows>) -> NetworkStreets<'_> {
        let Some(tables) = &self.tables else { return NetworkStreets::Detour(DetourStreets::default()) };
        let rows = rows.get_or_init(|| StationRows::of(network, tables));
        NetworkStreets::Tables(TableStreets::with_rows(tables, rows.clone()))
    }

    /// What the tables were made from; `None` where straight lines stand in.
    pub(crate) fn version(&self) -> Option<&str> {
        self.tables.as_ref().map(StreetTables::version)
    }
}

impl NetworkStreets<'_> {
    /// Distances and times.
    pub(crate) fn times(&self) -> &dyn StreetTimes {
        match self {
            Self::Tables(streets) => streets,
            Self::Detour(streets) => streets,
        }
    }

    /// The way on the ground; `None` where it is not known.
    pub(crate) fn line(&self, from: LatLon, to: LatLon, by_bike: bool) -> Option<Arc<[LatLon]>> {
        match self {
            Self::Tables(streets) => streets.line(from, to, by_bike),
            Self::Detour(_) => None,
        }
    }

    /// What a reader should know of the streets.
    pub(crate) fn notice(&self, streets: &Streets, lang: Lang) -> Option<Notice> {
        let unknown = match self {
            Self::Tables(streets) => streets.unknown_stations(),
            Self::Detour(_) => 0,
        };
        if let Some(reason) = &streets.failure {
            let detail = match lang {
                Lang::En => format!("streets are estimated from straight lines: {reason}"),
                Lang::Fr => format!("les rues sont estimées à vol d’oiseau\u{a0}: {reason}"),
            };
            return Some(Notice::warning("no_street_tables", detail));
        }
        let detail = match lang {
            Lang::En => {
                format!("{unknown} stations are newer than the street tables: theirs are straight lines")
            }
            Lang::Fr => format!(
                "{unknown}\u{a0}stations sont plus récentes que les tables des rues\u{a0}: leurs chemins sont à vol d’oiseau"
            ),
        };
        (unknown > 0).then(|| Notice::info("stations_off_the_map", detail))
    }
}
