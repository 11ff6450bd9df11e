//! The new credential on its way to the keychain: stored before it is used, whoever goes away and whenever.

use std::sync::{Arc, Mutex, mpsc};

use squelch_core::secret::Secret;
use squelch_core::server::{Kept, LinkEnd, ServerEvent};
use squelch_core::vault::{Memory, Vault, VaultError, VaultKey};
use squelch_demo::USER;
use squelch_tests::adapter::{Listener, key, remembered, signed_in};

use super::{SECOND, about_to_renew, generations, renewal_held, start};

#[tokio::test]
async fn a_renewal_completes_and_is_stored_although_the_caller_went_away() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let vault = Memory::default();
        let (listener, call) = about_to_renew(&demo, vault.clone()).await;
        let before = vault.peek(&key(&demo.address())).unwrap();
        let skipped = renewal_held(&listener, &controls, call, routes).await;
        skipped.abort();
        assert!(skipped.await.unwrap_err().is_cancelled());
        controls.release_renewals();
        (listener.connection.settle)().await;
        let after = vault.peek(&key(&demo.address())).unwrap();
        assert_ne!(before, after);
        assert!(after.expose().bytes().all(|b| b.is_ascii_hexdigit()), "no mark is left behind");
        assert!(listener.fetch(call).await.is_ok());
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn a_renewal_completes_although_the_whole_connection_is_dropped() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let vault = Memory::default();
        let (listener, call) = about_to_renew(&demo, vault.clone()).await;
        let before = vault.peek(&key(&demo.address())).unwrap();
        let asking = renewal_held(&listener, &controls, call, routes).await;
        let settle = (listener.connection.settle)();
        asking.abort();
        drop(listener);
        controls.release_renewals();
        settle.await;
        assert_ne!(vault.peek(&key(&demo.address())).unwrap(), before);
        let mut again = Listener::open_with(&demo.address(), remembered(), vault);
        again.until_live().await;
    }
}

/// A vault whose second and further writes of a plain credential wait at a gate.
#[derive(Clone)]
pub(super) struct Gated {
    inner: Memory,
    gate: Arc<Mutex<mpsc::Receiver<()>>>,
    arrived: tokio::sync::mpsc::UnboundedSender<()>,
    writes: u32,
}

impl Gated {
    pub(super) fn new(inner: &Memory) -> (Self, mpsc::Sender<()>, tokio::sync::mpsc::UnboundedReceiver<()>) {
        let (open, gate) = mpsc::channel();
        let (arrived, arrivals) = tokio::sync::mpsc::unbounded_channel();
        (Self { inner: inner.clone(), gate: Arc::new(Mutex::new(gate)), arrived, writes: 0 }, open, arrivals)
    }
}

impl Vault for Gated {
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        let marked = secret.expose().contains(' ');
        self.writes += u32::from(!marked);
        if !marked && self.writes > 1 {
            let _ = self.arrived.send(());
            // Closed without a word: the program was killed before this was written.
            self.gate.lock().unwrap().recv().map_err(|_| VaultError::Unavailable)?;
        }
        self.inner.store(key, secret)
    }
    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.inner.read(key)
    }
    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError> {
        self.inner.delete(key)
    }
}

#[tokio::test]
async fn nothing_uses_the_new_credential_before_it_is_stored() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let memory = Memory::default();
        let (vault, open, mut arrivals) = Gated::new(&memory);
        let (mut listener, call) = about_to_renew(&demo, vault).await;
        let fetch = listener.fetch_later(call);
        arrivals.recv().await.unwrap();
        assert_eq!(controls.requests(routes.audio), 1);
        controls.drop_sockets();
        assert!(matches!(listener.waiting().await.1, LinkEnd::Network(_)));
        assert_eq!(controls.first_messages().len(), 1);
        assert!(!fetch.is_finished());
        open.send(()).unwrap();
        assert!(fetch.await.unwrap().is_ok());
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn a_vault_that_stops_answering_delays_a_call_by_five_seconds_and_is_said_until_it_answers_again() {
    for (options, _) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let memory = Memory::default();
        let (vault, open, mut arrivals) = Gated::new(&memory);
        let (mut listener, call) = about_to_renew(&demo, vault).await;
        let fetch = listener.fetch_later(call);
        arrivals.recv().await.unwrap();
        listener.pass(5 * SECOND).await;
        assert!(fetch.await.unwrap().is_ok());
        let slow = Kept::Failed(VaultError::Slow);
        let said = listener
            .until(|event| matches!(event, ServerEvent::Account(account) if account == signed_in(slow)).then_some(()));
        said.await;

        // The user unlocks it: what waited is written, and the next renewal finds it working.
        open.send(()).unwrap();
        open.send(()).unwrap();
        controls.revoke_access(USER);
        assert!(listener.fetch(call).await.is_ok());
        assert_eq!(listener.account().await, signed_in(Kept::Keychain));
        assert!(memory.peek(&key(&demo.address())).is_some(), "and nothing deleted it");
    }
}
