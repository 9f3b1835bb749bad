//! The weights of a model's blend, learned on the validation days: the network never learned from them.

mod paying;

use velib_forecast::{
    Blend, BlendLearner, FeatureSpec, Forecaster, HorizonForecast, Profile, ProfileLearner,
    baselines::{Climatology, TransitionTable},
    blend::{Credit, HorizonWeights, NoneRecalibrated, Recalibration},
    protocol::{Cell, CityHistory, Fold, Origin, Protocol, civil_days},
};
use velib_lstm::LstmForecaster;
use velib_model::blend::{PARTS, TABLE};
use velib_report::bootstrap;

use crate::TrainError;
use paying::paying_weights;

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

    /// The weights beside a network that answers alone, of the parts that pay, and how the mixture's probability of none is
    /// told anew. Each validation day is answered with the usual week of its time.
    pub fn blend_with(
        &mut self,
        network: &mut LstmForecaster,
        usual: &ProfileLearner,
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[Origin],
    ) -> Result<(Blend, Vec<NoneRecalibrated>), TrainError> {
        let mut learner = BlendLearner::new(protocol.horizons_seconds.len(), PARTS.len());
        let mut nones = vec![[Vec::new(), Vec::new()]; protocol.horizons_seconds.len()];
        let mut blocks_of_rows = vec![[Vec::new(), Vec::new()]; protocol.horizons_seconds.len()];
        let (mut profile_days, horizons) = (None, self.climatology.horizons().to_vec());
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
                for (horizon, target) in origin.targets.iter().enumerate() {
                    let Some(truth) = target.and_then(|target| city.cell(target, station)) else { continue };
                    let said = answers.iter().map(|answer| &answer[row].horizons[horizon]);
                    add(&mut learner, horizon, said.clone(), truth);
                    add_none(&mut nones[horizon], said, truth);
                    // A row of docks is added where docks were told and counted.
                    for (blocks, nones) in blocks_of_rows[horizon].iter_mut().zip(&nones[horizon]) {
                        blocks.resize(nones.len(), block);
                    }
                }
            }
        }
        let trained: Vec<_> = protocol.snapshots(city, Fold::Train).map(|at| city.times()[at]).collect();
        let share = (FEW_DAYS / civil_days(&trained).len().max(1) as f64).powi(2);
        let credit = Credit { forecaster: TABLE, share, most_rows: MOST_CREDIT_ROWS };
        let at = |(horizon, blocks): (usize, &[Vec<u16>; 2])| {
            let [bikes, docks] =
                [0, 1].map(|target| paying_weights(&learner, horizon, target, credit, &blocks[target]));
            HorizonWeights { bikes, docks }
        };
        let weights = Blend { horizons: blocks_of_rows.iter().enumerate().map(at).collect() };
        let recalibrated = weights.horizons.iter().zip(&nones);
        let none = recalibrated.map(|(weights, [bikes, docks])| NoneRecalibrated {
            bikes: recalibration(&weights.bikes, bikes),
            docks: recalibration(&weights.docks, docks),
        });
        let none = none.collect();
        Ok((weights, none))
    }
}

fn add<'a>(
    learner: &mut BlendLearner,
    horizon: usize,
    said: impl Iterator<Item = &'a HorizonForecast> + Clone,
    truth: Cell,
) {
    let mass = |masses: &[f64], count: u16| masses[usize::from(count).min(masses.len() - 1)];
    learner.add(horizon, 0, said.clone().map(|at| mass(at.bikes.masses(), truth.bikes)));
    if let (Some(truth), true) = (truth.docks, said.clone().all(|at| at.docks.is_some())) {
        let docks = said.filter_map(|at| at.docks.as_ref());
        learner.add(horizon, 1, docks.map(|docks| mass(docks.masses(), truth)));
    }
}

/// How likely each part of a blend held that there would be none, and whether there was none.
type NoneHeld = ([f64; PARTS.len()], bool);

fn add_none<'a>(
    [bikes, docks]: &mut [Vec<NoneHeld>; 2],
    said: impl Iterator<Item = &'a HorizonForecast> + Clone,
    truth: Cell,
) {
    let held = |none: &mut dyn Iterator<Item = f64>| {
        let mut parts = [0.0; PARTS.len()];
        parts.iter_mut().zip(none).for_each(|(part, none)| *part = none);
        parts
    };
    bikes.push((held(&mut said.clone().map(|at| at.bikes.masses()[0])), truth.bikes == 0));
    if let (Some(truth), true) = (truth.docks, said.clone().all(|at| at.docks.is_some())) {
        let docks_said = said.filter_map(|at| at.docks.as_ref());
        docks.push((held(&mut docks_said.map(|docks| docks.masses()[0])), truth == 0));
    }
}

fn recalibration(weights: &[f64], seen: &[NoneHeld]) -> Recalibration {
    let mixed = |parts: &[f64]| weights.iter().zip(parts).map(|(weight, part)| weight * part).sum();
    Recalibration::learn(&seen.iter().map(|(parts, none)| (mixed(parts), *none)).collect::<Vec<_>>())
}
