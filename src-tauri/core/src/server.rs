//! The seam to servers: what an adapter is told and what it reports.
//!
//! An adapter is a function `open(opening, parts, events) -> Connection`; what it learns goes into `events`, the queue
//! all servers share. Nothing here knows a protocol, and adapters share nothing by accident, so there is no trait.

mod archive;
mod failure;
pub mod openscanner;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

pub use archive::{Archive, AskFn, Bookmarked, Filter, SearchAnswer, SearchRequest, SharedCall};
pub use failure::{
    ArchiveError, ChoiceError, FetchError, LinkEnd, NetworkError, NetworkKind, PasswordError, ProbeError, SignedOut,
};

use crate::choices::AccountChoice;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::model::Keypad;
use crate::model::{Call, CallId, ServerId, Transcript};
use crate::secret::Secret;
use crate::vault::VaultHandle;

/// What an adapter needs to begin.
#[derive(Debug, Clone)]
pub struct Opening {
    /// How events and the vault name this server.
    pub id: ServerId,
    /// As a person typed it, or the origin remembered from before.
    pub address: String,
    /// The certificate the user agreed to, as SHA-256 in lower-case hexadecimal.
    pub pin: Option<String>,
    /// Who to be.
    pub login: Login,
    /// Somebody has just typed the address: a server that cannot be reached is an answer, not a reason to keep trying.
    pub first: bool,
}

/// How to begin listening once the server has been found.
#[derive(Debug, Clone)]
pub enum Login {
    /// Wait to be told; report [`Account::SignedOut`].
    Ask,
    /// Listen without an account where the server allows it, else as `Ask`.
    Anonymous,
    /// Renew the login remembered in the vault for this user.
    Remembered {
        /// The account's name.
        user: String,
    },
    /// Sign in at once.
    With(Credentials),
}

/// A name and a password, on their way inward.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account's name.
    pub user: String,
    /// Used once, wiped, never stored.
    pub password: Secret,
    /// Whether the renewal credential may be kept in the vault.
    pub stay: bool,
}

/// What adapters share with the rest of the core.
#[derive(Debug, Clone)]
pub struct ServerParts {
    /// The time.
    pub clock: Clock,
    /// Where the renewal credential is kept.
    pub vault: VaultHandle,
    /// How long a request may take.
    pub limits: Limits,
}

/// How long the parts of a request may take, in real time: the network knows no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until somebody has taken the connection.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub piece: Duration,
    /// For a whole answer other than audio.
    pub answer: Duration,
    /// For all of a call's audio.
    pub audio: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Long enough for a sleepy radio link, short enough to say something.
            connect: Duration::from_secs(10),
            // The server writes whole answers at once; sign-in takes it under a second.
            piece: Duration::from_secs(15),
            // The largest is a page of 100 calls; somebody dripping bytes must not keep the user waiting for ever.
            answer: Duration::from_secs(60),
            // Nor hold a place in the queue; ten minutes of uncompressed sound over a slow radio link fit.
            audio: Duration::from_secs(120),
        }
    }
}

/// A running adapter. Dropping it ends its tasks, except a renewal under way, which completes and is stored.
pub struct Connection {
    /// What the user wants of this server.
    pub commands: mpsc::Sender<ServerCommand>,
    /// A call's audio, with everything that takes (renewal included) hidden inside.
    pub fetch: FetchFn,
    /// The stored calls.
    pub archive: Archive,
    /// Resolves when a renewal that was under way at the time of the call has been stored. For an orderly end.
    pub settle: SettleFn,
    /// The adapter's main task.
    pub task: AbortOnDropHandle<()>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// Fetches one call's audio.
pub type FetchFn = Arc<dyn Fn(CallId) -> BoxFuture<'static, Result<Audio, FetchError>> + Send + Sync>;

/// Waits for work that must not be thrown away.
pub type SettleFn = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The bytes of a call, as the server gave them.
#[derive(Debug, Clone)]
pub struct Audio {
    /// The file.
    pub bytes: Bytes,
    /// The `Content-Type`, a hint that may be wrong.
    pub content_type: Option<String>,
}

/// What the user wants of one server.
#[derive(Debug, Clone)]
pub enum ServerCommand {
    /// Sign in; the outcome is an [`Account`].
    SignIn(Credentials),
    /// Listen without an account (public servers).
    ListenAnonymously,
    /// End the login here and on the server, forget the credential.
    SignOut,
    /// As `SignOut`, for a server that is not wanted any more: at once, whatever is under way, and for good.
    Forget,
    /// Change the password, then sign in again with the new one. Whoever is signed in stays so if it is not changed; the
    /// answer is a [`ServerEvent::PasswordChanged`] then.
    ChangePassword {
        /// The password in use.
        current: Secret,
        /// The one to be.
        new: Secret,
    },
    /// Accept this certificate (SHA-256, lower-case hexadecimal) and go on.
    Trust {
        /// The digest the user saw.
        sha256: String,
    },
    /// Read the choice of talkgroups that the account keeps; the answer is a [`ServerEvent::ChoiceRead`].
    ReadChoice {
        /// The number of the question.
        ask: u32,
        /// Whose account is meant; no other one's is read.
        user: String,
    },
    /// Store this as the account's choice of talkgroups; the answer is a [`ServerEvent::ChoiceWritten`].
    WriteChoice {
        /// The number of the question.
        ask: u32,
        /// Whose choice it is; with no other one's login is it sent.
        user: String,
        /// All of it.
        choice: AccountChoice,
    },
    /// Read what the account has bookmarked, and first see to it that a call is among that, or is not; the answer is a
    /// [`ServerEvent::Bookmarks`].
    Bookmark {
        /// The number of the question.
        ask: u32,
        /// Whose bookmarks are meant; with no other one's login is it asked.
        user: String,
        /// Which call, and whether it is to be bookmarked.
        wish: Option<(CallId, bool)>,
    },
    /// Stop waiting and try at once.
    Reconnect,
    /// Say goodbye and end the task.
    Close,
}

/// What happened at one server.
#[expect(clippy::large_enum_variant, reason = "nearly every event is a call, and none is kept")]
#[derive(Debug, Clone)]
pub enum ServerEvent {
    /// The address led to a server; comes before any account or link beyond `Probing`.
    Found(Found),
    /// Who we are changed.
    Account(Account),
    /// The link changed.
    Link(Link),
    /// The server greeted us.
    Welcome(Welcome),
    /// The whole configuration; replaces the previous one.
    Config(Config),
    /// One new call, live.
    Call(Call),
    /// The calls before we joined, oldest first; once after the first welcome.
    Earlier(Vec<Call>),
    /// What was said in a call that may be unknown here.
    Transcript {
        /// The call.
        call: CallId,
        /// The words.
        transcript: Transcript,
    },
    /// How many listen.
    Listeners(u32),
    /// Whether anybody may listen without an account has changed.
    Public(bool),
    /// What the account keeps of its choice of talkgroups.
    ChoiceRead {
        /// The number of the question.
        ask: u32,
        /// The answer.
        result: Result<AccountChoice, ChoiceError>,
    },
    /// Whether the choice was stored.
    ChoiceWritten {
        /// The number of the question.
        ask: u32,
        /// The answer.
        result: Result<(), ChoiceError>,
    },
    /// What the account has bookmarked, once what was wished of it is so.
    Bookmarks {
        /// The number of the question.
        ask: u32,
        /// All of it.
        result: Result<Vec<CallId>, ArchiveError>,
    },
    /// What became of another password that somebody who is signed in wished for.
    PasswordChanged(Result<(), PasswordError>),
    /// The way there leads through this proxy now, or through none. Without its user and password; none at first.
    Proxy(Option<String>),
}

/// A server behind an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Scheme, host and port, as `https://scanner.example.org`; remember this one.
    pub origin: String,
    /// The certificate in use if it is a pinned one.
    pub pin: Option<String>,
    /// What the server says it is, e.g. `1.3.3` or `dev`.
    pub version: String,
    /// Whether anybody may listen without an account.
    pub public: bool,
    /// Which routes it has.
    pub routes: Routes,
}

