use super::super::queue::Stage;
use super::super::samples::{call, clip};
use super::super::tests::{Desk, SERVER};
use super::*;
use crate::choices::Choices;
use crate::model::{Call, CallId, Turn};
use crate::server::ServerEvent;
use crate::sound::SoundEvent;
use crate::state::{Effect, Input};
use crate::view::{Command, Event, HearingView, Setting, TalkgroupPriority};

fn on(id: u64, talkgroup: u64) -> Call {
    Call { talkgroup: Some(TalkgroupId(talkgroup)), ..call(id) }
}

fn key(talkgroup: u64) -> TalkgroupKey {
    TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(talkgroup) }
}

fn prioritise(talkgroup: u64, priority: Priority) -> Command {
    Command::Prioritise { talkgroup: key(talkgroup), priority }
}

fn following(seconds: u32) -> Desk {
    Desk::new(|settings| settings.follow_seconds = seconds)
}

impl Desk {
    /// A call arrives, and its audio if it is asked for.
    fn arrive(&mut self, call: Call) {
        self.server(ServerEvent::Call(call));
        self.answer_all();
    }

    /// All that is asked for comes.
    fn answer_all(&mut self) {
        let asked = |desk: &Self| {
            let fetching = |item: &Item| matches!(item.stage, Stage::Fetching { .. });
            desk.state.queue.iter().find(|item| fetching(item)).and_then(Item::turn)
        };
        while let Some(turn) = asked(self) {
            let result = Ok(clip(Duration::from_secs(4)));
            self.step(Input::Fetched { turn, result, audio: None }).expect("it is no wish");
        }
    }

    /// The current call has come to its end. Gives what plays then.
    fn end(&mut self) -> Option<u64> {
        let turn = self.state.playback.current.as_ref().expect("something plays").turn;
        self.sound(SoundEvent::Ended { turn });
        self.playing()
    }

    fn playing(&mut self) -> Option<u64> {
        let current = self.state.playback.current.as_ref().map(|current| (current.key, current.turn));
        let (key, turn) = current?;
        self.sound(SoundEvent::Started { turn });
        Some(key.call.0)
    }

    /// The time comes that the state waits for.
    fn time(&mut self, ms: u64) -> Option<u64> {
        self.at(ms);
        self.step(Input::Deadline).expect("it is no wish");
        self.playing()
    }

    fn deadline(&self) -> Option<u128> {
        self.state.deadline().map(|at| at.as_millis())
    }

    fn turn_of(&mut self, id: u64) -> Option<Turn> {
        self.state.queue.get_mut(&CallKey::new(SERVER, CallId(id)))?.turn()
    }
}

#[test]
fn a_waiting_call_of_higher_priority_plays_next_and_the_one_that_plays_is_not_cut() {
    let mut desk = Desk::new(|_| {});
    let first = desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    desk.arrive(on(3, 3));
    desk.send(prioritise(3, Priority::High));
    let third = desk.turn_of(3).expect("it is ready");
    assert_eq!(desk.handed(), Some((third, first)), "it is told to play next");
    assert_eq!((desk.begun(), desk.is_stopped()), (None, false));
    assert_eq!(desk.end(), Some(3));
    assert_eq!(desk.end(), Some(2));
}

#[test]
fn a_call_of_high_priority_that_arrives_takes_the_place_of_what_was_to_come_and_a_low_one_waits_for_all() {
    let mut desk = Desk::new(|_| {});
    desk.send(prioritise(3, Priority::High));
    desk.send(prioritise(4, Priority::Low));
    desk.hear(on(1, 1));
    for (id, talkgroup) in [(2, 4), (5, 2), (6, 3), (7, 1), (8, 3)] {
        desk.arrive(on(id, talkgroup));
    }
    assert_eq!(desk.state.listening_view().next, Some(CallKey::new(SERVER, CallId(6))));
    let mut order = Vec::new();
    while let Some(id) = desk.end() {
        order.push(id);
        desk.answer_all();
    }
    assert_eq!(order, [6, 8, 5, 7, 2]);
}

#[test]
fn a_call_that_was_interrupted_goes_on_before_anything_of_high_priority() {
    let mut desk = Desk::new(|_| {});
    desk.replay(1);
    desk.send(prioritise(3, Priority::High));
    desk.end();
    desk.hear(on(2, 2));
    desk.arrive(on(3, 3));
    desk.send(Command::Play { call: CallKey::new(SERVER, CallId(1)) });
    desk.answer_all();
    assert_eq!(desk.playing(), Some(1));
    assert_eq!(desk.end(), Some(2));
    assert_eq!(desk.end(), Some(3));
}

