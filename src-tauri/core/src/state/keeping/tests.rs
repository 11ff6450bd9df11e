//! One account, asked and answered step by step.

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
            Stage::Off | Stage::NotOffered | Stage::Due(_) | Stage::Resting => None,
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

/// The question asked is answered so; a write is stored all the same if it says so.
fn fails(account: &mut Keeper, is_stored: bool) {
    let (ask, write) = account.question().expect("it is asked");
    let error = ChoiceError::Status(504);
    let event = match write {
        Some(choice) => {
            if is_stored {
                account.stored = choice;
            }
            ServerEvent::ChoiceWritten { ask, result: Err(error) }
        }
        None => ServerEvent::ChoiceRead { ask, result: Err(error) },
    };
    account.desk.server(event);
}

fn read_only(account: &mut Keeper) {
    let (ask, write) = account.question().expect("it is asked");
    assert!(write.is_none(), "it is read first");
    account.desk.server(ServerEvent::ChoiceRead { ask, result: Ok(account.stored.clone()) });
}

#[test]
fn what_was_stored_without_an_answer_undoes_nothing_and_is_blamed_on_nobody() {
    let mut account = Keeper::new(AccountChoice::default());
    account.answers().switch(&[1, 2], false).at(700);
    read_only(&mut account);
    fails(&mut account, true);
    account.switch(&[1], true).at(5_700).answers();
    assert_eq!((account.off(), account.disabled(), account.told()), (vec![2], vec![2], false));
}

#[test]
fn what_was_sent_and_not_stored_is_sent_again() {
    let mut account = Keeper::new(stored(&[9], &[]));
    account.answers().switch(&[1], false).at(700);
    read_only(&mut account);
    fails(&mut account, false);
    account.at(5_700).answers();
    assert_eq!((account.off(), account.disabled(), account.told()), (vec![1, 9], vec![1, 9], false));
}

#[test]
fn what_another_device_adds_to_what_was_stored_without_an_answer_is_taken() {
    let mut account = Keeper::new(AccountChoice::default());
    account.answers().switch(&[1], false).at(700);
    read_only(&mut account);
    fails(&mut account, true);
    account.stored = stored(&[1, 8], &[]);
    account.switch(&[1], true).at(5_700).answers();
    assert_eq!((account.off(), account.disabled()), (vec![8], vec![8]));
}

#[test]
fn what_was_sent_when_the_login_ended_is_known_in_the_next_run() {
    let mut account = Keeper::new(AccountChoice::default());
    account.answers().switch(&[1], false).at(700);
    read_only(&mut account);
    let (_, write) = account.question().expect("it is written");
    account.stored = write.expect("it is a write");
    account.desk.server(ServerEvent::Account(Account::SignedOut { why: None }));
    account.switch(&[1], true);
    let text = serde_json::to_string(&account.desk.state.choices).expect("it can be written");
    account.desk.state.choices = serde_json::from_str(&text).expect("it can be read");
    let dana = Account::SignedIn { user: "dana".into(), kept: Kept::NotAsked };
    account.desk.server(ServerEvent::Account(dana));
    assert_eq!((account.answers().off(), account.disabled(), account.told()), (vec![], vec![], false));
}

#[test]
fn a_server_without_that_route_keeps_nothing_and_is_asked_again_a_few_times_when_the_link_is_back() {
    let mut account = Keeper::new(AccountChoice::default());
    account.switch(&[1], false);
    let mut asked = 0;
    for n in 1..20 {
        if let Some((ask, _)) = account.question() {
            asked += 1;
            account.desk.server(ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::NotOffered) });
        }
        account.at(n * 400_000);
        assert_eq!((account.question(), account.kept()), (None, SelectionKept::Computer), "it is left alone");
        account.desk.server(ServerEvent::Link(Link::Live));
    }
    assert_eq!(asked, MOST_REFUSALS);
}

#[test]
fn a_server_whose_route_is_there_again_keeps_what_was_chosen_meanwhile() {
    let mut account = Keeper::new(AccountChoice::default());
    let (ask, _) = account.question().expect("it is asked");
    account.desk.server(ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::NotOffered) });
    account.switch(&[1], false).desk.server(ServerEvent::Link(Link::Live));
    assert_eq!((account.answers().disabled(), account.kept()), (vec![1], SelectionKept::Account));
}
