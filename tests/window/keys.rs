//! Keys: what each does, that they can be switched off, and that they step back from text fields.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{registered, rising_tone, server};

use super::place::Place;
use super::{ask, click, find, link, named, row, shows, signed_in, until};

/// Opens the list of all commands with its key.
pub(crate) async fn open_palette(window: &Client) {
    let control = Key::Control.into();
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: control })
        .then(KeyAction::Down { value: 'k' })
        .then(KeyAction::Up { value: 'k' })
        .then(KeyAction::Up { value: control });
    window.perform_actions(keys).await.expect("keys can be pressed");
    named(window, "palette").await;
}

/// Presses a key for an action while it is being chosen in the list of keys.
pub(crate) async fn choose(window: &Client, action: &str, key: &str) {
    click(window, &format!("action-{action}")).await;
    find(window, &format!("[data-testid='action-{action}'].choosing")).await;
    window.active_element().await.expect("something has it").send_keys(key).await.expect("it takes keys");
}

/// Presses Escape where the focus is: sent to the page it would take the focus away first.
pub(crate) async fn escape(window: &Client) {
    window.active_element().await.expect("something has it").send_keys(&Key::Escape).await.expect("it takes keys");
}

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
    click(&window, "settings").await;
    click(&window, "single-keys").await;
    press(&window, &Key::Escape).await;
    until(&window, "!document.querySelector('[role=dialog]')").await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_chosen_takes_the_place_of_the_usual_one_also_after_a_new_start() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::with_keychain().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;
    press(&window, "?").await;
    // Another action's key is refused, and what it does is named.
    choose(&window, "skip", "m").await;
    shows(&window, "[data-testid=refused-skip]", "“Mute or unmute”").await;
    escape(&window).await;
    find(&window, "[data-testid='action-skip']:not(.choosing)").await;
    choose(&window, "skip", "z").await;
    shows(&window, "[data-testid=action-skip]:not(.choosing)", "Z").await;
    press(&window, &Key::Escape).await;
    until(&window, "!document.querySelector('[role=dialog]')").await;

    press(&window, &Key::Right).await;
    // Wishes are granted in their order: a skip would have been before this.
    press(&window, "m").await;
    find(&window, ".volume.muted").await;
    row(&window, call, "playing").await;
    press(&window, "z").await;
    row(&window, call, "skipped").await;
    open_palette(&window).await;
    shows(&window, "[data-testid=command][data-action=skip] kbd", "Z").await;

    // In order, so that what was chosen last is kept. The driver's word on a window that is gone does not matter.
    place.terminate().await;
    let _ = window.close().await;
    let window = place.open().await;
    link(&window, "live").await;
    registered(&controls, 1).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;
    press(&window, "z").await;
    row(&window, call, "skipped").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_finds_what_is_typed_does_it_and_gives_the_focus_back() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = controls.announce(long_call());
    row(&window, call, "playing").await;
    let focused = |what: &str| format!("document.activeElement?.dataset.testid === '{what}'");
    ask(&window, "document.querySelector('[data-testid=pause]').focus()").await;
    open_palette(&window).await;
    until(&window, &focused("palette-search")).await;
    let field = named(&window, "palette-search").await;
    field.send_keys("leave").await.expect("it takes text");
    find(&window, "[data-testid='command'][data-action='skip'][aria-selected='true']").await;
    field.send_keys(&Key::Enter).await.expect("it takes keys");
    row(&window, call, "skipped").await;
    until(&window, "!document.querySelector('[data-testid=palette]')").await;
    until(&window, &focused("pause")).await;

    open_palette(&window).await;
    let field = named(&window, "palette-search").await;
    field.send_keys("channels").await.expect("it takes text");
    field.send_keys(&Key::Enter).await.expect("it takes keys");
    named(&window, "talkgroups-panel").await;
    until(&window, &focused("talkgroups-search")).await;
    window.close().await.expect("the window closes");
}
