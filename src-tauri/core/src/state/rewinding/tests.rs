//! What is heard again, from where, and that what waits goes on.

use super::*;
use crate::archive::EntryId;
use crate::clock::WallTime;
use crate::model::{CallId, TalkgroupId, Turn};
use crate::server::ServerEvent;
use crate::sound::{SoundCommand, SoundEvent};
use crate::state::samples::{call, clip};
use crate::state::tests::{Desk, SERVER};
use crate::state::{Effect, Input};
use crate::view::{Command, PlaybackState};

fn key(id: u64) -> CallKey {
    CallKey::new(SERVER, CallId(id))
}

/// Presses the key once more, at this time.
fn back(desk: &mut Desk, seconds: u32) {
    let nth = desk.state.listening_view().rewinds;
    desk.send(Command::Rewind { seconds, nth });
}

/// What begins now: which call, and from where.
fn begins(desk: &Desk) -> Option<(u64, u64)> {
    let begun = desk.effects.iter().find_map(|effect| {
        if let Effect::Sound(SoundCommand::Play { from, .. }) = effect { Some(from.as_millis() as u64) } else { None }
    });
    begun.zip(desk.state.playback.current.as_ref().map(|current| current.key.call.0)).map(|(from, call)| (call, from))
}

/// What waits, in order: which call, from where, and whether it is one of the past.
fn waits(desk: &Desk) -> Vec<(u64, u64, bool)> {
    let item = |item: &Item| (item.key.call.0, item.from.as_millis() as u64, item.why == Why::Rewound);
    desk.state.queue.iter().map(item).collect()
}

/// All audio that is asked for comes, four seconds of each, and what begins is heard to begin.
fn come(desk: &mut Desk) -> Vec<(u64, u64)> {
    let mut begun: Vec<_> = begins(desk).into_iter().collect();
    start(desk);
    while let Some(turn) = asked(desk) {
        let result = Ok(clip(Duration::from_secs(4)));
        desk.step(Input::Fetched { turn, result, audio: None }).expect("it is no wish");
        begun.extend(begins(desk));
        start(desk);
    }
    begun
}

fn start(desk: &mut Desk) {
    if let Some(turn) = desk.begun() {
        desk.sound(SoundEvent::Started { turn });
    }
}

fn asked(desk: &Desk) -> Option<Turn> {
    let fetching = |item: &Item| if let Stage::Fetching { turn, .. } = item.stage { Some(turn) } else { None };
    desk.state.queue.iter().find_map(fetching)
}

/// The call that sounds comes to its end; the one that begins then.
fn ends(desk: &mut Desk) -> Option<(u64, u64)> {
    let turn = desk.state.playback.current.as_ref().map(|current| current.turn).expect("one sounds");
    desk.sound(SoundEvent::Ended { turn });
    let followed = desk.state.playback.current.as_ref().map(|current| (current.key.call.0, current.turn));
    let begun = begins(desk).or(followed.map(|(call, _)| (call, 0)));
    if let Some((_, turn)) = followed {
        desk.sound(SoundEvent::Started { turn });
    }
    come(desk);
    begun
}

/// Calls 1 and 2 were heard, four seconds of each; 3 has sounded for one second, and 4 and 5 wait.
fn listening() -> Desk {
    let mut desk = Desk::new(|_| {});
    for id in [1, 2] {
        let turn = desk.hear(call(id));
        desk.at(id * 4_000);
        desk.sound(SoundEvent::Ended { turn });
    }
    desk.hear(call(3));
    for id in [4, 5] {
        desk.server(ServerEvent::Call(call(id)));
    }
    come(&mut desk);
    desk.at(9_000);
    desk
}

#[test]
fn the_last_seconds_are_heard_again_and_then_what_was_interrupted_and_what_waits() {
    let mut desk = listening();
    back(&mut desk, 7);
    assert_eq!(waits(&desk), [(1, 2_000, true), (2, 0, true), (3, 0, false), (4, 0, false), (5, 0, false)]);
    assert_eq!((desk.state.rewound(), desk.state.listening_view().waiting), (2, 5));
    assert_eq!(come(&mut desk), [(1, 2_000)]);
    let rest: Vec<_> = std::iter::from_fn(|| ends(&mut desk)).collect();
    assert_eq!(rest, [(2, 0), (3, 0), (4, 0), (5, 0)], "each once, and in order");
    assert_eq!((desk.playback(), desk.state.rewound()), (PlaybackState::Idle, 0));
    assert!((1..=5).all(|id| desk.row(id) == RowState::Played));
}

