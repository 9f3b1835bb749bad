//! Beyond the last horizon of a model, to a day ahead: what the model says there, carried along the usual week and
//! forgotten by and by, until it is mostly the usual week that speaks.
//!
//! Three hours ahead it says what the model says, and nothing jumps from there. A fifth of it stays: a station that stands
//! above its usual week today does so tomorrow, because levels drift with the season.
//!
//! Counts move with the usual week; none does not. Counts that are moved heap up at an empty station and at a full one, so
//! the probabilities of no bike and of no dock stay as the model says them, and are forgotten with the rest.

use velib_domain::{Distribution, SignedDuration, Timestamp};

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    baselines::Climatology,
    blend::{mixed, with_none},
};

/// Of what the model knows and does not know for good, a third (1/e) is left after this long.
const MEMORY: SignedDuration = SignedDuration::from_hours(6);

/// The share of what the model knows that stays for good. It was chosen on validation days of two years
/// (`docs/decisions/0043-none-is-not-carried-along.md`).
const LASTING: f64 = 0.2;

/// The furthest moment it is made for.
pub const FURTHEST: Horizon = SignedDuration::from_hours(24);

/// A model up to its last horizon, and further ones beyond it.
#[derive(Debug, Clone)]
pub struct DayAhead<F> {
    model: F,
    climatology: Climatology,
    horizons: Vec<Horizon>,
}

impl<F: Forecaster> DayAhead<F> {
    /// A model, what is usual in its city, and the horizons to carry it on to, ascending.
    pub fn new(model: F, climatology: Climatology, further: &[Horizon]) -> Self {
        let mut horizons = model.horizons().to_vec();
        let last = horizons.last().copied().unwrap_or_default();
        horizons.extend(further.iter().filter(|&&horizon| horizon > last));
        Self { model, climatology, horizons }
    }

    fn extended(
        &self,
        mut forecast: StationForecast,
        history: &StationHistory,
        issued_at: Timestamp,
    ) -> StationForecast {
        let Some(last) = forecast.horizons.last().cloned() else { return forecast };
        let further = self.horizons.iter().filter(|&&horizon| horizon > last.horizon);
        let beyond = further.map(|&horizon| beyond(&self.climatology, history, issued_at, &last, horizon));
        forecast.horizons.extend(beyond);
        forecast
    }
}

impl<F: Forecaster> Forecaster for DayAhead<F> {
    fn version(&self) -> &str {
        self.model.version()
    }

    fn look_back(&self) -> usize {
        self.model.look_back()
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let near = self.model.forecast(request)?;
        let stations = near.into_iter().zip(&request.stations);
        Ok(stations.map(|(forecast, history)| self.extended(forecast, history, request.issued_at)).collect())
    }
}

/// What `last`, a model's forecast, becomes at a later horizon. Where nothing is known to be usual, it stays.
pub fn beyond(
    climatology: &Climatology,
    history: &StationHistory,
    issued_at: Timestamp,
    last: &HorizonForecast,
    horizon: Horizon,
) -> HorizonForecast {
    let usual = |at: Horizon| climatology.at(history, issued_at + at);
    let Some(([bikes_before, docks_before], [bikes_then, docks_then])) =
        usual(last.horizon).zip(usual(horizon))
    else {
        return HorizonForecast { horizon, ..last.clone() };
    };
    let kept = kept(horizon - last.horizon);
    let carried = |said: &Distribution, before: &Distribution, then: &Distribution| {
        let moved = shifted(said, then.mean() - before.mean());
        let counts = mixed([(kept, &moved), (1.0 - kept, then)]).unwrap_or(moved);
        with_none(&counts, kept * said.none() + (1.0 - kept) * then.none())
    };
    HorizonForecast {
        horizon,
        bikes: carried(&last.bikes, &bikes_before, &bikes_then),
        docks: last.docks.as_ref().map(|docks| carried(docks, &docks_before, &docks_then)),
    }
}

/// Of a forecast so long after a model's last horizon, the share that the model has; the usual week has the rest.
pub fn kept(after: Horizon) -> f64 {
    let forgetting = (-after.as_secs_f64() / MEMORY.as_secs_f64()).exp().min(1.0);
    LASTING + (1.0 - LASTING) * forgetting
}

