//! Choices of how the window looks, and what its keys are answered with.

use crate::sound::{Beep, Press, SoundCommand};
use crate::view::DisplayChange;

use super::{Effect, State};

impl State {
    pub(super) fn change_display(&mut self, change: DisplayChange) {
        let clock = self.settings.display.clock;
        self.settings.display = self.settings.display.with(change);
        if self.settings.display.clock != clock {
            // Whether a server's times have am and pm is told with the server.
            self.servers.keys().for_each(|id| self.changes.server(*id));
        }
    }

    /// Sounds what the server of the call on the card has chosen, or the first one, unless the user chose otherwise. A
    /// device that rests stays so for what nobody would hear.
    pub(super) fn beep(&mut self, press: Press) {
        let shown = self.shown_key().and_then(|key| self.servers.get(&key.server));
        let server = shown.or_else(|| self.in_order().next()).and_then(|server| server.keypad);
        if let Some(keypad) = self.settings.display.beeps.keypad(server)
            && self.gain() > 0.0
        {
            self.effects.push(Effect::Sound(SoundCommand::Beep(Beep { keypad, press })));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Input;
    use super::super::tests::Desk;
    use super::*;
    use crate::model::Keypad;
    use crate::server::{Config, ServerEvent};
    use crate::view::{Beeps, ClockChoice, Command, Event, Setting};

    fn change(change: DisplayChange) -> Command {
        Command::Change { setting: Setting::Display { change } }
    }

    fn clocks(desk: &Desk) -> Vec<bool> {
        let clock = |effect: &Effect| {
            let Effect::Publish(Event::ServerChanged { server }) = effect else { return None };
            Some(server.time_12h)
        };
        desk.effects.iter().filter_map(clock).collect()
    }

    #[test]
    fn a_clock_that_was_chosen_counts_for_every_server_until_the_servers_own_counts_again() {
        let mut desk = Desk::new(|_| {});
        desk.server(ServerEvent::Config(Config::default()));
        assert_eq!(clocks(&desk), [false]);
        desk.send(change(DisplayChange::Clock { choice: ClockChoice::Hours12 }));
        assert_eq!(clocks(&desk), [true]);
        // What a server says later does not undo it.
        desk.server(ServerEvent::Config(Config::default()));
        assert_eq!(clocks(&desk), [true]);
        desk.send(change(DisplayChange::Clock { choice: ClockChoice::Server }));
        assert_eq!(clocks(&desk), [false]);
        let config = Config { time_12h: true, ..Default::default() };
        desk.server(ServerEvent::Config(config));
        desk.send(change(DisplayChange::Clock { choice: ClockChoice::Hours24 }));
        assert_eq!(clocks(&desk), [false]);
    }

    #[test]
    fn sizes_and_brightness_stay_inside_their_limits_and_nothing_else_changes() {
        let mut desk = Desk::new(|_| {});
        let mut size = |percent| {
            desk.send(change(DisplayChange::TextSize { percent }));
            desk.state.settings_view().display.text_size
        };
        assert_eq!([0, 79, 125, 161, u32::MAX].map(&mut size), [80, 80, 125, 160, 160]);
        let mut bright = |percent| {
            desk.send(change(DisplayChange::Brightness { percent }));
            desk.state.settings_view().display.brightness
        };
        assert_eq!([0, 55, 101].map(&mut bright), [30, 55, 100]);
        assert!(clocks(&desk).is_empty());
        let again = Input::Command(change(DisplayChange::Brightness { percent: 100 }));
        desk.step(again).unwrap();
        assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Save(_))), "it is so already");
    }

    fn beeps(desk: &mut Desk, press: Press) -> Vec<SoundCommand> {
        desk.send(Command::Beep { press });
        let sounds = |effect: &Effect| if let Effect::Sound(sound) = effect { Some(sound.clone()) } else { None };
        assert_eq!(desk.effects.len(), desk.effects.iter().filter_map(sounds).count(), "nothing else changes");
        desk.effects.iter().filter_map(sounds).collect()
    }

    #[test]
    fn a_press_is_answered_as_the_server_has_it_unless_the_user_chose_otherwise() {
        let mut desk = Desk::new(|_| {});
        let sound = |keypad, press| vec![SoundCommand::Beep(Beep { keypad, press })];
        assert!(beeps(&mut desk, Press::On).is_empty(), "the server has not said");
        desk.server(ServerEvent::Config(Config { keypad: Some(Keypad::Whistler), ..Default::default() }));
        assert_eq!(beeps(&mut desk, Press::Off), sound(Keypad::Whistler, Press::Off));
        desk.send(change(DisplayChange::Beeps { choice: Beeps::Uniden }));
        assert_eq!(beeps(&mut desk, Press::Denied), sound(Keypad::Uniden, Press::Denied));
        desk.send(change(DisplayChange::Beeps { choice: Beeps::Off }));
        assert!(beeps(&mut desk, Press::On).is_empty());
        desk.send(change(DisplayChange::Beeps { choice: Beeps::Uniden }));
        desk.send(Command::Mute { on: true });
        assert!(beeps(&mut desk, Press::On).is_empty(), "nobody would hear it");
    }
}
