//! Numbers that stand for another call than before.

use crate::model::{Call, CallKey};

use super::Feed;

impl Feed {
    /// Whether this number is known, but of a call that began at another time.
    pub(crate) fn knows_another(&self, key: &CallKey, call: &Call) -> bool {
        let shown = self.entries.get(key).map(|entry| entry.call.start);
        let known = shown.or_else(|| self.forgotten.began(key));
        known.is_some_and(|start| !call.began_with(start))
    }

    /// Forgets all about a call. Tells whether it had a place.
    pub(crate) fn remove(&mut self, key: &CallKey) -> bool {
        self.forgotten.forget(key);
        self.found.take(key);
        let order = self.entries.remove(key).and_then(|entry| entry.order);
        order.is_some_and(|order| self.by_order.remove(&order).is_some())
    }
}
