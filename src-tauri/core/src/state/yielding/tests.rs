use crate::model::Turn;
use crate::sound::{SoundCommand, SoundEvent};
use crate::state::samples::call;
use crate::state::tests::Desk;
use crate::state::{Effect, Input};
use crate::view::{Command, PlaybackState, Setting};

use super::*;

fn desk(choice: Yielding) -> Desk {
    Desk::new(|settings| settings.yielding = choice)
}

impl Desk {
    fn taken(&mut self, at: u64) {
        self.at(at);
        self.sound(SoundEvent::Microphone(MicrophoneUse::Taken { by: "Phone".into() }));
    }

    fn free(&mut self, at: u64) {
        self.at(at);
        self.sound(SoundEvent::Microphone(MicrophoneUse::Free));
    }

    /// Time passes, and the state is woken when it wants to be.
    fn until(&mut self, at: u64) {
        self.at(at);
        self.step(Input::Deadline).unwrap();
    }

    fn gain(&self) -> Option<f32> {
        self.effects
            .iter()
            .find_map(|effect| if let Effect::Sound(SoundCommand::Gain(gain)) = effect { Some(*gain) } else { None })
    }

    fn sounds(&self, wanted: &SoundCommand) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Sound(command) if command == wanted))
    }

    fn doing(&self) -> Yielding {
        self.state.microphone_view().doing
    }

    fn wakes_at(&self) -> Option<u64> {
        self.state.deadline().map(|at| u64::try_from(at.as_millis()).unwrap())
    }
}

#[test]
fn it_plays_quieter_shortly_after_the_microphone_is_taken_and_as_before_a_second_after_it_is_free() {
    let mut desk = desk(Yielding::Quieter);
    let loud = desk.state.gain();
    desk.taken(1_000);
    assert_eq!((desk.gain(), desk.wakes_at()), (None, Some(1_300)));
    desk.until(1_300);
    assert_eq!((desk.gain(), desk.doing()), (Some(loud / 8.0), Yielding::Quieter));
    assert_eq!(desk.state.microphone_view().by.as_deref(), Some("Phone"));
    desk.free(60_000);
    assert_eq!((desk.gain(), desk.wakes_at()), (None, Some(61_000)));
    desk.until(61_000);
    assert_eq!((desk.gain(), desk.doing(), desk.wakes_at()), (Some(loud), Yielding::Off, None));
}

#[test]
fn a_microphone_that_is_opened_for_a_moment_changes_nothing() {
    let mut desk = desk(Yielding::Pause);
    desk.hear(call(1));
    desk.taken(1_000);
    desk.free(1_200);
    assert_eq!(desk.wakes_at(), None);
    desk.until(5_000);
    assert_eq!((desk.doing(), desk.playback()), (Yielding::Off, PlaybackState::Playing));
}

#[test]
fn a_program_that_lets_go_of_the_microphone_and_takes_it_again_is_one_use() {
    let mut desk = desk(Yielding::Quieter);
    desk.taken(0);
    desk.until(300);
    desk.free(5_000);
    desk.taken(5_900);
    assert_eq!((desk.gain(), desk.wakes_at()), (None, None));
    desk.until(10_000);
    assert_eq!(desk.doing(), Yielding::Quieter);
}

#[test]
fn the_pause_ends_by_itself_where_it_began() {
    let mut desk = desk(Yielding::Pause);
    let turn: Turn = desk.hear(call(1));
    desk.taken(1_000);
    desk.until(1_300);
    assert!(desk.sounds(&SoundCommand::Pause));
    desk.sound(SoundEvent::Paused { turn, at: Duration::from_millis(1_310) });
    assert!(desk.state.listening_view().paused);
    desk.free(9_000);
    desk.until(10_000);
    assert!(desk.sounds(&SoundCommand::Resume));
    assert_eq!((desk.playback(), desk.state.playback_view().position_ms), (PlaybackState::Playing, 1_310));
}

