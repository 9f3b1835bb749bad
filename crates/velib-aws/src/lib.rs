//! Everything that talks to AWS: the lake's bucket on S3 and the model's endpoint on SageMaker.
//!
//! The one crate that names an AWS SDK type; others open a [`Lake`](velib_lake::Lake) by its URL and never learn
//! whether it is a folder or a bucket. What is kept where, and what a forecast means, is decided elsewhere.

mod access;
mod open;
mod s3;
mod sagemaker;

pub use access::{AccessKeys, AwsAccess};
pub use open::{OpenError, open_lake, open_lake_with};
pub use s3::S3Store;
pub use sagemaker::{InvokeError, InvokeTimeouts, SageMakerForecaster};
