//! What the archive is told is what the feed, the queue and the player show.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::super::storing::{Noted, state_to_keep};
use super::World;
use crate::archive::{Audio, Memo, Note, Peaks, Position, State};
use crate::model::CallKey;

/// An archive in memory.
#[derive(Debug, Default)]
pub(super) struct Told {
    calls: BTreeMap<CallKey, State>,
    waiting: Vec<Position>,
    playing: Option<Position>,
    was_deleted: bool,
}

/// Some call's audio.
pub(super) fn sound() -> Audio {
    Audio { bytes: Bytes::from_static(b"sound"), duration: Duration::from_secs(3), peaks: Peaks([1; 64]) }
}

impl Told {
    /// It was there before all this.
    pub(super) fn has_had(&mut self, key: CallKey, state: State) {
        self.calls.entry(key).or_insert(state);
    }

    pub(super) fn take(&mut self, memo: Memo) {
        match memo {
            Memo::Note(key, Note::Seen(sighting)) => _ = self.calls.entry(key).or_insert(sighting.state),
            Memo::Note(key, Note::State(state)) => {
                let known = self.calls.get_mut(&key).expect("a call is told of before what becomes of it");
                if *known != State::Heard {
                    *known = state;
                }
            }
            Memo::Note(key, Note::Audio(_) | Note::Keep(_)) => {
                assert!(self.was_deleted || self.calls.contains_key(&key), "{key:?} is told of first");
            }
            Memo::Waiting(waiting) => self.waiting = waiting,
            Memo::Playing(playing) => self.playing = playing,
            Memo::DeleteAll => *self = Self { was_deleted: true, ..Self::default() },
            Memo::Note(_, Note::Transcript(_))
            | Memo::Meet(..)
            | Memo::KeepTalkgroup(..)
            | Memo::Limit(_)
            | Memo::Gap(_) => {}
        }
    }
}

impl World {
    /// Just after everything was deleted.
    pub(super) fn check_nothing_is_archived(&self) {
        assert!(self.archive.calls.is_empty(), "told again: {:?}", self.archive.calls);
    }

    pub(super) fn check_archive(&self) {
        let waiting: Vec<_> = self.state.queue.iter().map(|item| item.key).collect();
        assert_eq!(
            self.archive.waiting.iter().map(|waits| waits.key).collect::<Vec<_>>(),
            waiting,
            "what waits is noted"
        );
        let now = self.now.at;
        let playing = self.state.playback.current.as_ref().map(|current| current.place(now));
        let noted = self.archive.playing;
        assert_eq!(noted.map(|noted| noted.key), playing.map(|playing| playing.key), "what is played is noted");
        if let (Some(noted), Some(playing)) = (noted, playing) {
            let apart = playing.at.checked_sub(noted.at).unwrap_or(Duration::MAX);
            assert!(apart <= Duration::from_secs(2), "at {:?}, not {:?}", noted.at, playing.at);
        }
    }

    pub(super) fn check_archived_rows(&self) {
        for key in self.state.feed.in_order() {
            let entry = self.state.feed.get(key).expect("it has a place");
            let state = state_to_keep(&entry.state).expect("it is more than found");
            let Some(noted) = entry.noted.filter(Noted::is_there) else {
                assert!(self.archive.was_deleted, "{key:?} is shown and not noted");
                continue;
            };
            assert_eq!(noted.state(), state);
            let told = self.archive.calls.get(key).copied();
            assert!(told == Some(state) || told == Some(State::Heard), "{key:?} is {state:?}, and told {told:?}");
        }
    }
}
