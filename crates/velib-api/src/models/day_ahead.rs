//! What is forecast at a last horizon, carried along the usual week to a day ahead.
//!
//! Only the model in this process knows what is usual. Where another forecaster answered the near horizons, what it says
//! more or less there than this model is carried on too, and forgotten as fast as the model itself: nothing jumps where
//! the one follows the other.

use std::collections::HashMap;

use velib_domain::StationId;
use velib_forecast::{
    CountForecast, ForecastRequest, Horizon, HorizonForecast, StationForecast, StationHistory,
    baselines::Climatology,
    day_ahead::{FURTHEST, beyond, kept},
    invocation::StationAnswer,
};

/// Forecasts of every whole hour between a last horizon and a day ahead.
pub(crate) struct DayAhead {
    /// Those horizons, ascending.
    pub(crate) horizons: Vec<Horizon>,
    /// What is forecast there, station by station.
    pub(crate) stations: HashMap<StationId, FarStation>,
    /// The last horizon of the forecasts that these follow.
    seam: Horizon,
}

/// What is forecast of one station by the model in this process.
pub(crate) struct FarStation {
    bikes: FarCount,
    docks: Option<FarCount>,
    /// Whether the station's usual week is known; else the last horizon is carried on as it is.
    pub(crate) is_usual: bool,
}

/// One count from the seam on.
struct FarCount {
    at_seam: CountForecast,
    /// One entry a horizon.
    further: Vec<CountForecast>,
    /// The most that there can be.
    room: f64,
}

impl DayAhead {
    /// From `seam` on, by a model that `answered` these horizons and said `near` there.
    pub(super) fn new(
        near: &[StationForecast],
        request: &ForecastRequest,
        answered: &[Horizon],
        seam: Horizon,
        climatology: &Climatology,
    ) -> Self {
        let last = answered.last().copied().unwrap_or_default();
        let hours = (1..=FURTHEST.as_hours()).map(Horizon::from_hours);
        let horizons: Vec<Horizon> = hours.filter(|hour| *hour > last.max(seam)).collect();
        let station = |(forecast, history): (&StationForecast, &StationHistory)| {
            let from = forecast.horizons.last()?;
            let at = |horizon: Horizon| beyond(climatology, history, request.issued_at, from, horizon);
            let own = forecast.horizons.iter().find(|own| own.horizon >= seam).cloned();
            let at_seam = own.unwrap_or_else(|| at(seam));
            let further: Vec<HorizonForecast> = horizons.iter().map(|&horizon| at(horizon)).collect();
            let room = f64::from(history.support());
            let bikes = FarCount {
                at_seam: CountForecast::from(&at_seam.bikes),
                further: further.iter().map(|at| CountForecast::from(&at.bikes)).collect(),
                room,
            };
            let docks: Option<_> =
                further.iter().map(|at| at.docks.as_ref().map(CountForecast::from)).collect();
            let docks = at_seam.docks.as_ref().zip(docks).map(|(at_seam, further)| FarCount {
                at_seam: CountForecast::from(at_seam),
                further,
                room,
            });
            let is_usual = climatology.at(history, request.issued_at + last).is_some();
            Some((forecast.station_id.clone(), FarStation { bikes, docks, is_usual }))
        };
        let stations = near.iter().zip(&request.stations).filter_map(station).collect();
        Self { horizons, stations, seam }
    }

    /// A station's near forecasts, and behind them what follows; `None` for a station that the model was not asked about.
    pub(crate) fn following(&self, near: &StationAnswer) -> Option<StationAnswer> {
        let far = self.stations.get(&near.station_id)?;
        let share = |horizon: &Horizon| if far.is_usual { kept(*horizon - self.seam) } else { 1.0 };
        let shares: Vec<f64> = self.horizons.iter().map(share).collect();
        let docks = near.docks.as_ref().zip(far.docks.as_ref());
        Some(StationAnswer {
            bikes: far.bikes.following(&near.bikes, &shares),
            docks: docks.map(|(near, far)| far.following(near, &shares)),
            ..near.clone()
        })
    }
}

impl FarCount {
    /// What was forecast near, and these behind it, bent so that they go on from there.
    fn following(&self, near: &[CountForecast], shares: &[f64]) -> Vec<CountForecast> {
        let from = near.last().unwrap_or(&self.at_seam);
        let further = self.further.iter().zip(shares).map(|(far, &share)| self.bent(far, from, share));
        near.iter().copied().chain(further).collect()
    }

