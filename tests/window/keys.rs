//! Keys: what each does, that they can be switched off, and that they step back from text fields.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::key::Key;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{rising_tone, server};

use super::place::Place;
use super::{click, find, named, row, signed_in, until};

async fn press(window: &Client, key: &str) {
    find(window, "body").await.send_keys(key).await.expect("a key can be pressed");
}

/// A call that sounds for longer than any test takes.
fn long_call() -> Announcement {
    Announcement::default().bytes(rising_tone(Duration::from_secs(120)), "audio/wav")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_does_what_the_help_says() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;

    press(&window, " ").await;
    find(&window, "[data-testid='pause'][aria-label='Resume']").await;
    press(&window, " ").await;
    find(&window, "[data-testid='pause'][aria-label='Pause']").await;
    press(&window, "h").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    press(&window, "h").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='false']").await;
    press(&window, &Key::Down).await;
    press(&window, &Key::Down).await;
    find(&window, "[data-testid='volume'][aria-valuetext='−4 dB']").await;
    press(&window, &Key::Up).await;
    find(&window, "[data-testid='volume'][aria-valuetext='−2 dB']").await;
    press(&window, &Key::Right).await;
    row(&window, call, "skipped").await;
    press(&window, &Key::Left).await;
    row(&window, call, "playing").await;
    press(&window, "a").await;
    find(&window, "[data-testid='avoid'][aria-pressed='true']").await;
    press(&window, "a").await;
    find(&window, "[data-testid='avoid'][aria-pressed='false']").await;
    press(&window, "?").await;
    find(&window, "[role='dialog']").await;
    window.close().await.expect("the window closes");
}

/// What single keys would change.
const UNCHANGED: &str = "document.querySelector('[data-testid=live]').ariaPressed === 'true'
    && !document.querySelector('.volume.muted')
    && document.querySelector('[data-testid=hold-talkgroup]').ariaPressed === 'false'
    && document.querySelector('[data-testid=avoid]').ariaPressed === 'false'
    && !document.querySelector('[role=dialog]')";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_typed_into_a_field_is_text() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;
    click(&window, "servers").await;
    click(&window, "add-another").await;
    let field = named(&window, "address").await;
    field.send_keys("lmha ?").await.expect("it takes text");
    assert_eq!(field.prop("value").await.expect("it can be asked").as_deref(), Some("lmha ?"));
    // A wish made before this one would have been granted before it.
    click(&window, "pause").await;
    find(&window, "[data-testid='pause'][aria-label='Resume']").await;
    until(&window, UNCHANGED).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_can_be_switched_off_and_on_again() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;
    let switch = "[role='menuitemcheckbox']";
    click(&window, "settings").await;
    find(&window, switch).await.click().await.expect("it can be clicked");
    until(&window, "!document.querySelector('[role=menu]')").await;
    for key in ["l", "m", "h", "a"] {
        press(&window, key).await;
    }
    click(&window, "pause").await;
    find(&window, "[data-testid='pause'][aria-label='Resume']").await;
    until(&window, UNCHANGED).await;

    // The list of keys stays in reach: it is where they are switched on.
    press(&window, "?").await;
    find(&window, "[role='dialog'] .link").await.click().await.expect("it can be clicked");
    press(&window, &Key::Escape).await;
    until(&window, "!document.querySelector('[role=dialog]')").await;
    press(&window, "l").await;
    find(&window, "[data-testid='live'][aria-pressed='false']").await;
    window.close().await.expect("the window closes");
}
