//! What servers report.

use crate::archive::{Memo, Note};
use crate::model::{Call, CallId, CallKey, ServerId, Transcript};
use crate::server::{Account, Config, Found, Link, ServerCommand, ServerEvent};
use crate::view::{AccountView, Event, RowState};

use super::queue::Why;
use super::selection::Place;
use super::servers::Server;
use super::{Effect, State, rows};
use crate::view::NotPlayed;

impl State {
    pub(super) fn server_event(&mut self, id: ServerId, event: ServerEvent) {
        // A server that was removed may still have had something to say.
        let Some(server) = self.servers.get_mut(&id) else { return };
        match event {
            ServerEvent::Call(call) => return self.announced(id, call),
            ServerEvent::Transcript { call, transcript } => return self.transcribed(id, call, transcript),
            ServerEvent::Earlier(calls) => return self.earlier(id, calls),
            ServerEvent::Found(found) => return self.found(id, found),
            ServerEvent::Config(config) => return self.configured(id, config),
            ServerEvent::Account(account) => self.account(id, account),
            ServerEvent::ChoiceRead { ask, result } => return self.choice_read(id, ask, result),
            ServerEvent::Bookmarks { ask, result } => return self.bookmarks_read(id, ask, result),
            ServerEvent::ChoiceWritten { ask, result } => return self.choice_written(id, ask, result),
            ServerEvent::Link(link) => {
                if link == Link::Live {
                    server.continuity.link_stands(self.now);
                    server.keeping.link_is_back(self.now.at);
                    server.bookmarks.link_is_back();
                } else {
                    server.continuity.link_is_down(self.now);
                    self.queue.forgive(id);
                }
                server.set_link(link);
            }
            ServerEvent::Welcome(welcome) => server.welcome = welcome,
            ServerEvent::Listeners(count) => server.listeners = Some(count),
            ServerEvent::PasswordChanged(result) => return self.password_changed(id, result),
            ServerEvent::Proxy(proxy) => server.proxy = proxy,
            ServerEvent::Public(public) => {
                if let Some(found) = &mut server.found {
                    found.public = public;
                }
            }
        }
        self.changes.server(id);
    }

    fn found(&mut self, id: ServerId, found: Found) {
        let twin = self.servers.values().find(|other| other.id != id && other.leads_to(&found.origin));
        let is_saved = self.servers.get(&id).is_some_and(|server| server.saved);
        let gives_way =
            |twin: &Server| is_saved && !twin.saved && matches!(twin.account, AccountView::SignedOut { .. });
        let twin = twin.map(|twin| (twin.id, gives_way(twin)));
        if let Some((twin, false)) = twin {
            return self.merge(id, twin);
        }
        self.choices_move(id, &found.origin);
        self.names_move(id, &found.origin);
        self.memo(Memo::Meet(id, found.origin.clone()));
        if let Some(server) = self.servers.get_mut(&id) {
            server.set_found(found);
        }
        self.changes.server(id);
        self.changes.save = true;
        match twin {
            Some((twin, _)) => self.merge(twin, id),
            None => self.grant_wish(id),
        }
    }

    /// One entry of a server takes the place of another. Whatever login the vault holds there is theirs in common, so it
    /// is not forgotten with the one that goes.
    fn merge(&mut self, goes: ServerId, stays: ServerId) {
        self.kept_talkgroups_move(goes, stays);
        let gone = self.servers.get_mut(&goes).map(|server| (server.wish.take(), server.remember));
        self.drop_server(goes);
        let Some((server, (wish, remember))) = self.servers.get_mut(&stays).zip(gone) else { return };
        if remember && !server.remember {
            server.remember = true;
            self.changes.keep = true;
            self.naming.write_at(self.now.at);
        }
        let waits = server.found.is_none() && wish.is_none();
        if wish.is_some() {
            server.wish = wish;
        }
        if waits {
            // It is there, as has just been seen.
            self.effects.push(Effect::Server(stays, ServerCommand::Reconnect));
        }
        self.grant_wish(stays);
    }

