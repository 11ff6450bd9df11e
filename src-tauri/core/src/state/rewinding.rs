//! Going back in time: to what sounded last, or to a place on the timeline, and on from there.
//!
//! The calls from there on are heard in their order before all that waits, and then what waits goes on exactly where it
//! was, the call that was interrupted first. That one, if it is itself part of what is heard again, begins earlier instead
//! of being heard twice. A call that was left in mid-word is heard to its end this time: no call is cut.

use std::time::Duration;

use crate::archive::{self, State as Kept};
use crate::model::CallKey;
use crate::problem::Problem;
use crate::view::{NotPlayed, RowState};

use super::State;
use super::playback::Last;
use super::queue::{Item, MOST_REWOUND, Stage, Why};
use super::selection::Place as Where;
use super::tape::Place;

/// Nobody goes back farther in one step.
const LONGEST_STEP: Duration = Duration::from_secs(5 * 60);

impl State {
    /// Has the tape run on with what sounds. What is heard again is on it already.
    pub(super) fn run_tape(&mut self) {
        let now = self.now.at;
        if let Some(current) = self.playback.current.as_ref().filter(|current| current.runs()) {
            self.tape_up_to(current.position(now));
        }
    }

    /// A call has come to its end, by the word of whoever plays it and not by the clock.
    pub(super) fn tape_to_the_end(&mut self) {
        if let Some(length) = self.playback.current.as_ref().map(|current| current.clip.duration) {
            self.tape_up_to(length);
        }
    }

    fn tape_up_to(&mut self, to: Duration) {
        let Some(current) = self.playback.current.as_ref() else { return };
        if current.why != Why::Rewound || self.tape.goes_on_with(current.key) {
            self.tape.record(current.key, current.phase.from(), to);
        }
    }

    /// Plays again what sounded last, from so much of it before the place where the listener is. See
    /// [`Command::Rewind`](crate::view::Command::Rewind).
    pub(super) fn rewind(&mut self, by: Duration, nth: u32) -> Result<(), Problem> {
        if nth != self.tape.rewinds {
            return Ok(());
        }
        let mut places = self.tape.back(self.head(), by.min(LONGEST_STEP));
        places.retain(|place| self.may_play(&place.key).is_ok());
        if places.is_empty() {
            return Err(Problem::not_possible("Nothing that has sounded can be played again."));
        }
        self.tape.rewinds = self.tape.rewinds.wrapping_add(1);
        places.drain(..places.len().saturating_sub(MOST_REWOUND));
        self.set_aside_to_go_on(&mut places);
        for place in places.iter().rev() {
            self.go_back_to(*place);
        }
        self.begin_anew();
        Ok(())
    }

    /// Hears no more of the past: what waits goes on where it was.
    pub(super) fn end_rewind(&mut self) {
        self.leave_the_past();
        if self.playback.current.as_ref().is_some_and(|current| current.why == Why::Rewound) {
            self.end_current(RowState::Skipped);
            self.silence_unless_next();
        }
    }

    /// Plays the first of these calls from a place in it, and after it those of the others that are wanted now: of its own
    /// talkgroup, or chosen. As many as are heard in one go.
    pub(super) fn play_on(&mut self, entries: Vec<archive::Entry>, at: Duration) -> Result<(), Problem> {
        let keys: Vec<_> = entries.iter().map(|entry| (entry.key, entry.state)).collect();
        for entry in entries {
            let Some(server) = self.servers.get(&entry.key.server) else { continue };
            self.feed.add_kept(entry, &server.directory);
        }
        let Some(((first, _), others)) = keys.split_first() else {
            return Err(Problem::not_possible("This call is not kept on this computer any more."));
        };
        let was = self.before_going_back(first).filter(|_| !self.queue.contains(first));
        self.play_from(*first, at)?;
        self.leave_the_past();
        let is_to_follow = |(key, state): &&(CallKey, Kept)| *state != Kept::Unavailable && self.follows(*first, *key);
        let others: Vec<_> = others.iter().filter(is_to_follow).map(|(key, _)| *key).take(MOST_REWOUND).collect();
        for key in others.into_iter().rev() {
            self.go_back_to(Place { key, from: Duration::ZERO });
        }
        // They follow it. Who goes back no more leaves it with them, unless it waits for its turn anyway.
        if let Some(asked) = self.queue.take(first) {
            let why = if was.is_some() { Why::Rewound } else { asked.why };
            self.queue.push_front(Item { why, was, ..asked });
        }
        Ok(())
    }

