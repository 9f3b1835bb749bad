//! Changing an object that others change too, without losing what they wrote.
//!
//! A store with conditional writes refuses a write over a version that was not read, and the change is made anew after
//! a wait that grows and is never the same twice: hundreds of functions of one backfill may want the same object. A
//! folder has no such writes, so there the lake's folder is locked for the moment of the change.

use std::{
    fmt::Display,
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use bytes::Bytes;

use crate::{Lake, LakeError, locked_folder};

/// Tries before giving up; all waits together are below two minutes. The tests below tell how many are needed.
const ATTEMPTS: u32 = 64;
/// The first wait is at most about as long as one read and one write take.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_millis(3200);

impl Lake {
    /// Replaces an object by what `change` makes of it, `None` standing for no object; an equal one is left alone.
    ///
    /// `change` is asked again where somebody else was faster.
    pub(crate) async fn update(
        &self,
        key: &impl Display,
        change: impl Fn(Option<Bytes>) -> Result<Bytes, LakeError>,
    ) -> Result<(), LakeError> {
        if let Some(folder) = self.local_folder() {
            return locked_folder::locked(folder, key, |path| {
                let earlier = locked_folder::read(path, key)?;
                let object = change(earlier.clone())?;
                if earlier.as_ref() == Some(&object) {
                    return Ok(());
                }
                locked_folder::replace(path, key, &object)
            });
        }
        for attempt in 0..ATTEMPTS {
            let earlier = self.get_version(key).await?;
            let bytes = earlier.as_ref().map(|version| version.bytes.clone());
            let object = change(bytes.clone())?;
            if bytes.as_ref() == Some(&object) || self.put_over(key, earlier.as_ref(), object).await? {
                return Ok(());
            }
            tokio::time::sleep(wait_after(attempt)).await;
        }
        Err(LakeError::Contended { key: key.to_string() })
    }
}

/// Anything between nothing and a bound that doubles: writers that met once spread out and do not meet again together.
fn wait_after(attempt: u32) -> Duration {
    let bound = FIRST_WAIT.saturating_mul(1 << attempt.min(16)).min(LONGEST_WAIT);
    let random = RandomState::new().hash_one(());
    bound.mul_f64(f64::from((random >> 32) as u32) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::{
        fs,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use object_store::{
        memory::InMemory,
        path::Path,
        throttle::{ThrottleConfig, ThrottledStore},
    };

    impl crate::LakeStore for ThrottledStore<InMemory> {}

    /// A store in memory that answers as fast as S3 does, by a clock that runs as soon as everybody waits.
    fn as_slow_as_s3() -> Lake {
        let waits = ThrottleConfig {
            wait_get_per_call: Duration::from_millis(20),
            wait_put_per_call: Duration::from_millis(40),
            ..ThrottleConfig::default()
        };
        Lake::new(Arc::new(ThrottledStore::new(InMemory::new(), waits)), Path::default())
    }

    /// The most tries and the longest time that any of so many writers needed who all start at once.
    async fn contention(writers: usize, change: fn(usize, Option<Bytes>) -> Bytes) -> (usize, Duration) {
        let lake = as_slow_as_s3();
        let writers = (0..writers).map(|writer| {
            let lake = lake.clone();
            tokio::spawn(async move {
                let (asked, start) = (AtomicUsize::new(0), tokio::time::Instant::now());
                let change = |earlier| {
                    asked.fetch_add(1, Ordering::Relaxed);
                    Ok(change(writer, earlier))
                };
                lake.update(&"object", change).await.unwrap();
                (asked.into_inner(), start.elapsed())
            })
        });
        let (mut tries, mut longest) = (0, Duration::ZERO);
        for writer in writers.collect::<Vec<_>>() {
            let (asked, took) = writer.await.unwrap();
            (tries, longest) = (tries.max(asked), longest.max(took));
        }
        (tries, longest)
    }

    /// Every writer has something to add that no other one has: the worst there is.
    #[tokio::test(start_paused = true)]
    async fn three_hundred_writers_at_once_all_get_their_word_in() {
        for writers in [30, 100, 300] {
            let add = |_, earlier: Option<Bytes>| [&earlier.unwrap_or_default()[..], b"+"].concat().into();
            let (tries, longest) = contention(writers, add).await;
            println!("{writers} writers: at most {tries} tries and {longest:?}");
            assert!(tries < ATTEMPTS as usize / 2 && longest < Duration::from_mins(1));
        }
    }

    /// What a backfill does to the stations table: most batches widen nothing, for an earlier and a later one came
    /// first.
    #[tokio::test(start_paused = true)]
    async fn writers_with_nothing_new_to_say_soon_stop_asking() {
        let widen = |writer: usize, earlier: Option<Bytes>| {
            let number = u16::try_from(writer * 7919 % 1000).unwrap();
            let known = earlier.map_or([number; 2], |bytes| {
                [[bytes[0], bytes[1]], [bytes[2], bytes[3]]].map(u16::from_be_bytes)
            });
            let span = [known[0].min(number), known[1].max(number)];
            span.map(u16::to_be_bytes).concat().into()
        };
        let (tries, longest) = contention(1000, widen).await;
        println!("1000 writers of a span: at most {tries} tries and {longest:?}");
        assert!(tries <= 12 && longest < Duration::from_secs(10));
    }

    #[test]
    fn a_wait_grows_to_its_bound_and_is_never_the_same() {
        let waits: Vec<Duration> = (0..u32::MAX).step_by(1 << 26).map(wait_after).collect();
        assert!(waits.iter().all(|wait| *wait <= LONGEST_WAIT) && waits[0] <= FIRST_WAIT);
        assert!(waits.windows(2).any(|pair| pair[0] != pair[1]));
    }

    /// Many tasks on several threads, each adding one byte to the same object.
    async fn every_change_is_kept(lake: Lake) {
        let writers = (0..16_u8).map(|byte| {
            let lake = lake.clone();
            tokio::spawn(async move {
                let change =
                    |earlier: Option<Bytes>| Ok([&earlier.unwrap_or_default()[..], &[byte]].concat().into());
                lake.update(&"counter", change).await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let mut bytes = lake.get(&"counter").await.unwrap().unwrap().to_vec();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..16).collect::<Vec<u8>>());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_conditional_store_loses_no_change() {
        every_change_is_kept(Lake::in_memory()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_folder_loses_no_change_and_shows_no_file_beside() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        every_change_is_kept(lake.clone()).await;
        fs::write(folder.path().join("other#0"), "half").unwrap();
        assert_eq!(lake.keys_under("").await.unwrap(), ["counter"]);
    }
}
