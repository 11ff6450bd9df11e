//! A real device through the operating system's sound server, recorded and compared bit by bit.
//!
//! The device finds its server through the environment, which only a new process can be given safely. So each test
//! starts this program again for itself, with the server's variables set.

#![forbid(unsafe_code)]

mod losing;

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use squelch_core::clock::Clock;
use squelch_core::model::Turn;
use squelch_core::sound::decode::{decode, measured_clip};
use squelch_core::sound::device::Device;
use squelch_core::sound::shape::shape;
use squelch_core::sound::thread::{Sound, start};
use squelch_core::sound::{Clip, Level, Mix, SoundCommand, SoundEvent};
use squelch_tests::pulse::{CHANNELS, PulseServer, RATE, Recorder};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const LIMIT: Duration = Duration::from_secs(20);
const PLAYER: &str = "SQUELCH_TEST_PLAYER";

fn clip(file: &str) -> Clip {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio").join(file);
    shape(&decode(&std::fs::read(path).expect("readable"), None).expect("a fixture decodes"), RATE)
}

/// The samples as a 16-bit device gets them.
fn as_sent(clip: &Clip) -> Vec<i16> {
    clip.samples.iter().map(|sample| (sample * 32_768.0).round_ties_even() as i16).collect()
}

struct Player {
    sound: Sound,
    events: UnboundedReceiver<SoundEvent>,
}

impl Player {
    fn new() -> Self {
        // Of no use but to whoever looks why a test failed.
        let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false).try_init();
        let (sender, events) = unbounded_channel();
        Self { sound: start(Box::new(Device), Clock::system(), sender), events }
    }

    fn play(&self, turn: u32, clip: Clip, from: Duration) {
        self.sound.send(SoundCommand::Play { turn: Turn(turn), clip, from });
    }

    /// Plays from the start until it sounds. On a busy machine the sound server may not answer in time at first; then the
    /// thread says so and looks again, and whoever commands it plays again, as the engine does.
    fn begin(&mut self, turn: u32, clip: &Clip) {
        loop {
            self.play(turn, clip.clone(), Duration::ZERO);
            let told = self.wait_for(|event| {
                matches!(
                    event,
                    SoundEvent::Started { .. } | SoundEvent::DeviceLost { during: Some((_, Duration::ZERO)), .. }
                )
            });
            if matches!(told, SoundEvent::Started { .. }) {
                return;
            }
            self.wait_for(|event| matches!(event, SoundEvent::DeviceReady { .. }));
        }
    }

    fn wait_for(&mut self, mut condition: impl FnMut(&SoundEvent) -> bool) -> SoundEvent {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            loop {
                let event = tokio::time::timeout(LIMIT, self.events.recv()).await.expect("in time").expect("it runs");
                println!("{event:?}");
                if condition(&event) {
                    return event;
                }
            }
        })
    }
}

/// Runs one of the players below in a process that sees only this server.
fn run_player(name: &str, server: &PulseServer) -> std::process::Child {
    run_player_with(name, "", server)
}

/// The same with something to tell it.
fn run_player_with(name: &str, told: &str, server: &PulseServer) -> std::process::Child {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["--exact", name, "--ignored", "--nocapture"]).envs(server.env()).env(PLAYER, told);
    command.stdin(std::process::Stdio::piped()).spawn().expect("it can be started again")
}

fn one_channel(recorder: &Recorder) -> Vec<i16> {
    let samples = recorder.samples();
    for frame in samples.chunks_exact(CHANNELS) {
        assert!(frame.iter().all(|sample| *sample == frame[0]), "the channels differ");
    }
    samples.iter().step_by(CHANNELS).copied().collect()
}

fn from_first_sound(samples: &[i16]) -> &[i16] {
    let first = samples.iter().position(|sample| *sample != 0).expect("something was heard");
    &samples[first..]
}

#[test]
fn calls_reach_the_card_bit_by_bit_one_right_after_the_other() {
    let server = PulseServer::start();
    let recorder = server.record();
    let mut player = run_player("player_of_two_calls", &server);
    // The player closes the device when its input is closed; the server has two periods left when the call ends.
    assert!(recorder.wait_for_end_of_sound(LIMIT), "no sound was recorded");
    assert!(player.wait().expect("it ends").success());
    let expected: Vec<i16> = CALLS.iter().flat_map(|file| as_sent(&clip(file))).collect();
    let expected = from_first_sound(&expected);
    let heard = one_channel(&recorder);
    let heard = after(from_first_sound(&heard), expected);
    assert!(heard.rest.iter().all(|sample| *sample == 0), "something else was heard");
    let total: usize = heard.dry.iter().sum();
    println!("the server ran dry {} times, for {total} frames of {}", heard.dry.len(), expected.len());
    // A queue too short for a busy computer runs dry several times a second, one that is not seven times at most: seen with
    // two cores under a load of 13.
    assert!(heard.dry.len() <= 16 && total * 4 <= expected.len(), "holes of these lengths: {:?}", heard.dry);
}

