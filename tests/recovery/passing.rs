//! What makes a server look of no use and passes by itself: a portal in front of the network, a proxy without its server,
//! an administrator at work. A remembered server is looked at again without anybody's click.

use squelch_core::model::ServerId;
use squelch_core::server::{Account, Kept, Link, Login, Opening, ProbeError, ServerCommand, SignedOut};
use squelch_core::vault::{Memory, VaultError};
use squelch_demo::{Controls, Demo, Instead, Options, Tls};
use squelch_tests::adapter::{Listener, demo_user, key, remembered, signed_in};

use super::{CURRENT, SECOND, about_to_renew, renewal_held, signed_in_with, start};

const HEALTH: &str = "GET /api/v1/health";
const SETUP: &str = "GET /api/v1/setup/status";
const LOGIN: &str = "POST /api/v1/auth/login";

#[tokio::test]
async fn a_remembered_server_that_seems_to_be_something_else_is_looked_at_again() {
    type Fault = (fn(&Controls, bool), ProbeError);
    let portal: fn(&Controls, bool) = |controls, on| {
        controls.instead_always(HEALTH, on.then(|| Instead::Redirect(302, "https://portal.example.org/".into())));
    };
    let page: fn(&Controls, bool) = |controls, on| controls.instead_always(HEALTH, on.then_some(Instead::Page(200)));
    let faults: [Fault; 3] = [
        (portal, ProbeError::Redirected { to: "https://portal.example.org".into() }),
        (page, ProbeError::NotOpenScanner),
        (Controls::set_needs_setup, ProbeError::NeedsSetup),
    ];
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let vault = Memory::default();
    drop(signed_in_with(&demo, vault.clone()).await);
    for (fault, expected) in faults {
        fault(&controls, true);
        let mut listener = Listener::open_with(&demo.address(), remembered(), vault.clone());
        assert_eq!(listener.link(|link| *link != Link::Probing).await, Link::Refused(expected));
        let looks = controls.requests(HEALTH);
        listener.hands.advance(40 * SECOND);
        controls.wait_for_requests(HEALTH, looks + 1).await.unwrap();
        fault(&controls, false);
        let said = listener.found_as_time_passes().await;
        assert_eq!(said, [], "what is shown stays until it has passed");
        listener.until_live().await;
    }
}

#[tokio::test]
async fn a_server_that_loses_its_set_up_while_listening_is_looked_at_again() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    controls.set_needs_setup(true);
    controls.drop_sockets();
    listener.wait_out().await;
    let refused = Link::Refused(ProbeError::NeedsSetup);
    listener.link(|link| *link == refused).await;
    controls.set_needs_setup(false);
    // The socket's own wait may begin a moment after the refusal is shown: time goes on for it, too.
    listener.live_as_time_passes().await;
}

#[tokio::test]
async fn signing_out_and_in_holds_at_once_although_the_link_waits_for_a_server_to_be_set_up() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    controls.set_needs_setup(true);
    controls.drop_sockets();
    listener.wait_out().await;
    let refused = Link::Refused(ProbeError::NeedsSetup);
    listener.link(|link| *link == refused).await;
    listener.wish(ServerCommand::SignOut).await;
    listener.link(|link| *link == Link::Idle).await;
    controls.set_needs_setup(false);
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    listener.until_live().await;
}

#[tokio::test]
async fn an_address_that_somebody_just_typed_is_not_tried_again_by_itself() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    controls.set_needs_setup(true);
    let mut listener = Listener::first(&demo.address());
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    let looks = controls.requests(HEALTH);
    listener.hands.advance(3600 * SECOND);
    listener.wish(ServerCommand::Reconnect).await;
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    assert_eq!(controls.requests(HEALTH), looks + 1, "only the click");
}

#[tokio::test]
async fn a_portal_that_comes_between_while_listening_costs_no_login() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    let portal = || Some(Instead::Redirect(302, "https://portal.example.org/".into()));
    controls.instead_always(SETUP, portal());
    controls.instead_always(HEALTH, portal());
    controls.drop_sockets();
    listener.wait_out().await;
    let refused = Link::Refused(ProbeError::Redirected { to: "https://portal.example.org".into() });
    listener.link(|link| *link == refused).await;
    controls.instead_always(SETUP, None);
    controls.instead_always(HEALTH, None);
    listener.live_as_time_passes().await;
    assert_eq!(controls.requests(LOGIN), 1);
    assert_eq!(listener.accounts().len(), 2, "signing in and signed in, and nothing since");
}

