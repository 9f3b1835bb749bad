//! Rows drawn from a history, as examples to learn from.

use rand::{Rng, seq::SliceRandom};
use velib_forecast::{
    FeatureSpec, ForecastRequest,
    protocol::{CityHistory, Fold, Origin, Protocol},
};
use velib_lstm::training::Examples;

use crate::{TrainError, masking};

/// The rows of one fold that examples are drawn from.
#[derive(Debug)]
pub struct Rows<'a> {
    city: &'a CityHistory,
    protocol: &'a Protocol,
    spec: &'a FeatureSpec,
    origins: Vec<&'a Origin>,
}

impl<'a> Rows<'a> {
    /// All rows of a fold.
    pub fn of(
        city: &'a CityHistory,
        protocol: &'a Protocol,
        spec: &'a FeatureSpec,
        origins: &'a [Origin],
        fold: Fold,
    ) -> Result<Self, TrainError> {
        let origins: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == fold).collect();
        if origins.is_empty() {
            let reason =
                format!("the {fold:?} days hold no snapshot with a day before it and a target after it");
            return Err(TrainError::TooShort { reason });
        }
        Ok(Self { city, protocol, spec, origins })
    }

    /// About `count` rows, the same number from every origin, whole as they were observed.
    pub fn draw(&self, count: usize, rng: &mut impl Rng) -> Result<Examples, TrainError> {
        self.draw_with(count, rng, |_, _| {}, |_| false)
    }

    /// About `count` rows, some of them with holes in their history or without their neighbours.
    pub fn draw_masked(&self, count: usize, rng: &mut impl Rng) -> Result<Examples, TrainError> {
        let mask_all = |request: &mut ForecastRequest, rng: &mut _| {
            request.stations.iter_mut().for_each(|station| masking::mask(station, rng));
        };
        self.draw_with(count, rng, mask_all, masking::is_alone)
    }

    fn draw_with<R: Rng>(
        &self,
        count: usize,
        rng: &mut R,
        mask: impl Fn(&mut ForecastRequest, &mut R),
        is_alone: impl Fn(&mut R) -> bool,
    ) -> Result<Examples, TrainError> {
        let mut examples = Examples::default();
        for (drawn, origin) in self.origins.iter().enumerate() {
            let quota = count * (drawn + 1) / self.origins.len() - count * drawn / self.origins.len();
            let (counted, mut request) = self.protocol.request(self.city, origin.at, self.spec.look_back);
            let chosen = self.choose(origin, &counted, quota, rng);
            mask(&mut request, rng);
            let (alone, together): (Vec<usize>, Vec<usize>) = chosen.into_iter().partition(|_| is_alone(rng));
            for &station in &alone {
                let single = ForecastRequest { stations: vec![request.stations[station].clone()], ..request };
                examples.features.append(self.spec.build(&single)?);
            }
            examples.features.append(self.spec.build_some(&request, &together)?);
            let rows = alone.iter().chain(&together);
            examples.truths.extend(rows.flat_map(|&station| self.truths(origin, counted[station])));
        }
        Ok(examples)
    }

    /// Draws stations (by their place in the request) that were counted in at least one target.
    fn choose(&self, origin: &Origin, counted: &[usize], quota: usize, rng: &mut impl Rng) -> Vec<usize> {
        let is_known =
            |&station: &usize| self.truths(origin, counted[station]).any(|[bikes, _]| bikes.is_some());
        let mut stations: Vec<usize> = (0..counted.len()).filter(is_known).collect();
        let (drawn, _) = stations.partial_shuffle(rng, quota);
        drawn.to_vec()
    }

    fn truths(&self, origin: &Origin, station: usize) -> impl Iterator<Item = [Option<u16>; 2]> {
        origin.targets.iter().map(move |target| {
            let cell = target.and_then(|snapshot| self.city.cell(snapshot, station));
            [cell.map(|cell| cell.bikes), cell.and_then(|cell| cell.docks)]
        })
    }
}
