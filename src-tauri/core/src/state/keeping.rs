//! Keeping the choice of talkgroups in the account: read at sign-in, written soon after a change, never without reading
//! first, and tried again where that fails.

#[cfg(test)]
mod tests;

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
/// A server that says so often that it keeps no choices is believed. Before that it may have been something else: it restarts.
const MOST_REFUSALS: u32 = 5;

/// How it stands with one server's account.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    stage: Stage,
    /// The number of the last question; answers to earlier ones are not heard.
    ask: u32,
    failures: u32,
    /// How often it was said that no choices are kept there, and nothing else since.
    refusals: u32,
    trouble: Option<Problem>,
    /// When the account was read last.
    read: Option<Duration>,
}

#[derive(Debug, Default, PartialEq)]
enum Stage {
    /// Nobody is signed in.
    #[default]
    Off,
    /// This server keeps no choices, as it says; asked once more when the link is back.
    NotOffered,
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
        let is_to_be_asked = match self.stage {
            Stage::Due(_) => true,
            Stage::Resting => !is_recent,
            Stage::NotOffered => self.refusals < MOST_REFUSALS,
            Stage::Off | Stage::Reading(_) | Stage::Writing(..) => false,
        };
        if is_to_be_asked {
            self.stage = Stage::Due(now);
        }
    }

    /// Something else is chosen now.
    pub(crate) fn changed(&mut self, now: Duration) {
        match self.stage {
            Stage::Due(at) => self.stage = Stage::Due(at.max(now + DELAY)),
            Stage::Resting => self.stage = Stage::Due(now + DELAY),
            // What is under way is compared with what is chosen when it comes back.
            Stage::Off | Stage::NotOffered | Stage::Reading(_) | Stage::Writing(..) => {}
        }
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.stage {
            Stage::Due(at) | Stage::Reading(at) | Stage::Writing(at, _) => Some(at),
            Stage::Off | Stage::NotOffered | Stage::Resting => None,
        }
    }

    pub(crate) fn kept(&self) -> SelectionKept {
        match (&self.trouble, &self.stage) {
            (Some(_), _) => SelectionKept::Failed,
            (None, Stage::Off | Stage::NotOffered) => SelectionKept::Computer,
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
            self.refusals += 1;
            return self.settle(Stage::NotOffered);
        }
        let pause = FIRST_PAUSE * 2_u32.saturating_pow(self.failures.min(16));
        self.failures += 1;
        self.stage = Stage::Due(now + pause.min(LONGEST_PAUSE));
        self.trouble = Some(problem);
    }

    fn worked(&mut self, stage: Stage) {
        self.refusals = 0;
        self.settle(stage);
    }

    /// There is nothing to complain of.
    fn settle(&mut self, stage: Stage) {
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
        let base = kept.base(&theirs, now.wall);
        let is_met = base.as_ref().is_some_and(|base| *base != ours && *base != theirs && ours != theirs);
        // Whoever is here for the first time has begun with everything on.
        let joined = Choice::joined(&base.unwrap_or_default(), &ours, &theirs);
        kept.choice = joined.clone();
        (kept.account, kept.sent) = (Some(theirs), None);
        server.keeping.read = Some(now.at);
        let wanted = AccountChoice::from(&joined);
        if wanted == stored {
            server.keeping.worked(Stage::Resting);
        } else {
            let ask = server.keeping.asks();
            server.keeping.stage = Stage::Writing(now.at + PATIENCE, joined.clone());
            // Should nobody hear what becomes of it, the next read shows.
            kept.sent = Some(joined.clone());
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
        (kept.account, kept.sent) = (Some(sent), None);
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
