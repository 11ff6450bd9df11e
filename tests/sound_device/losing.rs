//! Cards that are taken away, put back and changed while a call sounds: what all cards have played is the whole call.

use squelch_core::sound::shape::convert;
use squelch_core::sound::{DeviceChoice, WhenLost};

use super::*;

const CALL: &str = "dispatch-8k.wav";
/// A card of another kind than the first one.
const OTHER_RATE: u32 = 44_100;

/// What is heard again from the next card: what the one before had taken, and may have played, when it went away. A busy
/// server holds up to 320 ms, and takes a period more.
const MOST_TWICE: Duration = Duration::from_millis(400);

/// Enough to be in the middle of the call.
fn half_a_second(samples: &[i16]) -> bool {
    samples.iter().filter(|sample| **sample != 0).count() > RATE as usize
}

/// What sounds of these samples. Silence tells nothing: a server that runs dry puts some in.
fn sounding(samples: &[i16]) -> Vec<i16> {
    samples.iter().copied().filter(|sample| *sample != 0).collect()
}

/// A stretch of the call that one card has played, silence not counted.
#[derive(Debug)]
struct Stretch {
    from: Duration,
    to: Duration,
}

/// Finds what a card has played in the call. All of it has to be there, in order and once; only the fades of 5 ms at both
/// ends are not looked at.
fn stretch(heard: &[i16], rate: u32) -> Stretch {
    let (stretch, rest) = stretch_and_rest(heard, rate);
    assert_eq!(rest, 0, "it is not the call, or not all of it, or twice: {stretch:?}");
    stretch
}

/// The same of a card that is not there any more. The server has the recorder listen to another one then, so that what it
/// heard after that does not count.
fn stretch_before(heard: &[i16], rate: u32) -> Stretch {
    stretch_and_rest(heard, rate).0
}

/// With the number of samples that are not of the call.
fn stretch_and_rest(heard: &[i16], rate: u32) -> (Stretch, usize) {
    const WINDOW: usize = 1_024;
    let call = sounding(&as_sent(&convert(clip(CALL), rate)));
    let heard = sounding(heard);
    let fade = rate as usize / 200;
    let within = &heard[fade..heard.len() - fade];
    let from = call.windows(WINDOW).position(|part| *part == within[..WINDOW]).expect("it is of the call");
    let same = call[from..].iter().zip(within).take_while(|(ours, heard)| ours == heard).count();
    let at = |frames: usize| Duration::from_secs_f64(frames as f64 / f64::from(rate));
    let rest = within.len() - same;
    let end = from + same + if rest == 0 { fade } else { 0 };
    (Stretch { from: at(from.saturating_sub(fade)), to: at(end) }, rest)
}

/// The same for the last card, where the server itself had moved the call to before we went on there: what it made of the
/// call at its own rate comes first, and is only measured.
fn last_stretch(heard: &[i16], rate: u32) -> (Duration, Stretch) {
    const WINDOW: usize = 1_024;
    let (call, heard) = (sounding(&as_sent(&convert(clip(CALL), rate))), sounding(heard));
    let fade = rate as usize / 200;
    let end = heard.len() - fade;
    let place = call.windows(WINDOW).position(|part| *part == heard[end - WINDOW..end]).expect("it ends as the call");
    let (ours, all) = (heard[..end].iter().rev(), call[..place + WINDOW].iter().rev());
    let same = ours.zip(all).take_while(|(ours, all)| ours == all).count();
    let at = |frames: usize| Duration::from_secs_f64(frames as f64 / f64::from(rate));
    let (from, to) = (at(place + WINDOW - same), at(place + WINDOW + fade));
    (at(end - same), Stretch { from, to })
}

/// All of the call was heard, in the order of these stretches, and nothing twice beyond what a card had taken.
fn is_the_whole_call(stretches: &[Stretch]) {
    println!("heard: {stretches:?}");
    let length = Duration::from_secs_f64(sounding(&as_sent(&clip(CALL))).len() as f64 / f64::from(RATE));
    let a_moment = Duration::from_millis(1);
    assert!(stretches[0].from <= a_moment, "it began in the middle");
    for pair in stretches.windows(2) {
        assert!(pair[1].from <= pair[0].to + a_moment, "something is missing: {stretches:?}");
        assert!(pair[1].from + MOST_TWICE >= pair[0].to, "something was heard twice: {stretches:?}");
    }
    let end = stretches.last().map(|last| last.to).unwrap_or_default();
    assert!(end + a_moment >= length, "the end is missing: {stretches:?} of {length:?}");
}

