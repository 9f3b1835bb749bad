//! Why a run brought no weather, by what the caller can do: say where, ask again, look at the service, look at the lake.

use velib_domain::SystemId;
use velib_gbfs::client::FetchError;
use velib_lake::LakeError;
use velib_weather::WeatherDocumentError;

use crate::error::whole_story;

/// A run that kept no weather document.
#[derive(Debug, thiserror::Error)]
pub enum WeatherError {
    /// Nothing tells where the system is.
    #[error(
        "no station of {system} is known, so nobody knows where its weather is: collect the feed first, or give the place as latitude and longitude"
    )]
    NoPlace {
        /// The system.
        system: SystemId,
    },
    /// No document came; a later run may fare better.
    #[error("the weather was not fetched: {0}")]
    Unreachable(FetchError),
    /// Something came that is no weather document; it is kept under `rejected/` with the reason.
    #[error("the weather service served no weather: {cause} (the {bytes} bytes are kept under rejected/)")]
    NotWeather {
        /// Size of the body in bytes.
        bytes: usize,
        /// What is wrong with it.
        cause: WeatherDocumentError,
    },
    /// The lake could not be asked for the place, or did not take the document.
    #[error("the weather was not kept: {}", whole_story(.0))]
    Lake(LakeError),
}

impl WeatherError {
    /// The word that alarms and metrics count by; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlace { .. } => "weather_no_place",
            Self::Unreachable(_) => "weather_unreachable",
            Self::NotWeather { .. } => "not_weather",
            Self::Lake(_) => "weather_lake",
        }
    }
}
