//! What axe finds wrong with the real window for those who hear it, use keys, or need contrast: nothing.

use std::time::Duration;

use fantoccini::Client;
use serde_json::json;
use squelch_demo::{Announcement, Options, Tls, USER};
use squelch_tests::desk::{rising_tone, server};

use super::feed::OUT_OF_REACH;
use super::keys::{choose, escape, open_palette};
use super::links::clicked;
use super::place::Place;
use super::{add, ask, click, fill, find, link, named, row, sign_in, until};

/// As small as the window gets with room for a card.
const SMALL: (u32, u32) = (360, 640);

/// The checker, as npm has put it beside the window's other tools.
fn axe() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(path).expect("`make ui` has installed it")
}

/// Loads the checker into the page. What runs through the driver is not subject to the page's policy.
async fn with_axe(window: &Client) {
    window.execute(&axe(), Vec::new()).await.expect("it loads");
}

/// Fails with what is wrong on this screen, in both looks.
async fn nothing_wrong(window: &Client, screen: &str) {
    for look in ["dark", "light"] {
        let dress = format!("document.documentElement.dataset.theme = '{look}'");
        ask(window, &dress).await;
        // What fades from one colour to the other has the contrast of neither.
        let rests = "document.getAnimations().every((one) => one.effect.getTiming().iterations === Infinity)";
        until(window, rests).await;
        // An open menu is above the page's landmarks, as a dialog is, of which alone the checker knows that.
        let check = "const done = arguments[0];
            const amiss = ({ id, nodes }) =>
              id !== 'region' || !nodes.every(({ target }) => document.querySelector(target[0]).querySelector('[role=menu]'));
            axe.run().then(({ violations, passes }) => done([
              ...violations.filter(amiss).map(({ id, nodes }) =>
                [id, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' :: ' + node.failureSummary)]),
              ...['color-contrast', 'button-name'].filter((rule) => !passes.some(({ id }) => id === rule))
                .map((rule) => 'looked at nothing for ' + rule),
            ]), (error) => done([String(error)]));";
        let found = window.execute_async(check, Vec::new()).await.expect("it runs");
        assert_eq!(found, json!([]), "{screen}, {look}:\n{found:#}");
    }
}

/// The same, and that all of it can be reached where the window is as small as it gets.
async fn fit(window: &Client, place: &Place, screen: &str) {
    nothing_wrong(window, screen).await;
    let size = ask(window, "return [innerWidth, innerHeight]").await;
    let size = serde_json::from_value(size).expect("it has a size");
    place.resize(window, SMALL).await;
    assert_eq!(ask(window, OUT_OF_REACH).await, json!([]), "out of reach: {screen}");
    place.resize(window, size).await;
}

/// Closes what is open above the window.
async fn closed(window: &Client) {
    escape(window).await;
    until(window, "!document.querySelector('[role=menu], [role=dialog], [role=alertdialog]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options { archive: 60, ..Options::silent() }).await;
    let place = Place::new().await;
    let window = place.open().await;
    with_axe(&window).await;
    named(&window, "address").await;
    fit(&window, &place, "the first screen").await;
    add(&window, &demo).await;
    named(&window, "user").await;
    fit(&window, &place, "signing in").await;
    sign_in(&window).await;
    link(&window, "live").await;

    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    controls.transcribe_clip(call, 3);
    named(&window, "transcript").await;
    fit(&window, &place, "while a call sounds").await;
    click(&window, "hold-talkgroup").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    click(&window, "alert-talkgroup").await;
    menus(&window, &place).await;
    dialogs(&window, &place).await;
    keys(&window, &place).await;
    click(&window, "servers").await;
    named(&window, "server").await;
    fit(&window, &place, "the servers' sheet").await;
    click(&window, "add-another").await;
    named(&window, "address").await;
    fit(&window, &place, "another server").await;

    place.resize(&window, SMALL).await;
    nothing_wrong(&window, "a strip").await;
    tokio::task::block_in_place(|| place.pulse.remove_sink());
    find(&window, "[data-testid='device'].bad").await;
    until(&window, "document.querySelector('[data-testid=device] svg').getBoundingClientRect().width > 0").await;
    assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach: a strip without a sound device");
    nothing_wrong(&window, "a strip without a sound device").await;
    window.close().await.expect("the window closes");
}

async fn menus(window: &Client, place: &Place) {
    click(window, "settings").await;
    named(window, "alerts").await;
    fit(window, place, "the settings").await;
    closed(window).await;
    ask(window, "document.querySelector('[data-testid=feed-row] .more').click()").await;
    named(window, "row-alert").await;
    fit(window, place, "a call's menu").await;
    closed(window).await;
}

async fn dialogs(window: &Client, place: &Place) {
    click(window, "settings").await;
    click(window, "alerts").await;
    click(window, "quiet-hours").await;
    named(window, "quiet-from").await;
    fit(window, place, "the notifications").await;
    closed(window).await;
    click(window, "settings").await;
    click(window, "report-problem").await;
    until(window, "document.querySelector('[data-testid=copy-report]')?.disabled === false").await;
    fit(window, place, "the report").await;
    closed(window).await;
    clicked(place, "squelch://server/other.example.org").await;
    named(window, "link-accept").await;
    fit(window, place, "a link's question").await;
    closed(window).await;
    place.close_window().await;
    named(window, "close-minimise").await;
    fit(window, place, "the question at the end").await;
    closed(window).await;
}

async fn keys(window: &Client, place: &Place) {
    open_palette(window).await;
    fit(window, place, "all commands").await;
    // What is possible, and what is not.
    fill(window, "palette-search", "re").await;
    find(window, "[data-testid='command'][data-action='reconnect'][aria-disabled='true']").await;
    fit(window, place, "commands found").await;
    fill(window, "palette-search", "xyzzy").await;
    until(window, "!document.querySelector('[data-testid=command]')").await;
    fit(window, place, "no command found").await;
    closed(window).await;
    find(window, "body").await.send_keys("?").await.expect("a key can be pressed");
    named(window, "global-keys").await;
    fit(window, place, "the keys").await;
    choose(window, "skip", "m").await;
    named(window, "refused-skip").await;
    fit(window, place, "a key that is refused").await;
    // The first one ends the choice.
    escape(window).await;
    find(window, "[data-testid='action-skip']:not(.choosing)").await;
    closed(window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_asks_for_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    controls.require_password_change(USER, true);
    let place = Place::new().await;
    let window = place.open().await;
    with_axe(&window).await;
    add(&window, &demo).await;
    named(&window, "digest").await;
    fit(&window, &place, "a certificate").await;
    click(&window, "trust-certificate").await;
    sign_in(&window).await;
    named(&window, "current-password").await;
    fit(&window, &place, "another password").await;
    window.close().await.expect("the window closes");
}
