//! What the tests share: a demo server, a server of releases, a listener (the whole core at a desk, or one server's
//! adapter), a sound server without a card, a log, and waiting for what happens.

#![forbid(unsafe_code)]

pub mod adapter;
pub mod desk;
pub mod log;
pub mod pulse;
pub mod releases;
pub mod screen;

use std::time::Duration;

/// How long anything that is awaited may take before the test fails; far more than it needs on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);
