//! Why a newer Squelch could not be had. The Squelch that runs is untouched in every case.

// A new variant deserves a thought here, not a place among the others.
#![warn(clippy::wildcard_enum_match_arm)]

use std::error::Error;
use std::io;

use squelch_core::problem::{Code, Problem, Retry};

/// Where a person finds every version.
const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases");

/// What the plugin says before the status that a package was answered with.
const DOWNLOAD: &str = "Download request failed with status: ";

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the configuration of the updater is not understood")]
    Unconfigured(#[source] serde_json::Error),
    #[error("{0} is not https")]
    NotSecure(String),
    #[error("nobody answers")]
    Unreachable(#[source] reqwest::Error),
    #[error("the certificate is not trusted")]
    Certificate(#[source] reqwest::Error),
    #[error("the certificate is not valid at the time that the clock shows")]
    Clock(#[source] reqwest::Error),
    #[error("no answer in time")]
    Slow,
    #[error("the answer was {0}")]
    Status(String),
    #[error("a web page came instead of a list of versions")]
    WebPage,
    #[error("the list of versions is not understood")]
    NotAList(#[source] serde_json::Error),
    #[error("the list of versions says {0:?}, which is no version")]
    NotAVersion(String),
    #[error("the list of versions is over {} bytes", super::fetch::MOST_LIST)]
    ListTooLong,
    #[error("{announced} is offered, which is older than {running}")]
    Older { announced: String, running: String },
    #[error("there is nothing for this kind of installation: {0}")]
    NoPackage(String),
    #[error("the package is larger than any of ours")]
    PackageTooLarge,
    #[error("the download broke off")]
    BrokeOff(#[source] reqwest::Error),
    #[error("the signature is wrong")]
    WrongSignature(#[source] tauri_plugin_updater::Error),
    #[error("the signature names no version")]
    NoVersionSigned,
    #[error("signed was {signed}, announced {announced}")]
    AnotherVersionSigned { signed: String, announced: String },
    #[error("the package is of another kind than the installed one")]
    WrongKind,
    #[error("pkexec is not installed")]
    NoPkexec,
    #[error("the password dialog was dismissed")]
    Dismissed,
    #[error("no permission was given, or nobody can ask for it")]
    NotAllowed,
    #[error("the package manager failed: {0}")]
    Refused(String),
    #[error("{0} is not there any more")]
    Moved(String),
    #[error("a file could not be written")]
    Disk(#[source] io::Error),
    #[error("the updater failed")]
    Other(#[source] tauri_plugin_updater::Error),
}

impl Failure {
    /// What the user is told, and whether trying again helps.
    fn words(&self) -> (Retry, String) {
        let (retry, words) = match self {
            Self::Unconfigured(_) | Self::Other(_) => (Retry::Now, "The update failed. The log says more.".to_owned()),
            Self::NotSecure(_) => (Retry::No, "The update would have come over an unprotected connection. It was refused.".to_owned()),
            Self::Unreachable(_) => (Retry::Now, "The update server cannot be reached. Check your network.".to_owned()),
            Self::Certificate(_) => (Retry::Now, "The update server could not prove who it is. Something may be in between.".to_owned()),
            Self::Clock(_) => (Retry::Now, "The update server's certificate is not valid at the time this computer shows. Check the date and the clock.".to_owned()),
            Self::Slow => (Retry::Now, "The update server did not answer in time.".to_owned()),
            Self::Status(status) => (Retry::Now, format!("The update server answered with an error ({status}).")),
            Self::WebPage => (Retry::Now, "A web page came instead of the list of versions. Does this network want you to sign in first?".to_owned()),
            Self::NotAList(_) => (Retry::Now, "The update server's answer is not understood.".to_owned()),
            Self::NotAVersion(_) => (Retry::Now, "The update server names a version that is none.".to_owned()),
            Self::ListTooLong => (Retry::No, "The update server's answer does not end. It was refused.".to_owned()),
            Self::Older { announced, running } => (Retry::No, format!("The update server offers {announced}, which is older than your {running}. It was refused.")),
            Self::NoPackage(_) => (Retry::No, format!("There is no update for the way this Squelch was installed. Look at {RELEASES}")),
            Self::PackageTooLarge => (Retry::No, "The update does not end, or is far too large. It was refused.".to_owned()),
            Self::BrokeOff(_) => (Retry::Now, "The download broke off. Try again.".to_owned()),
            Self::WrongSignature(_) => (Retry::No, "The update is damaged, or does not come from Squelch's makers. It was refused.".to_owned()),
            Self::NoVersionSigned => (Retry::No, "The update's signature does not say for which version it was made. It was refused.".to_owned()),
            Self::AnotherVersionSigned { signed, announced } => (Retry::No, format!("The update is announced as {announced} but was signed as {signed}. It was refused.")),
            Self::WrongKind => (Retry::No, "The update is for another kind of installation. It was refused.".to_owned()),
            Self::NoPkexec => (Retry::No, format!("Squelch cannot ask for the permission to install: there is no pkexec. Install the package yourself, from {RELEASES}")),
            Self::Dismissed => (Retry::Now, "You did not give the permission to install. Squelch stays as it is.".to_owned()),
            Self::NotAllowed => (Retry::Now, format!("The system did not give the permission to install, or has no password dialog. You can install the package yourself, from {RELEASES}")),
            Self::Refused(_) => (Retry::Now, "The system could not install the package. Perhaps another installation is under way, or a library is missing; the log says more.".to_owned()),
            Self::Moved(path) => (Retry::No, format!("Squelch was started from {path}, which is not there any more. Quit, and start it from where it is now.")),
            Self::Disk(_) => (Retry::Now, "The update could not be written. Is the disk full, or the folder protected?".to_owned()),
        };
        (retry, words)
    }
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Self {
        let mut chain = failure.to_string();
        let mut next = failure.source();
        while let Some(cause) = next {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            next = cause.source();
        }
        tracing::warn!(problem = "update", "{chain}");
        let (retry, message) = failure.words();
        Self { code: Code::UpdateFailed, message, retry }
    }
}

impl From<tauri_plugin_updater::Error> for Failure {
    fn from(error: tauri_plugin_updater::Error) -> Self {
        use tauri_plugin_updater::Error as E;
        // The library may add variants, so there has to be an arm for the rest.
        #[allow(clippy::wildcard_enum_match_arm)]
        match error {
            E::Reqwest(error) => super::fetch::network(error),
            E::Network(words) => Self::Status(words.strip_prefix(DOWNLOAD).unwrap_or(&words).to_owned()),
            E::Minisign(_) | E::Base64(_) | E::SignatureUtf8(_) => Self::WrongSignature(error),
            E::MissingSignedVersion => Self::NoVersionSigned,
            E::SignedVersionMismatch { signed, announced } => Self::AnotherVersionSigned { signed, announced },
            E::TargetNotFound(_) | E::TargetsNotFound(_) => Self::NoPackage(error.to_string()),
            E::Serialization(error) => Self::NotAList(error),
            E::InvalidUpdaterFormat | E::BinaryNotFoundInArchive => Self::WrongKind,
            E::InsecureTransportProtocol => Self::NotSecure("the configured address".to_owned()),
            E::Io(error) => Self::Disk(error),
            error => Self::Other(error),
        }
    }
}
