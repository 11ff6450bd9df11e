//! Hearing a call from a place in it, as when a part of what was said is chosen.

use std::time::Duration;

use crate::model::CallKey;
use crate::problem::Problem;

use super::State;
use super::playback::Phase;

impl State {
    /// Plays a call from a position: the one that sounds goes on from there, any other is asked for as by a replay.
    /// Beyond the end of what is known of it, it is over at once.
    pub(super) fn play_from(&mut self, key: CallKey, at: Duration) -> Result<(), Problem> {
        let is_current = self.playback.current.as_ref().is_some_and(|current| current.key == key);
        if !is_current {
            self.play(key)?;
            if let Some(item) = self.queue.get_mut(&key) {
                item.from = at;
            }
            return Ok(());
        }
        let was_paused = self.playback.paused;
        if was_paused {
            self.overrule_yielding(false);
            self.playback.paused = false;
            self.changes.listening = true;
        }
        self.seek(at, was_paused);
        Ok(())
    }

    fn seek(&mut self, at: Duration, was_paused: bool) {
        let Some(current) = &mut self.playback.current else { return };
        let at = at.min(current.clip.duration);
        // While it was paused its device may have come back, which nobody says a second time.
        if let Phase::NoDevice { .. } = current.phase
            && !was_paused
        {
            // It goes on from there when there is a device.
            current.phase = Phase::NoDevice { at };
            self.changes.playback = true;
        } else {
            self.restart(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::model::CallId;
    use crate::server::ServerEvent;
    use crate::sound::{OutputError, SoundCommand, SoundEvent};
    use crate::state::{Effect, Input};
    use crate::view::{Command, PlaybackState, RowState};

    fn from(call: u64, at_ms: u32) -> Command {
        Command::PlayFrom { call: CallKey::new(SERVER, CallId(call)), at_ms }
    }

    /// From where the sound thread is told to play.
    fn begun_at(desk: &Desk) -> Option<Duration> {
        desk.effects.iter().find_map(|effect| {
            if let Effect::Sound(SoundCommand::Play { from, .. }) = effect { Some(*from) } else { None }
        })
    }

    #[test]
    fn the_call_that_sounds_goes_on_from_there_paused_or_not_and_what_waits_stays() {
        let mut desk = Desk::new(|_| {});
        desk.hear(call(1));
        desk.server(ServerEvent::Call(call(2)));
        desk.fetched(4);
        desk.send(from(1, 1_500));
        assert_eq!(begun_at(&desk), Some(Duration::from_millis(1_500)));
        assert!(desk.handed().is_some(), "the next one follows again");
        let turn = desk.begun().expect("it is begun again");
        desk.sound(SoundEvent::Started { turn });
        desk.send(Command::Pause { on: true });
        desk.send(from(1, 500));
        assert_eq!(begun_at(&desk), Some(Duration::from_millis(500)));
        let turn = desk.begun().expect("it is begun again");
        desk.sound(SoundEvent::Started { turn });
        assert_eq!((desk.playback(), desk.row(2)), (PlaybackState::Playing, RowState::Ready));
        desk.send(from(1, u32::MAX));
        assert_eq!(begun_at(&desk), Some(Duration::from_secs(4)), "beyond its end is its end");
    }

    #[test]
    fn a_call_that_was_heard_begins_there_again_and_the_live_one_goes_on_later_where_it_was() {
        let mut desk = Desk::new(|_| {});
        let turn = desk.hear(call(1));
        desk.sound(SoundEvent::Ended { turn });
        desk.at(1_000);
        desk.hear(call(2));
        desk.at(2_000);
        desk.send(from(1, 2_500));
        assert_eq!(begun_at(&desk), Some(Duration::from_millis(2_500)));
        let turn = desk.begun().expect("it is its turn");
        desk.sound(SoundEvent::Started { turn });
        desk.sound(SoundEvent::Ended { turn });
        assert_eq!((begun_at(&desk), desk.row(1)), (Some(Duration::from_secs(1)), RowState::Played));
    }

    #[test]
    fn a_paused_call_whose_device_is_back_goes_on_from_there_at_once() {
        let mut desk = Desk::new(|_| {});
        let turn = desk.hear(call(1));
        desk.sound(SoundEvent::DeviceLost { during: Some((turn, Duration::ZERO)), why: OutputError::Gone });
        desk.send(Command::Pause { on: true });
        desk.sound(SoundEvent::DeviceReady { name: "Speakers".into(), rate: 48_000, instead_of: None });
        assert_eq!(begun_at(&desk), None, "it is paused");
        desk.send(from(1, 500));
        assert_eq!(begun_at(&desk), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_call_that_is_not_there_any_more_is_refused_and_nothing_changes() {
        let mut desk = Desk::new(|_| {});
        desk.hear(call(1));
        assert!(desk.step(Input::Command(from(9, 0))).is_err());
        assert_eq!(desk.playback(), PlaybackState::Playing);
    }
}
