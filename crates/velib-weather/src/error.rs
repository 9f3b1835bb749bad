//! Why a whole body is no weather document, in words that say what to do about it.

/// A body of which nothing can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeatherDocumentError {
    /// Nothing, or only white space.
    #[error("the body is empty: fetch the document again")]
    Empty,
    /// The text stops before the document does.
    #[error("the JSON is cut off after byte {bytes}: fetch the document again")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// Something else, such as the web page of a proxy.
    #[error("the body is not JSON ({reason}): check that the URL is a forecast service of Open-Meteo's kind")]
    NotJson {
        /// What the JSON reader expected, and where.
        reason: String,
    },
    /// The service says that it does not answer.
    #[error("the service refuses: {reason}")]
    Refused {
        /// In its own words.
        reason: String,
    },
    /// JSON without what makes a weather document.
    #[error("the JSON has no {path}: check that the URL is a forecast service of Open-Meteo's kind")]
    Lacks {
        /// What is not there.
        path: String,
    },
    /// Numbers in another unit than was asked for.
    #[error(
        "{variable} is in {found:?} and not in {expected:?}: check the parameters that the service's URL sets"
    )]
    Unit {
        /// The variable, as Open-Meteo calls it.
        variable: &'static str,
        /// The unit of the document.
        found: String,
        /// The unit expected.
        expected: &'static str,
    },
    /// Values that cannot be told to hours.
    #[error("{variable} has {values} values for {hours} hours: fetch the document again")]
    Length {
        /// The variable, as Open-Meteo calls it.
        variable: &'static str,
        /// How many values there are.
        values: usize,
        /// How many hours.
        hours: usize,
    },
    /// Hours, and not one that says anything.
    #[error("none of the {hours} hours can be used: check that the place is on land the service knows")]
    NothingUsable {
        /// How many hours there are.
        hours: usize,
    },
}
