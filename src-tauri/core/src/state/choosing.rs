//! Who chooses at each server, what they chose before, and what is new to them.

use std::collections::BTreeSet;

use crate::choices::{Choices, ChoicesError, Listener};
use crate::model::{ServerId, TalkgroupId, TalkgroupKey};
use crate::problem::Problem;
use crate::server::Account;
use crate::settings::SavedLogin;
use crate::view::NewTalkgroups;

use super::{Effect, State};

impl State {
    /// Takes up what was chosen in an earlier run; `trouble` is what was wrong with its file.
    pub(crate) fn restore(&mut self, choices: Choices, trouble: Option<&ChoicesError>) -> Vec<Effect> {
        self.choices = choices;
        if let Some(trouble) = trouble {
            self.raise(Problem::from(trouble));
        }
        let ids: Vec<_> = self.servers.keys().copied().collect();
        for id in ids {
            let user = match self.servers.get(&id).map(|server| &server.login) {
                Some(SavedLogin::Anonymous) => None,
                Some(SavedLogin::Remembered { user }) => Some(user.clone()),
                Some(SavedLogin::Ask { .. } | SavedLogin::New) | None => continue,
            };
            self.listen_as(id, user);
        }
        self.note_choices();
        self.finish()
    }

    /// Follows who listens at a server. Whoever goes on without the account meanwhile hears what was chosen with it.
    pub(super) fn follow_account(&mut self, id: ServerId, account: &Account) {
        self.listen_on(id, account);
        let now = self.now.at;
        let Some(server) = self.servers.get_mut(&id) else { return };
        match account {
            Account::SignedIn { .. } => {
                server.keeping.begin(now);
                server.bookmarks.begin();
            }
            Account::Anonymous { .. }
            | Account::SignedOut { .. }
            | Account::SigningIn
            | Account::PasswordChange { .. } => {
                server.keeping.end();
                self.end_bookmarks(id);
            }
        }
    }

    fn listen_on(&mut self, id: ServerId, account: &Account) {
        let user = match account {
            Account::SignedIn { user, .. } => Some(user.clone()),
            Account::Anonymous { lost: None } => None,
            Account::Anonymous { lost: Some(_) } if self.listener(id).is_none() => None,
            Account::Anonymous { lost: Some(_) }
            | Account::SignedOut { .. }
            | Account::SigningIn
            | Account::PasswordChange { .. } => return,
        };
        self.listen_as(id, user);
    }

