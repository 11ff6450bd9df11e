//! Where the renewal credential is kept: the system keychain, or memory.

use crate::secret::Secret;

/// What a vault refuses to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no working keychain.
    #[error("there is no working system keychain")]
    Unavailable,
    /// It is locked and stays locked.
    #[error("the system keychain is locked")]
    Locked,
    /// It did not answer in time; it may be asking the user.
    #[error("the system keychain did not answer in time")]
    Slow,
    /// It holds nothing for this login.
    #[error("the system keychain holds nothing for this login")]
    Empty,
}

/// A place for secrets. Calls may block; they are made on a thread of their own.
pub trait Vault: Send {
    /// Stores or replaces.
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError>;
    /// Reads; nothing there is [`VaultError::Empty`].
    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError>;
    /// Forgets; nothing there is fine.
    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError>;
}

/// Names one login: who at which server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VaultKey {
    /// The server's origin.
    pub origin: String,
    /// The account's name.
    pub user: String,
}

/// The vault's thread, as others hold it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct VaultHandle {}
