//! What is wrong with the archive on this computer. Listening is touched by none of it.

use super::{Code, Problem, Retry, log};
use crate::archive::{ReadError, Trouble};

impl From<&Trouble> for Problem {
    fn from(error: &Trouble) -> Self {
        log("archive on this computer", error);
        let (retry, message) = match error {
            Trouble::Full(_) => (
                Retry::ByItself,
                "The disk is full: calls are heard and not archived. Make room; Squelch goes on archiving by itself.".to_owned(),
            ),
            Trouble::Unwritable(_) => (
                Retry::ByItself,
                "The archive on this computer cannot be written: calls are heard and not archived. Check that the data folder is there and can be written; Squelch tries again by itself.".to_owned(),
            ),
            Trouble::InUse => (
                Retry::ByItself,
                "Another Squelch has the archive on this computer open, so this one does not archive. It does when the other one has ended.".to_owned(),
            ),
            Trouble::Newer { version } => (
                Retry::No,
                format!(
                    "The archive on this computer was written by a newer Squelch (version {version}). It is left as it is, and nothing is archived. Update Squelch to use it."
                ),
            ),
        };
        Self::new(Code::NotArchived, retry, message)
    }
}

impl From<&ReadError> for Problem {
    fn from(error: &ReadError) -> Self {
        log("archive on this computer", error);
        let message = match error {
            ReadError::Closed => "There is no archive on this computer now.",
            ReadError::Damaged(_) | ReadError::Failed(_) => {
                "The archive on this computer could not be read. Try again."
            }
        };
        Self::new(Code::NotArchived, Retry::Now, message)
    }
}

impl Problem {
    /// A damaged archive was put out of the way.
    pub(crate) fn archive_set_aside(aside: &str) -> Self {
        let message = format!(
            "The archive on this computer was damaged. It was set aside as {aside}, and Squelch begins a new one."
        );
        Self::new(Code::ArchiveSetAside, Retry::No, message)
    }
}
