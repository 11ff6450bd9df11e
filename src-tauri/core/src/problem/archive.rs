//! What is wrong with a question about stored calls.

use super::{Code, Problem, Retry, log};
use crate::server::ArchiveError;

impl From<&ArchiveError> for Problem {
    fn from(error: &ArchiveError) -> Self {
        log("archive", error);
        let (code, retry, message) = match error {
            ArchiveError::Network(_) | ArchiveError::NoAnswer => (
                Code::ServerUnreachable,
                Retry::Now,
                "The server cannot be reached. Check your network, then try again.",
            ),
            ArchiveError::SignedOut => {
                (Code::SignedOut, Retry::AfterSigningIn, "This takes a login. Sign in to the server, then try again.")
            }
            ArchiveError::NotAuthorised => (
                Code::SignedOut,
                Retry::AfterSigningIn,
                "The server does not accept your login for this. Sign in again.",
            ),
            ArchiveError::NotFound => (
                Code::CallMissing,
                Retry::No,
                "The server does not have this call any more, or your account may not hear it.",
            ),
            ArchiveError::NotOffered => (Code::NotPossible, Retry::No, "This server does not offer that."),
            ArchiveError::SharingOff => {
                (Code::SharingOff, Retry::No, "This server shares no calls. Its operator can switch sharing on.")
            }
            ArchiveError::Limited => (
                Code::SharingLimited,
                Retry::Now,
                "The server allows 10 links a minute, and you have made as many. Wait a minute, then try again.",
            ),
            ArchiveError::NotYours => (
                Code::NotYours,
                Retry::No,
                "Somebody else has shared this call, so only they or the server's operator can stop that.",
            ),
            ArchiveError::Expired => (
                Code::LinkExpired,
                Retry::No,
                "The link to this call has expired. Somebody else made it, so only they or the server's operator can renew it.",
            ),
            ArchiveError::Crossed => (
                Code::ServerError,
                Retry::Now,
                "Another device changed it at the same moment. Look at it, and try again if need be.",
            ),
            ArchiveError::NotUnderstood => (
                Code::ServerError,
                Retry::Now,
                "The server's answer cannot be understood. Try again later, or tell its operator.",
            ),
            ArchiveError::Status(status) => return super::server_error(*status),
        };
        Self::new(code, retry, message)
    }
}

impl Problem {
    /// A wish about a bookmark that was not granted.
    pub(crate) fn bookmark(error: &ArchiveError) -> Self {
        let problem = Self::from(error);
        Self { message: format!("The bookmark was not changed. {}", problem.message), ..problem }
    }
}