/// Some eight seconds: long enough to run dry if something is wrong with the queue.
const CALLS: [&str; 2] = ["short-8k.wav", "dispatch-8k.wav"];

struct Heard<'a> {
    /// What follows the expected samples.
    rest: &'a [i16],
    /// The lengths of the holes in them.
    dry: Vec<usize>,
}

/// Finds the expected samples, all of which must be there, in order and once. When the computer is so busy that the
/// server runs dry, it puts silence in between; that is told and skipped here. That there is no gap of ours is shown with
/// an output that never runs dry.
fn after<'a>(mut heard: &'a [i16], expected: &[i16]) -> Heard<'a> {
    const DRY: usize = 64;
    let mut dry = Vec::new();
    for (at, sample) in expected.iter().enumerate() {
        if heard.first() != Some(sample) {
            let silence = heard.iter().take_while(|sample| **sample == 0).count();
            assert!(silence >= DRY, "sample {at} differs: {:?} for {sample}", heard.first());
            // The expected samples may begin with some silence of their own.
            let own = expected[at..].iter().take_while(|sample| **sample == 0).count();
            heard = &heard[silence - own.min(silence)..];
            dry.push(silence);
        }
        assert_eq!(heard.first(), Some(sample), "sample {at}");
        heard = &heard[1..];
    }
    Heard { rest: heard, dry }
}

#[test]
#[ignore = "plays for the test above"]
fn player_of_two_calls() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let mut player = Player::new();
    player.begin(1, &clip(CALLS[0]));
    let next = SoundCommand::Next { turn: Turn(2), after: Turn(1), clip: clip(CALLS[1]), pause: Duration::ZERO };
    player.sound.send(next);
    player.wait_for(|event| *event == SoundEvent::Ended { turn: Turn(2) });
    std::io::stdin().read_line(&mut String::new()).expect("closed at the end");
    player.sound.shutdown();
}

#[test]
fn a_loud_call_at_full_volume_is_heard_on_the_chosen_side_and_does_not_clip() {
    let server = PulseServer::start();
    let recorder = server.record();
    let mut player = run_player("player_of_a_call_that_changes_sides", &server);
    let side =
        |samples: &[i16], side: usize| samples.iter().skip(side).step_by(CHANNELS).copied().collect::<Vec<i16>>();
    let sounding = |samples: &[i16]| samples.iter().filter(|sample| **sample != 0).count();
    let half_a_second = RATE as usize / 2;
    assert!(recorder.wait(LIMIT, |samples| sounding(&side(samples, 0)) > half_a_second), "nothing on the left");
    assert_eq!(sounding(&side(&recorder.samples(), 1)), 0, "something on the right");
    let mut word = player.stdin.take().expect("it was asked for");
    word.write_all(b"turn\n").expect("it listens");
    assert!(recorder.wait(LIMIT, |samples| sounding(&side(samples, 1)) > half_a_second), "nothing on the right");
    assert!(recorder.wait_for_end_of_sound(LIMIT), "it does not end");
    drop(word);
    assert!(player.wait().expect("it ends").success());
    let (left, right) = (side(&recorder.samples(), 0), side(&recorder.samples(), 1));
    let first = right.iter().position(|sample| *sample != 0).expect("it was heard on the right");
    let last = left.iter().rposition(|sample| *sample != 0).expect("it was heard on the left");
    let both = last.saturating_sub(first) * 1_000 / RATE as usize;
    assert!(both <= 5, "it is heard on both sides for {both} ms");
    let peak = left.iter().chain(&right).map(|sample| sample.unsigned_abs()).max().unwrap_or_default();
    // No louder than 1 dB below full scale, and as loud as that: 18 dB more than its own loudness were wanted.
    assert!((25_000..29_205).contains(&peak), "{peak}");
}

