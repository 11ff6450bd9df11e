//! Only one Squelch runs. A start that finds another one hands over to it and ends; this is about the moment in which the
//! other one is ending itself, so that nobody starts Squelch and gets nothing.

use std::path::PathBuf;
use std::process::Stdio;

use tauri::{AppHandle, Manager, Runtime};

/// Says how often this start was begun anew.
#[cfg(unix)]
const TRIES: &str = "SQUELCH_TRIES";
/// One is usual. Six seconds in all: longer than a Squelch may take to end.
#[cfg(unix)]
const MOST_TRIES: u32 = 20;
#[cfg(unix)]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

/// Begins this start anew if it failed because the Squelch it found went away before it had answered. Returns the error
/// if it was another one, or if that goes on for too long.
#[cfg(unix)]
pub(crate) fn start_over(error: tauri::Error) -> tauri::Error {
    use std::os::unix::process::CommandExt as _;
    if !matches!(&error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance") {
        return error;
    }
    let tries: u32 = std::env::var(TRIES).ok().and_then(|tries| tries.parse().ok()).unwrap_or(0);
    let Some(program) = program(&tauri::Env::default()).filter(|_| tries < MOST_TRIES) else { return error };
    std::thread::sleep(PAUSE);
    let failure = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(TRIES, (tries + 1).to_string())
        .exec();
    eprintln!("squelch: cannot be started again: {failure}");
    error
}

/// Elsewhere a start does not wait for an answer of the other one.
#[cfg(not(unix))]
pub(crate) fn start_over(error: tauri::Error) -> tauri::Error {
    error
}

/// A start that came too late for this Squelch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Late {
    /// Its command line, the program's name first.
    pub(crate) line: Vec<String>,
    /// The folder it was started in.
    pub(crate) folder: PathBuf,
}

/// The command line that starts Squelch again as it is: what it was started with, but with a window only if it has one.
#[cfg(feature = "updater")]
pub(crate) fn again(line: impl IntoIterator<Item = String>, window: bool) -> Vec<String> {
    const HIDDEN: &str = "--hidden";
    let mut words = line.into_iter().peekable();
    let mut line = Vec::new();
    while let Some(word) = words.next() {
        // Its server was added when it started, and may have been removed since; a link was asked about when it came.
        if word == "--server" {
            words.next_if(|value| !value.starts_with("--"));
        } else if word != HIDDEN && !word.starts_with("--server=") && !squelch_core::invitation::is_link(&word) {
            line.push(word);
        }
    }
    if !window {
        line.push(HIDDEN.to_owned());
    }
    line
}

/// Makes up for a late start, after this Squelch.
pub(crate) fn start_successor<R: Runtime>(app: &AppHandle<R>, late: &Late) {
    // From here on a start does not find this one.
    tauri_plugin_single_instance::destroy(app);
    let Some(program) = program(&app.env()) else { return };
    let mut command = std::process::Command::new(program);
    // The terminal of this one, if any, is not its.
    command.args(late.line.iter().skip(1)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if late.folder.is_dir() {
        command.current_dir(&late.folder);
    }
    #[cfg(unix)]
    command.env_remove(TRIES);
    if let Err(error) = command.spawn() {
        tracing::error!("cannot be started again: {error}");
    }
}

/// This program: the AppImage, where it runs from one.
pub(crate) fn program(env: &tauri::Env) -> Option<PathBuf> {
    tauri::process::current_binary(env).inspect_err(|error| tracing::error!("this program is not found: {error}")).ok()
}

#[cfg(all(test, feature = "updater"))]
mod tests {
    use super::*;

    #[test]
    fn a_new_start_is_like_the_old_one_and_hidden_only_if_there_is_no_window() {
        let table: [(&[&str], bool, &[&str]); 9] = [
            (&["squelch", "--server", "scanner.example.org", "--log", "debug"], true, &["squelch", "--log", "debug"]),
            (&["squelch", "--log", "debug", "--server=scanner.example.org"], true, &["squelch", "--log", "debug"]),
            (&["squelch", "--server", "--demo"], true, &["squelch", "--demo"]),
            (&["squelch", "squelch://server/scanner.example.org"], true, &["squelch"]),
            (&["squelch"], true, &["squelch"]),
            (&["squelch"], false, &["squelch", "--hidden"]),
            (&["squelch", "--hidden", "--log", "debug"], true, &["squelch", "--log", "debug"]),
            (&["squelch", "--hidden", "--demo"], false, &["squelch", "--demo", "--hidden"]),
            (&["squelch", "--data-dir", "a b"], true, &["squelch", "--data-dir", "a b"]),
        ];
        for (line, window, wanted) in table {
            assert_eq!(again(line.iter().map(|word| (*word).to_owned()), window), wanted, "{line:?} {window}");
        }
    }
}
