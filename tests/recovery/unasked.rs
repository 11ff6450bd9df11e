//! A renewal that cannot be asked ends nothing: nobody is signed out over it, however often it is tried, and whatever can
//! be heard without it is heard.

use squelch_core::server::{Account, FetchError, Kept, LinkEnd, NetworkKind, ServerCommand, SignedOut};
use squelch_core::vault::Memory;
use squelch_demo::{Announcement, Demo, Fault, Options, RenewalFault, USER};
use squelch_tests::LIMIT;
use squelch_tests::adapter::{Listener, key, remembered, signed_in};

use super::{CURRENT, SECOND, generations, signed_in_with, start};

#[tokio::test]
async fn an_expired_session_that_cannot_be_renewed_signs_nobody_out_in_ten_reconnects() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let vault = Memory::default();
        let mut listener = signed_in_with(&demo, vault.clone()).await;
        controls.every_renewal(Some(RenewalFault::LockedOut));
        controls.edit_user(USER, |_| {});
        listener.pass_renewal_waits().await;
        for _ in 0..10 {
            let why = listener.wait_out().await;
            assert!(matches!(why, LinkEnd::Network(_)), "{why:?}");
        }
        let (span, _) = listener.waiting().await;
        assert_eq!(controls.first_messages().len(), 1, "a value the server ended is not shown again");
        assert_eq!(controls.requests(routes.refresh), 5 + 10, "a lockout is asked once for each connection");
        assert!(vault.peek(&key(&demo.address())).is_some(), "the credential is kept");

        controls.every_renewal(None);
        listener.hands.advance(span);
        listener.until_live().await;
        let call = controls.announce_clip(1);
        assert!(listener.fetch(call).await.is_ok());
        assert_eq!(listener.accounts(), [Account::SigningIn, signed_in(Kept::Keychain)]);
    }
}

#[tokio::test]
async fn an_answer_lost_after_an_outage_is_asked_for_again_within_the_grace() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let listener = Listener::live(&demo.address()).await;
    let call = controls.announce_clip(1);
    controls.revoke_access(USER);
    controls.every_renewal(Some(RenewalFault::GatewayBeforeUse));
    let fetch = listener.fetch_later(call);
    listener.pass_renewal_waits().await;
    assert!(matches!(fetch.await.unwrap(), Err(FetchError::RenewalUnreachable(_))));
    controls.every_renewal(None);
    listener.hands.advance(60 * SECOND);
    for fault in [RenewalFault::AnswerLost, RenewalFault::GatewayAfterUse] {
        controls.next_renewal(fault);
    }
    let fetch = listener.fetch_later(call);
    listener.pass(SECOND).await;
    listener.pass(2 * SECOND).await;
    assert!(fetch.await.unwrap().is_ok());
    assert_eq!(controls.requests(CURRENT.refresh), 5 + 3);
}

#[tokio::test]
async fn a_public_server_is_listened_to_while_a_remembered_login_cannot_be_renewed() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let controls = demo.controls();
    let vault = Memory::default();
    drop(signed_in_with(&demo, vault.clone()).await);

    controls.every_renewal(Some(RenewalFault::LockedOut));
    let mut listener = Listener::open_with(&demo.address(), remembered(), vault.clone());
    listener.pass_renewal_waits().await;
    let account = listener.settled_account().await;
    let Account::Anonymous { lost: Some(SignedOut::NotYet(error)) } = &account else { panic!("{account:?}") };
    assert_eq!(error.kind, NetworkKind::Answered(429));
    listener.until_live().await;
    let (call, refused) = (controls.announce_clip(1), controls.announce(Announcement::default().fault(Fault::Refused)));
    assert_eq!(listener.call().await.id.0, call);
    assert!(listener.fetch(call).await.is_ok());
    let skipped = listener.fetch(refused).await.unwrap_err();
    assert_eq!(skipped, FetchError::NeedsAccount, "it is skipped instead of holding up the others");
    assert!(vault.peek(&key(&demo.address())).is_some());

    controls.every_renewal(None);
    listener.hands.advance(60 * SECOND);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(listener.account().await, signed_in(Kept::Keychain), "the login comes back by itself");
}

#[tokio::test]
async fn on_a_public_server_a_login_that_cannot_be_renewed_costs_no_call() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    controls.every_renewal(Some(RenewalFault::LockedOut));
    listener.hands.advance(900 * SECOND);
    let call = controls.announce_clip(1);
    let fetch = listener.fetch_later(call);
    listener.pass_renewal_waits().await;
    assert!(fetch.await.unwrap().is_ok());
    assert!(listener.fetch(call).await.is_ok(), "and the next one at once");
    listener.read_all();
    assert_eq!(listener.accounts().last(), Some(&signed_in(Kept::Keychain)));
}

/// A live link, a call whose login cannot be renewed because of a lockout, and that this was tried in vain.
async fn locked_out(demo: &Demo) -> (Listener, u64) {
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    let call = controls.announce_clip(1);
    controls.revoke_access(USER);
    controls.every_renewal(Some(RenewalFault::LockedOut));
    let fetch = listener.fetch_later(call);
    listener.pass_renewal_waits().await;
    assert!(matches!(fetch.await.unwrap(), Err(FetchError::RenewalUnreachable(_))));
    assert_eq!(listener.call().await.id.0, call);
    (listener, call)
}

#[tokio::test]
async fn a_renewal_that_cannot_be_asked_is_tried_every_minute_however_long_that_goes_on() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let (mut listener, call) = locked_out(&demo).await;
    for minute in 1..=5 {
        // A link that something arrives on lives.
        controls.announce_clip(2);
        listener.call().await;
        listener.hands.advance(60 * SECOND);
        assert!(matches!(listener.fetch(call).await, Err(FetchError::RenewalUnreachable(_))));
        assert_eq!(controls.requests(CURRENT.refresh), 5 + minute);
    }
    controls.every_renewal(None);
    controls.announce_clip(2);
    listener.call().await;
    listener.hands.advance(60 * SECOND);
    assert!(listener.fetch(call).await.is_ok(), "a minute after the lockout at the latest");
    assert_eq!(controls.welcomed(), 1, "the link stood all the time");
}

#[tokio::test]
async fn who_tries_again_by_hand_does_not_wait_for_the_renewal() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let (listener, call) = locked_out(&demo).await;
    controls.every_renewal(None);
    listener.wish(ServerCommand::Reconnect).await;
    let heard = async { while listener.fetch(call).await.is_err() {} };
    tokio::time::timeout(LIMIT, heard).await.expect("it is renewed without time passing");
    assert_eq!(controls.welcomed(), 1);
}