#[test]
fn a_step_within_the_call_that_sounds_needs_no_other_and_goes_to_no_earlier_place() {
    let mut desk = listening();
    desk.at(10_500);
    back(&mut desk, 2);
    assert_eq!(begins(&desk), Some((3, 500)), "at once: it is there");
    assert_eq!((waits(&desk), desk.state.rewound()), (vec![(4, 0, false), (5, 0, false)], 0));
}

#[test]
fn who_goes_back_again_goes_farther_and_a_second_word_for_one_step_does_not() {
    let mut desk = listening();
    back(&mut desk, 3);
    assert_eq!(begins(&desk), Some((2, 2_000)));
    start(&mut desk);
    desk.send(Command::Rewind { seconds: 3, nth: 0 });
    assert!(desk.effects.is_empty(), "it is done already: {:?}", desk.effects);
    desk.at(10_000);
    // A second later: at 3 s of call 2, four seconds back are the end of call 1.
    back(&mut desk, 4);
    assert_eq!(waits(&desk)[..3], [(1, 3_000, true), (2, 0, true), (3, 0, false)]);
    assert_eq!(come(&mut desk), [(1, 3_000)]);
    let rest: Vec<_> = std::iter::from_fn(|| ends(&mut desk)).collect();
    assert_eq!(rest, [(2, 0), (3, 0), (4, 0), (5, 0)]);
}

#[test]
fn what_is_heard_again_is_not_on_the_tape_twice() {
    let mut desk = listening();
    back(&mut desk, 300);
    come(&mut desk);
    for at in [14_000, 18_000, 19_000] {
        desk.at(at);
        if at < 19_000 {
            ends(&mut desk);
        }
    }
    // Call 3 has come again to where it was interrupted: all of the tape lies before it, nine seconds of sound.
    back(&mut desk, 9);
    assert_eq!(waits(&desk)[..3], [(1, 0, true), (2, 0, true), (3, 0, false)]);
}

#[test]
fn going_back_no_more_takes_nothing_from_what_waits() {
    let mut desk = listening();
    back(&mut desk, 7);
    come(&mut desk);
    desk.at(10_000);
    desk.send(Command::EndRewind);
    assert_eq!(begins(&desk), Some((3, 1_000)), "it goes on where it was interrupted");
    assert_eq!(waits(&desk), [(4, 0, false), (5, 0, false)]);
    assert_eq!([1, 2].map(|id| desk.row(id)), [RowState::Skipped, RowState::Played]);
    desk.send(Command::EndRewind);
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
}

#[test]
fn another_call_that_is_asked_for_takes_the_place_of_the_past() {
    let mut desk = listening();
    back(&mut desk, 7);
    come(&mut desk);
    desk.send(Command::Play { call: key(2) });
    assert_eq!(waits(&desk).iter().filter(|(_, _, is_past)| *is_past).count(), 0);
    come(&mut desk);
    assert_eq!(ends(&mut desk), Some((3, 1_000)), "and what was interrupted goes on where it was");
}

#[test]
fn one_skip_leaves_one_call_of_the_past() {
    let mut desk = listening();
    back(&mut desk, 7);
    come(&mut desk);
    let turn = desk.state.playback_view().turn.expect("it sounds");
    desk.send(Command::Skip { turn });
    assert_eq!(begins(&desk), Some((2, 0)));
    assert_eq!(desk.state.rewound(), 1);
}

#[test]
fn nothing_is_heard_again_where_nothing_sounded_or_its_server_is_gone() {
    let mut desk = Desk::new(|_| {});
    let problem = desk.step(Input::Command(Command::Rewind { seconds: 30, nth: 0 })).expect_err("nothing sounded");
    assert_eq!(problem.message, "Nothing that has sounded can be played again.");
    desk = listening();
    desk.send(Command::RemoveServer { server: SERVER });
    desk.step(Input::Command(Command::Rewind { seconds: 30, nth: 0 })).expect_err("it is gone");
}

