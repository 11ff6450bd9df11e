//! Starts that find this Squelch: while it starts itself, while it runs, and while it quits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager, Runtime};

use super::{Desktop, follow, show};
use crate::flags::Flags;
use crate::once::{self, Late};

/// The starts that have to wait. There before anybody can find this Squelch.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    early: Mutex<Early>,
    /// What is started after the end.
    successor: Mutex<Option<Late>>,
}

/// Those that came while there was nothing to show yet.
#[derive(Debug, Default)]
struct Early {
    is_over: bool,
    starts: Vec<Late>,
}

impl Starts {
    /// Gives it back if it is time to follow it.
    fn in_time(&self, start: Late) -> Option<Late> {
        let mut early = self.early();
        if early.is_over {
            return Some(start);
        }
        early.starts.push(start);
        None
    }

    /// From here on starts can be followed. Gives those that have waited.
    fn over(&self) -> Vec<Late> {
        let mut early = self.early();
        early.is_over = true;
        std::mem::take(&mut early.starts)
    }

    /// This is to be started after the end.
    pub(super) fn succeeds(&self, late: Late) {
        *self.successor() = Some(late);
    }

    fn early(&self) -> MutexGuard<'_, Early> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn successor(&self) -> MutexGuard<'_, Option<Late>> {
        self.successor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Squelch was started while it runs.
pub(crate) fn started_again<R: Runtime>(app: &AppHandle<R>, line: Vec<String>, folder: String) {
    let start = Late { line, folder: folder.into() };
    if let Some(start) = app.state::<Starts>().in_time(start) {
        obey(app, start);
    }
}

/// Everything is there: follows the starts that came too early.
pub(crate) fn follow_early_starts<R: Runtime>(app: &AppHandle<R>) {
    for start in app.state::<Starts>().over() {
        obey(app, start);
    }
}

fn obey<R: Runtime>(app: &AppHandle<R>, start: Late) {
    let read = Flags::read(start.line.iter().cloned());
    if app.state::<Desktop<R>>().is_quitting() {
        // Nothing can be shown any more, and whoever started it waits for a window. A deed has nobody to do it by then.
        if !read.is_ok_and(|line| line.flags.deed.is_some()) {
            app.state::<Starts>().succeeds(start);
        }
        return;
    }
    match read {
        Ok(line) => follow(app, &line),
        Err(_) => show(app),
    }
}

/// Starts Squelch again if that was asked for while it was quitting. The last thing before the process ends.
pub(crate) fn start_successor<R: Runtime>(app: &AppHandle<R>) {
    let late = app.state::<Starts>().successor().take();
    if let Some(late) = late {
        once::start_successor(app, &late);
    }
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use tauri::App;
    use tauri::test::{MockRuntime, mock_builder};

    use super::*;
    use crate::desktop::MAIN;
    use crate::desktop::invitations::Invitations;
    use crate::desktop::wishes::Wishes;
    use crate::samples;

    /// As it is when the bus name has been taken.
    fn app() -> App<MockRuntime> {
        mock_builder().manage(Starts::default()).build(tauri::generate_context!(test = true)).unwrap()
    }

    fn line(words: &[&str]) -> Vec<String> {
        ["squelch"].iter().chain(words).map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_start_that_comes_too_early_is_followed_as_soon_as_everything_is_there() {
        let app = app();
        started_again(app.handle(), line(&["--hidden", "squelch://call/scanner.example.org/7"]), "/".to_owned());
        let (client, data) = samples::core();
        app.manage(Invitations::default());
        app.manage(Desktop::<MockRuntime>::new(client, Wishes::to_nobody(), data.path().to_path_buf(), false));
        // Keeps a window from being opened: this is about the link.
        let desktop = app.state::<Desktop<MockRuntime>>();
        let _opening = desktop.opening();
        let invitations = app.state::<Invitations>();
        started_again(app.handle(), line(&["--hidden", "squelch://call/scanner.example.org/8"]), "/".to_owned());
        assert_eq!(invitations.take(), None, "not before everything is there");
        follow_early_starts(app.handle());
        let asked = serde_json::to_value(invitations.take()).unwrap();
        assert_eq!(asked["call"], 8, "the last of them");
        started_again(app.handle(), line(&["--hidden", "squelch://call/scanner.example.org/9"]), "/".to_owned());
        assert_eq!(serde_json::to_value(invitations.take()).unwrap()["call"], 9, "at once from then on");
    }

    #[test]
    fn a_start_while_quitting_shows_nothing_any_more_and_is_kept_for_after_the_end_unless_it_wants_a_deed() {
        let app = app();
        let (client, data) = samples::core();
        let desktop = Desktop::<MockRuntime>::new(client, Wishes::to_nobody(), data.path().to_path_buf(), false);
        desktop.quitting.store(true, std::sync::atomic::Ordering::SeqCst);
        app.manage(desktop);
        follow_early_starts(app.handle());
        let update = || Late { line: line(&["--log", "debug"]), folder: "/update".into() };
        let table: [(&[&str], bool); 7] = [
            (&[], true),
            (&["--demo"], true),
            (&["--hidden"], true),
            (&["squelch://server/scanner.example.org"], true),
            (&["--log", "loud"], true),
            (&["--do", "skip"], false),
            (&["--do=mute", "--hidden"], false),
        ];
        for (words, is_kept) in table {
            app.state::<Starts>().succeeds(update());
            started_again(app.handle(), line(words), "/".to_owned());
            let late = Late { line: line(words), folder: "/".into() };
            let wanted = if is_kept { late } else { update() };
            assert_eq!(app.state::<Starts>().successor().take(), Some(wanted), "{words:?}");
            assert!(app.get_webview_window(MAIN).is_none());
        }
    }
}
