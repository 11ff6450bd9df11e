//! Wishes.

use std::time::Duration;

use crate::model::{CallKey, ServerId, TalkgroupKey};
use crate::problem::Problem;
use crate::server::{Credentials, Login, Opening, ServerCommand};
use crate::settings::{LONGEST_PAUSE_MS, clamp_volume, is_short};
use crate::sound::SoundCommand;
use crate::view::{AccountView, Command, LoginWish, Setting};

use super::selection::{Selection, Until};
use super::servers::Server;
use super::{Effect, State};

/// An avoid longer than a year is one without end.
const LONGEST_AVOID_MINUTES: u32 = 366 * 24 * 60;

impl State {
    pub(super) fn command(&mut self, command: Command) -> Result<(), Problem> {
        match command {
            Command::AddServer { address, remember, login } => self.add_server(address, remember, login),
            Command::RemoveServer { server } => self.remove_server(server),
            Command::SignIn { server, user, password, stay } => {
                return self.tell(server, ServerCommand::SignIn(Credentials { user, password, stay }));
            }
            Command::ListenAnonymously { server } => return self.tell(server, ServerCommand::ListenAnonymously),
            Command::SignOut { server } => return self.tell(server, ServerCommand::SignOut),
            Command::ChangePassword { server, current, new } => {
                return self.change_password(server, ServerCommand::ChangePassword { current, new });
            }
            Command::TrustCertificate { server, sha256 } => {
                return self.tell(server, ServerCommand::Trust { sha256 });
            }
            Command::Reconnect { server } => return self.tell(server, ServerCommand::Reconnect),
            Command::Listen { on } => self.listen(on),
            Command::Pause { on } => {
                self.overrule_yielding(on);
                self.pause(on);
            }
            Command::Skip { turn } => self.skip(turn),
            Command::Play { call } => return self.play(call),
            Command::Volume { db } => self.set_volume(clamp_volume(db), self.settings.muted),
            Command::Mute { on } => self.set_volume(self.settings.volume_db, on),
            Command::Change { setting } => self.change(setting),
            Command::Dismiss { notice } => self.withdraw(notice),
            Command::HoldSystem { system } => {
                system.map_or(Ok(()), |key| self.listed(key.server))?;
                self.select(|selection| selection.system = system);
            }
            Command::HoldTalkgroup { talkgroup } => {
                talkgroup.map_or(Ok(()), |key| self.listed(key.server))?;
                self.select(|selection| selection.hold_talkgroup(talkgroup));
            }
            Command::Avoid { talkgroup, minutes } => return self.avoid(talkgroup, minutes),
            Command::Unavoid { talkgroup } => self.select(|selection| selection.unavoid(talkgroup)),
            Command::AlertTalkgroup { talkgroup, on } => return self.alert_talkgroup(talkgroup, on),
            Command::MuteAlerts { talkgroup, minutes } => return self.mute_alerts(talkgroup, minutes),
            Command::SwitchTalkgroup { talkgroup, on } => return self.switch_talkgroup(talkgroup, on),
        }
        Ok(())
    }

    fn tell(&mut self, server: ServerId, command: ServerCommand) -> Result<(), Problem> {
        self.listed(server)?;
        self.effects.push(Effect::Server(server, command));
        Ok(())
    }

    /// A wish may cross the removal of its server; what would be held there then could never be heard.
    pub(super) fn listed(&self, server: ServerId) -> Result<(), Problem> {
        let gone = || Problem::not_possible("This server is not in the list any more.");
        self.servers.contains_key(&server).then_some(()).ok_or_else(gone)
    }

    /// Only where the server asks for it: whoever is signed in would stop listening while a wrong password is put right.
    fn change_password(&mut self, server: ServerId, command: ServerCommand) -> Result<(), Problem> {
        let account = self.servers.get(&server).map(|server| &server.account);
        if matches!(account, Some(AccountView::PasswordChange { .. }) | None) {
            return self.tell(server, command);
        }
        Err(Problem::not_possible("This server does not ask for another password now."))
    }

    fn add_server(&mut self, address: String, remember: bool, login: Option<LoginWish>) {
        // An address that led nowhere gives way to the next one that is typed.
        let failed: Vec<_> = self.servers.values().filter(|server| !server.found_once()).map(|s| s.id).collect();
        for id in failed {
            self.remove_server(id);
        }
        let id = ServerId(self.settings.next_server);
        self.settings.next_server += 1;
        let mut server = Server::new(id, address.clone(), remember);
        server.wish = login;
        self.servers.insert(id, server);
        self.effects.push(Effect::Open(Opening { id, address, pin: None, login: Login::Ask, first: true }));
        self.changes.server(id);
        self.changes.save = true;
    }

    /// Forgetting a server forgets its login, here and there.
    fn remove_server(&mut self, id: ServerId) {
        if self.servers.contains_key(&id) {
            self.effects.push(Effect::Server(id, ServerCommand::Forget));
            self.drop_server(id);
        }
    }

