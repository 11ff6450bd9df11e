use bytes::Bytes;

use super::*;
use crate::archive::{Memo, Note, Peaks};
use crate::model::{CallId, TalkgroupId};
use crate::server::{FetchError, NetworkError, NetworkKind, ServerEvent};
use crate::sound::SoundEvent;
use crate::state::Input;
use crate::state::samples::{call, clip};
use crate::state::tests::{Desk, SERVER};
use crate::view::Command;

const KEPT: TalkgroupKey = TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(1) };

/// Somebody keeps the talkgroup of all calls here.
fn keeper() -> Desk {
    let mut desk = Desk::new(|settings| _ = settings.kept_talkgroups.insert(KEPT));
    desk.send(Command::Listen { on: false });
    desk
}

fn comes(desk: &mut Desk, id: u64) {
    desk.server(ServerEvent::Call(call(id)));
}

/// What was asked for is answered.
fn answer(desk: &mut Desk, turn: Turn, result: Result<Clip, Unplayable>) {
    let sound =
        || Audio { bytes: Bytes::from_static(b"sound"), duration: Duration::from_secs(3), peaks: Peaks([1; 64]) };
    let audio = result.is_ok().then(sound);
    desk.step(Input::Fetched { turn, result, audio }).expect("it is no wish");
}

fn came() -> Result<Clip, Unplayable> {
    Ok(clip(Duration::from_secs(3)))
}

fn lost() -> Result<Clip, Unplayable> {
    Err(Unplayable::Fetch(FetchError::Network(NetworkError { kind: NetworkKind::Connect, source: None })))
}

fn is_stored(desk: &Desk, id: u64) -> bool {
    let key = CallKey::new(SERVER, CallId(id));
    desk.effects.iter().any(|effect| matches!(effect, Effect::Archive(Memo::Note(of, Note::Audio(_))) if *of == key))
}

#[test]
fn what_is_kept_for_ever_is_fetched_although_nobody_hears_it_one_call_after_the_other() {
    let mut desk = keeper();
    comes(&mut desk, 1);
    let first = desk.asked().expect("it is asked for");
    comes(&mut desk, 2);
    assert_eq!(desk.asked(), None, "one at a time");
    answer(&mut desk, first, came());
    assert!(is_stored(&desk, 1) && desk.begun().is_none(), "{:?}", desk.effects);
    let second = desk.asked().expect("then the next");
    answer(&mut desk, second, came());
    assert!(is_stored(&desk, 2));
    assert_eq!(desk.asked(), None);
    assert!(desk.state.is_here(&CallKey::new(SERVER, CallId(2))));
}

#[test]
fn the_samples_of_the_last_call_go_with_the_device_where_they_can_be_had_from_this_computer() {
    for on in [true, false] {
        let mut desk = Desk::new(|settings| settings.archive.on = on);
        comes(&mut desk, 1);
        let turn = desk.asked().expect("it is asked for");
        answer(&mut desk, turn, came());
        let turn = desk.begun().expect("it is played");
        desk.sound(SoundEvent::Started { turn });
        desk.sound(SoundEvent::Ended { turn });
        let key = CallKey::new(SERVER, CallId(1));
        assert!(desk.state.kept_clip(&key).is_some(), "a replay is instant");
        desk.sound(SoundEvent::DeviceReleased);
        assert_eq!(desk.state.kept_clip(&key).is_none(), on);
        desk.send(Command::Play { call: key });
        let asked = desk.effects.iter().any(|effect| matches!(effect, Effect::Fetch { is_here: true, .. }));
        assert_eq!((asked, desk.begun().is_some()), (on, !on), "{:?}", desk.effects);
    }
}

#[test]
fn nothing_is_fetched_of_other_talkgroups_without_an_archive_or_of_what_was_there_before() {
    let mut desk = Desk::new(|_| {});
    desk.send(Command::Listen { on: false });
    comes(&mut desk, 1);
    assert_eq!(desk.asked(), None);
    desk.send(Command::KeepTalkgroup { talkgroup: KEPT, on: true });
    assert!(desk.asked().is_some(), "what is shown already is kept, too");
    let mut desk = Desk::new(|settings| {
        settings.kept_talkgroups.insert(KEPT);
        settings.archive.on = false;
    });
    desk.send(Command::Listen { on: false });
    comes(&mut desk, 1);
    assert_eq!(desk.asked(), None);
    let mut desk = keeper();
    desk.server(ServerEvent::Earlier(vec![call(5)]));
    assert_eq!(desk.asked(), None);
}

#[test]
fn who_listens_goes_first() {
    let mut desk = keeper();
    comes(&mut desk, 1);
    let kept = desk.asked().expect("it is asked for");
    desk.send(Command::Play { call: CallKey::new(SERVER, CallId(1)) });
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(turn) if *turn == kept)), "it gives way");
    let played = desk.asked().expect("it is fetched to be heard");
    answer(&mut desk, kept, came());
    assert!(!is_stored(&desk, 1), "nobody waits for that any more");
    answer(&mut desk, played, came());
    assert!(is_stored(&desk, 1));
    comes(&mut desk, 2);
    assert!(desk.asked().is_some(), "while one sounds there is time for the next");
    let turn = desk.begun();
    assert_eq!(turn, None);
}

#[test]
fn what_is_skipped_before_it_was_fetched_is_fetched_after_all() {
    let mut desk = Desk::new(|settings| _ = settings.kept_talkgroups.insert(KEPT));
    let turn = desk.hear(call(1));
    comes(&mut desk, 2);
    let ahead = desk.asked().expect("it is fetched ahead");
    desk.send(Command::Avoid { talkgroup: KEPT, minutes: None });
    let mut is_kept = false;
    while let Some(again) = desk.asked() {
        assert_ne!(again, ahead);
        answer(&mut desk, again, came());
        is_kept |= is_stored(&desk, 2);
    }
    assert!(is_kept, "it is not played, and kept");
    desk.sound(SoundEvent::Ended { turn });
}

#[test]
fn a_failure_that_passes_is_tried_again_later_and_not_for_ever() {
    let mut desk = keeper();
    comes(&mut desk, 1);
    for attempt in 1..=3 {
        let turn = desk.asked().expect("it is asked for");
        answer(&mut desk, turn, lost());
        assert_eq!(desk.asked(), None, "not at once");
        assert_eq!(desk.state.keeping_audio_deadline().is_some(), attempt < 3);
        desk.at(31_000 * attempt);
        if attempt < 3 {
            desk.step(Input::Deadline).expect("it is no wish");
        }
    }
    desk.at(600_000);
    desk.step(Input::Deadline).expect("it is no wish");
    assert_eq!(desk.asked(), None, "nobody asks for it for ever");
}
