//! The chain with geocoders that answer by a script.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::*;

const MIDDLE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

struct Fake {
    name: &'static str,
    answer: Result<Vec<Place>, GeocodeError>,
    takes: Duration,
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
        tokio::time::sleep(self.takes).await;
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

/// A chain of these, which answer at once, and how often each was asked.
fn chain<const N: usize>(
    answers: [Result<Vec<Place>, GeocodeError>; N],
) -> (Geocoding, [Arc<AtomicUsize>; N]) {
    slow_chain(answers.map(|answer| (0, answer)))
}

/// A chain of these, each with the milliseconds that it takes, and how often each was asked.
fn slow_chain<const N: usize>(
    answers: [(u64, Result<Vec<Place>, GeocodeError>); N],
) -> (Geocoding, [Arc<AtomicUsize>; N]) {
    let asked = std::array::from_fn(|_| Arc::new(AtomicUsize::new(0)));
    let fakes = answers.into_iter().zip(&asked).zip(["first", "second"]);
    let boxed = fakes.map(|(((takes_ms, answer), asked), name)| {
        let takes = Duration::from_millis(takes_ms);
        Box::new(Fake { name, answer, takes, asked: Arc::clone(asked) }) as Box<dyn Geocoder>
    });
    (Geocoding::new(boxed.collect()), asked)
}

/// What is found, who failed, and after how many milliseconds; on a clock that stands still but for timers.
async fn timed<const N: usize>(
    answers: [(u64, Result<Vec<Place>, GeocodeError>); N],
) -> (Vec<String>, Vec<&'static str>, u128) {
    let (geocoding, _) = slow_chain(answers);
    let since = Instant::now();
    let found = search(&geocoding, "rue de rivoli", 0).await;
    let labels = labels(&found).into_iter().map(str::to_owned).collect();
    (labels, found.failures.into_iter().map(|(name, _)| name).collect(), since.elapsed().as_millis())
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

#[tokio::test(start_paused = true)]
async fn the_second_is_asked_too_when_the_first_has_not_answered_for_700_ms() {
    let knows = |label| Ok(vec![place(label, 48.9)]);
    assert_eq!(timed([(699, knows("a")), (0, knows("b"))]).await, (vec!["a".to_owned()], vec![], 699));
    let hedged = timed([(1_400, knows("a")), (100, knows("b"))]).await;
    assert_eq!(hedged, (vec!["b".to_owned()], vec!["first"], 800));
    let sooner = timed([(900, knows("a")), (1_000, knows("b"))]).await;
    assert_eq!(sooner, (vec!["a".to_owned()], vec![], 900));
}

#[tokio::test(start_paused = true)]
async fn one_that_knows_nothing_ends_no_search_while_the_other_is_asked() {
    let knows = || Ok(vec![place("a", 48.9)]);
    assert_eq!(timed([(1_000, knows()), (100, Ok(vec![]))]).await, (vec!["a".to_owned()], vec![], 1_000));
    assert_eq!(timed([(1_000, Ok(vec![])), (900, knows())]).await, (vec!["a".to_owned()], vec![], 1_600));
    assert_eq!(timed([(100, Ok(vec![])), (900, knows())]).await, (vec!["a".to_owned()], vec![], 1_000));
}

#[tokio::test(start_paused = true)]
async fn with_two_that_never_answer_the_search_ends_after_2_2_s() {
    let never = 60_000;
    let (labels, failed, took_ms) = timed([(never, Ok(vec![])), (never, Ok(vec![]))]).await;
    assert_eq!((labels.len(), failed, took_ms), (0, vec!["first", "second"], 2_200));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_late_three_times_is_left_alone_so_that_nobody_waits_for_it() {
    let (geocoding, [first, _]) = slow_chain([(1_400, Ok(vec![])), (0, Ok(vec![place("b", 48.9)]))]);
    for text in ["rue a", "rue b", "rue c"] {
        assert_eq!(search(&geocoding, text, 0).await.failures[0].1, "it had not answered when another had");
    }
    let since = Instant::now();
    assert_eq!(labels(&search(&geocoding, "rue d", 0).await), ["b"]);
    assert_eq!((first.load(Ordering::SeqCst), since.elapsed()), (3, Duration::ZERO));
}
