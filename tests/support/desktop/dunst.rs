//! A real notification server (dunst), with what it shows and how that is answered.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use futures_util::StreamExt as _;
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Proxy};

use super::Ended;
use crate::within;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A running dunst.
#[derive(Debug)]
pub struct Dunst {
    control: Proxy<'static>,
    _running: Ended,
}

impl Dunst {
    /// Starts it: `command` is `dunst` on its screen and bus, which is `bus`. What it shows stays until it is answered;
    /// `choose` is a program that chooses from the lines of its menu.
    ///
    /// # Panics
    ///
    /// It does not start.
    pub async fn start(bus: &Connection, mut command: Command, folder: &Path, choose: &str, more: &str) -> Self {
        let file = folder.join("dunstrc");
        let text = format!("[global]\ndmenu = {choose}\n{more}\nhistory_length = 20\n[urgency_normal]\ntimeout = 0\n");
        std::fs::write(&file, text).expect("the folder can be written");
        let names = zbus::fdo::DBusProxy::new(bus).await.expect("there is a bus");
        let mut owned = names.receive_name_owner_changed_with_args(&[(0, NAME)]).await.expect("it can be watched");
        command.arg("-conf").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Ended::start(&mut command);
        within("dunst", owned.next()).await.expect("the bus goes on");
        let control = zbus::proxy::Builder::new(bus)
            .destination(NAME)
            .and_then(|proxy| proxy.path(PATH))
            .and_then(|proxy| proxy.interface("org.dunstproject.cmd0"))
            .expect("these are names")
            .cache_properties(CacheProperties::No);
        Self { control: control.build().await.expect("there is a bus"), _running: running }
    }

    /// Waits until it shows so many.
    ///
    /// # Panics
    ///
    /// It does not, or has ended.
    pub async fn shows(&self, many: u32) {
        within(&format!("{many} notifications on the screen"), async {
            // It says nothing when that changes.
            while self.control.get_property::<u32>("displayedLength").await.expect("dunst answers") != many {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Clicks the newest that is shown.
    ///
    /// # Panics
    ///
    /// It has ended.
    pub async fn click(&self) {
        self.control.call_method("NotificationAction", &0_u32).await.expect("dunst answers");
    }

    /// Opens its menu of buttons, from which one is chosen at once.
    ///
    /// # Panics
    ///
    /// It has ended.
    pub async fn menu(&self) {
        self.control.call_method("ContextMenuCall", &()).await.expect("dunst answers");
    }

    /// What it has shown and shows no more, in its own words.
    ///
    /// # Panics
    ///
    /// It has ended.
    pub async fn history(&self) -> String {
        let history: Vec<HashMap<String, OwnedValue>> =
            self.control.call("NotificationListHistory", &()).await.expect("dunst answers");
        format!("{history:?}")
    }
}
