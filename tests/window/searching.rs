//! Searching the archive: found by its words, heard, bookmarked, shared and held, by keys and by the pointer.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use squelch_demo::{Announcement, Options, Transcript};
use squelch_tests::LIMIT;
use squelch_tests::desk::{rising_tone, server};

use super::keys::{escape, open_palette};
use super::place::Place;
use super::{ask, assert_heard, click, fill, find, named, row, shows, signed_in, until};

/// A stored call with words, on its talkgroup.
fn said(talkgroup: u64, ago: u64, clip: usize, text: &str) -> Announcement {
    let words = Transcript { text: text.into(), segments: None };
    Announcement::on(100, talkgroup).ago(Duration::from_secs(ago)).clip(clip).transcript(words)
}

/// Waits until the call's row among what was found is in this state.
async fn found(window: &Client, call: u64, state: &str) -> Element {
    find(window, &format!("[data-testid='found-list'] [data-call='{call}'][data-state='{state}']")).await
}

async fn menu_of_found(window: &Client, call: u64) {
    ask(window, &format!("document.querySelector(`[data-testid=found-list] [data-call='{call}'] .more`).click()"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_found_by_its_words_heard_bookmarked_shared_and_held() {
    let (demo, controls) = server(Options::silent()).await;
    let wanted = controls.store(said(5002, 90_000, 7, "Engine four to eighteen Harbor Street."));
    let other = controls.store(said(5001, 80_000, 3, "Medic two is available."));
    let place = Place::new().await;
    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    let window = signed_in(&place, &demo, &controls).await;
    let focused = |what: &str| format!("document.activeElement?.dataset.testid === '{what}'");

    // Its key, the words, and the first of what is found.
    find(&window, "body").await.send_keys("/").await.expect("a key can be pressed");
    until(&window, &focused("search-text")).await;
    find(&window, &format!("[data-testid='found-list'] [data-call='{other}']")).await;
    fill(&window, "search-text", "harbor s").await;
    shows(&window, "[data-testid=found-count]", "1 call found").await;
    shows(&window, "[data-testid=found-words] mark", "Harbor S").await;
    let list = format!("document.activeElement?.dataset.call === '{wanted}'");
    window.active_element().await.expect("it has it").send_keys(&Key::Down).await.expect("it takes keys");
    until(&window, &list).await;
    window.active_element().await.expect("it has it").send_keys(&Key::Enter).await.expect("it takes keys");
    found(&window, wanted, "played").await;
    assert!(tokio::task::block_in_place(|| recorder.wait_for_end_of_sound(LIMIT)));
    assert_heard(&recorder, &controls, &[wanted]);

    ask(&window, "document.querySelector('[data-testid=found-list] .star').click()").await;
    find(&window, "[data-testid=found-list] [data-testid=row-starred]").await;
    assert_eq!(controls.requests("POST /api/v1/bookmarks"), 1);
    menu_of_found(&window, wanted).await;
    click(&window, "row-share").await;
    click(&window, "share-make").await;
    let link = named(&window, "share-link").await.prop("value").await.expect("it can be asked").unwrap_or_default();
    assert!(link.starts_with(&format!("{}/call/", demo.address())), "{link}");
    escape(&window).await;
    until(&window, "!document.querySelector('[data-testid=share-dialog]')").await;

    // Of the two systems' talkgroups it is this call's own that is held.
    menu_of_found(&window, wanted).await;
    click(&window, "row-hold").await;
    until(&window, "!document.querySelector('[role=menu]')").await;
    let left_out = controls.announce(Announcement::on(100, 5001).clip(3));
    row(&window, left_out, "notPlayed").await;
    let held = controls.announce(Announcement::on(100, 5002).clip(3));
    row(&window, held, "played").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_is_opened_from_header_palette_and_key_and_keeps_its_place_while_calls_come() {
    let (demo, controls) = server(Options { archive: 150, ..Options::silent() }).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let gone = "!document.querySelector('[data-testid=search-panel]')";
    click(&window, "search").await;
    named(&window, "search-panel").await;
    click(&window, "search").await;
    until(&window, gone).await;
    open_palette(&window).await;
    fill(&window, "palette-search", "archive").await;
    find(&window, "[data-testid='command'][data-action='search'][aria-selected='true']").await;
    named(&window, "palette-search").await.send_keys(&Key::Enter).await.expect("it takes keys");
    named(&window, "search-panel").await;
    click(&window, "search-close").await;
    until(&window, gone).await;
    find(&window, "body").await.send_keys("f").await.expect("a key can be pressed");
    find(&window, "[data-testid=found-list] [data-testid=feed-row]").await;

    // In the middle of what was found, while what was searched for comes and is heard.
    ask(&window, "document.querySelector('[data-testid=found-list]').scrollTop = 1500").await;
    let seen = "const list = document.querySelector('[data-testid=found-list]').getBoundingClientRect();
        return [...document.querySelectorAll('[data-testid=found-list] [data-call]')]
          .map((one) => [one.dataset.call, Math.round(one.getBoundingClientRect().top)])
          .filter(([, top]) => top >= list.top && top < list.bottom)";
    until(&window, "document.querySelector('[data-testid=found-list]').scrollTop === 1500").await;
    let before = ask(&window, seen).await;
    assert!(before.as_array().is_some_and(|rows| rows.len() > 3), "{before}");
    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(60)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    for _ in 0..20 {
        controls.announce(Announcement::default().clip(3));
    }
    shows(&window, "body", "20 waiting").await;
    assert_eq!(ask(&window, seen).await, before, "rows stay where they are");
    window.close().await.expect("the window closes");
}
