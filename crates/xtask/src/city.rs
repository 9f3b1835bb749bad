//! A simulated city of 1,480 stations on loopback, and a lake that holds its past day: what the API is measured over.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;

use crate::{footprint::Server, progress::run_to_end};

/// The model's look-back, and the hour before it.
const PAST_HOURS: &str = "26";

/// A city that is served, and where its lake is.
pub struct City {
    feed: Server,
    lake_url: String,
    s3_endpoint: Option<String>,
    model: PathBuf,
}

impl City {
    /// Builds `velib`, serves a city with it and collects and refines its past day into a folder under `target/`.
    pub fn with_folder(root: &Path) -> anyhow::Result<Self> {
        let lake = root.join("target/simulated-lake");
        if lake.exists() {
            fs::remove_dir_all(&lake).with_context(|| format!("emptying {}", lake.display()))?;
        }
        fs::create_dir_all(&lake)?;
        Self::over(root, format!("file://{}", lake.display()), None)
    }

    /// The same over S3.
    pub fn with_s3(root: &Path, endpoint: &str, bucket: &str) -> anyhow::Result<Self> {
        Self::over(root, format!("s3://{bucket}"), Some(endpoint.to_owned()))
    }

    fn over(root: &Path, lake_url: String, s3_endpoint: Option<String>) -> anyhow::Result<Self> {
        // The city only hands out documents that are ready: the profile of the demo will do.
        let build = ["build", "-p", "velib-cli"];
        run_to_end("cargo build", Command::new("cargo").args(build).current_dir(root))?;
        let velib = root.join("target/debug/velib");
        let mut feed = Server::start(Command::new(&velib).args(["sim", "city", "--listen", "127.0.0.1:0"]))?;
        feed.first_answer("/station_status.json")?;
        feed.first_answer("/station_information.json")?;
        let city = Self { feed, lake_url, s3_endpoint, model: root.join("model/model.tar.gz") };
        let past = format!("http://{}/at/{{time}}/gbfs.json", city.feed.address());
        let mut collect = Command::new(&velib);
        collect.args(["collect", "--past-hours", PAST_HOURS, "--past-discovery", &past]);
        // What these print is no part of what is measured.
        run_to_end("velib collect", city.tell(collect.stdout(Stdio::null())))?;
        run_to_end("velib silver", city.tell(Command::new(&velib).arg("silver").stdout(Stdio::null())))?;
        Ok(city)
    }

    /// The address of the city's gbfs.json.
    pub fn discovery_url(&self) -> String {
        format!("http://{}/gbfs.json", self.feed.address())
    }

    /// The feed itself.
    pub fn feed(&self) -> &Server {
        &self.feed
    }

    /// Tells a program where the lake and the feed are; the shipped model answers in the API's own process.
    pub fn tell<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        program.env("LAKE_URL", &self.lake_url).env("SYSTEM_ID", "simulated");
        program.env("DISCOVERY_URL", self.discovery_url()).env("FEED_SOURCE", "simulated");
        program.env("MODEL_FILE", &self.model).env("RUST_LOG", "warn");
        if let Some(endpoint) = &self.s3_endpoint {
            program.env("AWS_ENDPOINT_URL_S3", endpoint).env("AWS_REGION", "eu-west-3");
            program.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        }
        program
    }
}
