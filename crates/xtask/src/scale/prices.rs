//! What Amazon asks, in US dollars: list prices of US East (N. Virginia), without free tier, as of November 2025.
//!
//! Prices in Paris are a few per cent higher. Change a price here and the page is computed anew.

/// Where and when these were the prices.
pub const QUOTED: &str = "US East (N. Virginia), November 2025, list prices without the free tier";

/// A GB in S3 Standard for a month.
pub const STANDARD_GB_MONTH: f64 = 0.023;
/// A write or a listing.
pub const PUT: f64 = 0.005 / 1_000.0;
/// A read.
pub const GET: f64 = 0.0004 / 1_000.0;
/// A GB of an arm64 function's memory for a second.
pub const LAMBDA_GB_SECOND: f64 = 0.000_013_333_4;
/// A call of a function.
pub const LAMBDA_CALL: f64 = 0.2 / 1e6;
/// A state transition of a standard workflow.
pub const TRANSITION: f64 = 0.025 / 1_000.0;

/// Memory in MB that comes with one whole processor.
pub const MB_OF_A_PROCESSOR: f64 = 1_769.0;
/// Objects below this size stay in S3 Standard whatever the lifecycle rule says.
pub const SMALLEST_TRANSITIONED_BYTES: f64 = 131_072.0;
