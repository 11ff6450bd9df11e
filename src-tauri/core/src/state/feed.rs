//! The rows the user sees: their order, which calls are known already, and how many are kept. Calls that were found in the
//! archive are kept here, too; those that are not in the feed have no place in its order.

mod another;
mod forgotten;
mod found;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use crate::archive;
use crate::directory::Directory;
use crate::model::{Call, CallId, CallKey, Labels, ServerId, SystemId, TalkgroupId, Transcript};
use crate::units::{Radio, ServerUnits};
use crate::view::{Row, RowState};

use super::rows;
use super::storing::{Noted, state_as_kept};
use forgotten::Forgotten;
use found::Found;
#[cfg(test)]
pub(crate) use found::MOST_FOUND;

/// Twice the queue's limit, so that what waits never crowds out what was heard; about 1 MB.
pub(crate) const MOST_ROWS: usize = 1_000;

/// Between two calls that come one after the other, so that what was missed between them finds a place.
const STEP: i64 = 1 << 20;

/// Between two calls that were missed.
const NUDGE: i64 = 1 << 8;

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    entries: HashMap<CallKey, Entry>,
    by_order: BTreeMap<i64, CallKey>,
    forgotten: Forgotten,
    found: Found,
    /// What is bookmarked, where that is known.
    bookmarks: HashMap<ServerId, HashSet<CallId>>,
}

/// One row and what is known about its call.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its place in the feed; none for a call that was only found.
    pub(crate) order: Option<i64>,
    pub(crate) call: Call,
    pub(crate) labels: Labels,
    pub(crate) system: Option<SystemId>,
    pub(crate) talkgroup: Option<TalkgroupId>,
    pub(crate) state: RowState,
    /// From the decoded samples.
    pub(crate) duration: Option<Duration>,
    pub(crate) earlier: bool,
    /// It was missed when it happened.
    pub(crate) late: bool,
    /// Calls before it may be missing.
    pub(crate) after_gap: bool,
    /// The preset that it is told of for.
    pub(crate) told_for: Option<u32>,
    pub(crate) transcript: Option<Transcript>,
    /// What the archive on this computer was told of it.
    pub(crate) noted: Option<Noted>,
    /// Its audio is there.
    pub(crate) is_here: bool,
    /// It is to stay there for ever.
    pub(crate) is_kept: bool,
}

impl Feed {
    /// Whether this call has been seen.
    pub(crate) fn knows(&self, key: &CallKey) -> bool {
        self.is_shown(key) || self.forgotten.began(key).is_some()
    }

