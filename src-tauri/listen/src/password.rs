//! The password, from standard input: never from the command line or the environment, which others can read.

use std::io::{self, Write as _};

use squelch_core::secret::Secret;

use crate::plain;
use crate::terminal::{self, Terminal};

/// Longer than any server takes.
const LONGEST: usize = 1_024;

/// Asks in a terminal, without echo; otherwise takes the first line. None where there is none.
///
/// Blocks, and cannot be given up: call it on a thread of its own.
pub(crate) fn read(user: &str) -> io::Result<Option<Secret>> {
    if terminal::is_there() {
        eprint!("Password of {}: ", plain::label(user));
        io::stderr().flush()?;
    }
    first_line()
}

/// Hides what is typed for as long as the value lives.
pub(crate) fn hidden() -> Option<Terminal> {
    terminal::is_there().then(|| Terminal::for_password().ok()).flatten()
}

fn first_line() -> io::Result<Option<Secret>> {
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let mut line = Vec::with_capacity(LONGEST);
    let mut byte = [0];
    while line.len() < LONGEST && terminal::read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = String::from_utf8(line).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))?;
    Ok((!text.is_empty()).then(|| Secret::new(text)))
}
