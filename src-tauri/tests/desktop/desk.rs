//! A desktop for one test: session bus, screen, tray host and home folder, all private.

use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use futures_util::StreamExt;
use squelch_tests::desktop::menu::Menu;
use squelch_tests::desktop::tray::Tray;
use squelch_tests::desktop::{self, Ended};
use squelch_tests::{LIMIT, within};
use tokio::sync::watch;
use zbus::{Connection, interface};

/// The Secret Service's name on the bus.
const KEYCHAIN: &str = "org.freedesktop.secrets";

/// A desktop. Dropping it ends what it started.
pub(crate) struct Desk {
    home: tempfile::TempDir,
    bus: Option<(Connection, String)>,
    tray: Option<Tray>,
    display: Option<String>,
    _running: Vec<Ended>,
}

/// A session bus that starts nothing by itself: no keychain, no accessibility bus.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// Where UPower answers.
const UPOWER: &str = "/org/freedesktop/UPower";

impl Desk {
    /// With a screen, and a tray host that shows icons to nobody.
    pub(crate) async fn with_tray() -> Self {
        let mut desk = Self::without_tray().await;
        desk.tray = Some(Tray::on(desk.bus()).await);
        desk
    }

    /// The panel with the tray ends.
    pub(crate) async fn take_tray_away(&self) {
        self.tray.as_ref().unwrap().end().await;
    }

    /// The computer has a battery, on which it runs or not.
    pub(crate) async fn with_battery(&self, in_use: bool) -> Battery {
        let (bus, _) = self.bus.as_ref().unwrap();
        let asked = watch::Sender::new(0);
        bus.object_server().at(UPOWER, Power { in_use, asked: asked.clone() }).await.unwrap();
        bus.request_name("org.freedesktop.UPower").await.unwrap();
        Battery { bus: bus.clone(), asked }
    }

    /// With a screen, but nothing that shows icons.
    pub(crate) async fn without_tray() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("bus.conf");
        std::fs::write(&config, BUS).unwrap();
        let bus = Ended::announced(
            Command::new("dbus-daemon")
                .arg("--nofork")
                .arg("--print-address=1")
                .arg(format!("--config-file={}", config.display())),
        );
        let screen = Ended::announced(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ]));
        let connection = squelch_tests::desktop::bus(&bus.1).await;
        Self {
            home,
            bus: Some((connection, bus.1)),
            tray: None,
            display: Some(format!(":{}", screen.1)),
            _running: vec![bus.0, screen.0],
        }
    }

    /// With a screen, but no session bus.
    pub(crate) async fn without_bus() -> Self {
        Self { bus: None, ..Self::without_tray().await }
    }

    /// Nothing to show a window on.
    pub(crate) fn without_display() -> Self {
        Self { home: tempfile::tempdir().unwrap(), bus: None, tray: None, display: None, _running: vec![] }
    }

    /// Starts Squelch here.
    pub(crate) fn start(&self, flags: &[&str]) -> Program {
        self.start_program(env!("CARGO_BIN_EXE_squelch"), flags)
    }

    /// Starts another program here.
    pub(crate) fn start_program(&self, program: &str, flags: &[&str]) -> Program {
        self.start_with(program, flags, [])
    }

    /// Starts a program here, with something more in its environment.
    pub(crate) fn start_with(
        &self,
        program: &str,
        flags: &[&str],
        more: impl IntoIterator<Item = (&'static str, PathBuf)>,
    ) -> Program {
        let mut command = self.command(program);
        command.args(flags).envs(more).stdout(Stdio::null()).stderr(Stdio::piped());
        Program(Ended::start(&mut command))
    }

    /// A command that runs on this desktop and no other.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("HOME", self.home.path()).env("XDG_RUNTIME_DIR", self.home.path()).env("NO_AT_BRIDGE", "1");
        for name in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "XDG_DATA_HOME",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
        ] {
            command.env_remove(name);
        }
        // It speaks English, whoever runs the tests.
        command.env("LC_ALL", "C.UTF-8").env_remove("LANGUAGE");
        // The system's bus is the same one; without one there must be none, lest this computer's own answers.
        let no_bus = format!("unix:path={}/no-bus", self.home.path().display());
        let bus = self.bus.as_ref().map_or(&no_bus, |(_, address)| address);
        command.env("DBUS_SESSION_BUS_ADDRESS", bus).env("DBUS_SYSTEM_BUS_ADDRESS", bus);
        if let Some(display) = &self.display {
            command.env("DISPLAY", display);
        }
        command
    }

    /// Starts a keychain that is open, as signing in to a desktop does, and waits for it.
    pub(crate) async fn open_keychain(&mut self) {
        let bus = &self.bus.as_ref().unwrap().0;
        let names = zbus::fdo::DBusProxy::new(bus).await.unwrap();
        let mut owned = names.receive_name_owner_changed_with_args(&[(0, KEYCHAIN)]).await.unwrap();
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut daemon = Ended::start(&mut command);
        // The password ends with the input.
        daemon.0.stdin.take().unwrap().write_all(b"testpw").unwrap();
        within("the keychain", owned.next()).await.unwrap();
        self._running.push(daemon);
    }

    /// The tray icon of the program that put up its icon last, as soon as there is one.
    pub(crate) async fn menu(&self) -> Menu {
        self.tray.as_ref().unwrap().menu().await
    }

    /// The session bus.
    pub(crate) fn bus(&self) -> &Connection {
        &self.bus.as_ref().unwrap().0
    }

    /// Where the program keeps what can be made again.
    pub(crate) fn cache(&self) -> PathBuf {
        self.home.path().join(".cache").join(identifier())
    }

    /// A file in the home folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }

    /// A line on the list of what starts at login: its file.
    pub(crate) fn starts_at_login(&self, exec: &str) -> PathBuf {
        let folder = self.home.path().join(".config/autostart");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{}.desktop", identifier()));
        let text = format!("[Desktop Entry]\nType=Application\nName=Squelch\nExec={exec}\n");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// A data folder that knows this server, and what else the settings say.
    pub(crate) fn knows(&self, address: &str, login: &str, settings: serde_json::Value) -> String {
        let data = self.home.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let server = serde_json::json!({ "id": 1, "address": address, "login": { "kind": login, "user": null } });
        let mut all = serde_json::json!({ "version": 1, "servers": [server], "nextServer": 2 });
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        std::fs::write(data.join("settings.json"), all.to_string()).unwrap();
        data.to_str().unwrap().to_owned()
    }

    /// Answers for Squelch on the bus as one that is just ending: takes the next start's question and leaves.
    pub(crate) async fn one_that_goes_away(&self) -> tokio::task::JoinHandle<()> {
        let address = self.bus.as_ref().unwrap().1.as_str();
        let bus = squelch_tests::desktop::bus(address).await;
        bus.request_name(format!("{}.SingleInstance", identifier())).await.unwrap();
        tokio::spawn(async move {
            let mut messages = zbus::MessageStream::from(&bus);
            while let Some(Ok(message)) = messages.next().await {
                if message.header().member().is_some_and(|member| member == "ExecuteCallback") {
                    break;
                }
            }
            drop(messages);
            bus.close().await.unwrap();
        })
    }
}

