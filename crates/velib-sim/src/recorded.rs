//! Sites and their stock as a lake would hold them, for who fills a history with the city itself instead of its feed.

use velib_domain::{CapacitySource, Counts, Observation, Station, StationId, StationStatus, Timestamp};

use crate::{Service, Site, Stock};

impl Site {
    /// The site under an id of the caller's, with the docks that were built.
    pub fn station(&self, station_id: StationId, seen: Timestamp) -> Station {
        Station {
            station_id,
            station_code: None,
            name: self.name.clone(),
            position: self.position,
            capacity: Some(self.docks),
            arrondissement: None,
            commune: None,
            first_seen: seen,
            last_seen: seen,
        }
    }

    /// Docks that would take a bike, as the feed tells; one that was taken off the street has none.
    pub(crate) fn free_docks(&self, stock: Stock) -> u16 {
        if self.service == Service::Removed { 0 } else { stock.free_docks() }
    }

    /// What stands there; whether it is in service the caller knows.
    pub fn observation(&self, station_id: StationId, stock: Stock, at: Timestamp) -> Observation {
        let counts = Counts {
            bikes: stock.bikes(),
            mechanical: Some(stock.mechanical),
            ebikes: Some(stock.ebikes),
            docks: Some(self.free_docks(stock)),
        };
        let status = StationStatus {
            station_id,
            station_code: None,
            counts,
            reported_at: None,
            is_installed: Some(true),
            is_renting: Some(true),
            is_returning: Some(true),
        };
        Observation {
            snapshot_at: at,
            status,
            capacity: Some(self.docks),
            capacity_source: Some(CapacitySource::Feed),
        }
    }
}
