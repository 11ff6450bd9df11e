//! Calls that left the feed, so that a late duplicate does not come back as new.

use std::collections::{HashMap, VecDeque};

use crate::clock::WallTime;
use crate::model::{CallKey, ServerId};

/// Calls that left the feed are still known for this many more.
const MOST_FORGOTTEN: usize = 8_192;

#[derive(Debug, Default)]
pub(super) struct Forgotten {
    order: VecDeque<CallKey>,
    began: HashMap<CallKey, WallTime>,
}

impl Forgotten {
    /// When a call began that is known of old.
    pub(super) fn began(&self, key: &CallKey) -> Option<WallTime> {
        self.began.get(key).copied()
    }

    pub(super) fn remember(&mut self, key: CallKey, began: WallTime) {
        if self.began.insert(key, began).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MOST_FORGOTTEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.began.remove(&oldest);
        }
    }

    pub(super) fn forget(&mut self, key: &CallKey) {
        if self.began.remove(key).is_some() {
            self.order.retain(|other| other != key);
        }
    }

    pub(super) fn remove_server(&mut self, server: ServerId) {
        self.order.retain(|key| key.server != server);
        self.began.retain(|key, _| key.server != server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CallId;

    #[test]
    fn what_left_long_ago_is_forgotten_so_that_memory_stays_flat() {
        let mut forgotten = Forgotten::default();
        for n in 0..3 * MOST_FORGOTTEN as u64 {
            forgotten.remember(CallKey::new(ServerId(1), CallId(n)), WallTime(0));
        }
        assert_eq!(forgotten.began.len(), MOST_FORGOTTEN);
        assert_eq!(forgotten.order.len(), MOST_FORGOTTEN);
    }
}
