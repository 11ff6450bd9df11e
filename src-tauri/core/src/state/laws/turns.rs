//! Whose turn it is: priorities and following lose nothing, cut nothing off, and let nobody wait for ever.

use std::time::Duration;

use super::World;
use crate::model::{CallKey, ServerId, SystemId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::server::ServerEvent;
use crate::sound::Mix;
use crate::state::Input;
use crate::state::following::LONGEST_WAIT;
use crate::state::queue::Item;
use crate::view::{Command, Priority, Setting};

impl World {
    pub(super) fn prioritise(&mut self, server: ServerId, talkgroup: u64, priority: Priority) {
        let talkgroup = TalkgroupKey { server, talkgroup: TalkgroupId(talkgroup) };
        self.command(Command::Prioritise { talkgroup, priority });
    }

    pub(super) fn mix(&mut self, server: ServerId, id: u64, whole_system: bool, mix: Mix) {
        self.command(if whole_system {
            Command::MixSystem { system: SystemKey { server, system: SystemId(id) }, mix }
        } else {
            Command::MixTalkgroup { talkgroup: TalkgroupKey { server, talkgroup: TalkgroupId(id) }, mix }
        });
    }

    /// The call that plays, if this input must not end it: a call that comes, its audio, the time, and a word on the order of
    /// those that wait.
    pub(super) fn not_to_be_cut(&self, input: &Input) -> Option<CallKey> {
        let is_about_order = matches!(
            input,
            Input::Command(
                Command::Prioritise { .. }
                    | Command::MixTalkgroup { .. }
                    | Command::MixSystem { .. }
                    | Command::NameUnit { .. }
                    | Command::Change { setting: Setting::Follow { .. } }
            ) | Input::Server(_, ServerEvent::Call(_) | ServerEvent::Earlier(_))
                | Input::Fetched { .. }
                | Input::Deadline
        );
        self.state.playback.current.as_ref().filter(|_| is_about_order).map(|current| current.key)
    }

    pub(super) fn check_is_not_cut(&self, playing: Option<CallKey>) {
        if playing.is_some() {
            let current = self.state.playback.current.as_ref().map(|current| current.key);
            assert_eq!(current, playing, "a call that plays is never cut");
        }
    }

    /// Those that wait are in the order in which they are to be played.
    pub(super) fn check_order(&self) {
        let follows = self.state.settings.follow_seconds > 0;
        let items: Vec<&Item> = self.state.queue.iter().collect();
        for pair in items.windows(2) {
            let (one, next) = (pair[0], pair[1]);
            let sort = |item: &Item| (!item.why.is_now(), !item.why.is_now() && !item.begun);
            assert!(sort(one) <= sort(next), "{next:?} goes on before anything else");
            assert!(!next.why.is_now() || one.place < next.place, "{next:?} was asked for before {one:?}");
            if sort(one) != (true, true) || sort(next) != (true, true) {
                continue;
            }
            let (first, second) = (self.priority(one), self.priority(next));
            assert!(first >= second, "{next:?} is worth more than {one:?}");
            let came_first = one.arrived.at <= next.arrived.at;
            if first == second && !follows {
                assert!(came_first, "{next:?} came before {one:?}");
            }
            if first == second && self.is_overdue(next) {
                assert!(self.is_overdue(one) && came_first, "{next:?} has waited for too long");
            }
        }
    }

    /// Where nothing plays and something could, it is for an answer, and for no longer than was chosen.
    pub(super) fn check_silence(&self) {
        let playback = &self.state.playback;
        if playback.current.is_some() || playback.paused {
            return;
        }
        let Some(first) = self.state.queue.first(|server| self.state.reachable(server)) else { return };
        if first.ready().is_none() {
            return;
        }
        let until = self.state.deadline().expect("it ends by itself");
        let seconds = u64::from(self.state.settings.follow_seconds);
        assert!(seconds > 0, "{first:?} could be played, and nobody is followed");
        assert!(until <= self.now.at + Duration::from_secs(seconds), "the silence lasts until {until:?}");
        assert!(!first.why.is_now() && !first.begun, "{first:?} waits for nobody");
        let overdue =
            self.state.queue.playable(|server| self.state.reachable(server)).find(|item| self.is_overdue(item));
        assert!(overdue.is_none(), "{overdue:?} has waited for too long");
    }

    fn priority(&self, item: &Item) -> Priority {
        let talkgroup = self.state.feed.get(&item.key).and_then(|entry| entry.talkgroup);
        let priorities = self.state.hearing_view().priorities;
        let key = talkgroup.map(|talkgroup| TalkgroupKey { server: item.key.server, talkgroup });
        priorities.iter().find(|one| Some(one.key) == key).map_or(Priority::Normal, |one| one.priority)
    }

    fn is_overdue(&self, item: &Item) -> bool {
        !item.why.is_now() && self.now.at - item.arrived.at >= LONGEST_WAIT
    }

    /// Lets the time pass until nobody waits for an answer any more: each must get their turn.
    pub(super) fn wait_out_the_silence(&mut self) {
        for _ in 0..20 {
            while !self.fetches.is_empty() {
                self.answer(0, 6);
                self.sound_answers();
            }
            if self.state.playback.current.is_some() || self.state.queue.len() == 0 {
                return;
            }
            let deadline = self.state.deadline().expect("the silence ends by itself");
            self.wait(deadline - self.now.at);
            self.sound_answers();
        }
        panic!("nobody gets a turn: {:?}", self.state.queue.iter().next());
    }
}
