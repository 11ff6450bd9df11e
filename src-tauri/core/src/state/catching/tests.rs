//! How far behind the listener is, what is done about it, and who is never left out for it.

use super::super::samples::{call, clip};
use super::super::storing::state_to_keep;
use super::super::tests::{Desk, SERVER};
use super::*;
use crate::archive;
use crate::model::{Call, CallId, CallKey, TalkgroupId, TalkgroupKey, Turn};
use crate::server::ServerEvent;
use crate::sound::silences::Silence;
use crate::sound::{Clip, Measure, SoundEvent};
use crate::state::Input;
use crate::state::queue::Stage;
use crate::view::{CatchUpChoices, Command, PlaybackState, RowState, Setting};

fn choices(mode: CatchUpMode, most_minutes: Option<u32>) -> CatchUpChoices {
    CatchUpChoices { mode, after_seconds: 20, most_minutes }
}

fn desk(mode: CatchUpMode, most_minutes: Option<u32>) -> Desk {
    Desk::new(|settings| settings.catch_up = choices(mode, most_minutes))
}

fn of_talkgroup(id: u64, talkgroup: u64) -> Call {
    Call { talkgroup: Some(TalkgroupId(talkgroup)), ..call(id) }
}

fn key(talkgroup: u64) -> TalkgroupKey {
    TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(talkgroup) }
}

/// A minute, with silence from the tenth to the twentieth second.
fn long_clip() -> Clip {
    let silences = vec![Silence { from: 2_000, to: 4_000 }];
    Clip { measure: Measure { silences, ..Measure::default() }.into(), ..clip(Duration::from_secs(60)) }
}

/// All that is asked for comes, a minute each.
fn answer_all(desk: &mut Desk) {
    let asked = |desk: &Desk| {
        let fetching = |item: &Item| matches!(item.stage, Stage::Fetching { .. });
        desk.state.queue.iter().find(|item| fetching(item)).and_then(Item::turn)
    };
    while let Some(turn) = asked(desk) {
        desk.step(Input::Fetched { turn, result: Ok(long_clip()), audio: None }).expect("it is no wish");
    }
}

/// A call of a minute arrives and sounds, and others wait behind it.
fn busy(desk: &mut Desk, waiting: impl IntoIterator<Item = Call>) -> Turn {
    desk.server(ServerEvent::Call(call(1)));
    answer_all(desk);
    let turn = desk.state.playback.current.as_ref().expect("it is its turn").turn;
    desk.sound(SoundEvent::Started { turn });
    for call in waiting {
        desk.server(ServerEvent::Call(call));
    }
    answer_all(desk);
    turn
}

/// Wakes the state whenever it wants to be woken, until a moment. Gives each tempo that is told on the way, and when.
fn live_until(desk: &mut Desk, from_ms: u64, until_ms: u64) -> Vec<(u64, u16)> {
    let (mut told, mut now) = (Vec::new(), from_ms);
    for _ in 0..10_000 {
        let due = desk.state.deadline().map_or(until_ms, |at| at.as_millis() as u64);
        assert!(due > now, "it would spin");
        now = due.min(until_ms);
        desk.at(now);
        desk.step(Input::Deadline).expect("it is no wish");
        told.extend(tempos(desk).into_iter().map(|tempo| (now, tempo.percent())));
        if now == until_ms {
            return told;
        }
    }
    panic!("it is woken far too often");
}

fn tempos(desk: &Desk) -> Vec<Tempo> {
    let told =
        |effect: &Effect| if let Effect::Sound(SoundCommand::Tempo(tempo)) = effect { Some(*tempo) } else { None };
    desk.effects.iter().filter_map(told).collect()
}

fn end(desk: &mut Desk) -> u64 {
    let turn = desk.state.playback.current.as_ref().expect("something plays").turn;
    desk.sound(SoundEvent::Ended { turn });
    let current = desk.state.playback.current.as_ref().expect("the next one plays");
    let (key, turn) = (current.key, current.turn);
    desk.sound(SoundEvent::Started { turn });
    key.call.0
}

