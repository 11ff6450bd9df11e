//! A tray icon and its menu, as a panel sees them.

use std::collections::HashMap;

use futures_util::StreamExt;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, message};

use crate::within;

const ITEM: &str = "org.kde.StatusNotifierItem";
const DBUSMENU: &str = "com.canonical.dbusmenu";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// An icon with its menu.
#[derive(Debug)]
pub struct Menu {
    bus: Connection,
    owner: OwnedUniqueName,
    item: String,
    path: String,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuLine {
    id: i32,
    /// Its text, with `_` doubled.
    pub label: String,
    /// It has a tick.
    pub ticked: bool,
    /// It can be clicked.
    pub enabled: bool,
}

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Menu {
    /// The icon at `item`.
    pub(super) async fn of(bus: Connection, owner: OwnedUniqueName, item: String) -> Self {
        let mut menu = Self { bus, owner, item, path: String::new() };
        let path = menu.property("Menu").await;
        menu.path = zbus::zvariant::ObjectPath::try_from(&*path).expect("a path").to_string();
        // The icon may be there before its menu.
        menu.until(|items| !items.is_empty()).await;
        menu
    }

    /// What is told from now on.
    async fn signals(&self, interface: &'static str) -> MessageStream {
        let rule = MatchRule::builder().msg_type(message::Type::Signal).interface(interface).expect("it is a name");
        MessageStream::for_match_rule(rule.build(), &self.bus, None).await.expect("the bus listens")
    }

    async fn property(&self, name: &str) -> OwnedValue {
        let (owner, item) = (self.owner.as_str(), self.item.as_str());
        let answer = self.bus.call_method(Some(owner), item, Some(PROPERTIES), "Get", &(ITEM, name)).await;
        answer.expect("the icon answers").body().deserialize().expect("it has that")
    }

    /// The file with the icon's picture.
    pub async fn icon(&self) -> std::path::PathBuf {
        <&str>::try_from(&self.property("IconName").await).expect("a path").into()
    }

    /// Waits until the picture is this one, or, if that is wanted, another one.
    pub async fn icon_until(&self, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let mut changes = self.signals(ITEM).await;
        loop {
            // It is replaced by another file, and may be gone by now: then the next change is on its way.
            let file = self.icon().await;
            if let Ok(picture) = std::fs::read(&file)
                && wanted(&picture)
            {
                return picture;
            }
            let ticked: Vec<_> = self.items().await.into_iter().filter(|item| item.ticked).collect();
            within(&format!("another icon than {file:?}, with {ticked:?},"), changes.next()).await;
        }
    }

    /// Waits until the icon is taken away because of something that is done.
    pub async fn goes_with(&self, done: impl Future<Output = ()>) {
        let mut changes = self.signals(ITEM).await;
        done.await;
        loop {
            let change = within("the end of the icon", changes.next()).await.expect("the bus is there");
            if change.is_ok_and(|change| change.body().deserialize::<&str>().is_ok_and(|status| status == "Passive")) {
                return;
            }
        }
    }

    /// Its lines, those of the lists in it behind their titles, separators left out. None before the menu is there.
    pub async fn items(&self) -> Vec<MenuLine> {
        let all: [&str; 0] = [];
        let (owner, path) = (self.owner.as_str(), self.path.as_str());
        let question = (0, -1, &all[..]);
        let Ok(answer) = self.bus.call_method(Some(owner), path, Some(DBUSMENU), "GetLayout", &question).await else {
            return vec![];
        };
        let (_revision, root): (u32, Layout) = answer.body().deserialize().expect("a menu");
        let mut lines = Vec::new();
        collect(root, &mut lines);
        lines
    }

    /// The texts of its lines.
    pub async fn labels(&self) -> Vec<String> {
        self.items().await.into_iter().map(|item| item.label).collect()
    }

    /// Clicks the line with this text.
    pub async fn click(&self, label: &str) {
        let items = self.items().await;
        let item = items.iter().find(|item| item.label == label).unwrap_or_else(|| panic!("no {label} in {items:?}"));
        assert!(item.enabled, "{label} is grey");
        let click = (item.id, "clicked", Value::from(0), 0_u32);
        let (owner, path) = (self.owner.as_str(), self.path.as_str());
        match self.bus.call_method(Some(owner), path, Some(DBUSMENU), "Event", &click).await {
            Ok(_) => {}
            // Who was asked to end may do so before it has answered.
            Err(zbus::Error::MethodError(name, ..)) if name == "org.freedesktop.DBus.Error.NoReply" => {}
            Err(error) => panic!("{label}: {error}"),
        }
    }

    /// Waits until its lines are as wanted; looks again whenever the program says that they changed.
    pub async fn until(&self, wanted: impl Fn(&[MenuLine]) -> bool) {
        let mut changes = self.signals(DBUSMENU).await;
        loop {
            let items = self.items().await;
            if wanted(&items) {
                return;
            }
            within(&format!("what is missing in {items:?}"), changes.next()).await;
        }
    }

    /// Waits until there is a line with this text.
    pub async fn shows(&self, label: &str) {
        self.until(|items| items.iter().any(|item| item.label == label)).await;
    }

    /// Waits until the line with this text has a tick, or has none.
    pub async fn ticks(&self, label: &str, ticked: bool) {
        self.until(|items| items.iter().any(|item| item.label == label && item.ticked == ticked)).await;
    }
}

fn collect((id, properties, children): Layout, lines: &mut Vec<MenuLine>) {
    lines.extend(MenuLine::read(id, &properties));
    for child in children {
        collect(Layout::try_from(child).expect("a line"), lines);
    }
}

impl MenuLine {
    fn read(id: i32, properties: &HashMap<String, OwnedValue>) -> Option<Self> {
        let label = properties.get("label").and_then(|label| <&str>::try_from(label).ok())?;
        let ticked = properties.get("toggle-state").and_then(|state| i32::try_from(state).ok()) == Some(1);
        let enabled = properties.get("enabled").and_then(|state| bool::try_from(state).ok()) != Some(false);
        Some(Self { id, label: label.to_owned(), ticked, enabled })
    }
}
