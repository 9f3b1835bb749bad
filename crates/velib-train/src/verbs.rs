//! Each verb of the command line: opens what it needs, calls the library, prints what comes out.

use std::{fmt::Display, fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use serde::Serialize;
use velib_lake::Lake;
use velib_train::{
    Beside, DataSource, Evaluation, SearchSpace, UsualWeek, Verdict, blend_file, compare_files,
    compare_refreshed,
    config::{
        BlendArguments, CompareArguments, EvaluateArguments, FitArguments, PackageArguments,
        RefreshArguments, ReportArguments, RewrittenArguments, SearchArguments, SourceArguments,
    },
    evaluate_file, fit_to_file,
    kinds::{self, KindsArguments},
    read_evaluation, refresh_file, search_file,
    usable::{self, UsableArguments},
    write_page, write_report,
};

pub async fn fit(arguments: FitArguments) -> anyhow::Result<ExitCode> {
    let (plan, from, horizons) = (arguments.plan(), arguments.from.as_deref(), arguments.horizons_seconds());
    let source = open(arguments.source).await?;
    let evaluation = fit_to_file(&source, &plan, from, horizons.as_deref(), &arguments.out).await?;
    print(&evaluation, arguments.json)?;
    eprintln!("written to {}", arguments.out.display());
    write(&evaluation, arguments.report)
}

pub async fn evaluate(arguments: EvaluateArguments) -> anyhow::Result<ExitCode> {
    let source = open(arguments.source).await?;
    let beside = if arguments.no_trees { Beside::Simple } else { Beside::Trees };
    let evaluation =
        evaluate_file(&source, &arguments.model, &arguments.minutes, usual_week(arguments.refreshed), beside)
            .await?;
    print(&evaluation, arguments.json)?;
    write(&evaluation, arguments.report)
}

pub async fn compare(arguments: CompareArguments) -> anyhow::Result<ExitCode> {
    let CompareArguments { source, old, new, refreshed, json } = arguments;
    let comparison = compare_files(&open(source).await?, &old, &new, usual_week(refreshed)).await?;
    print(&comparison, json)?;
    Ok(comparison.verdict.exit_code())
}

pub async fn blend(arguments: BlendArguments) -> anyhow::Result<ExitCode> {
    let BlendArguments { source, rewritten: RewrittenArguments { model, out, json } } = arguments;
    print(&blend_file(&open(source).await?, &model, &out).await?, json)?;
    Ok(ExitCode::SUCCESS)
}

pub async fn refresh(arguments: RefreshArguments) -> anyhow::Result<ExitCode> {
    let RefreshArguments { lake, system, mut days, proved_on, half_life, rewritten } = arguments;
    let RewrittenArguments { model, out, json } = rewritten;
    let lake = open_lake(&lake).await?;
    if let Some(judged) = proved_on {
        let comparison = compare_refreshed(&lake, &system, &days, half_life, &model, &judged).await?;
        eprintln!("{comparison}");
        if comparison.verdict != Verdict::Better {
            eprintln!("nothing written: {} stays as it is", model.display());
            return Ok(comparison.verdict.exit_code());
        }
        days.push(judged);
    }
    let refreshed = refresh_file(&lake, &system, &days, half_life, &model, &out).await?;
    print(&refreshed, json)?;
    Ok(ExitCode::SUCCESS)
}

pub fn report(arguments: &ReportArguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.folder;
    let evaluation = read_evaluation(folder).with_context(|| {
        format!(
            "reading the evaluation in {}: write one with `velib-train evaluate --report`",
            folder.display()
        )
    })?;
    write_page(&evaluation, folder).with_context(|| format!("writing to {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub fn package(arguments: &PackageArguments) -> anyhow::Result<ExitCode> {
    let PackageArguments { model, out, evaluation, json } = arguments;
    let read = |folder: &PathBuf| {
        read_evaluation(folder).with_context(|| format!("reading the evaluation in {}", folder.display()))
    };
    let evaluation = evaluation.as_ref().map(read).transpose()?;
    print(&velib_train::package(model, evaluation.as_ref(), out)?, *json)?;
    Ok(ExitCode::SUCCESS)
}

pub async fn search(arguments: SearchArguments) -> anyhow::Result<ExitCode> {
    let SearchArguments { source, space, state, json } = arguments;
    let text = fs::read_to_string(&space).with_context(|| format!("reading {}", space.display()))?;
    let outcome = search_file(&open(source).await?, &SearchSpace::parse(&text)?, &state).await?;
    let chart = state.with_extension("svg");
    fs::write(&chart, outcome.draw()).with_context(|| format!("writing {}", chart.display()))?;
    print(&outcome, json)?;
    eprintln!("drawn in {}", chart.display());
    Ok(ExitCode::SUCCESS)
}

pub async fn usable(arguments: &UsableArguments) -> anyhow::Result<ExitCode> {
    print(&usable::judge(arguments).await?, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}

pub async fn kinds(arguments: &KindsArguments) -> anyhow::Result<ExitCode> {
    let report = kinds::judge(&open(arguments.source.clone()).await?, arguments).await?;
    print(&report, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}

async fn open(source: SourceArguments) -> anyhow::Result<DataSource> {
    Ok(DataSource { lake: open_lake(&source.lake).await?, rules: source.rules()?, system: source.system })
}

async fn open_lake(url: &str) -> anyhow::Result<Lake> {
    velib_aws::open_lake(url, None).await.with_context(|| format!("opening the lake {url}"))
}

fn usual_week(refreshed: bool) -> UsualWeek {
    if refreshed { UsualWeek::OfTrainingDays } else { UsualWeek::Own }
}

/// Writes a report where one is wanted.
fn write(evaluation: &Evaluation, report: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    if let Some(folder) = report {
        write_report(evaluation, &folder).with_context(|| format!("writing to {}", folder.display()))?;
        eprintln!("report in {}", folder.join("report.html").display());
    }
    Ok(ExitCode::SUCCESS)
}

fn print<T: Display + Serialize>(printed: &T, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(printed)?);
    } else {
        println!("{printed}");
    }
    Ok(())
}
