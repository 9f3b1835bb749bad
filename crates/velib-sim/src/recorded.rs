//! Sites and their stock as a lake would hold them, for who fills a history with the city itself instead of its feed.

use velib_domain::{CapacitySource, Counts, Observation, Station, StationId, StationStatus, Timestamp};

use crate::{Site, Stock};

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

    /// What stands there, counted while it is in service.
    pub fn observation(&self, station_id: StationId, stock: Stock, at: Timestamp) -> Observation {
        let counts = Counts {
            bikes: stock.bikes(),
            mechanical: Some(stock.mechanical),
            ebikes: Some(stock.ebikes),
            docks: Some(stock.free_docks()),
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
