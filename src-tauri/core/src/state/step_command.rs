//! Wishes.

use std::time::Duration;

use crate::model::{CallKey, ServerId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::problem::Problem;
use crate::secret::Secret;
use crate::server::{Credentials, Login, Opening, ServerCommand};
use crate::settings::keys::can_be_kept;
use crate::settings::{LONGEST_FOLLOW_SECONDS, LONGEST_PAUSE_MS, clamp_volume, is_short};
use crate::sound::SoundCommand;
use crate::view::{AccountView, Command, LoginWish, PasswordView, Setting};

use super::selection::{Selection, Until};
use super::servers::Server;
use super::{Effect, State};

/// An avoid longer than a year is one without end.
const LONGEST_AVOID_MINUTES: u32 = 366 * 24 * 60;

/// What is said of keys beyond the limits.
const NO_KEYS: &str = "These keys cannot be kept: there are too many, or one of them is not written as a key.";

impl State {
    pub(super) fn command(&mut self, command: Command) -> Result<(), Problem> {
        match command {
            Command::AddServer { address, remember, login } => self.add_server(address, remember, login),
            Command::EditServer { server, name, mark } => return self.edit_server(server, name, mark),
            Command::MuteServer { server, on } => return self.mute_server(server, on),
            Command::MoveServer { server, to } => return self.move_server(server, to),
            Command::RemoveServer { server } => self.remove_server(server),
            Command::SignIn { server, user, password, stay } => {
                return self.tell(server, ServerCommand::SignIn(Credentials { user, password, stay }));
            }
            Command::ListenAnonymously { server } => return self.tell(server, ServerCommand::ListenAnonymously),
            Command::SignOut { server } => return self.sign_out(server),
            Command::ChangePassword { server, current, new } => return self.change_password(server, current, new),
            Command::TrustCertificate { server, sha256 } => return self.tell(server, ServerCommand::Trust { sha256 }),
            Command::Reconnect { server } => return self.tell(server, ServerCommand::Reconnect),
            Command::Listen { on } => self.listen(on),
            Command::Pause { on } => self.pause_by_hand(on),
            Command::Skip { turn } => self.skip(turn),
            Command::Play { call } => return self.play(call),
            Command::PlayFrom { call, at_ms } => return self.play_from(call, Duration::from_millis(at_ms.into())),
            Command::Rewind { seconds, nth } => return self.rewind(Duration::from_secs(seconds.into()), nth),
            Command::EndRewind => self.end_rewind(),
            Command::Enqueue { call } => return self.enqueue(call),
            Command::Bookmark { call, on } => return self.bookmark(call, on),
            Command::Volume { db } => self.set_volume(clamp_volume(db), self.settings.muted),
            Command::Mute { on } => self.set_volume(self.settings.volume_db, on),
            Command::Beep { press } => self.beep(press),
            Command::CatchUp { on } => self.catch_up_by_hand(on),
            Command::Missed { choice } => self.choose_missed(choice),
            Command::LookAgain { server } => return self.look_again(server),
            Command::LeaveGap { server } => return self.leave_gap(server),
            Command::KeepCall { call, on } => return self.keep_call(call, on),
            Command::KeepTalkgroup { talkgroup, on } => return self.keep_talkgroup(talkgroup, on),
            Command::Record { on } => self.record(on),
            Command::DeleteArchive => self.delete_archive(),
            Command::TestTone => return self.test_tone(),
            Command::Change { setting } => return self.change(setting),
            Command::Dismiss { notice } => self.withdraw(notice),
            Command::HoldSystem { system } => return self.hold_system(system),
            Command::HoldTalkgroup { talkgroup } => return self.hold_talkgroup(talkgroup),
            Command::Avoid { talkgroup, minutes } => return self.avoid(talkgroup, minutes),
            Command::Unavoid { talkgroup } => self.select(|selection| selection.unavoid(talkgroup)),
            Command::AlertTalkgroup { talkgroup, on } => return self.alert_talkgroup(talkgroup, on),
            Command::AlertPreset { id, on } => return self.alert_preset(id, on),
            Command::MuteAlerts { talkgroup, minutes } => return self.mute_alerts(talkgroup, minutes),
            Command::Prioritise { talkgroup, priority } => return self.prioritise(talkgroup, priority),
            Command::MixTalkgroup { talkgroup, mix } => return self.mix_talkgroup(talkgroup, mix),
            Command::MixSystem { system, mix } => return self.mix_system(system, mix),
            Command::NameUnit { unit, name } => return self.name_unit(unit, name.as_deref()),
            Command::Acknowledge { server } => return self.acknowledge(server),
            Command::SavePreset { name } => return self.save_preset(&name),
            Command::ApplyPreset { id } => return self.apply_preset(id),
            Command::RenamePreset { id, name } => return self.rename_preset(id, &name),
            Command::RemovePreset { id } => self.remove_preset(id),
            Command::Import { id } => return self.import(id),
            Command::UndoImport => return self.undo_import(),
            Command::Switch { server, talkgroups, on } => return self.switch(server, &talkgroups, on),
        }
        Ok(())
    }

    /// Who holds something wants to hear it: its server is muted no more.
    fn hold_system(&mut self, system: Option<SystemKey>) -> Result<(), Problem> {
        if let Some(key) = system {
            self.mute_server(key.server, false)?;
        }
        self.select(|selection| selection.system = system);
        Ok(())
    }

    /// As above.
    fn hold_talkgroup(&mut self, talkgroup: Option<TalkgroupKey>) -> Result<(), Problem> {
        if let Some(key) = talkgroup {
            self.mute_server(key.server, false)?;
            self.decided(key.server, &[key.talkgroup]);
        }
        self.select(|selection| selection.hold_talkgroup(talkgroup));
        Ok(())
    }

    /// Who leaves misses nothing.
    fn sign_out(&mut self, id: ServerId) -> Result<(), Problem> {
        if let Some(server) = self.servers.get_mut(&id) {
            self.changes.away |= server.continuity.forget();
        }
        self.tell(id, ServerCommand::SignOut)
    }

    fn pause_by_hand(&mut self, on: bool) {
        self.overrule_yielding(on);
        self.pause(on);
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

    /// Whoever is signed in goes on listening meanwhile, and the form of one whose server asks for it stays.
    fn change_password(&mut self, id: ServerId, current: Secret, new: Secret) -> Result<(), Problem> {
        if let Some(server) = self.servers.get_mut(&id) {
            match &server.account {
                AccountView::PasswordChange { .. } => {}
                AccountView::SignedIn { .. } => {
                    server.password = Some(PasswordView { busy: true, problem: None });
                    self.changes.server(id);
                }
                AccountView::SignedOut { .. } | AccountView::Anonymous { .. } | AccountView::SigningIn => {
                    return Err(Problem::not_possible("Sign in first: nobody's password can be changed now."));
                }
            }
        }
        self.tell(id, ServerCommand::ChangePassword { current, new })
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
        server.place = self.servers.values().map(|server| server.place + 1).max().unwrap_or(0);
        server.wish = login;
        self.servers.insert(id, server);
        self.effects.push(Effect::Open(Opening { id, address, pin: None, login: Login::Ask, first: true }));
        self.changes.server(id);
        self.changes.save = true;
    }

    /// Forgetting a server forgets its login, here and there.
    pub(super) fn remove_server(&mut self, id: ServerId) {
        if self.servers.contains_key(&id) {
            self.effects.push(Effect::Server(id, ServerCommand::Forget));
            self.forget_choices_of(id);
            self.forget_names_of(id);
            self.settings.kept_talkgroups.retain(|key| key.server != id);
            self.drop_server(id);
        }
    }

    /// Ends an entry; its login is left alone.
    pub(super) fn drop_server(&mut self, id: ServerId) {
        if self.servers.remove(&id).is_none() {
            return;
        }
        self.selection.muted.remove(&id);
        self.close_ranks();
        self.changes.forget_server(id);
        self.tape.forget(|key| key.server == id);
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
        self.changes.hearing = true;
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

    fn change(&mut self, setting: Setting) -> Result<(), Problem> {
        let before = self.settings.clone();
        match setting {
            Setting::PauseBetweenCalls { ms } => self.settings.pause_between_calls_ms = ms.min(LONGEST_PAUSE_MS),
            Setting::CatchUp { choices } => self.settings.catch_up = choices.sane(),
            Setting::Device { device } => self.choose_device(device)?,
            Setting::DeviceLost { choice } => self.choose_when_lost(choice),
            Setting::Loudness { on } => self.settings.loudness = on,
            Setting::TameTones { on } => self.settings.tame_tones = on,
            Setting::Yielding { choice } => self.choose_yielding(choice),
            Setting::Follow { seconds } => self.settings.follow_seconds = seconds.min(LONGEST_FOLLOW_SECONDS),
            Setting::Theme { theme } => self.settings.theme = theme,
            Setting::Language { language } => self.settings.language = language,
            Setting::Display { change } => self.change_display(change),
            Setting::Shortcuts { on } => self.settings.shortcuts = on,
            Setting::Keys { keys } if can_be_kept(&keys) => self.settings.keys = keys,
            // The window never sends such; one sentence does for whoever does.
            Setting::Keys { .. } => return Err(Problem::not_possible(NO_KEYS)),
            Setting::GlobalKey { action, keys } => {
                *self.settings.global_keys.place(action) = keys.filter(|keys| is_short(keys));
            }
            Setting::ToldAboutTray => self.settings.told_about_tray = true,
            Setting::WithoutTray { choice } => self.settings.without_tray = Some(choice),
            Setting::Updates { choice } => self.settings.updates = choice,
            Setting::Alert { .. } | Setting::QuietHours { .. } => self.change_alerts(&setting),
            Setting::Archive { choices } => self.choose_archive(choices.sane()),
            Setting::Recording { choices } => self.settings.recording = choices.sane(),
            Setting::WhileAway { choice } => self.settings.while_away = choice,
            Setting::NewTalkgroups { choice } => self.settings.new_talkgroups = choice,
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
        Ok(())
    }

    fn avoid(&mut self, talkgroup: TalkgroupKey, minutes: Option<u32>) -> Result<(), Problem> {
        self.listed(talkgroup.server)?;
        let span = minutes.filter(|minutes| *minutes <= LONGEST_AVOID_MINUTES);
        let until = span.map(|minutes| Until::after(self.now, Duration::from_secs(u64::from(minutes) * 60)));
        self.selection.avoid(talkgroup, until);
        self.decided(talkgroup.server, &[talkgroup.talkgroup]);
        self.end_replay_of(talkgroup.server, &[talkgroup.talkgroup]);
        self.selected();
        Ok(())
    }

    fn switch(&mut self, server: ServerId, talkgroups: &[TalkgroupId], on: bool) -> Result<(), Problem> {
        self.listed(server)?;
        self.selection.switch(server, talkgroups, on);
        self.decided(server, talkgroups);
        if !on {
            self.end_replay_of(server, talkgroups);
        }
        self.selected();
        Ok(())
    }

    fn select(&mut self, change: impl FnOnce(&mut Selection)) {
        change(&mut self.selection);
        self.selected();
    }

    pub(super) fn selected(&mut self) {
        self.changes.selection = true;
        self.refilter();
    }

    /// Whether nobody listens at this call's server now, so that its audio cannot be asked for.
    pub(super) fn wants_account(&self, key: &CallKey) -> bool {
        let account = self.servers.get(&key.server).map(|server| &server.account);
        !matches!(account, Some(AccountView::SignedIn { .. } | AccountView::Anonymous { .. }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::Desk;
    use super::*;
    use crate::problem::Code;
    use crate::settings::Settings;
    use crate::state::Input;
    use crate::view::{Event, Language};

    type Keys = BTreeMap<String, Option<String>>;

    fn keys(entries: &[(&str, Option<&str>)]) -> Keys {
        entries.iter().map(|(action, key)| ((*action).to_owned(), key.map(str::to_owned))).collect()
    }

    fn wish(keys: &Keys) -> Command {
        Command::Change { setting: Setting::Keys { keys: keys.clone() } }
    }

    /// The keys of each time that the settings were published.
    fn published(desk: &Desk) -> Vec<Keys> {
        let keys = |effect: &Effect| {
            let Effect::Publish(Event::SettingsChanged { settings }) = effect else { return None };
            Some(settings.keys.clone())
        };
        desk.effects.iter().filter_map(keys).collect()
    }

    fn saved(desk: &Desk) -> Vec<Settings> {
        let settings =
            |effect: &Effect| if let Effect::Save(settings) = effect { Some(settings.clone()) } else { None };
        desk.effects.iter().filter_map(settings).collect()
    }

    #[test]
    fn a_language_that_was_chosen_is_shown_and_saved() {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::Change { setting: Setting::Language { language: Language::De } });
        assert_eq!(desk.state.settings_view().language, Language::De);
        let kept: Vec<_> = saved(&desk).into_iter().map(|settings| settings.language).collect();
        assert_eq!(kept, [Language::De]);
    }

    #[test]
    fn keys_that_were_chosen_are_shown_and_saved_once_and_the_same_again_changes_nothing() {
        let mut desk = Desk::new(|_| {});
        let chosen = keys(&[("skip", Some("X")), ("mute", None), ("ofANewerWindow", Some("Mod+Shift+K"))]);
        desk.send(wish(&chosen));
        assert_eq!(published(&desk), std::slice::from_ref(&chosen));
        let kept: Vec<_> = saved(&desk).into_iter().map(|settings| settings.keys).collect();
        assert_eq!(kept, std::slice::from_ref(&chosen));
        desk.send(wish(&chosen));
        assert!(published(&desk).is_empty() && saved(&desk).is_empty());
        // The wish says all of them: what it does not name is as it was made again.
        let fewer = keys(&[("mute", None)]);
        desk.send(wish(&fewer));
        assert_eq!(published(&desk), [fewer]);
        desk.send(wish(&Keys::new()));
        assert_eq!(saved(&desk)[0].keys, Keys::new());
    }

    #[test]
    fn keys_beyond_the_limits_are_refused_whole_and_those_before_still_hold() {
        let mut desk = Desk::new(|_| {});
        let (before, most) = (keys(&[("skip", Some("X"))]), |count: usize| (0..count).map(|n| (format!("a{n}"), None)));
        desk.send(wish(&most(350).collect()));
        desk.send(wish(&before));
        for bad in [
            most(351).collect(),
            keys(&[("skip", Some("Y")), ("", None)]),
            keys(&[("skip", Some("Y")), (&"a".repeat(41), None)]),
            keys(&[("skip", Some("Y")), ("mute", Some(""))]),
            keys(&[("skip", Some("Y")), ("mute", Some(&"a".repeat(41)))]),
            keys(&[("skip", Some("Y")), ("mute", Some("a b"))]),
        ] {
            let problem = desk.step(Input::Command(wish(&bad))).expect_err("it is refused");
            assert_eq!((problem.code, problem.message.as_str()), (Code::NotPossible, NO_KEYS));
            assert!(published(&desk).is_empty() && saved(&desk).is_empty());
            assert_eq!(desk.state.settings_view().keys, before);
        }
    }
}
