//! The page that shows the document, with Swagger UI served from this process: nobody else is asked for anything.

use std::io::Read;

use axum::{
    Router,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use flate2::read::GzDecoder;

use crate::large::accepts_gzip;

/// A file of Swagger UI.
#[derive(Clone, Copy)]
struct Asset {
    path: &'static str,
    media_type: &'static str,
    gzipped: &'static [u8],
}

const ASSETS: [Asset; 2] = [
    Asset {
        path: "/docs/swagger-ui-bundle.js",
        media_type: "text/javascript; charset=utf-8",
        gzipped: include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js.gz")),
    },
    Asset {
        path: "/docs/swagger-ui.css",
        media_type: "text/css; charset=utf-8",
        gzipped: include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css.gz")),
    },
];

/// `/docs/` and all it needs.
pub(super) fn routes() -> Router {
    let page = Router::new()
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(|| async { Html(include_str!("page.html")) }));
    ASSETS.iter().fold(page, |routes, &asset| {
        routes.route(asset.path, get(async move |asked: HeaderMap| asset.answer(&asked)))
    })
}

impl Asset {
    fn answer(self, asked: &HeaderMap) -> Response {
        let described = [(header::CONTENT_TYPE, self.media_type), (header::VARY, "accept-encoding")];
        if accepts_gzip(asked) {
            return (described, [(header::CONTENT_ENCODING, "gzip")], self.gzipped).into_response();
        }
        let mut plain = Vec::new();
        GzDecoder::new(self.gzipped).read_to_end(&mut plain).expect("the build wrote these bytes");
        (described, plain).into_response()
    }
}
