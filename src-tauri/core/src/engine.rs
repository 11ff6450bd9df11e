//! The one task: receive, step, carry out, publish.
//!
//! It waits for what arrives and for the state's next deadline, and for nothing else: whatever takes time (fetching,
//! decoding, saving, saying goodbye to a server) runs in a task of its own and reports back.

mod archiving;
mod fetching;
mod missing;
mod recording;
mod saving;

use std::any::Any;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot};

use crate::archive;
use crate::choices::{self, Choices, ChoicesError};
use crate::client::Parts;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::export::Recorded;
use crate::model::{Call, CallId, CallKey, ServerId, Transcript};
use crate::problem::Problem;
use crate::server::{Archive, Connection, Limits, Opening, ServerCommand, ServerEvent, ServerParts, openscanner};
use crate::settings::{self, Settings};
use crate::sound::devices::Lister;
use crate::sound::microphone::{MicrophoneUse, WatchMicrophone};
use crate::sound::{self, SoundEvent};
use crate::state::{Effect, Input, State};
use crate::transfer::{self, Document};
use crate::units::{self, Units, UnitsError};
use crate::vault::VaultHandle;
use crate::view::{Command, Event, ImportSummary, Row, Snapshot, TranscriptView, Update};

use archiving::Archiving;
use fetching::Fetching;
use missing::Missing;
use recording::Recording;
use saving::Saving;

/// A subscriber further behind than this gets a fresh snapshot instead.
const UPDATES_KEPT: usize = 128;
/// A socket whose event does not fit waits, and reconnects if that takes a second.
const SERVER_EVENTS: usize = 256;
/// Frames taken in one go, so that a flood becomes few updates instead of many.
const FRAMES_AT_ONCE: usize = 64;
/// An orderly end takes no longer than this.
const LONGEST_END: Duration = Duration::from_secs(5);

/// What a [`Client`](crate::client::Client) asks of the engine.
#[derive(Debug)]
pub(crate) enum Request {
    Command(Command, oneshot::Sender<Result<(), Problem>>),
    Talkgroups(ServerId, oneshot::Sender<Result<Arc<Directory>, Problem>>),
    Archive(ServerId, oneshot::Sender<Result<(Archive, Arc<Directory>), Problem>>),
    /// Calls of the archive go to the window.
    Found(ServerId, Vec<Call>, oneshot::Sender<Result<Vec<Row>, Problem>>),
    /// Calls of the archive on this computer go to the window.
    Kept(ServerId, Vec<archive::Entry>, oneshot::Sender<Result<Vec<Row>, Problem>>),
    /// They go into the queue.
    Queue(ServerId, Vec<archive::Entry>, oneshot::Sender<Result<(u32, u32), Problem>>),
    /// The first of these calls of the archive is played from a place in it, and the others follow.
    PlayOn(Vec<archive::Entry>, Duration, oneshot::Sender<Result<(), Problem>>),
    /// The account's bookmarks were read on the way.
    Bookmarks(ServerId, Vec<CallId>),
    /// Whether an address is that of a shared call.
    Link(String, oneshot::Sender<bool>),
    /// Where a server's operator offers help by mail.
    Support(ServerId, oneshot::Sender<Result<String, Problem>>),
    /// What is known of a call's words.
    Words(CallKey, oneshot::Sender<Option<TranscriptView>>),
    /// What the archive says of them.
    Said(CallKey, Transcript),
    Recording(CallKey, oneshot::Sender<Result<Recorded, Problem>>),
    /// How the sound devices are listed, if they can be.
    Devices(oneshot::Sender<Arc<Mutex<Lister>>>),
    /// The folder that was chosen for saved calls.
    SavedCalls(oneshot::Sender<Option<String>>),
    /// Another one, or the usual one again.
    KeepSavedCalls(Option<String>),
    /// Where they and recordings go where none was chosen.
    UsualFolder(PathBuf),
    /// All that travels to another computer.
    Export(oneshot::Sender<Document>),
    /// Settings were read from a file of this name.
    Offer(String, transfer::Read, oneshot::Sender<Result<ImportSummary, Problem>>),
    Subscribe(oneshot::Sender<(Snapshot, broadcast::Receiver<Arc<Update>>)>),
    Shutdown(oneshot::Sender<()>),
}

/// Everything that can happen to the engine.
#[expect(clippy::large_enum_variant, reason = "one at a time is moved, none is stored")]
enum Happening {
    Request(Option<Request>),
    Input(Input),
}