#[test]
fn the_further_behind_the_faster_within_the_limits() {
    let table = [(0, 100), (4_999, 100), (5_000, 110), (9_999, 110), (10_000, 115), (20_000, 125), (34_999, 135)];
    for (behind, percent) in table.into_iter().chain([(35_000, 140), (3_600_000, 140)]) {
        assert_eq!(speed_for(Duration::from_millis(behind)), percent, "{behind}");
    }
    let all: Vec<u16> = (0..60_000).map(|behind| speed_for(Duration::from_millis(behind))).collect();
    assert!(all.is_sorted(), "never slower for being further behind");
    for (percent, wanted, next) in [(100, 140, 105), (138, 140, 140), (140, 100, 135), (102, 100, 100), (110, 110, 110)]
    {
        assert_eq!(towards(percent, wanted), next, "{percent} to {wanted}");
    }
}

#[test]
fn a_call_that_is_heard_as_it_came_is_live_to_its_end_and_one_that_waits_is_not() {
    let mut desk = desk(CatchUpMode::Offered, None);
    busy(&mut desk, []);
    live_until(&mut desk, 0, 50_000);
    assert_eq!((desk.state.behind(), desk.state.playback_view().behind_ms), (Duration::ZERO, Some(0)));
    desk.server(ServerEvent::Call(call(2)));
    answer_all(&mut desk);
    live_until(&mut desk, 50_000, 58_000);
    assert_eq!(desk.state.listening_view().waiting_ms, Some(8_000));
    desk.at(60_000);
    assert_eq!(end(&mut desk), 2);
    live_until(&mut desk, 60_000, 90_000);
    assert_eq!(desk.state.playback_view().behind_ms, Some(10_000), "it stays so far behind while it sounds");
    assert_eq!(desk.state.listening_view().waiting_ms, None);
    desk.send(Command::Pause { on: true });
    live_until(&mut desk, 90_000, 95_000);
    assert_eq!(desk.state.playback_view().behind_ms, Some(15_000), "who pauses falls behind");
}

#[test]
fn catching_up_is_offered_once_it_helps_and_begins_only_when_asked_for() {
    let mut desk = desk(CatchUpMode::Offered, None);
    busy(&mut desk, [call(2)]);
    assert_eq!(live_until(&mut desk, 0, 9_999), []);
    assert_eq!(desk.state.listening_view().catch_up, CatchUpState::NotNeeded);
    assert_eq!(live_until(&mut desk, 9_999, 10_001), []);
    assert_eq!(desk.state.listening_view().catch_up, CatchUpState::Offered);
    assert_eq!(live_until(&mut desk, 10_001, 40_000), []);
    desk.send(Command::CatchUp { on: true });
    assert_eq!(desk.state.listening_view().catch_up, CatchUpState::On);
    assert_eq!(tempos(&desk), [Tempo::new(105, true)]);
    desk.send(Command::CatchUp { on: false });
    assert_eq!(tempos(&desk), [Tempo::USUAL]);
    assert_eq!(desk.state.listening_view().catch_up, CatchUpState::Offered);
}

#[test]
fn nobody_catches_up_who_does_not_want_to() {
    let mut desk = desk(CatchUpMode::Off, None);
    busy(&mut desk, [call(2)]);
    assert_eq!(live_until(&mut desk, 0, 59_000), []);
    desk.send(Command::CatchUp { on: true });
    assert_eq!((tempos(&desk), desk.state.listening_view().catch_up), (vec![], CatchUpState::NotNeeded));
}

#[test]
fn by_itself_it_begins_after_the_time_that_was_chosen_rises_step_by_step_and_ends_at_live() {
    let mut desk = desk(CatchUpMode::Automatic, None);
    busy(&mut desk, [call(2)]);
    let told = live_until(&mut desk, 0, 30_000);
    assert_eq!(told[0], (20_001, 105), "{told:?}");
    let steps = told.windows(2).all(|pair| pair[1].1.abs_diff(pair[0].1) <= 5 && pair[1].0 >= pair[0].0 + 500);
    assert!(steps && told.last() == Some(&(25_011, 130)), "{told:?}");
    // The call has a silence from 10 to 20 s, but by then it was behind.
    let position = desk.state.playback_view().position_ms;
    assert!((32_400..32_600).contains(&position), "{position}");
    desk.at(48_000);
    desk.step(Input::Deadline).unwrap();
    assert_eq!(end(&mut desk), 2);
    assert_eq!(desk.state.playback_view().behind_ms, Some(48_000));
    let told = live_until(&mut desk, 48_000, 78_000);
    assert_eq!(told.iter().map(|(_, percent)| *percent).max(), Some(140));
    // 10 s of silence, and the rest faster and faster: so much was made good.
    let behind = desk.state.playback_view().behind_ms.unwrap();
    assert!((25_000..28_500).contains(&behind), "{behind}");
    assert_eq!(desk.state.playback_view().skipped, [SkippedView { from_ms: 10_000, to_ms: 20_000 }]);
    let turn = desk.state.playback.current.as_ref().unwrap().turn;
    desk.sound(SoundEvent::Ended { turn });
    assert_eq!((tempos(&desk), desk.playback()), (vec![Tempo::USUAL], PlaybackState::Idle));
    assert_eq!(desk.state.listening_view().catch_up, CatchUpState::NotNeeded);
}