    /// A far forecast and, of what another says beside this model at the seam, a share.
    fn bent(&self, far: &CountForecast, from: &CountForecast, share: f64) -> CountForecast {
        let own = &self.at_seam;
        let count = |far: f64, from: f64, own: f64| (far + share * (from - own)).clamp(0.0, self.room);
        let p10 = count(far.p10, from.p10, own.p10);
        let p50 = count(far.p50, from.p50, own.p50).max(p10);
        let mut p_at_least = far.p_at_least;
        let mut fewer = 1.0_f64;
        for (n, p) in p_at_least.iter_mut().enumerate() {
            *p = (*p + share * (from.p_at_least[n] - own.p_at_least[n])).clamp(0.0, fewer);
            fewer = *p;
        }
        CountForecast {
            mean: count(far.mean, from.mean, own.mean),
            p10,
            p50,
            p90: count(far.p90, from.p90, own.p90).max(p50),
            p_at_least,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::LatLon;
    use velib_forecast::{
        Forecaster, ModelAnswer, Persistence, Profile,
        profile::{StationProfile, Usual, WEEK_HOURS},
    };

    const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

    /// What so many of 30 docks hold now, carried forward.
    fn request(id: &str, bikes: u16) -> ForecastRequest {
        let position = LatLon { lat: PLACE.lat + f64::from(u8::from(id != "1")), ..PLACE };
        let history = StationHistory {
            station_id: StationId::new(id),
            capacity: Some(30),
            position,
            bikes: vec![Some(bikes)],
            docks: vec![Some(30 - bikes)],
            ebikes: None,
            bikes_week_before: Vec::new(),
        };
        let issued_at = "2022-06-07T06:00:00Z".parse().unwrap();
        ForecastRequest {
            issued_at,
            cadence: Horizon::from_hours(1),
            stations: vec![history],
            weather: Vec::new(),
        }
    }

    fn near(id: &str, bikes: u16) -> StationAnswer {
        let forecasts = Persistence.forecast(&request(id, bikes)).unwrap();
        ModelAnswer::new("", 0.0, Persistence.horizons(), &forecasts).stations.remove(0)
    }

    /// By a model that says `ours` will stand at station 1 or another, behind forecasts that say `theirs`. Station 1 holds
    /// 12 bikes at every hour of the week.
    fn followed(id: &str, ours: u16, theirs: u16) -> StationAnswer {
        let hours = vec![Some(Usual { share: 0.4, empty: 0.05, full: 0.05 }); WEEK_HOURS];
        let known = StationProfile { station_id: StationId::new("1"), position: PLACE, hours };
        let climatology = Climatology::new(Profile::new(vec![known]), 4.0, &[]);
        let request = request(id, ours);
        let forecasts = Persistence.forecast(&request).unwrap();
        let seam = Horizon::from_hours(3);
        let day = DayAhead::new(&forecasts, &request, Persistence.horizons(), seam, &climatology);
        assert_eq!(day.horizons, (4..=24).map(Horizon::from_hours).collect::<Vec<_>>());
        assert_eq!(day.stations[&StationId::new(id)].is_usual, id == "1");
        day.following(&near(id, theirs)).unwrap()
    }

    #[test]
    fn a_station_goes_back_to_its_usual_week_but_for_a_fifth() {
        let station = followed("1", 28, 28);
        assert_eq!(station.bikes.len(), 24);
        let a_day = kept(Horizon::from_hours(21));
        let left = a_day * (station.bikes[2].mean - 12.0);
        assert!(station.bikes[3].mean > 24.0 && (station.bikes[23].mean - 12.0 - left).abs() < 0.2);
        assert!((0.2..0.23).contains(&a_day));
    }

    #[test]
    fn a_station_without_a_usual_week_stays_as_it_was_forecast_last() {
        for theirs in [28, 5] {
            let station = followed("2", 28, theirs);
            assert_eq!(station.bikes[2], near("2", theirs).bikes[2]);
            for at in &station.bikes[3..] {
                let (at, last) = (at.p_at_least, station.bikes[2].p_at_least);
                assert!(at.iter().zip(last).all(|(at, last)| (at - last).abs() < 1e-9), "{at:?} {last:?}");
            }
        }
    }

    #[test]
    fn what_two_forecasters_disagree_about_is_forgotten_as_fast_as_what_the_model_says() {
        let (alone, behind) = (followed("1", 28, 28), followed("1", 28, 5));
        let apart = |at: usize| alone.bikes[at].mean - behind.bikes[at].mean;
        assert!(apart(2) > 20.0);
        for (hour, at) in (4..=24).zip(3..) {
            let left = kept(Horizon::from_hours(hour - 3)) * apart(2);
            assert!((apart(at) - left).abs() < 1e-6, "{hour} h: {} {left}", apart(at));
        }
    }

    proptest! {
        /// An hour behind the seam no forecast is farther from what it follows than the usual week pulls it.
        #[test]
        fn nothing_jumps_where_another_forecaster_is_followed(ours in 0..=30_u16, theirs in 0..=30_u16) {
            let station = followed("1", ours, theirs);
            let share = kept(Horizon::from_hours(1));
            for counts in [&station.bikes, station.docks.as_ref().unwrap()] {
                let (last, next) = (&counts[2], &counts[3]);
                prop_assert!((next.mean - last.mean).abs() <= (1.0 - share) * 30.0 + 1e-6, "{} {}", last.mean, next.mean);
                for (next, last) in next.p_at_least.iter().zip(last.p_at_least) {
                    prop_assert!((next - last).abs() <= 1.0 - share + 1e-6, "{next} {last}");
                }
            }
        }

        #[test]
        fn whatever_is_followed_forecasts_are_forecasts(ours in 0..=30_u16, theirs in 0..=30_u16) {
            for at in followed("1", ours, theirs).bikes {
                prop_assert!(0.0 <= at.p10 && at.p10 <= at.p50 && at.p50 <= at.p90 && at.p90 <= 30.0);
                prop_assert!(at.p_at_least.windows(2).all(|pair| pair[1] <= pair[0]));
                prop_assert!(at.p_at_least.iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}
