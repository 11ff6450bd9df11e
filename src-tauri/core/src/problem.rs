//! Every error as a code, a sentence and whether trying again helps.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

/// What the user sees of an error.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
    /// The wish does not fit what there is.
    NotPossible,
}
