//! The one owner of everything, and the pure decision what to do next.
//!
//! [`State::step`] takes one input and the time and gives the effects to carry out. There is no clock, no randomness, no
//! file and no socket in here, so every situation is a value in a test. The parts decide for themselves: `feed` what the
//! user sees, `queue` what comes next, `selection` what is wanted, `playback` what sounds, `servers` what each server is
//! up to. This file and its `step_*` neighbours compose them.

// A new variant deserves a thought here, not a place among the others.
#![warn(clippy::wildcard_enum_match_arm)]

mod alerts;
mod changes;
mod choosing;
mod feed;
mod keeping;
#[cfg(test)]
mod laws;
mod loudness;
mod playback;
mod presets;
mod queue;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod selection;
mod servers;
mod snapshot;
mod step_command;
mod step_play;
mod step_server;
mod step_sound;
#[cfg(test)]
mod tests;
mod yielding;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::choices::{Choices, ChoicesError};
use crate::clock::Now;
use crate::directory::Directory;
use crate::model::{CallKey, ServerId, Turn};
use crate::problem::Problem;
use crate::server::{FetchError, Login, Opening, ServerCommand, ServerEvent};
use crate::settings::{SavedLogin, SavedServer, Settings, SettingsError};
use crate::sound::{Clip, DecodeError, SoundCommand, SoundEvent};
use crate::view::{AccountView, Command, DeviceView, Event, Notice, NoticeId, Snapshot, Yielding};

use alerts::AlertMutes;
use changes::Changes;
use feed::Feed;
use loudness::Usual;
use playback::Playback;
use queue::Queue;
use selection::Selection;
use servers::Server;
use yielding::Courtesy;

/// Everything that can move the state.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time is moved, none is stored")]
pub(crate) enum Input {
    Command(Command),
    Server(ServerId, ServerEvent),
    Fetched {
        turn: Turn,
        result: Result<Clip, Unplayable>,
    },
    Sound(SoundEvent),
    /// The moment of [`State::deadline`] has come.
    Deadline,
    /// The settings were written, or not.
    Saved(Result<(), SettingsError>),
    /// The choice of talkgroups was written, or not.
    Kept(Result<(), ChoicesError>),
}

/// Why a call has no clip.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unplayable {
    Fetch(FetchError),
    Decode(DecodeError),
}

/// Something to be done outside.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    /// Get and decode this call; answer with [`Input::Fetched`].
    Fetch {
        turn: Turn,
        call: CallKey,
    },
    /// Stop fetching, drop the result.
    Forget(Turn),
    Sound(SoundCommand),
    Open(Opening),
    Server(ServerId, ServerCommand),
    Close(ServerId),
    /// Begin to tell, or stop telling, whether another program uses the microphone.
    WatchMicrophone(bool),
    Publish(Event),
    Save(Settings),
    Keep(Choices),
}

/// All of it.
#[derive(Debug)]
pub(crate) struct State {
    now: Now,
    settings: Settings,
    servers: BTreeMap<ServerId, Server>,
    feed: Feed,
    queue: Queue,
    selection: Selection,
    alert_mutes: AlertMutes,
    playback: Playback,
    usual: Usual,
    device: DeviceView,
    courtesy: Courtesy,
    /// What every listener chose, here and elsewhere, as it is kept.
    choices: Choices,
    notices: Vec<Notice>,
    /// The notices that a file cannot be written: the settings, the choice of talkgroups.
    unsaved: [Option<NoticeId>; 2],
    next_turn: u32,
    next_notice: u32,
    changes: Changes,
    effects: Vec<Effect>,
}

impl State {
    /// The state at the start, with what is to be done first. `trouble` is what was wrong with the settings file.
    pub(crate) fn new(now: Now, settings: Settings, trouble: Option<&SettingsError>) -> (Self, Vec<Effect>) {
        let mut state = Self {
            now,
            settings,
            servers: BTreeMap::new(),
            feed: Feed::default(),
            queue: Queue::default(),
            selection: Selection::default(),
            alert_mutes: AlertMutes::default(),
            playback: Playback::default(),
            usual: Usual::default(),
            device: DeviceView::Resting,
            courtesy: Courtesy::default(),
            choices: Choices::default(),
            notices: Vec::new(),
            unsaved: [None; 2],
            next_turn: 1,
            next_notice: 1,
            changes: Changes::default(),
            effects: Vec::new(),
        };
        state.effects.push(Effect::Sound(SoundCommand::Gain(state.gain())));
        state.effects.push(Effect::Sound(SoundCommand::Device(state.settings.device.clone())));
        if state.settings.yielding != Yielding::Off {
            state.effects.push(Effect::WatchMicrophone(true));
        }
        if let Some(trouble) = trouble {
            state.raise(Problem::from(trouble));
        }
        for saved in state.settings.servers.clone() {
            state.open_saved(saved);
        }
        let effects = state.finish();
        (state, effects)
    }