#[test]
fn what_has_sounded_is_there_even_if_so_much_came_since_that_its_row_has_gone() {
    let mut desk = Desk::new(|_| {});
    let turn = desk.hear(call(1));
    desk.at(4_000);
    desk.sound(SoundEvent::Ended { turn });
    let quiet = crate::model::TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(9) };
    desk.send(Command::HoldTalkgroup { talkgroup: Some(quiet) });
    for id in 2..super::super::feed::MOST_ROWS as u64 + 10 {
        desk.server(ServerEvent::Call(call(id)));
    }
    assert!(!desk.state.feed.is_shown(&key(1)), "its row has gone");
    back(&mut desk, 30);
    assert_eq!(waits(&desk).len() + usize::from(desk.state.playback.current.is_some()), 1);
}

#[test]
fn a_paused_listener_who_goes_back_listens() {
    let mut desk = listening();
    desk.send(Command::Pause { on: true });
    back(&mut desk, 3);
    assert!(!desk.state.playback.paused);
    assert_eq!(come(&mut desk), [(2, 2_000)]);
}

#[test]
fn an_avoided_talkgroup_is_not_heard_again_either() {
    let mut desk = listening();
    back(&mut desk, 7);
    let talkgroup = crate::model::TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(1) };
    desk.send(Command::Avoid { talkgroup, minutes: None });
    assert_eq!(desk.state.rewound(), 0);
    assert_eq!(waits(&desk), []);
    assert_eq!(desk.row(2), RowState::Played, "it was heard, though not again");
}

#[test]
fn a_full_queue_loses_nothing_to_what_is_heard_again() {
    let mut desk = listening();
    for id in 10..10 + super::super::queue::MOST_WAITING as u64 - 3 {
        desk.server(ServerEvent::Call(call(id)));
    }
    let before = desk.state.queue.len();
    back(&mut desk, 7);
    assert_eq!(desk.state.queue.len(), before + 3, "two of the past and the one that sounded");
    assert_eq!(desk.row(4), RowState::Ready);
}

/// As the archive has it.
fn entry(id: u64, talkgroup: u64, state: Kept) -> archive::Entry {
    let start = WallTime(1_795_000_000_000 + id as i64 * 10_000);
    let call = crate::model::Call { talkgroup: Some(TalkgroupId(talkgroup)), start, ..call(id) };
    archive::Entry {
        id: EntryId::new(id),
        key: key(id),
        epoch: 1,
        call,
        transcript: None,
        state,
        late: false,
        kept: false,
        kept_for_talkgroup: false,
        audio: 1,
    }
}

#[test]
fn from_a_place_on_the_timeline_the_calls_after_it_follow_before_what_waits() {
    let mut desk = listening();
    let off = Kept::Filtered(NotPlayed::Avoided);
    desk.send(Command::Switch { server: SERVER, talkgroups: vec![TalkgroupId(2), TalkgroupId(3)], on: false });
    let entries = vec![
        entry(100, 2, off),
        entry(101, 3, Kept::Heard),
        entry(102, 1, Kept::Unavailable),
        entry(103, 2, Kept::Unheard),
        entry(104, 1, Kept::Skipped),
        entry(4, 1, Kept::Unheard),
    ];
    desk.step(Input::PlayOn(entries, Duration::from_millis(1_500))).expect("it can be played");
    // Not those of a talkgroup that is off and was not chosen here, nor what cannot be had, nor what waits anyway.
    assert_eq!(
        waits(&desk),
        [(100, 1_500, true), (103, 0, true), (104, 0, true), (3, 1_000, false), (4, 0, false), (5, 0, false)]
    );
    assert_eq!(come(&mut desk), [(100, 1_500)]);
    desk.send(Command::EndRewind);
    assert_eq!(begins(&desk), Some((3, 1_000)));
    assert_eq!(waits(&desk), [(4, 0, false), (5, 0, false)]);
    assert_eq!([103, 104].map(|id| desk.row(id)), [RowState::Found, RowState::Skipped], "as they were");
}

#[test]
fn what_is_not_kept_any_more_cannot_be_played_on_from() {
    let mut desk = listening();
    desk.step(Input::PlayOn(Vec::new(), Duration::ZERO)).expect_err("it is gone");
    assert_eq!((desk.playback(), waits(&desk).len()), (PlaybackState::Playing, 2));
}
