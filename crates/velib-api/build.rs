//! Takes what the documentation page needs out of the packed Swagger UI, compressed as it is served.
//!
//! Only the bundle and its styles: the other flavours of the same program are as large again each, and would be carried by
//! every cold start.

use std::{
    env,
    fs::File,
    io::{self, Cursor},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const ASSETS: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR")?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for asset in ASSETS {
        let inside = format!("/dist/{asset}");
        let is_it = |name: &str| name.ends_with(&inside) && name.matches('/').count() == 2;
        let place = archive.file_names().position(|name| name.is_ok_and(|name| is_it(&name)));
        let place = place.ok_or(format!("swagger ui has no {asset}"))?;
        let packed = File::create(Path::new(&folder).join(format!("{asset}.gz")))?;
        let mut encoder = GzEncoder::new(packed, Compression::best());
        io::copy(&mut archive.by_index(place)?, &mut encoder)?;
        encoder.finish()?;
    }
    Ok(())
}
