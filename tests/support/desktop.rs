//! A desktop as its user and its panels see it: windows on a screen, icons in a tray, and the processes behind them.

pub mod dialog;
pub mod dunst;
pub mod keyboard;
pub mod menu;
pub mod tray;
pub mod window;

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// A process that ends with its owner, and its children with it.
#[derive(Debug)]
pub struct Ended(pub Child);

impl Ended {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// It is not installed.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let started = command.process_group(0).spawn();
        Self(started.unwrap_or_else(|error| {
            panic!("{name} does not start ({error}): run `make test`, which installs what is needed")
        }))
    }

    /// Starts something that prints one line when it is ready; gives the line.
    ///
    /// # Panics
    ///
    /// It is not installed, or does not become ready.
    pub fn announced(command: &mut Command) -> (Self, String) {
        let mut process = Self::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let output = process.0.stdout.take().expect("it was asked for");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("it prints a line");
        assert!(!line.trim().is_empty(), "{command:?} did not start");
        (process, line.trim().to_owned())
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // Its children are in its process group; it may have ended already.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An object that can do nothing.
struct Ready;

#[zbus::interface(name = "io.github.squelchscanner.Ready")]
impl Ready {}

/// A connection to the bus of this address. What is put on it later hears every call from the moment it has a name: the
/// library begins to hear some time after the first object is put on, unless there was one at the start.
///
/// # Panics
///
/// Nobody answers there.
pub async fn bus(address: &str) -> zbus::Connection {
    let bus = zbus::connection::Builder::address(address).expect("it is an address");
    let bus = bus.serve_at("/ready", Ready).expect("nothing is there yet");
    bus.build().await.expect("the bus answers")
}

/// Waits until a process that need not be a child of ours has ended.
pub async fn gone(process: &str) {
    // The one common tool that waits for a process that is not its own child.
    let mut tail = Command::new("tail");
    tail.arg(format!("--pid={process}")).args(["-s", "0.1", "-f", "/dev/null"]);
    let waiting = tokio::task::spawn_blocking(move || tail.status());
    let waited = crate::within("the end of a process", waiting).await.expect("waiting does not panic");
    waited.expect("coreutils are installed");
}
