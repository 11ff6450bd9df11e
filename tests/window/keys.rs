//! Keys: what each does, and that they step back from text fields.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::key::Key;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{rising_tone, server};

use super::place::Place;
use super::{find, named, row, signed_in};

async fn press(window: &Client, key: &str) {
    find(window, "body").await.send_keys(key).await.expect("a key can be pressed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_does_what_the_help_says() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let long = || Announcement::default().bytes(rising_tone(Duration::from_secs(60)), "audio/wav");
    let call = controls.announce(long());
    row(&window, call, "playing").await;

    press(&window, " ").await;
    find(&window, "[data-testid='pause'][aria-label='Resume']").await;
    press(&window, " ").await;
    find(&window, "[data-testid='pause'][aria-label='Pause']").await;
    press(&window, "h").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    press(&window, "h").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='false']").await;
    press(&window, &Key::Right).await;
    row(&window, call, "skipped").await;
    press(&window, &Key::Left).await;
    row(&window, call, "playing").await;
    press(&window, "?").await;
    find(&window, "[role='dialog']").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_typed_into_a_field_is_text() {
    let place = Place::new().await;
    let window = place.open().await;
    let field = named(&window, "address").await;
    field.send_keys("lm h?a").await.expect("it takes text");
    assert_eq!(field.prop("value").await.expect("it can be asked").as_deref(), Some("lm h?a"));
    let nothing = "return document.querySelectorAll('[role=dialog], .volume.muted, [data-testid=live][aria-pressed=false]').length";
    assert_eq!(window.execute(nothing, Vec::new()).await.expect("it runs"), serde_json::Value::from(0));
    window.close().await.expect("the window closes");
}
