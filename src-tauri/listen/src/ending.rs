//! Why the program ends, and what it tells whoever started it.

use std::process::ExitCode;

/// Why the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As wished: by a key, a signal, `--calls` or `--for`.
    Wished,
    /// Something of this computer's broke.
    Fault,
    /// The server refused the account, or ended the login.
    SignIn,
    /// There is no server to listen to behind the address.
    Server,
    /// The password or the data folder cannot be had.
    CannotStart,
    /// The link was lost, and `--once` was asked for.
    LinkLost,
    /// Nobody reads standard output any more.
    OutputClosed,
}

impl End {
    /// The exit code. These are documented in `--help` and the manual page; 2 is a wrong command line.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Wished => 0,
            Self::Fault => 1,
            Self::SignIn => 3,
            Self::Server => 4,
            Self::CannotStart => 5,
            Self::LinkLost => 6,
            Self::OutputClosed => 7,
        }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(end.code())
    }
}
