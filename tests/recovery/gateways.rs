//! Whatever stands in front of a server may say what it likes: only the server's own words end a login.

use squelch_core::server::{Account, FetchError, Link};
use squelch_demo::{Instead, Options, USER};
use squelch_tests::adapter::Listener;

use super::{CURRENT, Routes, generations, start};

/// What a renewal is answered by something in front of a server with these routes.
fn answers(routes: Routes) -> Vec<Instead> {
    let mut answers = vec![
        Instead::Page(500),
        Instead::Page(401),
        Instead::Page(200),
        Instead::Page(502),
        Instead::Redirect(302, "https://login.example.org/".into()),
        Instead::Status(429, "too many failed attempts, try again later".into()),
    ];
    if routes.refresh != CURRENT.refresh {
        // The older routes' errors look like many another program's.
        answers.push(Instead::Status(401, "unauthorized".into()));
        answers.push(Instead::Status(500, "internal server error".into()));
    }
    answers
}

#[tokio::test]
async fn whatever_a_gateway_says_nobody_is_signed_out() {
    for (options, routes) in generations() {
        for answer in answers(routes) {
            survives(options.clone(), routes, answer).await;
        }
    }
}

async fn survives(options: Options, routes: Routes, answer: Instead) {
    let demo = start(options).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    let call = controls.announce_clip(1);
    controls.revoke_access(USER);
    controls.instead_always(routes.refresh, Some(answer.clone()));
    let fetch = listener.fetch_later(call);
    listener.pass_renewal_waits().await;
    let outcome = fetch.await.unwrap();
    assert!(matches!(outcome, Err(FetchError::RenewalUnreachable(_))), "{answer:?}: {outcome:?}");
    assert_eq!(controls.requests(routes.refresh), 5, "{answer:?}");
    let outcome = listener.fetch(call).await;
    assert!(matches!(outcome, Err(FetchError::RenewalUnreachable(_))), "not asked again at once");
    assert_eq!(controls.requests(routes.refresh), 5);

    controls.instead_always(routes.refresh, None);
    controls.drop_sockets();
    listener.wait_out().await;
    listener.link(|link| *link == Link::Connecting).await;
    // The dead access value is shown, refused, renewed with the same credential, and the link is made.
    listener.until_live().await;
    assert!(listener.fetch(call).await.is_ok(), "once more when the link is back");
    assert_eq!(controls.requests(routes.refresh), 6);
    listener.read_all();
    assert!(listener.accounts().iter().all(|a| matches!(a, Account::SigningIn | Account::SignedIn { .. })));
}