#[test]
fn others_wait_for_the_talkgroup_that_spoke_last_as_long_as_is_chosen() {
    let mut desk = following(5);
    desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    assert_eq!(desk.handed(), None, "it is not to follow by itself");
    desk.at(4_000);
    assert_eq!(desk.end(), None);
    assert_eq!(desk.deadline(), Some(9_000));
    desk.at(6_000);
    desk.arrive(on(3, 1));
    assert_eq!(desk.playing(), Some(3), "the answer");
    desk.at(10_000);
    assert_eq!(desk.end(), None);
    assert_eq!(desk.time(14_999), None);
    assert_eq!(desk.time(15_000), Some(2), "nobody answered");
}

#[test]
fn of_the_talkgroup_that_speaks_those_that_wait_go_first() {
    let mut desk = following(5);
    desk.hear(on(1, 1));
    for (id, talkgroup) in [(2, 2), (3, 1), (4, 2), (5, 1)] {
        desk.arrive(on(id, talkgroup));
    }
    assert_eq!((desk.end(), desk.end()), (Some(3), Some(5)));
    assert_eq!(desk.end(), None);
    let off = Command::Change { setting: Setting::Follow { seconds: 0 } };
    desk.send(off);
    assert_eq!(desk.playing(), Some(2), "who follows nobody any more hears the others at once");
}

#[test]
fn whoever_has_waited_for_the_longest_goes_before_the_talkgroup_that_is_followed() {
    let mut desk = following(30);
    desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    desk.at(30_000);
    desk.arrive(on(3, 1));
    assert_eq!(desk.end(), Some(3));
    desk.at(59_000);
    desk.arrive(on(4, 1));
    desk.arrive(on(5, 3));
    assert_eq!(desk.deadline(), Some(60_000));
    desk.at(60_000);
    desk.step(Input::Deadline).expect("it is no wish");
    assert_eq!(desk.handed().map(|(next, _)| Some(next)), Some(desk.turn_of(2)));
    assert_eq!(desk.end(), Some(2), "it has waited for a minute");
    assert_eq!(desk.end(), None, "now the second talkgroup is followed, and nobody has waited for long");
    assert_eq!(desk.time(89_999), None);
    assert_eq!(desk.time(90_000), Some(4), "nobody answered");
}

#[test]
fn somebody_who_has_waited_long_enough_ends_the_silence() {
    let mut desk = following(30);
    desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    desk.at(50_000);
    assert_eq!(desk.end(), None);
    assert_eq!(desk.deadline(), Some(60_000));
    assert_eq!(desk.time(60_000), Some(2));
}

#[test]
fn only_a_higher_priority_breaks_the_silence() {
    for (priority, plays) in [(Priority::Low, None), (Priority::Normal, None), (Priority::High, Some(2))] {
        let mut desk = following(5);
        desk.send(prioritise(2, priority));
        desk.hear(on(1, 1));
        desk.end();
        desk.arrive(on(2, 2));
        assert_eq!(desk.playing(), plays, "{priority:?}");
    }
    let mut desk = following(5);
    desk.send(prioritise(1, Priority::Low));
    desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    assert_eq!(desk.end(), Some(2), "what is followed is worth less");
}

#[test]
fn whoever_is_skipped_or_not_to_be_heard_any_more_is_not_followed() {
    let mut desk = following(5);
    let turn = desk.hear(on(1, 1));
    desk.arrive(on(2, 2));
    desk.send(Command::Skip { turn });
    assert_eq!(desk.playing(), Some(2));
    desk.arrive(on(3, 1));
    assert_eq!(desk.end(), None);
    desk.send(Command::Avoid { talkgroup: key(2), minutes: None });
    assert_eq!(desk.playing(), Some(3), "no answer can come");
}

#[test]
fn a_call_that_was_asked_for_is_no_conversation() {
    let mut desk = following(30);
    desk.replay(1);
    desk.arrive(on(2, 2));
    assert_eq!(desk.end(), Some(2));
}

