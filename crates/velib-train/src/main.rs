//! `velib-train`: reads the command line, opens the lake, prints the report.

use anyhow::Context;
use clap::Parser;
use velib_lake::Lake;
use velib_train::{
    DataSource,
    config::{Arguments, FitArguments, Verb},
    fit_to_file,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().verb {
        Verb::Fit(arguments) => run_fit(arguments).await,
    }
}

async fn run_fit(arguments: FitArguments) -> anyhow::Result<()> {
    let lake = Lake::open(&arguments.lake).with_context(|| format!("opening the lake {}", arguments.lake))?;
    let plan = arguments.plan();
    let source = DataSource { lake, system: arguments.system, protocol: arguments.protocol };
    let report = fit_to_file(&source, &plan, &arguments.out).await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}\nwritten to {}", arguments.out.display());
    }
    Ok(())
}
