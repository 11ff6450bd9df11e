//! The tray's icon and menu, seen and clicked over the bus as a panel does.

use serde_json::json;
use squelch_demo::{Announcement, Controls, Demo, Options};
use squelch_tests::desktop::menu::Menu;

use crate::desk::{Desk, Program};

/// A server that anybody may listen to, and that says nothing by itself.
async fn server() -> (Demo, Controls) {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let controls = demo.controls();
    (demo, controls)
}

/// Squelch in the tray, listening to that server.
async fn listening(desk: &Desk, demo: &Demo, controls: &Controls) -> (Program, Menu) {
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let squelch = desk.start(&["--hidden", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": listening"))).await;
    (squelch, menu)
}

async fn quit(menu: &Menu, squelch: Program) {
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn everything_the_tray_does_is_in_its_menu() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.shows("No server yet").await;
    let labels = menu.labels().await;
    let mut wanted = vec!["No server yet", "Live", "Pause", "Skip call", "Replay call"];
    wanted.extend(["Play missed calls", "Mute", "Record from now", "Hold talkgroup", "Avoid talkgroup", "Presets"]);
    wanted.extend(["—"; 9]);
    wanted.extend(["Last calls", "—", "—", "—", "—", "—"]);
    wanted.extend(["Servers", "—", "—", "—", "—", "—", "—", "—"]);
    wanted.extend(["Show window", "Compact strip", "Settings…", "Check for updates", "Quit Squelch"]);
    assert_eq!(labels, wanted);
    quit(&menu, squelch).await;
}

/// It begins in the desktop's language, because it is there before the settings are read, and changes as a whole.
#[tokio::test]
async fn the_menu_speaks_german_where_that_is_chosen_and_on_a_german_desktop() {
    for (language, locale) in [("de", "C.UTF-8"), ("system", "de_AT.UTF-8")] {
        let (desk, (demo, controls)) = (Desk::with_tray().await, server().await);
        let data = desk.knows(&demo.address(), "anonymous", json!({ "language": language }));
        let flags = ["--hidden", "--data-dir", &data];
        let squelch = desk.start_with(env!("CARGO_BIN_EXE_squelch"), &flags, [("LC_ALL", locale.into())]);
        let menu = desk.menu().await;
        controls.wait_for_sockets(1).await.unwrap();
        menu.until(|items| items.iter().any(|item| item.label.ends_with(": auf Empfang"))).await;
        let labels = menu.labels().await;
        let mut wanted = vec!["Auf Empfang", "Live", "Pause", "Funkspruch überspringen", "Funkspruch wiederholen"];
        wanted.extend(["Verpasste Funksprüche abspielen", "Stumm", "Ab jetzt aufnehmen"]);
        wanted.extend(["Sprechgruppe halten", "Sprechgruppe sperren", "Profile"]);
        assert_eq!(labels[..wanted.len()], wanted, "{language} on {locale}");
        for title in ["Letzte Funksprüche", "Server", "Fenster zeigen", "Schmale Leiste", "Nach Updates suchen"] {
            assert!(labels.iter().any(|label| label == title), "{labels:?}");
        }
        menu.click("Live").await;
        menu.shows("Live ist aus").await;
        menu.ticks("Live", false).await;
        menu.click("Squelch beenden").await;
        assert_eq!(squelch.ended().await, Some(0));
    }
}