    fn listen_as(&mut self, id: ServerId, user: Option<String>) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        let listener = Listener { origin: server.address.clone(), user };
        if server.listener.as_ref() == Some(&listener) {
            return;
        }
        server.listener = Some(listener.clone());
        server.keeping.end();
        self.changes.away |= server.continuity.forget();
        let choice = self.choices.of(&listener).choice.at(self.now.wall);
        self.selection.restore(id, &choice, self.now);
        self.meet_talkgroups(id);
        self.selected();
    }

    pub(super) fn listener(&self, id: ServerId) -> Option<&Listener> {
        self.servers.get(&id)?.listener.as_ref()
    }

    /// Brings what is kept up to what is chosen.
    pub(super) fn note_choices(&mut self) {
        if !self.changes.selection {
            return;
        }
        for server in self.servers.values_mut() {
            let Some(listener) = &server.listener else { continue };
            let choice = self.selection.choice(server.id);
            let kept = self.choices.of(listener);
            if kept.choice != choice {
                kept.choice = choice;
                self.changes.keep = true;
                server.keeping.changed(self.now.at);
            }
        }
    }

    /// Finds out which of the talkgroups a server lists are new, and does with them what the user wants.
    pub(super) fn meet_talkgroups(&mut self, id: ServerId) {
        let Some(server) = self.servers.get(&id) else { return };
        let (Some(listener), false) = (&server.listener, server.directory.is_empty()) else { return };
        let kept = self.choices.of(listener);
        let listed = || server.directory.talkgroups();
        let Some(known) = &mut kept.known else {
            // Whoever is here for the first time has never had another list.
            kept.known = Some(listed().collect());
            self.changes.keep = true;
            return;
        };
        let news: Vec<_> = listed().filter(|id| !known.contains(id)).collect();
        if news.is_empty() {
            return;
        }
        known.change(|known| known.extend(&news));
        self.changes.keep = true;
        self.changes.selection = true;
        match self.settings.new_talkgroups {
            NewTalkgroups::On => {}
            NewTalkgroups::Off => self.selection.switch(id, &news, false),
            NewTalkgroups::Ask => kept.fresh.extend(news),
        }
    }

    /// Somebody has decided about these.
    pub(super) fn decided(&mut self, id: ServerId, talkgroups: &[TalkgroupId]) {
        self.settle_fresh(id, |fresh| {
            for talkgroup in talkgroups {
                fresh.remove(talkgroup);
            }
        });
    }

    /// The new ones are to stay as they are.
    pub(super) fn acknowledge(&mut self, id: ServerId) -> Result<(), Problem> {
        self.listed(id)?;
        self.settle_fresh(id, BTreeSet::clear);
        Ok(())
    }

    fn settle_fresh(&mut self, id: ServerId, settle: impl FnOnce(&mut BTreeSet<TalkgroupId>)) {
        let Some(listener) = self.servers.get(&id).and_then(|server| server.listener.as_ref()) else { return };
        let fresh = &mut self.choices.of(listener).fresh;
        let before = fresh.len();
        settle(fresh);
        if fresh.len() != before {
            self.changes.keep = true;
            self.changes.selection = true;
        }
    }

    /// The talkgroups nobody has decided about, as far as their servers still list them.
    pub(super) fn fresh(&self) -> Vec<TalkgroupKey> {
        let mut all = Vec::new();
        for server in self.servers.values() {
            let Some(kept) = server.listener.as_ref().and_then(|listener| self.choices.get(listener)) else { continue };
            let there = kept.fresh.iter().filter(|id| server.directory.talkgroup(**id).is_some());
            all.extend(there.map(|talkgroup| TalkgroupKey { server: server.id, talkgroup: *talkgroup }));
        }
        all
    }

    /// Nothing is kept of a server that the user has removed.
    pub(super) fn forget_choices_of(&mut self, id: ServerId) {
        let Some(server) = self.servers.get(&id).filter(|server| server.found_once()) else { return };
        self.choices.forget(&server.address);
        self.changes.keep = true;
        self.changes.selection = true;
    }

    /// What is kept, but for the servers that are here for this once.
    pub(super) fn choices_to_keep(&self) -> Choices {
        let mut choices = self.choices.clone();
        for server in self.servers.values().filter(|server| !server.remember && server.found_once()) {
            choices.forget(&server.address);
        }
        choices
    }

    /// A server is found at another origin than before: whatever is kept of it is kept there from now on, unless something
    /// is already.
    pub(super) fn choices_move(&mut self, id: ServerId, to: &str) {
        let Some(server) = self.servers.get_mut(&id).filter(|server| server.found_once()) else { return };
        let from = server.address.as_str();
        if from == to || self.choices.knows(to) {
            return;
        }
        self.choices.rename(from, to);
        if let Some(listener) = &mut server.listener
            && listener.origin == from
        {
            to.clone_into(&mut listener.origin);
        }
        self.changes.keep = true;
        self.changes.selection = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::tests::{Desk, SERVER};
    use super::super::{Input, State};
    use super::*;
    use crate::clock::{Now, WallTime};
    use crate::directory::Directory;
    use crate::server::{Config, Found, Kept, ServerEvent, SignedOut};
    use crate::settings::{SavedOwn, SavedServer, Settings};
    use crate::view::{Command, Setting};
    use std::time::Duration;

    fn switch(ids: &[u64], on: bool) -> Command {
        Command::Switch { server: SERVER, talkgroups: ids.iter().copied().map(TalkgroupId).collect(), on }
    }

    fn sign_in(desk: &mut Desk, user: &str) {
        desk.server(ServerEvent::Account(Account::SignedIn { user: user.into(), kept: Kept::NotAsked }));
    }

    fn list(desk: &mut Desk, ids: &[u64]) {
        let talkgroups = ids.iter().map(|id| samples::talkgroup(*id, 1, 5_000 + id)).collect();
        let directory = Directory::new(vec![samples::system(1)], talkgroups).into();
        desk.server(ServerEvent::Config(Config { directory, ..Config::default() }));
    }

    fn off(state: &State) -> Vec<u64> {
        state.selection_view().off.iter().flat_map(|off| &off.talkgroups).map(|id| id.0).collect()
    }

    fn fresh(state: &State) -> Vec<u64> {
        state.selection_view().fresh.iter().map(|key| key.talkgroup.0).collect()
    }

    /// What is to be written to the file.
    fn kept(desk: &Desk) -> Option<&Choices> {
        desk.effects.iter().find_map(|effect| if let Effect::Keep(choices) = effect { Some(choices) } else { None })
    }

    #[test]
    fn each_account_has_its_own_choice_and_finds_it_again() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1, 2], false));
        sign_in(&mut desk, "eve");
        assert!(off(&desk.state).is_empty());
        desk.send(switch(&[3], false));
        desk.server(ServerEvent::Account(Account::Anonymous { lost: None }));
        assert!(off(&desk.state).is_empty());
        sign_in(&mut desk, "dana");
        assert_eq!(off(&desk.state), [1, 2]);
    }

    #[test]
    fn whoever_goes_on_without_the_account_meanwhile_hears_what_was_chosen_with_it() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1], false));
        for account in [Account::SignedOut { why: None }, Account::Anonymous { lost: Some(SignedOut::Ended) }] {
            desk.server(ServerEvent::Account(account));
            assert_eq!(off(&desk.state), [1]);
        }
    }

    #[test]
    fn a_choice_is_there_again_at_the_next_start_but_for_avoids_that_have_run_out() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1], false));
        for (id, minutes) in [(2, Some(30)), (3, Some(120)), (4, None)] {
            let talkgroup = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(id) };
            desk.send(Command::Avoid { talkgroup, minutes });
        }
        let choices = kept(&desk).expect("it is to be kept").clone();
        let login = SavedLogin::Remembered { user: "dana".into() };
        let saved =
            SavedServer { id: SERVER, address: "http://localhost".into(), pin: None, login, own: SavedOwn::default() };
        let settings = Settings { servers: vec![saved], next_server: 2, ..Settings::default() };
        let hour = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000 + 3_600_000) };
        let (mut state, _) = State::new(hour, settings, None);
        let effects = state.restore(choices, None);
        assert_eq!(off(&state), [1]);
        let avoided = state.selection_view().avoided;
        let left: Vec<_> = avoided.iter().map(|avoided| (avoided.key.talkgroup.0, avoided.left_ms)).collect();
        assert_eq!(left, [(3, Some(3_600_000.0)), (4, None)]);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Keep(_))), "and the one that ran out is undone");
        assert_eq!(state.deadline(), Some(Duration::from_secs(3_600)));
    }

    #[test]
    fn new_talkgroups_are_on_or_off_or_asked_about_as_the_user_wants_and_the_first_list_is_no_news() {
        for (choice, is_off, asked) in [
            (NewTalkgroups::On, vec![], vec![]),
            (NewTalkgroups::Off, vec![3, 4], vec![]),
            (NewTalkgroups::Ask, vec![], vec![3, 4]),
        ] {
            let mut desk = Desk::new(|_| {});
            desk.send(Command::Change { setting: Setting::NewTalkgroups { choice } });
            list(&mut desk, &[]);
            list(&mut desk, &[1, 2]);
            assert!(off(&desk.state).is_empty() && fresh(&desk.state).is_empty(), "{choice:?}");
            list(&mut desk, &[1, 3, 4]);
            assert_eq!((off(&desk.state), fresh(&desk.state)), (is_off.clone(), asked), "{choice:?}");
            list(&mut desk, &[1, 2, 3]);
            assert_eq!(off(&desk.state), is_off, "the second was there before: {choice:?}");
        }
    }

    #[test]
    fn a_new_talkgroup_is_asked_about_until_somebody_decides() {
        let mut desk = Desk::new(|settings| settings.new_talkgroups = NewTalkgroups::Ask);
        list(&mut desk, &[1]);
        list(&mut desk, &[1, 2, 3, 4, 5, 6]);
        desk.send(switch(&[2], true));
        desk.send(switch(&[3], false));
        let talkgroup = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(4) };
        desk.send(Command::Avoid { talkgroup, minutes: None });
        assert_eq!(fresh(&desk.state), [5, 6]);
        list(&mut desk, &[1, 5]);
        assert_eq!(fresh(&desk.state), [5], "one that is gone is nothing to decide about");
        desk.send(Command::Acknowledge { server: SERVER });
        assert!(fresh(&desk.state).is_empty());
        assert_eq!(off(&desk.state), [3]);
    }

    #[test]
    fn nothing_is_kept_of_a_server_that_is_here_for_this_once_or_was_removed() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1], false));
        assert_eq!(kept(&desk).expect("it is to be kept").listeners.len(), 1);
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
        desk.send(Command::Switch { server: demo, talkgroups: vec![TalkgroupId(1)], on: false });
        let listeners = &kept(&desk).expect("something changed").listeners;
        assert_eq!(
            listeners.iter().map(|kept| kept.listener.origin.as_str()).collect::<Vec<_>>(),
            ["http://localhost"]
        );
        desk.send(Command::RemoveServer { server: SERVER });
        assert!(kept(&desk).expect("something changed").listeners.is_empty());
    }

    #[test]
    fn what_is_kept_is_not_lost_to_a_server_of_the_same_address_that_is_still_looked_for() {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::AddServer { address: "http://localhost".into(), remember: false, login: None });
        desk.send(switch(&[1], false));
        assert_eq!(kept(&desk).expect("it is to be kept").listeners.len(), 1);
    }

    fn found_at(desk: &mut Desk, origin: &str) {
        let found = Found {
            origin: origin.into(),
            pin: None,
            version: "1.3.3".into(),
            public: false,
            routes: Default::default(),
        };
        desk.server(ServerEvent::Found(found));
    }

    #[test]
    fn a_server_that_is_found_at_another_origin_takes_its_choice_and_presets_along() {
        let mut desk = Desk::new(|_| {});
        list(&mut desk, &[1, 2, 3]);
        desk.send(switch(&[1], false));
        let talkgroup = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(2) };
        desk.send(Command::HoldTalkgroup { talkgroup: Some(talkgroup) });
        desk.send(Command::SavePreset { name: "Fire".into() });
        found_at(&mut desk, "https://localhost");
        let text = serde_json::to_string(kept(&desk).expect("it is to be kept")).expect("it can be written");
        assert!(text.contains("https://localhost") && !text.contains("http://localhost"), "{text}");
        desk.server(ServerEvent::Account(Account::SignedOut { why: Some(SignedOut::Moved) }));
        desk.send(switch(&[3], false));
        sign_in(&mut desk, "dana");
        assert_eq!(off(&desk.state), [1, 3]);
        desk.send(Command::HoldTalkgroup { talkgroup: None });
        desk.send(Command::ApplyPreset { id: 1 });
        assert_eq!((off(&desk.state), desk.state.selection.talkgroup), (vec![1], Some(talkgroup)));
        sign_in(&mut desk, "eve");
        assert!(off(&desk.state).is_empty());
    }

    #[test]
    fn what_is_kept_at_the_other_origin_already_is_not_written_over() {
        let mut desk = Desk::new(|_| {});
        desk.send(switch(&[1], false));
        let there = Listener { origin: "https://localhost".into(), user: Some("dana".into()) };
        desk.state.choices.of(&there).choice.off = [TalkgroupId(9)].into_iter().collect();
        found_at(&mut desk, "https://localhost");
        desk.server(ServerEvent::Account(Account::SignedOut { why: Some(SignedOut::Moved) }));
        sign_in(&mut desk, "dana");
        assert_eq!(off(&desk.state), [9]);
        found_at(&mut desk, "http://localhost");
        sign_in(&mut desk, "dana");
        assert_eq!(off(&desk.state), [1]);
    }
}
