//! Geocoders in the order in which they are asked: the next as soon as one knows nothing, fails, or takes its time.
//!
//! Whoever knows something first is believed, the earlier in the order where both do. With two of them an answer takes
//! 2.2 s at most.

use std::{pin::pin, time::Duration};

use futures::{
    FutureExt,
    future::{BoxFuture, Either, select},
};
use tokio::time::timeout;
use velib_domain::{LatLon, Timestamp};

use super::{Found, GeocodeError, Geocoder, breaker::Breaker, geojson::PATIENCE};

/// How long one is waited for before the next is asked too.
const HEDGED_AFTER: Duration = Duration::from_millis(700);

/// Those who are asked, in order.
pub(super) struct Chain(Vec<Link>);

struct Link {
    geocoder: Box<dyn Geocoder>,
    breaker: Breaker,
}

/// What is looked for.
pub(super) struct Search<'a> {
    pub(super) text: &'a str,
    pub(super) near: LatLon,
    pub(super) in_area: &'a (dyn Fn(LatLon) -> bool + Sync),
    pub(super) now: Timestamp,
}

impl Chain {
    pub(super) fn new(geocoders: Vec<Box<dyn Geocoder>>) -> Self {
        let link = |geocoder| Link { geocoder, breaker: Breaker::default() };
        Self(geocoders.into_iter().map(link).collect())
    }

    /// What the first that knows anything within the area knows, and who gave no answer.
    pub(super) async fn search(&self, search: &Search<'_>) -> Found {
        asked(&self.0, search).await
    }
}

/// The first of these, and the others where they are needed.
fn asked<'a>(chain: &'a [Link], search: &'a Search<'_>) -> BoxFuture<'a, Found> {
    async move {
        let Some((first, others)) = chain.split_first() else { return Found::default() };
        let mut own = pin!(first.asked(search));
        if let Ok(own) = timeout(HEDGED_AFTER, &mut own).await {
            return if own.places.is_empty() { own.or(asked(others, search).await) } else { own };
        }
        match select(own, asked(others, search)).await {
            Either::Left((own, _)) if !own.places.is_empty() => own,
            Either::Left((own, others)) => own.or(others.await),
            Either::Right((found, _)) if !found.places.is_empty() => {
                first.failed(&GeocodeError::Late, search).or(found)
            }
            Either::Right((found, own)) => own.await.or(found),
        }
    }
    .boxed()
}

impl Link {
    /// What it knows within the area; why nothing, where it gave no answer.
    async fn asked(&self, search: &Search<'_>) -> Found {
        if !self.breaker.lets_through(search.now) {
            let reason = "it failed and is left alone for a while".to_owned();
            return Found { failures: vec![(self.geocoder.name(), reason)], ..Found::default() };
        }
        let answer = timeout(PATIENCE, self.geocoder.search(search.text, search.near)).await;
        match answer.unwrap_or(Err(GeocodeError::TimedOut)) {
            Ok(mut places) => {
                self.breaker.learned(None, search.now);
                places.retain(|place| (search.in_area)(place.position));
                let attribution = (!places.is_empty()).then(|| self.geocoder.attribution());
                Found { places, attribution, failures: Vec::new() }
            }
            Err(error) => self.failed(&error, search),
        }
    }

    fn failed(&self, error: &GeocodeError, search: &Search<'_>) -> Found {
        tracing::warn!(geocoder = self.geocoder.name(), %error, "a geocoder gave no answer");
        self.breaker.learned(Some(error), search.now);
        Found { failures: vec![(self.geocoder.name(), error.to_string())], ..Found::default() }
    }
}

impl Found {
    /// Another's places, where there are none here, and the failures of both.
    fn or(mut self, mut other: Self) -> Self {
        self.failures.append(&mut other.failures);
        if self.places.is_empty() { Self { failures: self.failures, ..other } } else { self }
    }
}
