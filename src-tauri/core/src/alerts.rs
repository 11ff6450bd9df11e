//! What is worth telling outside of the window, and when. Pure: told what happens and what time it is, it says what to
//! show and what to take away.
//!
//! - this file: states (a lost link, an ended login, a newer Squelch), and what keeps everybody silent.
//! - `calls`: calls, which are told of once or never.
//!
//! A **state** is told of as soon as it is one: a link once it has been lost for a minute. In quiet hours and while the
//! desktop is not to be disturbed it waits; if it is still so afterwards it is told of then. A **call** that comes at such
//! a time is not told of at all: later it is no news. Whoever has the window in front sees it all there, so nothing is told
//! meanwhile, nothing is told afterwards of what they saw, and what was shown goes away.

mod calls;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::{ServerId, TalkgroupKey};
use crate::problem::{Code, Problem, Retry};
use crate::view::{
    AccountView, AlertChoices, Event, LinkView, Message, SelectionView, ServerView, UpdateStage, UpdateTime,
};

use calls::Calls;
pub use calls::{BURST, BURST_SPAN, CALL_PAUSE, CallAlert};

/// For how long a link is lost before that is told of.
pub const LINK_PATIENCE: Duration = Duration::from_secs(60);

/// How often to look whether quiet hours are over. A clock on the wall may be put forward, back, or into another zone, so
/// their end is not counted out ahead.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// What to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Alert {
    /// A call has come.
    Call(CallAlert),
    /// A server's link is lost.
    LinkLost(Box<ServerView>),
    /// A login has ended, or wants another password.
    SignedOut(Box<ServerView>),
    /// There is a newer Squelch.
    Update {
        /// Which.
        version: String,
        /// It is here, and is installed when this one is quit.
        on_quit: bool,
    },
    /// A newer Squelch was refused for good.
    UpdateRefused {
        /// Which.
        version: String,
        /// Why.
        problem: Problem,
    },
}

/// Names what is told: the next one of the same name takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertId {
    /// Calls of a talkgroup.
    Calls(TalkgroupKey),
    /// The link to a server.
    Link(ServerId),
    /// The login at a server.
    Login(ServerId),
    /// A newer Squelch.
    Update,
}

impl Alert {
    /// Its name.
    pub fn id(&self) -> AlertId {
        match self {
            Self::Call(call) => AlertId::Calls(call.talkgroup),
            Self::LinkLost(server) => AlertId::Link(server.id),
            Self::SignedOut(server) => AlertId::Login(server.id),
            Self::Update { .. } | Self::UpdateRefused { .. } => AlertId::Update,
        }
    }
}

impl AlertId {
    /// Whose it is, if it is about a server.
    fn server(self) -> Option<ServerId> {
        match self {
            Self::Calls(talkgroup) => Some(talkgroup.server),
            Self::Link(server) | Self::Login(server) => Some(server),
            Self::Update => None,
        }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Telling {
    /// Show this, in place of what is shown under its name.
    Show(Alert),
    /// Take away what is shown under this name.
    Withdraw(AlertId),
}

/// What the desktop is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    /// The window is in front of everything else.
    pub in_front: bool,
    /// The user does not want to be disturbed, as far as the desktop says so.
    pub do_not_disturb: bool,
    /// Something shows notifications.
    pub reachable: bool,
}

/// Now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The time, as [`Now::at`](crate::clock::Now::at): a computer that sleeps loses no link.
    pub at: Duration,
    /// Minutes after midnight by the clock on the wall.
    pub minute: u16,
    /// The desktop.
    pub desk: Desk,
}

/// Decides what to tell.
#[derive(Debug, Default)]
pub struct Alerts {
    choices: AlertChoices,
    /// Since when links are lost.
    lost: BTreeMap<ServerId, Duration>,
    states: BTreeMap<AlertId, State>,
    calls: Calls,
    /// When to look again for what waits.
    again: Option<Duration>,
    tellings: Vec<Telling>,
}

/// Something that is so.
#[derive(Debug)]
struct State {
    alert: Alert,
    due: Duration,
    told: Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Not yet.
    No,
    /// It is, or was, shown.
    Shown,
    /// They were looking at the window.
    Seen,
}

