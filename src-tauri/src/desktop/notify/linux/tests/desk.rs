//! A bus for one test, somebody who shows notifications on it, and ourselves.

use std::collections::HashMap;
use std::process::Command;

use squelch_core::alerts::Telling;
use squelch_tests::desktop::Ended;
use squelch_tests::desktop::dunst::Dunst;
use squelch_tests::within;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

use super::super::{SERVER, serve};
use crate::desktop::glance::Wish;
use crate::desktop::notify::Shower;
use crate::desktop::words::Spoken;

const PATH: &str = "/org/freedesktop/Notifications";

/// A session bus that starts nothing by itself.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

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
        let (bus, address) =
            Ended::announced(Command::new("dbus-daemon").args(["--nofork", "--print-address=1", &config]));
        Self { folder, address, _bus: bus }
    }

    async fn connect(&self) -> Connection {
        squelch_tests::desktop::bus(&self.address).await
    }

    /// Somebody of ours who shows notifications, and can do this.
    pub(super) async fn server(&self, can: &[&str]) -> Server {
        self.server_that_is(false, can).await
    }

    /// The same, slow from the start or not.
    pub(super) async fn server_that_is(&self, slow: bool, can: &[&str]) -> Server {
        let bus = self.connect().await;
        let (tell, said) = mpsc::unbounded_channel();
        let now = watch::Sender::new(false);
        let can = can.iter().map(|name| (*name).to_owned()).collect();
        let notifier = Notifier { can, said: tell, last: 0, inhibited: false, slow: now.clone() };
        bus.object_server().at(PATH, notifier).await.unwrap();
        now.send_replace(slow);
        bus.request_name(SERVER).await.unwrap();
        Server { bus, said, slow: now }
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
            serve(bus, told, known, wish, || Spoken::English).await
        });
        let squelch = Squelch { tell, wishes, shower };
        // By then it listens.
        squelch.until(|_| true).await;
        squelch
    }

    /// A real one, on a screen that nobody sees. `choose` chooses from the lines of its menu.
    pub(super) async fn dunst(&self, choose: &str, config: &str) -> (Dunst, Ended) {
        let (screen, display) = Ended::announced(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "640x480x24",
            "-nolisten",
            "tcp",
        ]));
        let mut dunst = Command::new("dunst");
        dunst.env("DISPLAY", format!(":{display}")).env("HOME", self.folder.path());
        dunst.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env_remove("WAYLAND_DISPLAY");
        (Dunst::start(&self.connect().await, dunst, self.folder.path(), choose, config).await, screen)
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
    async fn inhibited(&self) -> bool {
        // The sender lives in `self`.
        let _ = self.slow.subscribe().wait_for(|slow| !slow).await;
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

    /// The same while nobody shows it; waits until that has been found out.
    pub(super) async fn tell_nobody(&mut self, telling: Telling) {
        self.shower.mark_unchanged();
        self.tell(telling);
        within("the end of the attempt", self.shower.changed()).await.unwrap();
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
