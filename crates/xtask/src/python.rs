//! Virtual environments under `target/`: made once, filled from pinned requirements, kept while they are the same.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

use crate::progress::run_to_end;

/// Which of the pinned requirement files a verb needs.
#[derive(Clone, Copy)]
pub enum Requirements {
    /// What the frontend runs on.
    Frontend,
    /// The frontend and every tool of the tests.
    Tests,
    /// The tools that benchmarks compare with, in an environment of their own.
    Benchmarks,
    /// What the API is compared with, in an environment of its own.
    Api,
    /// What training is compared with, in an environment of its own: it is large.
    Training,
}

impl Requirements {
    fn file(self) -> &'static str {
        match self {
            Self::Frontend => "frontend/requirements.txt",
            Self::Tests => "frontend/requirements-dev.txt",
            Self::Benchmarks => "benchmarks/requirements.txt",
            Self::Api => "benchmarks/api/requirements.txt",
            Self::Training => "benchmarks/training/requirements.txt",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Frontend | Self::Tests => "target/venv",
            Self::Benchmarks => "target/venv-benchmarks",
            Self::Api => "target/venv-api",
            Self::Training => "target/venv-training",
        }
    }
}

/// The environment's folder, ready to use; a second call with the same requirements does nothing.
pub fn ensure_venv(root: &Path, requirements: Requirements) -> anyhow::Result<PathBuf> {
    let venv = root.join(requirements.folder());
    let file = root.join(requirements.file());
    let wanted = pinned(root, requirements)?;
    let marker = venv.join(format!("installed-{}", requirements.file().replace('/', "-")));
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(venv);
    }
    if !venv.join("bin/python").exists() {
        fs::create_dir_all(root.join("target"))?;
        let make = ["-m", "venv"];
        run_to_end("python3 -m venv", Command::new("python3").args(make).arg(&venv))
            .context("python 3.11 or newer with its venv module is needed")?;
    }
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--quiet",
        "--progress-bar",
        "on",
        "-r",
    ]);
    eprintln!("installing {} into {}", requirements.file(), requirements.folder());
    run_to_end("pip install", pip.arg(&file))?;
    fs::write(&marker, wanted).with_context(|| format!("writing {}", marker.display()))?;
    Ok(venv)
}

/// The text of the requirement file, with that of the file it builds on: what the marker remembers.
fn pinned(root: &Path, requirements: Requirements) -> anyhow::Result<String> {
    let read = |file: &str| {
        let path = root.join(file);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let own = read(requirements.file())?;
    Ok(match requirements {
        Requirements::Frontend | Requirements::Benchmarks | Requirements::Api | Requirements::Training => own,
        Requirements::Tests => own + &read(Requirements::Frontend.file())?,
    })
}
