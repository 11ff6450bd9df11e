//! Passwords that are changed, because the server wants it or the user does.

use squelch_core::problem::Code;
use squelch_core::secret::Secret;
use squelch_core::view::{AccountView, Command, PasswordView};
use squelch_demo::{PASSWORD, USER};
use squelch_tests::desk::{Desk, quiet_server, registered, short_call};

use super::{REFRESH, sign_in, times_said};

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_has_to_be_changed_is_asked_for_until_it_is_good_and_then_calls_arrive() {
    let (demo, controls) = quiet_server().await;
    controls.require_password_change(USER, true);
    let mut desk = Desk::new().await;
    desk.add(&demo, true).await;
    let form = |account: &AccountView| matches!(account, AccountView::PasswordChange { busy: false, .. });
    let server = desk.screen.server("the form", |server| form(&server.account)).await.id;
    let change = |current: &str, new: &str| Command::ChangePassword {
        server,
        current: Secret::new(current),
        new: Secret::new(new),
    };
    let tries = [("not the password", "a better password", "current password"), (PASSWORD, "short", "8 characters")];
    for (current, new, said) in tries {
        desk.send(change(current, new)).await;
        let refused = |account: &AccountView| {
            matches!(account, AccountView::PasswordChange { busy: false, problem: Some(problem), .. }
                if problem.code == Code::PasswordRefused && problem.message.contains(said))
        };
        desk.screen.server("refused", |server| refused(&server.account)).await;
    }
    controls.require_password_change(USER, false);
    desk.send(change(PASSWORD, "a better password")).await;
    desk.live().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_changes_the_password_and_goes_on_listening_whether_or_not_it_is_taken() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.add(&demo, true).await;
    desk.live().await;
    let server = desk.screen.shown.servers[0].id;
    let change = |current: &str, new: &str| Command::ChangePassword {
        server,
        current: Secret::new(current),
        new: Secret::new(new),
    };
    let long = "x".repeat(73);
    let tries = [
        ("not the password", "a better password", "current password"),
        (PASSWORD, "short", "8 characters"),
        (PASSWORD, &long, "72"),
    ];
    for (current, new, said) in tries {
        desk.send(change(current, new)).await;
        let refused = |password: &Option<PasswordView>| {
            matches!(password, Some(PasswordView { busy: false, problem: Some(problem) })
                if problem.code == Code::PasswordRefused && problem.message.contains(said))
        };
        desk.screen.server("refused", |server| refused(&server.password)).await;
    }
    assert_eq!((controls.welcomed(), controls.requests(REFRESH)), (1, 0), "nothing has happened to the link");
    let call = short_call(&controls);
    desk.played(call).await;
    desk.send(change(PASSWORD, "a better password")).await;
    desk.screen.server("taken", |server| server.password.is_none()).await;
    controls.wait_for_welcomes(2).await.expect("every connection of the account was ended");
    desk.live_again().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
    assert_eq!(controls.requests(REFRESH), 0, "the new login is no renewal of the old one");
    assert_eq!(times_said(&desk, "signedOut"), 1, "before the first sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_ends_while_the_password_is_to_be_changed_goes_back_to_signing_in() {
    let (demo, controls) = quiet_server().await;
    controls.require_password_change(USER, true);
    let mut desk = Desk::new().await;
    desk.add(&demo, true).await;
    let form = |account: &AccountView| matches!(account, AccountView::PasswordChange { busy: false, .. });
    let server = desk.screen.server("the form", |server| form(&server.account)).await.id;
    controls.revoke_access(USER);
    controls.revoke_renewals(USER);
    let (current, new) = (Secret::new(PASSWORD), Secret::new("a better password"));
    desk.send(Command::ChangePassword { server, current, new }).await;
    let out = |account: &AccountView| matches!(account, AccountView::SignedOut { problem: Some(_), .. });
    desk.screen.server("signed out", |server| out(&server.account)).await;
    // The next sign-in works, and nothing said in between stands in its way.
    controls.require_password_change(USER, false);
    sign_in(&desk, USER, PASSWORD).await;
    desk.live().await;
    assert_eq!(times_said(&desk, "passwordChange"), 1, "no form for somebody who is not signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_left_open_until_the_token_has_ended_still_changes_the_password() {
    let (demo, controls) = quiet_server().await;
    controls.require_password_change(USER, true);
    let mut desk = Desk::new().await;
    desk.add(&demo, true).await;
    let form = |account: &AccountView| matches!(account, AccountView::PasswordChange { busy: false, .. });
    let server = desk.screen.server("the form", |server| form(&server.account)).await.id;
    controls.expire_access(USER);
    desk.hands.advance(std::time::Duration::from_secs(16 * 60));
    controls.require_password_change(USER, false);
    let signed_in_before = times_said(&desk, "signedIn");
    let (current, new) = (Secret::new("not the password"), Secret::new("a better password"));
    desk.send(Command::ChangePassword { server, current, new }).await;
    let refused =
        |account: &AccountView| matches!(account, AccountView::PasswordChange { busy: false, problem: Some(_), .. });
    desk.screen.server("refused", |server| refused(&server.account)).await;
    assert_eq!(times_said(&desk, "signedIn"), signed_in_before, "a renewal is no way round the form");
    let (current, new) = (Secret::new(PASSWORD), Secret::new("a better password"));
    desk.send(Command::ChangePassword { server, current, new }).await;
    desk.live_again().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
}
