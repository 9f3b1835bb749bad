//! What both servers share: the discovery document with absolute addresses, and answers as JSON.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use velib_domain::Timestamp;

/// An answer that is no document: a status and one line of plain text.
pub(crate) type Refusal = (StatusCode, String);

/// The discovery document in Vélib' style. `base` is the path before the documents, `""` or `/at/1730311920`.
pub(crate) fn gbfs_json(
    headers: &HeaderMap,
    base: &str,
    updated_at: Option<Timestamp>,
) -> Result<Response, Refusal> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host =
        host.ok_or((StatusCode::BAD_REQUEST, "send a Host header: addresses are made of it\n".to_owned()))?;
    let feed = |name: &str| json!({"name": name, "url": format!("http://{host}{base}/{name}.json")});
    let feeds = [feed("gbfs"), feed("station_information"), feed("station_status")];
    let mut document = json!({"ttl": 3600, "data": {"en": {"feeds": feeds}}});
    if let Some(time) = updated_at {
        document["lastUpdatedOther"] = json!(time.as_second());
    }
    Ok(json_response(document.to_string()))
}

/// Bytes as an `application/json` answer.
pub(crate) fn json_response(body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The answer to a path where nothing is.
pub(crate) fn no_such_document(name: &str) -> Refusal {
    let there_are = "there are gbfs.json, station_information.json and station_status.json";
    (StatusCode::NOT_FOUND, format!("no document {name}: {there_are}\n"))
}