pub(crate) struct Engine {
    state: State,
    clock: Clock,
    servers: ServerParts,
    connections: BTreeMap<ServerId, Connection>,
    sound: sound::Sound,
    devices: Arc<Mutex<Lister>>,
    fetching: Fetching,
    missing: Missing,
    saving: Saving<Settings>,
    keeping: Saving<Choices>,
    naming: Saving<Arc<Units>>,
    archiving: Archiving,
    recording: Recording,
    server_events: mpsc::Receiver<(ServerId, ServerEvent)>,
    to_server_events: mpsc::Sender<(ServerId, ServerEvent)>,
    sound_events: mpsc::UnboundedReceiver<SoundEvent>,
    microphone: Microphone,
    updates: broadcast::Sender<Arc<Update>>,
    revision: u32,
    unpublished: Vec<Event>,
    start: Vec<Effect>,
}

impl Engine {
    /// Reads the settings and puts the parts together; nothing runs before [`Engine::run`] but the sound and keychain
    /// threads.
    pub(crate) fn new(parts: Parts, limits: Limits) -> Self {
        let Parts { vault, output, clock, data } = parts;
        let (settings, trouble) = settings::load(&data);
        let (choices, choices_trouble) = choices::load(&data);
        let (units, units_trouble) = units::load(&data);
        let kept = settings.archive.limits();
        let (mut state, mut start) = State::new(clock.now(), settings, trouble.as_ref());
        start.extend(state.restore(choices, choices_trouble.as_ref()));
        start.extend(state.restore_units(units, units_trouble.as_ref()));
        let (to_engine, sound_events) = mpsc::unbounded_channel();
        let microphone = Microphone { watch: output.microphone(), watching: None, tell: to_engine.clone() };
        let devices = Arc::new(Mutex::new(Lister::new(output.devices())));
        let sound = sound::start(output, clock.clone(), to_engine);
        let (to_server_events, server_events) = mpsc::channel(SERVER_EVENTS);
        Self {
            state,
            servers: ServerParts { clock: clock.clone(), vault: VaultHandle::start(vault, clock.clone()), limits },
            connections: BTreeMap::new(),
            fetching: Fetching::new(sound.rates()),
            missing: Missing::default(),
            sound,
            devices,
            saving: Saving::start_after(trouble.as_ref(), data.clone(), clock.clone()),
            keeping: Saving::start_after(
                choices_trouble.as_ref().map(|ChoicesError(trouble)| trouble),
                data.clone(),
                clock.clone(),
            ),
            naming: Saving::start_after(
                units_trouble.as_ref().map(|UnitsError(trouble)| trouble),
                data.clone(),
                clock.clone(),
            ),
            recording: Recording::new(data.join("recordings")),
            archiving: Archiving::start(data, clock.clone(), kept),
            clock,
            server_events,
            to_server_events,
            sound_events,
            microphone,
            updates: broadcast::channel(UPDATES_KEPT).0,
            revision: 0,
            unpublished: Vec::new(),
            start,
        }
    }

