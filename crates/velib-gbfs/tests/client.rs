//! The client against a scripted server on loopback: what it hands on, what it tries again, what it refuses.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use velib_gbfs::client::{ClientConfig, FeedClient, FetchError};

type Reply = (u16, Vec<u8>);

/// Answers `/` with the replies of a script in turn, the last one for ever, and counts the requests.
#[derive(Clone)]
struct Script {
    replies: Arc<Vec<Reply>>,
    requests: Arc<AtomicUsize>,
}

struct ScriptedServer {
    url: String,
    script: Script,
}

impl ScriptedServer {
    async fn start(replies: impl IntoIterator<Item = (u16, &[u8])>) -> Self {
        let replies = replies.into_iter().map(|(status, body)| (status, body.to_vec())).collect();
        let script = Script { replies: Arc::new(replies), requests: Arc::default() };
        let router = Router::new().route("/", get(next_reply)).with_state(script.clone());
        Self { url: serve(router).await, script }
    }

    fn requests(&self) -> usize {
        self.script.requests.load(Ordering::SeqCst)
    }
}

async fn next_reply(State(script): State<Script>) -> Response {
    let turn = script.requests.fetch_add(1, Ordering::SeqCst).min(script.replies.len() - 1);
    let (status, body) = script.replies[turn].clone();
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn quick() -> ClientConfig {
    ClientConfig { first_backoff: Duration::from_millis(1), ..ClientConfig::default() }
}

fn client() -> FeedClient {
    FeedClient::new(quick()).unwrap()
}

#[tokio::test]
async fn the_body_arrives_exactly_as_served() {
    let body: &[u8] = b"{\"data\": \xc3\xa9}\r\n";
    let server = ScriptedServer::start([(200, body)]).await;
    assert_eq!(client().fetch(&server.url).await.unwrap(), body);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_html_page_is_a_body_like_any_other() {
    let page: &[u8] = b"<html>maintenance</html>";
    let server = ScriptedServer::start([(200, page)]).await;
    assert_eq!(client().fetch(&server.url).await.unwrap(), page);
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    let server = ScriptedServer::start([(500, b"".as_slice()), (503, b""), (200, b"{}")]).await;
    assert_eq!(client().fetch(&server.url).await.unwrap(), "{}");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_server_that_stays_in_trouble_is_given_up_after_three_tries() {
    let server = ScriptedServer::start([(502, b"".as_slice())]).await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 502, .. }), "{error}");
    assert!(error.to_string().contains(&server.url));
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_feed_that_is_not_there_is_asked_for_once() {
    let server = ScriptedServer::start([(404, b"".as_slice())]).await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 404, .. }), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_body_above_the_cap_is_refused() {
    let server = ScriptedServer::start([(200, vec![b' '; 1001].as_slice())]).await;
    let at_cap = FeedClient::new(ClientConfig { max_body_bytes: 1001, ..quick() }).unwrap();
    assert_eq!(at_cap.fetch(&server.url).await.unwrap().len(), 1001);
    let below = FeedClient::new(ClientConfig { max_body_bytes: 1000, ..quick() }).unwrap();
    let error = below.fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { cap_bytes: 1000, .. }), "{error}");
}

#[tokio::test]
async fn a_gzipped_body_is_unpacked() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, b"{\"data\":{}}").unwrap();
    let body = gzip.finish().unwrap();
    let reply = move || async move { ([(header::CONTENT_ENCODING, "gzip")], body) };
    let url = serve(Router::new().route("/", get(reply))).await;
    assert_eq!(client().fetch(&url).await.unwrap(), "{\"data\":{}}");
}

#[tokio::test]
async fn the_server_is_told_who_asks() {
    let echo =
        |headers: HeaderMap| async move { headers[header::USER_AGENT].clone().to_str().unwrap().to_owned() };
    let url = serve(Router::new().route("/", get(echo))).await;
    let name = client().fetch(&url).await.unwrap();
    assert_eq!(name, concat!("paris-pulse/", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn an_address_nobody_listens_on_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/gbfs.json", listener.local_addr().unwrap());
    drop(listener);
    let error = client().fetch(&url).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains(&url), "{error}");
}

#[tokio::test]
async fn a_silent_server_is_left_at_the_total_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let impatient = ClientConfig { total_timeout: Duration::from_millis(50), ..quick() };
    let error = FeedClient::new(impatient).unwrap().fetch(&url).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused() {
    let error = client().fetch("http://example.org/gbfs.json").await.unwrap_err();
    assert!(matches!(error, FetchError::NotHttps { .. }), "{error}");
}

/// Sends each caller one step further, for ever.
async fn farther(RawQuery(steps): RawQuery) -> Redirect {
    Redirect::temporary(&format!("/farther?{}x", steps.unwrap_or_default()))
}

#[tokio::test]
async fn a_redirect_out_of_https_a_loop_and_an_endless_chain_are_refused() {
    let router = Router::new()
        .route("/away", get(|| async { Redirect::temporary("http://example.org/") }))
        .route("/loop", get(|| async { Redirect::temporary("/loop") }))
        .route("/far", get(|| async { Redirect::temporary("/farther?") }))
        .route("/farther", get(farther))
        .route("/moved", get(|| async { Redirect::temporary("/here") }))
        .route("/here", get(|| async { "{}" }));
    let url = serve(router).await;
    assert_eq!(client().fetch(&format!("{url}moved")).await.unwrap(), "{}");
    for (path, word) in
        [("away", "leaves https"), ("loop", "redirect loop"), ("far", "more than 5 redirects")]
    {
        let error = client().fetch(&format!("{url}{path}")).await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[tokio::test]
async fn discovery_gives_the_feeds_or_says_what_stands_there() {
    let body = br#"{"data":{"en":{"feeds":[{"name":"station_status","url":"https://a.org/s"}]}}}"#;
    let server = ScriptedServer::start([(200, body.as_slice()), (200, b"<html>")]).await;
    let discovery = client().discover(&server.url).await.unwrap();
    assert_eq!(discovery.feed_url("station_status"), Ok("https://a.org/s"));
    let error = client().discover(&server.url).await.unwrap_err().to_string();
    assert!(error.contains(&server.url) && error.contains("HTML page"), "{error}");
}
