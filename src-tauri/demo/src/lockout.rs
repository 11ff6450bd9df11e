//! The lockout of an address after failed logins.

use std::collections::HashMap;
use std::time::Duration;

/// Three failures lock an address.
const FAILURES: u32 = 3;
/// For ten minutes, from the third failure on.
const LOCKED: Duration = Duration::from_secs(10 * 60);
/// How often stale failures are looked for; they are stale after [`LOCKED`].
const SWEEP: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, Default)]
pub(crate) struct Lockout {
    addresses: HashMap<String, Failures>,
    swept: Duration,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Duration,
}

impl Lockout {
    /// Whether `address` must wait. Asking does not extend the wait.
    pub(crate) fn is_locked(&mut self, address: &str, now: Duration) -> bool {
        self.sweep(now);
        match self.addresses.get(address) {
            Some(failures) if failures.count >= FAILURES => {
                let locked = now < failures.last + LOCKED;
                if !locked {
                    self.addresses.remove(address);
                }
                locked
            }
            _ => false,
        }
    }

    pub(crate) fn count_failure(&mut self, address: &str, now: Duration) {
        let failures = self.addresses.entry(address.into()).or_insert(Failures { count: 0, last: now });
        failures.count += 1;
        failures.last = now;
    }

    pub(crate) fn lock(&mut self, address: &str, now: Duration) {
        self.addresses.insert(address.into(), Failures { count: FAILURES, last: now });
    }

    pub(crate) fn forgive(&mut self, address: &str) {
        self.addresses.remove(address);
    }

    pub(crate) fn forget_all(&mut self) {
        self.addresses.clear();
    }

    fn sweep(&mut self, now: Duration) {
        if now >= self.swept + SWEEP {
            self.swept = now;
            self.addresses.retain(|_, failures| now < failures.last + LOCKED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn the_third_failure_locks_for_ten_minutes_and_asking_does_not_extend_it() {
        let mut lockout = Lockout::default();
        for _ in 0..2 {
            lockout.count_failure("a", START);
            assert!(!lockout.is_locked("a", START));
        }
        lockout.count_failure("a", START);
        assert!(lockout.is_locked("a", START + LOCKED - Duration::from_secs(1)));
        assert!(!lockout.is_locked("b", START));
        assert!(!lockout.is_locked("a", START + LOCKED));
    }

    #[test]
    fn a_success_forgives_earlier_failures() {
        let mut lockout = Lockout::default();
        lockout.count_failure("a", START);
        lockout.count_failure("a", START);
        lockout.forgive("a");
        lockout.count_failure("a", START);
        assert!(!lockout.is_locked("a", START));
    }

    #[test]
    fn two_failures_are_forgotten_by_a_later_sweep() {
        let mut lockout = Lockout::default();
        assert!(!lockout.is_locked("a", START));
        lockout.count_failure("a", START);
        lockout.count_failure("a", START);
        assert!(!lockout.is_locked("a", START + SWEEP));
        lockout.count_failure("a", START + SWEEP);
        assert!(!lockout.is_locked("a", START + SWEEP));
    }
}
