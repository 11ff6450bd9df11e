//! Starting at login: chosen in the window, written where the desktop looks, and started from there without a window.

use std::process::{Command, Stdio};

use squelch_demo::Options;
use squelch_tests::desk::server;

use super::place::Place;
use super::{click, named, shows, signed_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_in_the_settings_is_on_the_desktops_list_and_starts_hidden() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::with_tray().await;
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "settings").await;
    until(&window, "document.querySelector('[data-testid=autostart]')?.checked === false").await;
    click(&window, "autostart").await;
    until(&window, "document.querySelector('[data-testid=autostart]')?.checked === true").await;
    place.comes_true("the desktop's list", || place.config().join("autostart").exists()).await;
    let list = std::fs::read_dir(place.config().join("autostart")).expect("there is a list");
    let [entry] = &list.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()[..] else {
        panic!("one entry is on the list")
    };
    let text = std::fs::read_to_string(entry).expect("it was written");
    let valid = Command::new("desktop-file-validate").arg(entry).status().expect("it is installed");
    assert!(valid.success(), "{text}");
    window.close().await.expect("the window closes");
    place.ended().await;

    // As a desktop does at login.
    let line = text.lines().find_map(|line| line.strip_prefix("Exec=")).expect("it starts something");
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut started = place.environment(&mut shell).spawn().expect("there is a shell");
    place.says("tray icons are shown", 2).await;
    assert!(!place.has_window().await, "it starts without a window");
    place.terminate().await;
    started.wait().expect("it was started");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_written_is_said_and_the_switch_stays_off() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    std::fs::create_dir_all(place.config()).expect("a folder");
    // Also root cannot make a folder of a file.
    std::fs::write(place.config().join("autostart"), "not a folder").expect("it can be written");
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "settings").await;
    click(&window, "autostart").await;
    shows(&window, "[data-testid='refused']", "cannot be written").await;
    until(&window, "document.querySelector('[data-testid=autostart]')?.checked === false").await;
    drop(named(&window, "settings").await);
    window.close().await.expect("the window closes");
}
