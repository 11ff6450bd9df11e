//! The process's one connection to the sound server, for as long as something uses it.
//!
//! The library ends neither a connection nor its thread, nor gives back the megabytes that it reads into, before the
//! server ends. So the socket is ours as well, and is shut down after its last use: a device that is released shall cost
//! nothing.

use std::fs;
use std::io::ErrorKind;
use std::net::Shutdown;
use std::ops::Deref;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use pulseaudio::protocol::{ProtocolError, PulseError};
use pulseaudio::{Client, ClientError, cookie_path_from_env, socket_path_from_env};

use super::Trouble;

static SHARED: Mutex<Weak<Connection>> = Mutex::new(Weak::new());

pub(super) struct Connection {
    client: Client,
    socket: UnixStream,
}

impl Deref for Connection {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // One that the server has ended is ended.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// The one there is, or a new one.
pub(super) fn connect() -> Result<Arc<Connection>, Trouble> {
    let shared = || SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(connection) = shared().upgrade() {
        return Ok(connection);
    }
    // Not with the lock held: a server that hangs never answers.
    let connection = Arc::new(introduce().map_err(|error| match error {
        ClientError::ServerUnavailable => Trouble::NoServer,
        ClientError::Io(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            Trouble::NoServer
        }
        error => Trouble::Server(error),
    })?);
    let mut shared = shared();
    if let Some(sooner) = shared.upgrade() {
        return Ok(sooner);
    }
    *shared = Arc::downgrade(&connection);
    Ok(connection)
}

/// Has the next use connect anew.
pub(super) fn forget() {
    *SHARED.lock().unwrap_or_else(PoisonError::into_inner) = Weak::new();
}

/// Connects. Without a cookie the server knows us by the user id that comes with the first message, and misses it when it
/// is so busy that the message was there before it looked; so a refusal is not its last word.
fn introduce() -> Result<Connection, ClientError> {
    const TRIES: usize = 5;
    let denied = |error: &ClientError| {
        matches!(error, ClientError::Protocol(ProtocolError::ServerError(PulseError::AccessDenied)))
    };
    let mut outcome = once();
    for _ in 1..TRIES {
        match &outcome {
            Err(error) if denied(error) => outcome = once(),
            _ => break,
        }
    }
    outcome
}

fn once() -> Result<Connection, ClientError> {
    let path = socket_path_from_env().ok_or(ClientError::ServerUnavailable)?;
    let socket = UnixStream::connect(path)?;
    let cookie = cookie_path_from_env().and_then(|path| fs::read(path).ok());
    let ours = socket.try_clone()?;
    Ok(Connection { client: Client::new_unix(c"Squelch", socket, cookie)?, socket: ours })
}