impl Desk {
    /// The screen's name.
    pub(crate) fn display(&self) -> &str {
        self.display.as_deref().unwrap()
    }

    /// Waits until Squelch's window is on the screen.
    pub(crate) async fn window(&self) {
        desktop::window::shown(self.display()).await;
    }

    /// Waits until Squelch's window has such a place and size.
    pub(crate) async fn window_is(&self, wanted: impl Fn(desktop::window::Area) -> bool + Send + 'static) {
        desktop::window::area(self.display(), wanted).await;
    }

    /// Asks Squelch's window to close, as a window manager does when its cross is clicked.
    pub(crate) async fn close_window(&self) {
        desktop::window::close(self.display()).await;
    }

    /// The same, and waits until Squelch asks for its window to become small.
    pub(crate) async fn close_window_to_make_it_small(&self) {
        desktop::window::becomes_small_when_closed(self.display()).await;
    }
}

/// The program's name on the bus.
fn identifier() -> String {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    config["identifier"].as_str().unwrap().to_owned()
}

/// What tells whether a computer runs on its battery.
struct Power {
    in_use: bool,
    asked: watch::Sender<u32>,
}

#[interface(name = "org.freedesktop.UPower")]
impl Power {
    #[zbus(property)]
    fn on_battery(&self) -> bool {
        self.asked.send_modify(|asked| *asked += 1);
        self.in_use
    }
}

/// The computer's battery.
pub(crate) struct Battery {
    bus: Connection,
    asked: watch::Sender<u32>,
}

impl Battery {
    /// Waits until somebody has asked for the first time.
    pub(crate) async fn asked(&self) {
        let mut asked = self.asked.subscribe();
        within("a question about the battery", asked.wait_for(|asked| *asked > 0)).await.unwrap();
    }

    /// The cable is pulled or put in. Waits until somebody who was told has asked again.
    pub(crate) async fn switch(&self, in_use: bool) {
        let mut asked = self.asked.subscribe();
        let power = self.bus.object_server().interface::<_, Power>(UPOWER).await.unwrap();
        let mut power_itself = power.get_mut().await;
        power_itself.in_use = in_use;
        let before = *asked.borrow();
        power_itself.on_battery_changed(power.signal_emitter()).await.unwrap();
        drop(power_itself);
        within("another question about the battery", asked.wait_for(|asked| *asked > before + 1)).await.unwrap();
    }
}

/// A running Squelch.
pub(crate) struct Program(Ended);

impl Program {
    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.0.0.id()
    }

    /// Its exit code, once it has ended.
    pub(crate) async fn ended(self) -> Option<i32> {
        self.said().await.0
    }

    /// Its exit code and what it wrote, once it has ended.
    pub(crate) async fn said(mut self) -> (Option<i32>, String) {
        let mut errors = self.0.0.stderr.take().unwrap();
        let pid = self.0.0.id();
        let waiting = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            (self.0.0.wait().unwrap().code(), text)
        });
        match tokio::time::timeout(LIMIT, waiting).await {
            Ok(said) => said.unwrap(),
            Err(_) => {
                // The thread above owns the child and waits for it.
                signal(pid, "-KILL");
                panic!("Squelch (process {pid}) did not end");
            }
        }
    }

    /// Asks it to end, as the system does.
    pub(crate) fn terminate(&self) {
        signal(self.0.0.id(), "-TERM");
    }

    /// The processes it has started whose command line contains `name`.
    pub(crate) fn children(&self, name: &str) -> Vec<String> {
        let pid = self.0.0.id();
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
        let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
        let children: Vec<String> =
            lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
        let called = |child: &String| {
            std::fs::read_to_string(format!("/proc/{child}/cmdline")).is_ok_and(|line| line.contains(name))
        };
        children.into_iter().filter(called).collect()
    }

    /// Waits until these processes have ended.
    pub(crate) async fn gone(pids: Vec<String>) {
        for pid in pids {
            desktop::gone(&pid).await;
        }
    }
}

fn signal(pid: u32, name: &str) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}
