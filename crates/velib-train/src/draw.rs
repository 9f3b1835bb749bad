//! Rows drawn from a history, as examples to learn from.

use jiff::{ToSpan, civil::Date};
use rand::{Rng, seq::SliceRandom};
use velib_forecast::{
    FeatureBuilder, FeatureSpec, ForecastRequest, Profile, ProfileLearner,
    protocol::{CityHistory, Fold, Origin, Protocol},
};
use velib_lstm::training::Examples;

use crate::{TrainError, masking};

/// Of all origins, one in so many is drawn from at a time: building what surrounds a row costs more than the row.
const ORIGINS_DRAWN_ONE_IN: usize = 3;

/// The rows of one fold that examples are drawn from.
#[derive(Debug)]
pub struct Rows<'a> {
    city: &'a CityHistory,
    protocol: &'a Protocol,
    spec: &'a FeatureSpec,
    profile: &'a ProfileLearner,
    origins: Vec<OriginRows<'a>>,
}

/// An origin, and how many stations counted there have a truth.
#[derive(Debug, Clone, Copy)]
struct OriginRows<'a> {
    origin: &'a Origin,
    rows: usize,
}

/// An origin to draw so many rows from, and the days that they look at.
#[derive(Debug, Clone, Copy)]
struct Share<'a> {
    origin: &'a Origin,
    rows: usize,
    days: (Date, Date),
}

/// The usual week of the stations that rows are drawn from, learned from other days than theirs.
struct OtherDays<'a> {
    learner: &'a ProfileLearner,
    stations: Vec<usize>,
    days: (Date, Date),
}

/// How rows are changed before they are learned from.
struct Masking<R> {
    request: fn(&mut ForecastRequest, &mut R),
    usual_week: fn(&OtherDays<'_>, i32, &mut R) -> Profile,
    is_alone: fn(&mut R) -> bool,
}

impl<'a> Rows<'a> {
    /// All rows of a fold.
    pub fn of(
        city: &'a CityHistory,
        protocol: &'a Protocol,
        spec: &'a FeatureSpec,
        profile: &'a ProfileLearner,
        origins: &'a [Origin],
        fold: Fold,
    ) -> Result<Self, TrainError> {
        let of_fold = origins.iter().filter(|origin| origin.fold == fold);
        let origins: Vec<OriginRows<'_>> = of_fold
            .map(|origin| OriginRows { origin, rows: rows_of(city, origin) })
            .filter(|origin| origin.rows > 0)
            .collect();
        if origins.is_empty() {
            let reason =
                format!("the {fold:?} days hold no snapshot with a day before it and a target after it");
            return Err(TrainError::TooShort { reason });
        }
        Ok(Self { city, protocol, spec, profile, origins })
    }

    /// About `count` rows, of every origin in proportion to the rows that it has, whole as they were observed.
    pub fn draw<R: Rng>(&self, count: usize, rng: &mut R) -> Result<Examples, TrainError> {
        let whole = Masking {
            request: |_, _| {},
            usual_week: |other_days, _, _| other_days.usual_week(0),
            is_alone: |_| false,
        };
        self.draw_from(&self.origins, count, rng, &whole)
    }

    /// About `count` rows of some origins, some of them with holes in their history, without their neighbours, the weather or
    /// the week before, of stations that the profile does not know, or with a profile that has aged.
    pub fn draw_masked<R: Rng>(&self, count: usize, rng: &mut R) -> Result<Examples, TrainError> {
        let masking = Masking {
            request: if self.spec.week_before { mask_with_week_before } else { mask_request },
            usual_week: |other_days, stretch_days, rng| {
                let age_days = masking::age_days(stretch_days, rng);
                masking::forget_stations(&other_days.usual_week(age_days), rng)
            },
            is_alone: masking::is_alone,
        };
        let mut origins: Vec<usize> = (0..self.origins.len()).collect();
        let (drawn, _) = origins.partial_shuffle(rng, self.origins.len().div_ceil(ORIGINS_DRAWN_ONE_IN));
        drawn.sort_unstable();
        let drawn: Vec<OriginRows<'_>> = drawn.iter().map(|&origin| self.origins[origin]).collect();
        self.draw_from(&drawn, count, rng, &masking)
    }

