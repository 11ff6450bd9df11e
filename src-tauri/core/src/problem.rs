//! Every error as a code, a sentence and whether trying again helps.

// A new variant deserves a thought here, not a place among the others.
#![warn(clippy::wildcard_enum_match_arm)]

mod archive;
mod kept;
mod recording;
mod saving;
mod sound;
mod store;
mod transfer;

use std::error::Error;

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::server::{FetchError, LinkEnd, NetworkError, NetworkKind, PasswordError, ProbeError, SignedOut};
use crate::sound::DecodeError;
use crate::vault::VaultError;

/// What the user sees of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What the window chooses words and actions by.
    pub code: Code,
    /// The English sentence: what happened and what can be done.
    pub message: String,
    /// Whether trying again helps.
    pub retry: Retry,
}

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Retry {
    /// It does not.
    No,
    /// It may, at once.
    Now,
    /// It will be tried by itself.
    ByItself,
    /// After signing in.
    AfterSigningIn,
}

/// Sorts of problem the window tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// What was typed is no address.
    AddressInvalid,
    /// Nobody answers there.
    ServerUnreachable,
    /// Something else answers there.
    NotOpenScanner,
    /// Too old to talk to.
    ServerTooOld,
    /// It redirects.
    Redirected,
    /// Not set up.
    NeedsSetup,
    /// Full.
    ServerFull,
    /// Certificate not trusted.
    CertificateUntrusted,
    /// User name or password.
    WrongPassword,
    /// Ten minutes of waiting.
    LockedOut,
    /// The login is over.
    SignedOut,
    /// Change of password refused.
    PasswordRefused,
    /// The link is down.
    LinkLost,
    /// A server answered with an error.
    ServerError,
    /// No keychain.
    KeychainUnavailable,
    /// No sound.
    NoSound,
    /// Sound, but not on the device that was chosen.
    SoundElsewhere,
    /// A call's audio is missing.
    AudioMissing,
    /// A call's audio was refused.
    AudioRefused,
    /// A call's audio did not arrive.
    AudioUnreachable,
    /// A call's audio cannot be played.
    AudioUnplayable,
    /// The settings file was set aside.
    SettingsSetAside,
    /// The settings cannot be written.
    SettingsNotSaved,
    /// Calls are not archived on this computer.
    NotArchived,
    /// The archive on this computer was set aside.
    ArchiveSetAside,
    /// The choice of talkgroups is not kept in the account.
    ChoiceNotKept,
    /// Another device changed the choice of talkgroups, too.
    ChoiceJoined,
    /// A stored call is gone, or not for this account.
    CallMissing,
    /// The server shares no calls.
    SharingOff,
    /// Too many links in a minute.
    SharingLimited,
    /// The link is somebody else's.
    NotYours,
    /// A link has expired and cannot be renewed by this account.
    LinkExpired,
    /// A call could not be written to a file.
    NotWritten,
    /// What sounds could not be recorded, or no longer.
    NotRecorded,
    /// A file of settings cannot be had.
    FileNotTaken,
    /// The settings could not be written to a file.
    FileNotMade,
    /// The wish does not fit what there is.
    NotPossible,
    /// A newer Squelch could not be had.
    UpdateFailed,
}

impl Problem {
    fn new(code: Code, retry: Retry, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry }
    }
}

/// Writes the whole chain of causes, once, where an error becomes something to show.
fn log(what: &str, error: &(dyn Error + 'static)) {
    let mut chain = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        next = cause.source();
    }
    tracing::warn!(problem = what, "{chain}");
}

