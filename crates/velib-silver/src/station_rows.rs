//! An hour's rows in the order of the table, station by station.
//!
//! Rows, documents and facts about stations are all kept in the order of station ids, so that joining them is one walk
//! and no station is looked up.

use std::ops::Range;

use velib_domain::{Observation, StationId, StationInformation};

use crate::information::Information;

/// The rows of one station, and what is said of it.
pub(crate) struct StationRows<'a> {
    pub(crate) station_id: StationId,
    /// Where its rows stand, oldest first.
    pub(crate) rows: Range<usize>,
    /// What the information document of the hour says.
    pub(crate) described: Option<&'a StationInformation>,
}

impl StationRows<'_> {
    /// The capacity that the feed gives; zero is not knowing.
    pub(crate) fn feed_capacity(&self) -> Option<u16> {
        self.described?.capacity.filter(|capacity| *capacity > 0)
    }
}

/// Puts rows in the order of station and time.
pub(crate) fn in_table_order(rows: Vec<Observation>) -> Vec<Observation> {
    let mut order: Vec<(u128, usize)> =
        rows.iter().enumerate().map(|(row, observation)| (beginning(observation), row)).collect();
    let key = |row: usize| (&rows[row].status.station_id, rows[row].snapshot_at, row);
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| key(a.1).cmp(&key(b.1))));
    let mut rows: Vec<Option<Observation>> = rows.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, row)| rows[row].take()).collect()
}

/// The first bytes of a station id as a number, which compares as they do and faster.
fn beginning(row: &Observation) -> u128 {
    let id = row.status.station_id.as_str().as_bytes();
    let mut bytes = [0; 16];
    let length = id.len().min(bytes.len());
    bytes[..length].copy_from_slice(&id[..length]);
    u128::from_be_bytes(bytes)
}

/// The stations of rows that are in order.
pub(crate) fn by_station<'a>(
    rows: &[Observation],
    information: Option<&'a Information>,
) -> Vec<StationRows<'a>> {
    let mut described = information.map_or(&[][..], |document| document.stations.as_slice());
    let mut stations = Vec::with_capacity(described.len());
    let mut from = 0;
    for rows in rows.chunk_by(|a, b| a.status.station_id == b.status.station_id) {
        let station_id = rows[0].status.station_id.clone();
        let passed = described.iter().take_while(|station| station.station_id < station_id).count();
        described = &described[passed..];
        let found = described.first().filter(|station| station.station_id == station_id);
        stations.push(StationRows { station_id, rows: from..from + rows.len(), described: found });
        from += rows.len();
    }
    stations
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::{Counts, StationStatus, Timestamp};

    fn row(id: &str, second: i64) -> Observation {
        let status = StationStatus {
            station_id: StationId::new(id),
            station_code: None,
            counts: Counts::default(),
            reported_at: None,
            is_installed: None,
            is_renting: None,
            is_returning: None,
        };
        let snapshot_at = Timestamp::from_second(second).unwrap();
        Observation { snapshot_at, status, capacity: None, capacity_source: None }
    }

    #[test]
    fn the_order_is_that_of_ids_as_text_and_of_time() {
        let ids = ["7", "10", "a-long-identifier-2", "a-long-identifier-10", "7", "", "\u{e9}", "10\0"];
        let rows: Vec<Observation> =
            ids.iter().zip([5, 4, 3, 2, 1, 0, 0, 9]).map(|(id, at)| row(id, at)).collect();
        let mut expect = rows.clone();
        expect.sort_by(|a, b| {
            (&a.status.station_id, a.snapshot_at).cmp(&(&b.status.station_id, b.snapshot_at))
        });
        assert_eq!(in_table_order(rows), expect);
    }

    #[test]
    fn every_station_is_found_beside_its_description() {
        let rows = [row("1", 1), row("1", 2), row("3", 1), row("5", 1)];
        let stations = ["0", "3", "4", "5"].map(|id| StationInformation {
            station_id: StationId::new(id),
            station_code: None,
            name: id.to_owned(),
            position: velib_domain::LatLon { lat: 48.0, lon: 2.0 },
            capacity: None,
        });
        let document = Information {
            stored_at: Timestamp::UNIX_EPOCH,
            stations: stations.to_vec(),
            quarantined: std::collections::BTreeMap::default(),
        };
        let found = by_station(&rows, Some(&document));
        let told: Vec<_> = found
            .iter()
            .map(|s| (s.station_id.as_str(), s.rows.clone(), s.described.map(|d| d.name.as_str())))
            .collect();
        assert_eq!(told, [("1", 0..2, None), ("3", 2..3, Some("3")), ("5", 3..4, Some("5"))]);
        assert!(by_station(&rows, None).iter().all(|station| station.described.is_none()));
    }
}
