//! A foresight as the planner asks for it: one city, seen from one moment.

use std::cell::OnceCell;

use velib_domain::Timestamp;
use velib_planner::{BikeKind, Outlook, Site};

use crate::{
    Seen,
    foresight::{Ahead, Foresight, Wanted},
};

/// What a foresight expects of every station, worked out when first asked for and kept as long as the moment lasts.
pub(crate) struct Lookout<'f> {
    foresight: &'f dyn Foresight,
    seen: Seen<'f>,
    in_history: &'f [usize],
    known: Vec<OnceCell<Option<Ahead>>>,
}

impl<'f> Lookout<'f> {
    pub(crate) fn new(foresight: &'f dyn Foresight, seen: Seen<'f>, in_history: &'f [usize]) -> Self {
        Self { foresight, seen, in_history, known: vec![OnceCell::new(); in_history.len()] }
    }

    /// The chance at a station of the network, so many seconds from now.
    pub(crate) fn chance(&self, station: usize, wanted: Wanted, seconds: f64) -> Option<f64> {
        let ahead =
            self.known[station].get_or_init(|| self.foresight.ahead(&self.seen, self.in_history[station]));
        ahead.as_ref().map(|ahead| ahead.after(wanted, seconds))
    }

    fn at(&self, site: Site<'_>, wanted: Wanted, n: u16, at: Timestamp) -> Option<f64> {
        if n != 1 {
            return None;
        }
        self.chance(site.index(), wanted, at.duration_since(self.seen.at()).as_secs_f64())
    }
}

/// One rider, any bike.
impl Outlook for Lookout<'_> {
    fn p_bikes_at_least(&self, site: Site<'_>, _: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        self.at(site, Wanted::Bike, n, at)
    }

    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.at(site, Wanted::Dock, n, at)
    }
}
