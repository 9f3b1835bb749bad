//! The whole product inside one process, for the tests that prove it: real servers on loopback, the shipped model, a
//! clock that stands where the test puts it.
//!
//! Nothing is replaced: the collector fetches over HTTP, the API calls the model service through the AWS SDK.

use std::{num::NonZeroUsize, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use velib_api::{Api, Config, Limits, LogFormat, MetricsOutput, Model};
use velib_collector::{FeedSource, Outcome, collect_once};
use velib_domain::{Hour, Source, SystemId, Timestamp};
use velib_gbfs::client::{ClientConfig, FeedClient};
use velib_inference::{Health, ModelService};
use velib_lake::Lake;
use velib_silver::{RefinedHour, refine_hour};

/// The model that ships with the repository.
pub const SHIPPED_MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz");

/// A feed on loopback, and a lake that its documents end up in.
pub struct Product {
    /// Where everything is stored.
    pub lake: Lake,
    /// Whose documents they are.
    pub source: FeedSource,
    client: FeedClient,
}

impl Product {
    /// Serves a feed and opens a lake for it.
    pub async fn over(feed: Router, lake: Lake) -> anyhow::Result<Self> {
        let system: SystemId = "velib".parse()?;
        let discovery_url = format!("{}/gbfs.json", serve(feed).await?);
        let client = FeedClient::new(ClientConfig::default())?;
        Ok(Self { lake, source: FeedSource { system, discovery_url }, client })
    }

    /// One run of the collector.
    pub async fn collect(&self, scheduled_at: Timestamp) -> anyhow::Result<Outcome> {
        Ok(collect_once(&self.lake, &self.client, &self.source, scheduled_at).await?)
    }

    /// One hour from bronze to silver.
    pub async fn refine(&self, hour: Hour) -> anyhow::Result<RefinedHour> {
        Ok(refine_hour(&self.lake, &self.source.system, hour).await?)
    }

    /// Starts the model service over a model file and the API over it, at a fixed time; the API's address.
    pub async fn start_api(&self, model: &Path, now: Timestamp) -> anyhow::Result<RunningApi> {
        let service = load(model).await?;
        let endpoint_url = serve(velib_inference::router(service)).await?;
        let config = Config {
            lake_url: "memory:".to_owned(),
            s3_endpoint: None,
            system: self.source.system.clone(),
            discovery_url: self.source.discovery_url.clone(),
            feed_source: Source::Replayed,
            feed_patience: Duration::from_mins(1),
            counts_hold_for: velib_api::COUNTS_HOLD_FOR,
            model: Some(Model { endpoint: "velib".to_owned(), endpoint_url: Some(endpoint_url) }),
            // The clock stands still, so a late answer would never be taken.
            model_patience: Duration::from_mins(1),
            model_file: None,
            streets_file: None,
            geocoders: velib_api::Geocoders { geoplateforme: None, photon: None },
            allowed_origins: Vec::new(),
            limits: Limits::default(),
            metrics: MetricsOutput::Scraped,
            log_format: LogFormat::Text,
        };
        let api = Api::over(self.lake.clone(), config, Arc::new(move || now)).await?;
        Ok(RunningApi { url: serve(velib_api::router(api)).await? })
    }
}

/// An API that listens.
pub struct RunningApi {
    url: String,
}

impl RunningApi {
    /// A successful answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let (status, answer) = self.ask(path).await?;
        if status != 200 {
            bail!("{path} answered {status}: {answer}");
        }
        Ok(answer)
    }

    /// Any answer, with its status.
    pub async fn ask(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        let answer = reqwest::get(format!("{}{path}", self.url)).await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await.with_context(|| format!("{path} answered no JSON"))?))
    }
}

/// A model service whose model is loaded.
async fn load(model: &Path) -> anyhow::Result<ModelService> {
    let path = model.to_path_buf();
    let load = move || velib_lstm::open(&path).map(|network| Box::new(network) as Box<_>);
    let service = ModelService::start(load, NonZeroUsize::MIN);
    match service.loaded().await {
        Health::Ready { .. } => Ok(service),
        Health::Failed { reason } => bail!("{}: {reason}", model.display()),
        Health::Loading => bail!("{} is still loading", model.display()),
    }
}

/// Serves on a free port of loopback until the process ends.
async fn serve(router: Router) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}
