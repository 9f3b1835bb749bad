//! `cargo xtask lint`: formatting and clippy over every crate, warnings as errors.

use std::{path::Path, process::Command};

use crate::{libtorch, progress::run_to_end};

/// Checks the whole workspace.
pub fn run(root: &Path) -> anyhow::Result<()> {
    libtorch::ensure(root)?;
    run_to_end("rustfmt", Command::new("cargo").args(["fmt", "--all", "--check"]).current_dir(root))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--features", "velib-inference/libtorch"];
    run_to_end("clippy", Command::new("cargo").args(clippy).args(["--", "-D", "warnings"]).current_dir(root))
}