    /// How many calls of the past are still to be heard.
    pub(super) fn rewound(&self) -> u32 {
        let current = self.playback.current.iter().map(|current| current.why);
        let waiting = self.queue.iter().map(|item| item.why);
        let count = current.chain(waiting).filter(|why| *why == Why::Rewound).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Takes the calls of the past that have not been heard yet out of the queue. What was to begin earlier goes on where
    /// it was.
    pub(super) fn leave_the_past(&mut self) {
        for item in self.queue.take_where(|item| item.why == Why::Rewound) {
            self.forget(&item);
            let was = self.as_before(&item, NotPlayed::WhileAway).unwrap_or(RowState::Played);
            self.mark(item.key, was);
            self.changes.listening = true;
            self.changes.playback = true;
        }
        for item in self.queue.iter_mut() {
            if let Some(left) = item.left.take() {
                item.from = left;
            }
        }
    }

    /// Where the listener is, unless that is where everything is new.
    fn head(&self) -> Option<Place> {
        if let Some(current) = &self.playback.current {
            return Some(Place { key: current.key, from: current.position(self.now.at) });
        }
        let item = self.queue.iter().find(|item| item.why == Why::Rewound || item.left.is_some())?;
        Some(Place { key: item.key, from: item.from })
    }

    /// What sounds makes room. A call of the past is one of those to come again, any other goes on after them.
    fn set_aside_to_go_on(&mut self, places: &mut Vec<Place>) {
        let Some(current) = self.playback.current.take() else { return };
        let (key, from) = (current.key, current.position(self.now.at));
        if current.why == Why::Rewound {
            if places.iter().all(|place| place.key != key) {
                places.push(Place { key, from });
            }
            self.playback.last = Some(Last::from(current));
            return self.mark(key, RowState::Played);
        }
        let turn = self.turn();
        self.mark(key, RowState::Ready);
        self.queue.push_front(current.requeue(self.now.at, turn));
    }

    /// Puts a call of the past before all that waits. One that waits anyway keeps its turn, and begins earlier if it had
    /// begun.
    fn go_back_to(&mut self, place: Place) {
        let Place { key, from } = place;
        let waits = self.queue.get_mut(&key);
        if let Some(item) = waits.filter(|item| item.why != Why::Rewound) {
            if item.begun && from < item.from {
                item.left.get_or_insert(item.from);
                item.from = from;
            }
            return;
        }
        if let Some(item) = self.queue.take(&key) {
            return self.queue.push_front(Item { from, ..item });
        }
        let was = self.before_going_back(&key);
        let stage = match self.kept_clip(&key) {
            Some(clip) => Stage::Ready { turn: self.turn(), clip },
            None => Stage::Waiting,
        };
        let state = if let Stage::Ready { .. } = &stage { RowState::Ready } else { RowState::Waiting };
        self.queue.push_front(Item { from, stage, was, ..self.item(key, Why::Rewound) });
        self.mark(key, state);
        self.changes.listening = true;
    }

    /// What the row of a call that was gone back to says again. One that was only found may have come since, as one that was
    /// missed: it has a place in the feed then, and was not played for a reason.
    pub(super) fn as_before(&self, item: &Item, why: NotPlayed) -> Option<RowState> {
        let has_place = self.feed.get(&item.key).is_some_and(|entry| entry.order.is_some());
        item.was.clone().map(|was| if was == RowState::Found && has_place { RowState::NotPlayed { why } } else { was })
    }

    /// What a call's row says again if it is not heard after all.
    fn before_going_back(&self, key: &CallKey) -> Option<RowState> {
        let state = self.feed.get(key)?.state.clone();
        // Nobody is asked about it a second time.
        let is_missed = state == RowState::Missed;
        Some(if is_missed { RowState::NotPlayed { why: NotPlayed::WhileAway } } else { state })
    }

    /// Whether a call is to be heard after another one that somebody plays on from.
    fn follows(&self, first: CallKey, key: CallKey) -> bool {
        let place = |key: &CallKey| {
            let entry = self.feed.get(key)?;
            Some(Where { server: key.server, system: entry.system, talkgroup: entry.talkgroup })
        };
        let Some(own) = place(&key) else { return false };
        let is_same = place(&first).is_some_and(|first| {
            (first.server, first.talkgroup) == (own.server, own.talkgroup) && own.talkgroup.is_some()
        });
        let is_free =
            !self.queue.contains(&key) && self.playback.current.as_ref().is_none_or(|current| current.key != key);
        is_free && (is_same || self.selection.verdict(own).is_ok()) && self.may_play(&key).is_ok()
    }
}

#[cfg(test)]
mod tests;
