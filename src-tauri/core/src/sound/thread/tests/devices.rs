//! The chosen device, the default, and what becomes of a call when one of them goes away.

use super::*;
use crate::sound::WhenLost;

/// The call that is interrupted: a second of it.
const LENGTH: usize = 48_000;

fn headset() -> DeviceChoice {
    DeviceChoice::Named { id: "Headset".to_owned(), name: "Headset".to_owned() }
}

/// A computer with speakers, which are the default, and a headset.
fn desk(choice: DeviceChoice, when_lost: WhenLost) -> Stage {
    let stage = Stage::new(Pace::ByHand);
    stage.recording.plug_in("Headset");
    stage.sound.send(SoundCommand::WhenLost(when_lost));
    stage.sound.send(SoundCommand::Device(choice));
    stage
}

fn lost(stage: &mut Stage) -> (Option<(Turn, Duration)>, OutputError) {
    match stage.event() {
        SoundEvent::DeviceLost { during, why } => (during, why),
        other => panic!("{other:?} is no loss"),
    }
}

/// Begins a call on a device, and hears some of it.
fn begin(stage: &mut Stage, on: &str) {
    stage.play(1, LENGTH);
    assert_eq!(stage.event(), ready_on(on, RATE, None));
    stage.pull_until(&SoundEvent::Started { turn: Turn(1) });
    stage.recording.pull(9_600);
}

/// Plays the call on from where it was lost, as the engine does, to its end. Returns the frames of it that were heard
/// since the recording was cleared.
fn hear_from(stage: &mut Stage, at: Duration) -> usize {
    stage.recording.clear();
    stage.sound.send(SoundCommand::Play { turn: Turn(2), clip: clip(LENGTH), from: at });
    stage.pull_until(&SoundEvent::Started { turn: Turn(2) });
    stage.pull_until(&SoundEvent::Ended { turn: Turn(2) });
    stage.recording.samples().iter().filter(|sample| **sample != 0.0).count()
}

/// The fade in the middle of a call begins with one silent frame.
fn is_the_rest(heard: usize, at: Duration) -> bool {
    let left = frames_left(LENGTH, at);
    (left - 1..=left).contains(&heard)
}

#[test]
fn a_chosen_device_that_is_away_is_waited_for_until_another_one_is_chosen() {
    let mut stage = desk(DeviceChoice::Default, WhenLost::Wait);
    begin(&mut stage, "Silent");
    stage.recording.unplug("Headset");
    stage.sound.send(SoundCommand::Device(headset()));
    let (during, why) = lost(&mut stage);
    assert!(matches!(during, Some((Turn(1), _))), "{during:?}");
    assert_eq!(why, OutputError::NotThere("Headset".to_owned()));
    stage.sound.send(SoundCommand::Device(DeviceChoice::Default));
    assert_eq!(stage.event(), ready());
}

#[test]
fn a_call_waits_for_the_chosen_device_for_an_hour_and_goes_on_there_where_it_was() {
    let mut stage = desk(headset(), WhenLost::Wait);
    begin(&mut stage, "Headset");
    stage.recording.unplug("Headset");
    let (during, why) = lost(&mut stage);
    let Some((Turn(1), at)) = during else { panic!("{during:?}") };
    assert_eq!(why, OutputError::Gone);
    stage.hands.advance(Duration::from_secs(3_600));
    stage.is_asleep_until(Duration::from_millis(3_600_500));
    stage.recording.plug_in("Headset");
    stage.hands.advance(Duration::from_millis(500));
    assert_eq!(stage.event(), ready_on("Headset", RATE, None));
    let heard = hear_from(&mut stage, at);
    assert!(is_the_rest(heard, at), "{heard}");
    assert_eq!(stage.recording.openings(), ["Headset", "Headset"], "nothing was opened meanwhile");
}

