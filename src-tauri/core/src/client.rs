//! The handle others hold: start, subscribe, send, shut down.

mod archive;
mod devices;
mod store;
mod timeline;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, oneshot};

use crate::archive::Archive;
use crate::clock::Clock;
use crate::engine::{Engine, Request};
use crate::model::ServerId;
use crate::problem::Problem;
use crate::server::Limits;
use crate::sound::Output;
use crate::vault::Vault;
use crate::view::{Command, DirectoryView, Message, Update};

/// Commands that may wait for the engine; the next caller waits until there is room.
const REQUESTS: usize = 64;

/// The things that differ between the real program and a test.
pub struct Parts {
    /// Where the renewal credential is kept.
    pub vault: Box<dyn Vault>,
    /// Where sound goes.
    pub output: Box<dyn Output>,
    /// The time.
    pub clock: Clock,
    /// The folder for the settings; it is made when the first thing is saved.
    pub data: PathBuf,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("data", &self.data).finish_non_exhaustive()
    }
}

/// Squelch without a window. Cheap to clone; it ends when told to, or when the last handle is gone.
#[derive(Debug, Clone)]
pub struct Client {
    requests: mpsc::Sender<Request>,
    store: Archive,
}

impl Client {
    /// Starts the engine on the current tokio runtime. Remembered servers are opened at once.
    ///
    /// [`install_crypto`](crate::install_crypto) must have been called.
    pub fn start(parts: Parts) -> Self {
        Self::start_within(parts, Limits::default())
    }

    /// The same with other limits for requests, which are real time: for tests of servers that do not answer.
    pub fn start_within(parts: Parts, limits: Limits) -> Self {
        let (requests, inbox) = mpsc::channel(REQUESTS);
        let engine = Engine::new(parts, limits);
        let store = engine.store();
        tokio::spawn(engine.run(inbox));
        Self { requests, store }
    }

    /// Everything there is now, and then everything that changes, with nothing lost in between.
    pub async fn subscribe(&self) -> Subscription {
        Subscription { requests: self.requests.downgrade(), updates: None, seen: 0 }.begun().await
    }

    /// Sends a wish. `Ok` means that it was accepted; what comes of it arrives as a fact.
    pub async fn send(&self, command: Command) -> Result<(), Problem> {
        self.ask(|reply| Request::Command(command, reply)).await?
    }

    pub(crate) async fn ask<A>(&self, request: impl FnOnce(oneshot::Sender<A>) -> Request) -> Result<A, Problem> {
        let (reply, answer) = oneshot::channel();
        self.tell(request(reply)).await?;
        answer.await.map_err(|_| ending())
    }

    pub(crate) async fn tell(&self, request: Request) -> Result<(), Problem> {
        self.requests.send(request).await.map_err(|_| ending())
    }

    /// What a server lists now; nothing before its first configuration. Fails for a server that is not there.
    pub async fn talkgroups(&self, server: ServerId) -> Result<DirectoryView, Problem> {
        let directory = self.ask(|reply| Request::Talkgroups(server, reply)).await??;
        // Thousands of names are made plain here, not where calls wait.
        Ok(directory.view(server))
    }

    /// The address of mail at which a server's operator offers help. Fails where there is none that is one and nothing
    /// else.
    pub async fn support_address(&self, server: ServerId) -> Result<String, Problem> {
        self.ask(|reply| Request::Support(server, reply)).await?
    }

    /// Ends in order: a renewal under way is finished and stored, settings are written, sound fades. At most 5 seconds.
    pub async fn shutdown(&self) {
        let (told, done) = oneshot::channel();
        if self.requests.send(Request::Shutdown(told)).await.is_ok() {
            // An engine that is gone has ended.
            let _ = done.await;
        }
    }
}

fn ending() -> Problem {
    Problem::not_possible("Squelch is ending.")
}

/// A stream of [`Message`]s. It does not keep the engine alive.
#[derive(Debug)]
pub struct Subscription {
    requests: mpsc::WeakSender<Request>,
    updates: Option<(Option<Message>, broadcast::Receiver<Arc<Update>>)>,
    /// The newest revision handed out.
    seen: u32,
}

impl Subscription {
    async fn begun(mut self) -> Self {
        self.begin().await;
        self
    }

    /// Asks for a snapshot and the updates after it.
    async fn begin(&mut self) {
        self.updates = None;
        let Some(requests) = self.requests.upgrade() else { return };
        let (reply, answer) = oneshot::channel();
        if requests.send(Request::Subscribe(reply)).await.is_err() {
            return;
        }
        if let Ok((snapshot, updates)) = answer.await {
            self.seen = snapshot.revision;
            self.updates = Some((Some(Message::Snapshot { snapshot }), updates));
        }
    }

    /// The next message: a snapshot first, updates in order after it. Who falls too far behind gets another snapshot.
    /// `None` when Squelch has ended. Cancel-safe.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            if self.updates.is_none() {
                // Whoever gave up waiting for a snapshot still wants one.
                self.begin().await;
            }
            let (snapshot, updates) = self.updates.as_mut()?;
            if let Some(snapshot) = snapshot.take() {
                return Some(snapshot);
            }
            match updates.recv().await {
                Ok(update) if update.revision == self.seen.wrapping_add(1) => {
                    self.seen = update.revision;
                    return Some(Message::Update { update: Arc::unwrap_or_clone(update) });
                }
                Ok(_) => self.begin().await,
                Err(broadcast::error::RecvError::Lagged(_)) => self.begin().await,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn who_gave_up_waiting_for_a_snapshot_still_gets_one() {
        let (requests, mut inbox) = mpsc::channel(2);
        // As it is while a snapshot is on its way.
        let mut subscription = Subscription { requests: requests.downgrade(), updates: None, seen: 0 };
        for _ in 0..2 {
            assert!(subscription.next().now_or_never().is_none());
            assert!(matches!(inbox.try_recv(), Ok(Request::Subscribe(_))));
        }
    }
}
