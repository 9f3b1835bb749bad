//! `velib serve`: the API on this machine, the same router that the Lambda runs.

use std::{path::PathBuf, time::Duration};

use velib_api::{
    COUNTS_HOLD_FOR, Config, FEED_PATIENCE, Geocoders, Limits, LogFormat, MODEL_PATIENCE, MetricsOutput,
    Model,
};
use velib_domain::{SignedDuration, Source};
use velib_gbfs::VELIB_DISCOVERY_URL;

use crate::{edge::LakeOptions, sim::bind};

/// What the API stands on. Every option can also come from the environment, by the name the Lambda knows it by.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8000")]
    listen: String,
    /// The address of the system's gbfs.json.
    #[arg(long, env = "DISCOVERY_URL", default_value = VELIB_DISCOVERY_URL, value_name = "URL")]
    discovery: String,
    /// What stands behind the feed.
    #[arg(long, env = "FEED_SOURCE", default_value = "live")]
    feed_source: FeedSource,
    /// Milliseconds that a request waits for the feed before counts of before answer it, where there are some.
    #[arg(long, env = "FEED_PATIENCE_MS", value_name = "MS", default_value_t = FEED_PATIENCE.as_millis() as u64)]
    feed_patience_ms: u64,
    /// Seconds for which counts are taken for those of now, and served while newer ones are fetched.
    #[arg(long, env = "COUNTS_HOLD_FOR_S", default_value_t = COUNTS_HOLD_FOR.as_secs(), value_name = "SECONDS",
          value_parser = clap::value_parser!(i64).range(60..=3600))]
    counts_hold_for_s: i64,
    /// Name of the model's endpoint.
    #[arg(long, env = "SAGEMAKER_ENDPOINT", value_name = "NAME")]
    sagemaker_endpoint: Option<String>,
    /// Where the endpoint answers, when it is not SageMaker: the address of a local model service.
    #[arg(long, env = "SAGEMAKER_ENDPOINT_URL", value_name = "URL", requires = "sagemaker_endpoint")]
    sagemaker_endpoint_url: Option<String>,
    /// Milliseconds that a request waits for the endpoint before the next forecaster answers it.
    #[arg(long, env = "MODEL_PATIENCE_MS", value_name = "MS", default_value_t = MODEL_PATIENCE.as_millis() as u64)]
    model_patience_ms: u64,
    /// The model that answers in this process when no endpoint does: a model.tar.gz. Without either, every forecast is
    /// persistence.
    #[arg(long, env = "MODEL_FILE", value_name = "FILE")]
    model_file: Option<PathBuf>,
    /// Street tables made by `velib streets build`; without them streets are estimated from straight lines.
    #[arg(long, env = "STREETS_FILE", value_name = "FILE")]
    streets_file: Option<PathBuf>,
    /// Where Géoplateforme's geocoder answers; off asks it nothing.
    #[arg(long, env = "GEOPLATEFORME_URL", default_value = Geocoders::GEOPLATEFORME, value_name = "URL")]
    geoplateforme_url: String,
    /// Where Photon answers, which is asked next; off asks it nothing.
    #[arg(long, env = "PHOTON_URL", default_value = Geocoders::PHOTON, value_name = "URL")]
    photon_url: String,
    /// Origins of web pages that may read answers, separated by commas.
    #[arg(long, env = "ALLOWED_ORIGINS", value_delimiter = ',')]
    allowed_origins: Vec<String>,
    /// How log lines are written: json, or text.
    #[arg(long, env = "LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
    #[command(flatten)]
    limits: LimitOptions,
}

/// What requests may take.
#[derive(clap::Args)]
struct LimitOptions {
    /// The largest body taken.
    #[arg(long, env = "MAX_BODY_BYTES", default_value_t = Limits::default().body_bytes, value_name = "BYTES")]
    max_body_bytes: usize,
    /// The longest query taken.
    #[arg(long, env = "MAX_QUERY_BYTES", default_value_t = Limits::default().query_bytes, value_name = "BYTES")]
    max_query_bytes: usize,
    /// Requests answered at once; those beyond are refused.
    #[arg(
        long,
        env = "MAX_CONCURRENT_REQUESTS",
        default_value_t = Limits::default().concurrent_requests,
        value_name = "NUMBER"
    )]
    max_concurrent_requests: usize,
    /// The longest that a request may take.
    #[arg(long, env = "REQUEST_TIMEOUT_S", default_value_t = Limits::default().timeout.as_secs(), value_name = "SECONDS")]
    request_timeout_s: u64,
}

/// The sources a feed can have.
#[derive(Clone, Copy, clap::ValueEnum)]
enum FeedSource {
    Live,
    Simulated,
    Replayed,
}

/// Serves until the process is stopped.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let listener = bind(&options.listen).await?;
    velib_api::serve(options.config()?, listener).await?;
    Ok(())
}

impl Options {
    fn config(self) -> anyhow::Result<Config> {
        let endpoint_url = self.sagemaker_endpoint_url;
        Ok(Config {
            lake_url: self.lake.url()?,
            s3_endpoint: self.lake.s3_endpoint(),
            system: self.lake.system,
            discovery_url: self.discovery,
            feed_source: match self.feed_source {
                FeedSource::Live => Source::Live,
                FeedSource::Simulated => Source::Simulated,
                FeedSource::Replayed => Source::Replayed,
            },
            feed_patience: Duration::from_millis(self.feed_patience_ms),
            counts_hold_for: SignedDuration::from_secs(self.counts_hold_for_s),
            model: self.sagemaker_endpoint.map(|endpoint| Model { endpoint, endpoint_url }),
            model_patience: Duration::from_millis(self.model_patience_ms),
            model_file: self.model_file,
            streets_file: self.streets_file,
            geocoders: Geocoders::of(self.geoplateforme_url, self.photon_url),
            allowed_origins: self.allowed_origins,
            limits: Limits {
                body_bytes: self.limits.max_body_bytes,
                query_bytes: self.limits.max_query_bytes,
                concurrent_requests: self.limits.max_concurrent_requests,
                timeout: Duration::from_secs(self.limits.request_timeout_s),
            },
            metrics: MetricsOutput::Scraped,
            log_format: self.log_format,
        })
    }
}