impl Alerts {
    /// Takes in what the core says. What a snapshot says of calls is no news.
    pub fn hear(&mut self, message: &Message, now: Moment) -> Vec<Telling> {
        match message {
            Message::Snapshot { snapshot } => {
                self.choices.clone_from(&snapshot.alert_choices);
                self.select(&snapshot.selection);
                let ids: BTreeSet<ServerId> = snapshot.servers.iter().map(|server| server.id).collect();
                let known: BTreeSet<ServerId> = self.states.keys().filter_map(|id| id.server()).collect();
                known.difference(&ids).for_each(|gone| self.forget(*gone));
                snapshot.servers.iter().for_each(|server| self.server(server, now.at));
                self.calls.are(&snapshot.rows);
            }
            Message::Update { update } => update.events.iter().for_each(|event| self.event(event, now)),
        }
        self.look(now)
    }

    fn event(&mut self, event: &Event, now: Moment) {
        match event {
            Event::ServerChanged { server } => self.server(server, now.at),
            Event::ServerRemoved { server } => self.forget(*server),
            Event::RowsAdded { rows } => {
                let silent = self.is_silent(now) || now.desk.in_front;
                for row in rows {
                    let alert = self.calls.came(row, &self.choices).filter(|_| !silent);
                    if let Some(alert) = alert.filter(|alert| self.calls.admit(alert, now.at)) {
                        self.tellings.push(Telling::Show(Alert::Call(alert)));
                    }
                }
            }
            Event::RowChanged { row } => self.calls.changed(row),
            Event::RowsRemoved { calls } => self.calls.left(calls),
            Event::SelectionChanged { selection } => self.select(selection),
            Event::AlertChoicesChanged { choices } => self.choices.clone_from(choices),
            Event::TranscriptAdded { .. }
            | Event::AwayChanged { .. }
            | Event::ArchiveChanged { .. }
            | Event::Bookmarked { .. }
            | Event::PlaybackChanged { .. }
            | Event::ListeningChanged { .. }
            | Event::MicrophoneChanged { .. }
            | Event::RecordingChanged { .. }
            | Event::DeviceChanged { .. }
            | Event::SettingsChanged { .. }
            | Event::NoticeRaised { .. }
            | Event::HearingChanged { .. }
            | Event::NoticeWithdrawn { .. } => {}
        }
    }

    /// Takes in what is known of a newer Squelch.
    pub fn update(&mut self, stage: &UpdateStage, now: Moment) -> Vec<Telling> {
        let alert = match stage {
            UpdateStage::Available { release } => {
                Some(Alert::Update { version: release.version.clone(), on_quit: false })
            }
            UpdateStage::Ready { release, time: UpdateTime::OnQuit } => {
                Some(Alert::Update { version: release.version.clone(), on_quit: true })
            }
            UpdateStage::Failed { problem, release: Some(release), asked: true, .. } if problem.retry == Retry::No => {
                Some(Alert::UpdateRefused { version: release.version.clone(), problem: problem.clone() })
            }
            // What was found is still there while it is looked for again, and fetched.
            UpdateStage::Checking { .. } | UpdateStage::Downloading { .. } => return self.look(now),
            // The user has just asked for the others, and sees what comes of it.
            UpdateStage::Ready { time: UpdateTime::Quiet | UpdateTime::AtOnce, .. }
            | UpdateStage::Resting
            | UpdateStage::NotOffered { .. }
            | UpdateStage::Newest { .. }
            | UpdateStage::Installing { .. }
            | UpdateStage::Installed { .. }
            | UpdateStage::Failed { .. } => None,
        };
        self.is(AlertId::Update, alert, now.at);
        self.look(now)
    }

    fn select(&mut self, selection: &SelectionView) {
        self.calls.avoid(selection.avoided.iter().map(|avoided| avoided.key));
    }

    fn server(&mut self, server: &ServerView, at: Duration) {
        match &server.link {
            LinkView::Live | LinkView::Idle => drop(self.lost.remove(&server.id)),
            LinkView::Waiting { .. } => drop(self.lost.entry(server.id).or_insert(at)),
            // An address just typed that leads nowhere was never a link.
            LinkView::Refused { .. } | LinkView::Untrusted { .. } if server.version.is_some() => {
                self.lost.entry(server.id).or_insert(at);
            }
            LinkView::Refused { .. } | LinkView::Untrusted { .. } | LinkView::Probing | LinkView::Connecting => {}
        }
        let lost = self.lost.get(&server.id).copied();
        self.is(
            AlertId::Link(server.id),
            lost.map(|_| Alert::LinkLost(Box::new(server.clone()))),
            lost.unwrap_or(at) + LINK_PATIENCE,
        );
        let out = wants_login(&server.account).then(|| Alert::SignedOut(Box::new(server.clone())));
        self.is(AlertId::Login(server.id), out, at);
    }