impl From<&ProbeError> for Problem {
    fn from(error: &ProbeError) -> Self {
        log("address", error);
        match error {
            ProbeError::NotAnAddress => Self::new(
                Code::AddressInvalid,
                Retry::No,
                "This is not a server address. Enter one like scanner.example.org or http://192.168.1.20:3022.",
            ),
            ProbeError::HasPath => Self::new(
                Code::AddressInvalid,
                Retry::No,
                "OpenScanner works only at the root of an address. Leave out everything after the host and port.",
            ),
            ProbeError::Unreachable(cause) => unreachable_server(cause),
            ProbeError::NotOpenScanner => Self::new(
                Code::NotOpenScanner,
                Retry::Now,
                "Something answers at this address, but it is not an OpenScanner server. Check the address and the port.",
            ),
            ProbeError::TooOld { version } => Self::new(
                Code::ServerTooOld,
                Retry::Now,
                format!(
                    "This server runs OpenScanner {version}. Squelch needs 1.2.0 or newer; ask its operator to update it."
                ),
            ),
            ProbeError::Redirected { to } => Self::new(
                Code::Redirected,
                Retry::No,
                format!(
                    "This address leads to {to}. Squelch does not follow by itself; use that address if you trust it."
                ),
            ),
            ProbeError::NeedsSetup => Self::new(
                Code::NeedsSetup,
                Retry::Now,
                "This server has not been set up yet. Its operator has to open it in a browser first.",
            ),
            ProbeError::Status(status) => server_error(*status),
        }
    }
}

fn unreachable_server(cause: &NetworkError) -> Problem {
    let message = match cause.kind {
        NetworkKind::Connect => "Nobody answers at this address. Check the address, the port and your network.",
        NetworkKind::Timeout => "The server did not answer in time. Check the address, or try again later.",
        NetworkKind::Certificate => "The server's certificate is not trusted.",
        NetworkKind::Broken => "The connection broke before the server had answered. Try again.",
        NetworkKind::Answered(429) => return Problem::from(&SignedOut::LockedOut),
        NetworkKind::Answered(status) => return server_error(status),
    };
    Problem::new(Code::ServerUnreachable, Retry::Now, message)
}

fn server_error(status: u16) -> Problem {
    Problem::new(
        Code::ServerError,
        Retry::Now,
        format!("The server answered with an error ({status}). Try again later, or tell its operator."),
    )
}

impl From<&SignedOut> for Problem {
    fn from(error: &SignedOut) -> Self {
        log("login", error);
        let again = Retry::AfterSigningIn;
        match error {
            SignedOut::WrongPassword => Self::new(
                Code::WrongPassword,
                again,
                "The server did not accept this user name and password. After three failures it locks you out for ten minutes.",
            ),
            SignedOut::LockedOut => Self::new(
                Code::LockedOut,
                again,
                "Too many failed attempts: the server has locked out your network address. Wait ten minutes, then try again.",
            ),
            SignedOut::Ended => Self::new(
                Code::SignedOut,
                again,
                "Your login has ended: the server no longer renews it. Sign in again; waiting calls are kept.",
            ),
            SignedOut::Spent => Self::new(
                Code::SignedOut,
                again,
                "The server failed while renewing your login, which is lost by that. Sign in again; waiting calls are kept.",
            ),
            SignedOut::Refused => Self::new(
                Code::SignedOut,
                again,
                "The server refuses this account's connection. It may be disabled or expired; ask its operator, or sign in again.",
            ),
            SignedOut::NotRemembered(vault) => vault_problem(*vault),
            SignedOut::LostInRenewal => Self::new(
                Code::SignedOut,
                again,
                "Squelch was ended in the middle of renewing your login, and the server no longer accepts it. Sign in again.",
            ),
            SignedOut::NotYet(cause) => not_renewed_yet(cause),
            SignedOut::Unreachable(cause) => unreachable_server(cause),
            SignedOut::Moved => Self::new(
                Code::SignedOut,
                again,
                "The server is reached at another address now. Logins are not taken along: sign in again; waiting calls are kept.",
            ),
            SignedOut::NotPublic => Self::new(
                Code::SignedOut,
                again,
                "This server lets nobody listen without an account now. Sign in to hear it.",
            ),
            SignedOut::NoLogin => Self::new(
                Code::ServerError,
                again,
                "The sign-in was answered without a login in it. Something in front of the server may remove its cookies; tell its operator.",
            ),
            SignedOut::Status(status) => server_error(*status),
            SignedOut::Redirected(to) => Self::new(
                Code::Redirected,
                Retry::No,
                format!(
                    "The server redirects the sign-in to {to}. Squelch does not send a password there; use that address if you trust it."
                ),
            ),
        }
    }
}

fn not_renewed_yet(cause: &NetworkError) -> Problem {
    not_renewed(cause, "Squelch listens without it and keeps trying.")
}

