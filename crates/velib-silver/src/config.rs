//! The function's environment as a struct.

/// What the refining function needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the lake is, e.g. `s3://bucket/prefix`.
    pub lake_url: String,
}

/// An environment in which the function cannot run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("LAKE_URL is not set: give the lake's address, e.g. LAKE_URL=s3://bucket/prefix")]
pub struct ConfigError;

impl Config {
    /// Reads the environment through `variable`, usually `|name| std::env::var(name).ok()`.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let lake_url = variable("LAKE_URL").filter(|url| !url.is_empty()).ok_or(ConfigError)?;
        Ok(Self { lake_url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_lake_is_named() {
        let error = Config::from_environment(|_| Some(String::new())).unwrap_err();
        assert!(error.to_string().contains("LAKE_URL"));
    }
}
