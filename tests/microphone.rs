//! Stepping back while another program uses the microphone, with a real sound server that a real program records from.
//!
//! As in `sound_device`, each test starts this program again for itself, with the server's variables set.

#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use squelch_core::client::Client;
use squelch_core::sound::Output as _;
use squelch_core::sound::device::Device;
use squelch_core::view::{self, Setting, Yielding};
use squelch_demo::Announcement;
use squelch_tests::desk::{joining, parts, quiet_server, registered, rising_tone};
use squelch_tests::pulse::{CHANNELS, PulseServer, RATE, Recorder};
use squelch_tests::screen::Screen;

const LIMIT: Duration = Duration::from_secs(20);
const HELPER: &str = "SQUELCH_TEST_HELPER";
/// What is looked at to say how loud it is.
const MOMENT: usize = RATE as usize * CHANNELS / 10;

/// One of the helpers below in a process that sees only this server, and the lines it says. Ends when dropped.
struct Helper {
    child: Child,
    said: Receiver<String>,
}

impl Helper {
    fn start(name: &str, choice: &str, env: &[(&str, PathBuf)]) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", name, "--ignored", "--nocapture"]).envs(env.iter().cloned()).env(HELPER, choice);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it can be started again");
        let output = BufReader::new(child.stdout.take().expect("it was asked for"));
        let (say, said) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).all(|line| say.send(line).is_ok()));
        Self { child, said }
    }

    /// Waits for a line that says so. What it said before that must not say what is forbidden.
    fn says(&self, wanted: &str, forbidden: &str) {
        loop {
            let line = self.said.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("it never said {wanted}"));
            println!("{line}");
            if line.contains(wanted) {
                return;
            }
            assert!(!line.contains(forbidden), "{line}");
        }
    }

    fn ends(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Until nobody holds the other end.
fn until_told_to_end() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

#[test]
fn who_uses_the_microphone_is_told_but_not_who_records_what_is_played() {
    let mut server = PulseServer::start();
    server.add_microphone("mic");
    let monitor = server.record();
    let watcher = Helper::start("watcher", "", &server.env());
    watcher.says("Free", "Taken");
    let phone = server.speak_into("mic");
    watcher.says("Taken { by: \"parec\" }", "Unknown");
    drop(phone);
    watcher.says("Free", "Unknown");
    let (another, phone) = (server.record(), server.speak_into("mic"));
    watcher.says("Taken", "Unknown");
    drop((monitor, another));
    drop(phone);
    watcher.says("Free", "Unknown");
    server.restart();
    watcher.says("Unknown", "Taken");
    watcher.says("Free", "Taken");
    server.add_microphone("mic");
    let phone = server.speak_into("mic");
    watcher.says("Taken", "Unknown");
    watcher.ends();
    drop(phone);
}

#[test]
fn without_a_sound_server_nothing_is_known_of_the_microphone() {
    let nowhere = tempfile::tempdir().expect("a folder");
    let run = nowhere.path().to_owned();
    let nobody = PathBuf::from(format!("unix:{}", run.join("nobody").display()));
    let env = [("PULSE_SERVER", nobody), ("PULSE_RUNTIME_PATH", run.clone()), ("XDG_RUNTIME_DIR", run)];
    let watcher = Helper::start("watcher", "", &env);
    watcher.says("Unknown", "Free");
    watcher.ends();
}

#[test]
#[ignore = "watches for the tests above"]
fn watcher() {
    assert!(std::env::var_os(HELPER).is_some(), "this is started by another test");
    let watch = Device.microphone().expect("it can be told on Linux");
    let watching = watch(Box::new(|told| println!("{told:?}")));
    until_told_to_end();
    drop(watching);
}

/// How loud the last moment was.
fn loudness(samples: &[i16]) -> i32 {
    let last = &samples[samples.len().saturating_sub(MOMENT)..];
    last.iter().map(|sample| i32::from(sample.saturating_abs())).max().unwrap_or_default()
}

/// Waits until the last moment was as loud as this, give or take a twentieth.
fn is_as_loud_as(recorder: &Recorder, wanted: i32) {
    let near = |samples: &[i16]| (loudness(samples) - wanted).abs() <= wanted / 20;
    assert!(recorder.wait(LIMIT, near), "it is {} loud, not {wanted}", loudness(&recorder.samples()));
}

/// The largest step from one sample to the next. The server's own silence, when the computer is too busy to feed it, is
/// none of ours.
fn largest_step(samples: &[i16]) -> i32 {
    const DRY: usize = 32;
    let left: Vec<i32> = samples.iter().step_by(CHANNELS).map(|sample| i32::from(*sample)).collect();
    let is_dry = |at: usize| {
        let around = &left[at.saturating_sub(DRY)..(at + DRY).min(left.len())];
        around.iter().filter(|sample| **sample == 0).count() >= DRY - 1
    };
    let steps = left.windows(2).enumerate().filter(|(at, _)| !is_dry(*at + 1));
    steps.map(|(_, pair)| (pair[1] - pair[0]).abs()).max().unwrap_or_default()
}

#[test]
fn calls_are_quieter_without_a_click_for_as_long_as_another_program_uses_the_microphone() {
    let server = PulseServer::start();
    server.add_microphone("mic");
    let recorder = server.record();
    let listener = Helper::start("listener", "quieter", &server.env());
    let is_steady = |samples: &[i16]| samples.len() > MOMENT && loudness(&samples[..samples.len() - MOMENT]) > 4_000;
    assert!(recorder.wait(LIMIT, is_steady), "nothing is heard");
    let loud = loudness(&recorder.samples());
    let phone = server.speak_into("mic");
    is_as_loud_as(&recorder, loud / 8);
    listener.says("parec Quieter", "Pause");
    drop(phone);
    is_as_loud_as(&recorder, loud);
    listener.says("nobody Off", "Pause");
    let step = largest_step(&recorder.samples());
    // The tone itself makes steps of a tenth by now.
    assert!(step * 5 < loud, "a step of {step} in a tone of {loud}");
    listener.ends();
}

#[test]
fn calls_are_paused_for_as_long_as_another_program_uses_the_microphone() {
    let server = PulseServer::start();
    server.add_microphone("mic");
    let recorder = server.record();
    let listener = Helper::start("listener", "pause", &server.env());
    assert!(recorder.wait(LIMIT, |samples| loudness(samples) > 4_000), "nothing is heard");
    let phone = server.speak_into("mic");
    assert!(recorder.wait(LIMIT, |samples| loudness(samples) == 0), "it goes on");
    listener.says("parec Pause", "Quieter");
    drop(phone);
    assert!(recorder.wait(LIMIT, |samples| loudness(samples) > 4_000), "it does not go on");
    listener.ends();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "listens for the tests above"]
async fn listener() {
    let choice = std::env::var(HELPER).expect("this is started by another test");
    squelch_core::install_crypto();
    let (demo, controls) = quiet_server().await;
    let folder = tempfile::tempdir().expect("a folder");
    let client = Client::start(parts(&folder, Device));
    let mut screen = Screen::open(&client).await;
    let choice = if choice == "pause" { Yielding::Pause } else { Yielding::Quieter };
    let send = async |command| client.send(command).await.expect("it is possible");
    // As loud as it is sent.
    send(view::Command::Change { setting: Setting::Loudness { on: false } }).await;
    send(view::Command::Change { setting: Setting::TameTones { on: false } }).await;
    send(view::Command::Change { setting: Setting::Yielding { choice } }).await;
    send(joining(demo.address())).await;
    registered(&controls, 1).await;
    controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(60)), "audio/wav"));
    let tell = tokio::spawn(async move {
        let mut before = None;
        loop {
            let now = screen.wait("another word on the microphone", |shown| {
                let now = shown.microphone.clone();
                (before.as_ref() != Some(&now)).then_some(now)
            });
            let now = now.await;
            println!("{} {:?}", now.by.as_deref().unwrap_or("nobody"), now.doing);
            before = Some(now);
        }
    });
    tokio::task::spawn_blocking(until_told_to_end).await.expect("it can be waited for");
    tell.abort();
    client.shutdown().await;
}
