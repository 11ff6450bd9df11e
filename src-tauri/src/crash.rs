//! What is left behind after a panic: one file with the version, the system and the last lines of the log.
//!
//! Nothing is sent anywhere: what somebody listens to is their own affair.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::fs;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::logs::LastLines;

/// A decoder that stumbles over a call panics and is caught; without a limit a bad feed would fill the disk.
const PER_RUN: u32 = 3;

/// Reports kept over all runs.
const KEPT: usize = 10;

/// Their folder in the data folder.
pub(crate) const FOLDER: &str = "crashes";

/// What stands between the cause and the log.
pub(crate) const LOG_BEGINS: &str = "\n\nLast lines of the log:\n";

/// From now on a panic writes a report into `folder`, besides what it did before.
pub(crate) fn watch(folder: PathBuf, last: LastLines) {
    let before = std::panic::take_hook();
    let written = AtomicU32::new(0);
    std::panic::set_hook(Box::new(move |info| {
        before(info);
        if info.location().is_some_and(|place| is_expected(place.file())) {
            return;
        }
        if written.fetch_add(1, Ordering::Relaxed) < PER_RUN {
            let report = report(&what(info), &last.text());
            if let Err(error) = keep(&folder, &report) {
                eprintln!("squelch: the crash report could not be written: {error}");
            }
        }
    }));
}

/// The library behind the media keys ends its thread with a panic when the session bus goes away, as it does at every
/// logout. Nothing is broken then.
fn is_expected(file: &str) -> bool {
    file.split(['/', '\\']).any(|part| part.starts_with("souvlaki-"))
}

fn what(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("(no message)");
    let thread = std::thread::current();
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let trace = Backtrace::force_capture();
    format!("{message}\nat {place}\nin thread {}\n\n{trace}", thread.name().unwrap_or("(unnamed)"))
}

fn report(what: &str, last: &str) -> String {
    let mut text = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    // Writing into a String cannot fail.
    let _ = writeln!(text, "Squelch {version} on {} ({os}, {arch})\n\n{what}{LOG_BEGINS}{last}", system());
    text
}

/// The system's own name for itself.
pub(crate) fn system() -> String {
    fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=").map(str::to_owned)))
        .map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

/// Every report, the oldest first.
fn all(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut reports: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    reports.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    // Names begin with the time in milliseconds, so their order is their age.
    reports.sort();
    Ok(reports)
}

/// The newest report, if there is one.
pub(crate) fn newest(folder: &Path) -> Option<PathBuf> {
    all(folder).ok()?.pop()
}

fn keep(folder: &Path, report: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let older = all(folder)?;
    let surplus = (older.len() + 1).saturating_sub(KEPT);
    for path in older.iter().take(surplus) {
        fs::remove_file(path)?;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    fs::write(folder.join(format!("{now:013}-crash.txt")), report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_media_keys_may_panic_without_a_report() {
        assert!(is_expected("/registry/src/index/souvlaki-0.9.3/src/platform/mpris/zbus.rs"));
        assert!(is_expected(r"C:\registry\souvlaki-0.9.3\src\lib.rs"));
        assert!(!is_expected("src-tauri/src/desktop/media.rs"));
    }

    #[test]
    fn a_report_names_version_system_cause_and_the_last_lines() {
        let text = report("index out of bounds\nat src/x.rs:3:4", "INFO the last thing\n");
        for part in
            [env!("CARGO_PKG_VERSION"), std::env::consts::OS, "index out of bounds", "src/x.rs:3:4", "the last thing"]
        {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn only_the_newest_reports_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..KEPT + 4 {
            fs::write(folder.path().join(format!("{number:013}-crash.txt")), "old").unwrap();
        }
        fs::write(folder.path().join("notes.md"), "not ours").unwrap();
        keep(folder.path(), "new").unwrap();
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), KEPT + 1, "ten reports and the file that is not one: {names:?}");
        assert!(names.iter().any(|name| name == "notes.md"));
        assert!(!names.iter().any(|name| name == "0000000000004-crash.txt"), "the oldest went");
    }
}
