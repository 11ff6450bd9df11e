//! What the tests share: a demo server, a server of releases, a listener (the whole core at a desk, or one server's
//! adapter), a desktop with its windows and its tray, a sound server without a card, a log, and waiting for what happens.

#![forbid(unsafe_code)]

pub mod adapter;
pub mod desk;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod log;
pub mod pulse;
pub mod releases;
pub mod screen;

use std::time::Duration;

/// How long anything that is awaited may take before the test fails; far more than it needs on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Waits for something, within the limit.
///
/// # Panics
///
/// It does not come.
pub async fn within<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}
