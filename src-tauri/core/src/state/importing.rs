//! Settings that come from a file, and the way back.

use std::collections::{BTreeMap, BTreeSet};

use crate::choices::{Hearing, MOST_PRESETS, Preset};
use crate::model::{ServerId, TalkgroupId, TalkgroupKey};
use crate::problem::Problem;
use crate::settings::{MOST_ALERTED, SavedLogin, SavedOwn, SavedServer, Settings};
use crate::transfer::{self, Document, ListedServer, Read, TransferError};
use crate::view::{AccountView, DisplayChange, ImportSummary};

use super::State;
use super::servers::Server;

/// What was read and not been taken yet, and what there was before what was.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// What the user is looking at.
    offered: Option<(u32, Document)>,
    /// How often something was.
    offers: u32,
    /// The way back from what was taken last.
    before: Option<Before>,
}

/// The way back: as it was, of what was changed, and what is to go again.
#[derive(Debug)]
struct Before {
    /// Of which offer.
    id: u32,
    document: Document,
    order: Vec<ServerId>,
    servers: Vec<ServerId>,
    presets: Vec<u32>,
}

impl Imports {
    pub(crate) fn can_be_undone(&self) -> bool {
        self.before.is_some()
    }
}

impl State {
    /// All that travels.
    pub(crate) fn export(&self) -> Document {
        let servers = self.in_order().filter(|server| server.remember && server.found_once());
        Document {
            settings: transfer::taken(&self.settings),
            servers: servers.map(listed).collect(),
            presets: self.choices_to_keep().presets,
            hearing: self.choices_to_keep().hearing,
            alerted: self.alerted(),
        }
    }

    /// Keeps what was read until the user has looked at it. Fails where not all of it would have room.
    pub(crate) fn offer(&mut self, file: String, read: Read) -> Result<ImportSummary, Problem> {
        let Read { document, unknown } = read;
        self.has_room(&document).map_err(|error| Problem::from(&error))?;
        self.imports.offers += 1;
        let id = self.imports.offers;
        let fresh = document.servers.iter().filter(|server| self.at(&server.address).is_none());
        let fresh = fresh.map(|server| server.address.clone()).collect();
        let summary = document.summary(id, crate::text::plain(&file, 100), fresh, &unknown);
        self.imports.offered = Some((id, document));
        Ok(summary)
    }

    /// Takes what was offered. The same once more changes nothing.
    pub(super) fn import(&mut self, id: u32) -> Result<(), Problem> {
        if self.imports.before.as_ref().is_some_and(|before| before.id == id) {
            return Ok(());
        }
        let gone = || Problem::not_possible("These settings are not at hand any more. Choose the file again.");
        let (_, document) = self.imports.offered.take_if(|(offered, _)| *offered == id).ok_or_else(gone)?;
        // Much may have happened since it was offered.
        self.has_room(&document).map_err(|error| Problem::from(&error))?;
        let before = self.take_document(id, &document)?;
        self.imports.before = Some(before);
        self.changes.settings = true;
        Ok(())
    }

    /// Goes back to what there was before. What was begun with it since stays: a server somebody has signed in to.
    pub(super) fn undo_import(&mut self) -> Result<(), Problem> {
        let none = || Problem::not_possible("There is nothing to go back to.");
        let before = self.imports.before.take().ok_or_else(none)?;
        for id in before.servers {
            let is_unused = |server: &Server| matches!(server.account, AccountView::SignedOut { .. });
            if self.servers.get(&id).is_some_and(is_unused) {
                self.remove_server(id);
            }
        }
        for id in before.presets {
            self.remove_preset(id);
        }
        self.take_document(before.id, &before.document)?;
        self.imports.before = None;
        let rest: Vec<_> = self.in_order().map(|server| server.id).filter(|id| !before.order.contains(id)).collect();
        self.put_in_order(&[before.order, rest].concat());
        self.changes.settings = true;
        Ok(())
    }

    fn has_room(&self, document: &Document) -> Result<(), TransferError> {
        let known: BTreeSet<&str> = self.choices.presets.iter().map(|preset| preset.name.as_str()).collect();
        let fresh = document.presets.iter().filter(|preset| !known.contains(preset.name.as_str())).count();
        if known.len() + fresh > MOST_PRESETS {
            return Err(TransferError::TooManyPresets);
        }
        let mut alerted = self.alerted();
        alerted.extend(document.alerted.clone());
        if alerted.values().map(BTreeSet::len).sum::<usize>() > MOST_ALERTED {
            return Err(TransferError::TooManyAlerts);
        }
        Ok(())
    }

