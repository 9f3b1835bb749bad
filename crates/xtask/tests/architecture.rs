//! The rules of `docs/architecture.md` about which crate may use which, checked against Cargo's own metadata.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Every crate of the workspace and the crates of the workspace that it uses, tests left out.
const MAY_USE: &[(&str, &[&str])] = &[
    ("velib-domain", &[]),
    ("velib-gbfs", &["velib-domain"]),
    ("velib-forecast", &["velib-domain"]),
    ("velib-planner", &["velib-domain"]),
    ("velib-lake", &["velib-domain"]),
    ("velib-report", &["velib-domain"]),
    ("velib-replay", &["velib-domain", "velib-forecast", "velib-planner", "velib-report"]),
    ("velib-sim", &["velib-domain"]),
    ("velib-streets", &["velib-domain", "velib-planner"]),
    ("velib-weather", &["velib-domain"]),
    ("velib-aws", &["velib-domain", "velib-forecast", "velib-lake"]),
    ("velib-model", &["velib-domain", "velib-forecast"]),
    ("velib-lstm", &["velib-domain", "velib-forecast", "velib-model"]),
    ("velib-collector", &["velib-aws", "velib-domain", "velib-gbfs", "velib-lake", "velib-weather"]),
    ("velib-silver", &["velib-aws", "velib-domain", "velib-gbfs", "velib-lake", "velib-weather"]),
    (
        "velib-train",
        &[
            "velib-aws",
            "velib-domain",
            "velib-forecast",
            "velib-lake",
            "velib-lstm",
            "velib-model",
            "velib-report",
            "velib-sim",
        ],
    ),
    ("velib-inference", &["velib-domain", "velib-forecast", "velib-lstm", "velib-model"]),
    (
        "velib-api",
        &[
            "velib-aws",
            "velib-domain",
            "velib-forecast",
            "velib-gbfs",
            "velib-lake",
            "velib-model",
            "velib-planner",
            "velib-streets",
        ],
    ),
    (
        "velib-cli",
        &[
            "velib-api",
            "velib-aws",
            "velib-collector",
            "velib-domain",
            "velib-gbfs",
            "velib-forecast",
            "velib-lake",
            "velib-model",
            "velib-replay",
            "velib-report",
            "velib-silver",
            "velib-sim",
            "velib-streets",
        ],
    ),
    (
        "velib-e2e",
        &[
            "velib-api",
            "velib-collector",
            "velib-domain",
            "velib-gbfs",
            "velib-inference",
            "velib-lake",
            "velib-lstm",
            "velib-silver",
        ],
    ),
    ("xtask", &["velib-gbfs"]),
];

/// A dependency kept behind one fence, and the crates inside it.
const ONLY_USED_BY: &[(&str, &[&str])] = &[
    ("arrow", &["velib-lake"]),
    ("parquet", &["velib-lake"]),
    ("csv", &["velib-lake"]),
    ("tch", &["velib-lstm"]),
    ("osmpbf", &["velib-streets"]),
    ("aws-config", &["velib-aws"]),
    ("aws-sdk-s3", &["velib-aws"]),
    ("aws-sdk-sagemakerruntime", &["velib-aws"]),
    ("reqwest", &["velib-e2e", "velib-gbfs", "xtask"]),
    ("lambda_runtime", &["velib-collector", "velib-silver"]),
    ("lambda_http", &["velib-api"]),
];

/// What the pure crates must not even be able to name: async runtimes, networks, loggers.
const IMPURE: &[&str] =
    &["tokio", "reqwest", "axum", "object_store", "tracing", "log", "futures", "async-trait"];
const PURE: &[&str] = &[
    "velib-domain",
    "velib-gbfs",
    "velib-forecast",
    "velib-planner",
    "velib-replay",
    "velib-report",
    "velib-weather",
];

/// Crate name → its required normal dependencies, and separately the optional ones.
struct Dependencies {
    required: BTreeSet<String>,
    optional: BTreeSet<String>,
}

fn workspace() -> BTreeMap<String, Dependencies> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let names = |package: &cargo_metadata::Package, optional: bool| {
        let normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
        normal.filter(|d| d.optional == optional).map(|d| d.name.clone()).collect()
    };
    let dependencies = |package: &cargo_metadata::Package| Dependencies {
        required: names(package, false),
        optional: names(package, true),
    };
    metadata.packages.iter().map(|p| (p.name.to_string(), dependencies(p))).collect()
}

#[test]
fn every_crate_uses_only_the_crates_it_may() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let workspace = workspace();
    let listed: BTreeSet<_> = allowed.keys().map(ToString::to_string).collect();
    assert_eq!(workspace.keys().cloned().collect::<BTreeSet<_>>(), listed, "list every crate in MAY_USE");
    for (name, dependencies) in &workspace {
        for used in dependencies.required.iter().chain(&dependencies.optional) {
            let ours = workspace.contains_key(used);
            assert!(!ours || allowed[name.as_str()].contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn heavy_dependencies_stay_behind_their_fence() {
    let workspace = workspace();
    for (fenced, inside) in ONLY_USED_BY {
        for (name, dependencies) in &workspace {
            let uses = dependencies.required.contains(*fenced) || dependencies.optional.contains(*fenced);
            assert!(!uses || inside.contains(&name.as_str()), "only {inside:?} may use {fenced}, not {name}");
        }
    }
}

#[test]
fn pure_crates_name_no_runtime_no_network_and_no_logger() {
    let workspace = workspace();
    for name in PURE {
        for impure in IMPURE {
            assert!(!workspace[*name].required.contains(*impure), "{name} is pure and may not use {impure}");
        }
    }
}

#[test]
fn plain_cargo_test_needs_no_libtorch() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let default: BTreeSet<_> =
        metadata.workspace_default_packages().iter().map(|p| p.name.to_string()).collect();
    for native in ["velib-lstm", "velib-train", "velib-e2e"] {
        assert!(!default.contains(native), "{native} links libtorch and must stay out of default-members");
    }
    assert!(default.contains("velib-api") && default.contains("velib-inference"));
}

/// `main.rs` wires and nothing else; a long file hides more than one thing.
#[test]
fn files_stay_small() {
    let crates = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut too_long = Vec::new();
    let mut folders = vec![crates.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                let limit = if path.ends_with("src/main.rs") { 60 } else { 500 };
                if lines > limit {
                    too_long.push(format!("{} has {lines} lines, more than {limit}", path.display()));
                }
            }
        }
    }
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
}
