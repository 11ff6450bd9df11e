//! Choices with a name: what is off at each server, and what is held.

use std::collections::BTreeMap;

use crate::choices::{Ids, LONGEST_PRESET_NAME, MOST_PRESETS, Preset};
use crate::model::{ServerId, SystemKey, TalkgroupKey};
use crate::problem::Problem;
use crate::text::plain;
use crate::view::PresetView;

use super::State;

impl State {
    /// Keeps what is chosen and held now under a name; one of the same name is replaced and stays where it is.
    pub(super) fn save_preset(&mut self, name: &str) -> Result<(), Problem> {
        let name = named(name)?;
        let at = self.choices.presets.iter().position(|preset| preset.name == name);
        if at.is_none() && self.choices.presets.len() >= MOST_PRESETS {
            let most = format!("Squelch keeps {MOST_PRESETS} presets at most. Remove one first.");
            return Err(Problem::not_possible(&most));
        }
        let id = at.map_or(self.choices.next_preset, |at| self.choices.presets[at].id);
        let preset = self.preset_of_now(id, name);
        match at {
            Some(at) => self.choices.presets[at] = preset,
            None => {
                self.choices.presets.push(preset);
                self.choices.next_preset += 1;
            }
        }
        self.presets_changed();
        Ok(())
    }

    fn preset_of_now(&self, id: u32, name: String) -> Preset {
        let origin = |server: ServerId| self.servers.get(&server).map(|server| server.address.clone());
        let servers = self.servers.values().filter(|server| server.found_once());
        Preset {
            id,
            name,
            off: servers.map(|server| (server.address.clone(), self.selection.choice(server.id).off)).collect(),
            system: self.selection.system.and_then(|key| Some((origin(key.server)?, key.system))),
            talkgroup: self.selection.talkgroup.and_then(|key| Some((origin(key.server)?, key.talkgroup))),
        }
    }

    /// Chooses and holds what was kept, at the servers that it knows.
    pub(super) fn apply_preset(&mut self, id: u32) -> Result<(), Problem> {
        let preset = self.choices.presets.iter().find(|preset| preset.id == id).ok_or_else(gone)?.clone();
        for (server, off) in self.places(&preset) {
            self.selection.set_off(server, off);
        }
        let (system, talkgroup) = self.holds_of(&preset);
        self.selection.system = system;
        self.selection.hold_talkgroup(talkgroup);
        self.selected();
        Ok(())
    }

    pub(super) fn rename_preset(&mut self, id: u32, name: &str) -> Result<(), Problem> {
        let name = named(name)?;
        if self.choices.presets.iter().any(|preset| preset.id != id && preset.name == name) {
            return Err(Problem::not_possible("Another preset has this name."));
        }
        self.choices.presets.iter_mut().find(|preset| preset.id == id).ok_or_else(gone)?.name = name;
        self.presets_changed();
        Ok(())
    }

    pub(super) fn remove_preset(&mut self, id: u32) {
        self.choices.presets.retain(|preset| preset.id != id);
        self.presets_changed();
    }

    fn presets_changed(&mut self) {
        self.changes.selection = true;
        self.changes.keep = true;
    }

    pub(super) fn preset_views(&self) -> Vec<PresetView> {
        let view =
            |preset: &Preset| PresetView { id: preset.id, name: preset.name.clone(), active: self.is_chosen(preset) };
        self.choices.presets.iter().map(view).collect()
    }

    /// Whether this is what is chosen now: at a server that was not there then nothing is said, and so nothing differs.
    fn is_chosen(&self, preset: &Preset) -> bool {
        let places = self.places(preset);
        !places.is_empty()
            && (self.selection.system, self.selection.talkgroup) == self.holds_of(preset)
            && places.iter().all(|(server, off)| self.selection.is_off_but_for_avoids(*server, off))
    }

    /// Where a preset says something, among the servers there are.
    fn places(&self, preset: &Preset) -> BTreeMap<ServerId, Ids> {
        let servers = self.servers.values().filter(|server| server.found_once());
        servers.filter_map(|server| Some((server.id, preset.off.get(&server.address)?.clone()))).collect()
    }

    /// What a preset holds, as far as its servers are there.
    fn holds_of(&self, preset: &Preset) -> (Option<SystemKey>, Option<TalkgroupKey>) {
        let server =
            |origin: &str| self.servers.values().find(|server| server.leads_to(origin)).map(|server| server.id);
        let system = preset
            .system
            .as_ref()
            .and_then(|(origin, system)| server(origin).map(|server| SystemKey { server, system: *system }));
        let talkgroup = preset.talkgroup.as_ref().and_then(|(origin, talkgroup)| {
            server(origin).map(|server| TalkgroupKey { server, talkgroup: *talkgroup })
        });
        (system, talkgroup)
    }
}

/// A name as it is kept.
fn named(name: &str) -> Result<String, Problem> {
    let name = plain(name, usize::MAX);
    if name.is_empty() {
        return Err(Problem::not_possible("A preset needs a name."));
    }
    if name.chars().count() > LONGEST_PRESET_NAME {
        let most = format!("The name of a preset has {LONGEST_PRESET_NAME} characters at most.");
        return Err(Problem::not_possible(&most));
    }
    Ok(name)
}

