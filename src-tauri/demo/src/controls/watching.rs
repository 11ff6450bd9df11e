//! What the server saw, and waiting for it.

use std::time::Duration;

use crate::controls::Controls;
use crate::seen::{Seen, Written};
use crate::world::World;

/// How long a wait lasts before it is given up; long enough for a busy build machine.
const LIMIT: Duration = Duration::from_secs(20);

/// A wait that was given up, with what there was instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// What was waited for.
    pub wanted: String,
    /// What was there in the end.
    pub found: String,
}

impl std::fmt::Display for Late {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "waited for {}, found {}", self.wanted, self.found)
    }
}

impl std::error::Error for Late {}

impl Controls {
    /// How many requests a route has had; by pattern or path, as `POST /api/v1/auth/refresh`,
    /// `GET /api/v1/calls/:id/audio` or `GET /api/v1/calls/7/audio`.
    pub fn requests(&self, route: &str) -> usize {
        self.shared.with(|world| world.log.count(route))
    }

    /// The latest requests, oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.with(|world| world.log.requests.iter().cloned().collect())
    }

    /// Whether any request ever carried an `Origin`.
    pub fn origin_seen(&self) -> bool {
        self.shared.with(|world| world.log.origins > 0)
    }

    /// The first messages of sockets, oldest first.
    pub fn first_messages(&self) -> Vec<String> {
        self.shared.with(|world| world.log.first_messages.iter().cloned().collect())
    }

    /// When the frames of a call had been written, one entry per socket and time.
    pub fn written(&self, call: u64) -> Vec<Written> {
        self.shared.with(|world| world.log.written.iter().filter(|note| note.call == call).copied().collect())
    }

    /// Sockets that have been let in and are open.
    pub fn sockets(&self) -> usize {
        self.shared.with(|world| world.hub.listeners())
    }

    /// Sockets that were ever let in.
    pub fn welcomed(&self) -> usize {
        self.shared.with(|world| world.hub.welcomed)
    }

    /// Messages dropped because a listener's queue was full.
    pub fn dropped(&self) -> usize {
        self.shared.with(|world| world.hub.dropped)
    }

    /// Waits until exactly `count` sockets are let in and open.
    pub async fn wait_for_sockets(&self, count: usize) -> Result<(), Late> {
        self.wait(&format!("{count} open sockets"), |world| world.hub.listeners() == count).await
    }

    /// Waits until `count` sockets have ever been let in.
    pub async fn wait_for_welcomes(&self, count: usize) -> Result<(), Late> {
        self.wait(&format!("{count} welcomes"), |world| world.hub.welcomed >= count).await
    }

    /// Waits until a route has had `count` requests.
    pub async fn wait_for_requests(&self, route: &str, count: usize) -> Result<(), Late> {
        self.wait(&format!("{count} times {route}"), |world| world.log.count(route) >= count).await
    }

    /// Waits until a socket's first message has carried this token.
    pub async fn wait_for_token(&self, token: &str) -> Result<(), Late> {
        let wanted = "a first message with the token";
        self.wait(wanted, |world| world.log.first_messages.iter().any(|text| text.contains(token))).await
    }

    /// Waits until `count` first messages have come, and returns the last one.
    pub async fn wait_for_first_messages(&self, count: usize) -> Result<String, Late> {
        self.wait(&format!("{count} first messages"), |world| world.log.first_messages.len() >= count).await?;
        Ok(self.first_messages().pop().unwrap_or_default())
    }

    /// Waits until a call's frame has been written to a socket.
    pub async fn wait_for_written(&self, call: u64) -> Result<Written, Late> {
        let is_written = |world: &World| world.log.written.iter().any(|note| note.call == call);
        self.wait(&format!("call {call} written"), is_written).await?;
        self.written(call).first().copied().ok_or_else(|| self.late("a written call"))
    }

    async fn wait(&self, wanted: &str, is_so: impl Fn(&World) -> bool) -> Result<(), Late> {
        tokio::time::timeout(LIMIT, self.shared.until(is_so)).await.map_err(|_| self.late(wanted))
    }

    fn late(&self, wanted: &str) -> Late {
        let found = self.shared.with(|world| {
            let routes: Vec<_> = world.log.requests.iter().rev().take(20).map(|seen| seen.path.as_str()).collect();
            format!("{} sockets, latest requests {routes:?}", world.hub.listeners())
        });
        Late { wanted: wanted.into(), found }
    }
}
