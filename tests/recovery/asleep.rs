//! A computer that sleeps: its own clock stands still meanwhile, only the wall clock tells that time has passed.

use squelch_core::server::{Account, Kept, ServerCommand};
use squelch_demo::USER;
use squelch_tests::adapter::{Listener, signed_in};

use super::{CURRENT, SECOND, current, generations, start};

/// Longer than an access value lives.
const SLEEP_MS: i64 = 16 * 60 * 1000;

#[tokio::test]
async fn a_session_that_expires_in_two_sleeps_is_renewed_twice_and_nobody_is_signed_out() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        controls.edit_user(USER, |_| {});
        listener.until_live().await;
        listener.hands.advance(30 * SECOND);

        controls.drop_sockets();
        let (wait, _) = listener.waiting().await;
        controls.advance(16 * 60 * SECOND);
        listener.hands.jump_wall(SLEEP_MS);
        listener.hands.advance(wait);
        listener.until_live().await;
        assert_eq!(controls.requests(routes.refresh), 2);
        let shown = controls.first_messages();
        assert_eq!(shown.len(), 3, "a value that ended during the sleep is not shown");
        assert!(shown[0] != shown[1] && shown[1] != shown[2]);
        assert_eq!(listener.accounts(), [Account::SigningIn, signed_in(Kept::Keychain)]);
    }
}

#[tokio::test]
async fn a_renewed_session_that_lasted_may_expire_again_while_the_link_is_down() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.edit_user(USER, |_| {});
    listener.until_live().await;
    listener.hands.advance(30 * SECOND);
    controls.drop_sockets();
    let (wait, _) = listener.waiting().await;
    controls.revoke_access(USER);
    listener.hands.advance(wait);
    listener.until_live().await;
    assert_eq!(controls.requests(CURRENT.refresh), 2);
    assert_eq!(listener.accounts(), [Account::SigningIn, signed_in(Kept::Keychain)]);
}

#[tokio::test]
async fn a_login_grows_old_in_a_sleep_and_is_renewed_before_it_is_used() {
    let (demo, listener) = current().await;
    let controls = demo.controls();
    let call = controls.announce_clip(1);
    listener.hands.jump_wall(SLEEP_MS);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(controls.requests(CURRENT.refresh), 1);
    assert_eq!(controls.requests(CURRENT.audio), 1, "without a refusal");
}

#[tokio::test]
async fn signing_out_after_a_sleep_reaches_the_server_with_a_value_it_takes() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    listener.hands.jump_wall(SLEEP_MS);
    listener.wish(ServerCommand::SignOut).await;
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: None });
    controls.wait_for_requests("POST /api/v1/auth/logout", 1).await.unwrap();
    assert_eq!(controls.requests(CURRENT.refresh), 1, "an ended value signs nobody out");
}
