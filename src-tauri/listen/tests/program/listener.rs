//! The real program, and what it says.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use serde_json::Value;
use squelch_demo::{PASSWORD, USER};
use squelch_tests::LIMIT;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_squelch-listen");

/// A running program with pipes.
pub(crate) struct Listener {
    child: Child,
    stdin: Option<ChildStdin>,
    out: Option<Receiver<String>>,
    err: Receiver<String>,
    /// Everything it said so far, on either.
    pub(crate) said: Vec<String>,
}

/// A command that sees nothing of whoever runs the tests.
pub(crate) fn command(home: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env("HOME", home).env("TZ", "UTC").env("TMPDIR", home);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nothing").env("PULSE_SERVER", "unix:/nothing");
    for name in ["XDG_DATA_HOME", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(name);
    }
    command
}

impl Listener {
    /// Starts it with the demo's account; the password comes through the pipe.
    pub(crate) fn start(home: &Path, address: &str, flags: &[&str]) -> Self {
        let mut command = command(home);
        command.args(["--server", address, "--user", USER]).args(flags);
        let mut listener = Self::spawn(command);
        listener.types(&format!("{PASSWORD}\n"));
        listener
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program was built");
        let out = lines(child.stdout.take().expect("it was asked for"));
        let err = lines(child.stderr.take().expect("it was asked for"));
        Self { stdin: child.stdin.take(), child, out: Some(out), err, said: Vec::new() }
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.stdin.as_mut().expect("it is open").write_all(text.as_bytes()).expect("it reads");
    }

    /// Waits for a line on standard output.
    pub(crate) fn line(&mut self, what: &str, mut wanted: impl FnMut(&str) -> bool) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.out.as_ref().expect("it is open").recv_timeout(left) {
                Ok(line) => {
                    self.said.push(line.clone());
                    if wanted(&line) {
                        return line;
                    }
                }
                Err(_) => {
                    panic!("waited for {what}; said {:?}, {:?}", self.said, self.err.try_iter().collect::<Vec<_>>())
                }
            }
        }
    }

    /// Waits for a JSON object on standard output.
    pub(crate) fn object(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let parse = |line: &str| serde_json::from_str(line).expect("every line is JSON");
        parse(&self.line(what, |line| wanted(&parse(line))))
    }

    /// Waits until calls arrive.
    pub(crate) fn live(&mut self) {
        self.line("a live link", |line| line.contains("-- listening to") || line.contains(r#""link":"live""#));
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Waits until it is suspended.
    pub(crate) fn stopped(&self) {
        let (_, status) =
            waitpid(Some(Pid::from_child(&self.child)), WaitOptions::UNTRACED).expect("it is ours").expect("it stops");
        assert!(status.stopped(), "{status:?}");
    }

    /// Stops reading what it says.
    pub(crate) fn stop_reading(&mut self) {
        self.out = None;
    }

    /// Waits for the end; its code and what it said on standard error.
    pub(crate) fn end(&mut self) -> (Option<i32>, String) {
        let mut err = Vec::new();
        let end = Instant::now() + LIMIT;
        // Standard error closes with the program.
        loop {
            match self.err.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => err.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; said {:?}, {err:?}", self.said),
            }
        }
        if let Some(out) = &self.out {
            self.said.extend(out.iter());
        }
        (self.child.wait().expect("it ends").code(), err.join("\n"))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe as they come. Reading stops, and the pipe breaks, when nobody takes them any more.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
