//! Holds, avoids and switches, and that no choice loses a call that still matches.

use std::collections::{BTreeMap, BTreeSet};

use super::{World, ops};
use crate::choices::Choice;
use crate::model::{CallKey, ServerId, SystemId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::state::queue::Why;
use crate::state::selection::Place;
use crate::view::{Command, NotPlayed, PresetView, RowState};

impl World {
    pub(super) fn apply_to_selection(&mut self, server: ServerId, wish: ops::Selection) {
        let waiting = self.waiting();
        let key = |talkgroup| TalkgroupKey { server, talkgroup: TalkgroupId(talkgroup) };
        self.command(match wish {
            ops::Selection::HoldSystem(system) => {
                Command::HoldSystem { system: system.map(|system| SystemKey { server, system: SystemId(system) }) }
            }
            ops::Selection::HoldTalkgroup(talkgroup) => Command::HoldTalkgroup { talkgroup: talkgroup.map(key) },
            ops::Selection::Avoid(talkgroup) => Command::Avoid { talkgroup: key(talkgroup), minutes: Some(1) },
            ops::Selection::Unavoid(talkgroup) => Command::Unavoid { talkgroup: key(talkgroup) },
            ops::Selection::Switch(talkgroups, on) => {
                Command::Switch { server, talkgroups: talkgroups.into_iter().map(TalkgroupId).collect(), on }
            }
            ops::Selection::Alert(talkgroup, on) => Command::AlertTalkgroup { talkgroup: key(talkgroup), on },
            ops::Selection::MuteAlerts(talkgroup, on) => {
                Command::MuteAlerts { talkgroup: key(talkgroup), minutes: on.then_some(1) }
            }
        });
        self.check_what_waited(&waiting);
    }

    /// A preset that is saved or chosen is what is chosen, and one says nothing of a talkgroup that it did not know.
    pub(super) fn apply_to_presets(&mut self, wish: &ops::Preset) {
        let presets = self.state.preset_views();
        let at = |at: usize| presets.get(at).map(|preset| preset.id);
        let name = |name: u8| format!("Preset {name}");
        let waiting = self.waiting();
        match *wish {
            ops::Preset::Save(n) => {
                if self.is_possible(Command::SavePreset { name: name(n) }) {
                    self.check_is_chosen(|preset| preset.name == name(n));
                }
            }
            ops::Preset::Apply(n) => {
                let Some(id) = at(n) else { return };
                let before = self.chosen();
                if self.is_possible(Command::ApplyPreset { id }) {
                    self.check_is_chosen(|preset| preset.id == id);
                    self.check_what_it_does_not_know(id, &before);
                }
            }
            ops::Preset::Rename(n, other) => {
                let Some(id) = at(n) else { return };
                self.command(Command::RenamePreset { id, name: name(other) });
            }
            ops::Preset::Alert(n, on) => {
                let Some(id) = at(n) else { return };
                self.command(Command::AlertPreset { id, on });
            }
            ops::Preset::Remove(n) => {
                let Some(id) = at(n) else { return };
                self.command(Command::RemovePreset { id });
            }
        }
        self.check_what_waited(&waiting);
    }

    /// What is off or avoided, by server.
    fn chosen(&self) -> BTreeMap<ServerId, Choice> {
        self.servers.iter().map(|server| (*server, self.state.selection.choice(*server))).collect()
    }

    /// Of what a preset did not know nothing has changed but for a hold, which switches on.
    fn check_what_it_does_not_know(&self, id: u32, before: &BTreeMap<ServerId, Choice>) {
        let preset = self.state.choices.presets.iter().find(|preset| preset.id == id).expect("it is there");
        for server in self.state.servers.values() {
            let (before, after) = (&before[&server.id].off, self.state.selection.choice(server.id).off);
            let known = preset.known.get(&server.address);
            let is_said = |id: TalkgroupId| {
                preset.off.get(&server.address).is_some_and(|off| off.contains(&id))
                    || known.is_some_and(|known| known.contains(id))
                    || self.state.selection.talkgroup == Some(TalkgroupKey { server: server.id, talkgroup: id })
            };
            let changed: Vec<_> = before.symmetric_difference(&after).filter(|id| !is_said(**id)).collect();
            assert!(changed.is_empty(), "{changed:?} changed at {:?}, and {preset:?} does not know them", server.id);
        }
    }

    fn check_is_chosen(&self, which: impl Fn(&PresetView) -> bool) {
        let presets = self.state.preset_views();
        let preset = presets.iter().find(|preset| which(preset)).expect("it is there");
        assert!(preset.active, "{preset:?} has just been chosen");
    }

    /// The calls that came by themselves and are to be heard.
    fn waiting(&self) -> Vec<CallKey> {
        self.state.queue.iter().filter(|item| item.why == Why::Live).map(|item| item.key).collect()
    }

    /// A choice loses no call that still matches, and says of each other one why it is not played.
    fn check_what_waited(&self, waiting: &[CallKey]) {
        let left: BTreeSet<_> = self.waiting().into_iter().collect();
        let current = self.state.playback.current.as_ref().map(|current| current.key);
        for key in waiting.iter().filter(|key| !left.contains(key) && current != Some(**key)) {
            let entry = self.state.feed.get(key).expect("what waited has a row");
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            let is_held = self.state.selection.holds(place);
            if entry.state == (RowState::NotPlayed { why: NotPlayed::LeftBehind }) && !is_held {
                // It had waited for longer than anybody wants, and only what held it kept it.
                assert!(self.state.settings.catch_up.most().is_some());
                continue;
            }
            let why = self.state.selection.verdict(place).expect_err("it still matches");
            assert_eq!(entry.state, RowState::NotPlayed { why });
        }
    }
}
