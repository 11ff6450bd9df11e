//! What is kept in the data folder: a package that waits, and what the next start has to say.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use semver::Version;
use serde::{Deserialize, Serialize};
use squelch_core::problem::{Code, Problem, Retry};
use squelch_core::view::{Release, UpdateStage, UpdateTime};

use super::decide::{self, Rank};
use super::failure::Failure;

/// A package whose signature was right. It may wait for days and is up to 90 MB, so it does not wait in memory: it lies
/// in a file without a name, which nobody else can open and which ends with this process.
#[derive(Debug, Clone)]
pub(super) struct Package(Arc<File>);

impl Package {
    /// Writes it.
    pub(super) fn keep(folder: &Path, package: &[u8]) -> Result<Self, Failure> {
        let write = || -> io::Result<File> {
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::tempfile_in(folder)?;
            file.write_all(package)?;
            Ok(file)
        };
        Ok(Self(Arc::new(write().map_err(Failure::Disk)?)))
    }

    /// Reads it. Its signature is to be checked again.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut file = &*self.0;
        let mut package = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut package)).map_err(Failure::Disk)?;
        Ok(package)
    }
}

/// Where a failure is kept.
const FAILURE: &str = "update-failed.json";

/// A failure of which nobody could be told, because Squelch was being quit.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    version: String,
    words: String,
    /// Trying again may help.
    again: bool,
}

impl Kept {
    /// This version could not be installed.
    pub(super) fn of(release: Release, problem: Problem) -> Self {
        Self { version: release.version, words: problem.message, again: problem.retry == Retry::Now }
    }

    /// Leaves it for the next start. Where that cannot be done, only the log knows.
    pub(super) fn keep(&self, folder: &Path) {
        let text = serde_json::to_vec(self).map_err(io::Error::from);
        if let Err(error) = text.and_then(|text| std::fs::write(folder.join(FAILURE), text)) {
            tracing::warn!("the next start will not know that an update failed: {error}");
        }
    }

    /// Takes what an earlier run has left, once.
    pub(super) fn take(folder: &Path) -> Option<Self> {
        let path = folder.join(FAILURE);
        let text = std::fs::read(&path).ok()?;
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!("that an update failed will be said again: {error}");
        }
        serde_json::from_slice(&text).ok()
    }

    /// How it is shown; none if that version, or a newer one, runs by now.
    pub(super) fn stage(self, running: &Version) -> Option<UpdateStage> {
        if decide::rank(running, &self.version) != Some(Rank::Newer) {
            return None;
        }
        let message = format!("Squelch {} could not be installed when you quit. {}", self.version, self.words);
        let retry = if self.again { Retry::Now } else { Retry::No };
        let problem = Problem { code: Code::UpdateFailed, message, retry };
        let release = Release { version: self.version, notes: None };
        Some(UpdateStage::Failed { problem, release: Some(release), time: UpdateTime::OnQuit, asked: true })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn kept(version: &str) -> Kept {
        Kept { version: version.to_owned(), words: "The disk is full.".to_owned(), again: true }
    }

    #[test]
    fn a_package_is_read_as_often_as_it_is_needed_and_ends_with_its_keeper() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not there yet");
        let package = Package::keep(&data, b"a package").unwrap();
        for _ in 0..2 {
            assert_eq!(package.clone().read().unwrap(), b"a package");
        }
        drop(package);
        assert_eq!(std::fs::read_dir(data).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_package_that_waits_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let _package = Package::keep(folder.path(), b"a package").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn where_nothing_can_be_written_a_package_cannot_wait() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(Package::keep(&file, b"a package"), Err(Failure::Disk(_))));
    }

    #[test]
    fn a_failure_is_said_once_and_only_while_that_version_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        kept("2.0.0").keep(folder.path());
        let taken = Kept::take(folder.path()).unwrap();
        let Some(UpdateStage::Failed { problem, asked: true, .. }) = taken.stage(&Version::new(1, 9, 9)) else {
            panic!()
        };
        assert_eq!(problem.message, "Squelch 2.0.0 could not be installed when you quit. The disk is full.");
        assert!(Kept::take(folder.path()).is_none(), "once");
        for running in [Version::new(2, 0, 0), Version::new(2, 0, 1)] {
            assert!(kept("2.0.0").stage(&running).is_none(), "{running} runs");
        }
        assert!(kept("newest").stage(&Version::new(1, 0, 0)).is_none());
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FAILURE), "{").unwrap();
        assert!(Kept::take(folder.path()).is_none());
    }
}
