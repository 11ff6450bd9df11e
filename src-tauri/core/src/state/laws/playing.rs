//! Wishes of the player. A call that is asked for from a place in it begins there, and costs no other call anything.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{World, ops};
use crate::model::{CallId, CallKey};
use crate::state::Input;
use crate::state::queue::{MOST_WAITING, Why};
use crate::view::{Command, NotPlayed, RowState};

impl World {
    pub(super) fn apply_to_player(&mut self, wish: ops::Player) {
        match wish {
            ops::Player::Listen(on) => self.command(Command::Listen { on }),
            ops::Player::Pause(on) => self.command(Command::Pause { on }),
            ops::Player::Skip => {
                if let Some(turn) = self.state.snapshot(self.now, 0).playback.turn {
                    self.command(Command::Skip { turn });
                }
            }
            ops::Player::SkipOld => self.late_answers_change_nothing(),
            ops::Player::Play { server, id } => {
                let call = CallKey::new(self.server(server), CallId(id));
                self.input(Input::Command(Command::Play { call }));
            }
            ops::Player::PlayFrom { server, id, at_ms } => {
                let call = CallKey::new(self.server(server), CallId(id));
                self.play_from(call, at_ms);
            }
            ops::Player::PlayFromHere { at_ms } => {
                if let Some(call) = self.state.playback.current.as_ref().map(|current| current.key) {
                    assert!(self.play_from(call, at_ms), "what is heard can be heard from anywhere in it");
                }
            }
            ops::Player::Enqueue { server, id } => {
                let call = CallKey::new(self.server(server), CallId(id));
                self.command(Command::Enqueue { call });
            }
            ops::Player::Rewind { seconds, is_left } => self.rewind(seconds, is_left),
            ops::Player::EndRewind => self.command(Command::EndRewind),
            ops::Player::PlayOn { server, id, at_ms } => self.play_on(self.server(server), id, at_ms),
        }
    }

    /// Asks for a call from a place in it, twice: as it happens where somebody presses twice. Whether it was possible.
    fn play_from(&mut self, call: CallKey, at_ms: u32) -> bool {
        let at = Duration::from_millis(at_ms.into());
        for _ in 0..2 {
            let before = self.not_asked_for();
            if !self.input(Input::Command(Command::PlayFrom { call, at_ms })) {
                return false;
            }
            self.check_begins_at(call, at);
            self.check_nothing_is_lost(&before, call);
        }
        true
    }

    /// The calls that came by themselves or were put into the queue, with the place where they go on.
    pub(super) fn not_asked_for(&self) -> BTreeMap<CallKey, Duration> {
        // What is to begin earlier goes on where it was if its listener goes elsewhere.
        let waiting = self.state.queue.iter().map(|item| (item.key, item.why, item.left.unwrap_or(item.from)));
        let current = self.state.playback.current.as_ref();
        let current = current.map(|current| (current.key, current.why, current.position(self.now.at)));
        waiting.chain(current).filter(|(_, why, _)| !why.is_now()).map(|(key, _, from)| (key, from)).collect()
    }

    /// The same calls, with the place where they begin.
    pub(super) fn begin_at(&self) -> BTreeMap<CallKey, Duration> {
        let mut at = self.not_asked_for();
        for item in self.state.queue.iter().filter(|item| item.left.is_some()) {
            at.entry(item.key).and_modify(|begins| *begins = item.from);
        }
        at
    }

    fn check_begins_at(&self, call: CallKey, at: Duration) {
        assert!(!self.state.playback.paused, "it is heard");
        match self.state.playback.current.as_ref().filter(|current| current.key == call) {
            Some(current) => assert_eq!(current.position(self.now.at), at.min(current.clip.duration)),
            None => {
                let item = self.state.queue.iter().find(|item| item.key == call).expect("it waits for its audio");
                assert_eq!((item.why, item.from), (Why::Asked, at));
                let others = self.state.playback.current.is_some() && self.state.reachable(call.server);
                assert!(!others, "others sound only while its server is not to be asked");
            }
        }
    }

    /// They go on later where they were. A full queue has no room for one more, and the oldest leaves it as it always does.
    fn check_nothing_is_lost(&self, before: &BTreeMap<CallKey, Duration>, asked: CallKey) {
        let after = self.not_asked_for();
        for (key, from) in before.iter().filter(|(key, _)| **key != asked) {
            let leaves = || {
                let too_old = RowState::NotPlayed { why: NotPlayed::TooOld };
                before.len() >= MOST_WAITING && self.state.feed.get(key).is_some_and(|entry| entry.state == too_old)
            };
            assert!(after.get(key) == Some(from) || leaves(), "{key:?} is lost, or does not go on at {from:?}");
        }
    }
}