#[test]
fn who_wants_to_hear_it_as_it_is_this_time_is_asked_again_only_after_all_was_live() {
    let mut desk = desk(CatchUpMode::Automatic, None);
    busy(&mut desk, [call(2)]);
    live_until(&mut desk, 0, 25_000);
    desk.send(Command::CatchUp { on: false });
    assert_eq!(tempos(&desk), [Tempo::USUAL]);
    assert_eq!(live_until(&mut desk, 25_000, 59_000), []);
    desk.at(60_000);
    end(&mut desk);
    assert_eq!(live_until(&mut desk, 60_000, 100_000), []);
    let turn = desk.state.playback.current.as_ref().unwrap().turn;
    desk.sound(SoundEvent::Ended { turn });
    // All was live; the next time it begins again.
    desk.server(ServerEvent::Call(call(3)));
    answer_all(&mut desk);
    let turn = desk.state.playback.current.as_ref().unwrap().turn;
    desk.sound(SoundEvent::Started { turn });
    desk.server(ServerEvent::Call(call(4)));
    answer_all(&mut desk);
    assert_eq!(live_until(&mut desk, 100_000, 121_000).first(), Some(&(120_001, 105)));
}

#[test]
fn the_position_that_is_shown_and_kept_stays_in_the_time_of_the_call() {
    let mut desk = desk(CatchUpMode::Offered, None);
    busy(&mut desk, [call(2)]);
    desk.at(5_000);
    desk.send(Command::CatchUp { on: true });
    let told = live_until(&mut desk, 5_000, 9_000);
    assert_eq!(told.iter().map(|(_, percent)| *percent).max(), Some(110));
    // Half a second each at 105 %, then 110 %, and the silence from the tenth second on has been left out.
    let position = |desk: &Desk| desk.state.playback.current.as_ref().unwrap().position(desk.state.now.at);
    let before = position(&desk);
    assert!((Duration::from_millis(9_300)..Duration::from_millis(9_400)).contains(&before), "{before:?}");
    live_until(&mut desk, 9_000, 10_000);
    let after = position(&desk);
    assert!((Duration::from_millis(20_300)..Duration::from_millis(20_600)).contains(&after), "{after:?}");
    desk.send(Command::Pause { on: true });
    let kept = desk.state.playback.current.as_ref().unwrap().place(desk.state.now.at);
    assert_eq!(kept.at, after);
    let turn = desk.state.playback.current.as_ref().unwrap().turn;
    let exact = after + Duration::from_millis(7);
    desk.sound(SoundEvent::Paused { turn, at: exact });
    assert_eq!(position(&desk), exact);
    desk.at(60_000);
    desk.send(Command::Pause { on: false });
    let speed = desk.state.catching.tempo().percent();
    desk.at(61_000);
    desk.step(Input::Deadline).unwrap();
    assert_eq!(position(&desk), exact + Duration::from_millis(10) * u32::from(speed));
}

#[test]
fn what_somebody_asked_for_is_heard_as_it_was_spoken_and_what_waits_is_caught_up_with_after_it() {
    let mut desk = desk(CatchUpMode::Automatic, None);
    busy(&mut desk, [call(2), call(3)]);
    live_until(&mut desk, 0, 30_000);
    desk.send(Command::Play { call: CallKey::new(SERVER, CallId(2)) });
    assert_eq!(tempos(&desk), [Tempo::USUAL]);
    let turn = desk.begun().expect("it begins at once");
    desk.sound(SoundEvent::Started { turn });
    assert_eq!(live_until(&mut desk, 30_000, 80_000), []);
    assert_eq!(desk.state.playback_view().percent, 100);
    assert!(desk.state.behind() > Duration::from_secs(60), "what waits is further and further behind");
    end(&mut desk);
    assert!(!live_until(&mut desk, 80_000, 83_000).is_empty());
}

