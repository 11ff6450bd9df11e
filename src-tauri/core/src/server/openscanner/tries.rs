//! What was tried at a server since it was last heard for a while: kept from one socket to the next, so that looking for the
//! server anew is no way round the waits.

use std::time::Duration;

use crate::backoff::Backoff;
use crate::server::LinkEnd;

/// Counts, and says how long to wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tries {
    pub(super) backoff: Backoff,
    /// A link ended because the clock jumped.
    jumped: bool,
    /// The server sent us elsewhere.
    moved: bool,
}

impl Tries {
    /// How long to wait after a link ended like this.
    pub(super) fn pause(&mut self, why: &LinkEnd) -> Duration {
        match why {
            LinkEnd::Full => self.backoff.full(),
            // Nothing is wrong with the server; but that says nothing about what was wrong before.
            LinkEnd::ClockJumped if !std::mem::replace(&mut self.jumped, true) => Duration::ZERO,
            _ => self.backoff.failed(),
        }
    }

    /// The server sends us elsewhere; whether it has just done that.
    pub(super) fn sent_away(&mut self) -> bool {
        std::mem::replace(&mut self.moved, true)
    }

    /// A connection lasted: what comes now is the first.
    pub(super) fn lasted(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_costs_no_wait_once_and_forgets_no_failure() {
        let mut tries = Tries::default();
        for _ in 0..4 {
            tries.pause(&LinkEnd::Silent);
        }
        assert_eq!(tries.pause(&LinkEnd::ClockJumped), Duration::ZERO);
        assert_eq!(tries.backoff.attempt(), 4);
        assert!(tries.pause(&LinkEnd::ClockJumped) > Duration::ZERO, "again without a link that lasted");
        assert_eq!(tries.backoff.attempt(), 5);
        tries.lasted();
        assert_eq!(tries.pause(&LinkEnd::ClockJumped), Duration::ZERO);
    }
}
