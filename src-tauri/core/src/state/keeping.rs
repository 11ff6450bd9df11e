//! Keeping the choice of talkgroups in the account: read at sign-in, written soon after a change, never without reading
//! first, and tried again where that fails.

use std::time::Duration;

use crate::choices::{AccountChoice, Choice};
use crate::model::ServerId;
use crate::problem::{Code, Problem};
use crate::server::{ChoiceError, ServerCommand};
use crate::view::SelectionKept;

use super::{Effect, State};

/// After the last change: whoever goes through a list of switches is done, and whoever quits the program is not yet gone.
const DELAY: Duration = Duration::from_millis(700);
/// Longer than the adapter takes over an answer, which is two requests and two renewals: of a minute each, and a renewal
/// with its grace of half a minute and its waits for the keychain. What is not answered by then is lost.
const PATIENCE: Duration = Duration::from_secs(330);
/// Between tries that fail: at first …
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// … and at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// After a reconnection another device may have changed something, unless that was asked for just now.
const RECENT: Duration = Duration::from_secs(60);

/// How it stands with one server's account.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    stage: Stage,
    /// The number of the last question; answers to earlier ones are not heard.
    ask: u32,
    failures: u32,
    trouble: Option<Problem>,
    /// When the account was read last.
    read: Option<Duration>,
}

#[derive(Debug, Default, PartialEq)]
enum Stage {
    /// Nobody is signed in, or this server keeps no choices.
    #[default]
    Off,
    /// To be asked at this time.
    Due(Duration),
    /// Asked; lost at this time.
    Reading(Duration),
    /// Sent; lost at this time.
    Writing(Duration, Choice),
    /// Here and there it is the same.
    Resting,
}

impl Keeping {
    /// Somebody is signed in.
    pub(crate) fn begin(&mut self, now: Duration) {
        if self.stage == Stage::Off {
            self.stage = Stage::Due(now);
        }
    }

    /// Nobody is, or somebody else.
    pub(crate) fn end(&mut self) {
        *self = Self { ask: self.ask, ..Self::default() };
    }

    /// The link stands again.
    pub(crate) fn link_is_back(&mut self, now: Duration) {
        let is_recent = self.read.is_some_and(|read| now.saturating_sub(read) < RECENT);
        if matches!(self.stage, Stage::Due(_)) || (self.stage == Stage::Resting && !is_recent) {
            self.stage = Stage::Due(now);
        }
    }

    /// Something else is chosen now.
    pub(crate) fn changed(&mut self, now: Duration) {
        match self.stage {
            Stage::Due(at) => self.stage = Stage::Due(at.max(now + DELAY)),
            Stage::Resting => self.stage = Stage::Due(now + DELAY),
            // What is under way is compared with what is chosen when it comes back.
            Stage::Off | Stage::Reading(_) | Stage::Writing(..) => {}
        }
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.stage {
            Stage::Due(at) | Stage::Reading(at) | Stage::Writing(at, _) => Some(at),
            Stage::Off | Stage::Resting => None,
        }
    }

    pub(crate) fn kept(&self) -> SelectionKept {
        match (&self.trouble, &self.stage) {
            (Some(_), _) => SelectionKept::Failed,
            (None, Stage::Off) => SelectionKept::Computer,
            (None, Stage::Due(_) | Stage::Reading(_) | Stage::Writing(..) | Stage::Resting) => SelectionKept::Account,
        }
    }

    pub(crate) fn trouble(&self) -> Option<&Problem> {
        self.trouble.as_ref()
    }

    /// The number for another question.
    fn asks(&mut self) -> u32 {
        self.ask = self.ask.wrapping_add(1);
        self.ask
    }

    fn failed(&mut self, now: Duration, error: &ChoiceError) {
        let problem = Problem::from(error);
        if *error == ChoiceError::NotOffered {
            return self.end();
        }
        let pause = FIRST_PAUSE * 2_u32.saturating_pow(self.failures.min(16));
        self.failures += 1;
        self.stage = Stage::Due(now + pause.min(LONGEST_PAUSE));
        self.trouble = Some(problem);
    }

    fn worked(&mut self, stage: Stage) {
        self.stage = stage;
        self.failures = 0;
        self.trouble = None;
    }
}

impl State {
    /// Asks where it is time to.
    pub(super) fn keep_due(&mut self) {
        let now = self.now.at;
        let mut changed = Vec::new();
        for server in self.servers.values_mut() {
            let keeping = &mut server.keeping;
            if let Stage::Reading(until) | Stage::Writing(until, _) = keeping.stage
                && now >= until
            {
                keeping.asks();
                keeping.failed(now, &ChoiceError::NoAnswer);
                changed.push(server.id);
            }
            let keeping = &mut server.keeping;
            if let Stage::Due(at) = keeping.stage
                && now >= at
            {
                let Some(user) = server.listener.as_ref().and_then(|listener| listener.user.clone()) else {
                    keeping.end();
                    continue;
                };
                let ask = keeping.asks();
                keeping.stage = Stage::Reading(now + PATIENCE);
                self.effects.push(Effect::Server(server.id, ServerCommand::ReadChoice { ask, user }));
            }
        }
        changed.into_iter().for_each(|id| self.changes.server(id));
    }

