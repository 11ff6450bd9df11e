mod devices;

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::clock::Hands;
use crate::model::Keypad;
use crate::model::Turn;
use crate::sound::output::Fault;
use crate::sound::silent::{Pace, Recording, Silent};
use crate::sound::{Beep, Clip, DeviceChoice, OutputError, PEAKS, Press};

const RATE: u32 = 48_000;
/// Only a broken thread takes this long.
const LIMIT: Duration = Duration::from_secs(10);

struct Stage {
    sound: Sound,
    recording: Recording,
    hands: Hands,
    events: UnboundedReceiver<SoundEvent>,
}

impl Stage {
    fn new(pace: Pace) -> Self {
        let (output, recording) = Silent::new(RATE, pace);
        let (clock, hands) = Clock::manual();
        let (sender, events) = unbounded_channel();
        Self { sound: start(Box::new(output), clock, sender), recording, hands, events }
    }

    fn play(&self, turn: u32, length: usize) {
        self.sound.send(SoundCommand::Play { turn: Turn(turn), clip: clip(length), from: Duration::ZERO });
    }

    /// The next event.
    fn event(&mut self) -> SoundEvent {
        within_limit(self.events.recv()).expect("the thread runs")
    }

    /// Waits until the thread sleeps until `at` and not later, so that the clock is moved after it was read.
    fn is_asleep_until(&self, at: Duration) {
        within_limit(self.hands.wait_for_sleeper(at));
    }

    /// Waits until the thread has seen everything sent before, for outputs stepped by hand.
    fn begin(&mut self, turn: u32, length: usize) {
        self.play(turn, length);
        assert_eq!(self.event(), ready());
        self.pull_until(&SoundEvent::Started { turn: Turn(turn) });
    }

    /// Pulls single frames until the next event, which must be this one. How many that takes is up to the computer: a
    /// busy one lets the thread speak late.
    fn pull_until(&mut self, expected: &SoundEvent) {
        let started = std::time::Instant::now();
        loop {
            assert!(started.elapsed() < LIMIT, "{expected:?} did not come");
            match self.events.try_recv() {
                Ok(event) => {
                    assert_eq!(event, *expected);
                    return;
                }
                Err(_) => {
                    self.recording.pull(1);
                    std::thread::yield_now();
                }
            }
        }
    }

    /// Pauses, and pulls until the fade is over. Returns where.
    fn pause(&mut self) -> Duration {
        self.sound.send(SoundCommand::Pause);
        let begun = std::time::Instant::now();
        loop {
            assert!(begun.elapsed() < LIMIT, "no pause came");
            self.recording.pull(1);
            match self.events.try_recv() {
                Ok(SoundEvent::Paused { turn: Turn(1), at }) => return at,
                Ok(event) => panic!("{event:?} is no pause"),
                Err(_) => std::thread::yield_now(),
            }
        }
    }

    /// Lets the call that was paused go on, on a newly opened device, to its end. Returns how many of its frames are heard;
    /// what else is pulled meanwhile is silence.
    fn hear_the_rest(&mut self) -> usize {
        self.sound.send(SoundCommand::Resume);
        assert_eq!(self.event(), ready());
        self.recording.clear();
        self.pull_until(&SoundEvent::Resumed { turn: Turn(1) });
        self.pull_until(&SoundEvent::Ended { turn: Turn(1) });
        self.recording.samples().iter().filter(|sample| **sample != 0.0).count()
    }
}

/// Blocks, because the thread is no task.
fn within_limit<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LIMIT, future).await }).expect("within the limit")
}

fn clip(length: usize) -> Clip {
    let samples = vec![0.5; length];
    let duration = crate::sound::shape::length(length, RATE);
    Clip {
        samples: Arc::new(samples),
        rate: RATE,
        duration,
        peaks: vec![0; PEAKS].into(),
        measure: Default::default(),
        level: None,
        mix: Default::default(),
    }
}

/// The last of a clip from here on.
fn frames_left(length: usize, at: Duration) -> usize {
    length - crate::sound::shape::frames(at, RATE)
}

fn ready() -> SoundEvent {
    ready_on("Silent", RATE, None)
}

fn ready_on(name: &str, rate: u32, instead_of: Option<&str>) -> SoundEvent {
    SoundEvent::DeviceReady { name: name.to_owned(), rate, instead_of: instead_of.map(str::to_owned) }
}

#[test]
fn calls_handed_over_in_time_are_heard_without_a_gap_and_the_device_opens_once() {
    let mut stage = Stage::new(Pace::Times(20));
    assert!(!stage.recording.is_open());
    stage.play(1, 20_000);
    stage.sound.send(SoundCommand::Next { turn: Turn(2), after: Turn(1), clip: clip(10_000), pause: Duration::ZERO });
    let (one, two) = (Turn(1), Turn(2));
    for expected in [
        ready(),
        SoundEvent::Started { turn: one },
        SoundEvent::Ended { turn: one },
        SoundEvent::Started { turn: two },
        SoundEvent::Ended { turn: two },
    ] {
        assert_eq!(stage.event(), expected);
    }
    assert!(stage.recording.wait_for_silence(Duration::from_millis(50), LIMIT));
    let samples = stage.recording.samples();
    let first = samples.iter().position(|sample| *sample != 0.0).unwrap();
    let last = samples.iter().rposition(|sample| *sample != 0.0).unwrap();
    assert_eq!(samples[first..=last], [0.5; 30_000]);
}

