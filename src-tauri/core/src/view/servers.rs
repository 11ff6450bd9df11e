//! A server, its account and its link.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::ServerId;
use crate::problem::Problem;

/// One server as the window shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ServerView {
    /// Its name here.
    pub id: ServerId,
    /// The operator's name for it, else its host.
    pub name: String,
    /// Its origin once found, else as typed.
    pub address: String,
    /// Whether the link is encrypted.
    pub encrypted: bool,
    /// The server's version, once known.
    pub version: Option<String>,
    /// Whether it allows listening without an account.
    pub public: bool,
    /// Who we are there.
    pub account: AccountView,
    /// The link.
    pub link: LinkView,
    /// The proxy on the way there, as `http://proxy.example.org:3128`; never its user and password.
    pub proxy: Option<String>,
    /// How many listen, where the server wants it shown.
    pub listeners: Option<u32>,
    /// Clock with am and pm.
    pub time_12h: bool,
    /// Counts up with every list of talkgroups it sends; 0: none yet.
    pub directory: u32,
    /// Where the choice of its talkgroups is kept.
    pub selection_kept: SelectionKept,
}

/// Where the choice of talkgroups is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum SelectionKept {
    /// On the server, for all devices of the account, and here.
    Account,
    /// Here only.
    #[default]
    Computer,
    /// Here, and not on the server although it should be.
    Failed,
}

/// Who we are at a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccountView {
    /// Nobody: the sign-in form belongs here.
    SignedOut {
        /// What to say above the form.
        problem: Option<Problem>,
        /// The name to offer.
        user: Option<String>,
    },
    /// Listening without an account.
    Anonymous {
        /// Set when a login ended and listening went on: offer to sign in, quietly.
        problem: Option<Problem>,
    },
    /// Wait.
    SigningIn,
    /// Somebody.
    SignedIn {
        /// Who.
        user: String,
        /// Set when the login cannot be kept although it should, or cannot be renewed and calls wait for that: say so.
        problem: Option<Problem>,
    },
    /// The form to change the password belongs here.
    PasswordChange {
        /// Whose.
        user: String,
        /// Why the last attempt failed.
        problem: Option<Problem>,
        /// An attempt is under way.
        busy: bool,
    },
}

/// The link to a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LinkView {
    /// Not wanted.
    Idle,
    /// Finding out what is there.
    Probing,
    /// Show the digest and ask.
    Untrusted {
        /// SHA-256 of the certificate, lower-case hexadecimal.
        sha256: String,
        /// Another one was agreed to before: warn.
        changed: bool,
        /// What to say.
        problem: Problem,
    },
    /// Connecting.
    Connecting,
    /// Calls arrive.
    Live,
    /// Waiting before the next attempt.
    Waiting {
        /// Milliseconds until then, when this was made.
        in_ms: u32,
        /// Which attempt that will be.
        attempt: u32,
        /// Why the last one ended.
        problem: Problem,
    },
    /// No use.
    Refused {
        /// Why, and what to do.
        problem: Problem,
        /// An address that can be tried instead.
        instead: Option<String>,
    },
}
