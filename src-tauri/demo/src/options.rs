//! What a demo server is started with.

use std::time::Duration;

use crate::clock::Clock;

/// The account every default server has.
pub const USER: &str = "demo";
/// The password of [`USER`].
pub const PASSWORD: &str = "demo-listener";

/// How a server is started. `Options::default()` is the town with its rhythm, private, on a free port.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which generations of routes answer.
    pub routes: Routes,
    /// Whether calls come by themselves.
    pub content: Content,
    /// How many past calls the archive holds at the start, spread over the last day.
    pub archive: usize,
    /// Whether listeners are let in without an account.
    pub public: bool,
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The accounts, with database ids from 1 in this order.
    pub users: Vec<User>,
    /// What health and welcome say.
    pub version: String,
    /// Whether the server still waits for its first administrator.
    pub needs_setup: bool,
    /// How the renewal credential is handed out and taken back.
    pub renewal: Renewal,
    /// Serves TLS with this certificate instead of plain HTTP.
    pub tls: Option<Tls>,
    /// The server's clock.
    pub clock: Clock,
    /// Deadlines of a socket.
    pub timing: Timing,
    /// How many listeners there may be; `usize::MAX` is no limit.
    pub max_clients: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            routes: Routes::Both,
            content: Content::Town,
            archive: 300,
            public: false,
            port: 0,
            users: vec![User::listener(USER, PASSWORD)],
            version: "1.3.3".into(),
            needs_setup: false,
            renewal: Renewal::Current,
            tls: None,
            clock: Clock::default(),
            timing: Timing::default(),
            max_clients: 200,
        }
    }
}

impl Options {
    /// The town's systems with an empty archive; calls come only when told. What most tests want.
    pub fn silent() -> Self {
        Self { content: Content::Silent, archive: 0, ..Self::default() }
    }

    /// The same server as 1.3.0 and 1.3.1 were: v1 routes, the renewal cookie scoped to `/api/auth`, no grace.
    #[must_use]
    pub fn as_1_3_0(self) -> Self {
        Self { routes: Routes::Both, renewal: Renewal::Early, version: "1.3.0".into(), ..self }
    }

    /// The same server as 1.2 was: legacy routes and array frames only, no grace.
    #[must_use]
    pub fn as_1_2(self) -> Self {
        Self { routes: Routes::Legacy, renewal: Renewal::Early, version: "1.2.4".into(), ..self }
    }
}

/// The generations of routes a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routes {
    /// Only `/api/v1`: shows that a client needs nothing deprecated.
    V1,
    /// Only the routes of 1.2.x.
    Legacy,
    /// Both, as 1.3 and newer.
    Both,
}

/// Whether calls come by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A call every few seconds while somebody listens, its transcript a little later.
    Town,
    /// Calls only when told.
    Silent,
}

/// How the renewal credential is scoped and replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// 1.3.2 and newer: cookie path `/api`, an answer can be fetched again for 30 s.
    Current,
    /// 1.3.1 and older: cookie path `/api/auth`, a second use revokes the family at once.
    Early,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Listens.
    Listener,
    /// Listens and administers.
    Admin,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Listener => "listener",
            Self::Admin => "admin",
        }
    }
}

/// One account.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, compared exactly.
    pub name: String,
    /// The password, invented and kept in clear: this server guards nothing.
    pub password: String,
    /// What the account may do.
    pub role: Role,
    /// Whether login asks for another password.
    pub password_need_change: bool,
    /// A disabled account looks like a wrong password.
    pub disabled: bool,
    /// When the account ends, in Unix seconds.
    pub expires: Option<u64>,
    /// How many sockets it may have open.
    pub limit: Option<usize>,
    /// What it may hear; empty means everything.
    pub grants: Vec<Grant>,
}

impl User {
    /// An unrestricted listener.
    pub fn listener(name: &str, password: &str) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            role: Role::Listener,
            password_need_change: false,
            disabled: false,
            expires: None,
            limit: None,
            grants: Vec::new(),
        }
    }
}

/// A part of the directory an account may hear, in database ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The system.
    pub system: u64,
    /// Its talkgroups, or all of them.
    pub talkgroups: Option<Vec<u64>>,
}

impl Grant {
    pub(crate) fn allow(grants: &[Self], system: u64, talkgroup: u64) -> bool {
        grants.is_empty()
            || grants.iter().any(|grant| {
                grant.system == system && grant.talkgroups.as_ref().is_none_or(|list| list.contains(&talkgroup))
            })
    }
}

/// A certificate to serve TLS with.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain in DER, the server's own certificate first.
    pub chain: Vec<Vec<u8>>,
    /// The PKCS#8 key in DER.
    pub key: Vec<u8>,
}

impl Tls {
    /// A certificate for 127.0.0.1 and localhost that nobody vouches for. Its key is public: it protects nothing.
    pub fn untrusted() -> Self {
        Self::embedded(include_bytes!("../tls/untrusted.der"), include_bytes!("../tls/untrusted.key"))
    }

    /// Another one, as after a server was set up anew, or is somebody else's.
    pub fn another() -> Self {
        Self::embedded(include_bytes!("../tls/another.der"), include_bytes!("../tls/another.key"))
    }

    fn embedded(certificate: &[u8], key: &[u8]) -> Self {
        Self { chain: vec![certificate.to_vec()], key: key.to_vec() }
    }
}

/// Deadlines of a socket, in real time. The defaults are the real server's; tests scale them down.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How long the first message may take.
    pub first_message: Duration,
    /// The time between two pings.
    pub ping: Duration,
    /// How long a pong may take.
    pub pong: Duration,
    /// How long the number of listeners must be steady before it is sent.
    pub count: Duration,
    /// How long a close may stay unanswered before the TCP connection ends.
    pub goodbye: Duration,
    /// How long one write may take.
    pub write: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            first_message: Duration::from_secs(10),
            ping: Duration::from_secs(30),
            pong: Duration::from_secs(10),
            count: Duration::from_secs(3),
            goodbye: Duration::from_secs(5),
            write: Duration::from_secs(10),
        }
    }
}
