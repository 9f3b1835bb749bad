//! `velib-train`: reads the command line, opens the lake, prints the report.

use anyhow::Context;
use clap::Parser;
use velib_lake::Lake;
use velib_train::{
    DataSource, Report,
    config::{Arguments, EvaluateArguments, FitArguments, SourceArguments, Verb},
    evaluate_file, fit_to_file,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().verb {
        Verb::Fit(arguments) => run_fit(arguments).await,
        Verb::Evaluate(arguments) => run_evaluate(arguments).await,
    }
}

async fn run_fit(arguments: FitArguments) -> anyhow::Result<()> {
    let plan = arguments.plan();
    let report = fit_to_file(&open(arguments.source)?, &plan, &arguments.out).await?;
    print(&report, arguments.json)?;
    eprintln!("written to {}", arguments.out.display());
    Ok(())
}

async fn run_evaluate(arguments: EvaluateArguments) -> anyhow::Result<()> {
    let report = evaluate_file(&open(arguments.source)?, &arguments.model).await?;
    print(&report, arguments.json)
}

fn open(source: SourceArguments) -> anyhow::Result<DataSource> {
    let lake = Lake::open(&source.lake).with_context(|| format!("opening the lake {}", source.lake))?;
    Ok(DataSource { lake, system: source.system, protocol: source.protocol })
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
    } else {
        println!("{report}");
    }
    Ok(())
}
