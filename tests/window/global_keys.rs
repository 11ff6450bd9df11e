//! Keys that work while another program has the keyboard, pressed on a real one.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{registered, rising_tone, server};
use squelch_tests::desktop::keyboard::{F9, OtherProgram, press};

use super::place::Place;
use super::{click, find, link, row, shows, signed_in, until};

/// What the log says of keys that are taken.
const TAKEN: &str = "keys for every program";

/// Chooses a key in the window: what is held, then the key itself.
async fn choose(window: &Client, action: &str, held: &[char], key: char) {
    click(window, &format!("key-{action}")).await;
    find(window, &format!("[data-testid='key-{action}'].choosing")).await;
    let mut keys = KeyActions::new("keyboard".to_owned());
    for value in held.iter().copied().chain([key]) {
        keys = keys.then(KeyAction::Down { value });
    }
    for value in [key].into_iter().chain(held.iter().rev().copied()) {
        keys = keys.then(KeyAction::Up { value });
    }
    window.perform_actions(keys).await.expect("keys can be pressed");
    find(window, &format!("[data-testid='key-{action}']:not(.choosing)")).await;
}

fn char_of(key: Key) -> char {
    key.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_chosen_work_while_another_program_has_the_keyboard_and_after_a_new_start() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::with_keychain().await;
    let window = signed_in(&place, &demo, &controls).await;
    let long = || Announcement::default().bytes(rising_tone(Duration::from_secs(120)), "audio/wav");
    let call = controls.announce(long());
    row(&window, call, "playing").await;

    find(&window, "body").await.send_keys("?").await.expect("a key can be pressed");
    let held = [char_of(Key::Control), char_of(Key::Alt)];
    choose(&window, "skip", &held, 's').await;
    shows(&window, "[data-testid=key-skip]", "Ctrl Alt S").await;
    choose(&window, "pushToMute", &[], char_of(Key::F8)).await;
    find(&window, "body").await.send_keys(&Key::Escape).await.expect("a key can be pressed");
    until(&window, "!document.querySelector('[role=dialog]')").await;
    place.says(&format!("{TAKEN} taken=2"), 1).await;

    let other = OtherProgram::on(place.display()).has_the_keyboard().await;
    press(place.display(), "key", "ctrl+alt+s");
    row(&window, call, "skipped").await;
    press(place.display(), "keydown", "F8");
    find(&window, ".volume.muted").await;
    press(place.display(), "keyup", "F8");
    find(&window, ".volume:not(.muted)").await;
    // Whoever only taps it is not to stay muted.
    press(place.display(), "key", "F8");
    find(&window, ".volume:not(.muted)").await;
    drop(other);

    // In order, so that what was chosen last is kept. The driver's word on a window that is gone does not matter.
    place.terminate().await;
    let _ = window.close().await;
    let window = place.open().await;
    place.says(&format!("{TAKEN} taken=2"), 2).await;
    link(&window, "live").await;
    registered(&controls, 1).await;
    let call = controls.announce(long());
    row(&window, call, "playing").await;
    let _other = OtherProgram::on(place.display()).has_the_keyboard().await;
    press(place.display(), "key", "ctrl+alt+s");
    row(&window, call, "skipped").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_had_says_why_and_one_that_is_given_up_is_free_for_others() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let other = OtherProgram::on(place.display());
    assert!(other.takes(F9), "nobody has it yet");
    find(&window, "body").await.send_keys("?").await.expect("a key can be pressed");
    choose(&window, "mute", &[], char_of(Key::F9)).await;
    shows(&window, "[data-testid=why-mute]", "Another program has this key.").await;
    choose(&window, "hold", &[], char_of(Key::F9)).await;
    shows(&window, "[data-testid=why-hold]", "Mute has this key already.").await;
    choose(&window, "replay", &[], 'z').await;
    shows(&window, "[data-testid=why-replay]", "missing from your typing").await;

    // Choosing another one tries again.
    drop(other);
    click(&window, "clear-hold").await;
    choose(&window, "replay", &[], char_of(Key::F7)).await;
    until(&window, "!document.querySelector('[data-testid^=why-]')").await;
    place.says(&format!("{TAKEN} taken=2"), 1).await;
    let other = OtherProgram::on(place.display());
    assert!(!other.takes(F9), "Squelch has it");
    click(&window, "clear-mute").await;
    click(&window, "clear-replay").await;
    other.takes_when_free(F9).await;
    window.close().await.expect("the window closes");
}
