//! Asking servers for what was missed, each at its own pace.

use std::future::pending;

use tokio::task::JoinSet;

use crate::model::ServerId;
use crate::search::{self, Since};
use crate::server::{Archive, ArchiveError};

/// The questions under way. Those that nobody waits for any more are answered, too; the state knows their numbers.
#[derive(Debug, Default)]
pub(super) struct Missing(JoinSet<(ServerId, u32, Result<Since, ArchiveError>)>);

impl Missing {
    /// Asks for all calls from a second on.
    pub(super) fn ask(&mut self, server: ServerId, ask: u32, from: i64, archive: Option<Archive>) {
        self.0.spawn(async move {
            let result = match archive {
                Some(archive) => search::since(&archive, from).await,
                // The server was removed.
                None => Err(ArchiveError::NoAnswer),
            };
            (server, ask, result)
        });
    }

    /// The next answer; never, if nothing is asked. Cancel-safe.
    pub(super) async fn next(&mut self) -> (ServerId, u32, Result<Since, ArchiveError>) {
        loop {
            match self.0.join_next().await {
                Some(Ok(answer)) => return answer,
                Some(Err(error)) => tracing::error!(%error, "a question about missed calls ended without an answer"),
                None => pending().await,
            }
        }
    }
}