#[tokio::test]
async fn ticks_and_the_icon_follow_the_state() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.ticks("Live", true).await;
    let live = menu.icon_until(|_| true).await;
    menu.click("Live").await;
    menu.shows("Live is off").await;
    menu.ticks("Live", false).await;
    let off = menu.icon_until(|icon| icon != live).await;
    menu.click("Live").await;
    menu.ticks("Live", true).await;
    menu.icon_until(|icon| icon == live).await;
    menu.click("Pause").await;
    menu.ticks("Pause", true).await;
    let paused = menu.icon_until(|icon| icon != live).await;
    assert_ne!(paused, off);
    menu.click("Mute").await;
    menu.ticks("Mute", true).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn a_call_is_listed_played_again_held_and_avoided_from_the_menu() {
    let (desk, (demo, controls)) = (Desk::with_tray().await, server().await);
    let (squelch, menu) = listening(&desk, &demo, &controls).await;
    controls.announce(Announcement::default().clip(3));
    menu.until(|items| items.iter().any(|item| item.label.contains("  ") && item.enabled)).await;
    let call = menu.labels().await.into_iter().find(|label| label.contains("  ")).unwrap();
    menu.click(&call).await;
    // Whether or not this computer has a sound device, the call is now the one that is meant.
    let is_hold = |label: &str| label.starts_with("Hold ") && label != "Hold talkgroup";
    menu.until(|items| items.iter().any(|item| is_hold(&item.label) && item.enabled)).await;
    let hold = menu.labels().await.into_iter().find(|label| is_hold(label)).unwrap();
    let name = hold.strip_prefix("Hold ").unwrap();
    assert!(call.contains(name), "{call} is of {name}");
    menu.click(&hold).await;
    menu.ticks(&hold, true).await;
    // The panel ticks what it clicks by itself: that Squelch has held it, too, is seen by what comes after it.
    controls.announce(Announcement::default().clip(3));
    menu.until(|items| items.iter().filter(|item| item.label.contains("  ") && item.enabled).count() == 2).await;
    menu.click(&hold).await;
    menu.ticks(&hold, false).await;
    menu.click(&format!("Avoid {name} for 30 minutes")).await;
    menu.ticks(&format!("Avoid {name}"), true).await;
    menu.click(&format!("Avoid {name}")).await;
    menu.ticks(&format!("Avoid {name} for 30 minutes"), false).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn a_preset_is_chosen_from_the_menu_and_ticked_while_it_is_what_is_chosen() {
    let (desk, (demo, controls)) = (Desk::with_tray().await, server().await);
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let preset = |id: u32, name: &str, off: [u64; 1]| json!({ "id": id, "name": name, "off": { demo.address(): off }, "known": { demo.address(): [[1, 9]] } });
    let presets = json!([preset(1, "Fire", [2]), preset(2, "Harbour & sea", [1])]);
    let kept = json!({ "version": 1, "listeners": [], "presets": presets, "nextPreset": 3 });
    std::fs::write(std::path::Path::new(&data).join("talkgroups.json"), kept.to_string()).unwrap();
    let squelch = desk.start(&["--hidden", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    menu.until(|items| items.iter().any(|item| item.label == "Fire" && item.enabled)).await;
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": listening"))).await;
    menu.click("Fire").await;
    menu.ticks("Fire", true).await;
    menu.click("Harbour & sea").await;
    menu.ticks("Harbour & sea", true).await;
    menu.ticks("Fire", false).await;
    menu.click("Harbour & sea").await;
    menu.ticks("Harbour & sea", true).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn a_server_that_goes_away_is_named_and_shown_by_the_icon_until_it_is_back() {
    let (desk, (demo, controls)) = (Desk::with_tray().await, server().await);
    let (squelch, menu) = listening(&desk, &demo, &controls).await;
    let live = menu.icon_until(|_| true).await;
    controls.go_down().await;
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": no link, trying again"))).await;
    menu.until(|items| items.iter().any(|item| item.label.starts_with("No link to "))).await;
    menu.icon_until(|icon| icon != live).await;
    controls.come_up().await;
    let lost = menu.labels().await.into_iter().find(|label| label.ends_with(": no link, trying again"));
    if let Some(lost) = lost {
        menu.click(&lost).await;
    }
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": listening"))).await;
    menu.icon_until(|icon| icon == live).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn a_login_that_is_needed_is_named_and_shown_by_the_icon() {
    let demo = squelch_demo::start(Options::silent()).await.unwrap();
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.shows("No server yet").await;
    let first = menu.icon_until(|_| true).await;
    assert_eq!(desk.start(&["--hidden", "--server", &demo.address()]).ended().await, Some(0));
    menu.until(|items| items.iter().any(|item| item.label.ends_with(": signed out"))).await;
    menu.icon_until(|icon| icon != first).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn a_servers_text_is_text_in_the_menu() {
    let (desk, (demo, controls)) = (Desk::with_tray().await, server().await);
    let (squelch, menu) = listening(&desk, &demo, &controls).await;
    let mut directory = controls.directory();
    let (system, talkgroup) = {
        let system = &mut directory.systems[0];
        system.talkgroups[0].name = Some("Fire_Rescue & <b>Co</b>\nline two".to_owned());
        (system.system_id, system.talkgroups[0].talkgroup_id)
    };
    controls.configure(directory);
    controls.announce(Announcement::on(system, talkgroup).clip(3));
    // A panel shows two underlines as one, and a single one as the key to press.
    menu.until(|items| items.iter().any(|item| item.label.contains("Fire__Rescue & <b>Co</b> line two"))).await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn the_icon_goes_as_soon_as_squelch_is_quit() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.goes_with(menu.click("Quit Squelch")).await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn settings_opens_the_window() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.click("Settings…").await;
    menu.shows("Hide window").await;
    desk.window().await;
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn the_tray_turns_the_window_into_a_strip_and_back_and_opens_it_so() {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.click("Compact strip").await;
    menu.ticks("Compact strip", true).await;
    menu.shows("Hide window").await;
    desk.window_is(|(_, _, _, height)| height == 48).await;
    menu.click("Compact strip").await;
    menu.ticks("Compact strip", false).await;
    desk.window_is(|(_, _, width, height)| (width, height) == (1080, 720)).await;
    quit(&menu, squelch).await;
}

/// As another user of this computer finds it: what is in the folders all share is not theirs.
#[tokio::test]
async fn a_second_users_icon_lies_in_their_own_cache_folder_and_alone() {
    let desk = Desk::with_tray().await;
    desk.write("tray-icon", "somebody else's");
    let squelch = desk.start(&["--hidden"]);
    let menu = desk.menu().await;
    menu.ticks("Live", true).await;
    let live = menu.icon_until(|_| true).await;
    for _ in 0..3 {
        menu.click("Pause").await;
        menu.icon_until(|icon| icon != live).await;
        menu.click("Pause").await;
        menu.icon_until(|icon| icon == live).await;
    }
    let folder = desk.cache().join("tray");
    assert_eq!(menu.icon().await.parent(), Some(folder.as_path()));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    quit(&menu, squelch).await;
}

#[tokio::test]
async fn an_icon_that_cannot_be_written_is_logged_and_the_window_opens() {
    let desk = Desk::with_tray().await;
    desk.write(".cache", "not a folder");
    let squelch = desk.start(&["--hidden"]);
    desk.window().await;
    squelch.terminate();
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("no tray icon"), "{log}");
}
