//! Closing the window: asked once, answered by clicks, and remembered.

use fantoccini::key::Key;
use squelch_tests::LIMIT;

use super::place::Place;
use super::{find, named, until};

#[tokio::test(flavor = "multi_thread")]
async fn closing_asks_and_quitting_ends_the_program_and_asks_again() {
    let place = Place::with_tray().await;
    for _ in 0..2 {
        let window = place.open().await;
        named(&window, "address").await;
        place.close_window().await;
        find(&window, "[role='alertdialog'][data-testid='closing']").await;
        // The window goes while it answers.
        let _ = named(&window, "close-quit").await.click().await;
        place.ended().await;
        let _ = tokio::time::timeout(LIMIT, window.close()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_the_tray_is_not_asked_again_after_a_restart_either() {
    let place = Place::with_tray().await;
    let window = place.open().await;
    named(&window, "address").await;
    place.close_window().await;
    // The window goes while it answers.
    let _ = named(&window, "close-to-tray").await.click().await;
    place.window_gone().await;
    assert!(place.process().is_some(), "it goes on in the tray");
    place.terminate().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;

    let window = place.open().await;
    named(&window, "address").await;
    place.close_window().await;
    place.window_gone().await;
    assert!(place.process().is_some(), "it goes on in the tray");
    place.terminate().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_put_away_is_asked_again() {
    let place = Place::new().await;
    let window = place.open_with(&["--log", "debug"]).await;
    named(&window, "address").await;
    for times in 1..=3 {
        place.close_window().await;
        named(&window, "close-minimise").await.send_keys(&Key::Escape).await.expect("it takes keys");
        until(&window, "!document.querySelector(\"[data-testid='closing']\")").await;
        place.says("the window is not closed", times).await;
    }
    place.close_window().await;
    let _ = named(&window, "close-quit").await.click().await;
    place.ended().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_it_is_asked_once_whether_to_end_or_to_become_small() {
    let place = Place::new().await;
    let window = place.open().await;
    named(&window, "address").await;
    place.close_window().await;
    named(&window, "close-minimise").await;
    // The window goes while it answers.
    let _ = named(&window, "close-quit").await.click().await;
    place.ended().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;

    let window = place.open().await;
    named(&window, "address").await;
    place.close_window().await;
    place.ended().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;
}
