//! `squelch://` links, as a browser hands them over: on the command line of the first start or of a later one.

use fantoccini::Client;
use squelch_demo::Options;
use squelch_tests::LIMIT;
use squelch_tests::desk::{registered, server, short_call};

use super::place::Place;
use super::{click, link, named, row, shows, sign_in, until};

/// Starts the program once more with this link, as a click on it does; that start ends at once.
pub(crate) async fn clicked(place: &Place, link: &str) {
    let mut started = place.start(&[link]);
    let ended = tokio::task::spawn_blocking(move || started.wait().expect("it was started"));
    let ended = tokio::time::timeout(LIMIT, ended).await.expect("it hands over").expect("waiting does not panic");
    assert!(ended.success(), "{ended}");
}

async fn asked(window: &Client, text: &str) {
    named(window, "link").await;
    shows(window, "[data-testid='link']", text).await;
}

async fn answered(window: &Client) {
    until(window, "document.querySelector('[data-testid=link]') === null").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_asked_about_before_anybody_is_contacted_at_the_first_start_and_later() {
    let (demo, controls) = server(Options::silent()).await;
    let host = demo.address().replace("http://", "");
    let place = Place::new().await;
    let window = place.open_with(&[&format!("squelch://server/{host}")]).await;
    asked(&window, &format!("Open {host}?")).await;
    assert!(controls.seen().is_empty(), "nobody was contacted");
    click(&window, "link-accept").await;
    sign_in(&window).await;
    link(&window, "live").await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    row(&window, call, "played").await;

    // A server that is listened to is shown among the others; it asks for no login.
    clicked(&place, &format!("squelch://server/{host}")).await;
    asked(&window, "is here already").await;
    click(&window, "link-accept").await;
    answered(&window).await;
    shows(&window, "[data-testid='server']", &demo.address()).await;
    until(&window, "document.querySelector('[data-testid=user]') === null").await;
    click(&window, "servers").await;
    until(&window, "document.querySelector('[data-testid=server]') === null").await;

    // A call that is in the list is played again.
    clicked(&place, &format!("squelch://call/{host}/{call}")).await;
    asked(&window, "Play").await;
    click(&window, "link-accept").await;
    answered(&window).await;
    row(&window, call, "playing").await;

    // One that is not is said.
    clicked(&place, &format!("squelch://call/{host}/999999")).await;
    asked(&window, "not in the list").await;
    click(&window, "link-refuse").await;
    answered(&window).await;

    // Hostile ones are refused in words.
    clicked(&place, &format!("squelch://server/dana:hunter2@{host}")).await;
    asked(&window, "user name or a password").await;
    click(&window, "link-refuse").await;
    answered(&window).await;
    window.close().await.expect("the window closes");
}
