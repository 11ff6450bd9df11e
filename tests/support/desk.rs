//! A listener at a desk: a client with everything real except the sound card, the keychain and the clock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use squelch_core::client::{Client, Parts};
use squelch_core::clock::{Clock, Hands};
use squelch_core::secret::Secret;
use squelch_core::server::Limits;
use squelch_core::sound::{Output, Pace, Recording, Silent};
use squelch_core::vault::{Keychain, Memory};
use squelch_core::view::{AccountView, Command, LinkView, LoginWish, PlaybackState, RowState, ServerView};
use squelch_demo::{Announcement, Controls, Demo, Options, PASSWORD, USER};
use tempfile::TempDir;

use crate::LIMIT;
use crate::screen::Screen;

/// The rate of the silent device; other than the clips' 8 kHz, so that every call is resampled.
pub const RATE: u32 = 48_000;

/// A client, what it shows and what it sounds like.
#[derive(Debug)]
pub struct Desk {
    /// The client.
    pub client: Client,
    /// What it shows.
    pub screen: Screen,
    /// What it sounds like.
    pub recording: Recording,
    /// Moves its clock.
    pub hands: Hands,
    /// Its keychain.
    pub vault: Memory,
    /// Its data.
    pub folder: TempDir,
}

impl Desk {
    /// A first start: no settings, nothing remembered.
    pub async fn new() -> Self {
        Self::with(tempfile::tempdir().expect("a folder can be made"), Memory::default()).await
    }

    /// A start with what an earlier run left behind.
    pub async fn with(folder: TempDir, vault: Memory) -> Self {
        Self::later(folder, vault, Duration::ZERO).await
    }

    /// The same, so long after the first start of all.
    pub async fn later(folder: TempDir, vault: Memory, span: Duration) -> Self {
        let data = folder.path().to_path_buf();
        Self::start(folder, data, vault, Limits::default(), span).await
    }

    /// A first start with a client that does not wait long for an answer.
    pub async fn impatient() -> Self {
        let short = Duration::from_millis(400);
        let limits = Limits { connect: short, piece: short, answer: 2 * short, audio: 2 * short };
        let folder = tempfile::tempdir().expect("a folder can be made");
        let data = folder.path().to_path_buf();
        Self::start(folder, data, Memory::default(), limits, Duration::ZERO).await
    }

    /// A first start whose data belong below a folder.
    pub async fn below(folder: TempDir, name: &str) -> Self {
        let data = folder.path().join(name);
        Self::start(folder, data, Memory::default(), Limits::default(), Duration::ZERO).await
    }

    async fn start(folder: TempDir, data: PathBuf, vault: Memory, limits: Limits, later: Duration) -> Self {
        squelch_core::install_crypto();
        let (output, recording) = Silent::new(RATE, Pace::Times(8));
        let (clock, hands) = Clock::manual();
        hands.advance(later);
        let parts = Parts { vault: Box::new(vault.clone()), output: Box::new(output), clock, data };
        let client = Client::start_within(parts, limits);
        let screen = Screen::open(&client).await;
        Self { client, screen, recording, hands, vault, folder }
    }

    /// Adds a server and signs in with the demo's account, waiting until calls arrive.
    pub async fn join(&mut self, demo: &Demo) {
        self.add(demo, true).await;
        self.live().await;
        registered(&demo.controls(), 1).await;
    }

    /// Adds a server with the demo's account.
    pub async fn add(&self, demo: &Demo, stay: bool) {
        let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay };
        self.send(Command::AddServer { address: demo.address(), remember: true, login: Some(login) }).await;
    }

    /// Waits until every server is live.
    pub async fn live(&mut self) {
        self.screen
            .wait("a live link", |shown| {
                let live = |server: &ServerView| server.link == LinkView::Live;
                (!shown.servers.is_empty() && shown.servers.iter().all(live)).then_some(())
            })
            .await;
    }

    /// Waits until every server is live, letting time pass for whatever waits before it tries again.
    pub async fn live_again(&mut self) {
        self.screen
            .wait_while_time_passes(&self.hands, "a live link", |shown| {
                shown.servers.iter().all(|server| server.link == LinkView::Live).then_some(())
            })
            .await;
    }

    /// Waits until the first server says that nobody is signed in.
    pub async fn signed_out(&mut self) {
        let out = |account: &AccountView| matches!(account, AccountView::SignedOut { .. });
        self.screen.server("signed out", |server| out(&server.account)).await;
    }

    /// Sends a wish that must be accepted.
    pub async fn send(&self, command: Command) {
        let kind = format!("{command:?}");
        self.client.send(command).await.unwrap_or_else(|problem| panic!("{kind} was refused: {problem:?}"));
    }

    /// Waits until a call was played to its end.
    pub async fn played(&mut self, call: u64) {
        self.screen.row(call, "played", |state| *state == RowState::Played).await;
    }

    /// Waits until a call sounds: its row says so, its first sample was taken, and something was heard.
    pub async fn playing(&mut self, call: u64) {
        self.screen
            .wait(&format!("call {call} to sound"), |shown| {
                let row = shown.playback.row.as_ref().filter(|row| row.key.call.0 == call)?;
                let sounds = shown.playback.state == PlaybackState::Playing && row.state == RowState::Playing;
                sounds.then_some(())
            })
            .await;
        let recording = self.recording.clone();
        let heard = move || recording.wait(LIMIT, |samples| samples.iter().any(|sample| *sample != 0.0));
        assert!(tokio::task::spawn_blocking(heard).await.expect("waiting does not panic"), "nothing is heard");
    }

    /// The path of its data.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it in order; gives what the next start finds.
    pub async fn end(self) -> (TempDir, Memory) {
        self.client.shutdown().await;
        (self.folder, self.vault)
    }
}