    fn draw_from<R: Rng>(
        &self,
        origins: &[OriginRows<'_>],
        count: usize,
        rng: &mut R,
        masking: &Masking<R>,
    ) -> Result<Examples, TrainError> {
        let mut examples = Examples::default();
        // One for the city, whose neighbourhoods it remembers, and one for stations asked about alone.
        let [mut of_city, mut of_one] = [FeatureBuilder::default(), FeatureBuilder::default()];
        for same_days in self.share_out(origins, count).chunk_by(|a, b| a.days == b.days) {
            let other_days = self.other_days(same_days);
            let profile = (masking.usual_week)(&other_days, self.stretch_days(other_days.days.1), rng);
            for &Share { origin, rows, .. } in same_days {
                let (counted, mut request) = self.protocol.request(self.city, origin.at, self.spec.look_back);
                let chosen = self.choose(origin, &counted, rows, rng);
                (masking.request)(&mut request, rng);
                let (alone, together): (Vec<usize>, Vec<usize>) =
                    chosen.into_iter().partition(|_| (masking.is_alone)(rng));
                for &station in &alone {
                    let stations = vec![request.stations[station].clone()];
                    let single = ForecastRequest { stations, weather: request.weather.clone(), ..request };
                    of_one.build(self.spec, &single, &profile, &mut examples.features)?;
                }
                of_city.build_some(self.spec, &request, &profile, &together, &mut examples.features)?;
                let rows = alone.iter().chain(&together);
                examples.truths.extend(rows.flat_map(|&station| self.truths(origin, counted[station])));
            }
        }
        Ok(examples)
    }

    /// How many rows each origin gives, so that all give about `count`: those that give any.
    fn share_out(&self, origins: &[OriginRows<'a>], count: usize) -> Vec<Share<'a>> {
        let all: usize = origins.iter().map(|origin| origin.rows).sum();
        let mut seen = 0;
        let shares = origins.iter().map(|&OriginRows { origin, rows }| {
            let before = count * seen / all;
            seen += rows;
            Share {
                origin,
                rows: count * seen / all - before,
                days: self.protocol.days_of(self.city, origin),
            }
        });
        shares.filter(|share| share.rows > 0).collect()
    }

    /// Of the stations counted at origins that look at the same days.
    fn other_days(&self, same_days: &[Share<'_>]) -> OtherDays<'_> {
        let is_counted = |&station: &usize| {
            same_days.iter().any(|share| self.city.cell(share.origin.at, station).is_some())
        };
        OtherDays {
            learner: self.profile,
            stations: (0..self.city.stations().len()).filter(is_counted).collect(),
            days: same_days[0].days,
        }
    }

    /// How long the stretch of training days is that a day belongs to; 0 where it belongs to none.
    fn stretch_days(&self, day: Date) -> i32 {
        let stretch = self.protocol.folds.train.iter().find(|days| days.contains(&day));
        stretch.and_then(|days| days.end().since(*days.start()).ok()).map_or(0, |span| span.get_days())
    }

    /// Draws stations (by their place in the request) that were counted in at least one target.
    fn choose(&self, origin: &Origin, counted: &[usize], quota: usize, rng: &mut impl Rng) -> Vec<usize> {
        let is_known = |&station: &usize| has_truth(self.city, origin, counted[station]);
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

impl OtherDays<'_> {
    /// As it stood so many days before the rows' own, or stands so many after, without the days around.
    fn usual_week(&self, age_days: i32) -> Profile {
        let (first, last) = self.days;
        let (first, last) = (first.saturating_sub(age_days.days()), last.saturating_add(age_days.days()));
        self.learner.of_stations_without(self.stations.iter().copied(), first, last)
    }
}

fn mask_with_week_before<R: Rng>(request: &mut ForecastRequest, rng: &mut R) {
    masking::hide_week_before(request, rng);
    mask_request(request, rng);
}

fn mask_request<R: Rng>(request: &mut ForecastRequest, rng: &mut R) {
    masking::hide_weather(request, rng);
    request.stations.iter_mut().for_each(|station| masking::mask(station, rng));
}

fn rows_of(city: &CityHistory, origin: &Origin) -> usize {
    let is_row =
        |&station: &usize| city.cell(origin.at, station).is_some() && has_truth(city, origin, station);
    (0..city.stations().len()).filter(is_row).count()
}

fn has_truth(city: &CityHistory, origin: &Origin, station: usize) -> bool {
    origin.targets.iter().flatten().any(|&target| city.cell(target, station).is_some())
}
