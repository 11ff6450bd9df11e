//! The settings in the real window: searched, changed, written to a file in the system's dialog, and brought back.

use fantoccini::Client;
use fantoccini::key::Key;
use squelch_demo::Options;
use squelch_tests::desk::server;
use squelch_tests::desktop::dialog;

use super::keys::escape;
use super::place::Place;
use super::{ask, click, fill, named, shows, signed_in, until};

const LOUDNESS: &str = "document.querySelector('[data-testid=loudness]')?.checked";

/// How many settings are shown.
async fn lines(window: &Client) -> u64 {
    let count = ask(window, "return document.querySelectorAll('[data-testid^=line-]').length").await;
    count.as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_searched_changed_written_to_a_file_brought_back_and_undone() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "settings").await;
    named(&window, "line-loudness").await;
    assert!(lines(&window).await > 20, "all of them are there");
    fill(&window, "settings-search", "EQUAL loúd").await;
    until(&window, "document.querySelectorAll('[data-testid^=line-]').length === 1").await;
    click(&window, "loudness").await;
    until(&window, &format!("{LOUDNESS} === false")).await;
    escape(&window).await;

    let file = place.data().join("mine.json");
    click(&window, "export-button").await;
    dialog::answer(place.display(), "Save the settings as a file", &file).await;
    shows(&window, "[data-testid='export-note']", "mine.json").await;
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert!(text.contains(&demo.address()) && text.contains("\"loudness\": false"), "{text}");

    click(&window, "loudness").await;
    until(&window, &format!("{LOUDNESS} === true")).await;
    click(&window, "import").await;
    dialog::answer(place.display(), "Bring settings from a file", &file).await;
    shows(&window, "[data-testid='import-summary']", "1 server").await;
    assert_eq!(ask(&window, &format!("return {LOUDNESS}")).await, true, "nothing is changed before it is wished");
    click(&window, "import-take").await;
    until(&window, &format!("{LOUDNESS} === false")).await;
    click(&window, "import-undo").await;
    until(&window, &format!("{LOUDNESS} === true")).await;
    until(&window, "!document.querySelector('[data-testid=import-undo]')").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_stays_in_the_settings_and_goes_back_to_what_opened_them() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "settings").await;
    until(&window, "document.activeElement?.dataset.testid === 'settings-search'").await;
    let inside = "document.querySelector('[data-testid=settings-sheet]').contains(document.activeElement)";
    let mut places = std::collections::BTreeSet::new();
    // Further than there is anything to come to.
    for _ in 0..90 {
        window.active_element().await.expect("something has it").send_keys(&Key::Tab).await.expect("it can be pressed");
        let focused =
            format!("return {inside} && (document.activeElement.dataset.testid ?? document.activeElement.ariaLabel)");
        let focused = ask(&window, &focused).await;
        places.insert(focused.as_str().unwrap_or_else(|| panic!("the focus left the settings: {focused}")).to_owned());
    }
    for reached in ["settings-search", "loudness", "pause-0", "export-button", "open-source", "Close"] {
        assert!(places.contains(reached), "{reached} is not come to by Tab: {places:?}");
    }
    escape(&window).await;
    until(&window, "document.activeElement?.dataset.testid === 'settings'").await;
    window.close().await.expect("the window closes");
}