/// What a client is made of that runs on real time and keeps its login to itself; for benchmarks.
pub fn parts(folder: &TempDir, output: impl Output + 'static) -> Parts {
    let data = folder.path().to_path_buf();
    Parts { vault: Box::new(Memory::default()), output: Box::new(output), clock: Clock::system(), data }
}

/// A client whose logins are in the system's keychain, without a card, once its server is live and nothing is said
/// against the login. The server is one of an earlier run, or that of the wish.
pub async fn at_keychain(data: &Path, wish: Option<(String, LoginWish)>) -> Client {
    let (output, _) = Silent::new(RATE, Pace::ByHand);
    let data = data.to_path_buf();
    let vault = Box::new(Keychain::default());
    let client = Client::start(Parts { vault, output: Box::new(output), clock: Clock::system(), data });
    let mut screen = Screen::open(&client).await;
    if let Some((address, login)) = wish {
        let add = Command::AddServer { address, remember: true, login: Some(login) };
        client.send(add).await.expect("it can be added");
    }
    let is_kept = |server: &ServerView| {
        server.link == LinkView::Live && matches!(server.account, AccountView::SignedIn { problem: None, .. })
    };
    screen.server("live with its login", is_kept).await;
    assert!(screen.shown.notices.is_empty(), "nothing is to be said: {:?}", screen.shown.notices);
    client
}

/// The wish to listen to a demo server with its account, for this once.
pub fn joining(address: String) -> Command {
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay: false };
    Command::AddServer { address, remember: false, login: Some(login) }
}

/// A demo server that announces calls only when told.
pub async fn quiet_server() -> (Demo, Controls) {
    server(Options::silent()).await
}

/// A demo server.
pub async fn server(options: Options) -> (Demo, Controls) {
    let demo = squelch_demo::start(options).await.expect("a port on loopback is free");
    let controls = demo.controls();
    (demo, controls)
}

/// Waits until the server has registered its listeners again after a restart or a reconnection: a call announced between
/// welcome and registration is not sent (protocol 3.2).
pub async fn registered(controls: &Controls, listeners: usize) {
    controls.wait_for_sockets(listeners).await.expect("the listeners are registered");
}

/// Announces one of the short clips (two to three seconds).
pub fn short_call(controls: &Controls) -> u64 {
    controls.announce(Announcement::default().clip(3))
}

/// A tone of our own as a WAV file, 16 bit, 8 kHz: for calls whose length and sound matter. It rises, so that it repeats
/// nowhere.
pub fn rising_tone(length: Duration) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let frames = (length.as_secs_f64() * f64::from(RATE)) as u32;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + frames * 2).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend_from_slice(&RATE.to_le_bytes());
    wav.extend_from_slice(&(RATE * 2).to_le_bytes());
    wav.extend_from_slice(b"\x02\0\x10\0data");
    wav.extend_from_slice(&(frames * 2).to_le_bytes());
    let mut phase = 0.0_f64;
    for n in 0..frames {
        phase += (300.0 + 1_500.0 * f64::from(n) / f64::from(frames)) * std::f64::consts::TAU / f64::from(RATE);
        wav.extend_from_slice(&((phase.sin() * 12_000.0) as i16).to_le_bytes());
    }
    wav
}

/// Waits on a thread that may block until the recording holds sound and then this much silence.
pub async fn silence(recording: &Recording, span: Duration) {
    let recording = recording.clone();
    let quiet = tokio::task::spawn_blocking(move || recording.wait_for_silence(span, LIMIT)).await;
    assert!(quiet.expect("waiting does not panic"), "the sound never ended");
}
