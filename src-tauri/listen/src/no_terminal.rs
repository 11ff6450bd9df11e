//! Where terminals are not Unix ones: no keys, and the password comes through a pipe.

use std::io::{self, Read as _};

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

pub(crate) fn read(buffer: &mut [u8]) -> io::Result<usize> {
    io::stdin().read(buffer)
}
