//! Media keys and "now playing", as a desktop uses them over the bus.

use std::collections::HashMap;

use futures_util::StreamExt;
use serde_json::json;
use squelch_demo::{Announcement, Fault, Options};
use squelch_tests::pulse::PulseServer;
use squelch_tests::within;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::proxy::CacheProperties;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy};

use crate::desk::Desk;

const NAME: &str = "org.mpris.MediaPlayer2.squelch";
const PLAYER: &str = "org.mpris.MediaPlayer2.Player";

async fn is_there(bus: &Connection) -> bool {
    let name = BusName::try_from(NAME).unwrap();
    DBusProxy::new(bus).await.unwrap().name_has_owner(name).await.unwrap()
}

/// Waits until Squelch is there for media keys.
async fn player(bus: &Connection) -> Proxy<'static> {
    let names = DBusProxy::new(bus).await.unwrap();
    let mut changes = names.receive_name_owner_changed_with_args(&[(0, NAME)]).await.unwrap();
    while !is_there(bus).await {
        within("the player", changes.next()).await;
    }
    zbus::proxy::Builder::new(bus)
        .destination(NAME)
        .and_then(|proxy| proxy.path("/org/mpris/MediaPlayer2"))
        .and_then(|proxy| proxy.interface(PLAYER))
        .unwrap()
        .cache_properties(CacheProperties::No)
        .build()
        .await
        .unwrap()
}

/// Waits until the player's property is as wanted.
async fn until<T>(player: &Proxy<'_>, property: &str, wanted: impl Fn(&T) -> bool) -> T
where
    T: TryFrom<OwnedValue>,
    T::Error: Into<zbus::Error>,
{
    let properties = zbus::fdo::PropertiesProxy::new(player.connection(), NAME, "/org/mpris/MediaPlayer2");
    let mut changes = properties.await.unwrap().receive_properties_changed().await.unwrap();
    loop {
        let value: T = player.get_property(property).await.unwrap();
        if wanted(&value) {
            return value;
        }
        within(property, changes.next()).await;
    }
}

fn text<'a>(metadata: &'a HashMap<String, OwnedValue>, field: &str) -> &'a str {
    match &**metadata.get(field).unwrap_or_else(|| panic!("no {field} in {metadata:?}")) {
        Value::Str(text) => text.as_str(),
        Value::Array(list) => match list.inner() {
            [Value::Str(text)] => text.as_str(),
            other => panic!("{field} is {other:?}"),
        },
        other => panic!("{field} is {other:?}"),
    }
}

