//! A small OpenScanner-like server on loopback. It backs the demo and every integration test.
//!
//! It is strict where the real server is: single-use renewal credentials with a grace, caps that push older logins
//! out, deadlines and limits of the socket, refusals in the real words. Tests tell it through [`Controls`] what to
//! announce and what to do wrong. It knows nothing of the client; what it imitates is the server.

#![forbid(unsafe_code)]

mod access;
mod accounts;
mod answer;
mod archive;
mod call;
mod clock;
mod controls;
mod directory;
mod door;
mod faults;
mod hub;
mod jwt;
mod lockout;
mod options;
mod random;
mod renewals;
mod reply;
mod rest;
mod rhythm;
mod routes;
mod seen;
mod socket;
mod town;
mod world;

use std::io;
use std::sync::Arc;

pub use call::{Fault, Segment, Transcript};
pub use clock::Clock;
pub use controls::{Announcement, Controls, Late, Sound};
pub use directory::{Directory, System, Talkgroup};
pub use faults::{Instead, RenewalFault};
pub use options::{Content, Grant, Options, PASSWORD, Renewal, Role, Routes, Timing, Tls, USER, User};
pub use renewals::Tokens;
pub use seen::{Seen, Written};

use world::Shared;

/// A running server. Dropping it ends it, with every connection.
#[derive(Debug)]
pub struct Demo {
    shared: Arc<Shared>,
    address: String,
}

/// Starts a server on the current tokio runtime. Fails if the port is taken or the certificate is unusable.
pub async fn start(options: Options) -> io::Result<Demo> {
    let tls = options.tls.as_ref().map(door::acceptor).transpose()?;
    let listener = door::listen(options.port).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", listener.local_addr()?);
    let (content, archive) = (options.content, options.archive);
    let shared = Shared::new(options, town::directory());
    let now = shared.now();
    shared.with(|world| {
        let calls = town::archive(archive, &world.directory, now);
        calls.into_iter().for_each(|call| world.archive.store(call));
    });
    shared.spawn(door::keep(Arc::clone(&shared), listener, tls));
    if content == Content::Town {
        shared.spawn(rhythm::keep(Arc::clone(&shared)));
    }
    Ok(Demo { shared, address })
}

impl Demo {
    /// The server's origin, as `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// The means to make it announce, fail and tell what it saw.
    pub fn controls(&self) -> Controls {
        Controls::new(Arc::clone(&self.shared))
    }

    /// Ends every connection without a goodbye, as a killed server does, and waits until the port is free.
    pub async fn stop(self) {
        self.shared.stop();
        self.shared.ended().await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.shared.stop();
    }
}
