//! The API describes itself, the description is the one in `docs/`, and the page that shows it needs nobody else.

use std::{env, fs, io::Read};

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::world::World;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

async fn document() -> Value {
    World::new().await.get("/openapi.json").await.ok()
}

#[tokio::test]
async fn the_document_is_the_one_in_docs() {
    let found = serde_json::to_string_pretty(&document().await).unwrap() + "\n";
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(GOLDEN, &found).unwrap();
    }
    let golden = fs::read_to_string(GOLDEN).unwrap_or_default();
    assert!(
        found == golden,
        "docs/openapi.json is another: look at what changed after \
         `UPDATE_OPENAPI=1 cargo test -p velib-api --test api openapi`"
    );
}

#[tokio::test]
async fn every_operation_says_how_it_refuses() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("200"), "{method} {path}");
            assert!(path == "/healthz" || responses.contains_key("503"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_page_and_all_it_needs_come_from_here() {
    let world = World::new().await;
    let page = world.get("/docs/").await;
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert_eq!(page.status.as_u16(), 200);
    assert!(!html.contains("https://"), "{html}");
    for asset in ["swagger-ui.css", "swagger-ui-bundle.js"] {
        assert!(html.contains(asset), "{asset}: {html}");
        let plain = world.get(&format!("/docs/{asset}")).await;
        assert_eq!(plain.status.as_u16(), 200, "{asset}");
        let zipped = world.get_with(&format!("/docs/{asset}"), "accept-encoding", "gzip").await;
        let mut unpacked = Vec::new();
        GzDecoder::new(&zipped.body[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.body && zipped.body.len() < plain.body.len() / 3, "{asset}");
    }
    assert_eq!(world.get("/docs").await.status.as_u16(), 308);
}
