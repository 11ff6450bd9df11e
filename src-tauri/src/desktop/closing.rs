//! What closing the window means.
//!
//! With a tray, Squelch goes on listening there. The first time, the window is told before it goes: it gets the event
//! [`EVENT`] (no payload), asks the user, and answers with the command `close { choice: "tray" | "quit" }`. Closing
//! once more without an answer goes to the tray, so that a page that hangs cannot keep its window open.

use serde::Deserialize;
use squelch_core::view::{Command, Setting};
use tauri::{AppHandle, CloseRequestApi, Emitter, Manager, Runtime, Window};

use super::Desktop;
use std::sync::PoisonError;

/// What the window is sent when closing it for the first time.
const EVENT: &str = "closing-to-tray";

/// The user's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CloseChoice {
    /// Keep listening in the tray; do not ask again.
    Tray,
    /// Quit. The next time it is asked again.
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// The window goes, its memory with it; listening goes on.
    ToTray,
    /// The window stays and asks.
    Ask,
    /// There would be no way back.
    Quit,
}

fn decide(has_tray: bool, told: bool, asked: bool) -> Closing {
    match (has_tray, told || asked) {
        (false, _) => Closing::Quit,
        (true, false) => Closing::Ask,
        (true, true) => Closing::ToTray,
    }
}

/// The user closes the window.
pub(super) fn requested<R: Runtime>(window: &Window<R>, api: &CloseRequestApi) {
    let desktop = window.state::<Desktop<R>>();
    let closing = {
        let mut seen = desktop.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let closing = decide(desktop.has_tray(), seen.glance.told_about_tray, seen.asked);
        seen.asked = true;
        closing
    };
    match closing {
        Closing::ToTray => {}
        Closing::Ask => {
            api.prevent_close();
            if let Err(error) = window.emit_to(window.label(), EVENT, ()) {
                tracing::warn!("the window could not be asked: {error}");
            }
        }
        Closing::Quit => {
            api.prevent_close();
            super::quit(window.app_handle());
        }
    }
}

/// The user has answered.
pub(crate) fn answered<R: Runtime>(app: &AppHandle<R>, choice: CloseChoice) {
    match choice {
        CloseChoice::Tray => {
            super::send(app, Some(Command::Change { setting: Setting::ToldAboutTray }));
            super::window::close(app);
        }
        CloseChoice::Quit => super::quit(app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_asks_once_then_goes_to_the_tray_and_without_a_tray_quits() {
        let table = [
            ((true, false, false), Closing::Ask),
            ((true, false, true), Closing::ToTray),
            ((true, true, false), Closing::ToTray),
            ((false, false, false), Closing::Quit),
            ((false, true, true), Closing::Quit),
        ];
        for ((has_tray, told, asked), closing) in table {
            assert_eq!(decide(has_tray, told, asked), closing, "tray {has_tray}, told {told}, asked {asked}");
        }
    }

    #[test]
    fn the_windows_answer_is_one_word() {
        let read = serde_json::from_str::<CloseChoice>;
        assert_eq!(read("\"tray\"").unwrap(), CloseChoice::Tray);
        assert_eq!(read("\"quit\"").unwrap(), CloseChoice::Quit);
        assert!(read("\"later\"").is_err());
    }
}
