//! `cargo xtask cold-start`: how long a function takes from the start of its process to its first answer, how much memory
//! that takes, and how large its archive is.
//!
//! The release program runs as Lambda would run it. All that it talks to is on loopback: a simulated city as the feed,
//! moto's server as S3, and the runtime API, which hands it one event and takes its answer. What Lambda itself adds
//! (fetching the archive, starting the machine) and TLS to a distant feed are not in the figures.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::Context;
use zip::{ZipWriter, write::SimpleFileOptions};

mod api;
mod collector;
mod runtime_api;
mod s3;

use runtime_api::RuntimeApi;

const STARTS: usize = 5;
const BUCKET: &str = "cold-start";

/// What to start, and how to print what was measured.
#[derive(clap::Args)]
pub struct Options {
    /// The function.
    #[arg(value_enum, default_value_t = Function::Collector)]
    function: Function,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Function {
    Collector,
    Api,
}

/// Builds the programs and measures.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match options.function {
        Function::Collector => collector::run(root, options.json),
        Function::Api => api::run(root, options.json),
    }
}

/// A function's process, ended when dropped.
struct Started {
    process: Child,
    runtime: RuntimeApi,
    since: Instant,
}

impl Started {
    /// Starts a program as Lambda does; `tell` adds what the function is told by its environment.
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
    fn new(
        program: &Path,
        name: &str,
        memory_mb: u32,
        tell: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        let runtime = RuntimeApi::start()?;
        let mut command = Command::new(program);
        command.env_clear().stdout(Stdio::null()).stderr(Stdio::null());
        command.env("AWS_LAMBDA_RUNTIME_API", runtime.address()).env("AWS_LAMBDA_FUNCTION_NAME", name);
        command.env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb.to_string());
        command.env("AWS_LAMBDA_LOG_FORMAT", "JSON").env("AWS_REGION", "eu-west-3");
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        tell(&mut command);
        let since = Instant::now();
        let process = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        Ok(Self { process, runtime, since })
    }

    /// Resident memory of the process: `VmRSS` now, `VmHWM` at its highest.
    fn memory_mb(&self, which: &str) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(which)).context("no such line")?;
        let kb: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
        Ok(kb / 1024.0)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // A function that has stopped already is as good as a killed one.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn median<T>(of: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures: Vec<f64> = of.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Bytes of an archive of these files, deflated as Lambda's are; the program is called bootstrap.
fn zipped(program: &Path, beside: &[&Path]) -> anyhow::Result<usize> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
    archive.write_all(&fs::read(program)?)?;
    for file in beside {
        let name = file.file_name().context("a file has a name")?.to_string_lossy();
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(&fs::read(file)?)?;
    }
    Ok(archive.finish()?.into_inner().len())
}
