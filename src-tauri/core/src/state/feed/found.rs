//! Which calls the window was given beside the feed: by a search, or as bookmarks. They can be played and queued like
//! those of the feed, so they are known for as long as there is room.

use std::collections::{BTreeMap, HashMap};

use crate::model::{CallKey, ServerId};

/// Ten answers of a search; about 1 MB.
pub(crate) const MOST_FOUND: usize = 1_000;

/// The calls of each server, by when they were given last.
#[derive(Debug, Default)]
pub(super) struct Found {
    given: u64,
    servers: HashMap<ServerId, Given>,
}

#[derive(Debug, Default)]
struct Given {
    when: HashMap<CallKey, u64>,
    by_age: BTreeMap<u64, CallKey>,
}

impl Found {
    pub(super) fn contains(&self, key: &CallKey) -> bool {
        self.servers.get(&key.server).is_some_and(|given| given.when.contains_key(key))
    }

    /// Given now.
    pub(super) fn give(&mut self, key: CallKey) {
        self.given += 1;
        let given = self.servers.entry(key.server).or_default();
        if let Some(before) = given.when.insert(key, self.given) {
            given.by_age.remove(&before);
        }
        given.by_age.insert(self.given, key);
    }

    /// Takes out the oldest over the limit, except those that are still needed.
    pub(super) fn trim(&mut self, needed: impl Fn(&CallKey) -> bool) -> Vec<CallKey> {
        let mut out = Vec::new();
        for given in self.servers.values_mut() {
            let over = given.when.len().saturating_sub(MOST_FOUND);
            let oldest: Vec<_> = given.by_age.iter().filter(|(_, key)| !needed(key)).take(over).collect();
            let oldest: Vec<_> = oldest.into_iter().map(|(age, key)| (*age, *key)).collect();
            for (age, key) in oldest {
                given.by_age.remove(&age);
                given.when.remove(&key);
                out.push(key);
            }
        }
        out
    }

    /// It is none of them any more.
    pub(super) fn take(&mut self, key: &CallKey) {
        let Some(given) = self.servers.get_mut(&key.server) else { return };
        if let Some(age) = given.when.remove(key) {
            given.by_age.remove(&age);
        }
    }

    pub(super) fn remove_server(&mut self, server: ServerId) {
        self.servers.remove(&server);
    }
}
