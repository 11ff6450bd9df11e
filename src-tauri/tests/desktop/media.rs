//! Media keys and "now playing", as a desktop uses them over the bus.

use std::collections::HashMap;

use futures_util::StreamExt;
use serde_json::json;
use squelch_demo::{Announcement, Options};
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
    player.set_property("Volume", 0.0).await.unwrap();
    menu.ticks("Mute", true).await;

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
