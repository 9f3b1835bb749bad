//! What a model says at its last horizon, carried along the usual week to a day ahead.

use std::collections::HashMap;

use velib_domain::StationId;
use velib_forecast::{
    CountForecast, ForecastRequest, Horizon, HorizonForecast, StationForecast, StationHistory,
    baselines::Climatology,
    day_ahead::{FURTHEST, MEMORY, beyond},
};

/// Forecasts of every whole hour between a model's last horizon and a day ahead.
pub(crate) struct DayAhead {
    /// Those horizons, ascending.
    pub(crate) horizons: Vec<Horizon>,
    /// What is forecast there, station by station.
    pub(crate) stations: HashMap<StationId, FarStation>,
}

/// What is forecast of one station, one entry a horizon.
pub(crate) struct FarStation {
    pub(crate) bikes: Vec<CountForecast>,
    pub(crate) docks: Option<Vec<CountForecast>>,
    /// Whether the station's usual week is known; else the last horizon is carried on as it is.
    pub(crate) is_usual: bool,
}

impl DayAhead {
    pub(super) fn new(
        near: &[StationForecast],
        request: &ForecastRequest,
        answered: &[Horizon],
        climatology: &Climatology,
    ) -> Self {
        let last = answered.last().copied().unwrap_or_default();
        let hours = (1..=FURTHEST.as_hours()).map(Horizon::from_hours);
        let horizons: Vec<Horizon> = hours.filter(|hour| *hour > last).collect();
        let station = |(forecast, history): (&StationForecast, &StationHistory)| {
            let from = forecast.horizons.last()?;
            let at = |&horizon: &Horizon| beyond(climatology, history, request.issued_at, from, horizon);
            let far: Vec<HorizonForecast> = horizons.iter().map(at).collect();
            let docks = far.iter().map(|at| at.docks.as_ref().map(CountForecast::from));
            let is_usual = climatology.at(history, request.issued_at + last).is_some();
            let bikes = far.iter().map(|at| CountForecast::from(&at.bikes)).collect();
            Some((forecast.station_id.clone(), FarStation { bikes, docks: docks.collect(), is_usual }))
        };
        let stations = near.iter().zip(&request.stations).filter_map(station).collect();
        Self { horizons, stations }
    }
}

/// Of a forecast beyond a model's last horizon, the share that the model still has; the usual week has the rest.
pub(crate) fn near_share(last: Horizon, horizon: Horizon) -> f64 {
    (-(horizon - last).as_secs_f64() / MEMORY.as_secs_f64()).exp().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::LatLon;
    use velib_forecast::{
        Forecaster, Persistence, Profile,
        profile::{StationProfile, Usual, WEEK_HOURS},
    };

    const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

    fn day_ahead(id: &str) -> FarStation {
        let position = LatLon { lat: PLACE.lat + f64::from(u8::from(id != "1")), ..PLACE };
        let history = StationHistory {
            station_id: StationId::new(id),
            capacity: Some(30),
            position,
            bikes: vec![Some(28)],
            docks: vec![Some(2)],
            ebikes: None,
        };
        let issued_at = "2022-06-07T06:00:00Z".parse().unwrap();
        let request = ForecastRequest { issued_at, cadence: Horizon::from_hours(1), stations: vec![history] };
        let hours = vec![Some(Usual { share: 0.4, empty: 0.05, full: 0.05 }); WEEK_HOURS];
        let known = StationProfile { station_id: StationId::new("1"), position: PLACE, hours };
        let climatology = Climatology::new(Profile::new(vec![known]), 4.0, &[]);
        let near = Persistence.forecast(&request).unwrap();
        let mut day = DayAhead::new(&near, &request, Persistence.horizons(), &climatology);
        assert_eq!(day.horizons, (4..=24).map(Horizon::from_hours).collect::<Vec<_>>());
        day.stations.remove(&StationId::new(id)).unwrap()
    }

    #[test]
    fn a_station_goes_back_to_its_usual_week() {
        let station = day_ahead("1");
        assert!(station.is_usual);
        assert!(station.bikes[0].mean > 24.0 && (station.bikes[20].mean - 12.0).abs() < 1.0);
        assert!(near_share(Horizon::from_hours(3), Horizon::from_hours(24)) < 0.05);
    }

    #[test]
    fn a_station_without_a_usual_week_stays_as_it_was_forecast_last() {
        let station = day_ahead("2");
        assert!(!station.is_usual);
        assert_eq!(station.bikes[0], station.bikes[20]);
    }
}
