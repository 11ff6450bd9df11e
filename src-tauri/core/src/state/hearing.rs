//! How calls are heard at each server: what is kept of it, and what the window is shown.

use crate::choices::Hearing;
use crate::model::{CallKey, ServerId, SystemKey, TalkgroupKey};
use crate::problem::Problem;
use crate::sound::{Mix, SoundCommand};
use crate::view::{HearingView, SystemMix, TalkgroupMix, TalkgroupPriority};

use super::queue::Stage;
use super::{Effect, State};

impl State {
    /// Changes what is kept of a server.
    pub(super) fn change_hearing(
        &mut self,
        server: ServerId,
        change: impl FnOnce(&mut Hearing),
    ) -> Result<(), Problem> {
        self.listed(server)?;
        // Before it is found its address is what somebody typed, and no place to keep anything under.
        let Some(found) = self.servers.get(&server).filter(|server| server.found_once()) else {
            return Err(Problem::not_possible("This server has not been found yet."));
        };
        let before = self.choices.hearing.remove(&found.address).unwrap_or_default();
        let mut hearing = before.clone();
        change(&mut hearing);
        if hearing != before {
            self.changes.hearing = true;
            self.changes.keep = true;
        }
        if !hearing.is_usual() {
            self.choices.hearing.insert(found.address.clone(), hearing);
        }
        Ok(())
    }

    /// Has a talkgroup heard there, and so loud.
    pub(super) fn mix_talkgroup(&mut self, key: TalkgroupKey, mix: Mix) -> Result<(), Problem> {
        let mix = mix.sane();
        self.change_hearing(key.server, |hearing| {
            _ = if mix.is_usual() {
                hearing.talkgroups.remove(&key.talkgroup)
            } else {
                hearing.talkgroups.insert(key.talkgroup, mix)
            };
        })
    }

    /// The same for a system.
    pub(super) fn mix_system(&mut self, key: SystemKey, mix: Mix) -> Result<(), Problem> {
        let mix = mix.sane();
        self.change_hearing(key.server, |hearing| {
            _ = if mix.is_usual() {
                hearing.systems.remove(&key.system)
            } else {
                hearing.systems.insert(key.system, mix)
            };
        })
    }

    /// Where a call is to be heard, and how loud.
    pub(super) fn mix_of(&self, key: &CallKey) -> Mix {
        let hearing = self.servers.get(&key.server).and_then(|server| self.choices.hearing.get(&server.address));
        let (Some(hearing), Some(entry)) = (hearing, self.feed.get(key)) else { return Mix::default() };
        let talkgroup = entry.talkgroup.and_then(|talkgroup| hearing.talkgroups.get(&talkgroup));
        let system = entry.system.and_then(|system| hearing.systems.get(&system));
        talkgroup.into_iter().chain(system).copied().sum()
    }

    /// Has what the sound thread holds heard as it is to be heard now.
    pub(super) fn mix_again(&mut self) {
        let current = self.playback.current.as_ref().map(|current| (current.key, current.turn));
        let handed = self.playback.handed.and_then(|turn| Some((self.queue.by_turn(turn)?.key, turn)));
        for (key, turn) in current.into_iter().chain(handed) {
            let mix = self.mix_of(&key);
            let current = self.playback.current.as_mut().filter(|current| current.turn == turn);
            let clip = match current {
                Some(current) => Some(&mut current.clip),
                None => match self.queue.by_turn(turn).map(|item| &mut item.stage) {
                    Some(Stage::Ready { clip, .. }) => Some(clip),
                    Some(Stage::Waiting | Stage::Fetching { .. }) | None => None,
                },
            };
            if let Some(clip) = clip.filter(|clip| clip.mix != mix) {
                clip.mix = mix;
                self.effects.push(Effect::Sound(SoundCommand::Mix { turn, mix }));
            }
        }
    }