    /// Runs until it is told to stop or nobody holds a handle any more.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        if self.microphone.watch.is_none() {
            self.take(Input::Sound(SoundEvent::Microphone(MicrophoneUse::NotOffered)));
        }
        let start = std::mem::take(&mut self.start);
        self.carry_out(start);
        let told = loop {
            self.publish();
            match self.next(&mut requests).await {
                Happening::Request(Some(Request::Shutdown(told))) => break Some(told),
                Happening::Request(Some(request)) => self.answer(request),
                Happening::Request(None) => break None,
                Happening::Input(input) => {
                    let frames = matches!(input, Input::Server(..));
                    self.take(input);
                    self.take_waiting_frames(frames);
                }
            }
        };
        self.end().await;
        if let Some(told) = told {
            // Who asked may have stopped waiting.
            let _ = told.send(());
        }
    }

    /// Who asked may be gone; a wish holds all the same.
    fn answer(&mut self, request: Request) {
        match request {
            Request::Command(command, reply) => _ = reply.send(self.step(Input::Command(command))),
            Request::Talkgroups(server, reply) => _ = reply.send(self.state.directory(server)),
            Request::Recording(call, reply) => _ = reply.send(self.recording(call)),
            Request::Archive(server, reply) => _ = reply.send(self.archive(server)),
            Request::Found(server, calls, reply) => {
                _ = reply.send(self.state.take_found(server, calls));
                self.take(Input::Deadline);
            }
            Request::Kept(server, entries, reply) => {
                _ = reply.send(self.state.take_found_here(server, entries));
                self.take(Input::Deadline);
            }
            Request::Queue(server, entries, reply) => {
                _ = reply.send(self.state.queue_found_here(server, entries));
                self.take(Input::Deadline);
            }
            Request::PlayOn(entries, at, reply) => _ = reply.send(self.step(Input::PlayOn(entries, at))),
            Request::Bookmarks(server, ids) => {
                let effects = self.state.bookmarks_seen(server, ids);
                self.carry_out(effects);
            }
            Request::Link(url, reply) => _ = reply.send(self.state.is_shared_call(&url)),
            Request::Support(server, reply) => _ = reply.send(self.state.support_address(server)),
            Request::Words(call, reply) => _ = reply.send(self.state.words(call)),
            Request::Said(call, transcript) => self.take(Input::Words(call, transcript)),
            Request::Devices(reply) => _ = reply.send(self.devices.clone()),
            Request::SavedCalls(reply) => _ = reply.send(self.state.saved_calls()),
            Request::KeepSavedCalls(folder) => {
                let effects = self.state.keep_saved_calls(folder);
                self.carry_out(effects);
            }
            Request::UsualFolder(folder) => self.recording.usual = folder,
            Request::Export(reply) => _ = reply.send(self.state.export()),
            Request::Offer(file, read, reply) => _ = reply.send(self.state.offer(file, read)),
            Request::Subscribe(reply) => self.subscribe(reply),
            // Has been seen to.
            Request::Shutdown(_) => {}
        }
    }

    fn archive(&self, server: ServerId) -> Result<(Archive, Arc<Directory>), Problem> {
        let directory = self.state.directory(server)?;
        let archive = self.connections.get(&server).map(|connection| connection.archive.clone());
        Ok((archive.ok_or_else(|| Problem::not_possible("This server is not in the list any more."))?, directory))
    }

    /// Every branch is cancel-safe: receivers and the join set lose nothing when another branch wins.
    async fn next(&mut self, requests: &mut mpsc::Receiver<Request>) -> Happening {
        let deadline = self.state.deadline();
        let clock = self.clock.clone();
        let woken = async move {
            match deadline {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            request = requests.recv() => Happening::Request(request),
            Some(event) = self.sound_events.recv() => Happening::Input(Input::Sound(event)),
            (turn, fetched) = self.fetching.next() => {
                let (result, audio) = fetched.map_or_else(|error| (Err(error), None), |(clip, audio)| (Ok(clip), audio));
                Happening::Input(Input::Fetched { turn, result, audio })
            }
            (server, ask, result) = self.missing.next() => Happening::Input(Input::Missed(server, ask, result)),
            input = self.archiving.next() => Happening::Input(input),
            event = self.recording.next() => Happening::Input(Input::Recording(event)),
            Some((id, event)) = self.server_events.recv() => Happening::Input(Input::Server(id, event)),
            Some(outcome) = self.saving.outcome() => Happening::Input(Input::Saved(outcome)),
            Some(outcome) = self.keeping.outcome() => Happening::Input(Input::Kept(outcome)),
            Some(outcome) = self.naming.outcome() => Happening::Input(Input::UnitsKept(outcome)),
            () = woken => Happening::Input(Input::Deadline),
        }
    }

    fn take_waiting_frames(&mut self, frames: bool) {
        if !frames {
            return;
        }
        for _ in 1..FRAMES_AT_ONCE {
            let Ok((id, event)) = self.server_events.try_recv() else { return };
            self.take(Input::Server(id, event));
        }
    }

    /// Takes an input that nobody waits to be answered.
    fn take(&mut self, input: Input) {
        if let Err(problem) = self.step(input) {
            tracing::debug!(?problem, "an input was refused");
        }
    }

    fn step(&mut self, input: Input) -> Result<(), Problem> {
        let is_resumed = matches!(input, Input::Resumed(_));
        let (effects, outcome) = self.state.step(self.clock.now(), input);
        self.carry_out(effects);
        if is_resumed {
            self.archiving.goes_on();
        }
        outcome
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut memos = Vec::new();
        for effect in effects {
            match effect {
                Effect::Publish(event) => self.unpublished.push(event),
                Effect::Sound(command) => self.sound.send(command),
                Effect::Fetch { turn, call, is_here: true } => {
                    let fetch = self.archiving.fetch(call.server, None);
                    self.fetching.begin(turn, call.call, Some(fetch), false);
                }
                Effect::Fetch { turn, call, is_here: false } => {
                    let fetch = self.connections.get(&call.server).map(|connection| connection.fetch.clone());
                    self.fetching.begin(turn, call.call, fetch, true);
                }
                Effect::Missed { server, ask, from } => {
                    let archive = self.connections.get(&server).map(|connection| connection.archive.clone());
                    self.missing.ask(server, ask, from, archive);
                }
                Effect::Forget(turn) => self.fetching.forget(turn),
                Effect::Open(opening) => self.open(opening),
                Effect::Server(id, command) => self.tell(id, command),
                Effect::Close(id) => {
                    if let Some(connection) = self.connections.remove(&id) {
                        tokio::spawn(close(connection));
                    }
                }
                Effect::WatchMicrophone(on) => self.microphone.watch(on),
                Effect::Save(settings) => self.saving.save(settings),
                Effect::Keep(choices) => self.keeping.save(choices),
                Effect::KeepUnits(units) => self.naming.save(units),
                Effect::Archive(memo) => memos.push(memo),
                Effect::Record(choices) => {
                    let chosen = self.state.saved_calls();
                    self.recording.obey(choices, chosen, self.clock.now().wall, &self.sound);
                }
            }
        }
        self.archiving.tell(memos);
    }

    fn open(&mut self, opening: Opening) {
        let id = opening.id;
        let connection = openscanner::open(opening, self.servers.clone(), self.to_server_events.clone());
        self.connections.insert(id, connection);
    }

    fn tell(&self, id: ServerId, command: ServerCommand) {
        let Some(connection) = self.connections.get(&id) else { return };
        if connection.commands.try_send(command).is_err() {
            tracing::warn!(server = id.0, "a server's task takes no more commands");
        }
    }

    /// Sends what changed, as one update. Nobody listening is fine.
    fn publish(&mut self) {
        if self.unpublished.is_empty() {
            return;
        }
        self.revision = self.revision.wrapping_add(1);
        let events = std::mem::take(&mut self.unpublished);
        let _ = self.updates.send(Arc::new(Update { revision: self.revision, events }));
    }

    fn subscribe(&mut self, reply: oneshot::Sender<(Snapshot, broadcast::Receiver<Arc<Update>>)>) {
        // Snapshot and receiver are made in one go, so nothing is lost or told twice between them.
        let snapshot = self.state.snapshot(self.clock.now(), self.revision);
        let _ = reply.send((snapshot, self.updates.subscribe()));
    }

    /// The archive on this computer, for who asks it.
    pub(crate) fn store(&self) -> archive::Archive {
        self.archiving.archive().clone()
    }

    /// What is known of a call, and how its recording is had.
    fn recording(&self, call: CallKey) -> Result<Recorded, Problem> {
        let row = self.state.row(&call)?;
        let fetch = self.connections.get(&call.server).map(|connection| connection.fetch.clone());
        if self.state.is_here(&call) {
            return Ok(Recorded { row, fetch: self.archiving.fetch(call.server, fetch) });
        }
        let none = || Problem::not_possible("There is no link to this call's server now.");
        Ok(Recorded { row, fetch: fetch.ok_or_else(none)? })
    }

    /// No new fetches; a renewal under way finishes; sockets say goodbye; settings are written; the sound thread ends.
    async fn end(mut self) {
        self.fetching.end();
        let goodbyes = std::mem::take(&mut self.connections).into_values().map(close);
        if let Some(units) = self.state.units_to_keep() {
            self.naming.save(units);
        }
        let (saved, kept, named) = (self.saving.end(), self.keeping.end(), self.naming.end());
        let resumed = self.archiving.resumed().await;
        self.archiving.tell(self.state.last_memos(self.clock.now(), resumed));
        let archived = self.archiving.end(LONGEST_END);
        let recorded = self.recording.end(&self.sound);
        let sound = self.sound;
        let all = async move {
            // Side by side: a server that does not answer is not to take the time that the others need.
            tokio::join!(futures_util::future::join_all(goodbyes), saved, kept, named, archived, recorded);
            // The thread waits at most for a fade; on a runtime worker even that would be too long.
            let _ = tokio::task::spawn_blocking(move || sound.shutdown()).await;
        };
        if tokio::time::timeout(LONGEST_END, all).await.is_err() {
            tracing::warn!("something did not end in time and was left");
        }
    }
}

/// The way to know whether another program uses the microphone, if there is one, and the watch while one is wanted.
struct Microphone {
    watch: Option<WatchMicrophone>,
    watching: Option<Box<dyn Any + Send>>,
    tell: mpsc::UnboundedSender<SoundEvent>,
}

impl Microphone {
    fn watch(&mut self, on: bool) {
        let tell = self.tell.clone();
        self.watching = self.watch.as_ref().filter(|_| on).map(|watch| {
            watch(Box::new(move |told| {
                // Without an engine nobody wants to know.
                let _ = tell.send(SoundEvent::Microphone(told));
            }))
        });
    }
}

/// Says goodbye to a server. Its task may be busy; the time limit is the caller's or ours, whichever is first.
async fn close(connection: Connection) {
    let goodbye = async {
        // A task that is gone needs no goodbye.
        let _ = connection.commands.send(ServerCommand::Close).await;
        (connection.settle)().await;
        connection.task.await
    };
    if tokio::time::timeout(LONGEST_END, goodbye).await.is_err() {
        tracing::warn!("a server's task did not end in time and was left");
    }
}
