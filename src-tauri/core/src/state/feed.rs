//! The rows the user sees: their order, which calls are known already, and how many are kept.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use crate::directory::Directory;
use crate::model::{Call, CallKey, Labels, ServerId, SystemId, TalkgroupId, Transcript};
use crate::view::{Row, RowState};

use super::rows;

/// Twice the queue's limit, so that what waits never crowds out what was heard; about 1 MB.
pub(crate) const MOST_ROWS: usize = 1_000;

/// Calls that left the feed are still known for this many more, so that a late duplicate does not come back as new.
const MOST_FORGOTTEN: usize = 8_192;

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    entries: HashMap<CallKey, Entry>,
    by_order: BTreeMap<i64, CallKey>,
    forgotten: Forgotten,
}

/// One row and what is known about its call.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) order: i64,
    pub(crate) call: Call,
    pub(crate) labels: Labels,
    pub(crate) system: Option<SystemId>,
    pub(crate) talkgroup: Option<TalkgroupId>,
    pub(crate) state: RowState,
    /// From the decoded samples.
    pub(crate) duration: Option<Duration>,
    pub(crate) earlier: bool,
    pub(crate) transcript: Option<Transcript>,
}

#[derive(Debug, Default)]
struct Forgotten {
    order: VecDeque<CallKey>,
    set: HashSet<CallKey>,
}

impl Feed {
    /// Whether this call has been seen.
    pub(crate) fn knows(&self, key: &CallKey) -> bool {
        self.entries.contains_key(key) || self.forgotten.set.contains(key)
    }

    /// Adds a new call at the top.
    pub(crate) fn add(&mut self, key: CallKey, call: Call, directory: &Directory, state: RowState) {
        let order = self.by_order.last_key_value().map_or(0, |(order, _)| order + 1);
        self.insert(order, key, call, directory, state, false);
    }

    /// Adds calls from before we joined below everything else; `calls` is oldest first. Gives the keys that were new.
    pub(crate) fn add_earlier(&mut self, server: ServerId, calls: Vec<Call>, directory: &Directory) -> Vec<CallKey> {
        let mut order = self.by_order.first_key_value().map_or(0, |(order, _)| *order);
        let mut added = Vec::new();
        for call in calls.into_iter().rev() {
            let key = CallKey::new(server, call.id);
            if self.knows(&key) {
                continue;
            }
            order -= 1;
            self.insert(order, key, call, directory, RowState::Unplayed, true);
            added.push(key);
        }
        added.reverse();
        added
    }

    /// Moves a call from before we joined to the top: it was announced after all. The search for earlier calls and the
    /// announcement cross on their way, so a call that is live may come as an earlier one first. The announcement says
    /// more, its talkgroup's database id among others. False for other calls.
    pub(crate) fn promote(&mut self, key: &CallKey, call: Call, directory: &Directory, state: RowState) -> bool {
        let earlier = self.entries.get(key).filter(|entry| entry.earlier && entry.state == RowState::Unplayed);
        let Some(order) = earlier.map(|entry| entry.order) else { return false };
        self.by_order.remove(&order);
        let heard_of = self.entries.remove(key).and_then(|entry| entry.transcript);
        self.add(*key, call, directory, state);
        if let Some(entry) = self.entries.get_mut(key) {
            entry.transcript = heard_of.or_else(|| entry.transcript.take());
        }
        true
    }

    fn insert(
        &mut self,
        order: i64,
        key: CallKey,
        mut call: Call,
        directory: &Directory,
        state: RowState,
        earlier: bool,
    ) {
        let labels = directory.labels(&call);
        let (system, talkgroup) = directory.ids(&call);
        let transcript = call.transcript.take().map(|text| Transcript { text, segments: Vec::new() });
        let entry = Entry { order, call, labels, system, talkgroup, state, duration: None, earlier, transcript };
        self.by_order.insert(order, key);
        self.entries.insert(key, entry);
    }

