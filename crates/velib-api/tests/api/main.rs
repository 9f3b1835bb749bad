//! The API through its real router: a loopback feed, an in-memory lake, a loopback model service.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod bad_requests;
mod city;
mod cold_start;
mod day_ahead;
mod edges;
mod faults;
mod forecast_log;
mod french;
mod geocode;
mod journeys;
mod live;
mod live_skill;
mod logs;
mod look_back;
mod openapi;
mod paris;
mod reads;
mod shapes;
mod streets;
mod watch;
mod weather;
mod world;
