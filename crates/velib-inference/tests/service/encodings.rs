//! Bodies packed with gzip: asked for by header, told by their first bytes, never larger than a plain one.

use std::io::{Read, Write};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderMap, Request, StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderName},
    },
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tower::ServiceExt;
use velib_forecast::{ModelAnswer, Persistence, invocation::encode_request};
use velib_inference::MOST_BYTES;

use crate::scene::{json_of, one_station, request, serving};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

async fn invoke(
    app: &Router,
    headers: &[(HeaderName, &str)],
    body: Vec<u8>,
) -> (StatusCode, HeaderMap, Bytes) {
    let mut request = Request::post("/invocations");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap())
}

#[tokio::test]
async fn all_of_paris_packed_is_a_request_and_an_answer_far_below_the_limit() {
    let app = serving(Persistence, 8).await;
    let packed = gzip(&encode_request(&request(1_500)));
    let asked = packed.len();
    let headers = [(CONTENT_ENCODING, "gzip"), (ACCEPT_ENCODING, "gzip")];
    let (status, headers, body) = invoke(&app, &headers, packed).await;
    println!("1,500 stations packed: request {asked} bytes, answer {} bytes", body.len());
    assert_eq!((status, headers[CONTENT_ENCODING].to_str().unwrap()), (StatusCode::OK, "gzip"));
    assert_eq!(ModelAnswer::decode(&gunzip(&body)).unwrap().stations.len(), 1_500);
    assert!(asked < MOST_BYTES / 16 && body.len() < MOST_BYTES / 8);
}

#[tokio::test]
async fn a_packed_body_is_known_by_its_first_bytes_where_no_header_came_along() {
    let app = serving(Persistence, 8).await;
    let (status, headers, body) = invoke(&app, &[], gzip(&encode_request(&request(30)))).await;
    assert_eq!((status, headers.get(CONTENT_ENCODING)), (StatusCode::OK, None));
    assert_eq!(ModelAnswer::decode(&body).unwrap().stations.len(), 30);
}

#[tokio::test]
async fn a_small_answer_is_sent_as_it_is() {
    let app = serving(Persistence, 8).await;
    let body = one_station().to_string().into_bytes();
    let (status, headers, _) = invoke(&app, &[(ACCEPT_ENCODING, "gzip")], body).await;
    assert_eq!((status, headers.get(CONTENT_ENCODING)), (StatusCode::OK, None));
}

#[tokio::test]
async fn a_small_body_that_unfolds_beyond_the_limit_is_too_large() {
    let app = serving(Persistence, 8).await;
    let bomb = gzip(&vec![b' '; 64 * MOST_BYTES]);
    assert!(bomb.len() < MOST_BYTES);
    assert_eq!(invoke(&app, &[(CONTENT_ENCODING, "gzip")], bomb).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_is_said_to_be_gzip_and_is_not_is_refused_and_so_is_half_of_it() {
    let app = serving(Persistence, 8).await;
    let whole = gzip(one_station().to_string().as_bytes());
    for body in [b"{}".to_vec(), whole[..whole.len() / 2].to_vec(), [&whole[..], b"rest"].concat()] {
        let (status, _, answer) = invoke(&app, &[(CONTENT_ENCODING, "gzip")], body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(json_of(&answer)["error"].as_str().unwrap().contains("it is no gzip"), "{answer:?}");
    }
}

#[tokio::test]
async fn another_encoding_is_refused_by_its_name() {
    let app = serving(Persistence, 8).await;
    let (status, _, answer) = invoke(&app, &[(CONTENT_ENCODING, "br")], b"{}".to_vec()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(json_of(&answer)["error"], "the body is encoded as br: send it plain or as gzip");
}
