//! A server that is installed anew while we listen counts its calls from 1 again.
//!
//! A number that is known then stands for another call, which tells itself apart by when it began. What is known under
//! that number makes room: it is gone at the server, and whoever asked for it there would get the other one. Of what was
//! archived nothing is lost; the archive keeps both apart (`archive/batch/epoch.rs`).

use crate::model::{Call, CallKey, ServerId};
use crate::view::{Event, RowState};

use super::{Effect, State};

impl State {
    /// To be called before these calls are taken in.
    pub(super) fn make_room_for_other<'a>(&mut self, server: ServerId, calls: impl IntoIterator<Item = &'a Call>) {
        for call in calls {
            let key = CallKey::new(server, call.id);
            if self.feed.knows_another(&key, call) {
                tracing::info!(?key, "this number is another call's: the server was installed anew");
                self.give_up(key);
            }
        }
    }

    fn give_up(&mut self, key: CallKey) {
        if self.playback.current.as_ref().is_some_and(|current| current.key == key) {
            self.end_current(RowState::Skipped);
            self.silence_unless_next();
        }
        if let Some(item) = self.queue.take(&key) {
            self.forget(&item);
            self.changes.listening = true;
        }
        self.playback.last.take_if(|last| last.key == key);
        self.tape.forget(|on_tape| *on_tape == key);
        if self.feed.remove(&key) {
            self.effects.push(Effect::Publish(Event::RowsRemoved { calls: vec![key] }));
        }
        self.changes.playback = true;
        self.tidy_missed();
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::Desk;
    use super::*;
    use crate::clock::WallTime;
    use crate::model::{CallId, Turn};
    use crate::server::ServerEvent;
    use crate::sound::SoundEvent;
    use crate::state::Input;

    /// The call of this number after the server was installed anew.
    fn other(id: u64) -> Call {
        let before = call(id);
        Call { start: WallTime(before.start.0 + 60_001), ..before }
    }

    fn start(desk: &Desk, id: u64) -> i64 {
        desk.state.feed.get(&CallKey::new(ServerId(1), CallId(id))).expect("it is shown").call.start.0
    }

    fn rows(desk: &Desk) -> Vec<(u64, RowState)> {
        desk.state.feed.rows().into_iter().map(|row| (row.key.call.0, row.state)).collect()
    }

    #[test]
    fn a_known_number_with_another_beginning_is_another_call_and_is_heard() {
        let mut desk = Desk::new(|_| ());
        for id in 1..=2 {
            let turn = desk.hear(call(id));
            desk.sound(SoundEvent::Ended { turn });
        }
        desk.server(ServerEvent::Call(Call { start: WallTime(call(1).start.0 + 60_000), ..call(1) }));
        assert_eq!(desk.asked(), None, "a minute may be said otherwise of the same call");
        desk.hear(other(1));
        assert_eq!(rows(&desk), [(1, RowState::Playing), (2, RowState::Played)]);
        assert_eq!(start(&desk, 1), other(1).start.0);
    }

    #[test]
    fn a_call_that_waits_under_that_number_is_not_taken_for_the_other_one() {
        let mut desk = Desk::new(|_| ());
        desk.server(ServerEvent::Call(call(1)));
        let before = desk.asked().expect("it is asked for");
        desk.server(ServerEvent::Call(other(1)));
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(turn) if *turn == before)));
        assert!(desk.asked().is_some_and(|turn: Turn| turn != before), "the other one is asked for");
        assert_eq!(rows(&desk), [(1, RowState::Loading)]);
        desk.fetched(4);
        assert_eq!(rows(&desk), [(1, RowState::Playing)]);
    }

    #[test]
    fn a_call_that_sounds_under_that_number_makes_room() {
        let mut desk = Desk::new(|_| ());
        desk.hear(call(1));
        desk.server(ServerEvent::Call(other(1)));
        assert!(desk.is_stopped());
        desk.fetched(4);
        assert!(desk.begun().is_some());
    }

    #[test]
    fn one_that_has_left_the_list_is_known_by_when_it_began_too() {
        let mut desk = Desk::new(|_| ());
        desk.step(Input::Command(crate::view::Command::Listen { on: false })).expect("it is possible");
        for id in 1..=super::super::feed::MOST_ROWS as u64 + 1 {
            desk.server(ServerEvent::Call(call(id)));
        }
        desk.server(ServerEvent::Call(call(1)));
        assert!(!desk.state.feed.is_shown(&CallKey::new(ServerId(1), CallId(1))), "it is the same");
        desk.server(ServerEvent::Call(other(1)));
        assert_eq!(start(&desk, 1), other(1).start.0);
    }

    #[test]
    fn what_is_searched_for_is_the_call_that_the_server_has_now() {
        let mut desk = Desk::new(|_| ());
        let turn = desk.hear(call(1));
        desk.sound(SoundEvent::Ended { turn });
        desk.state.take_found(ServerId(1), vec![other(1)]).expect("the server is there");
        assert_eq!(start(&desk, 1), other(1).start.0);
        assert!(rows(&desk).is_empty(), "the one of before is gone from the list");
    }
}
