//! Somebody at a terminal: a real pseudo-terminal, with the program in front of it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use squelch_demo::{PASSWORD, USER};
use squelch_tests::LIMIT;
use squelch_tests::desk::{quiet_server, registered};
use tempfile::tempdir;

use crate::listener::{PROGRAM, command};

struct Typist {
    child: Child,
    keyboard: File,
    /// Kept open, so that the terminal outlives the program.
    terminal: OwnedFd,
    shown: Arc<(Mutex<String>, Condvar)>,
}

impl Typist {
    fn start(home: &std::path::Path, flags: &[&str]) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it is ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let terminal = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("it opens");
        let plain = command(home);
        // The terminal has to be the program's own for it to be in front.
        let mut command = Command::new("setsid");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(["--ctty", PROGRAM]).args(flags);
        let end = || Stdio::from(terminal.try_clone().expect("it can be opened again"));
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().expect("setsid is there");
        let mut screen = File::from(master.try_clone().expect("it can be opened again"));
        let shown = Arc::<(Mutex<String>, Condvar)>::default();
        let writer = shown.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                writer.0.lock().expect("no panic").push_str(&String::from_utf8_lossy(&buffer[..count]));
                writer.1.notify_all();
            }
        });
        Self { child, keyboard: File::from(master), terminal, shown }
    }

    fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("the terminal takes it");
    }

    /// Waits until this was shown.
    fn sees(&self, text: &str) {
        let shown = self.shown.0.lock().expect("no panic");
        let wait = self.shown.1.wait_timeout_while(shown, LIMIT, |shown| !shown.contains(text)).expect("no panic");
        assert!(!wait.1.timed_out(), "waited for {text:?}; shown: {:?}", wait.0);
    }

    fn modes(&self) -> LocalModes {
        tcgetattr(&self.terminal).expect("it is a terminal").local_modes
    }

    fn end(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Typist {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_not_shown_keys_are_obeyed_and_the_terminal_is_as_before() {
    let (demo, controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut typist = Typist::start(home.path(), &["--server", &demo.address(), "--user", USER]);
    let usual = LocalModes::ECHO | LocalModes::ICANON;
    typist.sees("Password of demo: ");
    assert!(!typist.modes().contains(LocalModes::ECHO), "the password would be shown");
    typist.types(&format!("{PASSWORD}\n"));
    typist.sees("-- listening to");
    registered(&controls, 1).await;
    for (key, answer) in [
        (" ", "-- live, paused, volume 0 dB"),
        ("m", "-- live, paused, volume 0 dB, muted"),
        ("\x1b[B", "-- live, paused, volume -3 dB, muted"),
        ("l", "-- live off"),
        ("?", "space pause"),
    ] {
        typist.types(key);
        typist.sees(answer);
    }
    assert!(!typist.modes().intersects(usual), "keys come one by one");
    typist.types("q");
    assert_eq!(typist.end(), Some(0));
    assert!(typist.modes().contains(usual), "the terminal is as before");
    assert!(!typist.shown.0.lock().expect("no panic").contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_it_leaves_the_terminal_as_it_was() {
    let (demo, _controls) = quiet_server().await;
    let usual = LocalModes::ECHO | LocalModes::ICANON;
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        for at_the_prompt in [true, false] {
            let home = tempdir().expect("a folder can be made");
            let mut typist = Typist::start(home.path(), &["--server", &demo.address(), "--user", USER]);
            typist.sees("Password of demo: ");
            if !at_the_prompt {
                typist.types(&format!("{PASSWORD}\n"));
                typist.sees("-- listening to");
            }
            kill_process(Pid::from_child(&typist.child), signal).expect("it runs");
            assert_eq!(typist.end(), Some(0), "{signal:?}");
            assert!(typist.modes().contains(usual), "{signal:?} at the prompt: {at_the_prompt}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_and_a_wrong_password_too() {
    let (demo, _controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    for (text, code) in [("\x03", 0), ("not-the-password\n", 3)] {
        let mut typist = Typist::start(home.path(), &["--server", &demo.address(), "--user", USER]);
        typist.sees("Password of demo: ");
        typist.types(text);
        assert_eq!(typist.end(), Some(code));
        assert!(typist.modes().contains(LocalModes::ECHO | LocalModes::ICANON));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_live_off_calls_that_are_listed_count() {
    let (demo, controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut typist = Typist::start(home.path(), &["--server", &demo.address(), "--user", USER, "--calls", "2"]);
    typist.sees("Password of demo: ");
    typist.types(&format!("{PASSWORD}\n"));
    typist.sees("-- listening to");
    registered(&controls, 1).await;
    typist.types("l");
    typist.sees("-- live off");
    for clip in [3, 4] {
        controls.announce_clip(clip);
    }
    assert_eq!(typist.end(), Some(0));
    typist.sees("(listed)");
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_it_gives_the_terminal_back_and_takes_it_again_when_it_goes_on() {
    let (demo, _controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut typist = Typist::start(home.path(), &["--server", &demo.address(), "--user", USER]);
    let usual = LocalModes::ECHO | LocalModes::ICANON;
    typist.sees("Password of demo: ");
    typist.types(&format!("{PASSWORD}\n"));
    typist.sees("-- listening to");
    let pid = Pid::from_child(&typist.child);
    kill_process(pid, Signal::TSTP).expect("it runs");
    let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).expect("it is ours").expect("it stops");
    assert!(status.stopped() && typist.modes().contains(usual), "{status:?}");
    kill_process(pid, Signal::CONT).expect("it is there");
    typist.types("m");
    typist.sees("muted");
    assert!(!typist.modes().intersects(usual));
    typist.types("q");
    assert_eq!(typist.end(), Some(0));
}
