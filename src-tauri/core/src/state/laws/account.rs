//! The choice of talkgroups as accounts keep it: answers come late, fail, and other devices change it meanwhile.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::World;
use super::ops;
use crate::choices::{AccountChoice, Choice};
use crate::model::{ServerId, TalkgroupId};
use crate::problem::Code;
use crate::server::{ChoiceError, Link, ServerCommand, ServerEvent};
use crate::state::Input;
use crate::view::{AccountView, SelectionKept, Snapshot};

/// Longer than any pause between two tries, and than the wait for an answer.
const LONG: Duration = Duration::from_secs(400);

#[derive(Default)]
pub(super) struct Accounts {
    /// By address: a server that is added again has the same accounts.
    stored: BTreeMap<String, AccountChoice>,
    questions: VecDeque<(ServerId, u32, Option<AccountChoice>)>,
    /// Where another device has ever changed something.
    shared: BTreeSet<String>,
}

impl Accounts {
    pub(super) fn asked(&mut self, server: ServerId, command: ServerCommand) {
        if let ServerCommand::ReadChoice { ask, .. } = command {
            self.questions.push_back((server, ask, None));
        } else if let ServerCommand::WriteChoice { ask, choice, .. } = command {
            let both = choice.avoids.keys().all(|id| choice.disabled.contains(id));
            assert!(both, "what is avoided stands in both lists: {choice:?}");
            self.questions.push_back((server, ask, Some(choice)));
        }
    }
}

impl World {
    /// These logins are good and not to be kept: all that can be said against one is that calls wait for it.
    pub(super) fn check_logins(&self, snapshot: &Snapshot) {
        for server in &snapshot.servers {
            let mut waiting = self.state.queue.iter().filter(|item| item.ready().is_none());
            let waits = waiting.any(|item| item.key.server == server.id);
            if let AccountView::SignedIn { problem: Some(problem), .. } = &server.account
                && problem.code != Code::ChoiceNotKept
            {
                assert!(waits, "{problem:?}, and no call waits");
            }
        }
    }

    pub(super) fn account_answers(&mut self, how: ops::Account) {
        if let ops::Account::OtherDevice { server, talkgroup } = how {
            let Some(address) = self.address(self.server(server)) else { return };
            self.accounts.shared.insert(address.clone());
            let disabled = &mut self.accounts.stored.entry(address).or_default().disabled;
            let id = TalkgroupId(talkgroup);
            if !disabled.remove(&id) {
                disabled.insert(id);
            }
            return;
        }
        let Some((server, ask, write)) = self.accounts.questions.pop_front() else { return };
        let Some(address) = self.address(server) else { return };
        let fails = !matches!(how, ops::Account::Answers);
        let event = match write {
            Some(choice) => {
                if !matches!(how, ops::Account::Fails) {
                    self.accounts.stored.insert(address.clone(), choice);
                }
                let result = if fails { Err(ChoiceError::Status(502)) } else { Ok(()) };
                ServerEvent::ChoiceWritten { ask, result }
            }
            None if fails => ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::Status(502)) },
            None => {
                let stored = self.accounts.stored.get(&address).cloned().unwrap_or_default();
                ServerEvent::ChoiceRead { ask, result: Ok(stored) }
            }
        };
        let before = self.known_choice(server).filter(|_| !self.accounts.shared.contains(&address));
        self.input(Input::Server(server, event));
        if let Some(before) = before {
            assert_eq!(self.state.selection.choice(server), before, "nobody else has changed anything");
        }
        if self.accounts.shared.is_empty() {
            let blamed = self.state.notices.iter().any(|notice| notice.problem.code == Code::ChoiceJoined);
            assert!(!blamed, "there is no other device");
        }
    }

    /// What is chosen there, once its account has been read.
    fn known_choice(&self, server: ServerId) -> Option<Choice> {
        let kept = self.state.listener(server).and_then(|listener| self.state.choices.get(listener));
        kept?.account.as_ref().map(|_| self.state.selection.choice(server))
    }

    /// Once all is answered, what is chosen here and what the account keeps are the same.
    pub(super) fn account_keeps_what_is_chosen(&mut self) {
        // Read, write, and once more for what changed meanwhile. What another device chose is asked for when a link is back.
        for _ in 0..3 {
            self.wait(LONG);
            let servers: Vec<_> = self.state.servers.keys().copied().collect();
            for server in servers {
                self.input(Input::Server(server, ServerEvent::Link(Link::Live)));
            }
            while !self.accounts.questions.is_empty() {
                self.account_answers(ops::Account::Answers);
            }
        }
        let servers: Vec<_> = self.state.servers.keys().copied().collect();
        for server in servers {
            assert_eq!(self.state.servers[&server].keeping.kept(), SelectionKept::Account);
            let address = self.address(server).expect("it is there");
            let stored = self.accounts.stored.get(&address).cloned().unwrap_or_default();
            let choice = self.state.selection.choice(server);
            assert_eq!(AccountChoice::from(&choice), stored, "the account of {server:?} keeps what is chosen");
        }
    }

    fn address(&self, server: ServerId) -> Option<String> {
        self.state.servers.get(&server).map(|server| server.address.clone())
    }
}