#[tokio::test]
async fn media_keys_control_the_call_that_is_shown_to_the_desktop() {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let (desk, controls) = (Desk::with_tray().await, demo.controls());
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let squelch = desk.start(&["--hidden", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    assert!(!is_there(desk.bus()).await, "there is nothing to control yet");

    controls.announce(Announcement::default().clip(3));
    let player = player(desk.bus()).await;
    let metadata = until(&player, "Metadata", |data: &HashMap<String, OwnedValue>| data.contains_key("mpris:length"));
    let metadata = metadata.await;
    let call = menu.labels().await.into_iter().find(|label| label.contains(" — ") && label.contains("  ")).unwrap();
    assert!(call.contains(text(&metadata, "xesam:title")), "{call} {metadata:?}");
    assert!(call.ends_with(text(&metadata, "xesam:artist")), "{call} {metadata:?}");
    assert!(!text(&metadata, "xesam:album").is_empty());

    let press = async |key: &str| player.call_method(key, &()).await.unwrap();
    press("Pause").await;
    menu.ticks("Pause", true).await;
    press("PlayPause").await;
    menu.ticks("Pause", false).await;
    press("Stop").await;
    menu.ticks("Live", false).await;
    press("Play").await;
    menu.ticks("Live", true).await;
    press("Previous").await;
    menu.until(|items| items.iter().any(|item| item.label == "Skip call" && item.enabled)).await;
    press("Next").await;
    menu.until(|items| items.iter().any(|item| item.label == "Skip call" && !item.enabled)).await;

    player.set_property("Volume", 0.5).await.unwrap();
    until(&player, "Volume", |volume: &f64| (volume - 0.5).abs() < 0.01).await;
    // One wish just after the other: they are granted in this order.
    for _ in 0..10 {
        player.set_property("Volume", 0.5).await.unwrap();
        player.set_property("Volume", 0.0).await.unwrap();
        for paused in [true, false] {
            press(if paused { "Pause" } else { "Play" }).await;
            menu.ticks("Pause", paused).await;
        }
        assert!(menu.items().await.iter().any(|item| item.label == "Mute" && item.ticked), "it is muted, and stays so");
    }

    // Calls that fail, and such as ask for what a radio cannot do.
    assert!(player.call_method("Fly", &()).await.is_err());
    assert!(player.call_method("Seek", &("far",)).await.is_err());
    player.call_method("OpenUri", &("file:///etc/passwd",)).await.unwrap();
    player.call_method("Seek", &(5_000_000_i64,)).await.unwrap();
    press("Pause").await;
    menu.ticks("Pause", true).await;
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

/// Waits until the call shown is of this talkgroup and stands so.
async fn shows(player: &Proxy<'_>, title: &str, status: &str) {
    let is_it =
        |data: &HashMap<String, OwnedValue>| data.contains_key("xesam:title") && text(data, "xesam:title") == title;
    until(player, "Metadata", is_it).await;
    until(player, "PlaybackStatus", |now: &String| now == status).await;
}

#[tokio::test]
async fn what_sounds_is_shown_as_playing_with_its_position_also_after_calls_whose_sound_is_not_to_be_had() {
    let pulse = tokio::task::spawn_blocking(PulseServer::start).await.unwrap();
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let (desk, controls) = (Desk::with_tray().await, demo.controls());
    let mut directory = controls.directory();
    let system = &mut directory.systems[0];
    let [good, lost] = [(0, "Good"), (1, "Lost")].map(|(n, name)| {
        system.talkgroups[n].name = Some(name.to_owned());
        Announcement::on(system.system_id, system.talkgroups[n].talkgroup_id)
    });
    controls.configure(directory);
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let flags = ["--hidden", "--data-dir", &data];
    let squelch = desk.start_with(env!("CARGO_BIN_EXE_squelch"), &flags, pulse.env());
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();

    let audio = "GET /api/v1/calls/:id/audio";
    controls.announce(lost.clone().clip(3).fault(Fault::Missing));
    controls.wait_for_requests(audio, 1).await.unwrap();
    controls.announce(good.clone().clip(7));
    let player = player(desk.bus()).await;
    for times in 1..=2 {
        shows(&player, "Good", "Playing").await;
        type Data = HashMap<String, OwnedValue>;
        let length = |data: &Data| data.get("mpris:length").and_then(|length| i64::try_from(length).ok()).unwrap_or(0);
        // It is not known before the sound is there.
        let length = length(&until(&player, "Metadata", |data: &Data| length(data) > 0).await);
        let position = until(&player, "Position", |at: &i64| *at > 0).await;
        assert!(position < length, "{position} of {length}");
        until(&player, "PlaybackStatus", |now: &String| now == "Stopped").await;
        if times == 1 {
            // A gateway's page in place of the sound.
            controls.announce(lost.clone().clip(3).fault(Fault::Html));
            controls.wait_for_requests(audio, 3).await.unwrap();
            controls.announce(good.clone().clip(7));
        }
    }
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

#[tokio::test]
async fn without_a_session_bus_a_call_is_played_and_nothing_is_broken() {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let (desk, controls) = (Desk::without_bus().await, demo.controls());
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let squelch = desk.start(&["--data-dir", &data]);
    controls.wait_for_sockets(1).await.unwrap();
    controls.announce(Announcement::default().clip(3));
    desk.window().await;
    controls.announce(Announcement::default().clip(3));
    controls.wait_for_requests("GET /api/v1/calls/:id/audio", 2).await.unwrap();
    squelch.terminate();
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("no media keys"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_name_that_somebody_else_has_is_left_to_them() {
    let demo = squelch_demo::start(Options { public: true, archive: 0, ..Options::silent() }).await.unwrap();
    let (desk, controls) = (Desk::with_tray().await, demo.controls());
    desk.bus().request_name(NAME).await.unwrap();
    let data = desk.knows(&demo.address(), "anonymous", json!({}));
    let squelch = desk.start(&["--hidden", "--data-dir", &data]);
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    controls.announce(Announcement::default().clip(3));
    menu.until(|items| items.iter().any(|item| item.label == "Skip call" && item.enabled)).await;
    menu.click("Live").await;
    menu.ticks("Live", false).await;
    menu.click("Quit Squelch").await;
    let (code, log) = squelch.said().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
    assert!(log.contains("no media keys"), "{log}");
}
