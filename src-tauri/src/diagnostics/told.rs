//! The report that the window shows: the text of `--diagnostics`, the last crash, and the last lines of the log.

use std::path::{Path, PathBuf};

use squelch_core::problem::Problem;
use tauri::{AppHandle, Runtime};

use super::scrub::scrubbed;
use crate::crash;
use crate::folders;
use crate::logs::LastLines;

/// How much of the last crash is told: the cause and the first steps to it.
const CRASH: usize = 6_000;

/// What a report is made from.
#[derive(Debug)]
pub(crate) struct Told {
    data: PathBuf,
    last: LastLines,
}

impl Told {
    /// About the Squelch that keeps its things here and logged this.
    pub(crate) fn new(data: PathBuf, last: LastLines) -> Self {
        Self { data, last }
    }

    /// Makes the report. Takes some seconds where a server does not answer.
    pub(crate) async fn report<R: Runtime>(&self, app: &AppHandle<R>) -> String {
        let version = app.package_info().version.to_string();
        let facts = super::text(&app.config().identifier, &version, &self.data).await;
        let crash = newest_crash(&self.data).unwrap_or_else(|| "none\n".to_owned());
        let log = self.last.text();
        let said = scrubbed(&format!("Last crash\n{crash}\nLast lines of the log\n{log}"));
        let said = super::without_home(&said, dirs::home_dir().as_deref());
        format!("{facts}\n{said}")
    }

    /// Opens the folder with logs and crash reports in it, with the system's file manager.
    pub(crate) async fn open_folder(&self) -> Result<(), Problem> {
        folders::show(self.data.clone()).await
    }
}

/// What the newest crash report says before it repeats the log.
fn newest_crash(data: &Path) -> Option<String> {
    let path = crash::newest(&data.join(crash::FOLDER))?;
    let text = std::fs::read_to_string(&path).ok()?;
    let name = path.file_stem()?.to_string_lossy().into_owned();
    let cause = text.split(crash::LOG_BEGINS).next().unwrap_or_default();
    let cut: String = cause.chars().take(CRASH).collect();
    Some(format!("{name}\n{}\n", cut.trim_end()))
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use tauri::test::mock_builder;

    use super::*;

    #[tokio::test]
    async fn a_report_has_the_crash_and_the_log_and_none_of_the_secrets_planted_in_them() {
        squelch_core::install_crypto();
        let app = mock_builder().build(tauri::generate_context!(test = true)).unwrap();
        let data = tempfile::tempdir().unwrap();
        let crashes = data.path().join(crash::FOLDER);
        std::fs::create_dir(&crashes).unwrap();
        std::fs::write(crashes.join("0000000000001-crash.txt"), "an older one").unwrap();
        let text = format!("it broke: Bearer planted-1{}a line\n", crash::LOG_BEGINS);
        std::fs::write(crashes.join("0000000000002-crash.txt"), text).unwrap();
        let last = LastLines::default();
        last.push(b"INFO found a server\n");
        last.push(b"WARN cookie refresh_token=planted-2; os_session=planted-3\n");
        last.push(b"WARN http://dana:planted-4@proxy.example.org refused\n");
        let told = Told::new(data.path().to_owned(), last).report(app.handle()).await;
        for part in ["Program\n", "0000000000002-crash", "it broke", "found a server", "proxy.example.org refused"] {
            assert!(told.contains(part), "{part} is missing in {told}");
        }
        assert!(!told.contains("planted") && !told.contains("an older one"), "{told}");
    }
}
