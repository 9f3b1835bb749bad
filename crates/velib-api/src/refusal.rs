//! Gives every refusal the form of a problem that names its request: those of handlers, of the layers below, and of the
//! router itself.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};

use crate::{
    Limits,
    problem::{Kind, Problem},
};

/// The header that names a request in logs and answers.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that a client may give its request.
const LONGEST_ID: usize = 128;

/// Takes a name away that would not do: the request gets another.
pub(crate) fn without_bad_id<B>(mut request: Request<B>) -> Request<B> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let will_do =
        |id: &HeaderValue| id.len() <= LONGEST_ID && !id.is_empty() && id.as_bytes().iter().all(plain);
    if !request.headers().get(&REQUEST_ID).is_some_and(will_do) {
        request.headers_mut().remove(&REQUEST_ID);
    }
    request
}

/// The name of a request; empty before it has one.
pub(crate) fn request_id(request: &Request) -> &str {
    request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// What a problem says of the request that it refuses.
pub(crate) struct Refusing {
    method: Method,
    asked: Uri,
    id: Option<HeaderValue>,
}

impl Refusing {
    pub(crate) fn of(request: &Request) -> Self {
        let id = request.headers().get(&REQUEST_ID).cloned();
        Self { method: request.method().clone(), asked: request.uri().clone(), id }
    }

    /// The answer, a refusal written as a problem.
    pub(crate) fn written(self, mut response: Response, limits: Limits) -> Response {
        let told = response.extensions_mut().remove::<Problem>();
        let untold = || untold(response.status(), limits, &self.method, self.asked.path());
        let Some(problem) = told.or_else(untold) else {
            return response;
        };
        let allow = response.headers_mut().remove(header::ALLOW);
        let id = self.id.as_ref().and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty());
        let mut answer = problem.answer(id.map(str::to_owned));
        answer.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
        answer
    }
}

/// The problem behind a refusal that is only a status.
fn untold(status: StatusCode, limits: Limits, method: &Method, path: &str) -> Option<Problem> {
    let (kind, detail) = match status {
        StatusCode::NOT_FOUND => (Kind::NotFound, format!("there is nothing at {path}")),
        StatusCode::METHOD_NOT_ALLOWED => (
            Kind::MethodNotAllowed,
            format!("{path} takes no {method}: the allow header names what it takes"),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            Kind::BodyTooLarge,
            format!("the body is larger than {} bytes: send less at once", limits.body_bytes),
        ),
        StatusCode::REQUEST_TIMEOUT => {
            (Kind::TimedOut, format!("no answer within {} s: try again", limits.timeout.as_secs()))
        }
        status if status.is_client_error() => {
            (Kind::InvalidRequest, format!("{path} cannot be read: {status}"))
        }
        status if status.is_server_error() => (Kind::Internal, format!("{path} failed: {status}")),
        _ => return None,
    };
    Some(Problem::new(kind, detail))
}
