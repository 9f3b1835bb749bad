//! What any forecast must be better than, learned on the same rows: each answers as the trained model does.
//!
//! They are bars, not products: simple on purpose, fitted in a second, and never tuned on the days they are judged on.
//! [`Persistence`](crate::Persistence), which serves when no model does, is [`LastCount`] with an honest spread.

mod climatology;
mod daily_naive;
mod last_count;
mod least_squares;
mod queue;
mod ridge;
#[cfg(test)]
mod tests;
mod transition_table;

pub use self::{
    climatology::Climatology,
    daily_naive::DailyNaive,
    last_count::LastCount,
    queue::{Flow, MarkovQueue},
    ridge::Ridge,
    transition_table::TransitionTable,
};
use crate::protocol::{Cell, CityHistory, Origin};

/// Every training row with a truth: horizon, station, what was counted at the origin and at the target.
fn transitions<'a>(
    city: &'a CityHistory,
    origins: &'a [&'a Origin],
) -> impl Iterator<Item = (usize, usize, Cell, Cell)> {
    let pairs = origins.iter().flat_map(|origin| {
        let targets = origin.targets.iter().enumerate();
        targets.filter_map(|(horizon, target)| target.map(|target| (horizon, origin.at, target)))
    });
    pairs.flat_map(move |(horizon, at, target)| {
        (0..city.stations().len()).filter_map(move |station| {
            Some((horizon, station, city.cell(at, station)?, city.cell(target, station)?))
        })
    })
}
