//! The programs of the demo: built once, started as a user would, stopped when the demo ends.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command as BlockingCommand, Stdio},
};

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::feed::Feed;
use crate::progress::{run_to_end, spinner};

/// Hours of past that the simulated city is asked for: more than the model's look-back and a week of rhythm.
const SIMULATED_HOURS: i64 = 8 * 24;

/// What the demo starts, and the lake they share.
pub struct Programs {
    root: PathBuf,
    lake: String,
    running: Vec<Child>,
}

/// Builds every program the demo starts.
pub fn build(root: &Path) -> anyhow::Result<()> {
    let packages =
        ["build", "-p", "velib-cli", "-p", "velib-inference", "--features", "velib-inference/libtorch"];
    run_to_end("cargo build", BlockingCommand::new("cargo").args(packages).current_dir(root))
}

impl Programs {
    /// Starts from an empty lake in `target/demo/lake`, so that every run shows the whole walk.
    pub fn new(root: &Path) -> anyhow::Result<Self> {
        let lake = root.join("target/demo/lake");
        if lake.exists() {
            fs::remove_dir_all(&lake).with_context(|| format!("emptying {}", lake.display()))?;
        }
        fs::create_dir_all(&lake).with_context(|| format!("making {}", lake.display()))?;
        Ok(Self { root: root.to_path_buf(), lake: format!("file://{}", lake.display()), running: Vec::new() })
    }

    /// Serves a simulated city; its URL.
    pub async fn start_simulator(&mut self) -> anyhow::Result<String> {
        let mut command = self.velib("sim");
        command.args(["city", "--listen", "127.0.0.1:0"]);
        self.start("the simulated city", command).await
    }

    /// Serves a folder of stored documents; its URL.
    pub async fn start_replay(&mut self, folder: &Path) -> anyhow::Result<String> {
        let mut command = self.velib("sim");
        command.arg("replay").arg(folder).args(["--listen", "127.0.0.1:0"]);
        self.start("the replay of stored documents", command).await
    }

    /// Collects the feed once; a simulated feed also for the hours of its past.
    pub async fn collect(&self, feed: &Feed) -> anyhow::Result<Value> {
        let mut command = self.velib("collect");
        self.at_system(&mut command, feed);
        if let Feed::Simulated(server) = feed {
            command.args(["--past-hours", &SIMULATED_HOURS.to_string()]);
            command.args(["--past-discovery", &format!("{server}/at/{{time}}/gbfs.json")]);
        }
        self.json_of(command).await
    }

    /// Refines every hour that was collected.
    pub async fn refine(&self, feed: &Feed) -> anyhow::Result<Value> {
        let mut command = self.velib("silver");
        command.args(["--lake", &self.lake, "--system", feed.system()]);
        self.json_of(command).await
    }

    /// The model that ships with the repository, or one trained now on what was collected.
    pub async fn model(&self, feed: &Feed) -> anyhow::Result<PathBuf> {
        let shipped = self.root.join("model/model.tar.gz");
        if shipped.exists() {
            return Ok(shipped);
        }
        let trained = self.root.join("target/demo/model.tar.gz");
        let mut train = Command::new("cargo");
        train.current_dir(&self.root).args(["run", "--release", "-p", "velib-train", "--", "fit"]);
        train.args(["--lake", &self.lake, "--system", feed.system(), "--out"]).arg(&trained);
        let status = train.status().await.context("starting velib-train")?;
        if !status.success() {
            bail!("velib-train failed ({status})");
        }
        Ok(trained)
    }

    /// Starts the model service; its URL, once a model is loaded.
    pub async fn start_inference(&mut self, model: &Path) -> anyhow::Result<String> {
        let mut command = self.program("velib-inference");
        command.arg("--model").arg(model).args(["--listen", "127.0.0.1:0"]);
        let url = self.start("the model service", command).await?;
        self.wait_for(&format!("{url}/ping"), "the model service").await?;
        Ok(url)
    }

    /// Starts the API; its URL, once it is healthy.
    pub async fn start_api(&mut self, feed: &Feed, inference: &str) -> anyhow::Result<String> {
        let mut command = self.velib("serve");
        self.at_system(&mut command, feed);
        command.args(["--listen", "127.0.0.1:0", "--feed-source", feed.source()]);
        command.args(["--sagemaker-endpoint", "velib", "--sagemaker-endpoint-url", inference]);
        let url = self.start("the api", command).await?;
        self.wait_for(&format!("{url}/healthz"), "the api").await?;
        Ok(url)
    }

    /// Starts the frontend over the API; its URL, once it serves.
    pub async fn start_frontend(&mut self, venv: &Path, api: &str) -> anyhow::Result<String> {
        let port = free_port()?;
        let mut command = Command::new(venv.join("bin/streamlit"));
        command.args([
            "run",
            "frontend/app.py",
            "--server.headless",
            "true",
            "--server.address",
            "127.0.0.1",
        ]);
        command.args(["--server.port", &port.to_string(), "--browser.gatherUsageStats", "false"]);
        command.env("API_URL", api).current_dir(&self.root).stdout(Stdio::null()).stderr(Stdio::null());
        self.running.push(command.kill_on_drop(true).spawn().context("starting streamlit")?);
        let url = format!("http://127.0.0.1:{port}");
        self.wait_for(&format!("{url}/_stcore/health"), "the frontend").await?;
        Ok(url)
    }

    fn at_system(&self, command: &mut Command, feed: &Feed) {
        command.args(["--lake", &self.lake, "--system", feed.system(), "--discovery", &feed.discovery_url()]);
    }

    fn velib(&self, verb: &str) -> Command {
        let mut command = self.program("velib");
        command.arg(verb);
        command
    }

    fn program(&self, name: &str) -> Command {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from);
        let mut command = Command::new(target.join("debug").join(name));
        command.kill_on_drop(true).current_dir(&self.root);
        command
    }

    /// Runs a program to its end and reads the JSON it printed.
    async fn json_of(&self, mut command: Command) -> anyhow::Result<Value> {
        let output = command.arg("--json").stderr(Stdio::inherit()).output().await?;
        if !output.status.success() {
            bail!("{:?} failed ({})", command.as_std(), output.status);
        }
        serde_json::from_slice(&output.stdout).context("the program printed something that is not JSON")
    }

    /// Starts a server that prints `listening on URL` as its first line, and keeps it running.
    async fn start(&mut self, name: &str, mut command: Command) -> anyhow::Result<String> {
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("starting {name}"))?;
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let Some(line) = lines.next_line().await? else {
            bail!("{name} stopped before it listened");
        };
        // Whatever it prints later must be read, or the pipe would fill and stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.running.push(child);
        let url = line.strip_prefix("listening on ").with_context(|| format!("{name} printed {line:?}"))?;
        Ok(url.to_owned())
    }

    /// Asks a health address until it answers, while the programs run.
    async fn wait_for(&mut self, url: &str, name: &str) -> anyhow::Result<()> {
        let waiting = spinner(&format!("waiting for {name}"));
        loop {
            if let Ok(answer) = reqwest::get(url).await
                && answer.status().is_success()
            {
                waiting.finish_and_clear();
                return Ok(());
            }
            let newest = self.running.last_mut().expect("a program was started before it is waited for");
            if let Some(status) = newest.try_wait()? {
                bail!("{name} stopped ({status})");
            }
            if waiting.elapsed().as_secs() > 60 {
                bail!("{name} is not healthy after 60 s: {url}");
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

/// A port that was free a moment ago; Streamlit cannot be asked to choose one and say which.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