    pub(crate) fn get(&self, key: &CallKey) -> Option<&Entry> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &CallKey) -> Option<&mut Entry> {
        self.entries.get_mut(key)
    }

    /// The row as the window shows it.
    pub(crate) fn row(&self, key: &CallKey) -> Option<Row> {
        self.entries.get(key).map(|entry| rows::row(*key, entry))
    }

    /// All rows, newest first.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.by_order.values().rev().filter_map(|key| self.row(key)).collect()
    }

    /// Removes the oldest rows over the limit, except those that are still needed. Gives the removed keys.
    pub(crate) fn trim(&mut self, needed: impl Fn(&CallKey) -> bool) -> Vec<CallKey> {
        let mut removed = Vec::new();
        while self.entries.len() > MOST_ROWS {
            let oldest = self.by_order.iter().find(|(_, key)| !needed(key));
            let Some((order, key)) = oldest.map(|(order, key)| (*order, *key)) else { break };
            self.by_order.remove(&order);
            self.entries.remove(&key);
            self.forgotten.remember(key);
            removed.push(key);
        }
        removed
    }

    /// Removes everything of a server; it may announce the same numbers again.
    pub(crate) fn remove_server(&mut self, server: ServerId) -> Vec<CallKey> {
        let keys: Vec<_> = self.by_order.values().filter(|key| key.server == server).copied().collect();
        for key in &keys {
            if let Some(entry) = self.entries.remove(key) {
                self.by_order.remove(&entry.order);
            }
        }
        self.forgotten.remove_server(server);
        keys
    }

    /// Joins the names again after the directory changed. Gives the keys of rows that look different now.
    pub(crate) fn relabel(&mut self, server: ServerId, directory: &Directory) -> Vec<CallKey> {
        let mut changed = Vec::new();
        for (key, entry) in self.entries.iter_mut().filter(|(key, _)| key.server == server) {
            let labels = directory.labels(&entry.call);
            let (system, talkgroup) = directory.ids(&entry.call);
            if labels != entry.labels || (system, talkgroup) != (entry.system, entry.talkgroup) {
                (entry.labels, entry.system, entry.talkgroup) = (labels, system, talkgroup);
                changed.push(*key);
            }
        }
        changed.sort_unstable();
        changed
    }
}

impl Forgotten {
    fn remember(&mut self, key: CallKey) {
        if self.set.insert(key) {
            self.order.push_back(key);
        }
        if self.order.len() > MOST_FORGOTTEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
    }

    fn remove_server(&mut self, server: ServerId) {
        self.order.retain(|key| key.server != server);
        self.set.retain(|key| key.server != server);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::*;
    use crate::model::CallId;

    fn key(n: u64) -> CallKey {
        CallKey::new(ServerId(1), CallId(n))
    }

    fn feed_of(n: u64) -> Feed {
        let mut feed = Feed::default();
        for id in 1..=n {
            feed.add(key(id), call(id), &Directory::default(), RowState::Waiting);
        }
        feed
    }

    #[test]
    fn the_newest_call_is_on_top_and_earlier_ones_are_below_everything() {
        let mut feed = feed_of(2);
        let earlier = vec![call(10), call(11), call(2)];
        let added = feed.add_earlier(ServerId(1), earlier, &Directory::default());
        assert_eq!(added, [key(10), key(11)], "what is known already is not added");
        let order: Vec<_> = feed.rows().into_iter().map(|row| row.key.call.0).collect();
        assert_eq!(order, [2, 1, 11, 10]);
    }

    #[test]
    fn a_call_that_came_as_an_earlier_one_moves_to_the_top_when_it_is_announced() {
        let mut feed = feed_of(1);
        feed.add_earlier(ServerId(1), vec![call(10), call(11)], &Directory::default());
        let mut promote = |id| feed.promote(&key(id), call(id), &Directory::default(), RowState::Waiting);
        assert!(promote(10));
        assert!(!promote(10), "only once");
        assert!(!promote(1), "only what came as an earlier one");
        let order: Vec<_> = feed.rows().into_iter().map(|row| (row.key.call.0, row.earlier)).collect();
        assert_eq!(order, [(10, false), (1, false), (11, true)]);
    }

    #[test]
    fn the_oldest_rows_leave_and_are_still_known() {
        let mut feed = feed_of(MOST_ROWS as u64 + 3);
        let removed = feed.trim(|key| key.call.0 == 2);
        assert_eq!(removed, [key(1), key(3), key(4)], "a needed row stays");
        assert!(feed.knows(&key(1)) && feed.get(&key(1)).is_none());
        assert_eq!(feed.rows().len(), MOST_ROWS);
    }

    #[test]
    fn what_left_long_ago_is_forgotten_so_that_memory_stays_flat() {
        let mut forgotten = Forgotten::default();
        for n in 0..3 * MOST_FORGOTTEN as u64 {
            forgotten.remember(key(n));
        }
        assert_eq!(forgotten.set.len(), MOST_FORGOTTEN);
        assert_eq!(forgotten.order.len(), MOST_FORGOTTEN);
    }
}
