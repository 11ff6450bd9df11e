//! The talkgroups' panel: opened, searched, switched and held in, by the pointer and by keys; what is chosen there is what
//! is heard.

use fantoccini::Client;
use fantoccini::key::Key;
use squelch_demo::{Announcement, Controls, Options, USER};
use squelch_tests::desk::server;

use super::keyboard::Keyboard;
use super::place::Place;
use super::{click, fill, find, named, row, shows, signed_in, until};

/// Waits until the only talkgroup in sight stands so.
async fn stands(window: &Client, on: bool) {
    find(window, &format!("[data-testid='talkgroup'][aria-checked='{on}']")).await;
}

/// What becomes of a call of a talkgroup of the demo's first system.
async fn becomes(window: &Client, controls: &Controls, talkgroup: u64, state: &str) {
    let call = controls.announce(Announcement::on(100, talkgroup).clip(3));
    row(window, call, state).await;
}

/// What the server was told is off, of the demo's first system.
async fn kept(controls: &Controls, changes: usize) -> String {
    controls.wait_for_requests("PUT /api/v1/listener/tg-selection", changes).await.expect("the account is told");
    controls.selection(USER).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talkgroup_is_found_switched_off_and_held_in_the_panel_and_heard_so() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    becomes(&window, &controls, 5002, "played").await;

    keys.press('t').await;
    keys.is_at_the("talkgroups-search").await;
    named(&window, "talkgroup-tree").await;
    keys.types("police main").await;
    until(&window, "document.querySelectorAll('[data-testid=talkgroup]').length === 1").await;
    shows(&window, "[data-testid=talkgroup]", "Police Main").await;
    stands(&window, true).await;
    click(&window, "talkgroup").await;
    stands(&window, false).await;
    becomes(&window, &controls, 5002, "notPlayed").await;
    becomes(&window, &controls, 5001, "played").await;
    let off = kept(&controls, 1).await;

    // The line has the focus; its key is the one of every switch.
    keys.is_at_the("talkgroup").await;
    keys.press(' ').await;
    stands(&window, true).await;
    becomes(&window, &controls, 5002, "played").await;
    assert_ne!(kept(&controls, 2).await, off, "the account is told both times");

    // Held from the menu of its line.
    keys.chord(&[Key::Shift], Key::F10).await;
    click(&window, "row-hold").await;
    until(&window, "!document.querySelector('[role=menu]')").await;
    shows(&window, "[data-testid=talkgroup]", "held").await;
    becomes(&window, &controls, 5001, "notPlayed").await;
    becomes(&window, &controls, 5002, "played").await;

    keys.is_at_the("talkgroup").await;
    keys.press(Key::Escape).await;
    keys.is_at_the("talkgroups-search").await;
    keys.press(Key::Escape).await;
    until(&window, "!document.querySelector('[data-testid=talkgroups-panel]')").await;
    keys.press('h').await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='false']").await;
    becomes(&window, &controls, 5001, "played").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_found_and_a_whole_section_are_switched_at_once() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "talkgroups").await;
    named(&window, "talkgroup-tree").await;
    fill(&window, "talkgroups-search", "police").await;
    until(&window, "document.querySelectorAll('[data-testid=talkgroup]').length === 2").await;
    click(&window, "all-off").await;
    until(&window, "document.querySelectorAll('[data-testid=talkgroup][aria-checked=false]').length === 2").await;
    becomes(&window, &controls, 5006, "notPlayed").await;
    becomes(&window, &controls, 5001, "played").await;

    // Of the whole system some are on: its switch has them all on, then all off.
    Keyboard(&window).press(Key::Escape).await;
    let first = "document.querySelector('[data-testid=section]')";
    until(&window, &format!("{first}.ariaChecked === 'mixed'")).await;
    click(&window, "section-switch").await;
    until(&window, &format!("{first}.ariaChecked === 'true'")).await;
    becomes(&window, &controls, 5006, "played").await;
    click(&window, "section-switch").await;
    until(&window, &format!("{first}.ariaChecked === 'false'")).await;
    becomes(&window, &controls, 5001, "notPlayed").await;
    window.close().await.expect("the window closes");
}
