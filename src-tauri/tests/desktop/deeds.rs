//! `--do`: what a key of the desktop or a script asks of the Squelch that runs.

use serde_json::json;
use squelch_demo::{Announcement, Options};

use crate::desk::Desk;

#[tokio::test]
async fn a_start_with_a_deed_has_the_running_one_do_it_and_shows_no_window() {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let (desk, controls) = (Desk::with_tray().await, demo.controls());
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let squelch = desk.start(&["--hidden", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    let tell = async |deed| assert_eq!(desk.start(&["--do", deed]).ended().await, Some(0), "{deed}");

    for on in [true, false] {
        tell("mute").await;
        menu.ticks("Mute", on).await;
    }
    controls.announce(Announcement::default().clip(1));
    let can_skip = async |can| {
        menu.until(|items| items.iter().any(|item| item.label == "Skip call" && item.enabled == can)).await;
    };
    can_skip(true).await;
    tell("pause").await;
    menu.ticks("Pause", true).await;
    tell("skip").await;
    can_skip(false).await;
    tell("pause").await;
    menu.ticks("Pause", false).await;
    tell("replay").await;
    can_skip(true).await;
    tell("hold").await;
    menu.until(|items| items.iter().any(|item| item.label.starts_with("Hold ") && item.ticked)).await;
    tell("live").await;
    menu.ticks("Live", false).await;
    assert!(menu.labels().await.iter().any(|label| label == "Show window"), "no window was asked for");
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn a_deed_without_a_squelch_that_runs_starts_none() {
    let desk = Desk::with_tray().await;
    let (code, said) = desk.start(&["--do", "skip"]).said().await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no Squelch is running"), "{said}");
    let (code, said) = desk.start(&["--do", "dance"]).said().await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("replay"), "it names what can be done: {said}");
}