    /// What the account keeps has come: it is joined with what is chosen here, and the result stored if it is another.
    pub(super) fn choice_read(&mut self, id: ServerId, ask: u32, result: Result<AccountChoice, ChoiceError>) {
        let now = self.now;
        let Some(server) = self.servers.get_mut(&id) else { return };
        if ask != server.keeping.ask || !matches!(server.keeping.stage, Stage::Reading(_)) {
            return;
        }
        self.changes.server(id);
        let stored = match result {
            Ok(stored) => stored,
            Err(error) => return server.keeping.failed(now.at, &error),
        };
        let Some((listener, user)) = server.listener.as_ref().and_then(|it| Some((it, it.user.clone()?))) else {
            return server.keeping.end();
        };
        let kept = self.choices.of(listener);
        let (ours, theirs) = (kept.choice.at(now.wall), stored.choice(now.wall));
        let base = kept.account.as_ref().map(|base| base.at(now.wall));
        let is_met = base.as_ref().is_some_and(|base| *base != ours && *base != theirs && ours != theirs);
        // Whoever is here for the first time has begun with everything on.
        let joined = Choice::joined(&base.unwrap_or_default(), &ours, &theirs);
        kept.choice = joined.clone();
        kept.account = Some(theirs);
        server.keeping.read = Some(now.at);
        let wanted = AccountChoice::from(&joined);
        if wanted == stored {
            server.keeping.worked(Stage::Resting);
        } else {
            let ask = server.keeping.asks();
            server.keeping.stage = Stage::Writing(now.at + PATIENCE, joined.clone());
            self.effects.push(Effect::Server(id, ServerCommand::WriteChoice { ask, user, choice: wanted }));
        }
        let name = is_met.then(|| server.name());
        self.changes.keep = true;
        if joined != ours {
            self.selection.restore(id, &joined, now);
            self.selected();
        }
        if let Some(name) = name {
            self.say_joined(&name);
        }
    }

    pub(super) fn choice_written(&mut self, id: ServerId, ask: u32, result: Result<(), ChoiceError>) {
        let now = self.now.at;
        let Some(server) = self.servers.get_mut(&id) else { return };
        let Stage::Writing(_, sent) = &server.keeping.stage else { return };
        if ask != server.keeping.ask {
            return;
        }
        let sent = sent.clone();
        self.changes.server(id);
        if let Err(error) = result {
            return server.keeping.failed(now, &error);
        }
        let Some(listener) = &server.listener else { return server.keeping.end() };
        let kept = self.choices.of(listener);
        let is_other = kept.choice != sent;
        kept.account = Some(sent);
        server.keeping.worked(Stage::Resting);
        if is_other {
            server.keeping.changed(now);
        }
        self.changes.keep = true;
    }

