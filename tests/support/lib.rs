//! What the tests share: a demo server, a listener (the whole core at a desk, or one server's adapter), and waiting for
//! what it shows.

#![forbid(unsafe_code)]

pub mod adapter;
pub mod desk;
pub mod screen;

use std::time::Duration;

/// How long anything that is awaited may take before the test fails; far more than it needs on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);
