//! A bug report made in the window: shown, copied, and without the secrets of the session it was made in.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use squelch_demo::{Options, PASSWORD, USER};
use squelch_tests::desk::server;

use super::place::Place;
use super::{ask, click, fill, hears_a_call, named, signed_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_copied_and_tells_no_secret_of_the_session() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::with_keychain().await;
    let window = signed_in(&place, &demo, &controls).await;
    hears_a_call(&window, &controls).await;
    controls.revoke_access(USER);
    hears_a_call(&window, &controls).await;

    click(&window, "settings").await;
    click(&window, "report-problem").await;
    until(&window, "document.querySelector('[data-testid=copy-report]')?.disabled === false").await;
    let told = ask(&window, "return document.querySelector('[data-testid=report-text]').value").await;
    let told = told.as_str().expect("it is text").to_owned();
    let facts = [demo.address(), "keychain         there, unlocked".into(), "Squelch          running".into()];
    for part in facts.iter().map(String::as_str).chain(["reached          yes", "Last lines of the log\n", "INFO"]) {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    let mut secrets: BTreeSet<String> = [PASSWORD.to_owned()].into();
    for request in controls.seen() {
        secrets.extend(request.bearer);
        let cookies = request.cookie.unwrap_or_default();
        secrets.extend(cookies.split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, v)| v.to_owned()));
    }
    // The one that a thief could use is the one that was never sent yet.
    let live = controls.live_renewals(USER);
    assert_eq!(live.len(), 1, "one login");
    assert!(secrets.is_disjoint(&live.iter().cloned().collect()), "it is another one than those that were sent");
    secrets.extend(live);
    assert!(secrets.len() > 3, "a password, two access tokens and a credential at least: {}", secrets.len());
    for secret in secrets {
        let part = &secret[secret.len().saturating_sub(24)..];
        assert!(!told.contains(part), "in the report: …{part}");
    }

    // Copied is what can be pasted elsewhere.
    click(&window, "copy-report").await;
    until(&window, "document.querySelector('[data-testid=report-copied]').textContent.trim() === 'Copied'").await;
    let script = "const field = document.createElement('textarea');
         field.dataset.testid = 'elsewhere';
         document.querySelector('[data-testid=report]').append(field);
         return field.focus()";
    ask(&window, script).await;
    fill(&window, "elsewhere", &format!("{}v", char::from(Key::Control))).await;
    until(&window, "document.querySelector('[data-testid=elsewhere]').value.startsWith('Squelch ')").await;
    let pasted = ask(&window, "return document.querySelector('[data-testid=elsewhere]').value").await;
    assert_eq!(pasted.as_str(), Some(told.as_str()));
    drop(named(&window, "report").await);
    window.close().await.expect("the window closes");
}
