//! What the service is told at its start, by flags or by the environment.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use clap::Parser;

use crate::DEFAULT_QUEUE;

/// Serves a trained model: GET /ping, POST /invocations.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "velib-inference", version)]
pub struct Config {
    /// The model: a model.tar.gz, or the folder that it was unpacked to.
    #[arg(long, env = "VELIB_MODEL", default_value = "/opt/ml/model")]
    pub model: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "VELIB_LISTEN", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// Requests that may wait for the model; one more is answered 429.
    #[arg(long, env = "VELIB_QUEUE", default_value_t = DEFAULT_QUEUE)]
    pub queue: NonZeroUsize,
    /// Seconds between two looks whether another model lies at the model's place.
    #[arg(long, env = "VELIB_LOOK_EVERY", default_value = "10", value_parser = clap::value_parser!(u64).range(1..))]
    pub look_every: u64,
    /// The word that SageMaker starts its containers with; it changes nothing.
    #[arg(value_parser = ["serve"], hide = true)]
    pub verb: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(arguments: &[&str], expect: &str) {
        let error =
            Config::try_parse_from([&["velib-inference"], arguments].concat()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn a_container_is_started_with_one_word() {
        let config = Config::try_parse_from(["velib-inference", "serve"]).unwrap();
        assert_eq!(config.model, PathBuf::from("/opt/ml/model"));
        assert_eq!(config.listen, "0.0.0.0:8080".parse().unwrap());
        assert_eq!(config.queue, DEFAULT_QUEUE);
    }

    #[test]
    fn a_wrong_flag_is_named() {
        refuses(&["--queue", "0"], "--queue");
        refuses(&["--listen", "8080"], "--listen");
        refuses(&["--look-every", "0"], "--look-every");
        refuses(&["train"], "train");
    }
}
