//! The S3 store against a real S3 API server: the trait's own test suite, and what the lake relies on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod moto;

use futures::TryStreamExt;
use moto::Moto;
use object_store::{
    Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, buffered::BufWriter, integration, path::Path,
};
use velib_aws::{AwsAccess, OpenError, S3Store, open_lake_with};
use velib_lake::LakeStore;

fn access(moto: &Moto) -> AwsAccess {
    AwsAccess::at(Some(&moto.endpoint)).with_keys("test", "test")
}

/// An empty bucket of its own for one test, or `None` where there is no server.
async fn empty_bucket(name: &str) -> Option<S3Store> {
    let moto = Moto::shared()?;
    moto.create_bucket(name);
    Some(S3Store::open(name, &access(moto)).await.unwrap())
}

#[tokio::test]
async fn objects_are_put_read_listed_and_deleted_as_the_trait_demands() {
    let Some(store) = empty_bucket("trait-basics").await else { return };
    integration::put_get_delete_list(&store).await;
    integration::list_uses_directories_correctly(&store).await;
    integration::list_with_delimiter(&store).await;
    let missing = integration::get_nonexistent_object(&store, None).await.unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
}

#[tokio::test]
async fn conditions_and_attributes_hold_as_the_trait_demands() {
    let Some(store) = empty_bucket("trait-conditions").await else { return };
    integration::get_opts(&store).await;
    integration::put_get_attributes(&store).await;
}

#[tokio::test]
async fn conditional_writes_hold_as_the_trait_demands() {
    let Some(store) = empty_bucket("trait-writes").await else { return };
    integration::put_opts(&store, true).await;
}

#[tokio::test]
async fn copies_and_renames_hold_as_the_trait_demands() {
    let Some(store) = empty_bucket("trait-copies").await else { return };
    integration::rename_and_copy(&store).await;
    integration::copy_if_not_exists(&store).await;
    integration::copy_rename_nonexistent_object(&store).await;
}

#[tokio::test]
async fn uploads_in_parts_hold_as_the_trait_demands() {
    let Some(store) = empty_bucket("trait-uploads").await else { return };
    integration::stream_get(&store).await;
    integration::multipart_out_of_order(&store).await;
}

#[tokio::test]
async fn a_lake_below_a_prefix_keeps_every_promise_of_a_lake() {
    let Some(moto) = Moto::shared() else { return };
    moto.create_bucket("promises");
    let lake = open_lake_with("s3://promises/lakes/main", &access(moto)).await.unwrap();
    velib_lake::conformance::check(&lake).await;
    let store = S3Store::open("promises", &access(moto)).await.unwrap();
    let root = store.list_with_delimiter(None).await.unwrap();
    assert_eq!(root.common_prefixes, [Path::from("lakes")]);
}

#[tokio::test]
async fn a_second_create_is_refused_and_changes_nothing() {
    let Some(store) = empty_bucket("create-only").await else { return };
    let key = Path::from("bronze/first.json.gz");
    store.put_opts(&key, "first".into(), PutMode::Create.into()).await.unwrap();
    let refused = store.put_opts(&key, "second".into(), PutMode::Create.into()).await.unwrap_err();
    assert!(matches!(&refused, Error::AlreadyExists { path, .. } if path == key.as_ref()), "{refused}");
    assert_eq!(store.get(&key).await.unwrap().bytes().await.unwrap(), "first");
}

#[tokio::test]
async fn a_deletion_of_a_version_that_was_replaced_is_refused_and_changes_nothing() {
    let Some(store) = empty_bucket("delete-if-match").await else { return };
    let key = Path::from("silver/hour.parquet");
    let first = store.put(&key, "first".into()).await.unwrap().e_tag.unwrap();
    let second = store.put(&key, "second".into()).await.unwrap().e_tag.unwrap();
    let refused = store.delete_if_match(&key, &first).await.unwrap_err();
    assert!(matches!(&refused, Error::Precondition { path, .. } if path == key.as_ref()), "{refused}");
    assert_eq!(store.get(&key).await.unwrap().bytes().await.unwrap(), "second");
    store.delete_if_match(&key, &second).await.unwrap();
    let gone = store.delete_if_match(&key, &second).await.unwrap_err();
    assert!(matches!(&gone, Error::NotFound { path, .. } if path == key.as_ref()), "{gone}");
    store.delete(&key).await.expect("deleting what is not there without a condition succeeds");
}

