//! The one owner of everything, and the pure decision what to do next.
//!
//! [`State::step`] takes one input and the time and gives the effects to carry out. There is no clock, no randomness, no
//! file and no socket in here, so every situation is a value in a test. The parts decide for themselves: `feed` what the
//! user sees and has found, `queue` what comes next, `selection` what is wanted, `playback` what sounds, `servers` what each server is
//! up to. This file and its `step_*` neighbours compose them.

// A new variant deserves a thought here, not a place among the others.
#![warn(clippy::wildcard_enum_match_arm)]

mod alerts;
mod arranging;
mod asking;
mod away;
mod bookmarks;
mod catching;
mod changes;
mod choosing;
mod continuity;
mod device;
mod display;
mod feed;
mod following;
mod hearing;
mod importing;
mod keeping;
mod keeping_audio;
mod keeping_calls;
#[cfg(test)]
mod laws;
mod loudness;
mod naming;
mod playback;
mod presets;
mod queue;
mod recording;
mod reinstalled;
mod resuming;
mod rewinding;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod seeking;
mod selection;
mod servers;
mod snapshot;
mod step_command;
mod step_play;
mod step_server;
mod step_sound;
mod storing;
mod tape;
#[cfg(test)]
mod tests;
mod yielding;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::archive::{self, Audio, Memo, Resume, Standing};
use crate::choices::{Choices, ChoicesError};
use crate::clock::Now;
use crate::directory::Directory;
use crate::model::{Call, CallKey, ServerId, Transcript, Turn};
use crate::problem::Problem;
use crate::recording::RecordingEvent;
use crate::search::Since;
use crate::server::{ArchiveError, FetchError, Login, Opening, ServerCommand, ServerEvent};
use crate::settings::{SavedLogin, SavedServer, Settings, SettingsError};
use crate::sound::{Clip, DecodeError, SoundCommand, SoundEvent};
use crate::support;
use crate::units::{Units, UnitsError};
use crate::view::{
    AccountView, Command, DeviceView, Event, Notice, NoticeId, RecordingChoices, RecordingView, Row, Snapshot,
    TranscriptView, Yielding,
};

use alerts::AlertMutes;
use catching::Catching;
use changes::Changes;
use feed::Feed;
use importing::Imports;
use keeping_audio::KeepingAudio;
use loudness::Usual;
use naming::Naming;
use playback::Playback;
use queue::Queue;
pub(crate) use rows::transcript;
use selection::Selection;
use servers::Server;
use storing::Storing;
use tape::Tape;
use yielding::Courtesy;