/// The generations of a server's routes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Routes {
    /// 1.3.2 and newer.
    #[default]
    Current,
    /// 1.3.0 and 1.3.1.
    Scoped,
    /// 1.2.x.
    Legacy,
}

impl Routes {
    /// The first version that has them.
    pub fn since(self) -> &'static str {
        match self {
            Self::Current => "1.3.2",
            Self::Scoped => "1.3.0",
            Self::Legacy => "1.2.0",
        }
    }
}

/// Who we are at a server.
#[derive(Debug, Clone, PartialEq)]
pub enum Account {
    /// Nobody; waiting for the user.
    SignedOut {
        /// Why, if it was not the user's wish.
        why: Option<SignedOut>,
    },
    /// Listening without an account.
    Anonymous {
        /// Set when a login ended and listening went on without it.
        lost: Option<SignedOut>,
    },
    /// A sign-in or the first renewal is under way.
    SigningIn,
    /// Somebody.
    SignedIn {
        /// The account's name.
        user: String,
        /// Whether the renewal credential outlives the program.
        kept: Kept,
    },
    /// Signed in, but the password is to be changed before anything else.
    PasswordChange {
        /// The account's name.
        user: String,
        /// Why the last attempt failed.
        refused: Option<PasswordError>,
        /// An attempt is under way.
        busy: bool,
    },
}

/// Where the renewal credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In the system keychain.
    Keychain,
    /// In memory only, as the user wished.
    NotAsked,
    /// In memory only so far, because the keychain did not take it; tried again with each renewal.
    Failed(crate::vault::VaultError),
}

/// The state of the link that calls arrive on.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Not wanted: nobody is signed in.
    Idle,
    /// Finding out what is behind the address.
    Probing,
    /// The server's certificate is not trusted; waiting for [`ServerCommand::Trust`].
    Untrusted {
        /// SHA-256 of the certificate it presented, lower-case hexadecimal.
        sha256: String,
        /// Set when another certificate was pinned before: a warning, not a first acquaintance.
        changed: bool,
    },
    /// Connecting.
    Connecting,
    /// Welcomed.
    Live,
    /// Waiting before the next attempt.
    Waiting {
        /// When, on [`Now::at`](crate::clock::Now::at).
        until: Duration,
        /// Which attempt that will be, from 1.
        attempt: u32,
        /// Why the last one ended.
        why: LinkEnd,
    },
    /// The address is no use; only another address or [`ServerCommand::Reconnect`] helps.
    Refused(ProbeError),
}

/// A greeting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Welcome {
    /// The server's version.
    pub version: String,
    /// What the operator calls it; empty is common.
    pub branding: String,
    /// A support address; empty is common.
    pub email: String,
}

/// Everything a `scanner.config` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// Systems and talkgroups.
    pub directory: Arc<Directory>,
    /// Clock with am and pm.
    pub time_12h: bool,
    /// Whether the listener count is meant to be shown.
    pub show_listeners: bool,
    /// Whether calls may be shared by links.
    pub sharing: bool,
    /// What its listeners' keys are answered with, if anything.
    pub keypad: Option<Keypad>,
}
