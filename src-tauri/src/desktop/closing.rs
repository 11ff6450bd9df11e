//! What closing the window means.
//!
//! With a tray, Squelch goes on listening there; without one it becomes small or ends. Where the user has not said yet,
//! the window is asked before it goes: it gets one of the events below (no payload) and answers with the command
//! `close { choice }`. Closing once more without an answer is an answer too, so that a page that hangs cannot keep its
//! window open; a question that was put away has its answer.

use serde::Deserialize;
use squelch_core::view::{Command, Setting, WithoutTray};
use tauri::{AppHandle, CloseRequestApi, Emitter, Manager, Runtime, Window};

use super::Desktop;

/// Asks whether to listen on in the tray, or to quit.
const TO_TRAY: &str = "closing-to-tray";
/// Asks whether to become small, or to quit.
const WITHOUT_TRAY: &str = "closing-without-tray";

/// The user's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CloseChoice {
    /// Keep listening in the tray; do not ask again.
    Tray,
    /// Keep listening as a small window; do not ask again.
    Minimise,
    /// Quit. With a tray it is asked again the next time.
    Quit,
    /// Nothing is to close, and it is asked again the next time.
    Stay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// The window goes, its memory with it; listening goes on.
    ToTray,
    /// The window becomes small; listening goes on.
    Minimise,
    /// The window stays and asks, with this event.
    Ask(&'static str),
    /// The end.
    Quit,
}

/// `asked`: since the window was opened or stayed, without an answer.
fn decide(has_tray: bool, told_about_tray: bool, without_tray: Option<WithoutTray>, asked: bool) -> Closing {
    match (has_tray, without_tray) {
        (true, _) if told_about_tray || asked => Closing::ToTray,
        (true, _) => Closing::Ask(TO_TRAY),
        (false, Some(WithoutTray::Minimise)) => Closing::Minimise,
        (false, Some(WithoutTray::Quit)) => Closing::Quit,
        // There would be no way back.
        (false, None) if asked => Closing::Quit,
        (false, None) => Closing::Ask(WITHOUT_TRAY),
    }
}

/// The user closes the window.
pub(super) fn requested<R: Runtime>(window: &Window<R>, api: &CloseRequestApi) {
    let desktop = window.state::<Desktop<R>>();
    let closing = {
        let mut seen = desktop.seen();
        let (told, without) = (seen.glance.told_about_tray, seen.glance.without_tray);
        let closing = decide(desktop.has_tray(), told, without, seen.asked);
        seen.asked = true;
        closing
    };
    if closing == Closing::ToTray {
        return;
    }
    api.prevent_close();
    match closing {
        Closing::ToTray => {}
        Closing::Minimise => minimise(window),
        Closing::Ask(question) => {
            if let Err(error) = window.emit_to(window.label(), question, ()) {
                tracing::warn!("the window could not be asked: {error}");
            }
        }
        Closing::Quit => super::quit(window.app_handle()),
    }
}

/// The user has answered.
pub(crate) fn answered<R: Runtime>(app: &AppHandle<R>, choice: CloseChoice) {
    let remember = |setting| super::send(app, vec![Command::Change { setting }]);
    match choice {
        CloseChoice::Stay => {
            app.state::<Desktop<R>>().seen().asked = false;
            tracing::debug!("the window is not closed");
        }
        CloseChoice::Tray => {
            remember(Setting::ToldAboutTray);
            super::window::close(app);
        }
        CloseChoice::Minimise => {
            remember(Setting::WithoutTray { choice: WithoutTray::Minimise });
            if let Some(window) = app.get_webview_window(super::MAIN) {
                minimise(&window.as_ref().window());
            }
        }
        CloseChoice::Quit if app.state::<Desktop<R>>().has_tray() => super::quit(app),
        CloseChoice::Quit => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                let setting = Setting::WithoutTray { choice: WithoutTray::Quit };
                // What is not remembered is asked again, and never a reason to stay.
                if let Err(problem) = app.state::<Desktop<R>>().client.send(Command::Change { setting }).await {
                    tracing::warn!("refused: {}", problem.message);
                }
                super::quit(&app);
            });
        }
    }
}

fn minimise<R: Runtime>(window: &Window<R>) {
    if let Err(error) = window.minimize() {
        tracing::warn!("the window cannot be made small: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_a_tray_closing_asks_once_and_then_goes_there() {
        let table = [
            ((false, false), Closing::Ask(TO_TRAY)),
            ((false, true), Closing::ToTray),
            ((true, false), Closing::ToTray),
            ((true, true), Closing::ToTray),
        ];
        for ((told, asked), closing) in table {
            for without in [None, Some(WithoutTray::Quit), Some(WithoutTray::Minimise)] {
                assert_eq!(decide(true, told, without, asked), closing, "told {told}, asked {asked}, {without:?}");
            }
        }
    }

    #[test]
    fn without_a_tray_closing_asks_once_and_then_does_what_was_said() {
        let table = [
            ((None, false), Closing::Ask(WITHOUT_TRAY)),
            ((None, true), Closing::Quit),
            ((Some(WithoutTray::Quit), false), Closing::Quit),
            ((Some(WithoutTray::Quit), true), Closing::Quit),
            ((Some(WithoutTray::Minimise), false), Closing::Minimise),
            ((Some(WithoutTray::Minimise), true), Closing::Minimise),
        ];
        for ((without, asked), closing) in table {
            for told in [false, true] {
                assert_eq!(decide(false, told, without, asked), closing, "told {told}, asked {asked}, {without:?}");
            }
        }
    }

    #[test]
    fn the_windows_answer_is_one_word() {
        let read = serde_json::from_str::<CloseChoice>;
        assert_eq!(read("\"tray\"").unwrap(), CloseChoice::Tray);
        assert_eq!(read("\"minimise\"").unwrap(), CloseChoice::Minimise);
        assert_eq!(read("\"quit\"").unwrap(), CloseChoice::Quit);
        assert_eq!(read("\"stay\"").unwrap(), CloseChoice::Stay);
        assert!(read("\"later\"").is_err());
    }
}