    pub(super) fn hearing_view(&self) -> HearingView {
        let mut view = HearingView::default();
        for server in self.servers.values() {
            let Some(hearing) = self.choices.hearing.get(&server.address) else { continue };
            let priorities = hearing.priorities.iter().map(|(talkgroup, priority)| TalkgroupPriority {
                key: TalkgroupKey { server: server.id, talkgroup: *talkgroup },
                priority: *priority,
            });
            view.priorities.extend(priorities);
            let talkgroups = hearing.talkgroups.iter().map(|(talkgroup, mix)| TalkgroupMix {
                key: TalkgroupKey { server: server.id, talkgroup: *talkgroup },
                mix: *mix,
            });
            view.talkgroups.extend(talkgroups);
            let systems = hearing
                .systems
                .iter()
                .map(|(system, mix)| SystemMix { key: SystemKey { server: server.id, system: *system }, mix: *mix });
            view.systems.extend(systems);
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::model::{CallId, SystemId, TalkgroupId, Turn};
    use crate::server::ServerEvent;
    use crate::sound::SoundEvent;
    use crate::view::Command;

    const TALKGROUP: TalkgroupKey = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(1) };
    const SYSTEM: SystemKey = SystemKey { server: SERVER, system: SystemId(1) };

    fn mix(balance: f32, offset_db: f32) -> Mix {
        Mix { balance, offset_db }
    }

    /// What the sound thread is told to mix otherwise.
    fn mixed(desk: &Desk) -> Vec<(Turn, Mix)> {
        let told = |effect: &Effect| {
            if let Effect::Sound(SoundCommand::Mix { turn, mix }) = effect { Some((*turn, *mix)) } else { None }
        };
        desk.effects.iter().filter_map(told).collect()
    }

    #[test]
    fn what_sounds_and_what_is_to_follow_are_mixed_at_once_and_again_only_when_something_changes() {
        let mut desk = Desk::new(|_| {});
        let first = desk.hear(call(1));
        desk.server(ServerEvent::Call(call(2)));
        desk.fetched(4);
        let (second, _) = desk.handed().expect("it is to follow");
        desk.send(Command::MixTalkgroup { talkgroup: TALKGROUP, mix: mix(-0.5, 9.0) });
        assert_eq!(mixed(&desk), [(first, mix(-0.5, 9.0)), (second, mix(-0.5, 9.0))]);
        desk.send(Command::MixSystem { system: SYSTEM, mix: mix(-1.0, 6.0) });
        assert_eq!(mixed(&desk), [(first, mix(-1.0, 12.0)), (second, mix(-1.0, 12.0))], "both add, within bounds");
        desk.send(Command::MixSystem { system: SYSTEM, mix: mix(-1.0, 6.0) });
        assert!(desk.effects.is_empty(), "saying it twice changes nothing");
        desk.sound(SoundEvent::Ended { turn: first });
        desk.sound(SoundEvent::Started { turn: second });
        assert!(mixed(&desk).is_empty());
        desk.send(Command::MixTalkgroup { talkgroup: TALKGROUP, mix: Mix::default() });
        assert_eq!(mixed(&desk), [(second, mix(-1.0, 6.0))]);
    }

    #[test]
    fn a_call_that_is_played_again_is_heard_as_is_wanted_by_then() {
        let mut desk = Desk::new(|_| {});
        let turn = desk.hear(call(1));
        desk.sound(SoundEvent::Ended { turn });
        desk.send(Command::MixTalkgroup { talkgroup: TALKGROUP, mix: mix(1.0, 0.0) });
        assert!(mixed(&desk).is_empty(), "nothing sounds");
        desk.send(Command::Play { call: CallKey::new(SERVER, CallId(1)) });
        let played = desk.effects.iter().find_map(|effect| {
            if let Effect::Sound(SoundCommand::Play { clip, .. }) = effect { Some(clip.mix) } else { None }
        });
        assert_eq!(played, Some(mix(1.0, 0.0)));
    }

    #[test]
    fn nothing_is_kept_of_a_server_that_was_never_found() {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::AddServer { address: "nowhere.example.org".into(), remember: true, login: None });
        let system = SystemKey { server: ServerId(2), system: SystemId(1) };
        let refused = desk.step(super::super::Input::Command(Command::MixSystem { system, mix: mix(1.0, 0.0) }));
        assert!(refused.is_err() && desk.effects.is_empty());
        assert_eq!(desk.state.hearing_view(), HearingView::default());
    }
}
