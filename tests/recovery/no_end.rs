//! What looks like the end of a login and is none: the server has not refused to renew it.

use std::sync::mpsc::{Receiver, Sender, channel};

use squelch_core::secret::Secret;
use squelch_core::server::ProbeError;
use squelch_core::vault::{VaultError, VaultKey};
use squelch_demo::Tls;

use super::*;

const LOGIN: &str = "POST /api/v1/auth/login";
const EARLY: &str = "POST /api/auth/refresh";

/// A keychain that waits to be unlocked before it answers; without anybody to unlock it, it stays locked.
struct AsksFirst {
    inner: Memory,
    unlocked: Receiver<()>,
}

impl AsksFirst {
    fn new(inner: &Memory) -> (Self, Sender<()>) {
        let (unlock, unlocked) = channel();
        (Self { inner: inner.clone(), unlocked }, unlock)
    }
}

impl Vault for AsksFirst {
    fn store(&mut self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.inner.store(key, secret)
    }
    fn read(&mut self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.unlocked.recv().map_err(|_| VaultError::Locked)?;
        self.inner.read(key)
    }
    fn delete(&mut self, key: &VaultKey) -> Result<(), VaultError> {
        self.inner.delete(key)
    }
}

/// A listener whose login is in a keychain that is not unlocked in time.
async fn not_remembered(demo: &Demo, memory: &Memory) -> (Listener, Sender<()>) {
    drop(signed_in_with(demo, memory.clone()).await);
    demo.controls().wait_for_sockets(0).await.unwrap();
    let (vault, unlock) = AsksFirst::new(memory);
    let mut listener = Listener::open_with(&demo.address(), remembered(), vault);
    assert_eq!(listener.account().await, Account::SigningIn);
    listener.pass(5 * SECOND).await;
    let why = Some(SignedOut::NotRemembered(VaultError::Slow));
    assert_eq!(listener.account().await, Account::SignedOut { why });
    (listener, unlock)
}

#[tokio::test]
async fn a_keychain_that_is_unlocked_late_still_gives_the_login() {
    let demo = start(Options::silent()).await;
    let (mut listener, unlock) = not_remembered(&demo, &Memory::default()).await;
    unlock.send(()).unwrap();
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    assert_eq!(demo.controls().requests(LOGIN), 1, "nobody signed in again");
    assert_eq!(demo.controls().requests(CURRENT.refresh), 1);
}

#[tokio::test]
async fn a_keychain_that_is_unlocked_after_somebody_signed_in_changes_nothing() {
    let demo = start(Options::silent()).await;
    let (mut listener, unlock) = not_remembered(&demo, &Memory::default()).await;
    listener.wish(ServerCommand::SignIn(demo_user(false))).await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::NotAsked));
    listener.until_live().await;
    unlock.send(()).unwrap();
    // It is asked once more, so that it has answered before.
    unlock.send(()).unwrap();
    let _ = listener.vault.read(&key(&demo.address())).await;
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(demo.controls().requests(CURRENT.refresh), 0);
    listener.read_all();
    assert_eq!(listener.accounts().last(), Some(&signed_in(Kept::NotAsked)));
}

#[tokio::test]
async fn a_server_that_does_not_say_its_version_is_renewed_by_the_routes_its_cookie_is_for() {
    let demo = start(Options { version: "dev".into(), ..Options::silent().as_1_3_0() }).await;
    let (listener, call) = about_to_renew(&demo, Memory::default()).await;
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!((demo.controls().requests(EARLY), demo.controls().requests(CURRENT.refresh)), (1, 0));
    listener.wish(ServerCommand::SignOut).await;
    demo.controls().wait_for_requests("POST /api/auth/logout", 1).await.unwrap();
    (listener.connection.settle)().await;
    assert!(demo.controls().live_renewals(USER).is_empty(), "and it is signed out there as well");
}

#[tokio::test]
async fn a_server_of_other_routes_in_the_place_of_the_one_before_is_listened_to() {
    let public = || Options { public: true, ..Options::silent() };
    let demo = start(public()).await;
    let (address, port) = (demo.address(), demo.address().rsplit(':').next().unwrap().parse().unwrap());
    let mut listener = Listener::open(&address, Login::Anonymous);
    listener.until_live().await;
    demo.stop().await;
    let demo = start(Options { port, ..public().as_1_2() }).await;
    listener.live_as_time_passes().await;
    let call = demo.controls().announce_clip(1);
    assert_eq!(listener.call().await.id.0, call);
    assert!(listener.fetch(call).await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_too_old_in_the_place_of_the_one_before_is_said_to_be() {
    let public = || Options { public: true, ..Options::silent() };
    let demo = start(public()).await;
    let port = demo.address().rsplit(':').next().unwrap().parse().unwrap();
    let mut listener = Listener::open(&demo.address(), Login::Anonymous);
    listener.until_live().await;
    demo.stop().await;
    let _older = start(Options { version: "1.1.9".into(), port, ..public().as_1_2() }).await;
    listener.wait_out().await;
    let refused = Link::Refused(ProbeError::TooOld { version: "1.1.9".into() });
    listener.link(|link| *link == refused).await;
}

#[tokio::test]
async fn a_login_kept_where_the_server_was_before_it_moved_is_forgotten_and_that_is_said() {
    let secure = start(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let plain = start(Options::silent()).await;
    let memory = Memory::default();
    drop(signed_in_with(&plain, memory.clone()).await);
    assert!(memory.peek(&key(&plain.address())).is_some());
    let sha256 = Listener::first(&secure.address()).trust().await;
    passing::move_to(&plain, &secure);

    let (address, pin) = (plain.address(), Some(sha256));
    let opening = Opening { id: ServerId(1), address, pin, login: remembered(), first: false };
    let mut listener = Listener::open_as(opening, memory.clone(), 256);
    assert_eq!(listener.found().await.origin, secure.address());
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(SignedOut::Moved) });
    assert_eq!(listener.vault.read(&key(&plain.address())).await, Err(VaultError::Empty));
    assert_eq!(secure.controls().requests(CURRENT.refresh), 0, "no cookie crosses over");
}
