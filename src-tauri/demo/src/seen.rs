//! What clients asked for, kept for tests to look at.

use std::collections::{HashMap, VecDeque};
use std::time::{Instant, SystemTime};

/// So many requests and written calls are kept in detail; the counts go on.
const KEPT: usize = 4_096;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Method and route pattern, as `GET /api/v1/calls/:id/audio`.
    pub route: String,
    /// Method and path as asked, as `GET /api/v1/calls/7/audio`.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// Whether it carried an `Origin`.
    pub origin: bool,
    /// The access token it carried as a bearer, if any.
    pub bearer: Option<String>,
    /// Its cookies as sent, if any.
    pub cookie: Option<String>,
    /// When it arrived.
    pub at: Instant,
}

/// When a call's frame had been written to a socket.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// The call.
    pub call: u64,
    /// By the monotonic clock, for a client in the same process.
    pub at: Instant,
    /// By the system's clock, for a client in another process.
    pub wall: SystemTime,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    counts: HashMap<String, usize>,
    pub(crate) requests: VecDeque<Seen>,
    pub(crate) written: VecDeque<Written>,
    pub(crate) first_messages: VecDeque<String>,
    pub(crate) origins: usize,
}

impl Log {
    pub(crate) fn request(&mut self, seen: Seen) {
        *self.counts.entry(seen.route.clone()).or_default() += 1;
        if seen.path != seen.route {
            *self.counts.entry(seen.path.clone()).or_default() += 1;
        }
        self.origins += usize::from(seen.origin);
        keep(&mut self.requests, seen);
    }

    pub(crate) fn wrote(&mut self, call: u64) {
        keep(&mut self.written, Written { call, at: Instant::now(), wall: SystemTime::now() });
    }

    pub(crate) fn first_message(&mut self, text: String) {
        keep(&mut self.first_messages, text);
    }

    pub(crate) fn count(&self, route: &str) -> usize {
        self.counts.get(route).copied().unwrap_or(0)
    }
}

fn keep<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(item);
}
