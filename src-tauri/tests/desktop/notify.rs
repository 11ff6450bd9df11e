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

/// A server with one talkgroup of a name that looks like more than text, its id, and a call on it.
async fn server() -> (Demo, u64, Announcement) {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let controls: Controls = demo.controls();
    let mut directory = controls.directory();
    let (id, call) = {
        let system = &mut directory.systems[0];
        system.talkgroups[0].name = Some("Fire <b>Dispatch</b>\n& co".to_owned());
        (system.talkgroups[0].id, Announcement::on(system.system_id, system.talkgroups[0].talkgroup_id).clip(3))
    };
    controls.configure(directory);
    (demo, id, call)
}

/// Squelch in the tray with what is kept in this folder; there it says of the server that it is `listening`.
async fn start(desk: &Desk, demo: &Demo, data: &str, listening: &str) -> (Program, Menu) {
    let squelch = desk.start(&["--hidden", "--log", "info", "--data-dir", data]);
    let menu = desk.menu().await;
    demo.controls().wait_for_sockets(1).await.unwrap();
    menu.until(|items| items.iter().any(|item| item.label.ends_with(listening))).await;
    (squelch, menu)
}

/// The same, told to tell of that talkgroup.
async fn listening(desk: &Desk) -> (Program, Menu, Demo, Announcement) {
    let (demo, id, call) = server().await;
    let alerts = json!({ "alerts": { "talkgroups": [{ "server": 1, "talkgroup": id }] } });
    let data = desk.knows(&demo.address(), "anonymous", alerts);
    let (squelch, menu) = start(desk, &demo, &data, ": listening").await;
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

#[tokio::test]
async fn a_call_is_shown_for_a_preset_that_tells_of_its_calls_and_none_that_it_would_not_have_played() {
    let desk = Desk::with_tray().await;
    let dunst = dunst(&desk, "grep -m1 Hold").await;
    let (demo, id, call) = server().await;
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let (other, unwanted) = {
        let system = &demo.controls().directory().systems[0];
        let other = &system.talkgroups[1];
        (other.id, Announcement::on(system.system_id, other.talkgroup_id).clip(4))
    };
    // It is not chosen: everything is heard, and it is told of all the same.
    let (off, known) =
        (json!({ demo.address(): [other] }), json!({ demo.address(): [[id.min(other), id.max(other)]] }));
    let preset = json!({ "id": 1, "name": "Fire", "off": off, "known": known, "alerts": true });
    let kept = json!({ "version": 1, "listeners": [], "presets": [preset], "nextPreset": 2 });
    std::fs::write(std::path::Path::new(&data).join("talkgroups.json"), kept.to_string()).unwrap();
    let (squelch, menu) = start(&desk, &demo, &data, ": listening").await;
    demo.controls().announce(unwanted);
    demo.controls().announce(call);
    dunst.shows(1).await;
    dunst.menu().await;
    menu.ticks("Hold Fire <b>Dispatch</b> & co", true).await;
    dunst.shows(0).await;
    let history = dunst.history().await;
    assert_eq!(history.matches("\"summary\"").count(), 1, "{history}");
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn what_can_be_done_with_a_call_is_offered_in_german_where_the_window_speaks_it() {
    let desk = Desk::with_tray().await;
    let dunst = dunst(&desk, "grep -m1 Halten").await;
    let (demo, id, call) = server().await;
    let settings = json!({ "language": "de", "alerts": { "talkgroups": [{ "server": 1, "talkgroup": id }] } });
    let data = desk.knows(&demo.address(), "anonymous", settings);
    let (squelch, menu) = start(&desk, &demo, &data, ": auf Empfang").await;
    demo.controls().announce(call);
    dunst.shows(1).await;
    dunst.menu().await;
    menu.ticks("Fire <b>Dispatch</b> & co halten", true).await;
    dunst.shows(0).await;
    menu.click("Squelch beenden").await;
    assert_eq!(squelch.ended().await, Some(0));
}
