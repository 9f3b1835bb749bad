//! The model's endpoint, asked for forecasts through the SageMaker SDK.
//!
//! The model service on this machine answers the same path as an endpoint of the platform, so a laptop and a
//! deployment run this same code and differ by an endpoint URL. A call that fails is not repeated: a forecast that
//! comes late is worth less than the caller's own fallback, and only the caller knows how long it can wait.

mod invoke_error;

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use aws_sdk_sagemakerruntime::{
    Client,
    config::{Builder, retry::RetryConfig, timeout::TimeoutConfig},
    primitives::Blob,
};
use velib_forecast::{ForecastRequest, ModelAnswer, invocation::encode_request};

use crate::AwsAccess;

pub use invoke_error::InvokeError;

const JSON: &str = "application/json";

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvokeTimeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the whole answer is read.
    pub total: Duration,
}

/// A forecaster that runs elsewhere, behind a SageMaker endpoint.
#[derive(Debug, Clone)]
pub struct SageMakerForecaster {
    client: Client,
    endpoint_name: String,
    /// How errors name it: the endpoint's name, and its address where one was given.
    shown_as: String,
}

impl Default for InvokeTimeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(1), total: Duration::from_secs(10) }
    }
}

impl SageMakerForecaster {
    /// The endpoint of a name: the platform's, or the one that a server at `endpoint_url` answers for. Asks nothing.
    pub async fn new(endpoint_name: &str, endpoint_url: Option<&str>) -> Self {
        Self::with_timeouts(endpoint_name, endpoint_url, InvokeTimeouts::default()).await
    }

    /// As [`SageMakerForecaster::new`], with other timeouts.
    pub async fn with_timeouts(
        endpoint_name: &str,
        endpoint_url: Option<&str>,
        timeouts: InvokeTimeouts,
    ) -> Self {
        let sdk_config = access(endpoint_url).sdk_config().await;
        let limits = TimeoutConfig::builder()
            .connect_timeout(timeouts.connect)
            .operation_timeout(timeouts.total)
            .build();
        let config =
            Builder::from(&sdk_config).timeout_config(limits).retry_config(RetryConfig::disabled()).build();
        let address = endpoint_url.map(|url| format!(" at {url}")).unwrap_or_default();
        Self {
            client: Client::from_conf(config),
            endpoint_name: endpoint_name.to_owned(),
            shown_as: format!("{endpoint_name}{address}"),
        }
    }

    /// Asks for the forecast of every station of the request; the answer has them in the same order.
    pub async fn forecast(&self, request: &ForecastRequest) -> Result<ModelAnswer, InvokeError> {
        let call = self.client.invoke_endpoint().endpoint_name(&self.endpoint_name);
        let call = call.content_type(JSON).accept(JSON).body(Blob::new(encode_request(request)));
        let output = call.send().await.map_err(|cause| InvokeError::because(&self.shown_as, &cause))?;
        let body = output.body().map(AsRef::as_ref).unwrap_or_default();
        let bad = |reason| InvokeError::BadAnswer { endpoint: self.shown_as.clone(), reason };
        let answer = ModelAnswer::decode(body).map_err(|refused| bad(refused.to_string()))?;
        let asked = request.stations.iter().map(|station| &station.station_id);
        if asked.eq(answer.stations.iter().map(|station| &station.station_id)) {
            return Ok(answer);
        }
        let (asked, answered) = (request.stations.len(), answer.stations.len());
        Err(bad(format!("its {answered} stations are not the {asked} that were asked about")))
    }
}

/// How the endpoint is reached. A server on this machine checks no signature, so that without credentials in the
/// environment it gets invented ones; no other machine ever does.
fn access(endpoint_url: Option<&str>) -> AwsAccess {
    let access = AwsAccess::at(endpoint_url);
    let has_keys = std::env::var_os("AWS_ACCESS_KEY_ID").is_some();
    if !has_keys && endpoint_url.is_some_and(is_loopback) {
        return access.with_keys("local", "local");
    }
    access
}

/// Whether a URL's host is this machine. What cannot be read is another one.
fn is_loopback(url: &str) -> bool {
    let Some((_, location)) = url.split_once("://") else { return false };
    let authority = location.split(['/', '?', '#']).next().unwrap_or_default();
    if let Ok(address) = authority.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, is_this_machine: bool) {
        assert_eq!(is_loopback(url), is_this_machine, "{url}");
    }

    #[test]
    fn this_machine_has_three_names() {
        check("http://127.0.0.1:8080", true);
        check("http://127.0.0.1/", true);
        check("http://[::1]:8080/", true);
        check("http://localhost:8080", true);
        check("http://localhost", true);
    }

    #[test]
    fn other_machines_are_never_taken_for_it() {
        check("https://runtime.sagemaker.eu-west-3.amazonaws.com", false);
        check("http://10.0.0.1:8080", false);
        check("http://localhost.example.org", false);
        check("http://localhost:80@example.org", false);
        check("http://127.0.0.1@example.org/", false);
        check("http://example.org/?to=http://127.0.0.1", false);
        check("127.0.0.1:8080", false);
        check("", false);
    }
}
