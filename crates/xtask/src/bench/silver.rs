//! `cargo xtask bench silver`: a month of hourly documents into silver, by `velib silver` and by the tools that people
//! reach for, on the same machine in the same minutes.
//!
//! The others are given what favours them: the columns and types are told beforehand, nothing is checked, counted or
//! deduplicated, and they write one file at the end instead of one object an hour with its report.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};

use super::{
    compared::compared,
    measured::{Contender, Stopwatch},
    tables::{Comparison, Sizes},
};
use crate::{
    progress::run_to_end,
    python::{self, Requirements},
};

const HOURS: usize = 720;
const STATIONS: usize = 1_480;
const TOOLS: [(&str, &str); 3] =
    [("pandas", "with_pandas.py"), ("Polars", "with_polars.py"), ("DuckDB", "with_duckdb.py")];

/// How to measure and print.
#[derive(clap::Args)]
pub struct Options {
    /// Runs of each; the medians are printed.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Threads that each may use.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Makes the work where it is not there, measures, and compares what came out.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let venv = python::ensure_venv(root, Requirements::Benchmarks)?;
    let build = ["build", "--release", "-p", "velib-cli"];
    run_to_end("cargo build --release", Command::new("cargo").args(build).current_dir(root))?;
    let work = Work {
        velib: root.join("target/release/velib"),
        python: venv.join("bin/python"),
        scripts: root.join("benchmarks/silver"),
        folder: root.join("target/bench/silver"),
        jobs: options.jobs,
    };
    work.ensure_documents()?;
    let mut contenders = vec![work.velib()];
    contenders.extend(TOOLS.map(|(name, script)| work.tool(name, script)));
    let threads = options.jobs.to_string();
    let stopwatch = Stopwatch {
        python: work.python.clone(),
        script: work.scripts.join("measured.py"),
        environment: vec![("POLARS_MAX_THREADS", threads)],
    };
    let taken = stopwatch.medians(&contenders, options.rounds)?;
    let rows = compared(&work.python, &work.scripts, &work.tables())?;
    remove(&work.folder.join("aside"))?;
    let comparison =
        Comparison { rounds: options.rounds, jobs: options.jobs, rows, taken, sizes: work.sizes()? };
    comparison.print(options.json)
}

/// Where everything stands.
struct Work {
    velib: PathBuf,
    python: PathBuf,
    scripts: PathBuf,
    folder: PathBuf,
    jobs: usize,
}

impl Work {
    fn ensure_documents(&self) -> anyhow::Result<()> {
        let bronze = self.folder.join("lake/bronze");
        let marker = self.folder.join("documents-are-there");
        if marker.exists() {
            return Ok(());
        }
        eprintln!("making {HOURS} documents of {STATIONS} stations in {}", bronze.display());
        let (hours, stations) = (HOURS.to_string(), STATIONS.to_string());
        let mut history = Command::new(&self.velib);
        history.args([
            "sim",
            "history",
            "--from",
            "2026-01-01T00",
            "--hours",
            &hours,
            "--stations",
            &stations,
        ]);
        run_to_end("velib sim history", history.args(["--lake", &self.lake()]))?;
        fs::write(&marker, "").with_context(|| format!("writing {}", marker.display()))
    }

    fn lake(&self) -> String {
        format!("file://{}", self.folder.join("lake").display())
    }

    fn velib(&self) -> Contender<'_> {
        let velib = self.velib.display().to_string();
        let jobs = self.jobs.to_string();
        let command = [&velib, "silver", "--json", "--lake", &self.lake(), "--jobs", &jobs];
        Contender {
            name: "velib silver",
            command: command.map(str::to_owned).to_vec(),
            before: Box::new(|| self.set_silver_aside()),
        }
    }

    /// Moves what an earlier round wrote out of the lake. It is not deleted yet: a file system that has just lost
    /// thousands of files is slow at making new ones, and the next contender would pay for it.
    fn set_silver_aside(&self) -> anyhow::Result<()> {
        let (silver, aside) = (self.folder.join("lake/silver"), self.folder.join("aside"));
        if silver.exists() {
            fs::create_dir_all(&aside)?;
            let round = fs::read_dir(&aside)?.count();
            fs::rename(silver, aside.join(round.to_string()))?;
        }
        Ok(())
    }

    fn tool(&self, name: &'static str, script: &str) -> Contender<'_> {
        let bronze = self.folder.join("lake/bronze/system=velib");
        let command = [
            self.python.display().to_string(),
            self.scripts.join(script).display().to_string(),
            bronze.display().to_string(),
            self.file_of(name).display().to_string(),
            self.jobs.to_string(),
        ];
        Contender { name, command: command.to_vec(), before: Box::new(|| Ok(())) }
    }

    fn file_of(&self, tool: &str) -> PathBuf {
        self.folder.join(format!("{tool}.parquet"))
    }

    fn silver(&self, table: &str) -> PathBuf {
        self.folder.join("lake/silver").join(table)
    }

    /// What each contender wrote, as patterns of files.
    fn tables(&self) -> Vec<String> {
        let theirs = TOOLS.iter().map(|(name, _)| self.file_of(name).display().to_string());
        std::iter::once(pattern(&self.silver("station_status"))).chain(theirs).collect()
    }

    /// What stands in the lake and in the tools' files, before days are compacted and after.
    fn sizes(&self) -> anyhow::Result<Sizes> {
        let mut sizes =
            Sizes::from([("silver, an object an hour", bytes_under(&self.silver("station_status"))?)]);
        for (name, _) in TOOLS {
            sizes.insert(name, fs::metadata(self.file_of(name))?.len());
        }
        let compact = ["compact", "--json", "--lake", &self.lake()];
        run_to_end("velib compact", Command::new(&self.velib).args(compact).stdout(Stdio::null()))?;
        let days = self.silver("station_status_daily");
        compared(
            &self.python,
            &self.scripts,
            &[pattern(&days), self.file_of("DuckDB").display().to_string()],
        )?;
        sizes.insert("silver, an object a day", bytes_under(&days)?);
        Ok(sizes)
    }
}

/// Every table under a folder.
fn pattern(folder: &Path) -> String {
    folder.join("**/*.parquet").display().to_string()
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => bail!("{}: {error}", folder.display()),
        _ => Ok(()),
    }
}

fn bytes_under(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_under(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
