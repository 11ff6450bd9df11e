//! The log: files in the data folder, the same lines on stderr, and the last of them in memory for a crash report.
//!
//! Nothing here may show a secret. The HTTP and WebSocket libraries print headers and frames at their debug level, so
//! they are never let below `info`, whatever `--log` says.

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A week of days: what was wrong last weekend can still be looked up.
const FILES: usize = 7;

/// How many lines may be on their way to the file; room is made for all of them at the start, 32 bytes each. What a disk that
/// stands still does not take is left out of the file, and never waited for.
const WAITING: usize = 8_192;

/// How many lines a crash report quotes.
const LAST_LINES: usize = 200;

/// How many errors of the page are logged in one run.
const REPORTS: u32 = 500;

/// How many characters of each: an error with its stack.
const REPORT: usize = 4_000;

/// The running log. Dropping it writes what is still on its way to the file.
#[derive(Debug)]
pub(crate) struct Log {
    /// What was logged last.
    pub(crate) last: LastLines,
    _file: Option<WorkerGuard>,
}

/// Starts logging into `folder`; call it once. A folder that cannot be written leaves stderr and the last lines.
pub(crate) fn start(folder: &Path, level: Option<LevelFilter>) -> Log {
    let last = LastLines::default();
    let (file, guard, failed) = match open(folder) {
        Ok(appender) => {
            let (file, guard) = NonBlockingBuilder::default().buffered_lines_limit(WAITING).finish(appender);
            (Some(file), Some(guard), None)
        }
        Err(error) => (None, None, Some(error)),
    };
    // Unasked, stderr only speaks up when something is wrong: a desktop collects it for every program.
    let stderr = targets(level.unwrap_or(LevelFilter::WARN));
    let subscriber = tracing_subscriber::registry()
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(io::stderr().is_terminal())
                .with_writer(io::stderr)
                .with_filter(stderr),
        )
        .with(kept(file, last.clone()).with_filter(targets(level.unwrap_or(LevelFilter::INFO))));
    if subscriber.try_init().is_err() {
        eprintln!("squelch: something else in this process already keeps a log");
    }
    if let Some(error) = failed {
        tracing::warn!("no log file can be written in {}: {error}", folder.display());
    }
    Log { last, _file: guard }
}

fn open(folder: &Path) -> Result<RollingFileAppender, Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    let builder = RollingFileAppender::builder().rotation(Rotation::DAILY).filename_prefix("squelch");
    Ok(builder.filename_suffix("log").max_log_files(FILES).build(folder)?)
}

/// What goes to the file and into memory.
fn kept<S>(file: Option<NonBlocking>, last: LastLines) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(move || Kept { file: file.clone(), last: last.clone() })
}

/// What is let through when the user asked for `level`.
fn targets(level: LevelFilter) -> Targets {
    let quiet: Targets = squelch_core::QUIET_LOGS.parse().unwrap_or_default();
    let quiet = quiet.into_iter().map(|(name, most)| (name, level.min(most)));
    Targets::new().with_default(level).with_targets(quiet)
}

/// Writes what went wrong in the page. Cut, and after a while no more: a page that fails in a loop must not fill the disk.
pub(crate) fn from_window(text: &str) {
    static LEFT: AtomicU32 = AtomicU32::new(REPORTS);
    if LEFT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        tracing::warn!(target: "squelch::window", "{:?}", shortened(text));
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(REPORT).map_or(text, |(end, _)| &text[..end])
}

/// The last lines of the log. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastLines(Arc<Mutex<VecDeque<String>>>);

impl LastLines {
    pub(crate) fn push(&self, line: &[u8]) {
        // A line is pushed whole or not at all, so a panic while pushing leaves nothing broken.
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while lines.len() >= LAST_LINES {
            lines.pop_front();
        }
        lines.push_back(String::from_utf8_lossy(line).into_owned());
    }

    /// All of them, oldest first. Empty where somebody is just writing: a crash must not wait.
    pub(crate) fn text(&self) -> String {
        match self.0.try_lock() {
            Ok(lines) => lines.iter().map(String::as_str).collect(),
            Err(_) => String::new(),
        }
    }
}

/// One line on its way to the file and into memory.
struct Kept {
    file: Option<NonBlocking>,
    last: LastLines,
}

impl Write for Kept {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.last.push(line);
        match &mut self.file {
            Some(file) => file.write(line),
            None => Ok(line.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(level: LevelFilter, log: impl FnOnce()) -> String {
        let last = LastLines::default();
        let subscriber = tracing_subscriber::registry().with(kept(None, last.clone()).with_filter(targets(level)));
        tracing::subscriber::with_default(subscriber, log);
        last.text()
    }

    #[test]
    fn libraries_that_print_headers_stay_at_info_however_much_is_asked_for() {
        let text = logged(LevelFilter::TRACE, || {
            tracing::debug!(target: "hyper::proto", "Authorization: Bearer abc");
            tracing::trace!(target: "tungstenite::protocol", "[\"abc\"]");
            tracing::debug!(target: "rustls::client", "abc");
            tracing::info!(target: "hyper::client", "connected");
            tracing::trace!(target: "squelch_core::engine", "step");
        });
        assert!(!text.contains("abc"), "{text}");
        assert!(text.contains("connected") && text.contains("step"), "{text}");
    }

    #[test]
    fn the_probe_that_calls_every_unknown_format_an_error_is_silent() {
        let text = logged(LevelFilter::INFO, || {
            tracing::error!(target: "symphonia_core::probe", "reached probe limit");
            tracing::warn!(target: "squelch_core::sound", "row 3 cannot be played");
        });
        assert!(!text.contains("probe limit") && text.contains("row 3"), "{text}");
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let last = LastLines::default();
        for number in 0..LAST_LINES + 5 {
            last.push(format!("line {number}\n").as_bytes());
        }
        let text = last.text();
        assert_eq!(text.lines().count(), LAST_LINES);
        assert!(text.starts_with("line 5\n") && text.ends_with("line 204\n"));
    }

    #[test]
    fn what_the_page_reports_is_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(REPORT + 9)), "é".repeat(REPORT));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_not_a_panic() {
        let file = std::env::current_exe().unwrap();
        assert!(open(&file.join("logs")).is_err());
    }
}