    /// Ends an entry; its login is left alone.
    pub(super) fn drop_server(&mut self, id: ServerId) {
        if self.servers.remove(&id).is_none() {
            return;
        }
        self.changes.forget_server(id);
        self.effects.push(Effect::Close(id));
        self.stop_where(|key| key.server == id);
        for item in self.queue.take_where(|item| item.key.server == id) {
            self.forget(&item);
        }
        if self.playback.last.as_ref().is_some_and(|last| last.key.server == id) {
            self.playback.last = None;
            self.changes.playback = true;
        }
        let rows = self.feed.remove_server(id);
        self.changes.removed(rows);
        self.changes.selection |= self.selection.remove_server(id);
        self.usual.remove_server(id);
        self.forget_alerts_of(id);
        self.changes.listening = true;
        self.changes.save = true;
        self.effects.push(Effect::Publish(crate::view::Event::ServerRemoved { server: id }));
    }

    /// Carries out what was wished when the server had not been found yet.
    pub(super) fn grant_wish(&mut self, id: ServerId) {
        let Some(wish) = self.servers.get_mut(&id).and_then(|server| server.wish.take()) else { return };
        let command = match wish {
            LoginWish::SignIn { user, password, stay } => ServerCommand::SignIn(Credentials { user, password, stay }),
            LoginWish::Anonymous => ServerCommand::ListenAnonymously,
        };
        self.effects.push(Effect::Server(id, command));
    }

    fn set_volume(&mut self, db: f32, muted: bool) {
        if (db, muted) == (self.settings.volume_db, self.settings.muted) {
            return;
        }
        (self.settings.volume_db, self.settings.muted) = (db, muted);
        self.effects.push(Effect::Sound(SoundCommand::Gain(self.gain())));
        self.changes.listening = true;
        self.changes.save = true;
    }

    fn change(&mut self, setting: Setting) {
        let before = self.settings.clone();
        match setting {
            Setting::PauseBetweenCalls { ms } => self.settings.pause_between_calls_ms = ms.min(LONGEST_PAUSE_MS),
            Setting::Device { device } => {
                if device != self.settings.device {
                    self.effects.push(Effect::Sound(SoundCommand::Device(device.clone())));
                }
                self.settings.device = device;
            }
            Setting::Loudness { on } => self.settings.loudness = on,
            Setting::TameTones { on } => self.settings.tame_tones = on,
            Setting::Yielding { choice } => self.choose_yielding(choice),
            Setting::Theme { theme } => self.settings.theme = theme,
            Setting::Shortcuts { on } => self.settings.shortcuts = on,
            Setting::GlobalKey { action, keys } => {
                *self.settings.global_keys.place(action) = keys.filter(|keys| is_short(keys));
            }
            Setting::ToldAboutTray => self.settings.told_about_tray = true,
            Setting::WithoutTray { choice } => self.settings.without_tray = Some(choice),
            Setting::Updates { choice } => self.settings.updates = choice,
            Setting::Alert { .. } | Setting::QuietHours { .. } => self.change_alerts(&setting),
            Setting::SkipUpdate { version } => self.settings.skipped_update = Some(version).filter(|it| is_short(it)),
        }
        if (self.settings.loudness, self.settings.tame_tones) != (before.loudness, before.tame_tones) {
            // What was handed over ahead is the next call: it is handed over again as it is wanted now.
            self.take_back_handed();
        }
        if self.settings != before {
            self.changes.settings = true;
            self.changes.save = true;
        }
    }

    fn avoid(&mut self, talkgroup: TalkgroupKey, minutes: Option<u32>) -> Result<(), Problem> {
        self.listed(talkgroup.server)?;
        let span = minutes.filter(|minutes| *minutes <= LONGEST_AVOID_MINUTES);
        let until = span.map(|minutes| Until::after(self.now, Duration::from_secs(u64::from(minutes) * 60)));
        self.selection.avoid(talkgroup, until);
        self.end_replay_of(talkgroup);
        self.selected();
        Ok(())
    }

    fn switch_talkgroup(&mut self, talkgroup: TalkgroupKey, on: bool) -> Result<(), Problem> {
        self.listed(talkgroup.server)?;
        self.selection.switch(talkgroup, on);
        if !on {
            self.end_replay_of(talkgroup);
        }
        self.selected();
        Ok(())
    }

    fn select(&mut self, change: impl FnOnce(&mut Selection)) {
        change(&mut self.selection);
        self.selected();
    }

    fn selected(&mut self) {
        self.changes.selection = true;
        self.refilter();
    }

    /// Whether nobody listens at this call's server now, so that its audio cannot be asked for.
    pub(super) fn wants_account(&self, key: &CallKey) -> bool {
        let account = self.servers.get(&key.server).map(|server| &server.account);
        !matches!(account, Some(AccountView::SignedIn { .. } | AccountView::Anonymous { .. }))
    }
}
