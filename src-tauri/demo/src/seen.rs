//! What clients asked for, kept for tests to look at.

use std::collections::{HashMap, VecDeque};
use std::time::{Instant, SystemTime};

/// So many requests and written calls are kept in detail; the counts of routes go on.
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
    /// By route pattern, of which there are so many.
    counts: HashMap<String, usize>,
    pub(crate) requests: VecDeque<Seen>,
    pub(crate) written: VecDeque<Written>,
    pub(crate) first_messages: VecDeque<String>,
    pub(crate) origins: usize,
}

impl Log {
    /// `routed` if some route answers it.
    pub(crate) fn request(&mut self, seen: Seen, routed: bool) {
        if routed {
            *self.counts.entry(seen.route.clone()).or_default() += 1;
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

    /// How often a route was asked; or a path, as far back as requests are kept.
    pub(crate) fn count(&self, name: &str) -> usize {
        let paths = || self.requests.iter().filter(|seen| seen.path == name).count();
        self.counts.get(name).copied().unwrap_or_else(paths)
    }
}

fn keep<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(route: &str, path: &str) -> Seen {
        let (route, path, query) = (route.to_owned(), path.to_owned(), String::new());
        Seen { route, path, query, origin: false, bearer: None, cookie: None, at: Instant::now() }
    }

    #[test]
    fn routes_are_counted_for_ever_and_paths_as_far_as_they_are_kept() {
        let mut log = Log::default();
        for call in 0..3 * KEPT {
            log.request(seen("GET /api/v1/calls/:id/audio", &format!("GET /api/v1/calls/{call}/audio")), true);
            log.request(seen(&format!("GET /{call}"), &format!("GET /{call}")), false);
        }
        assert_eq!(log.count("GET /api/v1/calls/:id/audio"), 3 * KEPT);
        assert_eq!(log.count(&format!("GET /api/v1/calls/{}/audio", 3 * KEPT - 1)), 1);
        assert_eq!(log.count("GET /api/v1/calls/0/audio"), 0, "long gone");
        assert_eq!((log.counts.len(), log.requests.len()), (1, KEPT));
    }
}
