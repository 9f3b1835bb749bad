//! What a station usually has at this hour of the week: it does not look at the count of now.

use velib_forecast::{ProfileLearner, baselines::Climatology, protocol::CityHistory};

use super::{Ahead, Bikes, Foresight, SLOT, Wanted, after};
use crate::Seen;

/// The usual week of every station.
#[derive(Debug)]
pub struct UsualWeek(Climatology);

impl UsualWeek {
    /// Learns from these snapshots.
    pub fn fit(city: &CityHistory, snapshots: &[usize]) -> Self {
        let profile = ProfileLearner::of(city, snapshots.iter().copied()).profile();
        Self(Climatology::fit(city, snapshots.iter().copied(), profile, &[]))
    }
}

impl Foresight for UsualWeek {
    fn name(&self) -> &'static str {
        "usual"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        seen.cell(station)?;
        let history = seen.history(station, 1, SLOT);
        // Hours change slowly: between two of them nothing new is learned by asking again.
        let every = 6;
        let of_kind = Bikes::of(seen, station);
        let hours: Option<Vec<[f64; 2]>> = (0..=4)
            .map(|hour| {
                let [bikes, docks] = self.0.at(&history, seen.at() + after(hour * every))?;
                Some([of_kind.any(&bikes, after(hour * every)), docks.at_least(1)])
            })
            .collect();
        let hours = hours?;
        Some(Ahead::of(|wanted, slot| {
            let what = usize::from(wanted == Wanted::Dock);
            let (before, part) = (slot / every, (slot % every) as f64 / every as f64);
            let (from, to) = (hours[before][what], hours[(before + 1).min(hours.len() - 1)][what]);
            from + part * (to - from)
        }))
    }
}
