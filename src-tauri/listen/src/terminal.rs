//! The terminal on standard input: keys as they are pressed, and a password without echo. Whatever is changed is put
//! back when the value is dropped.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::{Signal, getpgrp, getpid, kill_process};
use rustix::stdio::stdin;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetpgrp, tcsetattr,
};
use tokio::sync::mpsc;

use crate::keys::{self, Key};

/// A terminal whose settings were changed.
#[derive(Debug)]
pub(crate) struct Terminal {
    before: Termios,
    changed: Termios,
}

/// Whether somebody types on standard input, with this program in front.
pub(crate) fn is_there() -> bool {
    // In the background, changing a terminal stops the program.
    isatty(stdin()) && tcgetpgrp(stdin()).is_ok_and(|front| front == getpgrp())
}

impl Terminal {
    /// Keys come one by one and are not shown. Output and the keys of signals stay as they are.
    pub(crate) fn for_keys() -> io::Result<Self> {
        Self::change(|modes| {
            modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        })
    }

    /// A line is typed without being shown.
    pub(crate) fn for_password() -> io::Result<Self> {
        Self::change(|modes| {
            modes.local_modes.remove(LocalModes::ECHO);
            modes.local_modes.insert(LocalModes::ECHONL);
        })
    }

    fn change(change: impl FnOnce(&mut Termios)) -> io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut changed = before.clone();
        change(&mut changed);
        tcsetattr(stdin(), OptionalActions::Now, &changed)?;
        Ok(Self { before, changed })
    }

    fn set(&self, modes: &Termios) {
        // A terminal that is gone needs nothing put back.
        let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
    }
}

/// Stops the program as Ctrl-Z does, with the terminal as it was if it was changed; returns when it goes on.
pub(crate) fn suspend(terminal: Option<&Terminal>) {
    if let Some(terminal) = terminal {
        terminal.set(&terminal.before);
    }
    if let Err(error) = kill_process(getpid(), Signal::STOP) {
        eprintln!("squelch-listen: cannot be suspended: {error}");
    }
    if let Some(terminal) = terminal.filter(|_| is_there()) {
        terminal.set(&terminal.changed);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.set(&self.before);
    }
}

/// The keys as they are pressed. Read by a thread of their own, because such a read cannot be given up.
pub(crate) fn keys() -> mpsc::UnboundedReceiver<Key> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 64];
        while let Ok(count @ 1..) = read(&mut buffer) {
            if keys::read(&buffer[..count]).into_iter().any(|key| sender.send(key).is_err()) {
                return;
            }
        }
    });
    receiver
}

/// Reads without a buffer of its own, so that what follows a password's line is not swallowed.
pub(crate) fn read(buffer: &mut [u8]) -> io::Result<usize> {
    let input: BorrowedFd<'_> = stdin();
    Ok(rustix::io::retry_on_intr(|| rustix::io::read(input, &mut *buffer))?)
}
