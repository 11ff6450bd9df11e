//! What is kept: nothing, unless the listener stays signed in. Then each login has a folder of its own, which one
//! program at a time may use: a renewal credential is good for one use.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use squelch_core::settings::{self, SavedLogin};
use squelch_core::vault::{Keychain, Memory, Vault};
use tempfile::TempDir;

use crate::flags::Flags;

/// Under which name the login appears in the system keychain, followed by its folder: never the window's.
const SERVICE: &str = "io.github.squelchscanner.squelch-listen";

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepingError {
    #[error("there is no home folder to keep the login in; name one with --data-dir")]
    NoHome,
    #[error("another squelch-listen uses {0}; give this one its own --data-dir")]
    InUse(PathBuf),
    #[error("{0} cannot be used: {1}")]
    Unusable(PathBuf, #[source] io::Error),
}

/// A folder for this run.
#[derive(Debug)]
pub(crate) struct Keeping {
    folder: PathBuf,
    /// Removes the folder at the end, where nothing is kept.
    _removed: Option<TempDir>,
    /// Locked until the end, where a login is kept.
    lock: Option<File>,
}

impl Keeping {
    /// Makes the folder ready.
    pub(crate) fn start(flags: &Flags) -> Result<Self, KeepingError> {
        if !flags.stay_signed_in {
            let folder = TempDir::with_prefix("squelch-listen-")
                .map_err(|error| KeepingError::Unusable(std::env::temp_dir(), error))?;
            return Ok(Self { folder: folder.path().to_path_buf(), _removed: Some(folder), lock: None });
        }
        let base = flags.data_dir.clone().map_or_else(default_folder, |folder| Ok(absolute(&folder)))?;
        let folder = base.join(login_name(flags));
        let lock = lock(&folder).map_err(|error| match error {
            TryLockError::WouldBlock => KeepingError::InUse(folder.clone()),
            TryLockError::Error(error) => KeepingError::Unusable(folder.clone(), error),
        })?;
        Ok(Self { folder, _removed: None, lock: Some(lock) })
    }

    /// Where the core keeps its settings.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the core keeps its login.
    pub(crate) fn vault(&self) -> Box<dyn Vault> {
        match self.lock {
            None => Box::new(Memory::default()),
            Some(_) => Box::new(Keychain::of(format!("{SERVICE} {}", self.folder.display()))),
        }
    }

    /// Whether an earlier run left a login here.
    pub(crate) fn holds_login(&self) -> bool {
        let (settings, _) = settings::load(&self.folder);
        settings.servers.iter().any(|server| matches!(server.login, SavedLogin::Remembered { .. }))
    }
}

fn absolute(folder: &Path) -> PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

fn lock(folder: &Path) -> Result<File, TryLockError> {
    fs::create_dir_all(folder).map_err(TryLockError::Error)?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}

fn default_folder() -> Result<PathBuf, KeepingError> {
    let whole = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    let base = whole("XDG_DATA_HOME").or_else(home).ok_or(KeepingError::NoHome)?;
    Ok(base.join("squelch-listen"))
}

/// One folder for one login, as it was typed.
fn login_name(flags: &Flags) -> String {
    let part = |text: &Option<String>| file_name(text.as_deref().unwrap_or_default());
    format!("{}+{}", part(&flags.user), part(&flags.server))
}

/// A name that no two texts share and every file system takes.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn flags(line: &[&str]) -> Flags {
        Flags::try_parse_from(["squelch-listen", "--server", "http://127.0.0.1:3022"].iter().chain(line)).unwrap()
    }

    #[test]
    fn without_being_asked_to_nothing_is_kept() {
        let kept = tempfile::tempdir().unwrap();
        let keeping = Keeping::start(&flags(&["--data-dir", kept.path().to_str().unwrap()])).unwrap();
        let folder = keeping.folder().to_owned();
        assert!(folder.is_dir() && !folder.starts_with(kept.path()));
        drop(keeping);
        assert!(!folder.exists());
        assert_eq!(fs::read_dir(kept.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_login_has_a_folder_of_its_own_that_only_one_program_uses() {
        let kept = tempfile::tempdir().unwrap();
        let base = kept.path().to_str().unwrap();
        let line = ["--user", "dana/..", "--stay-signed-in", "--data-dir", base];
        let first = Keeping::start(&flags(&line)).unwrap();
        assert_eq!(first.folder(), kept.path().join("dana%2f..+http%3a%2f%2f127.0.0.1%3a3022"));
        assert!(!first.holds_login());
        assert!(matches!(Keeping::start(&flags(&line)), Err(KeepingError::InUse(_))));
        let other = ["--user", "eli", "--stay-signed-in", "--data-dir", base];
        assert_ne!(Keeping::start(&flags(&other)).unwrap().folder(), first.folder());
        drop(first);
        Keeping::start(&flags(&line)).unwrap();
    }
}
