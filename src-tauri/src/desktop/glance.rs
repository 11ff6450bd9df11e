//! What the tray and the window's frame know of the state, and what follows from it. Pure.

use squelch_core::model::Turn;
use squelch_core::view::{Command, Event, ListeningView, Message, PlaybackState, PlaybackView, SettingsView, Theme};

/// The few facts the desktop shows. Before the first snapshot: nothing plays, live is off.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Glance {
    live: bool,
    paused: bool,
    waiting: u32,
    state: Option<PlaybackState>,
    turn: Option<Turn>,
    title: Option<String>,
    system: Option<String>,
    /// The look the user chose.
    pub(crate) theme: Theme,
    /// They know that closing the window keeps listening.
    pub(crate) told_about_tray: bool,
}

/// Which of the three icons stands in the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Calls are played as they come.
    Live,
    /// Paused.
    Paused,
    /// Live is off.
    Off,
}

/// The tray's menu, as it should look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Labels {
    /// First line, not a button: what is heard now.
    pub(crate) now: String,
    /// Shows or hides the window.
    pub(crate) window: &'static str,
    /// Whether live is ticked.
    pub(crate) live: bool,
    /// Whether pause is ticked.
    pub(crate) paused: bool,
    /// Whether there is a call to skip.
    pub(crate) can_skip: bool,
    /// The icon.
    pub(crate) face: Face,
}

impl Glance {
    /// Takes in what the core says.
    pub(crate) fn apply(&mut self, message: &Message) {
        match message {
            Message::Snapshot { snapshot } => {
                self.listening(snapshot.listening);
                self.playback(&snapshot.playback);
                self.settings(&snapshot.settings);
            }
            Message::Update { update } => update.events.iter().for_each(|event| self.event(event)),
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::ListeningChanged { listening } => self.listening(*listening),
            Event::PlaybackChanged { playback } => self.playback(playback),
            Event::SettingsChanged { settings } => self.settings(settings),
            _ => {}
        }
    }

    fn listening(&mut self, listening: ListeningView) {
        self.live = listening.live;
        self.paused = listening.paused;
        self.waiting = listening.waiting;
    }

    fn playback(&mut self, playback: &PlaybackView) {
        self.state = Some(playback.state);
        self.turn = playback.turn;
        self.title = playback.row.as_ref().map(|row| row.title.clone());
        self.system = playback.row.as_ref().map(|row| row.system.clone());
    }

    fn settings(&mut self, settings: &SettingsView) {
        self.theme = settings.theme;
        self.told_about_tray = settings.told_about_tray;
    }

    /// How the tray should look.
    pub(crate) fn labels(&self, window: WindowState) -> Labels {
        Labels {
            now: self.now(),
            window: match window {
                WindowState::Open => "Hide window",
                WindowState::Closed => "Show window",
            },
            live: self.live,
            paused: self.paused,
            can_skip: self.turn.is_some(),
            face: match (self.paused, self.live) {
                (true, _) => Face::Paused,
                (false, true) => Face::Live,
                (false, false) => Face::Off,
            },
        }
    }

    fn now(&self) -> String {
        let call = match (&self.title, &self.system) {
            (Some(title), Some(system)) => format!("{} — {}", menu_text(title), menu_text(system)),
            (Some(title), None) => menu_text(title),
            (None, _) => "a call".to_owned(),
        };
        match self.state {
            Some(PlaybackState::Playing) => call,
            Some(PlaybackState::Loading) => "Loading…".to_owned(),
            Some(PlaybackState::Paused) if self.turn.is_some() => format!("Paused: {call}"),
            Some(PlaybackState::Paused) => "Paused".to_owned(),
            Some(PlaybackState::NoDevice) => "No sound device".to_owned(),
            Some(PlaybackState::Idle) | None if self.live => "Waiting for a call".to_owned(),
            Some(PlaybackState::Idle) | None => "Live is off".to_owned(),
        }
    }

    /// What a click on "Live" wants: the other of what is shown.
    pub(crate) fn switch_live(&self) -> Command {
        Command::Listen { on: !self.live }
    }

    /// What a click on "Pause" wants.
    pub(crate) fn switch_pause(&self) -> Command {
        Command::Pause { on: !self.paused }
    }

    /// What a click on "Skip" wants; nothing where nothing can be skipped.
    pub(crate) fn skip(&self) -> Option<Command> {
        self.turn.map(|turn| Command::Skip { turn })
    }
}

/// Whether there is a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowState {
    /// It exists.
    Open,
    /// Only the tray does.
    Closed,
}

/// Longer names would make the menu as wide as the screen.
const LONGEST: usize = 48;

/// A server's text, made fit for one line of a menu: no control characters, not too long, `&` not a shortcut mark.
fn menu_text(text: &str) -> String {
    let mut line: String = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .fold(String::new(), |line, word| if line.is_empty() { word.to_owned() } else { format!("{line} {word}") });
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{listening, playing, snapshot, update};

    fn after(messages: &[Message]) -> Glance {
        let mut glance = Glance::default();
        messages.iter().for_each(|message| glance.apply(message));
        glance
    }

    fn plays(turn: u32, title: &str) -> Message {
        update(1, [Event::PlaybackChanged { playback: playing(turn, title) }])
    }

    #[test]
    fn the_first_line_names_the_call_that_is_heard() {
        let labels = after(&[snapshot(0), plays(3, "Engine 5")]).labels(WindowState::Open);
        assert_eq!((labels.now.as_str(), labels.can_skip), ("Engine 5 — Harbour County", true));
    }

    #[test]
    fn with_nothing_to_hear_the_first_line_says_why() {
        let idle = after(&[snapshot(0)]).labels(WindowState::Closed);
        assert_eq!((idle.now.as_str(), idle.face, idle.can_skip), ("Waiting for a call", Face::Live, false));
        let off = after(&[snapshot(0), update(1, [listening(false)])]).labels(WindowState::Closed);
        assert_eq!((off.now.as_str(), off.face, off.live), ("Live is off", Face::Off, false));
    }

    #[test]
    fn clicks_ask_for_the_other_of_what_is_shown_and_name_the_turn() {
        let glance = after(&[snapshot(0), plays(7, "Engine 5")]);
        assert!(matches!(glance.switch_live(), Command::Listen { on: false }));
        assert!(matches!(glance.switch_pause(), Command::Pause { on: true }));
        assert!(matches!(glance.skip(), Some(Command::Skip { turn: Turn(7) })));
        assert!(after(&[snapshot(0)]).skip().is_none());
    }

    #[test]
    fn the_window_line_offers_what_is_not_so() {
        let glance = after(&[snapshot(0)]);
        assert_eq!(glance.labels(WindowState::Open).window, "Hide window");
        assert_eq!(glance.labels(WindowState::Closed).window, "Show window");
    }

    #[test]
    fn a_servers_text_stays_one_short_line_of_plain_text() {
        assert_eq!(menu_text("Fire & Rescue"), "Fire && Rescue");
        assert_eq!(menu_text("  two\nlines\u{0}\tand more "), "two lines and more");
        assert_eq!(menu_text(&"ä".repeat(200)).chars().count(), LONGEST + 1);
    }
}
