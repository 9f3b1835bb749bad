//! Which requests are let in: queries of a length that someone may mean, and no more at once than can be answered.
//!
//! A request that finds no room is refused at once: waiting would only make every answer later.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use crate::{
    Limits,
    problem::{Kind, Problem},
};

/// The room there is.
#[derive(Clone)]
pub(crate) struct Admission {
    limits: Limits,
    room: Arc<Semaphore>,
}

impl Admission {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, room: Arc::new(Semaphore::new(limits.concurrent_requests)) }
    }
}

/// Lets a request in, or says why not.
pub(crate) async fn admit(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    let longest = admission.limits.query_bytes;
    if request.uri().query().is_some_and(|query| query.len() > longest) {
        let detail = format!("the query is longer than {longest} bytes");
        return Problem::new(Kind::QueryTooLong, detail).into_response();
    }
    let Ok(_place) = admission.room.try_acquire() else {
        let most = admission.limits.concurrent_requests;
        let detail = format!("{most} requests are being answered, which is all there is room for");
        return Problem::new(Kind::Overloaded, detail).into_response();
    };
    next.run(request).await
}