#[test]
fn no_pause_is_made_between_calls_while_catching_up() {
    let mut desk = Desk::new(|settings| {
        settings.catch_up = choices(CatchUpMode::Offered, None);
        settings.pause_between_calls_ms = 500;
    });
    busy(&mut desk, [call(2)]);
    assert_eq!(desk.state.pause_between_calls(), Duration::from_millis(500));
    desk.at(30_000);
    desk.send(Command::CatchUp { on: true });
    assert_eq!(desk.state.pause_between_calls(), Duration::ZERO);
}

#[test]
fn calls_that_waited_for_too_long_are_left_out_unless_they_are_held_go_first_or_were_asked_for() {
    let mut desk = desk(CatchUpMode::Off, Some(2));
    desk.send(Command::Prioritise { talkgroup: key(2), priority: Priority::High });
    desk.send(Command::Prioritise { talkgroup: key(3), priority: Priority::Low });
    desk.server(ServerEvent::Earlier(vec![of_talkgroup(5, 4)]));
    busy(&mut desk, [of_talkgroup(2, 2), of_talkgroup(3, 3), of_talkgroup(4, 1)]);
    desk.send(Command::Pause { on: true });
    desk.send(Command::Enqueue { call: CallKey::new(SERVER, CallId(5)) });
    let waits = |desk: &Desk, id| desk.state.queue.contains(&CallKey::new(SERVER, CallId(id)));
    live_until(&mut desk, 0, 120_000);
    assert!(waits(&desk, 4), "not a moment too early");
    live_until(&mut desk, 120_000, 120_001);
    let left_out = RowState::NotPlayed { why: NotPlayed::LeftBehind };
    assert_eq!([3, 4].map(|id| desk.row(id)), [left_out.clone(), left_out.clone()]);
    assert!(waits(&desk, 2), "it is of a talkgroup that goes first");
    assert!(waits(&desk, 5), "somebody wants it to be played");
    assert_eq!(state_to_keep(&left_out), Some(archive::State::Unheard), "it can be heard later");
    live_until(&mut desk, 120_001, 1_700_000);
    assert!(waits(&desk, 2), "nor ever, before it is too old for anybody");
    desk.send(Command::Pause { on: false });
    desk.send(Command::Play { call: CallKey::new(SERVER, CallId(3)) });
    assert_ne!(desk.row(3), left_out, "it is heard when somebody asks for it");
}

#[test]
fn what_is_held_is_not_left_out() {
    let mut desk = desk(CatchUpMode::Off, Some(1));
    desk.send(Command::HoldTalkgroup { talkgroup: Some(key(1)) });
    busy(&mut desk, [call(2), call(3)]);
    live_until(&mut desk, 0, 300_000);
    assert_eq!([2, 3].map(|id| desk.state.queue.contains(&CallKey::new(SERVER, CallId(id)))), [true, true]);
    desk.send(Command::HoldTalkgroup { talkgroup: None });
    let left_out = RowState::NotPlayed { why: NotPlayed::LeftBehind };
    assert_eq!([2, 3].map(|id| desk.row(id)), [left_out.clone(), left_out]);
}

#[test]
fn a_limit_that_is_set_holds_at_once() {
    let mut desk = desk(CatchUpMode::Off, None);
    busy(&mut desk, [call(2)]);
    live_until(&mut desk, 0, 400_000);
    desk.send(Command::Change { setting: Setting::CatchUp { choices: choices(CatchUpMode::Off, Some(5)) } });
    assert_eq!(desk.row(2), RowState::NotPlayed { why: NotPlayed::LeftBehind });
    assert_eq!(desk.row(1), RowState::Playing, "a call is never cut");
}

#[test]
fn choices_that_make_no_sense_are_brought_into_their_limits() {
    let mut desk = desk(CatchUpMode::Off, None);
    let odd = CatchUpChoices { mode: CatchUpMode::Automatic, after_seconds: 0, most_minutes: Some(4_000) };
    desk.send(Command::Change { setting: Setting::CatchUp { choices: odd } });
    let kept = desk.state.settings.catch_up;
    assert_eq!((kept.after_seconds, kept.most_minutes), (5, Some(30)));
}
