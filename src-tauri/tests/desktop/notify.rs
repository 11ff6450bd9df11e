//! Notifications of the real program, shown by a real server (dunst) and answered there.

use std::collections::HashMap;

use serde_json::json;
use squelch_demo::{Announcement, Controls, Demo, Options};
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedValue;

use crate::desk::{Desk, Menu, Program, within};

/// Shows notifications.
struct Dunst {
    control: zbus::Proxy<'static>,
    _running: Program,
}

impl Dunst {
    /// Starts it; from its menu `choose` chooses.
    async fn start(desk: &Desk, choose: &str) -> Self {
        desk.write("dunstrc", &format!("[global]\ndmenu = {choose}\nmarkup = full\n[urgency_normal]\ntimeout = 0\n"));
        let (name, path) = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications");
        let names = zbus::fdo::DBusProxy::new(desk.bus()).await.unwrap();
        let mut owned = names.receive_name_owner_changed_with_args(&[(0, name)]).await.unwrap();
        let running = desk.start_program("dunst", &["-conf", &desk.file("dunstrc")]);
        within("dunst", futures_util::StreamExt::next(&mut owned)).await.unwrap();
        let control = zbus::proxy::Builder::new(desk.bus()).destination(name).unwrap().path(path).unwrap();
        let control = control.interface("org.dunstproject.cmd0").unwrap().cache_properties(CacheProperties::No);
        Self { control: control.build().await.unwrap(), _running: running }
    }

    /// Waits until it shows so many.
    async fn shows(&self, many: u32) {
        within(&format!("{many} on the screen"), async {
            // It says nothing when that changes.
            while self.control.get_property::<u32>("displayedLength").await.unwrap() != many {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Clicks the one that is shown.
    async fn click(&self) {
        self.control.call_method("NotificationAction", &0_u32).await.unwrap();
    }

    /// Opens its menu of buttons, from which one is chosen at once.
    async fn menu(&self) {
        self.control.call_method("ContextMenuCall", &()).await.unwrap();
    }

    /// What it has shown, in its own words.
    async fn history(&self) -> String {
        let history: Vec<HashMap<String, OwnedValue>> =
            self.control.call("NotificationListHistory", &()).await.unwrap();
        format!("{history:?}")
    }
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
    let dunst = Dunst::start(&desk, "grep -m1 Hold").await;
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
    let dunst = Dunst::start(&desk, "grep -m1 Play").await;
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
