//! A whole session by keys alone: nothing here clicks, and no script does anything but look.

use std::time::Duration;

use fantoccini::key::Key;
use squelch_demo::{Announcement, Controls, Demo, Options, PASSWORD, Transcript, USER};
use squelch_tests::desk::{registered, rising_tone, server};

use super::keyboard::Keyboard;
use super::place::Place;
use super::{find, link, named, row, shows, until};

/// No panel, menu or dialog is open.
const NOTHING_OPEN: &str = "!document.querySelector(`[role=menu], [role=dialog], [role=alertdialog],
    [data-testid=search-panel], [data-testid=talkgroups-panel]`)";

fn long_call() -> Announcement {
    Announcement::on(100, 5001).bytes(rising_tone(Duration::from_secs(240)), "audio/wav")
}

fn other_call() -> Announcement {
    Announcement::on(100, 5002).clip(3)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_session_is_possible_without_a_mouse() {
    let (demo, controls) = server(Options::silent()).await;
    let words = Transcript { text: "Engine four to eighteen Harbor Street.".into(), segments: None };
    let stored = Announcement::on(100, 5003).ago(Duration::from_secs(90_000)).clip(7).transcript(words);
    let stored = controls.store(stored);
    let place = Place::new().await;
    let window = place.open().await;
    let keys = Keyboard(&window);

    signs_in(&keys, &demo).await;
    registered(&controls, 1).await;
    listens(&keys).await;
    let long = controls.announce(long_call());
    row(&window, long, "playing").await;
    holds_and_releases(&keys, &controls, long).await;
    replays(&keys, long).await;
    holds_from_the_list(&keys, long).await;
    searches(&keys, stored).await;
    chooses_talkgroups(&keys).await;
    opens_and_closes(&keys).await;
    signs_out(&keys).await;
    window.close().await.expect("the window closes");
}

async fn signs_in(keys: &Keyboard<'_>, demo: &Demo) {
    keys.is_at_the("address").await;
    keys.types(&demo.address()).await;
    keys.press(Key::Enter).await;
    keys.is_at_the("user").await;
    keys.types(USER).await;
    keys.press(Key::Tab).await;
    keys.is_at_the("password").await;
    keys.types(PASSWORD).await;
    keys.press(Key::Tab).await;
    keys.is_at_the("stay").await;
    keys.press(Key::Tab).await;
    keys.is_at_the("sign-in").await;
    keys.press(' ').await;
    link(keys.0, "live").await;
}

async fn listens(keys: &Keyboard<'_>) {
    keys.press(' ').await;
    find(keys.0, "[data-testid='pause'][aria-label='Resume']").await;
    keys.press(' ').await;
    find(keys.0, "[data-testid='pause'][aria-label='Pause']").await;
    keys.press(Key::Down).await;
    find(keys.0, "[data-testid='volume'][aria-valuetext='−2 dB']").await;
    // The same by a control of the window: reached, and pressed where it is.
    keys.tabs_to("[data-testid='live']", 40).await;
    keys.press(Key::Enter).await;
    find(keys.0, "[data-testid='live'][aria-pressed='false']").await;
    keys.press(Key::Enter).await;
    find(keys.0, "[data-testid='live'][aria-pressed='true']").await;
    keys.is_at_the("live").await;
}

async fn holds_and_releases(keys: &Keyboard<'_>, controls: &Controls, long: u64) {
    keys.press('h').await;
    find(keys.0, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    let left_out = controls.announce(other_call());
    row(keys.0, left_out, "notPlayed").await;
    keys.press('h').await;
    find(keys.0, "[data-testid='hold-talkgroup'][aria-pressed='false']").await;
    let waits = controls.announce(other_call());
    find(keys.0, &format!("[data-call='{waits}']:is([data-state='waiting'], [data-state='ready'])")).await;
    keys.press(Key::Right).await;
    row(keys.0, long, "skipped").await;
    row(keys.0, waits, "played").await;
}

async fn replays(keys: &Keyboard<'_>, long: u64) {
    // The last one that played, then any other: its row in the list is as near as Tab and arrows are.
    keys.tabs_to("[data-testid='feed-row']", 40).await;
    keys.press(Key::Home).await;
    keys.is_at("[data-testid='feed-row'][aria-posinset='1']").await;
    let here = format!("[data-call='{long}']");
    for _ in 0..5 {
        if super::ask(keys.0, &format!("return document.activeElement.matches(`{here}`)")).await == true {
            break;
        }
        keys.press(Key::Down).await;
    }
    keys.is_at(&here).await;
    keys.press(Key::Enter).await;
    row(keys.0, long, "playing").await;
    keys.press(Key::Right).await;
    row(keys.0, long, "skipped").await;
    keys.press(Key::Left).await;
    row(keys.0, long, "playing").await;
    keys.is_at(&here).await;
}

async fn holds_from_the_list(keys: &Keyboard<'_>, long: u64) {
    keys.chord(&[Key::Shift], Key::F10).await;
    find(keys.0, "[role='menu']").await;
    for _ in 0..12 {
        if super::ask(keys.0, "return document.activeElement.matches(`[data-testid='row-hold']`)").await == true {
            break;
        }
        keys.press(Key::Down).await;
    }
    keys.is_at_the("row-hold").await;
    keys.press(Key::Enter).await;
    find(keys.0, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    until(keys.0, NOTHING_OPEN).await;
    keys.is_at(&format!("[data-call='{long}']")).await;
    keys.chord(&[Key::Shift], 'R').await;
    find(keys.0, "[data-testid='hold-talkgroup'][aria-pressed='false']").await;
}

async fn searches(keys: &Keyboard<'_>, stored: u64) {
    keys.press('/').await;
    keys.is_at_the("search-text").await;
    keys.types("harbor s").await;
    shows(keys.0, "[data-testid=found-count]", "1 call found").await;
    keys.press(Key::Down).await;
    keys.is_at(&format!("[data-testid='found-list'] [data-call='{stored}']")).await;
    keys.press(Key::Enter).await;
    find(keys.0, &format!("[data-testid='found-list'] [data-call='{stored}'][data-state='played']")).await;
    // The first takes the words away, the second the panel; the focus is where it was before.
    keys.press(Key::Escape).await;
    keys.is_at_the("search-text").await;
    until(keys.0, "document.activeElement.value === ''").await;
    keys.press(Key::Escape).await;
    until(keys.0, NOTHING_OPEN).await;
    keys.is_at("[data-testid='feed-row']").await;
}

async fn chooses_talkgroups(keys: &Keyboard<'_>) {
    keys.press('t').await;
    keys.is_at_the("talkgroups-search").await;
    keys.types("police").await;
    keys.press(Key::Down).await;
    keys.is_at("[role='treeitem']").await;
    keys.press(Key::Down).await;
    keys.is_at("[data-testid='talkgroup']").await;
    keys.press(' ').await;
    keys.is_at("[data-testid='talkgroup'][aria-checked='false']").await;
    keys.press(' ').await;
    keys.is_at("[data-testid='talkgroup'][aria-checked='true']").await;
    keys.press(Key::Escape).await;
    keys.is_at_the("talkgroups-search").await;
    keys.press(Key::Escape).await;
    until(keys.0, NOTHING_OPEN).await;
    keys.is_at("[data-testid='feed-row']").await;
}

/// Each takes the focus, and gives it back to where it was.
async fn opens_and_closes(keys: &Keyboard<'_>) {
    let held = [Key::Control];
    for (held, key, open) in [
        (&held[..], 'k', "palette"),
        (&[], '?', "global-keys"),
        (&[], 'd', "settings-sheet"),
        (&[Key::Shift], 'N', "quiet-hours"),
        (&[], 'p', "copy-report"),
    ] {
        keys.chord(held, key).await;
        named(keys.0, open).await;
        until(keys.0, "document.activeElement.closest('[role=dialog]')").await;
        keys.press(Key::Escape).await;
        until(keys.0, NOTHING_OPEN).await;
        keys.is_at("[data-testid='feed-row']").await;
    }
    keys.press('w').await;
    named(keys.0, "strip").await;
    keys.press('w').await;
    named(keys.0, "feed").await;
}

async fn signs_out(keys: &Keyboard<'_>) {
    keys.press('s').await;
    named(keys.0, "server").await;
    keys.tabs_to("[data-testid='sign-out']", 10).await;
    keys.press(Key::Enter).await;
    find(keys.0, "[data-testid='account-state'][data-state='signedOut']").await;
    // What was pressed is gone; the sheet is not, and neither are the keys.
    until(keys.0, "document.activeElement.closest('[role=dialog]')").await;
    keys.press(Key::Escape).await;
    until(keys.0, NOTHING_OPEN).await;
    keys.is_at_the("servers").await;
}