fn gone() -> Problem {
    Problem::not_possible("This preset is not there any more.")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::model::{SystemId, TalkgroupId};
    use crate::state::{Effect, Input};
    use crate::view::Command;

    fn key(id: u64) -> TalkgroupKey {
        TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(id) }
    }

    fn switch(ids: &[u64], on: bool) -> Command {
        Command::Switch { server: SERVER, talkgroups: ids.iter().copied().map(TalkgroupId).collect(), on }
    }

    fn save(desk: &mut Desk, name: &str) {
        desk.send(Command::SavePreset { name: name.into() });
    }

    fn shown(desk: &Desk) -> Vec<(u32, String, bool)> {
        let presets = desk.state.selection_view().presets;
        presets.into_iter().map(|preset| (preset.id, preset.name, preset.active)).collect()
    }

    fn refused(desk: &mut Desk, command: Command) -> String {
        desk.step(Input::Command(command)).expect_err("it is not possible").message
    }

    #[test]
    fn a_preset_brings_back_what_was_off_and_held_and_says_whether_it_is_what_is_chosen() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1, 2], false));
        desk.send(Command::HoldTalkgroup { talkgroup: Some(key(7)) });
        save(&mut desk, "Fire");
        desk.send(switch(&[1, 2], true));
        desk.send(Command::HoldTalkgroup { talkgroup: None });
        desk.send(Command::HoldSystem { system: Some(SystemKey { server: SERVER, system: SystemId(1) }) });
        save(&mut desk, "Harbour");
        assert_eq!(shown(&desk), [(1, "Fire".into(), false), (2, "Harbour".into(), true)]);
        desk.send(Command::ApplyPreset { id: 1 });
        let selection = desk.state.selection_view();
        assert_eq!(selection.off[0].talkgroups, [1, 2].map(TalkgroupId));
        assert_eq!((selection.talkgroup.map(|held| held.key), selection.system), (Some(key(7)), None));
        assert_eq!(shown(&desk), [(1, "Fire".into(), true), (2, "Harbour".into(), false)]);
        desk.send(switch(&[3], false));
        assert!(shown(&desk).iter().all(|(_, _, active)| !active));
    }

    #[test]
    fn avoids_go_on_whatever_preset_is_chosen_and_do_not_count() {
        let mut desk = Desk::new(|_| {});
        save(&mut desk, "All");
        desk.send(switch(&[1, 2], false));
        save(&mut desk, "Some");
        desk.send(Command::Avoid { talkgroup: key(1), minutes: Some(30) });
        desk.send(Command::Avoid { talkgroup: key(9), minutes: Some(30) });
        assert!(shown(&desk)[1].2);
        desk.send(Command::ApplyPreset { id: 1 });
        assert_eq!(desk.state.selection_view().avoided.len(), 2);
        assert!(shown(&desk)[0].2 && !shown(&desk)[1].2);
    }

    #[test]
    fn a_name_is_there_once_and_is_neither_empty_nor_endless() {
        let mut desk = Desk::new(|_| {});
        save(&mut desk, "  Fire\n\u{202e}and sea ");
        desk.send(switch(&[1], false));
        save(&mut desk, "Fire and sea");
        assert_eq!(shown(&desk), [(1, "Fire and sea".into(), true)], "the same name replaces");
        save(&mut desk, &"é".repeat(60));
        for name in ["", " \u{200b}", &"é".repeat(61)] {
            assert!(!refused(&mut desk, Command::SavePreset { name: name.into() }).is_empty());
            assert!(!refused(&mut desk, Command::RenamePreset { id: 1, name: name.into() }).is_empty());
        }
        let taken = Command::RenamePreset { id: 2, name: "Fire and sea".into() };
        assert_eq!(refused(&mut desk, taken), "Another preset has this name.");
        desk.send(Command::RenamePreset { id: 1, name: "Fire and sea".into() });
        desk.send(Command::RenamePreset { id: 2, name: "Harbour".into() });
        desk.send(Command::RemovePreset { id: 1 });
        assert_eq!(shown(&desk), [(2, "Harbour".into(), true)]);
        for gone in [Command::ApplyPreset { id: 1 }, Command::RenamePreset { id: 1, name: "X".into() }] {
            assert_eq!(refused(&mut desk, gone), "This preset is not there any more.");
        }
    }

    #[test]
    fn there_are_so_many_presets_and_no_more_and_an_id_is_not_used_again() {
        let mut desk = Desk::new(|_| {});
        for n in 0..MOST_PRESETS {
            save(&mut desk, &n.to_string());
        }
        assert!(refused(&mut desk, Command::SavePreset { name: "one more".into() }).contains("50"));
        save(&mut desk, "7");
        desk.send(Command::RemovePreset { id: 50 });
        save(&mut desk, "one more");
        assert_eq!(shown(&desk).last().map(|preset| preset.0), Some(51));
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Keep(kept) if kept.presets.len() == 50)));
    }
}
