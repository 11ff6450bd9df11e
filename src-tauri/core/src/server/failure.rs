//! What can go wrong at a server, as far as callers act on it.

use std::sync::Arc;

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SignedOut {
    /// User name or password wrong, or the account is disabled or expired: the server does not tell them apart.
    #[error("the server did not accept the user name and password")]
    WrongPassword,
    /// Three failures from this network address lock it out for ten minutes.
    #[error("the server has locked out this address after failed attempts")]
    LockedOut,
    /// The server refused to renew the login.
    #[error("the login has ended")]
    Ended,
    /// The renewal failed in a way that uses the credential up.
    #[error("the server failed while renewing the login, which is lost by that")]
    Spent,
    /// The server ends the session at every connect although the login is good.
    #[error("the server refuses this account's connection")]
    Refused,
    /// Nothing is remembered, or the keychain did not give it.
    #[error("the remembered login could not be read: {0}")]
    NotRemembered(#[from] crate::vault::VaultError),
    /// The program was ended in the middle of a renewal, and the server no longer takes the stored credential.
    #[error("the login was lost when the program was ended in the middle of renewing it")]
    LostInRenewal,
    /// The remembered login could not be renewed so far; it has not ended, and listening begins without it.
    #[error("the login could not be renewed yet")]
    NotYet(#[source] NetworkError),
    /// The sign-in could not be asked.
    #[error("the sign-in could not be sent")]
    Unreachable(#[source] NetworkError),
    /// The answer to the sign-in was a good one without a login in it.
    #[error("the answer to the sign-in holds no login")]
    NoLogin,
    /// The server is at another address now, which the login is not valid for.
    #[error("the server has moved to another address")]
    Moved,
    /// Nobody may listen without an account, or not any more.
    #[error("the server lets nobody listen without an account")]
    NotPublic,
    /// The server answered with something else.
    #[error("the server answered the sign-in with status {0}")]
    Status(u16),
    /// The server redirects the request.
    #[error("the server redirects to {0}")]
    Redirected(String),
}

/// Why a password was not changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PasswordError {
    /// The current one is wrong.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// Fewer than 8 bytes.
    #[error("the new password is too short")]
    TooShort,
    /// More than 72 bytes, the limit of the server's hash.
    #[error("the new password is too long")]
    TooLong,
    /// It could not be asked.
    #[error("the change could not be sent")]
    Unreachable(#[source] NetworkError),
    /// The server answered with something else.
    #[error("the server answered with status {0}")]
    Status(u16),
}

/// Why the choice of talkgroups was not read from the account, or not written there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChoiceError {
    /// It could not be asked, or nobody answered.
    #[error("the choice of talkgroups could not be asked for")]
    Network(#[source] NetworkError),
    /// Nobody is signed in any more.
    #[error("nobody is signed in")]
    SignedOut,
    /// The server refuses although the login is good.
    #[error("the server refuses this account its choice of talkgroups")]
    NotAuthorised,
    /// This server keeps none.
    #[error("the server keeps no choice of talkgroups")]
    NotOffered,
    /// The answer is something else.
    #[error("the answer is no choice of talkgroups")]
    NotUnderstood,
    /// No answer came in minutes.
    #[error("there was no answer about the choice of talkgroups")]
    NoAnswer,
    /// The server answered with something else.
    #[error("the server answered with status {0}")]
    Status(u16),
}

/// Why a question about stored calls has no answer, or a wish about them was not granted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ArchiveError {
    /// It could not be asked, or nobody answered.
    #[error("the archive could not be asked")]
    Network(#[source] NetworkError),
    /// Nobody is signed in (any more), which this takes.
    #[error("nobody is signed in")]
    SignedOut,
    /// The server refuses although the login is good.
    #[error("the server refuses this to this login")]
    NotAuthorised,
    /// The server has no such call, or not for this account.
    #[error("the server does not have this call")]
    NotFound,
    /// This server does not do that at all.
    #[error("the server does not offer this")]
    NotOffered,
    /// Links are switched off.
    #[error("the server shares no calls")]
    SharingOff,
    /// Too many links were made in the last minute.
    #[error("too many links were made in the last minute")]
    Limited,
    /// The link is somebody else's.
    #[error("the link is somebody else's")]
    NotYours,
    /// The link has expired and is somebody else's.
    #[error("the link has expired and is somebody else's")]
    Expired,
    /// A bookmark is not as it was wished, although the server took the wish.
    #[error("the bookmark was changed elsewhere at the same time")]
    Crossed,
    /// The answer is something else.
    #[error("the answer is not what was asked for")]
    NotUnderstood,
    /// No answer came in minutes.
    #[error("there was no answer from the archive")]
    NoAnswer,
    /// The server answered with something else.
    #[error("the server answered with status {0}")]
    Status(u16),
}

/// Why a link ended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkEnd {
    /// It could not be made or broke.
    #[error("the connection failed")]
    Network(#[source] NetworkError),
    /// The server closed it.
    #[error("the server closed the connection (code {0})")]
    Closed(u16),
    /// Nothing arrived for 75 seconds.
    #[error("the server has gone silent")]
    Silent,
    /// The wall clock jumped: the computer slept, or somebody set it.
    #[error("the computer slept or its clock was changed")]
    ClockJumped,
    /// The server, or this account, has no free place.
    #[error("the server is full")]
    Full,
    /// A frame over 16 MiB.
    #[error("the server sent a message over 16 MiB")]
    TooLarge,
    /// The upgrade was answered with another status.
    #[error("the server answered the connection with status {0}")]
    Status(u16),
    /// We were slow to take what arrived.
    #[error("calls arrived faster than they could be taken")]
    Overflow,
}

/// What a person typed does not lead to a usable server.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProbeError {
    /// Not an address.
    #[error("this is not an address")]
    NotAnAddress,
    /// An address with a path that is not one of the server's own pages.
    #[error("the address has a path")]
    HasPath,
    /// Nobody answers.
    #[error("nobody answers at this address")]
    Unreachable(#[source] NetworkError),
    /// Something answers, but it is not OpenScanner.
    #[error("this is not an OpenScanner server")]
    NotOpenScanner,
    /// Older than 1.2.0.
    #[error("the server is too old")]
    TooOld {
        /// Its version, as far as it says.
        version: String,
    },
    /// It sends us elsewhere.
    #[error("the server redirects to {to}")]
    Redirected {
        /// An address that can be tried instead.
        to: String,
    },
    /// No administrator exists yet.
    #[error("the server has not been set up")]
    NeedsSetup,
    /// The probe was answered with an error.
    #[error("the server answered with status {0}")]
    Status(u16),
}

/// A transport failure, kept for the log and shared by all who waited for it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind}")]
pub struct NetworkError {
    /// What callers act on.
    pub kind: NetworkKind,
    /// The whole chain of causes.
    #[source]
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl PartialEq for NetworkError {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// Sorts of transport failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkKind {
    /// The name does not resolve, or nobody listens there.
    #[error("could not connect")]
    Connect,
    /// No answer in time.
    #[error("timed out")]
    Timeout,
    /// The certificate was refused.
    #[error("the certificate is not trusted")]
    Certificate,
    /// It broke on the way.
    #[error("the connection broke")]
    Broken,
    /// Somebody answered, but not with what was asked for: a gateway, or the server with an error. The status.
    #[error("answered with status {0}")]
    Answered(u16),
}

/// Why a call's audio is not here.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// Refused to somebody without an account.
    #[error("the server wants a login for this call")]
    NeedsAccount,
    /// Refused again with a fresh login: final for this call.
    #[error("the server refuses this call to this login")]
    NotAuthorised,
    /// The login ended while this was asked: the call can wait for the next one.
    #[error("the login has ended")]
    SignedOut,
    /// The login could not be renewed just now: the call can be put back.
    #[error("the login could not be renewed")]
    RenewalUnreachable(#[source] NetworkError),
    /// 404: pruned, missing on disk, or not granted.
    #[error("the server does not have this call's audio")]
    NotFound,
    /// Over 32 MiB.
    #[error("the audio is over 32 MiB")]
    TooLarge,
    /// Took longer than two minutes in all.
    #[error("the audio took too long to arrive")]
    TooSlow,
    /// Another status.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// Transport.
    #[error("the audio could not be fetched")]
    Network(#[source] NetworkError),
}
