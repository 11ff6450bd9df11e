//! What the tests of the whole core share: a demo server, a client listening to it, and waiting for what it shows.

#![forbid(unsafe_code)]

pub mod desk;
pub mod screen;

use std::time::Duration;

/// How long anything that is awaited may take before the test fails; far more than it needs on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);