#[test]
fn a_call_goes_on_with_the_default_and_comes_back_in_mid_call_to_the_chosen_device() {
    let mut stage = desk(headset(), WhenLost::Move);
    begin(&mut stage, "Headset");
    stage.recording.unplug("Headset");
    let (during, _) = lost(&mut stage);
    let Some((Turn(1), at)) = during else { panic!("{during:?}") };
    stage.hands.advance(Duration::from_millis(250));
    assert_eq!(stage.event(), ready_on("Silent", RATE, Some("Headset")));
    stage.recording.clear();
    stage.sound.send(SoundCommand::Play { turn: Turn(2), clip: clip(LENGTH), from: at });
    stage.pull_until(&SoundEvent::Started { turn: Turn(2) });
    stage.recording.pull(4_800);
    // It is looked for now, and found when it is there.
    stage.is_asleep_until(Duration::from_millis(500));
    stage.hands.advance(Duration::from_millis(250));
    stage.is_asleep_until(Duration::from_millis(1_000));
    stage.recording.set_rate(44_100);
    stage.recording.plug_in("Headset");
    stage.hands.advance(Duration::from_millis(500));
    assert_eq!(stage.event(), ready_on("Headset", 44_100, None));
    stage.pull_until(&SoundEvent::Ended { turn: Turn(2) });
    let (before, after) = (4_800, LENGTH - crate::sound::shape::frames(at, RATE));
    let heard = stage.recording.samples().iter().filter(|sample| **sample != 0.0).count();
    // What is left of it has other frames at the other rate.
    let most = before + (after - before) * 44_100 / 48_000 + 2_000;
    assert!((most - 4_000..most).contains(&heard), "{heard} of {most}");
    assert_eq!(stage.recording.openings(), ["Headset", "Silent", "Headset"]);
}

#[test]
fn a_chosen_device_that_is_there_and_does_not_open_makes_no_gap_and_is_tried_less_and_less() {
    let mut stage = desk(headset(), WhenLost::Move);
    stage.recording.refuse_named("Headset");
    stage.play(1, LENGTH);
    assert_eq!(stage.event(), ready_on("Silent", RATE, Some("Headset")));
    stage.pull_until(&SoundEvent::Started { turn: Turn(1) });
    let mut at = Duration::ZERO;
    for pause in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map(Duration::from_millis) {
        at += pause;
        stage.is_asleep_until(at);
        stage.hands.advance(pause);
    }
    stage.pull_until(&SoundEvent::Ended { turn: Turn(1) });
    assert_eq!(stage.recording.openings(), ["Silent"], "the call went on where it was");
}

#[test]
fn a_default_device_that_goes_away_is_waited_for_and_the_speakers_stay_silent() {
    let mut stage = desk(DeviceChoice::Default, WhenLost::Wait);
    stage.recording.make_default("Headset");
    begin(&mut stage, "Headset");
    stage.recording.unplug("Headset");
    let (during, why) = lost(&mut stage);
    let Some((Turn(1), at)) = during else { panic!("{during:?}") };
    assert_eq!(why, OutputError::Awaited("Headset".to_owned()));
    // Neither time nor another call nor a press nor the tone is a reason to be heard from the speakers.
    let mut now = Duration::ZERO;
    for after in [250, 500, 1_000, 2_000].map(Duration::from_millis) {
        now += after;
        stage.is_asleep_until(now);
        stage.hands.advance(after);
    }
    stage.sound.send(BEEP);
    stage.sound.send(SoundCommand::TestTone);
    stage.play(7, LENGTH);
    assert_eq!(lost(&mut stage), (Some((Turn(7), Duration::ZERO)), OutputError::Awaited("Headset".to_owned())));
    assert_eq!(stage.recording.openings(), ["Headset"]);
    stage.recording.plug_in("Headset");
    stage.recording.make_default("Headset");
    stage.hands.advance(Duration::from_secs(2));
    assert_eq!(stage.event(), ready_on("Headset", RATE, None));
    let heard = hear_from(&mut stage, at);
    assert!(is_the_rest(heard, at), "{heard}");
}