fn is_silent(recorder: &Recorder) -> bool {
    recorder.samples().iter().all(|sample| *sample == 0)
}

#[test]
fn a_chosen_card_is_kept_when_another_becomes_the_default_and_the_call_comes_back_to_it_when_it_does() {
    let server = PulseServer::start();
    server.add_sink_named("headset");
    server.make_default("squelch");
    let (speakers, headset) = (server.record(), server.record_from("headset"));
    let mut player = run_player_with("losing::player_that_goes_on", "headset move", &server);
    assert!(headset.wait(LIMIT, half_a_second), "nothing is heard from the chosen card");
    server.add_sink_named("screen");
    server.make_default("screen");
    server.make_default("squelch");
    server.remove_sink_named("headset");
    // A whole second: it is looked for again 0.75 and 1.75 s after it was lost, and is to be recorded before it is found.
    let a_second = |samples: &[i16]| samples.iter().filter(|sample| **sample != 0).count() > 2 * RATE as usize;
    assert!(speakers.wait(LIMIT, a_second), "nothing is heard from the default");
    let before = one_channel(&headset);
    server.add_sink_named("headset");
    let again = server.record_from("headset");
    assert!(again.wait_for_end_of_sound(LIMIT), "nothing is heard from the chosen card again");
    assert!(player.wait().expect("it ends").success());
    let between = stretch(&one_channel(&speakers), RATE);
    is_the_whole_call(&[stretch_before(&before, RATE), between, stretch(&one_channel(&again), RATE)]);
}

#[test]
fn a_call_waits_for_its_chosen_card_and_no_other_card_is_heard() {
    let server = PulseServer::start();
    server.add_sink_named("headset");
    server.make_default("squelch");
    let (speakers, headset) = (server.record(), server.record_from("headset"));
    let mut player = run_player_with("losing::player_that_goes_on", "headset wait", &server);
    assert!(headset.wait(LIMIT, half_a_second), "nothing is heard from the chosen card");
    server.remove_sink_named("headset");
    // Long enough for looks at other cards, were there any.
    let seconds = speakers.samples().len() + 2 * RATE as usize * CHANNELS;
    assert!(speakers.wait(LIMIT, |samples| samples.len() > seconds));
    let before = one_channel(&headset);
    server.add_sink_named("headset");
    let again = server.record_from("headset");
    assert!(again.wait_for_end_of_sound(LIMIT), "nothing is heard after the card is back");
    assert!(player.wait().expect("it ends").success());
    assert!(is_silent(&speakers), "it was heard elsewhere");
    is_the_whole_call(&[stretch_before(&before, RATE), stretch(&one_channel(&again), RATE)]);
}

#[test]
fn a_default_card_that_is_taken_away_is_waited_for_and_the_next_default_stays_silent() {
    let server = PulseServer::start();
    server.add_sink_named("headset");
    server.make_default("headset");
    let (speakers, headset) = (server.record(), server.record_from("headset"));
    let mut player = run_player_with("losing::player_that_goes_on", "default wait", &server);
    assert!(headset.wait(LIMIT, half_a_second), "nothing is heard from the default");
    server.remove_sink_named("headset");
    let seconds = speakers.samples().len() + 2 * RATE as usize * CHANNELS;
    assert!(speakers.wait(LIMIT, |samples| samples.len() > seconds));
    // With the card comes its place as the default back, and with that the server has both recorders listen to it.
    assert!(is_silent(&speakers), "it was heard elsewhere");
    let before = one_channel(&headset);
    server.add_sink_named("headset");
    let again = server.record_from("headset");
    server.make_default("headset");
    assert!(again.wait_for_end_of_sound(LIMIT), "nothing is heard after the card is back");
    assert!(player.wait().expect("it ends").success());
    is_the_whole_call(&[stretch_before(&before, RATE), stretch(&one_channel(&again), RATE)]);
}

