//! A look at a server from outside, for a bug report: nobody signs in, and no credential is sent.

use std::time::{Duration, Instant, SystemTime};

use super::http::Generation;
use super::probe::{Dead, Server, probe};
use super::proxy;
use crate::server::{Limits, ProbeError};

/// What an address is like today.
#[derive(Debug, Clone)]
pub struct Look {
    /// The proxy in between, without its user and password.
    pub proxy: Option<String>,
    /// What answers there.
    pub found: Result<Seen, Unseen>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Scheme, host and port.
    pub origin: String,
    /// What it says it is.
    pub version: String,
    /// Which routes it has.
    pub routes: &'static str,
    /// Whether anybody may listen without an account.
    pub public: bool,
    /// Why its certificate is trusted; none where the link is not encrypted.
    pub certificate: Option<&'static str>,
    /// How long an answer took.
    pub took: Duration,
    /// How far this computer's clock is ahead of the server's, in seconds; negative if behind. To the second.
    pub ahead: Option<i64>,
}

/// Why there is none.
#[derive(Debug, Clone)]
pub enum Unseen {
    /// As somebody is told who adds it.
    Refused(ProbeError),
    /// Its certificate is not trusted.
    Untrusted {
        /// SHA-256 of what it presented, lower-case hexadecimal.
        sha256: String,
    },
    /// It took longer than it may.
    TooSlow,
}

/// Looks once, for no longer than `most`. Needs [`install_crypto`](crate::install_crypto).
pub async fn look(address: &str, pin: Option<&str>, most: Duration) -> Look {
    let proxy = proxy::to(address);
    // None of its parts may take longer than the whole.
    let limits = Limits { connect: most, piece: most, answer: most, audio: most };
    let looked = async {
        match probe(address, pin, limits).await {
            Ok(server) => Ok(seen(&server).await),
            Err(Dead::End(error)) => Err(Unseen::Refused(error)),
            Err(Dead::Untrusted { sha256 }) => Err(Unseen::Untrusted { sha256 }),
        }
    };
    let found = tokio::time::timeout(most, looked).await.unwrap_or(Err(Unseen::TooSlow));
    Look { proxy, found }
}

async fn seen(server: &Server) -> Seen {
    let path = match server.generation {
        Generation::Current | Generation::Scoped => "/api/v1/health",
        Generation::Legacy => "/api/health",
    };
    let begun = Instant::now();
    let date = server.http.get(path).await.ok().and_then(|answer| answer.date());
    let took = begun.elapsed();
    let certificate = (server.http.origin.scheme() == "https")
        .then(|| if server.http.witness.pinned() { "the one you agreed to" } else { "trusted by this computer" });
    Seen {
        origin: server.found.origin.clone(),
        version: server.found.version.clone(),
        routes: match server.generation {
            Generation::Current => "as of 1.3.2",
            Generation::Scoped => "as of 1.3.0",
            Generation::Legacy => "as of 1.2",
        },
        public: server.found.public,
        certificate,
        took,
        ahead: date.map(|date| ahead(SystemTime::now(), date)),
    }
}

fn ahead(here: SystemTime, there: SystemTime) -> i64 {
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    match here.duration_since(there) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_ahead_or_behind_by_whole_seconds() {
        let (there, day) = (SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000), Duration::from_secs(86_400));
        assert_eq!(ahead(there + Duration::from_millis(900), there), 0);
        assert_eq!(ahead(there + day, there), 86_400);
        assert_eq!(ahead(there - day, there), -86_400);
    }
}
