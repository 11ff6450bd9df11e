//! Where the window runs: a session bus, a screen, a sound server and a home folder that nobody else sees.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use squelch_tests::desktop::tray::Tray;
use squelch_tests::desktop::window::Area;
use squelch_tests::desktop::{self, Ended};
use squelch_tests::pulse::PulseServer;
use squelch_tests::{LIMIT, programs};
use tokio::sync::{Mutex, MutexGuard};

/// The screen's size: a common small laptop.
const SCREEN: &str = "1280x800x24";
/// Between two tries to reach a driver that is starting: another's port that opens is no event anybody tells of.
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// One window at a time: a window, its web processes and a sound server keep two cores busy.
static TURN: Mutex<()> = Mutex::const_new(());

/// A place of its own for one test. Dropping it ends what it started, the program first.
pub(crate) struct Place {
    /// What is played is heard here.
    pub(crate) pulse: PulseServer,
    data: tempfile::TempDir,
    program: PathBuf,
    /// Driver, screen and bus, in the order in which they end.
    _ended: (Ended, Ended, Ended),
    /// Its icons, where there are any.
    pub(crate) tray: Option<Tray>,
    display: String,
    bus: String,
    address: String,
    _turn: MutexGuard<'static, ()>,
}

impl Place {
    /// A desktop without an open keychain, with a driver for one window.
    pub(crate) async fn new() -> Self {
        Self::made(false, false, program(), &[]).await
    }

    /// The same with an open keychain, as after signing in to a desktop.
    pub(crate) async fn with_keychain() -> Self {
        Self::made(true, false, program(), &[]).await
    }

    /// The same with a tray.
    pub(crate) async fn with_tray() -> Self {
        Self::made(false, true, program(), &[]).await
    }

    /// The same for a program that was installed, with these variables in its environment.
    pub(crate) async fn of(program: PathBuf, env: &[(&str, String)]) -> Self {
        Self::made(true, false, program, env).await
    }

