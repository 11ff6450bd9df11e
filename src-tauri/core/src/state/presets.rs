//! Choices with a name: what is off at each server, and what is held.

use std::collections::BTreeMap;

use crate::choices::{Ids, LONGEST_PRESET_NAME, Listener, MOST_PRESETS, Preset, Spans};
use crate::model::{ServerId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::problem::Problem;
use crate::text::plain;
use crate::view::PresetView;

use super::State;
use super::servers::Server;

impl State {
    /// Keeps what is chosen and held now under a name; one of the same name is replaced and stays where it is.
    pub(super) fn save_preset(&mut self, name: &str) -> Result<(), Problem> {
        let name = named(name)?;
        let at = self.choices.presets.iter().position(|preset| preset.name == name);
        if at.is_none() && self.choices.presets.len() >= MOST_PRESETS {
            let most = format!("Squelch keeps {MOST_PRESETS} presets at most. Remove one first.");
            return Err(Problem::not_possible(&most));
        }
        if self.chosen_at().next().is_none() {
            return Err(Problem::not_possible(
                "Nobody listens to a server yet, so nothing is chosen that could be kept.",
            ));
        }
        let id = at.map_or(self.choices.next_preset, |at| self.choices.presets[at].id);
        let alerts = at.is_some_and(|at| self.choices.presets[at].alerts);
        let preset = Preset { alerts, ..self.preset_of_now(id, name) };
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
        let mut preset = Preset {
            id,
            name,
            off: BTreeMap::new(),
            known: BTreeMap::new(),
            system: self.selection.system.and_then(|key| Some((origin(key.server)?, key.system))),
            talkgroup: self.selection.talkgroup.and_then(|key| Some((origin(key.server)?, key.talkgroup))),
            alerts: false,
        };
        for (server, listener) in self.chosen_at() {
            let known = self.choices.get(listener).and_then(|kept| kept.known.as_ref());
            preset.known.insert(server.address.clone(), known.map(Spans::from).unwrap_or_default());
            preset.off.insert(server.address.clone(), self.selection.choice(server.id).off);
        }
        preset
    }

    /// The servers where somebody has chosen. Where nobody has listened in this run what they want is not known: it is not
    /// that everything is on, and nothing must be written over it.
    fn chosen_at(&self) -> impl Iterator<Item = (&Server, &Listener)> {
        let servers = self.servers.values().filter(|server| server.found_once());
        servers.filter_map(|server| Some((server, server.listener.as_ref()?)))
    }

    /// Chooses and holds what was kept, at the servers that it knows.
    pub(super) fn apply_preset(&mut self, id: u32) -> Result<(), Problem> {
        let preset = self.choices.presets.iter().find(|preset| preset.id == id).ok_or_else(gone)?.clone();
        let off: Vec<_> = self.places(&preset).map(|place| (place.server.id, self.off_at(&place))).collect();
        if off.is_empty() {
            let nowhere = "This preset says nothing about the servers that you listen to now.";
            return Err(Problem::not_possible(nowhere));
        }
        for (server, off) in off {
            self.selection.set_off(server, off);
        }
        let (system, talkgroup) = self.holds_of(&preset);
        // As a hold by hand: who holds something wants to hear it.
        for server in system.map(|key| key.server).into_iter().chain(talkgroup.map(|key| key.server)) {
            self.mute_server(server, false)?;
        }
        self.selection.system = system;
        self.selection.hold_talkgroup(talkgroup);
        self.selected();
        Ok(())
    }

    /// What is off where a preset is chosen: what it says, and whatever is off now and it says nothing about.
    fn off_at(&self, place: &Place<'_>) -> Ids {
        let mut off = place.off.clone();
        let stays: Vec<_> =
            self.selection.off_besides(place.server.id, place.off).filter(|id| !place.is_on(*id)).collect();
        if !stays.is_empty() {
            off.change(|off| off.extend(stays));
        }
        off
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
        self.changes.alert_choices |= self.choices.presets.iter().any(|preset| preset.id == id && preset.alerts);
        self.choices.presets.retain(|preset| preset.id != id);
        self.presets_changed();
    }

    pub(super) fn presets_changed(&mut self) {
        self.changes.selection = true;
        self.changes.keep = true;
        self.changes.alert_choices |= self.end_mutes_of_nothing();
    }

    pub(super) fn preset_views(&self) -> Vec<PresetView> {
        let view =
            |preset: &Preset| PresetView { id: preset.id, name: preset.name.clone(), active: self.is_chosen(preset) };
        self.choices.presets.iter().map(view).collect()
    }

    /// Whether this is what is chosen now: at a server that was not there then nothing is said, and so nothing differs.
    fn is_chosen(&self, preset: &Preset) -> bool {
        let mut places = self.places(preset).peekable();
        let is_so = |place: Place<'_>| {
            let (server, selection) = (place.server.id, &self.selection);
            selection.are_off(server, place.off) && !selection.off_besides(server, place.off).any(|id| place.is_on(id))
        };
        places.peek().is_some()
            && (self.selection.system, self.selection.talkgroup) == self.holds_of(preset)
            && places.all(is_so)
    }

    /// Where a preset says something, among the servers where somebody has chosen.
    fn places<'a>(&'a self, preset: &'a Preset) -> impl Iterator<Item = Place<'a>> {
        self.chosen_at().filter_map(|(server, _)| {
            let off = preset.off.get(&server.address)?;
            Some(Place { server, off, known: preset.known.get(&server.address) })
        })
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

/// What a preset says of one server.
struct Place<'a> {
    server: &'a Server,
    off: &'a Ids,
    known: Option<&'a Spans>,
}

impl Place<'_> {
    /// Whether it wants a talkgroup on that is not among those it has off. Of one that came later it says nothing, and one
    /// that is not listed now is another device's or another day's. As long as nothing is listed there is no telling.
    fn is_on(&self, id: TalkgroupId) -> bool {
        let directory = &self.server.directory;
        self.known.is_some_and(|known| known.contains(id))
            && (directory.is_empty() || directory.talkgroup(id).is_some())
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

pub(super) fn gone() -> Problem {
    Problem::not_possible("This preset is not there any more.")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::clock::{Now, WallTime};
    use crate::directory::Directory;
    use crate::model::{Call, CallId, CallKey, SystemId};
    use crate::server::{Account, Config, Found, Kept, ServerEvent};
    use crate::settings::{SavedLogin, SavedOwn, SavedServer, Settings};
    use crate::state::{Effect, Input, samples};
    use crate::view::Command;
    use std::time::Duration;

    fn key(id: u64) -> TalkgroupKey {
        TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(id) }
    }

    fn switch(ids: &[u64], on: bool) -> Command {
        Command::Switch { server: SERVER, talkgroups: ids.iter().copied().map(TalkgroupId).collect(), on }
    }

    fn list(desk: &mut Desk, ids: impl IntoIterator<Item = u64>) {
        let talkgroups = ids.into_iter().map(|id| samples::talkgroup(id, 1, 5_000 + id)).collect();
        let directory = Directory::new(vec![samples::system(1)], talkgroups).into();
        desk.server(ServerEvent::Config(Config { directory, ..Config::default() }));
    }

    /// A desk whose server lists nine talkgroups.
    fn listed() -> Desk {
        let mut desk = Desk::new(|_| {});
        list(&mut desk, 1..10);
        desk
    }

    fn off(desk: &Desk) -> Vec<u64> {
        desk.state.selection.choice(SERVER).off.iter().map(|id| id.0).collect()
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
        let mut desk = listed();
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
        let mut desk = listed();
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

    #[test]
    fn what_a_preset_did_not_know_and_what_is_not_listed_now_stay_as_they_are() {
        let mut desk = listed();
        desk.send(switch(&[2, 99_999], false));
        save(&mut desk, "Some");
        list(&mut desk, 3..12);
        desk.send(switch(&[3, 10, 88_888], false));
        desk.send(switch(&[99_999], true));
        assert!(!shown(&desk)[0].2);
        desk.send(Command::ApplyPreset { id: 1 });
        // 3 was on then; 10 came later, 88,888 is of another device, and 11 is on as it was.
        assert_eq!(off(&desk), [2, 10, 88_888, 99_999]);
        assert!(shown(&desk)[0].2);
        desk.send(switch(&[11], false));
        assert!(shown(&desk)[0].2, "it says nothing of that one");
        desk.send(switch(&[4], false));
        assert!(!shown(&desk)[0].2);
    }

    #[test]
    fn what_is_known_but_not_listed_any_more_is_not_forgotten_over_a_preset() {
        let mut desk = listed();
        save(&mut desk, "All");
        desk.send(switch(&[1, 2], false));
        list(&mut desk, 2..10);
        desk.send(Command::ApplyPreset { id: 1 });
        assert_eq!(off(&desk), [1]);
    }

    #[test]
    fn a_preset_is_about_the_servers_where_somebody_has_chosen_and_writes_over_no_other_ones_choice() {
        let there = "http://scanner.example.org";
        let other = ServerId(2);
        let mut desk = Desk::new(|settings| {
            let login = SavedLogin::Ask { user: Some("eve".into()) };
            settings.servers.push(SavedServer {
                id: other,
                address: there.into(),
                pin: None,
                login,
                own: SavedOwn::default(),
            });
            settings.next_server = 3;
        });
        list(&mut desk, 1..10);
        save(&mut desk, "Mine");
        assert_eq!(desk.state.choices.presets[0].off.keys().collect::<Vec<_>>(), ["http://localhost"]);
        // One of before that was also about the server where nobody is signed in yet.
        desk.state.choices.presets[0].off.insert(there.into(), Ids::default());
        let listener = Listener { origin: there.into(), user: Some("eve".into()) };
        desk.state.choices.of(&listener).choice.off = [TalkgroupId(5)].into_iter().collect();
        desk.send(Command::ApplyPreset { id: 1 });
        let account = Account::SignedIn { user: "eve".into(), kept: Kept::NotAsked };
        desk.step(Input::Server(other, ServerEvent::Account(account))).expect("it is no wish");
        assert_eq!(desk.state.selection.choice(other).off.len(), 1);
    }

    #[test]
    fn a_preset_about_other_servers_is_refused_and_clears_no_hold() {
        let mut desk = listed();
        save(&mut desk, "Here");
        desk.send(Command::HoldTalkgroup { talkgroup: Some(key(7)) });
        let preset = &mut desk.state.choices.presets[0];
        preset.off = [("https://elsewhere.example.org".into(), Ids::default())].into();
        assert!(refused(&mut desk, Command::ApplyPreset { id: 1 }).contains("nothing about the servers"));
        assert_eq!(desk.state.selection.talkgroup, Some(key(7)));
        let now = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000) };
        let (mut state, _) = State::new(now, Settings::default(), None);
        let (effects, result) = state.step(now, Input::Command(Command::SavePreset { name: "Nothing".into() }));
        assert!(effects.is_empty() && result.is_err(), "there is nothing to keep");
    }

    #[test]
    fn calls_are_told_of_for_a_preset_whether_or_not_it_is_chosen_and_the_wish_outlives_another_choice_of_its_name() {
        let mut desk = listed();
        desk.send(switch(&[2], false));
        save(&mut desk, "Fire");
        desk.send(switch(&[1, 2], false));
        let told_for = |desk: &mut Desk, id, talkgroup| {
            desk.server(ServerEvent::Call(Call { talkgroup: Some(TalkgroupId(talkgroup)), ..samples::call(id) }));
            desk.state.row_of(&CallKey::new(SERVER, CallId(id))).expect("it is shown").told_for
        };
        assert_eq!(told_for(&mut desk, 1, 1), None, "nobody asked");
        desk.send(Command::AlertPreset { id: 1, on: true });
        assert_eq!(told_for(&mut desk, 2, 1), Some(1), "it is off now, and on there");
        assert_eq!(told_for(&mut desk, 3, 2), None, "it is off there");
        desk.send(Command::MuteAlerts { talkgroup: key(1), minutes: Some(30) });
        assert_eq!(desk.state.alert_choices().muted[0].key, key(1));
        desk.send(switch(&[2], true));
        save(&mut desk, "Fire");
        assert_eq!(told_for(&mut desk, 4, 2), Some(1), "it is on there now");
        desk.send(Command::AlertPreset { id: 1, on: false });
        let choices = desk.state.alert_choices();
        assert!(choices.presets.is_empty() && choices.muted.is_empty(), "{choices:?}");
        desk.send(Command::AlertPreset { id: 1, on: true });
        desk.send(Command::RemovePreset { id: 1 });
        assert_eq!(told_for(&mut desk, 5, 2), None);
        assert!(refused(&mut desk, Command::AlertPreset { id: 1, on: true }).contains("not there any more"));
    }

    #[test]
    fn nothing_is_kept_in_presets_of_a_server_that_is_here_for_this_once_or_was_removed() {
        let mut desk = listed();
        save(&mut desk, "Home");
        let demo = ServerId(2);
        desk.send(Command::AddServer { address: "http://127.0.0.1:9".into(), remember: false, login: None });
        let found = Found {
            origin: "http://127.0.0.1:9".into(),
            pin: None,
            version: "1.3.3".into(),
            public: true,
            routes: Default::default(),
        };
        desk.step(Input::Server(demo, ServerEvent::Found(found))).expect("it is no wish");
        let account = Account::Anonymous { lost: None };
        desk.step(Input::Server(demo, ServerEvent::Account(account))).expect("it is no wish");
        desk.send(Command::HoldSystem { system: Some(SystemKey { server: demo, system: SystemId(1) }) });
        save(&mut desk, "Both");
        let kept = |desk: &Desk| {
            let kept =
                desk.effects.iter().find_map(|effect| if let Effect::Keep(it) = effect { Some(it) } else { None });
            serde_json::to_string(kept.expect("it is to be kept")).expect("it can be written")
        };
        let text = kept(&desk);
        assert!(text.contains("Both") && text.contains("http://localhost") && !text.contains("127.0.0.1"), "{text}");
        assert_eq!(desk.state.choices.presets[1].off.len(), 2, "for now it is about both");
        desk.send(Command::RemoveServer { server: SERVER });
        let text = kept(&desk);
        assert!(!text.contains("localhost") && !text.contains("127.0.0.1"), "{text}");
        assert_eq!(shown(&desk).iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>(), ["Both"]);
    }
}