#[tokio::test]
async fn a_login_given_up_while_a_portal_is_in_between_is_given_up() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    for path in [SETUP, HEALTH] {
        controls.instead_always(path, Some(Instead::Redirect(302, "https://portal.example.org/".into())));
    }
    controls.drop_sockets();
    listener.wait_out().await;
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    listener.wish(ServerCommand::SignOut).await;
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: None });
    for path in [SETUP, HEALTH] {
        controls.instead_always(path, None);
    }
    listener.wish(ServerCommand::Reconnect).await;
    listener.link(|link| *link == Link::Idle).await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 0, "nobody is there to connect for");
}

#[tokio::test]
async fn a_sign_in_given_while_a_server_moves_leaves_nothing_of_the_login_before_in_the_keychain() {
    let secure = start(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let plain = start(Options::silent()).await;
    let mut listener = signed_in_with(&plain, Memory::default()).await;
    move_to(&plain, &secure);
    listener.wait_out().await;
    listener.link(|link| matches!(link, Link::Untrusted { .. })).await;
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    listener.trust().await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    assert_eq!(listener.vault.read(&key(&plain.address())).await, Err(VaultError::Empty));
    assert!(listener.vault.read(&key(&secure.address())).await.is_ok());
}

#[tokio::test]
async fn a_certificate_accepted_while_a_server_is_looked_for_anew_is_the_one_it_is_reached_with() {
    let options = || Options { public: true, ..Options::silent() };
    let demo = start(Options { tls: Some(Tls::untrusted()), ..options() }).await;
    let (origin, port) = (demo.address(), demo.address().rsplit(':').next().unwrap().parse().unwrap());
    let mut listener = Listener::open(&origin, Login::Anonymous);
    listener.trust().await;
    listener.until_live().await;
    for path in [SETUP, HEALTH] {
        let portal = Instead::Redirect(302, "https://portal.example.org/".into());
        demo.controls().instead_always(path, Some(portal));
    }
    demo.controls().drop_sockets();
    listener.wait_out().await;
    listener.link(|link| matches!(link, Link::Refused(ProbeError::Redirected { .. }))).await;
    demo.stop().await;

    let demo = start(Options { tls: Some(Tls::another()), port, ..options() }).await;
    listener.wish(ServerCommand::Reconnect).await;
    let pin = listener.trust().await;
    let found = listener.found().await;
    assert_eq!((found.origin, found.pin), (origin, Some(pin)), "and remembered");
    listener.until_live().await;
    assert_eq!(demo.controls().welcomed(), 1);
}

/// From now on the one server sends everybody to the other.
pub(super) fn move_to(from: &Demo, to: &Demo) {
    let controls = from.controls();
    for path in ["/api/v1/health", "/api/v1/setup/status"] {
        let there = format!("{}{path}", to.address());
        controls.instead_always(&format!("GET {path}"), Some(Instead::Redirect(301, there)));
    }
    controls.drop_sockets();
}

#[tokio::test]
async fn a_server_that_gains_encryption_while_listening_is_found_there_and_asks_for_the_login_once_more() {
    let secure = start(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let plain = start(Options::silent()).await;
    let mut listener = Listener::first(&secure.address());
    let Link::Untrusted { sha256, .. } = listener.link(|link| matches!(link, Link::Untrusted { .. })).await else {
        unreachable!("it was waited for")
    };
    let login = Login::With(demo_user(true));
    let opening = Opening { id: ServerId(1), address: plain.address(), pin: Some(sha256), login, first: true };
    let vault = Memory::default();
    let mut listener = Listener::open_as(opening, vault.clone(), 256);
    listener.until_live().await;
    move_to(&plain, &secure);
    listener.wait_out().await;
    assert_eq!(listener.found().await.origin, secure.address());
    assert_eq!(listener.account().await, Account::SignedOut { why: Some(SignedOut::Moved) });
    assert_eq!(secure.controls().requests("POST /api/v1/auth/refresh"), 0, "no cookie crosses over");
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    listener.until_live().await;
    let call = secure.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
}

#[tokio::test]
async fn a_sign_in_under_way_goes_on_while_a_server_is_looked_for_anew() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let (mut listener, call) = about_to_renew(&demo, Memory::default()).await;
    let fetch = renewal_held(&listener, &controls, call, CURRENT).await;
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    assert_eq!(listener.account().await, Account::SigningIn);
    for path in [SETUP, HEALTH] {
        controls.instead_always(path, Some(Instead::Redirect(302, "https://portal.example.org/".into())));
    }
    controls.drop_sockets();
    listener.wait_out().await;
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    controls.release_renewals();
    assert!(fetch.await.unwrap().is_ok());
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    assert_eq!(controls.requests(LOGIN), 2);
}
