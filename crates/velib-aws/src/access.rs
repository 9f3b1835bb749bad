//! Who asks AWS, where: endpoint, region and credentials, resolved once and shared by every client.
//!
//! The default chains of the SDK decide (environment, profile, role of the machine), except that a region which
//! nobody configured is Paris, and that the network is never asked for a region.

use std::{fmt, time::Duration};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableRegionProvider,
    meta::region::RegionProviderChain, profile::ProfileFileRegionProvider, timeout::TimeoutConfig,
};
use aws_sdk_s3::config::Credentials;

/// Paris: where the lake stands unless the environment says otherwise.
const HOME_REGION: &str = "eu-west-3";

/// A server that accepts a request and then says nothing for this long is asked again.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// How to reach AWS, or a server on this machine that speaks its protocol.
#[derive(Debug, Clone, Default)]
pub struct AwsAccess {
    /// Address of the server, such as `http://127.0.0.1:5000`; `None` is Amazon's own.
    pub endpoint: Option<String>,
    /// Keys to sign with; `None` asks the default chain.
    pub keys: Option<AccessKeys>,
}

/// A pair of access keys, named outright.
#[derive(Clone)]
pub struct AccessKeys {
    /// The access key id.
    pub id: String,
    /// The secret that belongs to it; never printed.
    pub secret: String,
}

impl AwsAccess {
    /// The default chain's credentials at an endpoint, or at Amazon's own where there is none.
    pub fn at(endpoint: Option<&str>) -> Self {
        Self { endpoint: endpoint.map(str::to_owned), keys: None }
    }

    /// Named keys instead of the default chain's.
    #[must_use]
    pub fn with_keys(self, id: &str, secret: &str) -> Self {
        Self { keys: Some(AccessKeys { id: id.to_owned(), secret: secret.to_owned() }), ..self }
    }

    /// What every client of the SDK starts from.
    pub(crate) async fn sdk_config(&self) -> SdkConfig {
        let region = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new())
            .or_else(Region::from_static(HOME_REGION));
        let mut config = aws_config::defaults(BehaviorVersion::latest())
            .region(region)
            .timeout_config(TimeoutConfig::builder().read_timeout(SILENCE_TIMEOUT).build());
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        if let Some(AccessKeys { id, secret }) = &self.keys {
            config = config.credentials_provider(Credentials::new(id, secret, None, None, "named keys"));
        }
        config.load().await
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeys").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let access = AwsAccess::at(Some("http://127.0.0.1:5000")).with_keys("AKIDEXAMPLE", "wJalrXUtnFEMI");
        let printed = format!("{access:?}");
        assert!(printed.contains("AKIDEXAMPLE") && !printed.contains("wJalrXUtnFEMI"), "{printed}");
    }
}
