//! Whatever a caller sends, the service answers 200 or says by name what is wrong: good bodies, damaged at random.
//!
//! The bodies go through the real router and a model that builds the real features, so that what the decoder lets
//! through meets everything behind it as well.

use std::io::Write;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::CONTENT_ENCODING},
};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;
use velib_forecast::invocation::encode_request;
use velib_inference::ModelService;
use velib_model::ModelForecaster;

use crate::scene::{json_of, one_station, request};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz");

/// One way to damage a body.
#[derive(Debug, Clone)]
enum Damage {
    /// Another byte at a place.
    Byte(prop::sample::Index, u8),
    /// Nothing from a place on.
    Cut(prop::sample::Index),
    /// A piece of the body once more, somewhere else.
    Repeat(prop::sample::Index, prop::sample::Index),
    /// Another value in the place of one of the body's values.
    Value(prop::sample::Index, Value),
    /// One of the body's fields left out.
    Without(prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        1 => (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => place().prop_map(Damage::Cut),
        1 => (place(), place()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        4 => (place(), odd_value()).prop_map(|(at, value)| Damage::Value(at, value)),
        2 => place().prop_map(Damage::Without),
    ]
}

/// Values at and beyond the edges of what a field may hold.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![0, 1, 24, 65_535, 65_536, 86_400, 86_401]).prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!([[]]),
            json!([null]),
            json!(-0.0),
            json!(5e-324),
            json!(90.0),
            json!(-180),
            json!("2100-12-31T23:59:59Z"),
            json!("2000-01-01T00:00:00Z"),
            json!("2026-03-29T02:30:00+01:00"),
            json!(vec![Value::Null; 200]),
            json!(vec![65_535; 30]),
        ]),
    ]
}

impl Damage {
    fn done_to(&self, body: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Byte(at, byte) => edited(body, |body| {
                let at = at.index(body.len());
                body[at] = *byte;
            }),
            Self::Cut(at) => edited(body, |body| body.truncate(at.index(body.len()))),
            Self::Repeat(from, to) => edited(body, |body| {
                let piece = body[from.index(body.len())..].to_vec();
                let to = to.index(body.len());
                body.splice(to..to, piece);
            }),
            Self::Value(at, value) => json_edited(body, *at, |place| *place = value.clone()),
            Self::Without(at) => json_edited(body, *at, |place| match place {
                Value::Object(fields) => fields.clear(),
                Value::Array(items) => drop(items.pop()),
                other => *other = Value::Null,
            }),
        }
    }
}

fn edited(mut body: Vec<u8>, edit: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    if !body.is_empty() {
        edit(&mut body);
    }
    body
}

/// Edits one value of a body that is still JSON; others stay as they are.
fn json_edited(body: Vec<u8>, at: prop::sample::Index, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(&body) else { return body };
    let pointers = pointers(&json, String::new());
    edit(
        json.pointer_mut(&pointers[at.index(pointers.len())]).expect("each pointer was read off this value"),
    );
    json.to_string().into_bytes()
}

/// The pointer of every value within a value, itself included.
fn pointers(value: &Value, here: String) -> Vec<String> {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let within: Vec<String> = match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| pointers(value, format!("{here}/{}", escaped(key))))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(at, value)| pointers(value, format!("{here}/{at}"))).collect()
        }
        _ => Vec::new(),
    };
    [vec![here], within].concat()
}

fn good_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0_usize..4).prop_map(|stations| encode_request(&request(stations))),
        Just(one_station().to_string().into_bytes()),
    ]
}

async fn answer(app: &Router, body: Vec<u8>, packed: bool) -> (StatusCode, Value) {
    let mut request = Request::post("/invocations");
    let mut sent = body;
    if packed {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&sent).unwrap();
        sent = encoder.finish().unwrap();
        request = request.header(CONTENT_ENCODING, "gzip");
    }
    let response = app.clone().oneshot(request.body(Body::from(sent)).unwrap()).await.unwrap();
    let status = response.status();
    (status, json_of(&to_bytes(response.into_body(), usize::MAX).await.unwrap()))
}

#[test]
fn a_damaged_body_is_answered_or_refused_by_name_and_the_model_stays_well() {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(async {
        let load = || ModelForecaster::open(SHIPPED.as_ref()).map(|model| Box::new(model) as _);
        let service = ModelService::start(load, velib_inference::DEFAULT_QUEUE);
        assert!(service.loaded().await.is_ready(), "{:?}", service.health());
        velib_inference::router(service)
    });
    let bodies = (good_body(), prop::collection::vec(damage(), 0..4), any::<bool>());
    proptest!(ProptestConfig::with_cases(400), |((body, damages, packed) in bodies)| {
        let body = damages.iter().fold(body, |body, damage| damage.done_to(body));
        let (status, answer) = runtime.block_on(answer(&app, body, packed));
        match status {
            StatusCode::OK => prop_assert!(answer["model_version"].is_string()),
            StatusCode::BAD_REQUEST => {
                let field = &answer["field"];
                let error = answer["error"].as_str().unwrap_or_default();
                let says_where = field.as_str().is_some_and(|field| !field.is_empty());
                prop_assert!(says_where || error.contains("no JSON"), "{answer}");
            }
            other => prop_assert!(false, "{other}: {answer}"),
        }
    });
}
