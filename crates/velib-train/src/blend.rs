//! The weights of a model's blend, learned on the validation days: the network never learned from them.

mod heard;
mod paying;

use velib_forecast::{
    Blend, FeatureSpec, Forecaster, Profile, ProfileLearner,
    baselines::{Climatology, TransitionTable},
    blend::Credit,
    protocol::{CityHistory, Fold, Origin, Protocol, civil_days},
};
use velib_lstm::LstmForecaster;
use velib_model::{BlendRecord, blend::TABLE};
use velib_report::bootstrap;

use crate::TrainError;
use heard::Heard;

/// Days of training after which half of a small validation speaks for the table in advance; less with the square of the
/// days, because a network learns from their number and from their kinds.
const FEW_DAYS: f64 = 2.0;

/// The most rows of credit: less than one origin of a city like Paris.
const MOST_CREDIT_ROWS: f64 = 1_000.0;

/// The simple forecasters of a blend.
#[derive(Debug)]
pub struct SimpleForecasters {
    /// What followed each count.
    pub table: TransitionTable,
    /// What is usual at the hour.
    pub climatology: Climatology,
}

impl SimpleForecasters {
    /// Learned from the training days.
    pub fn fit(
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[Origin],
        spec: &FeatureSpec,
        profile: Profile,
    ) -> Self {
        let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
        let (snapshots, horizons) = (protocol.snapshots(city, Fold::Train), spec.horizons());
        Self {
            table: TransitionTable::fit(city, &training, &horizons),
            climatology: Climatology::fit(city, snapshots, profile, &horizons),
        }
    }

    /// How the parts are blended beside a network that answers alone: the weights of those that pay, the weight of what bikes
    /// leave in docks, where it pays, and how the probability of none is told anew after that. Each validation day is answered
    /// with the usual week of its time.
    pub fn blend_with(
        &mut self,
        network: &mut LstmForecaster,
        usual: &ProfileLearner,
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[Origin],
    ) -> Result<BlendRecord, TrainError> {
        let horizons = self.climatology.horizons().to_vec();
        let mut heard = Heard::new(horizons.len());
        let mut profile_days = None;
        let mut climatology = self.climatology.clone();
        let judged: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Validation).collect();
        let moments: Vec<_> = judged.iter().map(|origin| city.times()[origin.at]).collect();
        for (origin, block) in judged.into_iter().zip(bootstrap::blocks(&moments)) {
            let days = protocol.days_of(city, origin);
            if profile_days.replace(days) != Some(days) {
                let week = usual.without(days.0, days.1);
                network.set_usual_week(week.clone());
                climatology = Climatology::new(week, climatology.concentration(), &horizons);
            }
            let (counted, request) = protocol.request(city, origin.at, network.look_back());
            let answers = [
                network.forecast(&request)?,
                self.table.forecast(&request)?,
                climatology.forecast(&request)?,
            ];
            for (row, &station) in counted.iter().enumerate() {
                let sum = request.stations[row].bikes_and_docks();
                for (horizon, target) in origin.targets.iter().enumerate() {
                    let Some(truth) = target.and_then(|target| city.cell(target, station)) else { continue };
                    let said = answers.each_ref().map(|answer| &answer[row].horizons[horizon]);
                    heard.add(horizon, block, said, sum, truth);
                }
            }
        }
        let trained: Vec<_> = protocol.snapshots(city, Fold::Train).map(|at| city.times()[at]).collect();
        let share = (FEW_DAYS / civil_days(&trained).len().max(1) as f64).powi(2);
        let credit = Credit { forecaster: TABLE, share, most_rows: MOST_CREDIT_ROWS };
        let told = (0..horizons.len()).map(|horizon| {
            let weights = heard.weights(horizon, credit);
            let mirror = heard.mirror(horizon, &weights);
            let none = heard.none_recalibrated(horizon, &weights, mirror);
            (weights, (mirror, none))
        });
        let (weights, (mirror, none)): (Vec<_>, (Vec<_>, Vec<_>)) = told.unzip();
        let concentration = self.climatology.concentration();
        Ok(BlendRecord::new(concentration, Blend { horizons: weights }, mirror, none))
    }
}