    /// Once, however often it happens.
    fn say_joined(&mut self, server: &str) {
        let problem = Problem::joined(server);
        let said: Vec<_> = self.notices.iter().filter(|notice| notice.problem.code == Code::ChoiceJoined).collect();
        let said: Vec<_> = said.iter().map(|notice| notice.id).collect();
        said.into_iter().for_each(|notice| self.withdraw(notice));
        self.raise(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::clock::WallTime;
    use crate::model::{TalkgroupId, TalkgroupKey};
    use crate::server::{Account, Kept, Link, NetworkError, NetworkKind, ServerEvent};
    use crate::state::Input;
    use crate::view::{AccountView, Command};

    const WALL: i64 = 1_800_000_000_000;

    /// A listener whose account is asked, and what is stored there.
    struct Keeper {
        desk: Desk,
        stored: AccountChoice,
        written: usize,
    }

    impl Keeper {
        /// Just signed in; the account has been asked what it keeps.
        fn new(stored: AccountChoice) -> Self {
            Self { desk: Desk::just_signed_in(|_| {}), stored, written: 0 }
        }

        /// Answers whatever is asked until nothing is.
        fn answers(&mut self) -> &mut Self {
            while let Some((ask, write)) = self.question() {
                let event = match write {
                    Some(choice) => {
                        self.stored = choice;
                        self.written += 1;
                        ServerEvent::ChoiceWritten { ask, result: Ok(()) }
                    }
                    None => ServerEvent::ChoiceRead { ask, result: Ok(self.stored.clone()) },
                };
                self.desk.server(event);
            }
            self
        }

        /// What is asked of the account now.
        fn question(&self) -> Option<(u32, Option<AccountChoice>)> {
            let keeping = &self.desk.state.servers[&SERVER].keeping;
            match &keeping.stage {
                Stage::Reading(_) => Some((keeping.ask, None)),
                Stage::Writing(_, choice) => Some((keeping.ask, Some(choice.into()))),
                Stage::Off | Stage::Due(_) | Stage::Resting => None,
            }
        }

        fn at(&mut self, ms: u64) -> &mut Self {
            self.desk.at(ms);
            self.desk.step(Input::Deadline).expect("it is no wish");
            self
        }

        fn switch(&mut self, ids: &[u64], on: bool) -> &mut Self {
            let talkgroups = ids.iter().copied().map(TalkgroupId).collect();
            self.desk.send(Command::Switch { server: SERVER, talkgroups, on });
            self
        }

        fn off(&self) -> Vec<u64> {
            self.desk.state.selection.choice(SERVER).off.iter().map(|id| id.0).collect()
        }

        fn disabled(&self) -> Vec<u64> {
            self.stored.disabled.iter().map(|id| id.0).collect()
        }

        fn kept(&self) -> SelectionKept {
            self.desk.state.view(0).servers[0].selection_kept
        }

        fn told(&self) -> bool {
            self.desk.state.notices.iter().any(|notice| notice.problem.code == Code::ChoiceJoined)
        }
    }

    fn stored(disabled: &[u64], avoids: &[(u64, Option<i64>)]) -> AccountChoice {
        AccountChoice {
            disabled: disabled.iter().copied().map(TalkgroupId).collect(),
            avoids: avoids.iter().map(|(id, until)| (TalkgroupId(*id), until.map(WallTime))).collect(),
        }
    }

    #[test]
    fn what_the_account_keeps_is_chosen_at_sign_in_and_nothing_is_written_for_that() {
        let mut account = Keeper::new(stored(&[12, 40, 99_999], &[(12, Some(WALL + 60_000))]));
        assert_eq!(account.answers().off(), [40, 99_999]);
        assert_eq!(account.desk.state.selection_view().avoided[0].left_ms, Some(60_000.0));
        assert_eq!((account.written, account.kept()), (0, SelectionKept::Account));
    }

    #[test]
    fn a_change_is_written_soon_after_the_last_one_and_what_this_server_does_not_list_is_kept() {
        let mut account = Keeper::new(stored(&[99_999], &[]));
        account.answers().at(1_000).switch(&[1], false);
        account.at(1_500).switch(&[2], false).at(2_199);
        assert!(account.question().is_none());
        account.at(2_200).answers();
        assert_eq!((account.disabled(), account.written), (vec![1, 2, 99_999], 1));
        account.at(9_000).answers();
        assert_eq!(account.written, 1);
    }

    #[test]
    fn an_avoid_stands_in_both_lists_and_leaves_both_when_it_ends() {
        let mut account = Keeper::new(AccountChoice::default());
        account.answers();
        for (id, minutes) in [(5, Some(1)), (6, None)] {
            let talkgroup = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(id) };
            account.desk.send(Command::Avoid { talkgroup, minutes });
        }
        account.at(700).answers();
        assert_eq!(account.stored, stored(&[5, 6], &[(5, Some(WALL + 60_000)), (6, None)]));
        account.at(60_000).at(60_700).answers();
        assert_eq!(account.stored, stored(&[6], &[(6, None)]));
    }

    #[test]
    fn an_avoid_that_ran_out_while_nobody_was_there_is_undone_in_both_lists() {
        let mut account = Keeper::new(stored(&[3, 5, 6], &[(5, Some(WALL - 1)), (6, Some(-1))]));
        assert_eq!(account.answers().off(), [3]);
        assert_eq!(account.stored, stored(&[3], &[]));
    }

    #[test]
    fn what_another_device_changed_meanwhile_is_joined_with_ours_and_said() {
        let mut account = Keeper::new(stored(&[1, 2], &[]));
        account.answers();
        account.stored = stored(&[1, 3, 7], &[]);
        account.switch(&[1, 7], true).switch(&[4], false).at(700).answers();
        assert_eq!(account.disabled(), [3, 4, 7], "7 was on when it was switched on");
        assert_eq!(account.off(), [3, 4, 7]);
        assert!(account.told());
    }

    #[test]
    fn of_what_both_changed_ours_is_written_last() {
        let mut account = Keeper::new(stored(&[1], &[]));
        account.answers();
        account.stored = stored(&[1], &[(1, None)]);
        account.switch(&[1], true).at(700).answers();
        assert_eq!((account.stored.clone(), account.told()), (AccountChoice::default(), true));
    }

    #[test]
    fn what_only_another_device_changed_is_taken_without_a_word_when_the_link_is_back() {
        let mut account = Keeper::new(AccountChoice::default());
        account.answers();
        account.stored = stored(&[8], &[]);
        account.at(30_000).desk.server(ServerEvent::Link(Link::Live));
        assert!(account.question().is_none(), "it was asked just now");
        account.at(60_000).desk.server(ServerEvent::Link(Link::Live));
        assert_eq!((account.answers().off(), account.told(), account.written), (vec![8], false, 0));
    }

    #[test]
    fn a_failure_is_said_at_the_server_and_tried_again_ever_more_slowly_until_it_works() {
        let mut account = Keeper::new(AccountChoice::default());
        account.switch(&[1], false);
        let mut now = 0;
        for pause in [5, 10, 20, 40, 80, 160, 300, 300] {
            let (ask, _) = account.question().expect("it is asked");
            account.desk.server(ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::Status(502)) });
            assert_eq!(account.kept(), SelectionKept::Failed);
            let view = account.desk.state.view(0).servers[0].account.clone();
            let AccountView::SignedIn { problem: Some(problem), .. } = view else { panic!("{view:?}") };
            assert!(problem.code == Code::ChoiceNotKept && problem.message.contains("502"), "{problem:?}");
            now += pause * 1_000;
            account.at(now - 1);
            assert!(account.question().is_none(), "{pause}");
            account.at(now);
        }
        account.answers();
        assert_eq!((account.disabled(), account.kept()), (vec![1], SelectionKept::Account));
    }

    #[test]
    fn what_was_chosen_while_the_link_was_down_is_sent_as_soon_as_it_is_back() {
        let mut account = Keeper::new(AccountChoice::default());
        account.answers().desk.server(ServerEvent::Link(Link::Connecting));
        account.switch(&[1], false).at(700);
        let (ask, _) = account.question().expect("it is tried");
        let network = NetworkError { kind: NetworkKind::Connect, source: None };
        account.desk.server(ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::Network(network)) });
        account.switch(&[2], false).desk.server(ServerEvent::Link(Link::Live));
        assert_eq!(account.answers().disabled(), [1, 2]);
    }

    #[test]
    fn what_is_changed_while_it_is_written_is_written_next() {
        let mut account = Keeper::new(AccountChoice::default());
        account.answers().switch(&[1], false).at(700);
        let (ask, _) = account.question().expect("it is read first");
        account.desk.server(ServerEvent::ChoiceRead { ask, result: Ok(AccountChoice::default()) });
        let (ask, write) = account.question().expect("then written");
        account.switch(&[2], false);
        account.stored = write.expect("it is a write");
        account.desk.server(ServerEvent::ChoiceWritten { ask, result: Ok(()) });
        assert_eq!(account.disabled(), [1]);
        account.at(1_400).answers();
        assert_eq!(account.disabled(), [1, 2]);
    }

    #[test]
    fn an_answer_to_an_earlier_question_or_from_an_earlier_login_is_not_heard() {
        let mut account = Keeper::new(AccountChoice::default());
        let (ask, _) = account.question().expect("it is asked");
        account.desk.server(ServerEvent::Account(Account::SignedOut { why: None }));
        account.desk.server(ServerEvent::ChoiceRead { ask, result: Ok(stored(&[1], &[])) });
        assert_eq!((account.off(), account.kept()), (vec![], SelectionKept::Computer));
        let eve = Account::SignedIn { user: "eve".into(), kept: Kept::NotAsked };
        account.desk.server(ServerEvent::Account(eve));
        let (newer, _) = account.question().expect("it is asked anew");
        account.desk.server(ServerEvent::ChoiceRead { ask, result: Ok(stored(&[1], &[])) });
        assert!(account.off().is_empty());
        account.desk.server(ServerEvent::ChoiceRead { ask: newer, result: Ok(stored(&[2], &[])) });
        assert_eq!(account.off(), [2]);
    }

    #[test]
    fn a_question_that_is_never_answered_is_asked_again() {
        let mut account = Keeper::new(stored(&[1], &[]));
        account.at(329_999);
        assert_eq!(account.kept(), SelectionKept::Account);
        account.at(330_000);
        assert_eq!((account.question(), account.kept()), (None, SelectionKept::Failed));
        assert_eq!(account.at(335_000).answers().off(), [1]);
    }

    #[test]
    fn a_server_without_that_route_keeps_nothing_and_is_left_alone() {
        let mut account = Keeper::new(AccountChoice::default());
        let (ask, _) = account.question().expect("it is asked");
        account.desk.server(ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::NotOffered) });
        account.switch(&[1], false).at(400_000);
        assert_eq!((account.question(), account.kept()), (None, SelectionKept::Computer));
    }
}
