//! The model service through its real router, and over loopback where the connection itself matters.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be set fails its test there")]

mod answers;
mod any_body;
mod encodings;
mod lifecycle;
mod loopback;
mod metrics;
mod replacement;
mod scene;
