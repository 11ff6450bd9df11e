//! What servers report.

use crate::model::{Call, CallId, CallKey, ServerId, Transcript};
use crate::server::{Account, Config, Found, ServerEvent};
use crate::view::{Event, RowState};

use super::queue::{Item, Why};
use super::selection::Place;
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
            ServerEvent::Link(link) => server.set_link(link),
            ServerEvent::Welcome(welcome) => server.welcome = welcome,
            ServerEvent::Listeners(count) => server.listeners = Some(count),
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
        let twin = self
            .servers
            .values()
            .find(|other| other.id != id && other.found.as_ref().is_some_and(|known| known.origin == found.origin));
        if let Some(twin) = twin.map(|twin| twin.id) {
            let wish = self.servers.get_mut(&id).and_then(|server| server.wish.take());
            self.remove_server(id);
            if let Some(server) = self.servers.get_mut(&twin) {
                server.wish = wish;
            }
            return self.grant_wish(twin);
        }
        if let Some(server) = self.servers.get_mut(&id) {
            server.set_found(found);
        }
        self.changes.server(id);
        self.changes.save = true;
        self.grant_wish(id);
    }

    fn account(&mut self, id: ServerId, account: Account) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        let before = server.login.clone();
        server.set_account(account);
        self.changes.save |= server.login != before;
        self.changes.playback = true;
    }

    fn configured(&mut self, id: ServerId, config: Config) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        (server.time_12h, server.show_listeners) = (config.time_12h, config.show_listeners);
        server.directory = config.directory;
        for key in self.feed.relabel(id, &server.directory) {
            self.changes.row(key);
        }
        self.changes.server(id);
        self.changes.selection = true;
        self.changes.alert_choices |= self.alerts_of(id);
        // Calls may belong elsewhere now, where they are not wanted.
        self.refilter();
    }

    fn announced(&mut self, id: ServerId, call: Call) {
        let key = CallKey::new(id, call.id);
        let Some(server) = self.servers.get(&id) else { return };
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
        if !self.feed.knows(&key) {
            self.feed.add(key, call, &server.directory, state);
        } else if self.feed.promote(&key, call, &server.directory, state) {
            self.effects.push(Effect::Publish(Event::RowsRemoved { calls: vec![key] }));
        } else {
            return;
        }
        self.changes.added(key);
        if wanted.is_ok() {
            self.queue.push_back(Item::new(key, Why::Live, self.now));
            self.changes.listening = true;
        }
    }

    fn earlier(&mut self, id: ServerId, calls: Vec<Call>) {
        let Some(server) = self.servers.get(&id) else { return };
        for key in self.feed.add_earlier(id, calls, &server.directory) {
            self.changes.added(key);
        }
    }

    /// Transcripts come for calls we may not hear, too; those are nobody's.
    fn transcribed(&mut self, id: ServerId, call: CallId, transcript: Transcript) {
        let key = CallKey::new(id, call);
        let Some(entry) = self.feed.get_mut(&key) else { return };
        let view = rows::transcript(&transcript);
        entry.transcript = Some(transcript);
        self.effects.push(Effect::Publish(Event::TranscriptAdded { call: key, transcript: view }));
        self.changes.playback |= self.shown_key() == Some(key);
    }
}