    /// Whether it has a place in the feed now.
    pub(crate) fn is_shown(&self, key: &CallKey) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.order.is_some())
    }

    /// Adds a new call at the top.
    pub(crate) fn add(&mut self, key: CallKey, call: Call, directory: &Directory, state: RowState) {
        let order = self.by_order.last_key_value().map_or(0, |(order, _)| order + STEP);
        self.insert(Some(order), key, call, directory, state, false);
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
            order -= STEP;
            self.insert(Some(order), key, call, directory, RowState::Unplayed, true);
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
        let Some(order) = earlier.and_then(|entry| entry.order) else { return false };
        self.by_order.remove(&order);
        let before = self.entries.remove(key);
        self.add(*key, call, directory, state);
        if let (Some(entry), Some(before)) = (self.entries.get_mut(key), before) {
            entry.transcript = before.transcript.or_else(|| entry.transcript.take());
            (entry.noted, entry.is_here, entry.is_kept) = (before.noted, before.is_here, before.is_kept);
        }
        true
    }

    /// Takes out a call from before we joined that nobody has touched: it gets another place. False for other calls.
    pub(crate) fn take_earlier(&mut self, key: &CallKey) -> bool {
        let earlier = self.entries.get(key).filter(|entry| entry.earlier && entry.state == RowState::Unplayed);
        let Some(order) = earlier.and_then(|entry| entry.order) else { return false };
        self.by_order.remove(&order);
        if let Some(entry) = self.entries.get_mut(key) {
            // With its place goes its state; what is known of it stays.
            (entry.order, entry.state) = (None, RowState::Found);
        }
        true
    }

    /// Adds a call that was missed when it happened: above the newest row that did not begin later.
    pub(crate) fn add_late(&mut self, key: CallKey, call: Call, directory: &Directory, state: RowState) {
        self.add_in_time(key, call, directory, state);
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.late = true;
        }
    }

    /// Adds a call where it belongs by when it began.
    pub(crate) fn add_in_time(&mut self, key: CallKey, call: Call, directory: &Directory, state: RowState) {
        let mut above = None;
        let mut below = None;
        for (order, other) in self.by_order.iter().rev() {
            if self.entries.get(other).is_some_and(|entry| entry.call.start <= call.start) {
                below = Some(*order);
                break;
            }
            above = Some(*order);
        }
        let order = self.between(below, above);
        self.insert(Some(order), key, call, directory, state, false);
    }

    /// A free place above one and below another, as long as there is one; else the first free one above both.
    fn between(&self, below: Option<i64>, above: Option<i64>) -> i64 {
        let order = match (below, above) {
            (None, None) => 0,
            (Some(below), None) => below + STEP,
            (None, Some(above)) => above - STEP,
            (Some(below), Some(above)) => below + ((above - below) / 2).clamp(1, NUDGE),
        };
        (order..).find(|order| !self.by_order.contains_key(order)).unwrap_or(order)
    }

    /// Notes that calls may be missing before the oldest of those of a server that came late.
    pub(crate) fn mark_gap(&mut self, server: ServerId) -> Option<CallKey> {
        let is_late = |key: &&CallKey| key.server == server && self.entries.get(key).is_some_and(|entry| entry.late);
        let key = *self.by_order.values().find(is_late)?;
        self.entries.get_mut(&key)?.after_gap = true;
        Some(key)
    }

    /// Takes in what a search or the list of bookmarks gave. Calls that are known stay as they are.
    pub(crate) fn add_found(&mut self, server: ServerId, calls: Vec<Call>, directory: &Directory) -> Vec<CallKey> {
        let mut keys = Vec::with_capacity(calls.len());
        for call in calls {
            let key = CallKey::new(server, call.id);
            self.found.give(key);
            keys.push(key);
            if !self.entries.contains_key(&key) {
                self.insert(None, key, call, directory, RowState::Found, false);
            }
        }
        keys
    }

    /// The same for a call of the archive on this computer, which knows what became of it.
    pub(crate) fn add_kept(&mut self, kept: archive::Entry, directory: &Directory) {
        let (key, noted) = (kept.key, Noted::as_kept(&kept));
        self.found.give(key);
        if !self.entries.contains_key(&key) {
            self.insert(None, key, kept.call, directory, state_as_kept(kept.state), false);
        }
        // What was told since is newer than what was read.
        if let Some(entry) = self.entries.get_mut(&key).filter(|entry| entry.noted.is_none()) {
            (entry.noted, entry.is_here, entry.is_kept) = (Some(noted), kept.audio > 0, kept.kept);
            entry.transcript = kept.transcript.or_else(|| entry.transcript.take());
        }
    }

    /// A call that was found, and has been played or queued since, keeps its state when it gets a place.
    fn insert(
        &mut self,
        order: Option<i64>,
        key: CallKey,
        mut call: Call,
        directory: &Directory,
        state: RowState,
        earlier: bool,
    ) {
        let labels = directory.labels(&call);
        let (system, talkgroup) = directory.ids(&call);
        let transcript = call.transcript.take().map(|text| Transcript { text, segments: Vec::new() });
        let mut entry = Entry {
            order,
            call,
            labels,
            system,
            talkgroup,
            state,
            duration: None,
            earlier,
            late: false,
            after_gap: false,
            told_for: None,
            transcript,
            noted: None,
            is_here: false,
            is_kept: false,
        };
        if let Some(before) = self.entries.remove(&key) {
            (entry.duration, entry.told_for) = (before.duration, before.told_for);
            (entry.noted, entry.is_here, entry.is_kept) = (before.noted, before.is_here, before.is_kept);
            entry.transcript = before.transcript.or(entry.transcript);
            if before.state != RowState::Found {
                entry.state = before.state;
            }
        }
        if let Some(order) = order {
            self.by_order.insert(order, key);
        }
        self.entries.insert(key, entry);
    }

    pub(crate) fn get(&self, key: &CallKey) -> Option<&Entry> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &CallKey) -> Option<&mut Entry> {
        self.entries.get_mut(key)
    }

    /// The row as the window shows it. `names` are those of its server's radios.
    pub(crate) fn row(&self, key: &CallKey, names: Option<&ServerUnits>) -> Option<Row> {
        self.entries.get(key).map(|entry| rows::row(*key, entry, self.is_bookmarked(key), names))
    }

    /// The archive on this computer has nothing of any call any more.
    pub(crate) fn forget_archive(&mut self) -> Vec<CallKey> {
        let mut changed = Vec::new();
        for (key, entry) in &mut self.entries {
            if entry.is_here || entry.is_kept {
                changed.push(*key);
            }
            entry.noted = entry.noted.map(Noted::deleted);
            (entry.is_here, entry.is_kept) = (false, false);
        }
        changed.sort_unstable();
        changed
    }

    /// The calls in which one of these radios speaks.
    pub(crate) fn calls_of(&self, server: ServerId, radios: &[Radio]) -> Vec<CallKey> {
        let speaks = |call: &Call| {
            let mut units = call.units.iter().map(|span| span.unit).chain(call.unit);
            units.any(|unit| radios.contains(&(call.system_number, unit)))
        };
        let entries = self.entries.iter().filter(|(key, entry)| key.server == server && speaks(&entry.call));
        entries.map(|(key, _)| *key).collect()
    }

    fn is_bookmarked(&self, key: &CallKey) -> Option<bool> {
        Some(self.bookmarks.get(&key.server)?.contains(&key.call))
    }

    /// Notes what is bookmarked at a server, or that it is not known. Gives the keys of rows that look different now.
    pub(crate) fn set_bookmarks(&mut self, server: ServerId, ids: Option<HashSet<CallId>>) -> Vec<CallKey> {
        let keys = self.entries.keys().filter(|key| key.server == server);
        let before: Vec<_> = keys.map(|key| (*key, self.is_bookmarked(key))).collect();
        match ids {
            Some(ids) => self.bookmarks.insert(server, ids),
            None => self.bookmarks.remove(&server),
        };
        let changed = before.into_iter().filter(|(key, before)| self.is_bookmarked(key) != *before);
        let mut changed: Vec<_> = changed.map(|(key, _)| key).collect();
        changed.sort_unstable();
        changed
    }

    /// All calls with a place, newest first.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &CallKey> {
        self.by_order.values().rev()
    }

    /// Their rows, without any names.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.in_order().filter_map(|key| self.row(key, None)).collect()
    }

    /// All rows there are, those that were only found included.
    #[cfg(test)]
    pub(crate) fn known(&self) -> Vec<Row> {
        self.entries.keys().filter_map(|key| self.row(key, None)).collect()
    }

    /// Removes the oldest rows over the limit, and the oldest of what was found, except those that are still needed. Gives the removed keys.
    pub(crate) fn trim(
        &mut self,
        needed: impl Fn(&CallKey) -> bool,
        is_on_tape: impl Fn(&CallKey) -> bool,
    ) -> Vec<CallKey> {
        let mut removed = Vec::new();
        let over = self.by_order.len().saturating_sub(MOST_ROWS);
        let oldest = self.by_order.iter().filter(|(_, key)| over > 0 && !needed(key)).take(over);
        for (order, key) in oldest.map(|(order, key)| (*order, *key)).collect::<Vec<_>>() {
            self.by_order.remove(&order);
            // The listener may go back to it: it is known for as long as what was found.
            if is_on_tape(&key) {
                self.found.give(key);
            }
            if let Some(entry) = self.entries.get(&key) {
                self.forgotten.remember(key, entry.call.start);
            }
            match self.entries.get_mut(&key) {
                Some(entry) if self.found.contains(&key) => entry.order = None,
                _ => drop(self.entries.remove(&key)),
            }
            removed.push(key);
        }
        for key in self.found.trim(needed) {
            if !self.is_shown(&key) {
                self.entries.remove(&key);
            }
        }
        removed
    }

    /// Removes everything of a server; it may announce the same numbers again.
    pub(crate) fn remove_server(&mut self, server: ServerId) -> Vec<CallKey> {
        let keys: Vec<_> = self.by_order.values().filter(|key| key.server == server).copied().collect();
        self.by_order.retain(|_, key| key.server != server);
        self.entries.retain(|key, _| key.server != server);
        self.found.remove_server(server);
        self.bookmarks.remove(&server);
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

    fn found(feed: &mut Feed, ids: impl IntoIterator<Item = u64>) {
        feed.add_found(ServerId(1), ids.into_iter().map(call).collect(), &Directory::default());
    }

    #[test]
    fn what_was_found_is_known_but_not_shown_until_it_is_announced() {
        let mut feed = feed_of(1);
        found(&mut feed, [1, 2]);
        let state = |feed: &Feed, id| feed.row(&key(id), None).map(|row| row.state);
        assert_eq!((state(&feed, 1), state(&feed, 2)), (Some(RowState::Waiting), Some(RowState::Found)));
        assert!(!feed.knows(&key(2)));
        assert_eq!(feed.rows().len(), 1);
        feed.add(key(2), call(2), &Directory::default(), RowState::Waiting);
        found(&mut feed, [2]);
        assert_eq!((feed.rows().len(), state(&feed, 2)), (2, Some(RowState::Waiting)));
    }

    #[test]
    fn a_row_that_was_found_stays_known_when_it_leaves_the_feed() {
        let mut feed = feed_of(MOST_ROWS as u64 + 2);
        found(&mut feed, [1]);
        assert_eq!(feed.trim(|_| false, |_| false), [key(1), key(2)]);
        assert!(feed.get(&key(1)).is_some() && !feed.is_shown(&key(1)) && feed.get(&key(2)).is_none());
        assert_eq!(feed.rows().len(), MOST_ROWS);
        feed.remove_server(ServerId(1));
        assert!(feed.known().is_empty());
    }

    #[test]
    fn of_what_was_found_the_oldest_leave_unless_they_are_needed() {
        let mut feed = feed_of(1);
        found(&mut feed, 1..=MOST_FOUND as u64 + 3);
        found(&mut feed, [2]);
        assert!(feed.trim(|key| key.call.0 == 3, |_| false).is_empty());
        let left: Vec<_> = (1..10).filter(|id| feed.get(&key(*id)).is_none()).collect();
        assert_eq!(left, [4, 5], "the first is in the feed, the second was found again, the third is needed");
    }

    #[test]
    fn the_oldest_rows_leave_and_are_still_known() {
        let mut feed = feed_of(MOST_ROWS as u64 + 3);
        let removed = feed.trim(|key| key.call.0 == 2, |_| false);
        assert_eq!(removed, [key(1), key(3), key(4)], "a needed row stays");
        assert!(feed.knows(&key(1)) && feed.get(&key(1)).is_none());
        assert_eq!(feed.rows().len(), MOST_ROWS);
    }
}