    /// Has all of it hold at once. Gives what there was before.
    fn take_document(&mut self, id: u32, document: &Document) -> Result<Before, Problem> {
        let settings = transfer::with(&self.settings, &document.settings).map_err(|error| Problem::from(&error))?;
        let was = transfer::taken(&self.settings);
        let was = was.into_iter().filter(|(place, _)| document.settings.contains_key(place)).collect();
        let order = self.in_order().map(|server| server.id).collect();
        let mut before = Before {
            id,
            document: Document { settings: was, ..Document::default() },
            order,
            servers: Vec::new(),
            presets: Vec::new(),
        };
        self.take_settings(settings);
        self.take_servers(&document.servers, &mut before);
        self.take_presets(&document.presets, &mut before);
        self.take_hearing(&document.hearing, &mut before);
        self.take_alerted(&document.alerted, &mut before);
        Ok(before)
    }

    /// What is no more than a value is that; the rest is chosen as if by hand.
    fn take_settings(&mut self, settings: Settings) {
        let before = self.settings.clone();
        self.choose_yielding(settings.yielding);
        self.change_display(DisplayChange::Clock { choice: settings.display.clock });
        self.settings = settings;
        if (self.settings.loudness, self.settings.tame_tones) != (before.loudness, before.tame_tones) {
            self.take_back_handed();
        }
        self.changes.alert_choices |= self.settings.alerts != before.alerts;
        self.changes.settings = true;
        self.changes.save = true;
    }

    fn take_servers(&mut self, listed_servers: &[ListedServer], before: &mut Before) {
        let mut order = Vec::new();
        for ListedServer { address, own } in listed_servers {
            let id = match self.at(address) {
                Some(id) => {
                    before.document.servers.extend(self.servers.get(&id).map(listed));
                    self.take_own(id, own);
                    id
                }
                None => self.add_listed(address, own),
            };
            if !before.order.contains(&id) {
                before.servers.push(id);
            }
            order.push(id);
        }
        let rest: Vec<_> = self.in_order().map(|server| server.id).filter(|id| !order.contains(id)).collect();
        self.put_in_order(&[order, rest].concat());
    }

    fn take_own(&mut self, id: ServerId, own: &SavedOwn) {
        if let Some(server) = self.servers.get_mut(&id) {
            (server.own.name, server.own.mark) = (own.name.clone(), own.mark);
            self.changes.server(id);
            self.changes.save = true;
        }
        // It is there.
        _ = self.mute_server(id, own.muted);
    }

    /// A server that is to be found and asks who is there, as one that was remembered without a login.
    fn add_listed(&mut self, address: &str, own: &SavedOwn) -> ServerId {
        let id = ServerId(self.settings.next_server);
        self.settings.next_server += 1;
        let (address, own) = (address.to_owned(), own.clone());
        let place = self.servers.values().map(|server| server.place + 1).max().unwrap_or(0);
        self.open_saved(SavedServer { id, address, pin: None, login: SavedLogin::New, own }, place);
        self.changes.save = true;
        id
    }

    fn take_presets(&mut self, presets: &[Preset], before: &mut Before) {
        for preset in presets {
            let at = self.choices.presets.iter().position(|one| one.name == preset.name);
            let id = at.map_or(self.choices.next_preset, |at| self.choices.presets[at].id);
            let preset = Preset { id, ..preset.clone() };
            match at {
                Some(at) => {
                    let was = std::mem::replace(&mut self.choices.presets[at], preset);
                    before.document.presets.push(was);
                }
                None => {
                    self.choices.presets.push(preset);
                    self.choices.next_preset += 1;
                    before.presets.push(id);
                }
            }
            self.changes.alert_choices = true;
        }
        if !presets.is_empty() {
            self.presets_changed();
        }
    }

    fn take_hearing(&mut self, hearing: &BTreeMap<String, Hearing>, before: &mut Before) {
        for (origin, hearing) in hearing {
            let was = if hearing.is_usual() {
                self.choices.hearing.remove(origin)
            } else {
                self.choices.hearing.insert(origin.clone(), hearing.clone())
            };
            before.document.hearing.insert(origin.clone(), was.unwrap_or_default());
            self.changes.hearing = true;
            self.changes.keep = true;
        }
    }

    /// Of servers that are not here nothing can be told.
    fn take_alerted(&mut self, alerted: &BTreeMap<String, BTreeSet<TalkgroupId>>, before: &mut Before) {
        for (origin, talkgroups) in alerted {
            let Some(server) = self.at(origin) else { continue };
            before.document.alerted.insert(origin.clone(), self.alerted().remove(origin).unwrap_or_default());
            self.settings.alerts.talkgroups.retain(|key| key.server != server);
            let keys = talkgroups.iter().map(|talkgroup| TalkgroupKey { server, talkgroup: *talkgroup });
            self.settings.alerts.talkgroups.extend(keys);
            self.changes.alert_choices = true;
            self.changes.save = true;
        }
    }

