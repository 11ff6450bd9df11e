//! A server, its account and its link.

use serde::{Deserialize, Serialize};
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
    /// The user's name for it, else the operator's, else its host.
    pub name: String,
    /// What the user made of it.
    pub own: OwnView,
    /// Its origin once found, else as typed.
    pub address: String,
    /// Whether the link is encrypted.
    pub encrypted: bool,
    /// What its operator calls it, if anything.
    pub branding: Option<String>,
    /// The server's version, once known.
    pub version: Option<String>,
    /// The first version that has the routes in use there, e.g. `1.3.2`; once known.
    pub routes: Option<String>,
    /// Where its operator offers help, if anywhere.
    pub support: Option<SupportView>,
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
    /// Clock with am and pm: as the user chose, else as the server has it.
    pub time_12h: bool,
    /// Counts up with every list of talkgroups it sends; 0: none yet.
    pub directory: u32,
    /// Where the choice of its talkgroups is kept.
    pub selection_kept: SelectionKept,
    /// Whether calls can be shared by a link.
    pub sharing: bool,
    /// How it stands with another password, from the wish until it was changed.
    pub password: Option<PasswordView>,
}

/// Where a server's operator offers help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SupportView {
    /// As the operator wrote it: text, whatever it looks like.
    pub text: String,
    /// It is a plain address of mail, which can be written to.
    pub mail: bool,
}

/// What the user made of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OwnView {
    /// Their name for it.
    pub name: Option<String>,
    /// Its mark.
    pub mark: ServerMark,
    /// Its calls are not played.
    pub muted: bool,
    /// Its place in the list, counted from 0.
    pub place: u32,
}

/// What marks a server and its calls, where there are several: a colour that the window chooses to suit its look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ServerMark {
    /// Blue.
    #[default]
    Blue,
    /// Orange.
    Orange,
    /// Green.
    Green,
    /// Pink.
    Pink,
    /// Yellow.
    Yellow,
    /// Violet.
    Violet,
    /// Teal.
    Teal,
    /// Red.
    Red,
}

impl ServerMark {
    /// All, in the order in which servers get them.
    pub const ALL: [Self; 8] =
        [Self::Blue, Self::Orange, Self::Green, Self::Pink, Self::Yellow, Self::Violet, Self::Teal, Self::Red];
}

/// How it stands with another password that was wished for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PasswordView {
    /// The server is being asked.
    pub busy: bool,
    /// Why it was not changed.
    pub problem: Option<Problem>,
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
