//! Where terminals are not Unix ones: no keys, and the password comes through a pipe or from a file.

use std::io::{self, IsTerminal as _, Read as _};

use tokio::sync::mpsc;

use crate::keys::{self, Key};

/// Nothing is ever changed here.
#[derive(Debug)]
pub(crate) struct Terminal;

pub(crate) fn is_there() -> bool {
    false
}

impl Terminal {
    pub(crate) fn for_keys() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn for_password() -> io::Result<Self> {
        Ok(Self)
    }
}

pub(crate) fn keys() -> mpsc::UnboundedReceiver<Key> {
    let _ = keys::read;
    mpsc::unbounded_channel().1
}

/// Reads the password, but not from a console: it would be shown while it is typed.
pub(crate) fn read(buffer: &mut [u8]) -> io::Result<usize> {
    let mut input = io::stdin();
    if input.is_terminal() {
        let words = "a console would show it while it is typed; let it come through a pipe or from a file";
        return Err(io::Error::new(io::ErrorKind::Unsupported, words));
    }
    input.read(buffer)
}
