//! Training requests beside a profile that has not seen their own days: one that had would carry the answer.

use jiff::civil::Date;
use velib_domain::{SignedDuration, calendar::paris_time};

use super::{CityHistory, Origin, Protocol};
use crate::{ForecastError, ForecastRequest, Profile, ProfileLearner};

/// What would have been asked at an origin, and what could have been known of the usual week without its days.
#[derive(Debug)]
pub struct TrainingRequest<'a> {
    /// Where the truths are.
    pub origin: &'a Origin,
    /// The index in the city of each station of the request.
    pub counted: Vec<usize>,
    /// The histories.
    pub request: ForecastRequest,
    /// The usual week, learned from other days.
    pub profile: &'a Profile,
}

impl Protocol {
    /// The local days that a row looks at, from its history's to its last target's.
    pub fn days_of(&self, city: &CityHistory, origin: &Origin) -> (Date, Date) {
        let at = city.times()[origin.at];
        let furthest = self.horizons_seconds.iter().copied().max().unwrap_or(0);
        let day = |instant| paris_time(instant).date();
        (day(at - self.history), day(at + SignedDuration::from_secs(furthest)))
    }

    /// Hands on the request of each origin. Origins in time order cost one profile a day.
    pub fn each_training_request<'a>(
        &self,
        city: &CityHistory,
        usual: &ProfileLearner,
        origins: impl IntoIterator<Item = &'a Origin>,
        look_back: usize,
        mut learn: impl FnMut(&TrainingRequest<'_>) -> Result<(), ForecastError>,
    ) -> Result<(), ForecastError> {
        let (mut profile_days, mut profile) = (None, Profile::default());
        for origin in origins {
            let days = self.days_of(city, origin);
            if profile_days.replace(days) != Some(days) {
                profile = usual.without(days.0, days.1);
            }
            let (counted, request) = self.request(city, origin.at, look_back);
            learn(&TrainingRequest { origin, counted, request, profile: &profile })?;
        }
        Ok(())
    }
}
