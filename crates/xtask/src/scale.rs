//! `cargo xtask scale`: what a year of a city, and of the world, takes in objects, bytes, seconds and dollars.
//!
//! Prints the page `docs/scale.md`, computed from the few figures in `scale/measured.rs`; nothing is measured here, so the
//! page comes out the same on every machine.

mod arithmetic;
mod measured;
mod page;
mod prices;

use anyhow::Result;

/// How to print it.
#[derive(clap::Args)]
pub struct Options {
    /// Print the figures and what was computed from them as JSON instead of the page.
    #[arg(long)]
    json: bool,
}

/// Computes and prints.
pub fn run(options: &Options) -> Result<()> {
    if !options.json {
        print!("{}", page::page(&measured::COLUMNS));
        return Ok(());
    }
    let years = measured::COLUMNS.map(|page::Column { deployment, measured }| {
        serde_json::json!({"name": deployment.name, "measured": measured, "year": deployment.year(&measured)})
    });
    println!("{}", serde_json::to_string_pretty(&years)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_repository_is_the_one_that_would_be_printed() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scale.md");
        let page = std::fs::read_to_string(page).unwrap_or_default();
        assert!(
            page == page::page(&measured::COLUMNS),
            "docs/scale.md is out of date: cargo xtask scale > docs/scale.md"
        );
    }
}