#[tokio::test]
async fn a_listing_of_more_than_a_thousand_keys_is_complete_and_ascending() {
    let Some(store) = empty_bucket("many-keys").await else { return };
    let keys: Vec<Path> = (0..1_234).map(|n| Path::from(format!("hours/{n:05}.parquet"))).collect();
    let writes = futures::stream::iter(keys.iter().map(Ok));
    let write = |key| {
        let written = store.put(key, PutPayload::from_static(b"x"));
        async { written.await.map(drop) }
    };
    writes.try_for_each_concurrent(16, write).await.unwrap();

    let all = store.list(Some(&Path::from("hours"))).map_ok(|object| object.location);
    assert_eq!(all.try_collect::<Vec<_>>().await.unwrap(), keys);
    let late = store.list_with_offset(Some(&Path::from("hours")), &keys[1_100]);
    let late: Vec<Path> = late.map_ok(|object| object.location).try_collect().await.unwrap();
    assert_eq!(late, keys[1_101..]);
    let folder = store.list_with_delimiter(Some(&Path::from("hours"))).await.unwrap();
    assert_eq!(folder.objects.len(), keys.len());
    assert_eq!(folder.common_prefixes, []);
}

#[tokio::test]
async fn a_buffered_writer_turns_twelve_mebibytes_into_an_upload_in_parts() {
    use tokio::io::AsyncWriteExt;

    let Some(store) = empty_bucket("large-object").await else { return };
    let body: Vec<u8> = (0..12 * 1024 * 1024_u32).map(|n| (n % 251) as u8).collect();
    let key = Path::from("models/lstm/1/model.tar.gz");
    let mut writer =
        BufWriter::with_capacity(std::sync::Arc::new(store.clone()), key.clone(), 5 * 1024 * 1024);
    writer.write_all(&body).await.unwrap();
    writer.shutdown().await.unwrap();
    assert!(store.get(&key).await.unwrap().bytes().await.unwrap() == body, "the bytes differ");
    assert_eq!(store.get_range(&key, 5_242_870..5_242_890).await.unwrap(), body[5_242_870..5_242_890]);
}

#[tokio::test]
async fn a_missing_key_is_named_with_its_bucket() {
    let Some(store) = empty_bucket("nothing-there").await else { return };
    let error = store.get(&Path::from("silver/gone.parquet")).await.unwrap_err();
    assert!(matches!(&error, Error::NotFound { path, .. } if path == "silver/gone.parquet"), "{error}");
    assert!(error.to_string().contains("nothing-there"), "{error}");
}

#[tokio::test]
async fn a_missing_bucket_is_said_on_opening() {
    let Some(moto) = Moto::shared() else { return };
    let error = open_lake_with("s3://no-such-lake/prefix", &access(moto)).await.unwrap_err();
    assert!(matches!(&error, OpenError::NoSuchBucket { bucket } if bucket == "no-such-lake"), "{error}");
    assert!(error.to_string().contains("create it"), "{error}");
}

#[tokio::test]
async fn a_bucket_that_vanishes_is_not_taken_for_a_missing_key() {
    let Some(store) = empty_bucket("vanishing").await else { return };
    Moto::shared().unwrap().ask("DELETE", "vanishing");
    let error = store.get(&Path::from("any")).await.unwrap_err();
    assert!(matches!(error, Error::Generic { .. }), "{error}");
    assert!(error.to_string().contains("there is no bucket vanishing"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_by_its_address() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = AwsAccess::at(Some(&format!("http://{unused}"))).with_keys("test", "test");
    let error = open_lake_with("s3://paris-pulse", &nowhere).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains(&unused.to_string()), "{error}");
}

#[tokio::test]
async fn a_url_that_names_no_bucket_is_refused() {
    let error = open_lake_with("s3:///prefix", &AwsAccess::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::BadUrl { .. }), "{error}");
    assert!(error.to_string().contains("s3://bucket/prefix"), "{error}");
}
