//! A sound server of the test's own, with a card that does not exist: what is played can be recorded bit by bit.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Rate and channels of the card.
pub const RATE: u32 = 48_000;
/// See [`RATE`].
pub const CHANNELS: usize = 2;

/// A running PulseAudio with one null sink `squelch`. Dropping it ends the server and removes its folder.
#[derive(Debug)]
pub struct PulseServer {
    home: tempfile::TempDir,
    server: Child,
}

impl PulseServer {
    /// Starts a server that only this test can see.
    ///
    /// # Panics
    ///
    /// PulseAudio is not installed or does not come up.
    pub fn start() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(home.path().join("run")).expect("a folder in it");
        let server = Self::spawn(home.path());
        Self { home, server }
    }

    fn spawn(home: &Path) -> Child {
        let mut command = Command::new("pulseaudio");
        // In the foreground, so that it is this test's child. `norewinds`: without it playback begins a second late.
        command.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"]);
        // At this level it says when it is up; in the language of programmers.
        command
            .args(["-L", &null_sink("squelch", RATE, CHANNELS), "--log-level=info", "--log-target=stderr"])
            .env("LC_ALL", "C");
        command.stdout(Stdio::null()).stderr(Stdio::piped()).stdin(Stdio::null());
        set(&mut command, home);
        let mut server = command.spawn().expect("pulseaudio is installed (apt install pulseaudio pulseaudio-utils)");
        let log = server.stderr.take().expect("it was asked for");
        let (tell, is_up) = std::sync::mpsc::channel();
        std::thread::spawn(move || read_log(log, &tell));
        is_up.recv_timeout(Duration::from_secs(20)).expect("pulseaudio comes up");
        server
    }

    /// Ends the server and starts another one in its place.
    pub fn restart(&mut self) {
        self.end();
        self.server = Self::spawn(self.home.path());
    }

    fn end(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// The environment a program needs to find this server and no other.
    pub fn env(&self) -> Vec<(&'static str, PathBuf)> {
        env(self.home.path())
    }

    /// Takes the card away, as unplugging does.
    pub fn remove_sink(&self) {
        self.pactl(&["unload-module", "module-null-sink"]).expect("the card can be removed");
    }

    /// Puts the card back.
    pub fn add_sink(&self) {
        self.add_sink_named("squelch");
    }

    /// Takes one of several cards away.
    pub fn remove_sink_named(&self, name: &str) {
        let modules = self.pactl(&["list", "short", "modules"]).expect("the server answers");
        let is_it = |line: &&str| line.split([' ', '\t']).any(|word| word == format!("sink_name={name}"));
        let line = modules.lines().find(is_it).expect("the card is there");
        let index = line.split('\t').next().unwrap_or_default();
        self.pactl(&["unload-module", index]).expect("the card can be removed");
    }

    /// Puts in another card.
    pub fn add_sink_named(&self, name: &str) {
        self.add_sink_of(name, RATE, CHANNELS);
    }

    /// Puts in a card of another rate or with other channels.
    pub fn add_sink_of(&self, name: &str, rate: u32, channels: usize) {
        let module = null_sink(name, rate, channels);
        let arguments: Vec<_> = std::iter::once("load-module").chain(module.split(' ')).collect();
        self.pactl(&arguments).expect("the card can be added");
    }

    /// Puts in a microphone that nobody speaks into.
    pub fn add_microphone(&self, name: &str) {
        let name = format!("source_name={name}");
        self.pactl(&["load-module", "module-null-source", &name]).expect("the microphone can be added");
    }

    /// Uses a microphone as a telephone program does, from now on.
    pub fn speak_into(&self, name: &str) -> Recorder {
        self.record_source(name)
    }

    /// Whether any program has the card open for playing.
    pub fn is_playing(&self) -> bool {
        self.pactl(&["list", "short", "sink-inputs"]).is_some_and(|inputs| !inputs.trim().is_empty())
    }

    /// Whether a program is connected, by the name it gives itself.
    pub fn knows(&self, program: &str) -> bool {
        let clients = self.pactl(&["list", "clients"]).expect("the server answers");
        clients.contains(&format!("application.name = \"{program}\""))
    }

    /// Makes a card the system's default, as a person does in the desktop's settings.
    pub fn make_default(&self, name: &str) {
        self.pactl(&["set-default-sink", name]).expect("the card is there");
    }

    /// Records what the card plays from now on.
    pub fn record(&self) -> Recorder {
        self.record_from("squelch")
    }

    /// Records what another card plays from now on.
    pub fn record_from(&self, name: &str) -> Recorder {
        self.record_source(&format!("{name}.monitor"))
    }

    /// The same of a card of this rate and with so many channels.
    pub fn record_from_of(&self, name: &str, rate: u32, channels: usize) -> Recorder {
        self.record_source_of(&format!("{name}.monitor"), rate, channels)
    }

    fn record_source(&self, name: &str) -> Recorder {
        self.record_source_of(name, RATE, CHANNELS)
    }

    fn record_source_of(&self, name: &str, rate: u32, channels: usize) -> Recorder {
        let mut command = Command::new("parec");
        command.args(["-d", name, "--format=s16le", "--raw", "--latency-msec=20"]);
        command.args([&format!("--rate={rate}"), &format!("--channels={channels}")]);
        set(&mut command, self.home.path());
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null());
        let mut child = command.spawn().expect("parec is installed (apt install pulseaudio-utils)");
        let output = child.stdout.take().expect("it was asked for");
        let heard = Arc::new(Heard::default());
        let writer = heard.clone();
        std::thread::spawn(move || listen(output, &writer));
        let recorder = Recorder { child, heard };
        // Its first bytes show that it is connected.
        assert!(recorder.wait(Duration::from_secs(10), |samples| !samples.is_empty()), "parec records nothing");
        recorder
    }

    fn pactl(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("pactl");
        set(command.args(arguments), self.home.path());
        let output = command.output().expect("pactl is installed (apt install pulseaudio-utils)");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for PulseServer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads to the end, so that the server never waits for somebody to read, and tells when it is up.
fn read_log(log: ChildStderr, is_up: &Sender<()>) {
    for line in BufReader::new(log).lines().map_while(Result::ok) {
        if line.contains("Daemon startup complete") {
            // Whoever started it may have stopped waiting.
            let _ = is_up.send(());
        }
    }
}

fn null_sink(name: &str, rate: u32, channels: usize) -> String {
    format!(
        "module-null-sink sink_name={name} sink_properties=device.description={name} rate={rate} channels={channels} format=s16le norewinds=1"
    )
}

fn env(home: &Path) -> Vec<(&'static str, PathBuf)> {
    let run = home.join("run");
    vec![
        ("HOME", home.to_owned()),
        ("XDG_RUNTIME_DIR", run.clone()),
        ("XDG_CONFIG_HOME", home.join("config")),
        ("PULSE_RUNTIME_PATH", run.join("pulse")),
        ("PULSE_SERVER", PathBuf::from(format!("unix:{}", run.join("pulse/native").display()))),
        ("PULSE_COOKIE", home.join("config/pulse/cookie")),
    ]
}

fn set(command: &mut Command, home: &Path) {
    command.envs(env(home));
    // The server itself must not take itself for a client of another one.
    if command.get_program() == "pulseaudio" {
        command.env_remove("PULSE_SERVER");
    }
}

/// A running recording. Dropping it ends it.
#[derive(Debug)]
pub struct Recorder {
    child: Child,
    heard: Arc<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    samples: Mutex<Vec<i16>>,
    more: Condvar,
}

fn listen(mut output: ChildStdout, heard: &Heard) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
        let whole = bytes.len() / 2 * 2;
        let words = bytes.drain(..whole).collect::<Vec<u8>>();
        let samples = words.chunks_exact(2).map(|word| i16::from_le_bytes([word[0], word[1]]));
        heard.samples.lock().unwrap_or_else(PoisonError::into_inner).extend(samples);
        heard.more.notify_all();
    }
}

impl Recorder {
    /// Everything so far, channels interleaved.
    pub fn samples(&self) -> Vec<i16> {
        self.heard.samples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Blocks until the recording satisfies the condition; false if it does not within the limit.
    pub fn wait(&self, limit: Duration, mut condition: impl FnMut(&[i16]) -> bool) -> bool {
        let samples = self.heard.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.heard.more.wait_timeout_while(samples, limit, |samples| !condition(samples));
        !wait.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Blocks until sound was followed by half a second of silence; false if it was not within the limit.
    pub fn wait_for_end_of_sound(&self, limit: Duration) -> bool {
        self.wait(limit, |samples| {
            let last = samples.iter().rposition(|sample| *sample != 0);
            last.is_some_and(|last| samples.len() - last > RATE as usize * CHANNELS / 2)
        })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
