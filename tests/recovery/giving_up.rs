//! The user gives a login up: that holds at once, whatever is under way, and nothing brings it back.

use squelch_core::secret::Secret;
use squelch_core::server::{Account, FetchError, Kept, ServerCommand};
use squelch_core::vault::{Memory, Vault, VaultError, VaultKey};
use squelch_demo::Options;
use squelch_tests::adapter::{Listener, demo_user, key, remembered, signed_in};
use tokio::sync::mpsc;

use super::{CURRENT, about_to_renew, renewal_held, signed_in_with, start};

const LOG_OUT: &str = "POST /api/v1/auth/logout";

/// A vault that tells of every deletion after it was done.
struct Watched(Memory, mpsc::UnboundedSender<()>);

impl Watched {
    fn new(inner: &Memory) -> (Self, mpsc::UnboundedReceiver<()>) {
        let (deleted, deletions) = mpsc::unbounded_channel();
        (Self(inner.clone(), deleted), deletions)
    }
}

impl Vault for Watched {
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.0.store(key, secret)
    }
    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.0.read(key)
    }
    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError> {
        let outcome = self.0.delete(key);
        let _ = self.1.send(());
        outcome
    }
}

#[tokio::test]
async fn a_call_that_is_refused_after_the_login_was_given_up_waits_for_the_next_one() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let (mut listener, call) = about_to_renew(&demo, Memory::default()).await;
    controls.delay_answers(std::time::Duration::from_millis(500));
    let fetch = listener.fetch_later(call);
    controls.wait_for_requests(CURRENT.audio, 1).await.unwrap();
    listener.wish(ServerCommand::SignOut).await;
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: None });
    assert_eq!(fetch.await.unwrap().unwrap_err(), FetchError::SignedOut);
    assert_eq!(controls.requests(CURRENT.audio), 1, "and it is not asked for without one");
}

#[tokio::test]
async fn signing_out_holds_at_once_while_the_login_is_being_renewed() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let memory = Memory::default();
    let (vault, mut deletions) = Watched::new(&memory);
    let (mut listener, call) = about_to_renew(&demo, vault).await;
    let fetch = renewal_held(&listener, &controls, call, CURRENT).await;
    listener.wish(ServerCommand::SignOut).await;
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: None });
    deletions.recv().await.unwrap();
    assert_eq!(memory.peek(&key(&demo.address())), None);

    controls.release_renewals();
    assert!(fetch.await.unwrap().is_err());
    (listener.connection.settle)().await;
    controls.wait_for_requests(LOG_OUT, 1).await.unwrap();
    // What the renewal brought was stored, and is deleted again.
    deletions.recv().await.unwrap();
    listener.read_all();
    assert_eq!(listener.accounts().last(), Some(&Account::SignedOut { why: None }), "and nothing brings it back");
    assert_eq!(memory.peek(&key(&demo.address())), None);
}

#[tokio::test]
async fn a_server_that_is_forgotten_while_its_login_is_renewed_leaves_nothing_in_the_keychain() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let memory = Memory::default();
    let (vault, mut deletions) = Watched::new(&memory);
    let (listener, call) = about_to_renew(&demo, vault).await;
    let fetch = renewal_held(&listener, &controls, call, CURRENT).await;
    let settle = (listener.connection.settle)();
    listener.wish(ServerCommand::Forget).await;
    deletions.recv().await.unwrap();
    assert_eq!(memory.peek(&key(&demo.address())), None);
    drop(listener);
    controls.release_renewals();
    assert!(fetch.await.unwrap().is_err());
    settle.await;
    deletions.recv().await.unwrap();
    assert_eq!(memory.peek(&key(&demo.address())), None, "what the renewal brought is not kept");
    controls.wait_for_requests(LOG_OUT, 1).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_forgotten_before_it_is_found_leaves_nothing_in_the_keychain() {
    let demo = start(Options::silent()).await;
    let memory = Memory::default();
    drop(signed_in_with(&demo, memory.clone()).await);
    demo.controls().go_down().await;
    let (vault, mut deletions) = Watched::new(&memory);
    let mut listener = Listener::open_with(&demo.address(), remembered(), vault);
    listener.waiting().await;
    listener.wish(ServerCommand::Forget).await;
    listener.wish(ServerCommand::Close).await;
    deletions.recv().await.unwrap();
    assert_eq!(memory.peek(&key(&demo.address())), None);
}

#[tokio::test]
async fn who_goes_on_listening_without_the_account_leaves_nothing_in_the_keychain() {
    for public in [true, false] {
        let demo = start(Options { public, ..Options::silent() }).await;
        let mut listener = signed_in_with(&demo, Memory::default()).await;
        listener.wish(ServerCommand::ListenAnonymously).await;
        let account = listener.settled_account().await;
        assert_eq!(matches!(account, Account::Anonymous { lost: None }), public, "{account:?}");
        assert_eq!(listener.vault.read(&key(&demo.address())).await, Err(VaultError::Empty), "public: {public}");
    }
}

#[tokio::test]
async fn who_signs_in_again_without_being_remembered_is_not_remembered() {
    let demo = start(Options::silent()).await;
    let mut listener = signed_in_with(&demo, Memory::default()).await;
    listener.wish(ServerCommand::SignIn(demo_user(false))).await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::NotAsked));
    assert_eq!(listener.vault.read(&key(&demo.address())).await, Err(VaultError::Empty));
}

#[tokio::test]
async fn another_wish_before_the_server_is_found_gives_up_what_was_remembered() {
    for (wish, said) in [
        (ServerCommand::ListenAnonymously, Account::Anonymous { lost: None }),
        (ServerCommand::SignIn(demo_user(false)), signed_in(Kept::NotAsked)),
    ] {
        let demo = start(Options { public: true, ..Options::silent() }).await;
        let memory = Memory::default();
        drop(signed_in_with(&demo, memory.clone()).await);
        demo.controls().go_down().await;
        let mut listener = Listener::open_with(&demo.address(), remembered(), memory);
        listener.waiting().await;
        listener.wish(wish).await;
        listener.waiting().await;
        demo.controls().come_up().await;
        listener.wish(ServerCommand::Reconnect).await;
        assert_eq!(listener.settled_account().await, said);
        assert_eq!(listener.vault.read(&key(&demo.address())).await, Err(VaultError::Empty));
    }
}