    fn account(&mut self, id: ServerId, account: Account) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        let before = server.login.clone();
        server.set_account(account.clone());
        self.changes.save |= server.login != before;
        self.follow_account(id, &account);
        self.changes.playback = true;
    }

    fn configured(&mut self, id: ServerId, config: Config) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        (server.time_12h, server.show_listeners) = (config.time_12h, config.show_listeners);
        server.sharing = config.sharing;
        server.keypad = config.keypad;
        server.directory = config.directory;
        server.directories = server.directories.saturating_add(1);
        for key in self.feed.relabel(id, &server.directory) {
            self.changes.row(key);
        }
        self.changes.server(id);
        self.changes.selection = true;
        self.changes.alert_choices |= self.alerts_of(id) || self.mutes_of(id);
        self.meet_talkgroups(id);
        // Calls may belong elsewhere now, where they are not wanted.
        self.refilter();
    }

    fn announced(&mut self, id: ServerId, call: Call) {
        let key = CallKey::new(id, call.id);
        self.make_room_for_other(id, [&call]);
        self.learn_units(id, &call);
        let Some(server) = self.servers.get_mut(&id) else { return };
        server.continuity.heard(&call, self.now);
        let (system, talkgroup) = server.directory.ids(&call);
        let wanted = if self.settings.live {
            self.selection.verdict(Place { server: id, system, talkgroup })
        } else {
            Err(NotPlayed::LiveOff)
        };
        let state = match wanted {
            Ok(()) => RowState::Waiting,
            Err(why) => RowState::NotPlayed { why },
        };
        // It may have been found, and played or queued, before its announcement arrived.
        let was_found = self.feed.get(&key).filter(|entry| entry.order.is_none());
        let is_dealt_with = was_found.is_some_and(|entry| entry.state != RowState::Found);
        if !self.feed.knows(&key) {
            self.feed.add(key, call, &server.directory, state);
        } else if self.feed.promote(&key, call, &server.directory, state) {
            self.effects.push(Effect::Publish(Event::RowsRemoved { calls: vec![key] }));
        } else {
            return self.is_live_after_all(key, wanted);
        }
        self.note_preset(key);
        self.changes.added(key);
        if wanted.is_ok() && !is_dealt_with {
            self.queue.push_back(self.item(key, Why::Live));
            self.changes.listening = true;
        }
    }

    fn earlier(&mut self, id: ServerId, mut calls: Vec<Call>) {
        self.make_room_for_other(id, &calls);
        calls.iter().for_each(|call| self.learn_units(id, call));
        let Some(server) = self.servers.get_mut(&id) else { return };
        server.continuity.joined_after(&mut calls);
        for key in self.feed.add_earlier(id, calls, &server.directory) {
            self.changes.added(key);
        }
    }

    /// Transcripts come for calls we may not hear, too; those are nobody's.
    pub(super) fn transcribed(&mut self, id: ServerId, call: CallId, transcript: Transcript) {
        let key = CallKey::new(id, call);
        if self.feed.knows(&key) || self.feed.get(&key).is_some() {
            self.note(key, Note::Transcript(transcript.clone()));
        }
        let Some(entry) = self.feed.get_mut(&key) else { return };
        let view = rows::transcript(&transcript);
        entry.transcript = Some(transcript);
        self.effects.push(Effect::Publish(Event::TranscriptAdded { call: key, transcript: view }));
        self.changes.playback |= self.shown_key() == Some(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Now, WallTime};
    use crate::secret::Secret;
    use crate::server::Kept;
    use crate::settings::{SavedLogin, SavedOwn, SavedServer, Settings};
    use crate::state::Input;
    use crate::view::{Command, LoginWish};

    const SAVED: ServerId = ServerId(1);
    const AGAIN: ServerId = ServerId(2);
    const ORIGIN: &str = "https://scanner.example.org";

    /// A server of an earlier run whose login is remembered and that is looked for, and what is done there.
    struct Twice(State, Vec<Effect>);

    impl Twice {
        fn new(address: &str) -> Self {
            let login = SavedLogin::Remembered { user: "dana".into() };
            let saved = SavedServer { id: SAVED, address: address.into(), pin: None, login, own: SavedOwn::default() };
            let settings = Settings { servers: vec![saved], next_server: 2, ..Settings::default() };
            let now = Now { at: std::time::Duration::ZERO, wall: WallTime(1_800_000_000_000) };
            Self(State::new(now, settings, None).0, Vec::new())
        }

        fn step(&mut self, input: Input) {
            let (effects, result) = self.0.step(self.0.now, input);
            result.expect("it is possible");
            self.1.extend(effects);
        }

        fn add(&mut self, login: Option<LoginWish>) {
            self.step(Input::Command(Command::AddServer {
                address: "scanner.example.org".into(),
                remember: true,
                login,
            }));
        }

        fn found(&mut self, id: ServerId) {
            let found = Found {
                origin: ORIGIN.into(),
                pin: None,
                version: "1.3.3".into(),
                public: true,
                routes: Default::default(),
            };
            self.step(Input::Server(id, ServerEvent::Found(found)));
        }

        fn told(&self, wanted: impl Fn(ServerId, &ServerCommand) -> bool) -> bool {
            self.1.iter().any(|effect| matches!(effect, Effect::Server(id, command) if wanted(*id, command)))
        }

        /// Only this one is left, with the login of the earlier run, and the other one was not told to end any.
        fn only(&self, id: ServerId) {
            assert_eq!(self.0.servers.keys().copied().collect::<Vec<_>>(), [id]);
            let other = if id == SAVED { AGAIN } else { SAVED };
            assert!(self.1.iter().any(|effect| matches!(effect, Effect::Close(closed) if *closed == other)));
            assert!(!self.told(|_, command| matches!(command, ServerCommand::Forget)), "a login is lost: {:?}", self.1);
            let saved = &self.0.settings_to_save().servers;
            assert_eq!(saved.len(), 1);
            assert_eq!(saved[0].login, SavedLogin::Remembered { user: "dana".into() });
        }
    }

    fn wish() -> Option<LoginWish> {
        Some(LoginWish::SignIn { user: "eve".into(), password: Secret::new("secret"), stay: true })
    }

    #[test]
    fn a_remembered_server_that_is_added_again_keeps_its_login_whichever_is_found_first() {
        for order in [[SAVED, AGAIN], [AGAIN, SAVED]] {
            let mut twice = Twice::new(ORIGIN);
            twice.add(None);
            order.into_iter().for_each(|id| twice.found(id));
            twice.only(SAVED);
        }
    }

    #[test]
    fn the_wish_of_a_server_that_is_added_again_is_granted_where_it_is_known_already() {
        for first in [SAVED, AGAIN] {
            let mut twice = Twice::new(ORIGIN);
            twice.add(wish());
            twice.found(first);
            twice.found(AGAIN);
            twice.only(SAVED);
            assert!(twice.told(|id, command| id == SAVED && matches!(command, ServerCommand::SignIn(_))));
        }
    }

    #[test]
    fn a_remembered_server_that_waits_is_looked_for_at_once_when_it_is_added_again() {
        let mut twice = Twice::new(ORIGIN);
        twice.add(None);
        twice.found(AGAIN);
        twice.only(SAVED);
        assert!(twice.told(|id, command| id == SAVED && matches!(command, ServerCommand::Reconnect)));
    }

    #[test]
    fn a_remembered_server_that_has_moved_stays_unless_somebody_signed_in_where_it_moved_to() {
        let mut twice = Twice::new("http://scanner.example.org");
        twice.add(None);
        twice.found(AGAIN);
        twice.found(SAVED);
        twice.only(SAVED);

        let mut twice = Twice::new("http://scanner.example.org");
        twice.add(wish());
        twice.found(AGAIN);
        let account = Account::SignedIn { user: "dana".into(), kept: Kept::Keychain };
        twice.step(Input::Server(AGAIN, ServerEvent::Account(account)));
        twice.found(SAVED);
        twice.only(AGAIN);
    }

    #[test]
    fn a_server_that_is_added_again_to_be_remembered_is_remembered() {
        let mut twice = Twice::new(ORIGIN);
        twice.step(Input::Command(Command::RemoveServer { server: SAVED }));
        twice.1.clear();
        let add = |remember| Command::AddServer { address: ORIGIN.into(), remember, login: None };
        twice.step(Input::Command(add(false)));
        twice.found(AGAIN);
        assert!(twice.0.settings_to_save().servers.is_empty());
        twice.step(Input::Command(add(true)));
        twice.found(ServerId(3));
        assert_eq!(twice.0.settings_to_save().servers.iter().map(|saved| saved.id).collect::<Vec<_>>(), [AGAIN]);
    }
}