fn not_renewed(cause: &NetworkError, until_then: &str) -> Problem {
    let why = match cause.kind {
        NetworkKind::Connect | NetworkKind::Timeout => "the server does not answer".to_owned(),
        NetworkKind::Certificate => "the server's certificate is not trusted".to_owned(),
        NetworkKind::Broken => "the connection broke".to_owned(),
        NetworkKind::Answered(429) => "the server has locked out your network address for ten minutes".to_owned(),
        NetworkKind::Answered(status) => format!("the server answered with an error ({status})"),
    };
    let message = format!("Your login could not be renewed yet: {why}. {until_then}");
    Problem::new(Code::LinkLost, Retry::ByItself, message)
}

fn vault_problem(error: VaultError) -> Problem {
    let message = match error {
        VaultError::Unavailable => {
            "There is no working system keychain, so the login could not be remembered. Sign in again."
        }
        VaultError::Locked => "The system keychain is locked. Unlock it and start Squelch again, or sign in.",
        VaultError::Slow => {
            "The system keychain did not answer. It may be asking you to unlock it: do that, or sign in."
        }
        VaultError::Empty => "No login is remembered for this server. Sign in.",
    };
    Problem::new(Code::SignedOut, Retry::AfterSigningIn, message)
}

impl From<&PasswordError> for Problem {
    fn from(error: &PasswordError) -> Self {
        log("password change", error);
        match error {
            PasswordError::WrongCurrent => {
                Self::new(Code::PasswordRefused, Retry::Now, "The current password is wrong.")
            }
            PasswordError::TooShort => {
                Self::new(Code::PasswordRefused, Retry::Now, "The new password needs at least 8 characters.")
            }
            PasswordError::TooLong => Self::new(
                Code::PasswordRefused,
                Retry::Now,
                "The new password is too long: at most 72 bytes (72 plain letters, fewer with accents or emoji).",
            ),
            PasswordError::Unreachable(cause) => unreachable_server(cause),
            PasswordError::Status(status) => server_error(*status),
        }
    }
}

impl From<&LinkEnd> for Problem {
    fn from(error: &LinkEnd) -> Self {
        log("link", error);
        let lost = |message: &str| Self::new(Code::LinkLost, Retry::ByItself, message);
        match error {
            LinkEnd::Network(cause) => match cause.kind {
                NetworkKind::Connect => lost("The server cannot be reached. Squelch keeps trying."),
                NetworkKind::Timeout => lost("The server does not answer. Squelch keeps trying."),
                NetworkKind::Certificate => lost("The server's certificate is not trusted any more."),
                NetworkKind::Broken => lost("The connection broke. Squelch is connecting again."),
                NetworkKind::Answered(429) => lost(
                    "Your login cannot be renewed now: after failed sign-ins the server has locked out your network address for ten minutes. Squelch keeps trying.",
                ),
                NetworkKind::Answered(status) => lost(&format!(
                    "Your login cannot be renewed now: the server answered with an error ({status}). Squelch keeps trying."
                )),
            },
            LinkEnd::Closed(_) => lost("The server closed the connection. Squelch is connecting again."),
            LinkEnd::Silent => lost("The server went silent. Squelch is connecting again."),
            LinkEnd::ClockJumped => lost("The computer slept or its clock was changed. Squelch is connecting again."),
            LinkEnd::Full => Self::new(
                Code::ServerFull,
                Retry::ByItself,
                "The server is full, or your account has too many connections. Squelch tries again by itself.",
            ),
            LinkEnd::TooLarge => {
                lost("The server sent a message over 16 MiB, which Squelch does not take. It is connecting again.")
            }
            LinkEnd::Status(status) => {
                lost(&format!("The server answered the connection with an error ({status}). Squelch keeps trying."))
            }
            LinkEnd::Overflow => lost("Calls arrived faster than they could be taken. Squelch is connecting again."),
        }
    }
}