/// Everything that can move the state.
#[derive(Debug)]
pub(crate) enum Input {
    Command(Command),
    Server(ServerId, ServerEvent),
    Fetched {
        turn: Turn,
        result: Result<Clip, Unplayable>,
        /// For the archive, where it did not come from there.
        audio: Option<Audio>,
    },
    Sound(SoundEvent),
    /// The moment of [`State::deadline`] has come.
    Deadline,
    /// The settings were written, or not.
    Saved(Result<(), SettingsError>),
    /// The choice of talkgroups was written, or not.
    Kept(Result<(), ChoicesError>),
    /// The names of units were written, or not.
    UnitsKept(Result<(), UnitsError>),
    /// How the archive on this computer stands now.
    Archive(Standing),
    /// Where listening stopped when the program ended.
    Resumed(Resume),
    /// How far a recording of what sounds is.
    Recording(RecordingEvent),
    /// The window asked for a call's words.
    Words(CallKey, Transcript),
    /// The user plays on from a place in the first of these calls of the archive.
    PlayOn(Vec<archive::Entry>, Duration),
    /// What a server says there was, by the number of the question.
    Missed(ServerId, u32, Result<Since, ArchiveError>),
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
    /// Get and decode this call; answer with [`Input::Fetched`]. It `is_here` in the archive on this computer, or comes
    /// from its server.
    Fetch {
        turn: Turn,
        call: CallKey,
        is_here: bool,
    },
    /// Stop fetching, drop the result.
    Forget(Turn),
    Sound(SoundCommand),
    Open(Opening),
    Server(ServerId, ServerCommand),
    /// Ask a server for all calls from a second on (since 1970); answer with [`Input::Missed`].
    Missed {
        server: ServerId,
        ask: u32,
        from: i64,
    },
    Close(ServerId),
    /// Begin to tell, or stop telling, whether another program uses the microphone.
    WatchMicrophone(bool),
    Publish(Event),
    Save(Settings),
    Keep(Choices),
    KeepUnits(Arc<Units>),
    /// Tell the archive on this computer.
    Archive(Memo),
    /// Record what sounds, as chosen, or end that; answer with [`Input::Recording`].
    Record(Option<RecordingChoices>),
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
    tape: Tape,
    /// Missed calls that wait for a word, the oldest first.
    missed: Vec<CallKey>,
    usual: Usual,
    device: DeviceView,
    stand_in: Option<device::StandIn>,
    courtesy: Courtesy,
    catching: Catching,
    /// What every listener chose, here and elsewhere, as it is kept.
    choices: Choices,
    imports: Imports,
    naming: Naming,
    storing: Storing,
    keeping_audio: KeepingAudio,
    recording: RecordingView,
    notices: Vec<Notice>,
    /// The notices that a file cannot be written: the settings, the choice of talkgroups, the names of units.
    unsaved: [Option<NoticeId>; 3],
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
            tape: Tape::default(),
            missed: Vec::new(),
            usual: Usual::default(),
            device: DeviceView::Resting,
            stand_in: None,
            courtesy: Courtesy::default(),
            catching: Catching::default(),
            choices: Choices::default(),
            imports: Imports::default(),
            naming: Naming::default(),
            storing: Storing::default(),
            keeping_audio: KeepingAudio::default(),
            recording: RecordingView::default(),
            notices: Vec::new(),
            unsaved: [None; 3],
            next_turn: 1,
            next_notice: 1,
            changes: Changes::default(),
            effects: Vec::new(),
        };
        state.effects.push(Effect::Sound(SoundCommand::Gain(state.gain())));
        state.effects.push(Effect::Sound(SoundCommand::WhenLost(state.settings.device_lost)));
        state.effects.push(Effect::Sound(SoundCommand::Device(state.settings.device.clone())));
        if state.settings.yielding != Yielding::Off {
            state.effects.push(Effect::WatchMicrophone(true));
        }
        if let Some(trouble) = trouble {
            state.raise(Problem::from(trouble));
        }
        for talkgroup in state.settings.kept_talkgroups.clone() {
            state.memo(Memo::KeepTalkgroup(talkgroup, true));
        }
        for (saved, place) in state.settings.servers.clone().into_iter().zip(0..) {
            state.open_saved(saved, place);
        }
        let effects = state.finish();
        (state, effects)
    }

    fn open_saved(&mut self, saved: SavedServer, place: u32) {
        let (login, user) = match &saved.login {
            SavedLogin::New => (Login::Ask, None),
            SavedLogin::Ask { user } => (Login::Ask, user.clone()),
            SavedLogin::Anonymous => (Login::Anonymous, None),
            SavedLogin::Remembered { user } => (Login::Remembered { user: user.clone() }, Some(user.clone())),
        };
        let mut server = Server::new(saved.id, saved.address.clone(), true);
        (server.user, server.login, server.pin, server.saved) = (user, saved.login, saved.pin.clone(), true);
        server.account = AccountView::SignedOut { problem: None, user: server.user.clone() };
        (server.own, server.place) = (saved.own, place);
        if server.own.muted {
            self.selection.muted.insert(saved.id);
        }
        self.servers.insert(saved.id, server);
        self.memo(Memo::Meet(saved.id, saved.address.clone()));
        let opening = Opening { id: saved.id, address: saved.address, pin: saved.pin, login, first: false };
        self.effects.push(Effect::Open(opening));
        self.changes.server(saved.id);
    }

    /// Takes one input. A refused command changes nothing.
    pub(crate) fn step(&mut self, now: Now, input: Input) -> (Vec<Effect>, Result<(), Problem>) {
        self.now = now;
        self.run_tape();
        let mut result = Ok(());
        match input {
            Input::Command(command) => result = self.command(command),
            Input::Server(id, event) => self.server_event(id, event),
            Input::Fetched { turn, result, audio } => self.fetched(turn, result, audio),
            Input::Sound(event) => self.sound(event),
            Input::Deadline => {}
            Input::Saved(outcome) => self.saved(0, outcome),
            Input::Kept(outcome) => self.saved(1, outcome),
            Input::Missed(server, ask, result) => self.missed(server, ask, result),
            Input::UnitsKept(outcome) => self.saved(2, outcome),
            Input::Archive(standing) => self.archive_stands(standing),
            Input::Resumed(resume) => self.resume(resume),
            Input::PlayOn(entries, at) => result = self.play_on(entries, at),
            Input::Recording(event) => self.recorded(event),
            Input::Words(call, transcript) => self.transcribed(call.server, call.call, transcript),
        }
        if self.selection.expire(self.now) {
            self.changes.selection = true;
        }
        self.note_choices();
        self.keep_due();
        self.keep_units_if_due();
        self.ask_for_bookmarks();
        self.ask_for_missed();
        self.tidy_missed();
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
        let following = self.following_deadline();
        let selection = self.selection.deadline();
        let (queue, yielding) = (self.queue.age_deadline(), self.yielding_deadline());
        let (place, to_keep) = (self.place_deadline(), self.keeping_audio_deadline());
        let catching = self.catching_deadline();
        [
            to_keep,
            selection,
            mutes,
            queue,
            patience,
            pause,
            following,
            yielding,
            place,
            catching,
            self.naming.deadline(),
        ]
        .into_iter()
        .flatten()
        .chain(fetches)
        .chain(self.servers.values().filter_map(|server| server.keeping.deadline()))
        .chain(self.servers.values().filter_map(|server| server.bookmarks.deadline()))
        .chain(self.servers.values().filter_map(|server| server.continuity.deadline()))
        .min()
    }

    /// Everything, for a new subscriber.
    pub(crate) fn snapshot(&mut self, now: Now, revision: u32) -> Snapshot {
        self.now = now;
        self.view(revision)
    }

    /// A call that is shown.
    pub(crate) fn row(&self, call: &CallKey) -> Result<Row, Problem> {
        self.row_of(call).ok_or_else(|| Problem::not_possible("This call is not in the list any more."))
    }

    /// What a server lists.
    pub(crate) fn directory(&self, server: ServerId) -> Result<Arc<Directory>, Problem> {
        self.listed(server)?;
        Ok(self.servers.get(&server).map(|server| server.directory.clone()).unwrap_or_default())
    }

    /// Takes in what the archive gave for the window, and gives its rows, in the same order. What it taught about other
    /// rows is told by the next step.
    pub(crate) fn take_found(&mut self, server: ServerId, calls: Vec<Call>) -> Result<Vec<Row>, Problem> {
        self.listed(server)?;
        let Some(directory) = self.servers.get(&server).map(|server| server.directory.clone()) else {
            return Ok(Vec::new());
        };
        self.make_room_for_other(server, &calls);
        calls.iter().for_each(|call| self.learn_units(server, call));
        let keys = self.feed.add_found(server, calls, &directory);
        Ok(keys.iter().filter_map(|key| self.row_of(key)).collect())
    }

    /// Whether this is the page of a shared call at one of the servers.
    pub(crate) fn is_shared_call(&self, url: &str) -> bool {
        self.servers.values().filter(|server| server.found.is_some()).any(|server| {
            let token = url.strip_prefix(&server.address).and_then(|path| path.strip_prefix("/call/"));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            token.is_some_and(|token| !token.is_empty() && token.bytes().all(is_plain))
        })
    }

    /// The folder that was chosen for saved calls.
    pub(crate) fn saved_calls(&self) -> Option<String> {
        self.settings.saved_calls.clone()
    }

    /// Another one, or the usual one again. It comes from the system's own dialog, and never from a page.
    pub(crate) fn keep_saved_calls(&mut self, folder: Option<String>) -> Vec<Effect> {
        if self.settings.saved_calls != folder {
            self.settings.saved_calls = folder;
            self.changes.settings = true;
            self.changes.save = true;
        }
        self.finish()
    }

    /// The address of mail at which a server's operator offers help.
    pub(crate) fn support_address(&self, server: ServerId) -> Result<String, Problem> {
        self.listed(server)?;
        let written = self.servers.get(&server).map(|server| server.welcome.email.as_str()).unwrap_or_default();
        support::address(written).ok_or_else(|| Problem::not_possible("This server names no address to write to."))
    }

    /// What is known of a call's words, if that is all there is to know.
    pub(crate) fn words(&self, key: CallKey) -> Option<TranscriptView> {
        let transcript = self.feed.get(&key)?.transcript.as_ref()?;
        (!transcript.segments.is_empty()).then(|| rows::transcript(transcript))
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
