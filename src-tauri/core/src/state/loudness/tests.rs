use std::time::Duration;

use super::super::samples::{call, clip};
use super::super::tests::Desk;
use super::super::{Effect, Input};
use super::*;
use crate::model::TalkgroupId;
use crate::server::ServerEvent;
use crate::sound::{Clip, SoundCommand, SoundEvent};
use crate::view::{Command, Setting};

fn talkgroup(n: u64) -> TalkgroupKey {
    TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(n) }
}

#[test]
fn the_mean_follows_a_talkgroup_that_becomes_louder() {
    let mut usual = Usual::default();
    assert_eq!(usual.of(talkgroup(1)), None);
    usual.learn(talkgroup(1), -30.0);
    assert_eq!(usual.of(talkgroup(1)), Some(-30.0));
    usual.learn(talkgroup(1), -20.0);
    assert_eq!(usual.of(talkgroup(1)), Some(-25.0));
    for _ in 0..200 {
        usual.learn(talkgroup(1), -18.0);
    }
    assert!((usual.of(talkgroup(1)).unwrap() + 18.0).abs() < 0.1);
    assert_eq!(usual.of(talkgroup(2)), None);
}

#[test]
fn what_is_not_a_number_is_not_learned() {
    let mut usual = Usual::default();
    for lufs in [f32::NAN, f32::NEG_INFINITY, f32::INFINITY] {
        usual.learn(talkgroup(1), lufs);
    }
    assert_eq!(usual.of(talkgroup(1)), None);
}

#[test]
fn of_too_many_talkgroups_the_one_not_heard_for_longest_is_forgotten() {
    let mut usual = Usual::default();
    for n in 0..MOST_TALKGROUPS as u64 {
        usual.learn(talkgroup(n), -20.0);
    }
    usual.learn(talkgroup(0), -20.0);
    usual.learn(talkgroup(9_999), -20.0);
    assert_eq!(usual.means.len(), MOST_TALKGROUPS);
    assert_eq!((usual.of(talkgroup(0)), usual.of(talkgroup(1))), (Some(-20.0), None));
}

#[test]
fn a_server_that_is_gone_is_forgotten() {
    let mut usual = Usual::default();
    usual.learn(talkgroup(1), -20.0);
    usual.remove_server(ServerId(2));
    assert!(usual.of(talkgroup(1)).is_some());
    usual.remove_server(ServerId(1));
    assert_eq!(usual.of(talkgroup(1)), None);
}

/// Hears a call of this loudness begin, or makes it ready behind the one that sounds.
fn fetched(desk: &mut Desk, id: u64, speech: Option<f32>) {
    desk.server(ServerEvent::Call(call(id)));
    let measure = Measure { speech, peaks: vec![0.1; 800], ..Measure::default() };
    let result = Ok(Clip { measure: measure.into(), ..clip(Duration::from_secs(4)) });
    let turn = desk.asked().expect("it is asked for");
    desk.step(Input::Fetched { turn, result, audio: None }).expect("it is no wish");
}

/// What the clip is to be multiplied with that the sound thread is told to play now or next.
fn told(desk: &Desk) -> Option<Level> {
    let clip = desk.effects.iter().find_map(|effect| {
        if let Effect::Sound(SoundCommand::Play { clip, .. } | SoundCommand::Next { clip, .. }) = effect {
            Some(clip)
        } else {
            None
        }
    });
    clip.expect("something is to be played").level
}

fn gain(desk: &Desk) -> Option<f32> {
    told(desk).and_then(|level| level.gain_db)
}

#[test]
fn a_call_is_played_at_the_loudness_of_all_and_the_view_says_by_how_much() {
    let mut desk = Desk::new(|_| ());
    fetched(&mut desk, 1, Some(-30.04));
    assert!((gain(&desk).unwrap() - 12.04).abs() < 1e-4);
    assert_eq!(desk.state.playback_view().gain_db, Some(12.0));
    let turn = desk.begun().unwrap();
    desk.sound(SoundEvent::Started { turn });
    desk.sound(SoundEvent::Ended { turn });
    assert_eq!(desk.state.playback_view().gain_db, Some(12.0), "also of the last one");
}

#[test]
fn a_call_too_short_to_be_measured_goes_by_its_talkgroup() {
    let mut desk = Desk::new(|_| ());
    fetched(&mut desk, 1, Some(-25.0));
    fetched(&mut desk, 2, None);
    assert_eq!(gain(&desk), Some(7.0));
}

#[test]
fn switched_off_calls_are_played_as_they_are_sent() {
    let mut desk = Desk::new(|settings| (settings.loudness, settings.tame_tones) = (false, false));
    fetched(&mut desk, 1, Some(-30.0));
    assert_eq!(told(&desk), None);
    assert_eq!(desk.state.playback_view().gain_db, None);
}

#[test]
fn a_change_holds_from_the_next_call_on_also_if_that_was_handed_over_already() {
    let mut desk = Desk::new(|_| ());
    fetched(&mut desk, 1, Some(-30.0));
    let turn = desk.begun().unwrap();
    desk.sound(SoundEvent::Started { turn });
    fetched(&mut desk, 2, Some(-28.0));
    assert_eq!(gain(&desk), Some(10.0));
    let handed = desk.handed().unwrap();
    desk.send(Command::Change { setting: Setting::Loudness { on: false } });
    assert_eq!(gain(&desk), None, "it is handed over anew");
    assert!(desk.handed().unwrap() != handed && desk.handed().unwrap().1 == turn);
    assert_eq!(desk.begun(), None, "what sounds is left alone");
    assert_eq!(desk.state.playback_view().gain_db, Some(12.0));
    desk.send(Command::Change { setting: Setting::Loudness { on: false } });
    assert_eq!(desk.handed(), None, "said twice it does no harm");
}
