//! Going back in time costs what waits nothing: it goes on later, where it was or from before that, and no call comes twice.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{World, unlisted};
use crate::archive::{Entry, EntryId, State as Kept};
use crate::model::{CallId, CallKey, ServerId};
use crate::state::Input;
use crate::state::queue::MOST_WAITING;
use crate::view::{Command, NotPlayed, RowState};

impl World {
    /// Goes back, and perhaps changes its mind at once: then everything is as it was.
    pub(super) fn rewind(&mut self, seconds: u32, is_left: bool) {
        let (before, begin) = (self.not_asked_for(), self.begin_at());
        let nth = self.state.tape.rewinds;
        if !self.is_possible(Command::Rewind { seconds, nth }) {
            return;
        }
        assert!(!self.state.playback.paused, "it is heard");
        self.check_nothing_is_lost_going_back(&before, None);
        for (key, at) in self.begin_at() {
            assert!(begin.get(&key).is_none_or(|before| at <= *before), "{key:?} begins later than it was to: {at:?}");
        }
        if is_left {
            // What begins earlier and sounds already is not wound on.
            let current = self.state.playback.current.as_ref().map(|current| current.key);
            self.command(Command::EndRewind);
            let after = self.not_asked_for();
            for (key, from) in before.iter().filter(|(key, _)| Some(**key) != current && after.contains_key(key)) {
                assert_eq!(after.get(key), Some(from), "{key:?} goes on where it was");
            }
            assert_eq!(self.state.rewound(), 0, "nothing comes again any more");
        }
    }

    /// Plays on from a place in a call, as the archive gives it, with three that came after it.
    pub(super) fn play_on(&mut self, server: ServerId, id: u64, at_ms: u32) {
        let before = self.not_asked_for();
        let states = [Kept::Heard, Kept::Unheard, Kept::Skipped, Kept::Unavailable];
        let entry = |(state, n): (Kept, u64)| Entry {
            id: EntryId::new(id + n),
            key: CallKey::new(server, CallId(id + n)),
            epoch: 1,
            call: unlisted(id + n, 1 + n % 3),
            transcript: None,
            state,
            late: false,
            kept: false,
            kept_for_talkgroup: false,
            audio: n % 2,
        };
        let entries: Vec<_> = states.into_iter().zip(0..).map(entry).collect();
        let first = entries[0].key;
        for entry in entries.iter().filter(|entry| self.state.feed.get(&entry.key).is_none()) {
            self.archive.has_had(entry.key, entry.state);
        }
        if self.input(Input::PlayOn(entries, Duration::from_millis(at_ms.into()))) {
            self.check_nothing_is_lost_going_back(&before, Some(first));
        }
    }

    fn check_nothing_is_lost_going_back(&self, before: &BTreeMap<CallKey, Duration>, asked: Option<CallKey>) {
        let after = self.not_asked_for();
        for (key, from) in before.iter().filter(|(key, _)| Some(**key) != asked) {
            let too_old = RowState::NotPlayed { why: NotPlayed::TooOld };
            let leaves =
                before.len() >= MOST_WAITING && self.state.feed.get(key).is_some_and(|entry| entry.state == too_old);
            let goes_on = after.get(key).is_some_and(|at| at <= from);
            assert!(goes_on || leaves, "{key:?} is lost, or goes on after {from:?}: {:?}", after.get(key));
        }
        assert!(after.keys().all(|key| before.contains_key(key)), "nothing is added to what waits by itself");
        let current = self.state.playback.current.iter().map(|current| current.key);
        let mut keys: Vec<_> = self.state.queue.iter().map(|item| item.key).chain(current).collect();
        let calls = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), calls, "no call comes twice");
    }
}
