//! The server's own clock: the system's time plus what a test has moved it by.
//!
//! Only times with a meaning in the protocol are read from it (the life of tokens, the grace, the lockout, the
//! five-minute check of open sockets). Pings and deadlines of a connection run on real time, scaled by [`Timing`], so
//! that moving the clock never looks like a dead link.
//!
//! [`Timing`]: crate::Timing

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A clock that follows the system's time and can be moved forward by hand. Clones share the movement.
#[derive(Clone, Debug)]
pub struct Clock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    ahead: Mutex<Duration>,
    moved: watch::Sender<u64>,
}

impl Default for Clock {
    fn default() -> Self {
        let shared = Shared { ahead: Mutex::new(Duration::ZERO), moved: watch::Sender::new(0) };
        Self { shared: Arc::new(shared) }
    }
}

impl Clock {
    /// The time since the Unix epoch.
    pub fn now(&self) -> Duration {
        let ahead = *self.shared.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + ahead
    }

    /// Moves this clock and its clones forward.
    pub fn advance(&self, by: Duration) {
        *self.shared.ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
        self.shared.moved.send_modify(|moves| *moves += 1);
    }

    /// Returns once this clock shows `when`, whether it got there by waiting or by [`Clock::advance`].
    pub(crate) async fn reach(&self, when: Duration) {
        let mut moved = self.shared.moved.subscribe();
        while let Some(left) = when.checked_sub(self.now()).filter(|left| !left.is_zero()) {
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_on_the_clock_ends_when_it_is_moved_there() {
        let clock = Clock::default();
        let hour = Duration::from_secs(3600);
        let waiting = {
            let clock = clock.clone();
            let end = clock.now() + hour;
            async move { clock.reach(end).await }
        };
        let waiting = tokio::spawn(waiting);
        clock.advance(hour);
        tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("the wait ends").expect("no panic");
    }
}