#[test]
fn a_call_goes_on_in_the_middle_on_a_card_of_another_rate_with_one_channel() {
    let server = PulseServer::start();
    server.add_sink_of("screen", OTHER_RATE, 1);
    server.make_default("squelch");
    let (speakers, screen) = (server.record(), server.record_from_of("screen", OTHER_RATE, 1));
    let mut player = run_player_with("losing::player_that_goes_on", "default move", &server);
    assert!(speakers.wait(LIMIT, half_a_second), "nothing is heard from the default");
    server.remove_sink_named("squelch");
    let ends = |samples: &[i16]| {
        let last = samples.iter().rposition(|sample| *sample != 0);
        last.is_some_and(|last| samples.len() - last > OTHER_RATE as usize / 2)
    };
    assert!(screen.wait(LIMIT, ends), "nothing is heard from the other card");
    assert!(player.wait().expect("it ends").success());
    let before = stretch_before(&one_channel(&speakers), RATE);
    let (moved, rest) = last_stretch(&screen.samples(), OTHER_RATE);
    println!("heard: {before:?}, then {moved:?} as the server has it, then {rest:?}");
    // How much the server loses when it moves a call is its affair, but not that we go on where it was.
    assert!(rest.from <= before.to + moved + Duration::from_millis(100), "something is missing");
    assert!(rest.from + MOST_TWICE >= before.to, "something was heard twice");
    is_the_whole_call(&[Stretch { to: rest.from, ..before }, rest]);
}

#[test]
#[ignore = "plays for the tests above"]
fn player_that_goes_on() {
    let told = std::env::var(PLAYER).expect("this is started by another test");
    let (device, when_lost) = told.split_once(' ').expect("it was told what to do");
    let mut player = Player::new();
    let when_lost = if when_lost == "wait" { WhenLost::Wait } else { WhenLost::Move };
    player.sound.send(SoundCommand::WhenLost(when_lost));
    if device != "default" {
        let (id, name) = (device.to_owned(), device.to_owned());
        player.sound.send(SoundCommand::Device(DeviceChoice::Named { id, name }));
    }
    let call = clip(CALL);
    let (mut turn, mut interrupted) = (1, None);
    player.play(turn, call.clone(), Duration::ZERO);
    // As the engine does.
    loop {
        match player.wait_for(|_| true) {
            SoundEvent::DeviceLost { during: Some((_, at)), .. } => interrupted = Some(at),
            SoundEvent::DeviceReady { .. } => {
                if let Some(at) = interrupted.take() {
                    turn += 1;
                    player.play(turn, call.clone(), at);
                }
            }
            SoundEvent::Ended { turn: ended } if ended == Turn(turn) => break,
            _ => {}
        }
    }
    // The server still has the last moments to play.
    std::io::stdin().read_line(&mut String::new()).expect("closed at the end");
    player.sound.shutdown();
}

#[test]
fn cards_are_listed_by_the_names_that_people_know_them_by() {
    let server = PulseServer::start();
    server.add_sink_named("headset");
    server.make_default("headset");
    let player = run_player("losing::player_that_lists", &server);
    assert!(player.wait_with_output().expect("it ends").status.success());
}

#[test]
#[ignore = "lists for the test above"]
fn player_that_lists() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let devices = squelch_core::sound::device::list().devices;
    let told: Vec<_> = devices.iter().map(|device| (device.name.as_str(), device.is_default)).collect();
    assert_eq!(told, [("squelch", false), ("headset", true)]);
    assert_eq!(devices[1].id, "headset");
}

#[test]
fn a_computer_without_a_card_is_asked_again_and_again_without_a_word_from_its_sound_library() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["--exact", "losing::player_without_a_card", "--ignored", "--nocapture"]).env(PLAYER, "");
    // No sound server either.
    command.env("ALSA_CARD", "of-nobody").env("PULSE_SERVER", "unix:/nowhere").env("XDG_RUNTIME_DIR", folder.path());
    let output = command.stdin(std::process::Stdio::null()).output().expect("it can be started again");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("ALSA"), "{} lines: {said}", said.lines().count());
}

#[test]
#[ignore = "plays for the test above"]
fn player_without_a_card() {
    assert!(std::env::var_os(PLAYER).is_some(), "this is started by another test");
    let (sender, events) = unbounded_channel();
    let (clock, hands) = Clock::manual();
    let mut player = Player { sound: start(Box::new(Device), clock, sender), events };
    player.play(1, clip(CALL), Duration::ZERO);
    player.wait_for(|event| matches!(event, SoundEvent::DeviceLost { .. }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut at = Duration::ZERO;
    for pause in [250, 500, 1_000, 2_000, 2_000].map(Duration::from_millis) {
        at += pause;
        let asleep = async { tokio::time::timeout(LIMIT, hands.wait_for_sleeper(at)).await };
        runtime.block_on(asleep).expect("it looks again");
        hands.advance(pause);
    }
    player.sound.shutdown();
}