    async fn made(keychain: bool, tray: bool, program: PathBuf, env: &[(&str, String)]) -> Self {
        let turn = TURN.lock().await;
        let pulse = PulseServer::start();
        let data = tempfile::tempdir().expect("a temporary folder");
        let (bus, bus_address) =
            Ended::announced(Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]));
        if keychain {
            open_keychain(&pulse, &bus_address);
        }
        let tray = if tray { Some(Tray::at(&bus_address).await) } else { None };
        let (screen, number) = Ended::announced(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            SCREEN,
            "-nolisten",
            "tcp",
        ]));
        let (port, native) = (free_port(), free_port());
        let mut driver = Command::new(driver_program());
        driver.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        for name in ["WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
            driver.env_remove(name);
        }
        let display = format!(":{number}");
        driver.envs(pulse.env()).env("DISPLAY", &display).env("NO_AT_BRIDGE", "1");
        driver.envs(env.iter().map(|(name, value)| (name, value)));
        driver.env("DBUS_SESSION_BUS_ADDRESS", &bus_address);
        driver.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Ended::start(&mut driver);
        let address = format!("http://127.0.0.1:{port}");
        let ended = (driver, screen, bus);
        Self { pulse, data, program, _ended: ended, tray, display, bus: bus_address, address, _turn: turn }
    }

    /// Starts the program and gives its window. One that is still ending would be raised instead, and then be gone.
    pub(crate) async fn open(&self) -> Client {
        self.open_with(&[]).await
    }

    /// The same with more words on its command line.
    pub(crate) async fn open_with(&self, words: &[&str]) -> Client {
        self.ended().await;
        let data = self.data.path().to_string_lossy();
        let line: Vec<&str> = ["--data-dir", &data].into_iter().chain(words.iter().copied()).collect();
        let options = json!({ "application": self.program, "args": line });
        let capabilities = [("tauri:options".to_owned(), options), ("browserName".to_owned(), json!("wry"))];
        let capabilities = capabilities.into_iter().collect::<serde_json::Map<_, _>>();
        let connected = async {
            loop {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                match builder.capabilities(capabilities.clone()).connect(&self.address).await {
                    Ok(window) => return window,
                    Err(_) => tokio::time::sleep(TRY_AGAIN).await,
                }
            }
        };
        let window = tokio::time::timeout(LIMIT, connected).await.expect("the program opens a window");
        // The driver gives it before it has left its blank page, and a script that waits there is lost with that page.
        let shown = window.wait().at_most(LIMIT).for_element(Locator::Css("#app > *")).await;
        shown.expect("the window shows its page");
        window
    }

    /// Waits until no program runs here.
    pub(crate) async fn ended(&self) {
        let ended = async {
            while let Some(process) = self.process() {
                desktop::gone(&process).await;
            }
        };
        tokio::time::timeout(LIMIT, ended).await.expect("the program ends");
    }

    /// Asks the program here to end, as the system does and however it was started, and waits until it has.
    pub(crate) async fn terminate(&self) {
        let processes = self.processes();
        assert!(!processes.is_empty(), "a program runs here");
        // One of them may end with another.
        let _ = Command::new("kill").arg("-TERM").args(processes).status();
        self.ended().await;
    }

    /// Kills it, as nobody is asked.
    pub(crate) async fn kill(&self) {
        let processes = self.processes();
        assert!(!processes.is_empty(), "a program runs here");
        let _ = Command::new("kill").arg("-KILL").args(processes).status();
        self.ended().await;
    }

    /// The number of the program with this data folder, if one runs.
    pub(crate) fn process(&self) -> Option<String> {
        self.processes().into_iter().next()
    }

    /// The screen's name.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Closes the window as the cross in its frame does.
    pub(crate) async fn close_window(&self) {
        desktop::window::close(&self.display).await;
    }

    /// Waits until there is no window any more.
    pub(crate) async fn window_gone(&self) {
        desktop::window::gone(&self.display).await;
    }

    /// Gives the window another size, as dragging its edge does.
    pub(crate) async fn resize(&self, window: &Client, (width, height): (u32, u32)) {
        desktop::window::resize(&self.display, (width, height)).await;
        super::until(window, &format!("innerWidth === {width} && innerHeight === {height}")).await;
    }

    /// Puts the window somewhere, as dragging does.
    pub(crate) async fn put(&self, area: Area) {
        desktop::window::put(&self.display, area).await;
    }

    /// Waits until the window is somewhere that is wanted.
    pub(crate) async fn area(&self, wanted: impl Fn(Area) -> bool + Send + 'static) {
        desktop::window::area(&self.display, wanted).await;
    }

    /// Begins to listen; what it gives waits until the window asks to fill the screen.
    pub(crate) fn hear_maximising(&self) -> impl Future<Output = ()> + use<> {
        desktop::window::hear_maximising(&self.display)
    }

    /// What the program here keeps.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Waits until a window of the program is on the screen, with or without a driver.
    pub(crate) async fn shows_a_window(&self) {
        desktop::window::shown(&self.display).await;
    }

    /// Whether a window of the program is on the screen now.
    pub(crate) async fn has_window(&self) -> bool {
        desktop::window::is_there(&self.display).await
    }

    /// Waits until the program has logged this so many times.
    pub(crate) async fn says(&self, words: &str, times: usize) {
        let logs = self.data.path().join("logs");
        let log = || -> String {
            let files = std::fs::read_dir(&logs).into_iter().flatten().flatten();
            files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
        };
        let so = async || {
            while log().matches(words).count() < times {
                tokio::time::sleep(TRY_AGAIN).await;
            }
        };
        let logged = tokio::time::timeout(LIMIT, so()).await.is_ok();
        assert!(logged, "{words} is not logged {times} times; logged is:\n{}", log());
    }

    /// Waits until something outside of the window has come true, of which nobody tells.
    pub(crate) async fn comes_true(&self, what: &str, mut so: impl FnMut() -> bool) {
        let so = async {
            while !so() {
                tokio::time::sleep(TRY_AGAIN).await;
            }
        };
        squelch_tests::within(what, so).await;
    }

    /// Where the desktop here keeps what was chosen.
    pub(crate) fn config(&self) -> PathBuf {
        let config = self.pulse.env().into_iter().find(|(name, _)| *name == "XDG_CONFIG_HOME");
        config.expect("the home folder here has one").1
    }

    /// Another program's connection to the session bus.
    pub(crate) async fn connect(&self) -> zbus::Connection {
        squelch_tests::desktop::bus(&self.bus).await
    }

    /// Gives a command what everything has that the desktop here starts.
    pub(crate) fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.pulse.env()).env("DISPLAY", &self.display).env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        command.env("NO_AT_BRIDGE", "1").env_remove("WAYLAND_DISPLAY").env_remove("XDG_DATA_HOME")
    }

    /// Starts the program here once more, without a driver, with these words after the ones it needs.
    pub(crate) fn start(&self, words: &[&str]) -> Child {
        let mut command = Command::new(&self.program);
        command.arg("--data-dir").arg(self.data.path()).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.environment(&mut command).spawn().expect("it starts")
    }

    /// The programs with this data folder that run.
    fn processes(&self) -> Vec<String> {
        let data = self.data.path().to_string_lossy().into_owned().into_bytes();
        let processes = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let ours = |line: &[u8]| line.split(|byte| *byte == 0).any(|word| word == data);
        processes
            .filter(|process| std::fs::read(process.path().join("cmdline")).is_ok_and(|line| ours(&line)))
            .map(|process| process.file_name().to_string_lossy().into_owned())
            .collect()
    }
}

/// Starts the keychain's service on the bus, with which it ends. Returns when it is there.
fn open_keychain(pulse: &PulseServer, bus: &str) {
    let mut service = Command::new("gnome-keyring-daemon");
    service.args(["--unlock", "--components=secrets"]).envs(pulse.env()).env("DBUS_SESSION_BUS_ADDRESS", bus);
    service.env_remove("DISPLAY").env_remove("XDG_DATA_HOME");
    service.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut service = service.spawn().expect("gnome-keyring is installed: run `make test`, which installs it");
    service.stdin.take().expect("it was asked for").write_all(b"testpw\n").expect("it reads its password");
    assert!(service.wait().expect("it goes to the background").success());
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

fn program() -> PathBuf {
    squelch_tests::program("squelch")
}

fn driver_program() -> PathBuf {
    let installed = programs().parent().map(|target| target.join("tools/bin/tauri-driver"));
    installed.filter(|path| path.exists()).unwrap_or_else(|| "tauri-driver".into())
}
