//! Tells the linker where libtorch will be found at run time, so that nobody exports `LD_LIBRARY_PATH`; and the program which
//! commit it is built from, so that a model can tell what trained it.

use std::{path::Path, process::Command};

/// What a training depends on, as seen from this crate's folder.
const SOURCES: [&str; 7] = [
    "../../Cargo.lock",
    "../velib-domain/src",
    "../velib-forecast/src",
    "../velib-lake/src",
    "../velib-lstm/src",
    "../velib-model/src",
    "src",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/../lib");
    println!("cargo::rustc-env=VELIB_BUILT_FROM={}", built_from());
}

/// What `VELIB_COMMIT` says, else the commit checked out, else `unknown`: a build outside of git is the same everywhere.
fn built_from() -> String {
    println!("cargo::rerun-if-env-changed=VELIB_COMMIT");
    let told = std::env::var("VELIB_COMMIT").ok().filter(|told| !told.is_empty());
    told.or_else(commit).unwrap_or_else(|| "unknown".to_owned())
}

fn commit() -> Option<String> {
    // Sources that were unpacked within another repository are none of its commits.
    git(&["ls-files", "--error-unmatch", "build.rs"])?;
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file])?;
        // What is watched and not there would be built again each time.
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let hash = git(&["rev-parse", "--short=12", "HEAD"])?;
    let mut status = vec!["--no-optional-locks", "status", "--porcelain", "--"];
    status.extend(SOURCES);
    let is_changed = !git(&status)?.is_empty();
    Some(if is_changed { hash + ".changed" } else { hash })
}

/// What git answers; `None` where there is no git, no repository, or no answer.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
