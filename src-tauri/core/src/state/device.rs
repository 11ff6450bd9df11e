//! The sound device: which one is wanted, what there is instead, and what the window is told of that.

use std::time::Duration;

use crate::model::Turn;
use crate::problem::Problem;
use crate::settings::is_device;
use crate::sound::{DeviceChoice, OutputError, SoundCommand, WhenLost};
use crate::view::{DeviceView, NoticeId};

use super::playback::Phase;
use super::{Effect, State};

/// It has been said that the default device stands in for the chosen one. Said once, also when it rests in between.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    /// The name of the chosen one.
    of: String,
    notice: NoticeId,
}

impl State {
    pub(super) fn choose_device(&mut self, device: DeviceChoice) -> Result<(), Problem> {
        if !is_device(&device) {
            return Err(Problem::not_possible("A sound device with such a name cannot be remembered."));
        }
        // The same again, too: somebody has stopped waiting for the one that went away.
        self.effects.push(Effect::Sound(SoundCommand::Device(device.clone())));
        if device != self.settings.device {
            self.settings.device = device;
            self.end_stand_in();
        }
        Ok(())
    }

    pub(super) fn choose_when_lost(&mut self, choice: WhenLost) {
        if choice != self.settings.device_lost {
            self.settings.device_lost = choice;
            self.effects.push(Effect::Sound(SoundCommand::WhenLost(choice)));
            self.end_stand_in();
        }
    }

    /// A tone beside a call would be heard, but nobody could tell what of it.
    pub(super) fn test_tone(&mut self) -> Result<(), Problem> {
        let phase = self.playback.current.as_ref().map(|current| current.phase);
        let no = |message| Err(Problem::not_possible(message));
        match phase {
            Some(Phase::Starting { .. } | Phase::Following { .. } | Phase::Sounding { .. }) => {
                return no("A call sounds now, and shows where. Try the tone when it is over.");
            }
            // To open the device the sound thread would have to begin the call anew.
            Some(Phase::Paused { .. }) if self.device == DeviceView::Resting => {
                return no("A paused call waits for the device. Go on with it, or skip it, to try the tone.");
            }
            Some(Phase::Paused { .. } | Phase::NoDevice { .. }) | None => {}
        }
        if self.gain() <= 0.0 {
            return no("The sound is off, and so would be the tone. Turn it on again first.");
        }
        self.effects.push(Effect::Sound(SoundCommand::TestTone));
        Ok(())
    }

    /// A loss that names another attempt happened before the current one was begun, which has its own answer coming.
    pub(super) fn device_lost(&mut self, during: Option<(Turn, Duration)>, why: &OutputError) {
        if let (Some(current), Some((turn, at))) = (&mut self.playback.current, during)
            && current.turn == turn
        {
            current.phase = Phase::NoDevice { at };
            self.changes.playback = true;
            self.take_back_handed();
        }
        let is_named = self.settings.device != DeviceChoice::Default;
        let stays = is_named && self.settings.device_lost == WhenLost::Wait;
        let elsewhere = stays || matches!(why, OutputError::Awaited(_));
        self.set_device(DeviceView::Missing { problem: Problem::from(why), elsewhere });
    }

    pub(super) fn device_ready(&mut self, name: String, instead_of: Option<String>) {
        match &instead_of {
            None => self.end_stand_in(),
            Some(of) if self.stand_in.as_ref().is_some_and(|stand_in| stand_in.of == *of) => {}
            Some(of) => {
                self.end_stand_in();
                let notice = self.raise(Problem::plays_elsewhere(of, &name));
                self.stand_in = Some(StandIn { of: of.clone(), notice });
            }
        }
        self.set_device(DeviceView::Open { name, instead_of });
        if let Some(Phase::NoDevice { at }) = self.playback.current.as_ref().map(|current| current.phase)
            && !self.playback.paused
        {
            self.restart(at);
        }
    }

    fn end_stand_in(&mut self) {
        if let Some(StandIn { notice, .. }) = self.stand_in.take() {
            self.withdraw(notice);
        }
    }

