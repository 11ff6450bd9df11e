//! What is kept in the data folder: a package that waits, and what the next start has to say.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use semver::Version;
use serde::{Deserialize, Serialize};
use squelch_core::problem::{Code, Problem, Retry};
use squelch_core::view::{Release, UpdateStage, UpdateTime};

use super::decide::{self, Rank};
use super::failure::Failure;

/// Where a package waits.
const PACKAGE: &str = "update-package";

/// A package whose signature was right. It may wait for days and is up to 90 MB, so it does not wait in memory but in a
/// file that only this user can open. There is one at most, and it outlives this process: whoever switches the computer
/// off before it could be installed does not download it twice.
#[derive(Debug, Clone)]
pub(super) struct Package(PathBuf);

impl Package {
    /// Writes it, in place of any other.
    pub(super) fn keep(folder: &Path, package: &[u8]) -> Result<Self, Failure> {
        let path = folder.join(PACKAGE);
        let write = || -> io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(package)?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(Failure::Disk)?;
        Ok(Self(path))
    }

    /// The one that waits, if there is one. Nothing is known of it before its signature is checked.
    pub(super) fn waiting(folder: &Path) -> Option<Self> {
        let path = folder.join(PACKAGE);
        path.is_file().then_some(Self(path))
    }

    /// Reads it. Its signature is to be checked again.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        std::fs::read(&self.0).map_err(Failure::Disk)
    }

    /// Nobody waits for it any more.
    pub(super) fn forget(folder: &Path) {
        if let Err(error) = std::fs::remove_file(folder.join(PACKAGE))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("a package that is not needed any more stays: {error}");
        }
    }
}

/// Where is noted which version was to be installed at a start.
const TRIED: &str = "update-tried";

/// Whether this version was never before to be installed at a start; from now on it was. Where that cannot be noted it
/// counts as tried: somebody would be asked for a password at every start.
pub(super) fn is_first_try(folder: &Path, version: &str) -> bool {
    let path = folder.join(TRIED);
    if std::fs::read_to_string(&path).is_ok_and(|tried| tried == version) {
        return false;
    }
    let noted = std::fs::write(path, version);
    if let Err(error) = &noted {
        tracing::warn!("an update is not installed before Squelch is quit: {error}");
    }
    noted.is_ok()
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
    fn one_package_waits_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not there yet");
        assert!(Package::waiting(&data).is_none());
        Package::keep(&data, b"an older package").unwrap();
        let package = Package::keep(&data, b"a package").unwrap();
        for package in [package.clone(), Package::waiting(&data).unwrap()] {
            assert_eq!(package.read().unwrap(), b"a package");
        }
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);
        Package::forget(&data);
        Package::forget(&data);
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0);
        assert!(package.read().is_err());
    }

    #[test]
    fn a_version_is_tried_once_and_never_where_that_cannot_be_noted() {
        let folder = tempfile::tempdir().unwrap();
        let tries = ["2.0.0", "2.0.0", "2.0.1", "2.0.1"].map(|version| is_first_try(folder.path(), version));
        assert_eq!(tries, [true, false, true, false]);
        assert!(!is_first_try(&folder.path().join("missing"), "2.0.0"));
    }

    #[cfg(unix)]
    #[test]
    fn a_package_that_waits_is_for_this_user_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let package = Package::keep(folder.path(), b"a package").unwrap();
        assert_eq!(std::fs::metadata(package.0).unwrap().permissions().mode() & 0o777, 0o600);
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
