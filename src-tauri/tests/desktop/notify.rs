//! Notifications of the real program, shown by a real server (dunst) and answered there.

use serde_json::json;
use squelch_demo::{Announcement, Controls, Demo, Options};
use squelch_tests::desktop::dunst::Dunst;
use squelch_tests::desktop::menu::Menu;

use crate::desk::{Desk, Program};

/// Shows notifications here; from its menu `choose` chooses.
async fn dunst(desk: &Desk, choose: &str) -> Dunst {
    Dunst::start(desk.bus(), desk.command("dunst"), desk.home(), choose, "markup = full").await
}

/// A server with one talkgroup of a name that looks like more than text, and Squelch in the tray, which tells of it.
async fn listening(desk: &Desk) -> (Program, Menu, Demo, Announcement) {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let controls: Controls = demo.controls();
    let mut directory = controls.directory();
    let (id, call) = {
        let system = &mut directory.systems[0];
        system.talkgroups[0].name = Some("Fire <b>Dispatch</b>\n& co".to_owned());
        (system.talkgroups[0].id, Announcement::on(system.system_id, system.talkgroups[0].talkgroup_id).clip(3))
    };
    controls.configure(directory);
    let alerts = json!({ "alerts": { "talkgroups": [{ "server": 1, "talkgroup": id }] } });
    let data = desk.knows(&demo.address(), "anonymous", alerts);
    let squelch = desk.start(&["--hidden", "--log", "info", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": listening"))).await;
    (squelch, menu, demo, call)
}

#[tokio::test]
async fn a_call_is_shown_as_plain_text_and_its_talkgroup_held_from_there() {
    let desk = Desk::with_tray().await;
    let dunst = dunst(&desk, "grep -m1 Hold").await;
    let (squelch, menu, demo, call) = listening(&desk).await;
    demo.controls().announce(call);
    dunst.shows(1).await;
    dunst.menu().await;
    menu.ticks("Hold Fire <b>Dispatch</b> & co", true).await;
    dunst.shows(0).await;
    let history = dunst.history().await;
    assert!(history.contains("Fire &lt;b&gt;Dispatch&lt;/b&gt; &amp; co"), "{history}");
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn a_click_on_a_call_opens_the_window_which_needs_no_notifications() {
    let desk = Desk::with_tray().await;
    let dunst = dunst(&desk, "grep -m1 Play").await;
    let (squelch, menu, demo, call) = listening(&desk).await;
    demo.controls().announce(call);
    dunst.shows(1).await;
    dunst.click().await;
    menu.shows("Hide window").await;
    desk.window().await;
    dunst.shows(0).await;
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn without_anybody_to_show_them_calls_are_played_and_the_reason_is_logged() {
    let desk = Desk::with_tray().await;
    let (squelch, menu, demo, call) = listening(&desk).await;
    demo.controls().announce(call);
    menu.until(|items| items.iter().any(|item| item.label.contains("Fire <b>Dispatch") && item.enabled)).await;
    squelch.terminate();
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("notifications are shown or not there=false"), "{log}");
}
