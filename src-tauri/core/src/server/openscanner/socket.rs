//! Connect, introduce ourselves, read, notice silence, come back.
//!
//! The login belongs to `session`; this asks it what to say first and tells it when the server ended it. A live connection
//! is left alone when the login is renewed, and every new one begins with the login as it is then.

mod earlier;
mod heard;
mod read;
mod upgrade;

use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;

use self::read::Reading;
use super::http::broken;
use super::probe::is_another;
use super::session::{Cause, Entry, RenewError, Renewed, Session, Standing, Wish};
use super::tries::Tries;
use super::wire;
use crate::clock::Clock;
use crate::server::{Link, LinkEnd, NetworkError, NetworkKind, ServerEvent, ServerId};

/// A connection that lived this long after its welcome was a good one: the next failure is the first.
const LASTED: Duration = Duration::from_secs(30);
/// Welcomed and then expired this often without ever lasting: renewing at once is no cure.
const MOST_EXPIRIES: u32 = 3;
/// For a message that is only polite or small. The user waits for neither.
const WRITE_LIMIT: Duration = Duration::from_secs(1);

/// Why the socket stopped by itself; it goes on when poked, and looks again by itself after a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Halt {
    /// The certificate is not trusted (any more).
    Untrusted {
        /// Its SHA-256.
        sha256: String,
    },
    /// The server has lost its set-up.
    NeedsSetup,
    /// It sends us elsewhere, or is of another generation now. The adapter ends this socket and looks for the server anew,
    /// and the next one goes on counting.
    Moved(Tries),
}

/// The task that keeps a connection while one is wanted.
pub(super) struct Socket {
    session: Arc<Session>,
    clock: Clock,
    id: ServerId,
    events: mpsc::Sender<(ServerId, ServerEvent)>,
    wishes: watch::Receiver<Wish>,
    pokes: watch::Receiver<u64>,
    halts: mpsc::UnboundedSender<Halt>,
    tries: Tries,
    expiries: Expiries,
    /// Whether the calls before us have been reported.
    caught_up: bool,
    said: Option<Link>,
    /// What stopped us last, as long as it is what the adapter shows.
    halted: Option<Halt>,
}

/// What is remembered about `session.expired` from one connection to the next.
#[derive(Debug, Default)]
struct Expiries {
    /// The renewal that an expiry made necessary; if its value is refused as well, the login is no good.
    renewed: Option<u64>,
    /// In a row, without a connection that lasted.
    count: u32,
}

/// How a connection, or the attempt at one, ended.
#[derive(Debug)]
enum End {
    /// The world has changed; look at what is wanted.
    Look,
    /// Lost; wait and come back.
    Lost(LinkEnd),
    /// The server ended the login that came from this renewal.
    Expired { seen: Option<u64>, welcomed: bool },
    /// The server sends us elsewhere, with this status.
    Moved(u16),
    /// Nothing to come back to.
    Halted(Halt),
}

impl Socket {
    pub(super) fn new(
        session: Arc<Session>,
        clock: Clock,
        events: (ServerId, mpsc::Sender<(ServerId, ServerEvent)>),
        pokes: watch::Receiver<u64>,
        halts: mpsc::UnboundedSender<Halt>,
        tries: Tries,
    ) -> Self {
        let wishes = session.wishes();
        let (id, events) = events;
        let expiries = Expiries::default();
        Self {
            session,
            clock,
            id,
            events,
            wishes,
            pokes,
            halts,
            tries,
            expiries,
            caught_up: false,
            said: None,
            halted: None,
        }
    }

    /// Runs until the session is closed.
    pub(super) async fn run(mut self) {
        loop {
            let wish = *self.wishes.borrow_and_update();
            if wish.closing {
                return;
            }
            if wish.standing == Standing::Nobody {
                self.link(Link::Idle).await;
                if self.wishes.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let end = self.attempt(wish).await;
            tracing::info!(?end, "link ended");
            match end {
                End::Look => {}
                End::Lost(why) => self.wait(why, wish).await,
                End::Expired { seen, welcomed } => self.expired(seen, welcomed, wish).await,
                End::Moved(status) => self.moved(status, wish).await,
                End::Halted(halt) => self.halt(halt, wish).await,
            }
        }
    }

    /// One connection from its first request to its end.
    async fn attempt(&mut self, wish: Wish) -> End {
        if self.halted.is_none() {
            self.link(Link::Connecting).await;
        }
        let mut turned = self.wishes.clone();
        let connected = tokio::select! {
            connected = self.connect() => connected,
            () = turn(&mut turned, wish) => return End::Look,
        };
        let (stream, seen) = match connected {
            Ok(connected) => connected,
            Err(end) => return end,
        };
        let mut reading = Reading::new(stream, seen, self.clock.now());
        let end = tokio::select! {
            end = self.read(&mut reading) => end,
            () = turn(&mut turned, wish) => End::Look,
        };
        reading.goodbye(&end).await;
        if reading.welcomed.is_some_and(|at| self.clock.now().at >= at + LASTED) {
            self.tries.lasted();
            self.expiries = Expiries::default();
        }
        end
    }

    async fn connect(&self) -> Result<(upgrade::Stream, Option<u64>), End> {
        let http = self.session.http();
        let answer = http.setup(self.session.generation()).await.map_err(|failure| self.lost(failure.into()))?;
        if answer.redirect(&http.origin).is_some() {
            return Err(End::Moved(answer.status));
        }
        if answer.status == 404 && is_another(&http, self.session.generation()).await {
            return Err(End::Moved(answer.status));
        }
        if answer.status != 200 {
            return Err(End::Lost(LinkEnd::Status(answer.status)));
        }
        let setup = wire::setup(&answer.body).map_err(|error| End::Lost(LinkEnd::Network(broken(error))))?;
        if setup.needed {
            return Err(End::Halted(Halt::NeedsSetup));
        }
        self.session.server_answered(setup.public).await;
        let entry = self.session.entry().await.map_err(|error| match error {
            RenewError::Unreachable(error) => self.lost(error),
            RenewError::Ended | RenewError::Futile => End::Look,
        })?;
        let (token, seen) = match entry {
            Entry::Closed => return Err(End::Look),
            Entry::Open => (None, None),
            Entry::Token(token, seen) => (Some(token), Some(seen)),
        };
        let mut stream =
            upgrade::connect(&http, self.session.generation(), &self.clock).await.map_err(|end| match end {
                LinkEnd::Network(error) => self.lost(error),
                other => End::Lost(other),
            })?;
        if let Some(token) = token {
            let first = stream.send(Message::text(wire::introduction(&token)));
            match tokio::time::timeout(WRITE_LIMIT, first).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(End::Lost(LinkEnd::Network(broken(error)))),
                Err(elapsed) => return Err(End::Lost(LinkEnd::Network(broken(elapsed)))),
            }
        }
        Ok((stream, seen))
    }

