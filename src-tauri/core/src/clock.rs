//! Time as a value that tests can move by hand.
//!
//! Everything in the core that waits for minutes (back-off, silence watch, age of a login, age of a queued call) asks a
//! [`Clock`]. Network time-outs of single requests do not: they belong to the HTTP client.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Time since the clock was made; only ever grows.
    pub at: Duration,
    /// What the wall shows, in milliseconds since 1970; may jump either way.
    pub wall: WallTime,
}

impl Now {
    /// How long ago `earlier` was, by the clock that says more: in a suspended computer the first one stands still. A wall
    /// clock that was put back says nothing.
    pub fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.0.saturating_sub(earlier.wall.0);
        self.at.saturating_sub(earlier.at).max(Duration::from_millis(u64::try_from(wall).unwrap_or(0)))
    }

    /// What either clock showed when it was earlier: nothing was longer ago since one of both.
    pub(crate) fn earlier_of_each(self, other: Self) -> Self {
        Self { at: self.at.min(other.at), wall: self.wall.min(other.wall) }
    }
}

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct WallTime(pub i64);

/// Tells the time and waits for it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock(Inner);

#[derive(Debug, Clone)]
enum Inner {
    System(Instant),
    Manual(Hands),
}

/// Moves a manual [`Clock`].
#[derive(Debug, Clone)]
pub struct Hands {
    now: Arc<watch::Sender<Now>>,
    /// Until when somebody sleeps, once per sleeper.
    sleepers: Arc<watch::Sender<Vec<Duration>>>,
}

impl Clock {
    /// The computer's clocks.
    pub fn system() -> Self {
        Self(Inner::System(Instant::now()))
    }

    /// A clock that stands still until its hands are moved. It starts at a fixed wall time in 2026.
    pub fn manual() -> (Self, Hands) {
        let start = Now { at: Duration::ZERO, wall: WallTime(1_795_414_000_000) };
        let hands = Hands { now: Arc::new(watch::Sender::new(start)), sleepers: Arc::default() };
        (Self(Inner::Manual(hands.clone())), hands)
    }

    /// Both clocks, read together.
    pub fn now(&self) -> Now {
        match &self.0 {
            Inner::System(start) => {
                let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Now { at: start.elapsed(), wall: WallTime(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX)) }
            }
            Inner::Manual(hands) => *hands.now.borrow(),
        }
    }

    /// Waits until [`Now::at`] has reached `at`. Cancel-safe.
    pub async fn sleep_until(&self, at: Duration) {
        match &self.0 {
            Inner::System(start) => tokio::time::sleep_until((*start + at).into()).await,
            Inner::Manual(hands) => {
                let _asleep = Asleep::new(hands, at);
                let mut now = hands.now.subscribe();
                // The sender lives in `self`, so waiting cannot fail.
                let _ = now.wait_for(|now| now.at >= at).await;
            }
        }
    }

    /// Waits for a span of time. Cancel-safe.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.now().at + span).await;
    }

    /// Blocks a thread outside of any runtime until [`Now::at`] has reached `at`, until somebody unparks it, or for
    /// `limit` of real time, whichever comes first. Like [`thread::park`] it may also return early.
    pub fn park(&self, at: Option<Duration>, limit: Option<Duration>) {
        match &self.0 {
            Inner::System(start) => {
                let until = at.map(|at| at.saturating_sub(start.elapsed()));
                park_for(until.into_iter().chain(limit).min());
            }
            Inner::Manual(_) => {
                let waker = Waker::from(Arc::new(Unpark(thread::current())));
                let mut sleep = pin!(self.sleep_until(at.unwrap_or(Duration::MAX)));
                if sleep.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                    park_for(limit);
                }
            }
        }
    }
}

fn park_for(span: Option<Duration>) {
    match span {
        Some(span) => thread::park_timeout(span),
        None => thread::park(),
    }
}

/// Wakes a parked thread when a future it polled by hand makes progress.
pub(crate) struct Unpark(pub(crate) Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Hands {
    /// Lets time pass on both clocks and wakes whoever waited for it.
    pub fn advance(&self, span: Duration) {
        self.now.send_modify(|now| {
            now.at += span;
            now.wall.0 += i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        });
    }

    /// Makes only the wall clock jump, as sleep or a corrected clock does.
    pub fn jump_wall(&self, milliseconds: i64) {
        self.now.send_modify(|now| now.wall.0 += milliseconds);
    }

    /// Waits until somebody sleeps until exactly `at`, so that a test moves the clock after the wait has begun and not
    /// before.
    pub async fn wait_for_sleeper(&self, at: Duration) {
        let mut sleepers = self.sleepers.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = sleepers.wait_for(|sleepers| sleepers.contains(&at)).await;
    }
}

/// Somebody who sleeps on a manual clock, for as long as they do.
struct Asleep<'a> {
    hands: &'a Hands,
    at: Duration,
}

impl<'a> Asleep<'a> {
    fn new(hands: &'a Hands, at: Duration) -> Self {
        hands.sleepers.send_modify(|sleepers| sleepers.push(at));
        Self { hands, at }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.hands.sleepers.send_modify(|sleepers| {
            if let Some(index) = sleepers.iter().position(|at| *at == self.at) {
                sleepers.swap_remove(index);
            }
        });
    }
}