#[test]
fn priorities_are_kept_for_the_server_whoever_listens_there_and_are_told() {
    let mut desk = Desk::new(|_| {});
    desk.send(prioritise(3, Priority::High));
    let priorities = vec![TalkgroupPriority { key: key(3), priority: Priority::High }];
    let told = Event::HearingChanged { hearing: HearingView { priorities, ..HearingView::default() } };
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Publish(event) if *event == told)));
    let kept = |desk: &Desk| -> Option<Choices> {
        desk.effects.iter().find_map(|effect| if let Effect::Keep(it) = effect { Some(it.clone()) } else { None })
    };
    let choices = kept(&desk).expect("it is to be kept");
    assert_eq!(choices.hearing["http://localhost"].priorities[&TalkgroupId(3)], Priority::High);
    desk.send(prioritise(3, Priority::High));
    assert!(desk.effects.is_empty(), "saying it twice changes nothing");
    desk.send(prioritise(3, Priority::Normal));
    assert!(kept(&desk).expect("it is to be kept").hearing.is_empty());
    desk.send(prioritise(3, Priority::Low));
    desk.send(Command::RemoveServer { server: SERVER });
    assert!(kept(&desk).expect("it is to be kept").hearing.is_empty(), "nothing is kept of a server that is gone");
}

#[test]
fn a_call_that_began_in_the_moment_in_which_another_came_first_is_not_cut_and_the_other_one_follows_it() {
    let mut desk = Desk::new(|_| {});
    desk.send(prioritise(3, Priority::High));
    let first = desk.hear(on(1, 1));
    desk.server(ServerEvent::Call(on(2, 2)));
    desk.fetched(4);
    let (second, _) = desk.handed().expect("it is to follow");
    desk.server(ServerEvent::Call(on(3, 3)));
    desk.fetched(4);
    let (third, _) = desk.handed().expect("it is to follow now");
    // The sound thread had moved on before it heard of that.
    desk.sound(SoundEvent::Ended { turn: first });
    desk.sound(SoundEvent::Started { turn: second });
    // With the end of the first it was told what is to follow the third, and has forgotten that one.
    assert_eq!((desk.begun(), desk.is_stopped(), desk.handed()), (None, false, Some((third, second))));
    assert_eq!(
        desk.state.playback.current.as_ref().map(|current| (current.key.call.0, current.turn)),
        Some((2, second))
    );
    desk.sound(SoundEvent::Ended { turn: second });
    desk.sound(SoundEvent::Started { turn: third });
    assert_eq!(desk.state.playback.current.as_ref().map(|current| current.key.call.0), Some(3));
}

#[test]
fn a_call_that_began_while_a_better_one_was_still_fetched_is_not_cut_either() {
    let mut desk = Desk::new(|_| {});
    desk.send(prioritise(3, Priority::High));
    let first = desk.hear(on(1, 1));
    desk.server(ServerEvent::Call(on(2, 2)));
    desk.fetched(4);
    let (second, _) = desk.handed().expect("it is to follow");
    desk.server(ServerEvent::Call(on(3, 3)));
    let fetch = desk.asked().expect("it is asked for");
    desk.sound(SoundEvent::Ended { turn: first });
    desk.sound(SoundEvent::Started { turn: second });
    assert_eq!((desk.begun(), desk.is_stopped()), (None, false));
    assert_eq!(
        desk.state.playback.current.as_ref().map(|current| (current.key.call.0, current.turn)),
        Some((2, second))
    );
    let result = Ok(clip(Duration::from_secs(3)));
    desk.step(Input::Fetched { turn: fetch, result, audio: None }).expect("it is no wish");
    assert_eq!(desk.end(), Some(3));
}

#[test]
fn what_goes_first_leaves_a_full_queue_last_and_what_goes_last_leaves_it_first() {
    use super::super::queue::MOST_WAITING;
    let most = MOST_WAITING as u64;
    // Without priorities the oldest, which is the first; then by what they are worth, whenever they came.
    for (priority, of, gone) in [(None, 1, 1), (Some(Priority::High), 1, 2), (Some(Priority::Low), 9, 9)] {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::Pause { on: true });
        if let Some(priority) = priority {
            desk.send(prioritise(of, priority));
        }
        // The first is of one talkgroup, the ninth of another, and all others of a third.
        for id in 1..=most + 1 {
            desk.server(ServerEvent::Call(on(id, if matches!(id, 1 | 9) { id } else { 3 })));
        }
        let out: Vec<_> =
            (1..=most + 1).filter(|id| !desk.state.queue.iter().any(|item| item.key.call.0 == *id)).collect();
        assert_eq!(out, [gone], "{priority:?}");
    }
}
