//! What the core says that matters to updates. Pure.

use squelch_core::view::{Event, Message, PlaybackView, SettingsView, Updates as Choice};

/// The facts. Until the core has said what the user chose, nothing is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// What the user chose.
    pub(super) choice: Choice,
    /// The version they do not want.
    pub(super) skipped: Option<String>,
    /// There is a call that must not be cut off.
    pub(super) sounding: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Self { choice: Choice::Off, skipped: None, sounding: false }
    }
}

impl Facts {
    /// Takes in what the core says. Whether that is news.
    pub(super) fn hear(&mut self, message: &Message) -> bool {
        match message {
            Message::Snapshot { snapshot } => {
                let news = self.playback(&snapshot.playback);
                self.settings(&snapshot.settings) || news
            }
            Message::Update { update } => {
                let mut news = false;
                for event in &update.events {
                    news |= match event {
                        Event::PlaybackChanged { playback } => self.playback(playback),
                        Event::SettingsChanged { settings } => self.settings(settings),
                        _ => false,
                    };
                }
                news
            }
        }
    }

    fn settings(&mut self, settings: &SettingsView) -> bool {
        let news = (self.choice, &self.skipped) != (settings.updates, &settings.skipped_update);
        if news {
            (self.choice, self.skipped) = (settings.updates, settings.skipped_update.clone());
        }
        news
    }

    /// A call that is on its way counts: it was announced before the wish to install. So does one that is paused, by
    /// whomever, or waits for a sound device: it was not heard to its end.
    fn playback(&mut self, playback: &PlaybackView) -> bool {
        let sounding = playback.turn.is_some();
        std::mem::replace(&mut self.sounding, sounding) != sounding
    }
}
