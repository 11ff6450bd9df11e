//! The system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.

use keyring::{Entry, Error};

use super::{Vault, VaultError, VaultKey};
use crate::secret::Secret;

/// Under which name the entries appear to the user. The application's identifier, so that nobody else's are meant.
const SERVICE: &str = "io.github.squelchscanner.Squelch";
/// A name no login can have: an origin always contains a scheme.
const PROBE: &str = "probe";

/// The system's keychain. Nothing is touched before the first request.
#[derive(Debug)]
pub struct Keychain {
    service: String,
    works: bool,
}

impl Default for Keychain {
    fn default() -> Self {
        Self::of(SERVICE)
    }
}

impl Keychain {
    /// Entries under another name, for another program: a renewal credential is good for one use, so two programs that
    /// shared one would end each other's login.
    pub fn of(service: impl Into<String>) -> Self {
        Self { service: service.into(), works: false }
    }

    /// Whether the system has a keychain at all. Asks it for nothing.
    pub fn exists() -> bool {
        Entry::store_status().is_ok()
    }

    /// Having a keychain does not mean that it works (no daemon, no permission), so the first request writes, reads and
    /// deletes an entry of its own. A failure is not remembered: the daemon may come later.
    fn check(&mut self) -> Result<(), VaultError> {
        if self.works {
            return Ok(());
        }
        if let Err(error) = Entry::store_status() {
            tracing::info!(%error, "no system keychain");
            return Err(VaultError::Unavailable);
        }
        let entry = Entry::new(&self.service, PROBE).map_err(refusal)?;
        entry.set_password(PROBE).map_err(refusal)?;
        let read = entry.get_password().map_err(refusal)?;
        entry.delete_credential().map_err(refusal)?;
        if read != PROBE {
            tracing::info!("the system keychain does not return what it was given");
            return Err(VaultError::Unavailable);
        }
        self.works = true;
        Ok(())
    }

    fn entry(&mut self, key: &VaultKey) -> Result<Entry, VaultError> {
        self.check()?;
        Entry::new(&self.service, &format!("{} {}", key.origin, key.user)).map_err(refusal)
    }
}

impl Vault for Keychain {
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.entry(key)?.set_password(secret.expose()).map_err(refusal)
    }

    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.entry(key)?.get_password().map(Secret::new).map_err(refusal)
    }

    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError> {
        match self.entry(key)?.delete_credential().map_err(refusal) {
            Err(VaultError::Empty) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn refusal(error: Error) -> VaultError {
    let sort = match error {
        Error::NoEntry => return VaultError::Empty,
        Error::NoStorageAccess(_) => VaultError::Locked,
        _ => VaultError::Unavailable,
    };
    // The message is left out: some stores put what they were given into it.
    tracing::info!(%sort, "the system keychain refused");
    sort
}