/// A distribution moved by a number of counts, stopped at the walls; a part of a count is a part of the mass.
fn shifted(said: &Distribution, by: f64) -> Distribution {
    let support = said.support() as f64;
    let mut masses = vec![0.0; said.masses().len()];
    for (count, mass) in said.masses().iter().enumerate() {
        let to = (count as f64 + by).clamp(0.0, support);
        let below = to.floor();
        masses[below as usize] += mass * (1.0 - (to - below));
        masses[to.ceil() as usize] += mass * (to - below);
    }
    Distribution::from_masses(masses).unwrap_or_else(|_| said.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::{LatLon, StationId};

    use crate::{
        Persistence, Profile,
        profile::{StationProfile, Usual, WEEK_HOURS},
    };

    const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

    /// A station of 30 docks that holds the same share at every hour.
    fn climatology(share: f32) -> Climatology {
        usual_week(vec![Some(Usual { share, empty: 0.05, full: 0.05 }); WEEK_HOURS])
    }

    fn usual_week(hours: Vec<Option<Usual>>) -> Climatology {
        let station = StationProfile { station_id: StationId::new("1"), position: PLACE, hours };
        Climatology::new(Profile::new(vec![station]), 4.0, &[])
    }

    fn request(bikes: u16) -> ForecastRequest {
        let history = StationHistory {
            station_id: StationId::new("1"),
            capacity: Some(30),
            position: PLACE,
            bikes: vec![Some(bikes)],
            docks: vec![Some(30 - bikes)],
            ebikes: None,
            bikes_week_before: Vec::new(),
        };
        let issued_at = "2022-06-07T06:00:00Z".parse().unwrap();
        ForecastRequest {
            issued_at,
            cadence: SignedDuration::from_hours(1),
            stations: vec![history],
            weather: Vec::new(),
        }
    }

    /// Persistence, carried on to every hour of a day.
    fn carried_on(climatology: Climatology, bikes: u16) -> Vec<HorizonForecast> {
        let hours: Vec<Horizon> = (1..=FURTHEST.as_hours()).map(Horizon::from_hours).collect();
        let mut model = DayAhead::new(Persistence, climatology, &hours);
        model.forecast(&request(bikes)).unwrap().remove(0).horizons
    }

    fn forecast(bikes: u16, share: f32) -> Vec<HorizonForecast> {
        carried_on(climatology(share), bikes)
    }

    #[test]
    fn it_answers_every_hour_of_a_day_and_up_to_three_as_the_model_does() {
        let ahead = forecast(20, 0.4);
        let hours: Vec<i64> = ahead.iter().map(|at| at.horizon.as_hours()).collect();
        assert_eq!(hours, (1..=24).collect::<Vec<_>>());
        assert_eq!(ahead[..3], Persistence.forecast(&request(20)).unwrap()[0].horizons);
    }

    #[test]
    fn a_day_ahead_it_is_the_usual_week_and_a_fifth_of_what_today_is_above_it() {
        let means: Vec<f64> = forecast(28, 0.4).iter().map(|at| at.bikes.mean()).collect();
        assert!(means.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "{means:?}");
        let above = (means[23] - 12.0) / (means[2] - 12.0);
        assert!(means[2] > 25.0 && (above - kept(Horizon::from_hours(21))).abs() < 0.01, "{means:?}");
        assert!((0.2..0.23).contains(&kept(Horizon::from_hours(21))));
    }

    /// Every hour is usual but for the share, so that only none that heaps up could change how likely it is.
    #[test]
    fn none_is_no_likelier_where_the_usual_week_goes_towards_a_wall() {
        for (bikes, morning, afternoon) in [(5, 0.7, 0.4), (25, 0.3, 0.6)] {
            let hours = (0..WEEK_HOURS).map(|hour| {
                let share = if hour % 24 > 12 { afternoon } else { morning };
                Some(Usual { share, empty: 0.05, full: 0.05 })
            });
            let ahead = carried_on(usual_week(hours.collect()), bikes);
            let nones =
                |at: &HorizonForecast| [&at.bikes, at.docks.as_ref().unwrap()].map(Distribution::none);
            let most = nones(&ahead[2]).map(|said| said.max(0.05) + 1e-6);
            for at in &ahead[3..] {
                assert!(nones(at).iter().zip(most).all(|(none, most)| *none <= most), "{at:?}");
            }
        }
    }

    #[test]
    fn where_nothing_is_usual_the_model_is_carried_on() {
        let nothing = Climatology::new(Profile::default(), 4.0, &[]);
        let ahead = carried_on(nothing, 20);
        assert_eq!(ahead[23].bikes, ahead[2].bikes);
    }

    proptest! {
        #[test]
        fn every_answer_is_a_distribution_near_the_one_an_hour_before(bikes in 0..=30_u16, share in 0.0..=1.0_f32) {
            let ahead = forecast(bikes, share);
            for at in &ahead {
                for masses in [at.bikes.masses(), at.docks.as_ref().unwrap().masses()] {
                    prop_assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                }
            }
            let jump = |a: &HorizonForecast, b: &HorizonForecast| {
                a.bikes.masses().iter().zip(b.bikes.masses()).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
            };
            let steps = ahead[2..].windows(2).map(|pair| jump(&pair[0], &pair[1]));
            prop_assert!(steps.into_iter().all(|step| step < 0.2));
        }

        /// At the model's last horizon nothing is forgotten or moved yet.
        #[test]
        fn it_begins_with_what_the_model_says(masses in prop::collection::vec(0.0..1.0_f64, 31), share in 0.0..=1.0_f32) {
            prop_assume!(masses.iter().sum::<f64>() > 1e-3);
            let bikes = Distribution::from_masses(masses).unwrap();
            let horizon = Horizon::from_hours(3);
            let last = HorizonForecast { horizon, docks: Some(bikes.clone()), bikes };
            let request = request(15);
            let same = beyond(&climatology(share), &request.stations[0], request.issued_at, &last, horizon);
            for (told, said) in same.bikes.masses().iter().zip(last.bikes.masses()) {
                prop_assert!((told - said).abs() < 1e-9);
            }
        }

        /// Whatever is carried, none is told between what the model says of it and what is usual.
        #[test]
        fn none_lies_between_the_models_word_and_the_usual_weeks(bikes in 0..=30_u16, share in 0.2..=0.8_f32) {
            let ahead = forecast(bikes, share);
            let (said, usual) = (ahead[2].bikes.none(), f64::from(0.05_f32));
            for at in &ahead[2..] {
                prop_assert!((said.min(usual) - 1e-9..=said.max(usual) + 1e-9).contains(&at.bikes.none()));
            }
        }

        #[test]
        fn away_from_the_walls_a_shift_moves_the_mean_by_itself(by in -5.0..5.0_f64) {
            let moved = shifted(&Distribution::certain(10, 20), by);
            prop_assert!((moved.mean() - 10.0 - by).abs() < 1e-9);
        }
    }
}