#[test]
fn choosing_the_default_once_more_goes_on_without_the_device_that_is_waited_for() {
    for ends in [SoundCommand::Device(DeviceChoice::Default), SoundCommand::WhenLost(WhenLost::Move)] {
        let mut stage = desk(DeviceChoice::Default, WhenLost::Wait);
        stage.recording.make_default("Headset");
        begin(&mut stage, "Headset");
        stage.recording.unplug("Headset");
        assert!(matches!(lost(&mut stage), (Some((Turn(1), _)), OutputError::Awaited(_))));
        stage.sound.send(ends);
        assert_eq!(stage.event(), ready());
    }
}

#[test]
fn a_default_that_became_another_is_followed_but_not_if_it_did_so_because_the_device_went_away() {
    let mut stage = desk(DeviceChoice::Default, WhenLost::Wait);
    stage.recording.make_default("Headset");
    begin(&mut stage, "Headset");
    stage.recording.make_default("Silent");
    assert_eq!(stage.event(), ready(), "somebody chose it");
    stage.hands.advance(Duration::from_secs(5));
    stage.recording.make_default("Headset");
    assert_eq!(stage.event(), ready_on("Headset", RATE, None));
    stage.hands.advance(Duration::from_secs(5));
    stage.recording.unplug_telling("Headset", Fault::Stale);
    assert!(matches!(lost(&mut stage), (Some((Turn(1), _)), OutputError::Awaited(_))));
}

#[test]
fn a_device_that_is_lost_whenever_it_is_open_is_opened_less_and_less() {
    let mut stage = Stage::new(Pace::ByHand);
    stage.begin(1, LENGTH);
    let mut at = Duration::ZERO;
    for pause in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map(Duration::from_millis) {
        stage.recording.fail(Fault::Gone);
        lost(&mut stage);
        at += pause;
        stage.is_asleep_until(at);
        stage.hands.advance(pause);
        assert_eq!(stage.event(), ready());
    }
    // Once it has worked for a minute it is as good as any.
    stage.hands.advance(Duration::from_secs(59));
    stage.play(2, LENGTH);
    stage.pull_until(&SoundEvent::Started { turn: Turn(2) });
    stage.hands.advance(Duration::from_secs(1));
    stage.recording.fail(Fault::Gone);
    lost(&mut stage);
    stage.is_asleep_until(at + Duration::from_millis(60_250));
}

#[test]
fn the_test_tone_opens_the_device_and_is_over_when_a_call_begins() {
    let mut stage = desk(headset(), WhenLost::Move);
    stage.sound.send(SoundCommand::TestTone);
    assert_eq!(stage.event(), ready_on("Headset", RATE, None));
    let started = std::time::Instant::now();
    while stage.recording.samples().iter().all(|sample| *sample == 0.0) {
        assert!(started.elapsed() < LIMIT, "nothing is heard");
        stage.recording.pull(480);
    }
    stage.recording.pull(4_800);
    stage.play(1, LENGTH);
    stage.pull_until(&SoundEvent::Started { turn: Turn(1) });
    stage.recording.pull(480);
    stage.recording.clear();
    stage.recording.pull(4_800);
    assert!(stage.recording.samples().iter().all(|sample| *sample == 0.5), "only the call is heard");
}

#[test]
fn a_test_tone_without_a_device_says_so() {
    let mut stage = desk(headset(), WhenLost::Move);
    stage.recording.refuse(OutputError::NoDevice);
    stage.sound.send(SoundCommand::TestTone);
    assert_eq!(lost(&mut stage), (None, OutputError::NoDevice));
    stage.recording.bring_back();
    stage.sound.send(SoundCommand::TestTone);
    assert_eq!(stage.event(), ready_on("Headset", RATE, None));
}