#[test]
fn a_storm_of_skips_ends_with_the_last_call_and_blocks_nobody() {
    let mut stage = Stage::new(Pace::Times(20));
    for turn in 1..=100 {
        stage.play(turn, 4_800);
        stage.sound.send(SoundCommand::Next {
            turn: Turn(turn + 1_000),
            after: Turn(turn),
            clip: clip(4_800),
            pause: Duration::ZERO,
        });
    }
    stage.sound.send(SoundCommand::NoNext { after: Turn(100) });
    let mut started = Vec::new();
    loop {
        match stage.event() {
            SoundEvent::Started { turn } => started.push(turn),
            SoundEvent::Ended { turn: Turn(100) } => break,
            _ => {}
        }
    }
    assert_eq!(started.last(), Some(&Turn(100)));
    assert!(started.is_sorted(), "{started:?}");
}

#[test]
fn a_lost_device_is_reported_with_the_position_and_found_again() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 48_000);
    stage.recording.pull(4_799 + 4_800);
    stage.recording.lose();
    let SoundEvent::DeviceLost { during: Some((turn, at)), why } = stage.event() else { panic!("not lost") };
    assert_eq!((turn, why), (Turn(1), OutputError::Gone));
    assert!(at >= Duration::from_millis(199) && at < Duration::from_secs(1), "{at:?}");
    assert!(!stage.recording.is_open());
    stage.recording.bring_back();
    stage.hands.advance(Duration::from_millis(250));
    assert_eq!(stage.event(), ready());
    stage.sound.send(SoundCommand::Play { turn: Turn(2), clip: clip(48_000), from: at });
    stage.pull_until(&SoundEvent::Started { turn: Turn(2) });
}

#[test]
fn without_a_device_a_call_is_given_back_and_looking_slows_down() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.recording.refuse(OutputError::NoDevice);
    stage.play(7, 100);
    let lost = SoundEvent::DeviceLost { during: Some((Turn(7), Duration::ZERO)), why: OutputError::NoDevice };
    assert_eq!(stage.event(), lost);
    // Sends are in order, so an answer to this one shows that the looks before it found nothing and said nothing.
    for _ in 0..5 {
        stage.hands.advance(Duration::from_secs(2));
    }
    stage.play(8, 100);
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { during: Some((Turn(8), _)), .. }));
    stage.recording.bring_back();
    stage.hands.advance(Duration::from_secs(2));
    assert_eq!(stage.event(), ready());
}

#[test]
fn after_a_minute_of_silence_the_device_is_released_and_opened_for_the_next_call() {
    let mut stage = Stage::new(Pace::Times(20));
    stage.play(1, 480);
    for expected in [ready(), SoundEvent::Started { turn: Turn(1) }, SoundEvent::Ended { turn: Turn(1) }] {
        assert_eq!(stage.event(), expected);
    }
    stage.is_asleep_until(Duration::from_secs(60));
    stage.hands.advance(Duration::from_secs(59));
    stage.is_asleep_until(Duration::from_secs(60));
    assert!(stage.recording.is_open());
    stage.hands.advance(Duration::from_secs(1));
    assert_eq!(stage.event(), SoundEvent::DeviceReleased);
    assert!(!stage.recording.is_open());
    stage.play(2, 480);
    assert_eq!(stage.event(), ready());
    assert_eq!(stage.event(), SoundEvent::Started { turn: Turn(2) });
}

#[test]
fn a_call_paused_for_an_hour_goes_on_where_it_was() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 48_000);
    stage.recording.pull(9_600);
    let at = stage.pause();
    stage.is_asleep_until(Duration::from_secs(60));
    stage.hands.advance(Duration::from_secs(3_600));
    assert_eq!(stage.event(), SoundEvent::DeviceReleased);
    assert_eq!(stage.hear_the_rest(), frames_left(48_000, at));
}

#[test]
fn what_a_device_had_taken_is_heard_again_unless_a_pause_let_it_play_that() {
    type Pause = fn(&mut Stage);
    let queued = Duration::from_millis(320);
    let long = |stage: &mut Stage| {
        stage.is_asleep_until(Duration::from_secs(60));
        stage.hands.advance(Duration::from_secs(60));
    };
    let no_time = |stage: &mut Stage| stage.recording.fail(Fault::Stale);
    let cases: [(Pause, Duration); 2] = [(long, Duration::ZERO), (no_time, queued)];
    for (pause, again) in cases {
        let mut stage = Stage::new(Pace::ByHand);
        stage.recording.set_queue(queued);
        stage.begin(1, 48_000);
        stage.recording.pull(24_000);
        let at = stage.pause();
        pause(&mut stage);
        assert_eq!(stage.event(), SoundEvent::DeviceReleased);
        assert_eq!(stage.hear_the_rest(), frames_left(48_000, at - again));
    }
}