impl From<&FetchError> for Problem {
    fn from(error: &FetchError) -> Self {
        log("audio", error);
        match error {
            FetchError::NeedsAccount => Self::new(
                Code::AudioRefused,
                Retry::AfterSigningIn,
                "The server gives this call's audio only to signed-in listeners.",
            ),
            FetchError::NotAuthorised => {
                Self::new(Code::AudioRefused, Retry::Now, "The server refused this call's audio to your login.")
            }
            FetchError::SignedOut => {
                Self::new(Code::AudioRefused, Retry::AfterSigningIn, "Your login ended before this call was fetched.")
            }
            FetchError::RenewalUnreachable(_) => {
                Self::new(Code::AudioUnreachable, Retry::Now, "Your login could not be renewed in time for this call.")
            }
            FetchError::NotFound => Self::new(
                Code::AudioMissing,
                Retry::Now,
                "The server does not have this call's audio, or your account may not hear it.",
            ),
            FetchError::TooLarge => Self::new(
                Code::AudioUnplayable,
                Retry::No,
                "This call's audio is over 32 MiB, more than Squelch takes.",
            ),
            FetchError::TooSlow => {
                Self::new(Code::AudioUnreachable, Retry::Now, "This call's audio arrived too slowly to be played.")
            }
            FetchError::Status(status) => Self::new(
                Code::AudioUnreachable,
                Retry::Now,
                format!("The server answered with an error ({status}) instead of this call's audio."),
            ),
            FetchError::Network(_) => {
                Self::new(Code::AudioUnreachable, Retry::Now, "The connection broke while this call was fetched.")
            }
        }
    }
}

impl From<&DecodeError> for Problem {
    fn from(error: &DecodeError) -> Self {
        log("audio file", error);
        let message = match error {
            DecodeError::Empty => "This call's audio file is empty.".to_owned(),
            DecodeError::WebPage => "The server sent a web page instead of this call's audio.".to_owned(),
            DecodeError::UnknownFormat => "This call's audio is in a format that Squelch does not play.".to_owned(),
            DecodeError::UnsupportedCodec(codec) => {
                format!("This call's audio uses {codec}, which Squelch does not play.")
            }
            DecodeError::NoSamples => "This call's audio file holds no sound.".to_owned(),
            DecodeError::TooLong => "This call is over ten minutes long, more than Squelch plays.".to_owned(),
            DecodeError::Damaged(_) => "This call's audio file is damaged.".to_owned(),
            DecodeError::Panicked(_) => "This call's audio file could not be decoded.".to_owned(),
        };
        Self::new(Code::AudioUnplayable, Retry::No, message)
    }
}

impl Problem {
    /// A login that the keychain does not keep, so far.
    pub(crate) fn not_kept(error: VaultError) -> Self {
        let (retry, message) = match error {
            VaultError::Unavailable | VaultError::Empty => {
                (Retry::No, "There is no working system keychain, so this login lasts until Squelch ends.")
            }
            VaultError::Locked => (
                Retry::ByItself,
                "The system keychain is locked, so this login lasts until Squelch ends. Unlock it: Squelch tries again by itself.",
            ),
            VaultError::Slow => (
                Retry::ByItself,
                "The system keychain has not answered yet; it may be waiting for you to unlock it. Squelch tries again by itself.",
            ),
        };
        Self::new(Code::KeychainUnavailable, retry, message)
    }

    /// The same, naming the proxy that may be the cause.
    pub(crate) fn through(mut self, proxy: Option<&str>) -> Self {
        if let Some(proxy) = proxy {
            self.message.push_str(&format!(" The way there leads through the proxy {proxy}."));
        }
        self
    }

    /// A login that cannot be renewed for now, while calls wait for it.
    pub(crate) fn held_up(cause: &NetworkError) -> Self {
        not_renewed(cause, "Calls wait, and Squelch keeps trying.")
    }

    /// A certificate the system does not trust.
    pub(crate) fn untrusted(changed: bool) -> Self {
        let message = if changed {
            "The server shows another certificate than the one you agreed to. Somebody may be in between; agree only if you know why it changed."
        } else {
            "The server's certificate is not signed by anybody this computer trusts. Agree to it only if its operator confirms this fingerprint."
        };
        Self::new(Code::CertificateUntrusted, Retry::No, message)
    }

    /// A wish about something that is not (or no longer) there.
    pub(crate) fn not_possible(message: &str) -> Self {
        Self::new(Code::NotPossible, Retry::No, message)
    }
}