    /// Something is so, from `due` on worth telling, or it is not so any more.
    fn is(&mut self, id: AlertId, alert: Option<Alert>, due: Duration) {
        match (alert, self.states.get_mut(&id)) {
            (Some(alert), Some(known)) if !is_another(&known.alert, &alert) => {
                (known.alert, known.due) = (alert, due.min(known.due))
            }
            (Some(alert), _) => drop(self.states.insert(id, State { alert, due, told: Told::No })),
            (None, Some(known)) => {
                if known.told == Told::Shown {
                    self.tellings.push(Telling::Withdraw(id));
                }
                self.states.remove(&id);
            }
            (None, None) => {}
        }
    }

    fn forget(&mut self, server: ServerId) {
        self.lost.remove(&server);
        let ids: Vec<AlertId> = self.states.keys().filter(|id| id.server() == Some(server)).copied().collect();
        ids.into_iter().for_each(|id| self.is(id, None, Duration::ZERO));
    }

    /// Looks at the time and the desktop, either of which may have changed. What is to be done, in order.
    pub fn look(&mut self, now: Moment) -> Vec<Telling> {
        let silent = self.is_silent(now);
        self.again = None;
        for (id, state) in &mut self.states {
            let chosen = match id {
                AlertId::Calls(_) => false,
                AlertId::Link(_) => self.choices.link_lost,
                AlertId::Login(_) => self.choices.signed_out,
                AlertId::Update => self.choices.updates,
            };
            if state.told == Told::Shown && (now.desk.in_front || !chosen) {
                self.tellings.push(Telling::Withdraw(*id));
                state.told = Told::Seen;
            }
            if !chosen {
                // Whoever switches it on again wants to know.
                state.told = Told::No;
                continue;
            }
            if state.told != Told::No {
                continue;
            }
            if now.at < state.due {
                self.again = self.again.into_iter().chain([state.due]).min();
            } else if now.desk.in_front {
                state.told = Told::Seen;
            } else if silent {
                self.again = self.again.into_iter().chain([now.at + LOOK_AGAIN]).min();
            } else {
                state.told = Told::Shown;
                self.tellings.push(Telling::Show(state.alert.clone()));
            }
        }
        let over = self.calls.over(&self.choices, now);
        self.tellings.extend(over.into_iter().map(|talkgroup| Telling::Withdraw(AlertId::Calls(talkgroup))));
        std::mem::take(&mut self.tellings)
    }

    /// When to look again although nothing has happened.
    pub fn deadline(&self) -> Option<Duration> {
        self.again.into_iter().chain(self.calls.deadline()).min()
    }

    /// Whether nothing is to be told now.
    fn is_silent(&self, now: Moment) -> bool {
        let quiet = self.choices.quiet.is_some_and(|hours| hours.covers(now.minute));
        quiet || now.desk.do_not_disturb || !now.desk.reachable
    }
}

/// Whether this is something else than what was told, and not the same a little later.
fn is_another(known: &Alert, alert: &Alert) -> bool {
    match (known, alert) {
        (Alert::Update { .. } | Alert::UpdateRefused { .. }, Alert::Update { .. } | Alert::UpdateRefused { .. }) => {
            known != alert
        }
        _ => false,
    }
}

/// Whether a login has ended that somebody relied on. A password that was just refused is no news to whoever typed it.
fn wants_login(account: &AccountView) -> bool {
    let ended = |problem: &Option<Problem>| {
        let code = problem.as_ref().map(|problem| problem.code);
        matches!(code, Some(Code::SignedOut | Code::KeychainUnavailable))
    };
    match account {
        AccountView::SignedOut { problem, .. } | AccountView::Anonymous { problem } => ended(problem),
        AccountView::PasswordChange { .. } => true,
        AccountView::SigningIn | AccountView::SignedIn { .. } => false,
    }
}
