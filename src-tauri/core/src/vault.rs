//! Where the renewal credential is kept: the system keychain, or memory.
//!
//! A keychain may ask the user, and then it answers late or never. So it lives on a thread of its own that nobody joins,
//! and whoever asks gives up after five seconds.

mod keychain;
mod memory;

use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

pub use keychain::Keychain;
pub use memory::Memory;

use crate::clock::Clock;
use crate::secret::Secret;

/// A working keychain answers in milliseconds; one that asks the user takes longer than anybody should wait for a call.
const REPLY_LIMIT: Duration = Duration::from_secs(5);

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

/// The vault's thread, as others hold it. Cheap to clone; the thread ends with the last handle.
#[derive(Clone)]
pub struct VaultHandle {
    requests: mpsc::Sender<Request>,
    clock: Clock,
}

impl fmt::Debug for VaultHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultHandle")
    }
}

/// An answer that has not come in time, and may come yet.
pub type Late<T> = oneshot::Receiver<Result<T, VaultError>>;

enum Request {
    Store(VaultKey, Secret, oneshot::Sender<Result<(), VaultError>>),
    Read(VaultKey, oneshot::Sender<Result<Secret, VaultError>>),
    Delete(VaultKey, oneshot::Sender<Result<(), VaultError>>),
}

impl VaultHandle {
    /// Starts the thread. If the system gives none, every request is answered [`VaultError::Unavailable`].
    pub fn start(vault: Box<dyn Vault>, clock: Clock) -> Self {
        let (requests, inbox) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("vault".to_owned()).spawn(move || serve(vault, &inbox));
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for the keychain");
        }
        Self { requests, clock }
    }

    /// Stores or replaces. After [`VaultError::Slow`] it may still happen, before any later request.
    pub async fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.ask(|reply| Request::Store(key.clone(), secret.clone(), reply)).await
    }

    /// Reads; nothing there is [`VaultError::Empty`].
    pub async fn read(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.read_or_wait(key).await.0
    }

    /// Reads; after [`VaultError::Slow`] with what the answer comes by in the end. The keychain may be asking the user,
    /// who unlocks it after all.
    pub async fn read_or_wait(&self, key: &VaultKey) -> (Result<Secret, VaultError>, Option<Late<Secret>>) {
        let (reply, mut answer) = oneshot::channel();
        if self.requests.send(Request::Read(key.clone(), reply)).is_err() {
            return (Err(VaultError::Unavailable), None);
        }
        tokio::select! {
            biased;
            answer = &mut answer => (answer.unwrap_or(Err(VaultError::Unavailable)), None),
            () = self.clock.sleep(REPLY_LIMIT) => (Err(VaultError::Slow), Some(answer)),
        }
    }

    /// Forgets; nothing there is fine.
    pub async fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.ask(|reply| Request::Delete(key.clone(), reply)).await
    }

    /// Forgets when the thread gets round to it, without waiting for the outcome.
    pub fn forget(&self, key: &VaultKey) {
        // A thread that is gone holds nothing that could be forgotten.
        let _ = self.requests.send(Request::Delete(key.clone(), oneshot::channel().0));
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, VaultError>>) -> Request,
    ) -> Result<T, VaultError> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).map_err(|_| VaultError::Unavailable)?;
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or(Err(VaultError::Unavailable)),
            () = self.clock.sleep(REPLY_LIMIT) => Err(VaultError::Slow),
        }
    }
}

fn serve(mut vault: Box<dyn Vault>, inbox: &mpsc::Receiver<Request>) {
    // A reply that nobody waits for any more is not wanted any more.
    while let Ok(request) = inbox.recv() {
        match request {
            Request::Store(key, secret, reply) => drop(reply.send(vault.store(&key, &secret))),
            Request::Read(key, reply) => drop(reply.send(vault.read(&key))),
            Request::Delete(key, reply) => {
                if let Err(Err(error)) = reply.send(vault.delete(&key)) {
                    tracing::warn!(%error, "a credential could not be deleted");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> VaultKey {
        VaultKey { origin: "https://scanner.example.org".to_owned(), user: "dana".to_owned() }
    }

    #[tokio::test]
    async fn what_was_stored_is_read_until_it_is_deleted() {
        let vault = VaultHandle::start(Box::new(Memory::default()), Clock::system());
        assert_eq!(vault.read(&key()).await, Err(VaultError::Empty));
        vault.store(&key(), &Secret::new("first")).await.unwrap();
        vault.store(&key(), &Secret::new("second")).await.unwrap();
        assert_eq!(vault.read(&key()).await, Ok(Secret::new("second")));
        vault.delete(&key()).await.unwrap();
        vault.delete(&key()).await.unwrap();
        assert_eq!(vault.read(&key()).await, Err(VaultError::Empty));
    }

    #[tokio::test]
    async fn a_vault_that_does_not_answer_is_given_up_after_five_seconds() {
        struct Hung(mpsc::Receiver<()>);
        impl Vault for Hung {
            fn store(&mut self, _: &VaultKey, _: &Secret) -> Result<(), VaultError> {
                self.0.recv().map_err(|_| VaultError::Unavailable)
            }
            fn read(&mut self, _: &VaultKey) -> Result<Secret, VaultError> {
                Err(VaultError::Empty)
            }
            fn delete(&mut self, _: &VaultKey) -> Result<(), VaultError> {
                Ok(())
            }
        }
        let (release, gate) = mpsc::channel();
        let (clock, hands) = Clock::manual();
        let vault = VaultHandle::start(Box::new(Hung(gate)), clock);
        let (asked, secret) = (key(), Secret::new("x"));
        let mut store = Box::pin(vault.store(&asked, &secret));
        assert!(futures_util::poll!(&mut store).is_pending());
        hands.advance(Duration::from_secs(5));
        assert_eq!(store.await, Err(VaultError::Slow));
        drop(release);
    }
}
