//! What a station held at this hour on days of this kind: it knows the past weeks and nothing of today.

use std::collections::HashMap;

use velib_domain::{Distribution, StationId, Timestamp, calendar::calendar_point};

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::unknown, protocol::CityHistory,
};

/// Hours of a working and of a free day.
const HOURS: usize = 48;

/// How many counts at the hour weigh as much as all counts of the station: no hour was seen often.
const PRIOR_COUNTS: f64 = 1.0;

/// How often each count was seen at each station and hour.
#[derive(Debug, Clone)]
pub struct Climatology {
    horizons: Vec<Horizon>,
    stations: HashMap<StationId, [Seen; 2]>,
}

/// Counts seen, by hour.
#[derive(Debug, Clone)]
struct Seen(Vec<Vec<u16>>);

impl Climatology {
    /// Counts what was seen in training snapshots.
    pub fn fit(city: &CityHistory, snapshots: impl Iterator<Item = usize>, horizons: &[Horizon]) -> Self {
        let none = || Seen(vec![Vec::new(); HOURS]);
        let mut seen: Vec<[Seen; 2]> = city.stations().iter().map(|_| [none(), none()]).collect();
        for snapshot in snapshots {
            let hour = hour_of(city.times()[snapshot]);
            for (station, [bikes, docks]) in seen.iter_mut().enumerate() {
                let Some(cell) = city.cell(snapshot, station) else { continue };
                bikes.0[hour].push(cell.bikes);
                docks.0[hour].extend(cell.docks);
            }
        }
        let ids = city.stations().iter().map(|station| station.station_id.clone());
        Self { horizons: horizons.to_vec(), stations: ids.zip(seen).collect() }
    }

    fn station(&self, history: &StationHistory, issued_at: Timestamp) -> StationForecast {
        let support = history.support();
        let seen = self.stations.get(&history.station_id);
        let at = |&horizon: &Horizon| {
            let hour = hour_of(issued_at + horizon);
            HorizonForecast {
                horizon,
                bikes: seen
                    .and_then(|[bikes, _]| bikes.at(hour, support))
                    .unwrap_or_else(|| unknown(support)),
                docks: history.newest_docks().map(|_| {
                    seen.and_then(|[_, docks]| docks.at(hour, support)).unwrap_or_else(|| unknown(support))
                }),
            }
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons: self.horizons.iter().map(at).collect(),
        }
    }
}

impl Forecaster for Climatology {
    fn version(&self) -> &'static str {
        "climatology"
    }

    fn look_back(&self) -> usize {
        1
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| self.station(history, request.issued_at)).collect())
    }
}

/// The nearest hour of a working (0…23) or free (24…47) day.
fn hour_of(instant: Timestamp) -> usize {
    let point = calendar_point(instant);
    let hour = point.hour_of_day.round() as usize % 24;
    if point.is_day_off { 24 + hour } else { hour }
}

impl Seen {
    fn at(&self, hour: usize, support: u16) -> Option<Distribution> {
        let mut masses = vec![0.0; usize::from(support) + 1];
        let of_all = PRIOR_COUNTS / self.0.iter().map(Vec::len).sum::<usize>() as f64;
        for (seen_hour, counts) in self.0.iter().enumerate() {
            let weight = if seen_hour == hour { 1.0 + of_all } else { of_all };
            for &count in counts {
                masses[usize::from(count.min(support))] += weight;
            }
        }
        Distribution::from_masses(masses).ok()
    }
}
