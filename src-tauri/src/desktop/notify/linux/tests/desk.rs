//! A bus for one test, somebody who shows notifications on it, and ourselves.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use squelch_core::alerts::Telling;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Proxy, interface};

use super::super::{SERVER, serve};
use crate::desktop::glance::Wish;
use crate::desktop::notify::Shower;

/// Nothing waited for here takes a second on an idle machine; a loaded one gets this long.
const LIMIT: Duration = Duration::from_secs(30);

const PATH: &str = "/org/freedesktop/Notifications";

/// A session bus that starts nothing by itself.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

pub(super) async fn within<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Ends a child with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `command` and reads the line in which it says where it is to be found.
fn announced(command: &mut Command) -> (Ended, String) {
    let mut child = Ended(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it is installed"));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "{command:?} did not start");
    (child, line.trim().to_owned())
}

/// A bus of its own.
pub(super) struct Desk {
    folder: TempDir,
    address: String,
    _bus: Ended,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        std::fs::write(&config, BUS).unwrap();
        let config = format!("--config-file={}", config.display());
        let (bus, address) = announced(Command::new("dbus-daemon").args(["--nofork", "--print-address=1", &config]));
        Self { folder, address, _bus: bus }
    }

    async fn connect(&self) -> Connection {
        zbus::connection::Builder::address(self.address.as_str()).unwrap().build().await.unwrap()
    }

    /// Somebody of ours who shows notifications, and can do this.
    pub(super) async fn server(&self, can: &[&str]) -> Server {
        let bus = self.connect().await;
        let (tell, said) = mpsc::unbounded_channel();
        let slow = watch::Sender::new(false);
        let can = can.iter().map(|name| (*name).to_owned()).collect();
        let notifier = Notifier { can, said: tell, last: 0, inhibited: false, slow: slow.clone() };
        bus.object_server().at(PATH, notifier).await.unwrap();
        bus.request_name(SERVER).await.unwrap();
        Server { bus, said, slow }
    }

    /// Ourselves.
    pub(super) async fn squelch(&self) -> Squelch {
        let bus = self.connect().await;
        let (tell, told) = mpsc::unbounded_channel();
        let (wished, wishes) = mpsc::unbounded_channel();
        let known = watch::Sender::new(None);
        let shower = known.subscribe();
        tokio::spawn(async move {
            let known = |shower| {
                known.send_replace(Some(shower));
            };
            // Nobody waits for it once the test has what it wants.
            let wish = |wish| wished.send(wish).unwrap_or_default();
            serve(bus, told, known, wish).await
        });
        let squelch = Squelch { tell, wishes, shower };
        // By then it listens.
        squelch.until(|_| true).await;
        squelch
    }

    /// A real one, on a screen that nobody sees. `choose` chooses from the lines of its menu.
    pub(super) async fn dunst(&self, choose: &str, config: &str) -> Dunst {
        let (screen, display) =
            announced(Command::new("Xvfb").args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]));
        let file = self.folder.path().join("dunstrc");
        let text =
            format!("[global]\ndmenu = {choose}\n{config}\nhistory_length = 20\n[urgency_normal]\ntimeout = 0\n");
        std::fs::write(&file, text).unwrap();
        let bus = self.connect().await;
        let names = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
        let mut owned = names.receive_name_owner_changed_with_args(&[(0, SERVER)]).await.unwrap();
        let mut command = Command::new("dunst");
        command.arg("-conf").arg(&file).env("DISPLAY", format!(":{display}")).env("HOME", self.folder.path());
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env_remove("WAYLAND_DISPLAY");
        let dunst = Ended(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("dunst is installed"));
        within("dunst", futures_util::StreamExt::next(&mut owned)).await.unwrap();
        let control = zbus::proxy::Builder::new(&bus).destination(SERVER).unwrap().path(PATH).unwrap();
        let control = control.interface("org.dunstproject.cmd0").unwrap().cache_properties(CacheProperties::No);
        let control = control.build().await.unwrap();
        Dunst { control, _running: [dunst, screen] }
    }
}

/// What it was told.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Notify { replaces: u32, summary: String, body: String, actions: Vec<String>, hints: HashMap<String, OwnedValue> },
    Close(u32),
}