    pub(super) fn set_device(&mut self, device: DeviceView) {
        if self.device != device {
            self.device = device;
            self.changes.device = true;
            self.changes.playback = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::Desk;
    use super::super::{Effect, Input};
    use super::*;
    use crate::problem::Code;
    use crate::sound::SoundEvent;
    use crate::view::{Command, Event, Setting};

    fn headset() -> DeviceChoice {
        DeviceChoice::Named { id: "usb-7".into(), name: "Headset".into() }
    }

    fn device(device: DeviceChoice) -> Command {
        Command::Change { setting: Setting::Device { device } }
    }

    fn lost(choice: WhenLost) -> Command {
        Command::Change { setting: Setting::DeviceLost { choice } }
    }

    fn ready(name: &str, instead_of: Option<&str>) -> SoundEvent {
        SoundEvent::DeviceReady { name: name.into(), rate: 48_000, instead_of: instead_of.map(str::to_owned) }
    }

    fn commands(desk: &Desk) -> Vec<SoundCommand> {
        let sound = |effect: &Effect| if let Effect::Sound(sound) = effect { Some(sound.clone()) } else { None };
        desk.effects.iter().filter_map(sound).collect()
    }

    fn saved(desk: &Desk) -> Vec<(DeviceChoice, WhenLost)> {
        let settings = |effect: &Effect| {
            let Effect::Save(settings) = effect else { return None };
            Some((settings.device.clone(), settings.device_lost))
        };
        desk.effects.iter().filter_map(settings).collect()
    }

    /// The notices that were raised or withdrawn in the last step.
    fn notices(desk: &Desk) -> Vec<Result<String, NoticeId>> {
        let notice = |effect: &Effect| {
            let Effect::Publish(event) = effect else { return None };
            if let Event::NoticeRaised { notice } = event {
                return Some(Ok(notice.problem.message.clone()));
            }
            if let Event::NoticeWithdrawn { notice } = event { Some(Err(*notice)) } else { None }
        };
        desk.effects.iter().filter_map(notice).collect()
    }

    #[test]
    fn a_device_that_was_chosen_is_played_on_and_saved_and_the_same_again_only_told_to_the_sound_thread() {
        let mut desk = Desk::new(|_| {});
        desk.send(device(headset()));
        assert_eq!(commands(&desk), [SoundCommand::Device(headset())]);
        assert_eq!(saved(&desk), [(headset(), WhenLost::Move)]);
        assert_eq!(desk.state.settings_view().device, headset());
        desk.send(device(headset()));
        assert_eq!(commands(&desk), [SoundCommand::Device(headset())]);
        assert!(saved(&desk).is_empty());
        desk.send(lost(WhenLost::Wait));
        assert_eq!(commands(&desk), [SoundCommand::WhenLost(WhenLost::Wait)]);
        assert_eq!(saved(&desk), [(headset(), WhenLost::Wait)]);
        desk.send(lost(WhenLost::Wait));
        assert!(commands(&desk).is_empty() && saved(&desk).is_empty());
    }

    #[test]
    fn a_device_without_a_name_or_with_a_name_without_end_is_refused() {
        let mut desk = Desk::new(|_| {});
        for (id, name) in [("x", String::new()), ("x", "n".repeat(1_001)), (&"i".repeat(1_001), "Headset".into())] {
            let wish = device(DeviceChoice::Named { id: id.to_owned(), name });
            let problem = desk.step(Input::Command(wish)).expect_err("it is refused");
            assert_eq!(problem.code, Code::NotPossible);
            assert_eq!(desk.state.settings_view().device, DeviceChoice::Default);
        }
    }

    #[test]
    fn that_another_device_stands_in_is_said_once_and_not_any_more_when_the_chosen_one_is_back() {
        let mut desk = Desk::new(|_| {});
        desk.send(device(headset()));
        desk.sound(ready("Speakers", Some("Headset")));
        let [Ok(said)] = &notices(&desk)[..] else { panic!("{:?}", notices(&desk)) };
        assert!(said.contains("Headset") && said.contains("Speakers"), "{said}");
        for event in [SoundEvent::DeviceReleased, ready("Screen", Some("Headset"))] {
            desk.sound(event);
            assert_eq!(notices(&desk), []);
        }
        desk.sound(ready("Headset", None));
        assert!(matches!(notices(&desk)[..], [Err(_)]));
        desk.sound(ready("Speakers", Some("Headset")));
        assert!(matches!(notices(&desk)[..], [Ok(_)]), "it went away again");
        desk.send(device(DeviceChoice::Default));
        assert!(matches!(notices(&desk)[..], [Err(_)]), "nobody wants it any more");
    }

    #[test]
    fn another_device_is_offered_where_only_this_one_is_missing() {
        let gone = || OutputError::NotThere("Headset".into());
        let cases = [
            (DeviceChoice::Default, WhenLost::Move, OutputError::Gone, false),
            (DeviceChoice::Default, WhenLost::Wait, OutputError::NoDevice, false),
            (DeviceChoice::Default, WhenLost::Wait, OutputError::Awaited("Headset".into()), true),
            (headset(), WhenLost::Wait, gone(), true),
            (headset(), WhenLost::Wait, OutputError::Refused("busy".into()), true),
            // The default has been tried.
            (headset(), WhenLost::Move, gone(), false),
        ];
        for (choice, when_lost, why, offered) in cases {
            let mut desk = Desk::new(|_| {});
            desk.send(device(choice.clone()));
            desk.send(lost(when_lost));
            desk.sound(SoundEvent::DeviceLost { during: None, why: why.clone() });
            let DeviceView::Missing { elsewhere, .. } = desk.state.device else { panic!("it is missing") };
            assert_eq!(elsewhere, offered, "{choice:?} {when_lost:?} {why:?}");
        }
    }

    #[test]
    fn the_test_tone_is_never_heard_over_a_call_nor_asked_for_in_vain() {
        let tone = |desk: &mut Desk| desk.step(Input::Command(Command::TestTone)).map_err(|problem| problem.code);
        let mut desk = Desk::new(|_| {});
        assert_eq!(tone(&mut desk), Ok(()));
        assert_eq!(commands(&desk), [SoundCommand::TestTone]);
        desk.send(Command::Mute { on: true });
        assert_eq!(tone(&mut desk), Err(Code::NotPossible), "it would be silent");
        desk.send(Command::Mute { on: false });
        desk.sound(ready("Speakers", None));
        let turn = desk.hear(call(1));
        assert_eq!(tone(&mut desk), Err(Code::NotPossible), "a call sounds");
        desk.send(Command::Pause { on: true });
        assert_eq!(tone(&mut desk), Ok(()), "beside a paused call");
        desk.sound(SoundEvent::DeviceReleased);
        assert_eq!(tone(&mut desk), Err(Code::NotPossible), "the paused call has to be opened for");
        desk.send(Command::Pause { on: false });
        desk.sound(SoundEvent::DeviceLost { during: Some((turn, Duration::ZERO)), why: OutputError::NoDevice });
        assert_eq!(tone(&mut desk), Ok(()), "it looks whether there is a device now");
    }
}