    fn open_saved(&mut self, saved: SavedServer) {
        let (login, user) = match &saved.login {
            SavedLogin::New => (Login::Ask, None),
            SavedLogin::Ask { user } => (Login::Ask, user.clone()),
            SavedLogin::Anonymous => (Login::Anonymous, None),
            SavedLogin::Remembered { user } => (Login::Remembered { user: user.clone() }, Some(user.clone())),
        };
        let mut server = Server::new(saved.id, saved.address.clone(), true);
        (server.user, server.login, server.pin, server.saved) = (user, saved.login, saved.pin.clone(), true);
        server.account = AccountView::SignedOut { problem: None, user: server.user.clone() };
        self.servers.insert(saved.id, server);
        let opening = Opening { id: saved.id, address: saved.address, pin: saved.pin, login, first: false };
        self.effects.push(Effect::Open(opening));
        self.changes.server(saved.id);
    }

    /// Takes one input. A refused command changes nothing.
    pub(crate) fn step(&mut self, now: Now, input: Input) -> (Vec<Effect>, Result<(), Problem>) {
        self.now = now;
        let mut result = Ok(());
        match input {
            Input::Command(command) => result = self.command(command),
            Input::Server(id, event) => self.server_event(id, event),
            Input::Fetched { turn, result } => self.fetched(turn, result),
            Input::Sound(event) => self.sound(event),
            Input::Deadline => {}
            Input::Saved(outcome) => self.saved(0, outcome),
            Input::Kept(outcome) => self.saved(1, outcome),
        }
        if self.selection.expire(self.now) {
            self.changes.selection = true;
        }
        self.note_choices();
        self.keep_due();
        self.changes.alert_choices |= self.alert_mutes.expire(self.now);
        self.yield_if_due();
        self.settle();
        (self.finish(), result)
    }

    /// When to be woken without input, on [`Now::at`].
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let now = self.now.at;
        let fetches = self.servers.values().filter_map(|server| server.fetch_deadline(now));
        let patience = self.queue.patience_deadline(now);
        let pause = self.pause_ends_at().filter(|_| self.playback.current.is_none() && !self.playback.paused);
        let mutes = self.alert_mutes.deadline();
        [self.selection.deadline(), mutes, self.queue.age_deadline(), patience, pause, self.yielding_deadline()]
            .into_iter()
            .flatten()
            .chain(fetches)
            .chain(self.servers.values().filter_map(|server| server.keeping.deadline()))
            .min()
    }

    /// Everything, for a new subscriber.
    pub(crate) fn snapshot(&mut self, now: Now, revision: u32) -> Snapshot {
        self.now = now;
        self.view(revision)
    }

    /// What a server lists.
    pub(crate) fn directory(&self, server: ServerId) -> Result<Arc<Directory>, Problem> {
        self.listed(server)?;
        Ok(self.servers.get(&server).map(|server| server.directory.clone()).unwrap_or_default())
    }

    fn reachable(&self, server: ServerId) -> bool {
        self.servers.get(&server).is_some_and(|server| server.reachable(self.now.at))
    }

    /// How writing a file went; that it failed is said until it does not.
    fn saved<E>(&mut self, file: usize, outcome: Result<(), E>)
    where
        for<'a> Problem: From<&'a E>,
    {
        let raised = self.unsaved[file].filter(|id| self.notices.iter().any(|notice| notice.id == *id));
        match (outcome, raised) {
            (Ok(()), Some(notice)) => self.withdraw(notice),
            (Err(error), None) => self.unsaved[file] = Some(self.raise(Problem::from(&error))),
            (Ok(()), None) | (Err(_), Some(_)) => {}
        }
    }

    fn raise(&mut self, problem: Problem) -> NoticeId {
        let notice = Notice { id: NoticeId(self.next_notice), problem };
        let id = notice.id;
        self.next_notice += 1;
        self.notices.push(notice.clone());
        self.effects.push(Effect::Publish(Event::NoticeRaised { notice }));
        id
    }

    fn withdraw(&mut self, notice: NoticeId) {
        let before = self.notices.len();
        self.notices.retain(|raised| raised.id != notice);
        if self.notices.len() != before {
            self.effects.push(Effect::Publish(Event::NoticeWithdrawn { notice }));
        }
    }

    fn turn(&mut self) -> Turn {
        let turn = Turn(self.next_turn);
        self.next_turn = self.next_turn.wrapping_add(1);
        turn
    }

    /// The linear factor for the volume chosen.
    fn gain(&self) -> f32 {
        if self.settings.muted { 0.0 } else { 10f32.powf(self.settings.volume_db / 20.0) * self.courtesy.gain() }
    }
}