#[test]
#[ignore = "plays for the test above"]
fn player_of_a_call_that_changes_sides() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio/dispatch-8k.wav");
    let call = measured_clip(&std::fs::read(path).expect("readable"), None, RATE).expect("a fixture decodes");
    let level = Some(Level::of(&call.measure, None, true, true));
    let on = |balance: f32| Mix { balance, offset_db: 12.0 };
    let mut player = Player::new();
    player.sound.send(SoundCommand::Gain(2.0));
    player.begin(1, &Clip { level, mix: on(-1.0), ..call });
    std::io::stdin().read_line(&mut String::new()).expect("a word when it is to change");
    player.sound.send(SoundCommand::Mix { turn: Turn(1), mix: on(1.0) });
    player.wait_for(|event| *event == SoundEvent::Ended { turn: Turn(1) });
    std::io::stdin().read_line(&mut String::new()).expect("closed at the end");
    player.sound.shutdown();
}

#[test]
fn a_card_that_is_taken_away_and_put_back_goes_on_with_the_call() {
    let server = PulseServer::start();
    let recorder = server.record();
    let mut player = run_player("player_of_an_interrupted_call", &server);
    let is_loud = |samples: &[i16]| samples.iter().filter(|sample| **sample != 0).count() > RATE as usize;
    assert!(recorder.wait(LIMIT, is_loud), "no sound was recorded");
    server.remove_sink();
    drop(recorder);
    server.add_sink();
    let recorder = server.record();
    assert!(recorder.wait(LIMIT, is_loud), "nothing is heard after the card is back");
    assert!(player.wait().expect("it ends").success());
}

#[test]
#[ignore = "plays for the test above"]
fn player_of_an_interrupted_call() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let mut player = Player::new();
    let call = clip("dispatch-8k.wav");
    player.begin(1, &call);
    let lost = player.wait_for(|event| matches!(event, SoundEvent::DeviceLost { .. }));
    let SoundEvent::DeviceLost { during: Some((Turn(1), at)), .. } = lost else { panic!("{lost:?}") };
    assert!(at > Duration::from_millis(400) && at < call.duration, "{at:?}");
    player.wait_for(|event| matches!(event, SoundEvent::DeviceReady { .. }));
    player.play(2, call, at);
    player.wait_for(|event| *event == SoundEvent::Ended { turn: Turn(2) });
    player.sound.shutdown();
}

#[test]
fn the_call_moves_to_the_card_that_becomes_the_default() {
    let server = PulseServer::start();
    server.add_sink_named("headset");
    server.make_default("squelch");
    let (speakers, headset) = (server.record(), server.record_from("headset"));
    let mut player = run_player("player_of_a_call_that_moves", &server);
    let is_loud = |samples: &[i16]| samples.iter().filter(|sample| **sample != 0).count() > RATE as usize;
    assert!(speakers.wait(LIMIT, is_loud), "nothing is heard where the default was");
    server.make_default("headset");
    assert!(headset.wait(LIMIT, is_loud), "nothing is heard where the default is now");
    assert!(player.wait().expect("it ends").success());
}

#[test]
#[ignore = "plays for the test above"]
fn player_of_a_call_that_moves() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let mut player = Player::new();
    player.begin(1, &clip("dispatch-8k.wav"));
    let is_headset = |event: &SoundEvent| matches!(event, SoundEvent::DeviceReady { name, .. } if name == "headset");
    player.wait_for(is_headset);
    let next = player.wait_for(|event| !is_headset(event));
    assert_eq!(next, SoundEvent::Ended { turn: Turn(1) }, "it went on and did not begin again");
    player.sound.shutdown();
}

#[test]
fn a_device_that_is_closed_leaves_no_connection_behind_and_opens_again() {
    let server = PulseServer::start();
    let recorder = server.record();
    let mut player = run_player("player_that_closes_between_two_calls", &server);
    assert!(recorder.wait_for_end_of_sound(LIMIT), "the first call is not heard");
    assert!(server.knows("Squelch"), "it plays without being known");
    let mut word = player.stdin.take().expect("it was asked for");
    word.write_all(b"close\n").expect("it listens");
    let deadline = Instant::now() + LIMIT;
    while server.knows("Squelch") {
        assert!(Instant::now() < deadline, "it is still connected");
    }
    let recorder = server.record();
    word.write_all(b"again\n").expect("it listens");
    assert!(recorder.wait_for_end_of_sound(LIMIT), "the second call is not heard");
    drop(word);
    assert!(player.wait().expect("it ends").success());
}

#[test]
#[ignore = "plays for the test above"]
fn player_that_closes_between_two_calls() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let wait = || std::io::stdin().read_line(&mut String::new()).expect("a word, or the end");
    for _ in 0..2 {
        let mut player = Player::new();
        player.begin(1, &clip(CALLS[0]));
        player.wait_for(|event| *event == SoundEvent::Ended { turn: Turn(1) });
        wait();
        player.sound.shutdown();
        wait();
    }
}
