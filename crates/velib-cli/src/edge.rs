//! Where the world enters the program: the clock, the log, the lake's address.

use anyhow::Context;
use tracing_subscriber::EnvFilter;
use velib_api::LogFormat;
use velib_domain::{SystemId, Timestamp};
use velib_lake::Lake;

/// Where a verb reads and writes.
#[derive(clap::Args)]
pub struct LakeOptions {
    /// The lake's root: `file:///folder` or `s3://bucket/prefix`; `./lake` when not given.
    #[arg(long, env = "LAKE_URL", value_name = "URL")]
    lake: Option<String>,
    /// Where S3 answers, when it is not Amazon's own: the address of a local server.
    #[arg(long, env = "AWS_ENDPOINT_URL_S3", value_name = "URL")]
    s3_endpoint: Option<String>,
    /// The system's id in the lake, a slug.
    #[arg(long, env = "SYSTEM_ID", default_value = "velib")]
    pub system: SystemId,
}

impl LakeOptions {
    /// The URL, the default being the folder `lake` here.
    pub fn url(&self) -> anyhow::Result<String> {
        if let Some(url) = &self.lake {
            return Ok(url.clone());
        }
        let here = std::env::current_dir().context("finding the current folder for ./lake")?;
        Ok(format!("file://{}", here.join("lake").display()))
    }

    /// Opens the lake.
    pub async fn open(&self) -> anyhow::Result<Lake> {
        let url = self.url()?;
        let lake = velib_aws::open_lake(&url, self.s3_endpoint.as_deref()).await;
        lake.with_context(|| format!("opening the lake {url}"))
    }

    /// Where S3 answers, if not at Amazon's own address.
    pub fn s3_endpoint(&self) -> Option<String> {
        self.s3_endpoint.clone()
    }
}

/// The one place where these verbs read the clock.
#[expect(clippy::disallowed_methods, reason = "the edge of the program is where time enters")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Time since now.
#[expect(clippy::disallowed_methods, reason = "the edge of the program is where time enters")]
pub fn stopwatch() -> impl Fn() -> std::time::Duration {
    let begun = std::time::Instant::now();
    move || begun.elapsed()
}

/// Log lines go to standard error, so that `--json` leaves standard output to the answer.
pub fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}
