//! How long to wait before trying again.
//!
//! From 1 s, doubling to 30 s, with full jitter: after a server's restart its listeners come back spread out, not in
//! step. A full server is asked less eagerly, 15 s at the least, and one that seems to be of no use from every half a
//! minute to every five.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// Full jitter may come out as nothing at all; this much is left for whatever broke to end.
const SHORTEST: Duration = Duration::from_millis(100);
const FULL: Duration = Duration::from_secs(15);
const SLOW: Duration = Duration::from_secs(40);
const SLOWEST: Duration = Duration::from_secs(300);

/// Counts attempts in a row and says how long to wait before the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// How long to wait after one more failure.
    pub fn failed(&mut self) -> Duration {
        let limit = FIRST.saturating_mul(1 << self.attempts.min(5)).min(LONGEST);
        self.attempts = self.attempts.saturating_add(1);
        limit.mul_f64(fastrand::f64()).max(SHORTEST)
    }

    /// How long to wait after the server said that it is full.
    pub fn full(&mut self) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        FULL + (LONGEST - FULL).mul_f64(fastrand::f64())
    }

    /// How long to wait before looking again at what a person usually has to put right, but which may pass by itself.
    pub fn slowly(&mut self) -> Duration {
        let limit = SLOW.saturating_mul(1 << self.attempts.min(5)).min(SLOWEST);
        self.attempts = self.attempts.saturating_add(1);
        limit - limit.mul_f64(fastrand::f64() / 4.0)
    }

    /// Which attempt comes next, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempts
    }

    /// Begins anew, after something lasted.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_doubles_from_one_second_to_thirty_and_every_wait_stays_under_it() {
        for _ in 0..200 {
            let mut backoff = Backoff::default();
            for limit in [1, 2, 4, 8, 16, 30, 30, 30] {
                let wait = backoff.failed();
                assert!(wait >= SHORTEST && wait <= Duration::from_secs(limit), "{wait:?} of {limit} s");
            }
        }
    }

    #[test]
    fn waits_are_spread_over_the_whole_span() {
        let mut waits = (0..400).map(|_| {
            let mut backoff = Backoff { attempts: 5 };
            backoff.failed()
        });
        assert!(waits.any(|wait| wait < Duration::from_secs(8)));
        assert!(waits.any(|wait| wait > Duration::from_secs(22)));
    }

    #[test]
    fn a_full_server_is_left_alone_for_at_least_fifteen_seconds() {
        let mut backoff = Backoff::default();
        for _ in 0..100 {
            let wait = backoff.full();
            assert!((FULL..=LONGEST).contains(&wait));
        }
    }

    #[test]
    fn a_server_of_no_use_is_looked_at_again_after_half_a_minute_and_every_few_minutes_later() {
        for _ in 0..100 {
            let mut backoff = Backoff::default();
            assert!((Duration::from_secs(30)..=SLOW).contains(&backoff.slowly()));
            let late = (0..10).map(|_| backoff.slowly()).last().unwrap();
            assert!((Duration::from_secs(225)..=SLOWEST).contains(&late));
        }
    }

    #[test]
    fn it_begins_anew_after_a_reset_and_never_overflows() {
        let mut backoff = Backoff { attempts: u32::MAX };
        backoff.failed();
        assert_eq!(backoff.attempt(), u32::MAX);
        backoff.reset();
        assert!(backoff.failed() <= FIRST);
        assert_eq!(backoff.attempt(), 1);
    }
}