    fn lost(&self, error: NetworkError) -> End {
        match self.session.http().witness.refused() {
            Some(sha256) if error.kind == NetworkKind::Certificate => End::Halted(Halt::Untrusted { sha256 }),
            _ => End::Lost(LinkEnd::Network(error)),
        }
    }

    /// The server ended the login: renew once and come back once. If the new one is refused as well, it is over.
    async fn expired(&mut self, seen: Option<u64>, welcomed: bool, wish: Wish) {
        let Some(seen) = seen else {
            // We had said nothing about a login; whatever it means, it is no reason to hurry.
            return self.wait(LinkEnd::Closed(1008), wish).await;
        };
        let refused_again = !welcomed && self.expiries.renewed == Some(seen);
        if refused_again {
            self.expiries = Expiries::default();
            return self.session.refused().await;
        }
        if self.expiries.count >= MOST_EXPIRIES {
            // It is taken each time, so it is good; but renewing at once, again and again, would be a loop.
            self.wait(LinkEnd::Closed(1008), wish).await;
        }
        let renewed = self.session.renew(seen, Cause::Expired).await;
        // Whether renewing is a cure shows only where it could be asked.
        self.expiries.count += u32::from(!matches!(renewed, Err(RenewError::Unreachable(_))));
        match renewed {
            Ok(Renewed::Now(count)) => self.expiries.renewed = Some(count),
            // The next connection decides: its value is a newer one, but perhaps an ended one too.
            Ok(Renewed::Before) | Err(RenewError::Ended) => {}
            Err(RenewError::Unreachable(error)) => self.wait(LinkEnd::Network(error), wish).await,
            Err(RenewError::Futile) => self.wait(LinkEnd::Closed(1008), wish).await,
        }
    }

    /// Waits before the next attempt; shortened by a poke or by another wish.
    async fn wait(&mut self, why: LinkEnd, wish: Wish) {
        self.pokes.mark_unchanged();
        let until = self.clock.now().at + self.tries.pause(&why);
        self.link(Link::Waiting { until, attempt: self.tries.backoff.attempt().max(1), why }).await;
        let mut turned = self.wishes.clone();
        tokio::select! {
            () = self.clock.sleep_until(until) => {}
            _ = self.pokes.changed() => {}
            () = turn(&mut turned, wish) => {}
        }
    }

    /// Has the server looked for anew, after a wait if that has just been no help.
    async fn moved(&mut self, status: u16, wish: Wish) {
        if self.tries.sent_away() {
            self.wait(LinkEnd::Status(status), wish).await;
        }
        self.halt(Halt::Moved(self.tries.clone()), wish).await;
    }

    /// Waits for the adapter, for a while, or for another wish.
    async fn halt(&mut self, halt: Halt, wish: Wish) {
        self.pokes.mark_unchanged();
        self.said = None;
        if self.halted.as_ref() != Some(&halt) {
            // The adapter shows it and pokes us when something was done about it.
            let _ = self.halts.send(halt.clone());
            self.halted = Some(halt);
        }
        let until = self.clock.now().at + self.tries.backoff.slowly();
        let mut turned = self.wishes.clone();
        tokio::select! {
            () = self.clock.sleep_until(until) => {}
            _ = self.pokes.changed() => self.halted = None,
            () = turn(&mut turned, wish) => {}
        }
    }

    async fn link(&mut self, link: Link) {
        self.halted = None;
        if self.said.as_ref() != Some(&link) {
            self.said = Some(link.clone());
            // Nobody left to tell: the program ends.
            let _ = self.events.send((self.id, ServerEvent::Link(link))).await;
        }
    }
}

/// Waits until this connection is not the one that is wanted.
async fn turn(wishes: &mut watch::Receiver<Wish>, wish: Wish) {
    // The session, which holds the sender, outlives its socket.
    let _ = wishes.wait_for(|now| now.turn != wish.turn || now.closing).await;
}
