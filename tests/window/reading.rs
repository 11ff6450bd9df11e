//! What axe finds wrong with the real window for those who hear it, use keys, or need contrast: nothing.

use std::time::Duration;

use fantoccini::Client;
use serde_json::json;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{rising_tone, server};

use super::place::Place;
use super::{add, ask, click, find, link, named, row, sign_in, until};

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
        let check = "const done = arguments[0];
            axe.run().then(({ violations, passes }) => done([
              ...violations.map(({ id, nodes }) =>
                [id, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' :: ' + node.failureSummary)]),
              ...['color-contrast', 'button-name'].filter((rule) => !passes.some(({ id }) => id === rule))
                .map((rule) => 'looked at nothing for ' + rule),
            ]), (error) => done([String(error)]));";
        let found = window.execute_async(check, Vec::new()).await.expect("it runs");
        assert_eq!(found, json!([]), "{screen}, {look}:\n{found:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options { archive: 60, ..Options::silent() }).await;
    let place = Place::new().await;
    let window = place.open().await;
    with_axe(&window).await;
    named(&window, "address").await;
    nothing_wrong(&window, "the first screen").await;
    add(&window, &demo).await;
    named(&window, "user").await;
    nothing_wrong(&window, "signing in").await;
    sign_in(&window).await;
    link(&window, "live").await;

    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    controls.transcribe_clip(call, 3);
    named(&window, "transcript").await;
    nothing_wrong(&window, "while a call sounds").await;
    click(&window, "hold-talkgroup").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    click(&window, "alert-talkgroup").await;
    click(&window, "settings").await;
    click(&window, "alerts").await;
    click(&window, "quiet-hours").await;
    named(&window, "quiet-from").await;
    nothing_wrong(&window, "the notifications").await;
    find(&window, "[data-testid='alerts-dialog'] [aria-label='Close']").await.click().await.expect("it closes");
    until(&window, "!document.querySelector('[role=dialog]')").await;
    click(&window, "servers").await;
    named(&window, "server").await;
    nothing_wrong(&window, "the servers' sheet").await;
    click(&window, "add-another").await;
    named(&window, "address").await;
    nothing_wrong(&window, "another server").await;
    place.resize(&window, (360, 640)).await;
    nothing_wrong(&window, "a strip").await;
    window.close().await.expect("the window closes");
}
