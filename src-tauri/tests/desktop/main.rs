//! The real program on a desktop of its own: a private session bus, a virtual screen, and a tray host that is ours.
//!
//! Needs `dbus-daemon` and `Xvfb`. Everything it starts ends with the test.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

mod deeds;
#[allow(dead_code, reason = "the benchmark uses the rest")]
mod desk;
mod media;
mod notify;
mod tray;

use std::time::Duration;

use desk::{Desk, Program};
use serde_json::json;
use squelch_tests::within;

/// How often a file is looked at, of which nobody tells.
const TRY_AGAIN: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_hidden_start_has_a_tray_menu_and_no_web_process() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.shows("Show window").await;
    assert!(squelch.children("WebKit").is_empty());
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn the_window_goes_into_the_tray_and_comes_back() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&[]);
    let menu = desk.menu().await;
    menu.until(|items| items.iter().any(|item| item.label == "Hide window")).await;
    let web = squelch.children("WebKitWebProcess");
    assert!(!web.is_empty());
    menu.click("Hide window").await;
    menu.until(|items| items.iter().any(|item| item.label == "Show window")).await;
    Program::gone(web).await;
    assert!(squelch.children("WebKitWebProcess").is_empty());
    menu.click("Show window").await;
    menu.until(|items| items.iter().any(|item| item.label == "Hide window")).await;
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn closing_the_window_asks_once_then_goes_to_the_tray_and_listening_goes_on() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&[]);
    let menu = desk.menu().await;
    menu.until(|items| items.iter().any(|item| item.label == "Hide window")).await;
    desk.close_window().await;
    // What is asked after the first closing is answered after it, so the window was still there then.
    menu.click("Live").await;
    menu.until(|items| items.iter().any(|item| item.label == "Live is off")).await;
    assert!(menu.labels().await.iter().any(|label| label == "Hide window"));
    desk.close_window().await;
    menu.until(|items| items.iter().any(|item| item.label == "Show window")).await;
    menu.click("Live").await;
    menu.until(|items| items.iter().any(|item| item.label == "Live" && item.ticked)).await;
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn without_a_tray_closing_the_window_asks_and_closing_it_again_quits() {
    let desk = Desk::without_tray().await;
    let squelch = desk.start(&["--log", "debug"]);
    desk.close_window().await;
    desk.close_window().await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn without_a_tray_closing_the_window_makes_it_small_for_whoever_chose_that() {
    let desk = Desk::without_tray().await;
    let data = desk.knows("http://127.0.0.1:9", "ask", json!({ "withoutTray": "minimise" }));
    let squelch = desk.start(&["--data-dir", &data]);
    for _ in 0..3 {
        desk.close_window_to_make_it_small().await;
    }
    // Somebody is still there to answer the second start.
    assert_eq!(desk.start(&["--data-dir", &data]).ended().await, Some(0));
    squelch.terminate();
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn an_entry_for_starting_at_login_that_leads_nowhere_is_mended() {
    let desk = Desk::with_tray().await;
    let entry = desk.starts_at_login("/gone/squelch --hidden");
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    let mended = async {
        while std::fs::read_to_string(&entry).unwrap().contains("/gone/squelch") {
            tokio::time::sleep(TRY_AGAIN).await;
        }
    };
    within("an entry that leads here", mended).await;
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn an_entry_for_starting_at_login_is_left_alone_by_a_start_with_a_data_folder_of_its_own() {
    let desk = Desk::with_tray().await;
    let entry = desk.starts_at_login("/gone/squelch --hidden");
    let before = std::fs::read_to_string(&entry).unwrap();
    let squelch = desk.start(&["--hidden", "--data-dir", desk.home().join("elsewhere").to_str().unwrap()]);
    desk.menu().await.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
    assert_eq!(std::fs::read_to_string(&entry).unwrap(), before);
}

#[tokio::test]
async fn a_data_folder_that_takes_nothing_keeps_no_window_from_opening() {
    let desk = Desk::with_tray().await;
    // A folder without the right to write stops everybody but root; this stops root too.
    desk.write(".local", "not a folder");
    let temporary = desk.home().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let squelch = desk.start_with(env!("CARGO_BIN_EXE_squelch"), &[], [("TMPDIR", temporary.clone())]);
    desk.window().await;
    let menu = desk.menu().await;
    menu.shows("Hide window").await;
    menu.click("Hide window").await;
    menu.shows("Show window").await;
    menu.click("Show window").await;
    menu.shows("Hide window").await;
    menu.click("Quit Squelch").await;
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("the window keeps its things for this run only"), "{log}");
    let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("squelch")), "{left:?}");
}

#[tokio::test]
async fn a_hidden_start_opens_its_window_after_a_while_where_nothing_shows_tray_icons() {
    let desk = Desk::without_tray().await;
    let squelch = desk.start(&["--hidden"]);
    desk.window().await;
    squelch.terminate();
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn a_window_that_went_into_the_tray_comes_back_when_the_tray_goes_away() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    desk.menu().await;
    desk.take_tray_away().await;
    desk.window().await;
    squelch.terminate();
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn the_battery_is_followed_from_the_start() {
    let desk = Desk::with_tray().await;
    let battery = desk.with_battery(true).await;
    let squelch = desk.start(&["--hidden", "--log", "info"]);
    desk.menu().await;
    battery.asked().await;
    battery.switch(false).await;
    battery.switch(true).await;
    squelch.terminate();
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0), "{log}");
    let told: Vec<&str> = log.lines().filter_map(|line| line.split_once("has changed ")).map(|(_, to)| to).collect();
    assert!(told.starts_with(&["battery=true", "battery=false"]), "{log}");
}

#[tokio::test]
async fn a_second_start_shows_the_first_ones_window_and_ends() {
    let desk = Desk::with_tray().await;
    let first = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    assert_eq!(desk.start(&[]).ended().await, Some(0));
    menu.until(|items| items.iter().any(|item| item.label == "Hide window")).await;
    menu.click("Quit Squelch").await;
    assert_eq!(first.ended().await, Some(0));
}

#[tokio::test]
async fn of_two_starts_at_the_same_moment_one_goes_on_and_shows_the_window_that_the_other_asked_for() {
    let desk = Desk::with_tray().await;
    let both = [desk.start(&["--hidden"]), desk.start(&[])];
    let menu = desk.menu().await;
    menu.shows("Hide window").await;
    menu.click("Quit Squelch").await;
    for squelch in both {
        assert_eq!(squelch.ended().await, Some(0));
    }
}

#[tokio::test]
async fn a_start_that_finds_one_which_goes_away_without_an_answer_takes_its_place() {
    let desk = Desk::with_tray().await;
    let gone = desk.one_that_goes_away().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    gone.await.unwrap();
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn a_request_to_end_shuts_down_in_order() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    desk.menu().await;
    squelch.terminate();
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn without_a_display_the_reason_is_said_in_words() {
    let desk = Desk::without_display();
    let (code, text) = desk.start(&[]).said().await;
    assert_eq!(code, Some(1));
    assert!(text.contains("no display"), "{text}");
}
