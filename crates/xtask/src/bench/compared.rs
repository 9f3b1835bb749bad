//! Whether all contenders wrote the same rows, whichever engine reads them: else the times would compare nothing.

use std::{path::Path, process::Command};

use anyhow::{Context, bail};

/// Reads every table with `DuckDB`, Polars and `PyArrow`; how many rows each has.
pub fn compared(python: &Path, scripts: &Path, tables: &[String]) -> anyhow::Result<u64> {
    let mut compare = Command::new(python);
    let output = compare.arg(scripts.join("compared.py")).args(tables).output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("{}\n{}", told, String::from_utf8_lossy(&output.stderr));
    }
    let rows = told.split_whitespace().next().and_then(|rows| rows.parse().ok());
    rows.context("compared.py printed no number of rows")
}
