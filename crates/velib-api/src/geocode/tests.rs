//! The chain with geocoders that answer by a script.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::*;

const MIDDLE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

struct Fake {
    name: &'static str,
    answer: Result<Vec<Place>, GeocodeError>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Geocoder for Fake {
    fn name(&self) -> &'static str {
        self.name
    }

    fn attribution(&self) -> &'static str {
        "whoever"
    }

    async fn search(&self, _: &str, _: LatLon) -> Result<Vec<Place>, GeocodeError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.answer.clone()
    }
}

fn place(label: &str, lat: f64) -> Place {
    let position = LatLon { lat, lon: 2.34 };
    Place { label: label.to_owned(), kind: PlaceKind::Address, position, station_id: None, source: "fake" }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

/// A chain of these, and how often each was asked.
fn chain<const N: usize>(
    answers: [Result<Vec<Place>, GeocodeError>; N],
) -> (Geocoding, [Arc<AtomicUsize>; N]) {
    let asked = std::array::from_fn(|_| Arc::new(AtomicUsize::new(0)));
    let fakes = answers.into_iter().zip(&asked).zip(["first", "second"]);
    let boxed = fakes.map(|((answer, asked), name)| {
        Box::new(Fake { name, answer, asked: Arc::clone(asked) }) as Box<dyn Geocoder>
    });
    (Geocoding::new(boxed.collect()), asked)
}

async fn search(geocoding: &Geocoding, text: &str, second: i64) -> Found {
    geocoding.search(text, MIDDLE, |place| place.lat < 49.0, at(second)).await
}

fn labels(found: &Found) -> Vec<&str> {
    found.places.iter().map(|place| place.label.as_str()).collect()
}

#[tokio::test]
async fn the_second_is_asked_only_where_the_first_knows_nothing_around() {
    let (near, far) = (place("near", 48.9), place("far", 52.0));
    let (knows, asked) = chain([Ok(vec![far.clone(), near.clone()]), Ok(vec![])]);
    assert_eq!(labels(&search(&knows, "rue de rivoli", 0).await), ["near"]);
    assert_eq!(asked[1].load(Ordering::SeqCst), 0);
    let (knows_not, _) = chain([Ok(vec![far]), Ok(vec![near])]);
    assert_eq!(labels(&search(&knows_not, "rue de rivoli", 0).await), ["near"]);
}

#[tokio::test]
async fn what_was_found_is_kept_for_a_day_however_it_is_spelt() {
    let (geocoding, [asked]) = chain([Ok(vec![place("near", 48.9)])]);
    for text in ["Rue de Rivoli", "rue  de rivoli", "RUE DE RIVOLI!"] {
        assert_eq!(labels(&search(&geocoding, text, 0).await), ["near"]);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    search(&geocoding, "rue de rivoli", 24 * 3600).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn one_that_fails_is_named_and_then_left_alone_and_nothing_is_kept_of_it() {
    let (geocoding, [first, second]) = chain([Err(GeocodeError::TimedOut), Ok(vec![])]);
    for text in ["rue a", "rue b", "rue c", "rue d", "rue d"] {
        let found = search(&geocoding, text, 0).await;
        assert_eq!(found.failures.len(), 1);
        assert_eq!(found.failures[0].0, "first");
    }
    assert_eq!([first, second].map(|asked| asked.load(Ordering::SeqCst)), [3, 5]);
}

#[tokio::test]
async fn a_text_of_two_letters_leaves_the_house_for_nobody() {
    let (geocoding, [asked]) = chain([Ok(vec![place("near", 48.9)])]);
    assert_eq!(search(&geocoding, "ru", 0).await, Found::default());
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