    /// The talkgroups that are told of, by their server's origin.
    fn alerted(&self) -> BTreeMap<String, BTreeSet<TalkgroupId>> {
        let mut alerted: BTreeMap<String, BTreeSet<TalkgroupId>> = BTreeMap::new();
        for key in &self.settings.alerts.talkgroups {
            let Some(server) = self.servers.get(&key.server).filter(|server| server.remember && server.found_once())
            else {
                continue;
            };
            alerted.entry(server.address.clone()).or_default().insert(key.talkgroup);
        }
        alerted
    }

    /// The server at an origin.
    fn at(&self, origin: &str) -> Option<ServerId> {
        self.servers.values().find(|server| server.leads_to(origin)).map(|server| server.id)
    }
}

fn listed(server: &Server) -> ListedServer {
    ListedServer { address: server.address.clone(), own: server.own.clone() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::problem::Code;
    use crate::server::{Account, Login, ServerEvent};
    use crate::state::{Effect, Input};
    use crate::transfer::read;
    use crate::view::{Command, Event, Priority, Setting, Theme, Yielding};

    const HERE: &str = "http://localhost";
    const THERE: &str = "https://there.example.org";

    fn file(change: impl FnOnce(&mut serde_json::Value)) -> Read {
        let mut whole = json!({
            "format": "squelch-settings",
            "version": 1,
            "settings": { "theme": "dark", "yielding": "pause", "loudness": false, "keys": { "skip": "X" } },
            "servers": [{ "address": THERE, "name": "There" }, { "address": HERE, "name": "Home", "muted": true }],
            "presets": [{ "name": "Night", "off": { HERE: [4] } }],
            "hearing": { HERE: { "priorities": { "4": "high" } } },
            "alerted": { HERE: [4, 5], THERE: [7] },
        });
        change(&mut whole);
        read(whole.to_string().as_bytes()).expect("it is one of ours")
    }

    fn offer(desk: &mut Desk, read: Read) -> u32 {
        desk.state.offer("squelch.json".into(), read).expect("it has room").id
    }

    fn import(desk: &mut Desk, read: Read) {
        let id = offer(desk, read);
        desk.send(Command::Import { id });
    }

    /// A desk with a preset, and as the user left it.
    fn desk() -> Desk {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::SavePreset { name: "Day".into() });
        desk
    }

    /// All that an import may change.
    fn shown(desk: &Desk) -> impl PartialEq + std::fmt::Debug + use<> {
        let view = desk.state.view(0);
        let settings = crate::view::SettingsView { import_undo: false, ..view.settings };
        let servers: Vec<_> = view.servers.into_iter().map(|server| (server.address, server.own)).collect();
        let presets: Vec<_> = desk.state.choices.presets.iter().map(|preset| preset.name.clone()).collect();
        (settings, servers, presets, view.hearing, view.alert_choices)
    }

    #[test]
    fn looking_at_a_file_changes_nothing_and_says_what_would_be_new() {
        let mut desk = desk();
        let before = shown(&desk);
        let summary = desk.state.offer("a/b\u{202e}.json".into(), file(|_| {})).unwrap();
        assert_eq!((summary.settings, summary.presets, summary.servers), (4, 1, 2));
        assert_eq!(summary.fresh, [THERE]);
        assert_eq!(summary.file, "a/b.json");
        assert_eq!(shown(&desk), before);
        assert!(!desk.state.settings_view().import_undo);
    }

    #[test]
    fn everything_holds_at_once_and_is_saved() {
        let mut desk = desk();
        import(&mut desk, file(|_| {}));
        let view = desk.state.view(0);
        assert_eq!((view.settings.theme, view.settings.yielding), (Theme::Dark, Yielding::Pause));
        assert!(!view.settings.loudness && view.settings.keys.contains_key("skip") && view.settings.import_undo);
        let servers: Vec<_> =
            view.servers.iter().map(|one| (one.name.as_str(), one.own.muted, one.own.place)).collect();
        assert_eq!(servers, [("There", false, 0), ("Home", true, 1)]);
        assert_eq!(view.selection.presets.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Day", "Night"]);
        assert_eq!(view.hearing.priorities.len(), 1);
        assert_eq!(view.hearing.priorities[0].priority, Priority::High);
        assert_eq!(view.alert_choices.talkgroups.len(), 3);
        let opened = |effect: &Effect| {
            let Effect::Open(opening) = effect else { return None };
            Some((opening.address.clone(), matches!(opening.login, Login::Ask)))
        };
        assert_eq!(desk.effects.iter().filter_map(opened).collect::<Vec<_>>(), [(THERE.to_owned(), true)]);
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::WatchMicrophone(true))));
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Keep(_))));
        let saved = |effect: &Effect| if let Effect::Save(settings) = effect { Some(settings.clone()) } else { None };
        let saved = desk.effects.iter().find_map(saved);
        let saved = saved.expect("it is saved");
        assert_eq!(saved.servers.iter().map(|server| server.address.as_str()).collect::<Vec<_>>(), [THERE, HERE]);
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Publish(Event::SettingsChanged { .. }))));
    }

    #[test]
    fn the_way_back_leads_to_what_there_was() {
        let mut desk = desk();
        let before = shown(&desk);
        import(&mut desk, file(|_| {}));
        assert_ne!(shown(&desk), before);
        desk.send(Command::UndoImport);
        assert_eq!(shown(&desk), before);
        let again = desk.step(Input::Command(Command::UndoImport)).expect_err("it leads back once");
        assert_eq!(again.code, Code::NotPossible);
        assert_eq!(shown(&desk), before);
    }

    #[test]
    fn the_way_back_keeps_what_was_chosen_since_and_a_server_that_somebody_uses() {
        let mut desk = desk();
        import(&mut desk, file(|_| {}));
        desk.send(Command::Change { setting: Setting::Follow { seconds: 5 } });
        desk.send(Command::SavePreset { name: "Later".into() });
        let account = Account::SignedIn { user: "dana".into(), kept: crate::server::Kept::NotAsked };
        desk.step(Input::Server(ServerId(2), ServerEvent::Account(account))).unwrap();
        desk.send(Command::UndoImport);
        let view = desk.state.view(0);
        assert_eq!((view.settings.theme, view.settings.follow_seconds), (Theme::System, 5));
        assert_eq!(view.servers.iter().map(|server| server.id).collect::<Vec<_>>(), [SERVER, ServerId(2)]);
        assert_eq!(view.selection.presets.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Day", "Later"]);
    }

    #[test]
    fn a_preset_of_the_same_name_is_replaced_and_comes_back() {
        let mut desk = desk();
        let was = desk.state.choices.presets[0].clone();
        import(&mut desk, file(|whole| whole["presets"][0]["name"] = json!("Day")));
        assert_eq!(desk.state.choices.presets.len(), 1);
        assert_eq!(desk.state.choices.presets[0].id, was.id);
        assert_ne!(desk.state.choices.presets[0], was);
        desk.send(Command::UndoImport);
        assert_eq!(desk.state.choices.presets, [was]);
    }

    #[test]
    fn the_same_offer_twice_is_taken_once_and_another_ones_number_is_refused() {
        let mut desk = desk();
        let id = offer(&mut desk, file(|_| {}));
        let problem = desk.step(Input::Command(Command::Import { id: id + 1 })).expect_err("nobody offered that");
        assert_eq!(problem.code, Code::NotPossible);
        desk.send(Command::Import { id });
        let after = shown(&desk);
        desk.send(Command::Import { id });
        assert!(desk.effects.is_empty());
        assert_eq!(shown(&desk), after);
        // What was read later counts, and what was read before does not any more.
        let (first, _second) = (offer(&mut desk, file(|_| {})), offer(&mut desk, file(|_| {})));
        assert!(desk.step(Input::Command(Command::Import { id: first })).is_err());
    }

    #[test]
    fn what_would_not_have_room_is_refused_before_anything_is_changed() {
        let mut desk = desk();
        let before = shown(&desk);
        let presets = |n: usize| (0..n).map(|n| json!({ "name": format!("P{n}") })).collect::<serde_json::Value>();
        let full = file(|whole| whole["presets"] = presets(MOST_PRESETS));
        let problem = desk.state.offer("x".into(), full).expect_err("one is here already");
        assert_eq!(problem.code, Code::FileNotTaken);
        assert_eq!(shown(&desk), before);
        // It had room when it was looked at.
        let id = offer(&mut desk, file(|whole| whole["presets"] = presets(MOST_PRESETS - 1)));
        desk.send(Command::SavePreset { name: "Another".into() });
        let before = shown(&desk);
        assert!(desk.step(Input::Command(Command::Import { id })).is_err());
        assert_eq!(shown(&desk), before);
    }

    #[test]
    fn an_export_has_what_was_chosen_and_a_server_that_is_here_for_this_once_has_no_part_in_it() {
        let mut desk = desk();
        desk.send(Command::AlertTalkgroup {
            talkgroup: TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(4) },
            on: true,
        });
        desk.send(Command::AddServer { address: "http://once".into(), remember: false, login: None });
        let document = desk.state.export();
        assert_eq!(document.servers.iter().map(|server| server.address.as_str()).collect::<Vec<_>>(), [HERE]);
        assert_eq!(document.presets.len(), 1);
        assert_eq!(document.alerted[HERE], [TalkgroupId(4)].into());
        // Brought in again where it came from it changes nothing.
        let before = shown(&desk);
        let again = read(&transfer::written(&document)).unwrap();
        import(&mut desk, again);
        assert_eq!(shown(&desk), before);
    }
}
