//! Every way in: a public server, a password that must be changed, a certificate nobody vouches for, a kept login.

use fantoccini::{Client, Locator};
use serde_json::Value;
use squelch_demo::{Options, PASSWORD, Tls, USER};
use squelch_tests::desk::{registered, server, short_call};

use super::place::Place;
use super::{add, click, fill, find, hears_a_call, link, named, row, sign_in, signed_in};

/// Everything that would interrupt a listener.
const INTERRUPTIONS: &str = "[data-testid=notice], [data-testid=prompt], [data-testid=sign-in], [role=dialog]";

/// How many of these the window shows.
async fn count(window: &Client, css: &str) -> usize {
    window.find_all(Locator::Css(css)).await.expect("it can be asked").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_server_is_heard_without_an_account() {
    let (demo, controls) = server(Options { public: true, ..Options::silent() }).await;
    let place = Place::new().await;
    let window = place.open().await;
    add(&window, &demo).await;
    click(&window, "listen-anonymously").await;
    hears_a_call(&window, &controls).await;
    assert_eq!(count(&window, INTERRUPTIONS).await, 0);
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_must_be_changed_is_changed_and_calls_come() {
    const FRESH: &str = "a much better Passw0rd";
    let (demo, controls) = server(Options::silent()).await;
    controls.require_password_change(USER, true);
    let place = Place::new().await;
    let window = place.open().await;
    add(&window, &demo).await;
    sign_in(&window).await;
    fill(&window, "current-password", PASSWORD).await;
    fill(&window, "new-password", FRESH).await;
    fill(&window, "repeat-password", FRESH).await;
    click(&window, "change-password").await;
    hears_a_call(&window, &controls).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_certificate_is_shown_and_nothing_is_said_to_the_server_before_it_is_trusted() {
    let (demo, controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let place = Place::new().await;
    let window = place.open().await;
    add(&window, &demo).await;
    let digest = named(&window, "digest").await.text().await.expect("it has text");
    let digits: String = digest.chars().filter(char::is_ascii_hexdigit).collect();
    assert_eq!(digits.len(), 64, "a SHA-256 in hexadecimal digits: {digest}");
    assert!(controls.seen().is_empty(), "no request was made");
    click(&window, "trust-certificate").await;
    sign_in(&window).await;
    hears_a_call(&window, &controls).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_login_survives_a_restart_and_its_renewal_interrupts_nobody() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::with_keychain().await;
    let window = signed_in(&place, &demo, &controls).await;
    assert_eq!(count(&window, INTERRUPTIONS).await, 0, "a login in the keychain needs no words");
    window.close().await.expect("the window closes");

    let window = place.open().await;
    link(&window, "live").await;
    registered(&controls, 1).await;
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "nobody signed in again");
    let renewals = controls.requests("POST /api/v1/auth/refresh");
    // Also what is there for a moment only.
    let watch = format!(
        "window.interrupted = 0;
         new MutationObserver(() => {{ window.interrupted += document.querySelectorAll('{INTERRUPTIONS}').length; }})
           .observe(document.body, {{ childList: true, subtree: true }});"
    );
    window.execute(&watch, Vec::new()).await.expect("it runs");
    controls.revoke_access(USER);
    let call = short_call(&controls);
    row(&window, call, "played").await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), renewals + 1, "one renewal");
    let interrupted = window.execute("return window.interrupted", Vec::new()).await.expect("it runs");
    assert_eq!(interrupted, Value::from(0));
    find(&window, "[data-testid='link-state'][data-state='live']").await;
    window.close().await.expect("the window closes");
}
