//! The system's own dialogs for files, answered from a keyboard as a person would.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::within;

/// Between two looks at a dialog that closes: nobody tells.
const TRY_AGAIN: Duration = Duration::from_millis(200);
/// Return is pressed again after so many looks.
const LOOKS_PER_PRESS: u32 = 10;

/// Waits for the dialog of this title, types where the file is, and presses Enter. The dialog is gone when this returns.
///
/// # Panics
///
/// It does not come or does not go, or xdotool is not installed.
pub async fn answer(display: &str, title: &str, file: &Path) {
    let (display, title, file) = (display.to_owned(), title.to_owned(), file.to_string_lossy().into_owned());
    let answering = tokio::task::spawn_blocking(move || {
        let window = tool(&display, &["search", "--sync", "--onlyvisible", "--name", &title]);
        let window = window.lines().next().expect("a window was found").to_owned();
        // Nobody else gives it the keyboard: there is no window manager.
        tool(&display, &["windowfocus", "--sync", &window]);
        // Opens the field for a path, or goes to it; whatever is in it gives way.
        tool(&display, &["key", "--clearmodifiers", "ctrl+l"]);
        tool(&display, &["key", "--clearmodifiers", "ctrl+a"]);
        tool(&display, &["type", "--delay", "5", &file]);
        // The first one may be for the names that are offered while somebody types. One that comes while the dialog goes
        // would be for what is below, so it is looked for often and pressed seldom.
        for look in 0.. {
            if !is_there(&display, &window) {
                break;
            }
            if look % LOOKS_PER_PRESS == 0 {
                tool(&display, &["key", "--clearmodifiers", "Return"]);
            }
            std::thread::sleep(TRY_AGAIN);
        }
    });
    within("the system's dialog", answering).await.expect("waiting does not panic");
}

fn tool(display: &str, words: &[&str]) -> String {
    let output = Command::new("xdotool").env("DISPLAY", display).args(words).output();
    let output = output.expect("xdotool is installed: run `make test`, which installs it");
    assert!(output.status.success(), "xdotool {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Each question takes some milliseconds.
fn is_there(display: &str, window: &str) -> bool {
    let asked = Command::new("xdotool").env("DISPLAY", display).args(["getwindowgeometry", window]).output();
    let visible =
        Command::new("xdotool").env("DISPLAY", display).args(["search", "--onlyvisible", "--name", "."]).output();
    let ids = visible.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    asked.is_ok_and(|output| output.status.success()) && ids.lines().any(|id| id == window)
}