/// Shows notifications to nobody.
struct Notifier {
    can: Vec<String>,
    said: mpsc::UnboundedSender<Said>,
    last: u32,
    inhibited: bool,
    slow: watch::Sender<bool>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Notifier {
    fn get_capabilities(&self) -> Vec<String> {
        self.can.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification says so")]
    async fn notify(
        &mut self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        assert_eq!((app_name, app_icon, expire_timeout), ("Squelch", "squelch", -1));
        self.said.send(Said::Notify { replaces: replaces_id, summary, body, actions, hints }).unwrap();
        // The sender lives in `self`.
        let _ = self.slow.subscribe().wait_for(|slow| !slow).await;
        if replaces_id != 0 {
            return replaces_id;
        }
        self.last += 1;
        self.last
    }

    fn close_notification(&self, id: u32) {
        self.said.send(Said::Close(id)).unwrap();
    }

    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }
}

/// The same from outside.
pub(super) struct Server {
    bus: Connection,
    said: mpsc::UnboundedReceiver<Said>,
    slow: watch::Sender<bool>,
}

impl Server {
    /// The next thing it is told.
    pub(super) async fn said(&mut self) -> Said {
        within("a notification", self.said.recv()).await.unwrap()
    }

    /// Somebody answers a notification.
    pub(super) async fn answer(&self, id: u32, key: &str) {
        self.bus.emit_signal(None::<&str>, PATH, SERVER, "ActionInvoked", &(id, key)).await.unwrap();
    }

    /// Somebody closes one.
    pub(super) async fn closed(&self, id: u32) {
        self.bus.emit_signal(None::<&str>, PATH, SERVER, "NotificationClosed", &(id, 2_u32)).await.unwrap();
    }

    /// The user may be disturbed, or not.
    pub(super) async fn disturb(&mut self, may: bool) {
        let notifier = self.bus.object_server().interface::<_, Notifier>(PATH).await.unwrap();
        let mut inner = notifier.get_mut().await;
        inner.inhibited = !may;
        inner.inhibited_changed(notifier.signal_emitter()).await.unwrap();
    }

    /// Answers from now on, or does not.
    pub(super) fn be_slow(&self, slow: bool) {
        self.slow.send_replace(slow);
    }

    /// Ends.
    pub(super) async fn leave(self) {
        self.bus.close().await.unwrap();
    }
}

/// Ourselves, as the core sees it.
pub(super) struct Squelch {
    tell: mpsc::UnboundedSender<Telling>,
    wishes: mpsc::UnboundedReceiver<Wish>,
    shower: watch::Receiver<Option<Shower>>,
}

impl Squelch {
    pub(super) fn tell(&self, telling: Telling) {
        self.tell.send(telling).unwrap();
    }

    /// The next thing an answer asks for.
    pub(super) async fn wish(&mut self) -> Wish {
        within("a wish", self.wishes.recv()).await.unwrap()
    }

    /// Waits until this is known of the server.
    pub(super) async fn until(&self, wanted: impl Fn(&Shower) -> bool) {
        let mut shower = self.shower.clone();
        let known = shower.wait_for(|shower| shower.as_ref().is_some_and(&wanted));
        within("news of the server", known).await.unwrap();
    }
}

/// A real server.
pub(super) struct Dunst {
    control: Proxy<'static>,
    _running: [Ended; 2],
}

impl Dunst {
    /// Waits until it shows so many.
    pub(super) async fn shows(&self, many: u32) {
        within(&format!("{many} on the screen"), async {
            // It says nothing when that changes.
            while self.control.get_property::<u32>("displayedLength").await.unwrap() != many {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Opens its menu of actions, from which one is chosen at once.
    pub(super) async fn menu(&self) {
        self.control.call_method("ContextMenuCall", &()).await.unwrap();
    }

    /// What it has shown, in its own words.
    pub(super) async fn history(&self) -> String {
        self.control.call_method("NotificationCloseAll", &()).await.unwrap();
        let history: Vec<HashMap<String, OwnedValue>> =
            self.control.call("NotificationListHistory", &()).await.unwrap();
        format!("{history:?}")
    }
}
