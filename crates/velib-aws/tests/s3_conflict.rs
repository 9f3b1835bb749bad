//! What a create-only write makes of an answer that says neither yes nor no, from a server that answers by a script.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::sync::{Arc, Mutex};

use axum::{Router, http::Method, http::StatusCode, response::IntoResponse};
use object_store::{Error, ObjectStore, PutMode, PutResult, path::Path};
use velib_aws::{AwsAccess, S3Store};

const EMPTY_LISTING: &str =
    "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

/// Creates an object on a server that answers writes with these statuses in turn, and the last for ever after.
async fn create_with_answers(statuses: &[u16]) -> Result<PutResult, Error> {
    let answers: Vec<u16> = statuses.iter().rev().copied().collect();
    let answers = Arc::new(Mutex::new(answers));
    let answer = move |method: Method| async move {
        if method == Method::GET {
            return (StatusCode::OK, EMPTY_LISTING).into_response();
        }
        let mut left = answers.lock().unwrap();
        let status = if left.len() > 1 { left.pop().unwrap() } else { left[0] };
        StatusCode::from_u16(status).unwrap().into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());

    let access = AwsAccess::at(Some(&endpoint)).with_keys("test", "test");
    let store = S3Store::open("paris-pulse", &access).await.unwrap();
    store.put_opts(&Path::from("bronze/first"), "body".into(), PutMode::Create.into()).await
}

#[tokio::test]
async fn a_conflict_is_asked_again_and_may_be_won() {
    create_with_answers(&[409, 200]).await.unwrap();
}

#[tokio::test]
async fn a_conflict_that_another_writer_won_is_an_object_that_exists() {
    let error = create_with_answers(&[409, 409, 412]).await.unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error}");
}

#[tokio::test]
async fn a_conflict_without_end_is_no_proof_that_the_object_exists() {
    let error = create_with_answers(&[409]).await.unwrap_err();
    assert!(matches!(error, Error::Precondition { .. }), "{error}");
    assert!(error.to_string().contains("bronze/first") && error.to_string().contains("409"), "{error}");
}

#[tokio::test]
async fn a_writer_without_permission_is_told_so_by_key() {
    let error = create_with_answers(&[403]).await.unwrap_err();
    assert!(matches!(&error, Error::PermissionDenied { path, .. } if path == "bronze/first"), "{error}");
}