#[test]
fn a_stale_device_is_opened_again_in_mid_call_and_at_its_new_rate() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 48_000);
    stage.recording.pull(4_800);
    stage.recording.set_rate(44_100);
    stage.recording.fail(Fault::Stale);
    assert_eq!(stage.event(), ready_on("Silent", 44_100, None));
    assert_eq!(stage.sound.rate(), 44_100);
    stage.pull_until(&SoundEvent::Ended { turn: Turn(1) });
}

#[test]
fn mute_is_silence_and_stop_ends_the_search_for_a_device() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.sound.send(SoundCommand::Gain(0.0));
    stage.begin(1, 48_000);
    stage.recording.pull(4_800);
    assert!(stage.recording.samples().iter().all(|sample| *sample == 0.0));
    stage.recording.lose();
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { .. }));
    stage.sound.send(SoundCommand::Stop);
    assert_eq!(stage.event(), SoundEvent::DeviceReleased, "nothing is missing any more");
    stage.sound.send(SoundCommand::Gain(1.0));
    stage.play(2, 48_000);
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { during: Some((Turn(2), _)), .. }));
    stage.sound.shutdown();
}

const BEEP: SoundCommand = SoundCommand::Beep(Beep { keypad: Keypad::Whistler, press: Press::On });

#[test]
fn a_press_is_heard_from_a_device_at_rest_and_never_asks_for_one_that_is_missing() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.sound.send(BEEP);
    assert_eq!(stage.event(), ready());
    let started = std::time::Instant::now();
    while stage.recording.samples().iter().all(|sample| *sample == 0.0) {
        assert!(started.elapsed() < LIMIT, "nothing is heard");
        stage.recording.pull(480);
    }
    stage.play(1, 48_000);
    stage.pull_until(&SoundEvent::Started { turn: Turn(1) });
    stage.recording.lose();
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { .. }));
    // What is told next is about the call that is stopped, not about the press.
    stage.sound.send(BEEP);
    stage.sound.send(SoundCommand::Stop);
    assert_eq!(stage.event(), SoundEvent::DeviceReleased);
    // Nor about this one, which finds no device.
    stage.sound.send(BEEP);
    stage.play(2, 48_000);
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { during: Some((Turn(2), _)), .. }));
    stage.sound.shutdown();
}

fn next(turn: u32, after: u32) -> SoundCommand {
    SoundCommand::Next { turn: Turn(turn), after: Turn(after), clip: clip(4_800), pause: Duration::ZERO }
}

#[test]
fn a_call_that_comes_to_follow_after_the_device_was_lost_is_answered() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 4_800);
    stage.pull_until(&SoundEvent::Ended { turn: Turn(1) });
    stage.recording.lose();
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { during: None, .. }));
    stage.sound.send(next(2, 1));
    assert_eq!(stage.event(), SoundEvent::NotTaken { turn: Turn(2) });
}

#[test]
fn a_call_that_comes_to_follow_after_the_device_was_changed_is_answered() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 4_800);
    stage.pull_until(&SoundEvent::Ended { turn: Turn(1) });
    stage.recording.fail(Fault::Stale);
    assert_eq!(stage.event(), ready());
    stage.sound.send(next(2, 1));
    stage.pull_until(&SoundEvent::NotTaken { turn: Turn(2) });
}

#[test]
fn a_device_that_is_stale_whenever_it_is_opened_is_lost_and_not_opened_without_end() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 48_000);
    stage.recording.fail(Fault::Stale);
    assert_eq!(stage.event(), ready());
    stage.recording.fail(Fault::Stale);
    assert!(matches!(stage.event(), SoundEvent::DeviceLost { during: Some((Turn(1), _)), why: OutputError::Gone }));
    stage.hands.advance(Duration::from_millis(250));
    assert_eq!(stage.event(), ready());
    stage.hands.advance(Duration::from_secs(2));
    stage.recording.fail(Fault::Stale);
    assert_eq!(stage.event(), ready());
}

#[test]
fn a_call_resumed_in_the_middle_is_announced_although_the_device_changes_before_its_first_sample() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.sound.send(SoundCommand::Play { turn: Turn(1), clip: clip(48_000), from: Duration::from_millis(500) });
    assert_eq!(stage.event(), ready());
    stage.recording.fail(Fault::Stale);
    assert_eq!(stage.event(), ready());
    stage.pull_until(&SoundEvent::Started { turn: Turn(1) });
}

#[test]
fn a_device_that_ran_dry_is_opened_again_in_the_next_silence_and_not_before() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, 4_800);
    stage.recording.run_dry();
    stage.hands.advance(Duration::from_secs(5));
    stage.pull_until(&SoundEvent::Ended { turn: Turn(1) });
    stage.is_asleep_until(Duration::from_secs(6));
    stage.hands.advance(Duration::from_secs(1));
    assert_eq!(stage.event(), SoundEvent::DeviceReleased);
    stage.play(2, 4_800);
    assert_eq!(stage.event(), ready());
}
