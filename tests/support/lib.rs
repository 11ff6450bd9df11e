//! What the tests share: a demo server, a server of releases, a listener (the whole core at a desk, or one server's
//! adapter), a desktop with its windows and its tray, a sound server without a card, a proxy, a narrow way, a
//! log, and waiting for what happens.

#![forbid(unsafe_code)]

pub mod adapter;
pub mod desk;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod log;
pub mod narrow;
pub mod proxy;
pub mod pulse;
pub mod releases;
pub mod screen;

use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long anything that is awaited may take before the test fails; far more than it needs on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);

/// The folder cargo puts programs in, next to the one of the test that asks.
///
/// # Panics
///
/// Tests are somewhere else.
pub fn programs() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    test.parent().and_then(Path::parent).expect("tests lie in a folder below the programs").to_path_buf()
}

/// One of our programs, as cargo built it.
///
/// # Panics
///
/// It is not built.
pub fn program(name: &str) -> PathBuf {
    let program = programs().join(name);
    assert!(program.exists(), "{} is not built: run `make test`", program.display());
    program
}

/// Waits for something, within the limit.
///
/// # Panics
///
/// It does not come.
pub async fn within<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}
