//! A vault that lasts as long as the program.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Vault, VaultError, VaultKey};
use crate::secret::Secret;

/// Keeps secrets in memory. Clones share what they hold, so that a test can look inside and start again with it.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<HashMap<VaultKey, Secret>>>);

impl Memory {
    /// What is held for a login.
    pub fn peek(&self, key: &VaultKey) -> Option<Secret> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}

impl Vault for Memory {
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), secret.clone());
        Ok(())
    }

    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.peek(key).ok_or(VaultError::Empty)
    }

    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}
