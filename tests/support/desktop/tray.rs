//! A tray that shows icons to nobody.

use tokio::sync::watch;
use zbus::names::OwnedUniqueName;
use zbus::{Connection, interface, message};

use super::menu::Menu;
use crate::within;

/// Where panels say that they show icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// A tray, for as long as its connection is kept.
#[derive(Debug)]
pub struct Tray {
    bus: Connection,
    found: watch::Sender<Option<Item>>,
}

/// Where a program put its icon.
type Item = (OwnedUniqueName, String);

impl Tray {
    /// Puts one up.
    pub async fn on(bus: &Connection) -> Self {
        let found = watch::Sender::new(None);
        let watcher = Watcher { found: found.clone() };
        bus.object_server().at("/StatusNotifierWatcher", watcher).await.expect("its place is free");
        bus.request_name(WATCHER).await.expect("there is no other tray");
        Self { bus: bus.clone(), found }
    }

    /// Puts one up on the bus of this address.
    pub async fn at(address: &str) -> Self {
        Self::on(&super::bus(address).await).await
    }

    /// The panel with the tray ends.
    pub async fn end(&self) {
        self.bus.release_name(WATCHER).await.expect("the bus answers");
    }

    /// The menu of the program that put up its icon last, as soon as there is one.
    pub async fn menu(&self) -> Menu {
        let mut items = self.found.subscribe();
        let found = within("the tray icon", items.wait_for(Option::is_some)).await.expect("the sender is here").clone();
        let (owner, path) = found.expect("it was waited for");
        Menu::of(self.bus.clone(), owner, path).await
    }
}

/// What panels run, as far as programs with an icon need it.
struct Watcher {
    found: watch::Sender<Option<Item>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: message::Header<'_>) {
        let path = if service.starts_with('/') { service } else { "/StatusNotifierItem" };
        self.found.send_replace(header.sender().map(|owner| (owner.to_owned().into(), path.to_owned())));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