#[test]
fn what_the_user_paused_stays_paused() {
    for paused_at in [500, 2_000] {
        let mut desk = desk(Yielding::Pause);
        desk.hear(call(1));
        if paused_at == 500 {
            desk.send(Command::Pause { on: true });
        }
        desk.taken(1_000);
        desk.until(1_300);
        if paused_at == 2_000 {
            assert_eq!(desk.doing(), Yielding::Pause);
            desk.send(Command::Pause { on: true });
        }
        assert_eq!(desk.doing(), Yielding::Off, "the pause is the user's");
        desk.free(9_000);
        desk.until(10_000);
        assert!(!desk.sounds(&SoundCommand::Resume));
        assert_eq!(desk.playback(), PlaybackState::Paused);
    }
}

#[test]
fn who_goes_on_listening_is_left_alone_until_the_microphone_was_free() {
    let mut desk = desk(Yielding::Pause);
    desk.hear(call(1));
    desk.taken(1_000);
    desk.until(1_300);
    desk.send(Command::Pause { on: false });
    assert!(desk.sounds(&SoundCommand::Resume));
    desk.until(60_000);
    assert_eq!((desk.playback(), desk.wakes_at()), (PlaybackState::Playing, None));
    // Muting in a conference lets go of it for a moment.
    desk.free(61_000);
    desk.taken(61_500);
    desk.until(70_000);
    assert_eq!(desk.doing(), Yielding::Off);
    desk.free(71_000);
    desk.taken(80_000);
    desk.until(80_300);
    assert_eq!(desk.doing(), Yielding::Pause);
}

#[test]
fn a_call_that_is_asked_for_meanwhile_is_heard() {
    let mut desk = desk(Yielding::Pause);
    desk.hear(call(1));
    desk.taken(1_000);
    desk.until(1_300);
    let call = crate::model::CallKey::new(crate::state::tests::SERVER, crate::model::CallId(1));
    desk.send(Command::Play { call });
    assert!(desk.begun().is_some());
    desk.until(5_000);
    assert_eq!(desk.doing(), Yielding::Off);
}

#[test]
fn another_choice_holds_at_once_and_none_ends_both_the_quiet_and_the_watch() {
    let mut desk = desk(Yielding::Quieter);
    let choose = |choice| Command::Change { setting: Setting::Yielding { choice } };
    assert!(desk.gain().is_none());
    desk.hear(call(1));
    desk.taken(0);
    desk.until(300);
    desk.send(choose(Yielding::Pause));
    assert_eq!((desk.gain(), desk.playback()), (Some(1.0), PlaybackState::Paused));
    desk.send(choose(Yielding::Off));
    assert_eq!((desk.doing(), desk.playback()), (Yielding::Off, PlaybackState::Playing));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::WatchMicrophone(false))));
    // The last word of the watch.
    desk.taken(400);
    desk.until(5_000);
    assert_eq!(desk.state.microphone_view(), MicrophoneView::default());
    desk.send(choose(Yielding::Quieter));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::WatchMicrophone(true))));
}

#[test]
fn a_sound_server_that_goes_away_ends_the_quiet() {
    let mut desk = desk(Yielding::Quieter);
    desk.taken(0);
    desk.until(300);
    desk.at(2_000);
    desk.sound(SoundEvent::Microphone(MicrophoneUse::Unknown));
    desk.until(3_000);
    assert_eq!((desk.gain(), desk.doing()), (Some(1.0), Yielding::Off));
    assert_eq!(desk.state.microphone_view().state, MicrophoneState::Unknown);
}

#[test]
fn the_volume_can_be_changed_while_it_is_quieter() {
    let mut desk = desk(Yielding::Quieter);
    desk.taken(0);
    desk.until(300);
    desk.send(Command::Volume { db: -20.0 });
    assert!((desk.gain().unwrap() - 0.0125).abs() < 1e-6);
    desk.send(Command::Mute { on: true });
    assert_eq!(desk.gain(), Some(0.0));
}
