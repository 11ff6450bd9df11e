//! What can be wrong with the archive, and what a caller can do about it.

use std::io;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why nothing is archived at the moment. Listening is not touched by any of these.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// The disk is full, or a limit of the system is reached. Tried again by itself.
    #[error("the disk of the archive is full")]
    Full(#[source] Arc<Failure>),
    /// The folder cannot be written, or is gone. Tried again by itself.
    #[error("the archive cannot be written")]
    Unwritable(#[source] Arc<Failure>),
    /// Another program has it open. Tried again by itself.
    #[error("another program has the archive open")]
    InUse,
    /// A newer Squelch has written it. It is left untouched until this program ends.
    #[error("the archive is of version {version}, which this Squelch does not know")]
    Newer {
        /// Its version.
        version: u32,
    },
}

/// An error below.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Of the database.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// Of a file.
    #[error("a file failed")]
    File(#[from] io::Error),
    /// What is stored makes no sense.
    #[error("what is stored is not understood")]
    Record(#[from] serde_json::Error),
}

/// Why a question was not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// There is no archive at the moment; [`Standing::trouble`](super::Standing::trouble) says why.
    #[error("there is no archive at the moment")]
    Closed,
    /// It is damaged. It is being set aside; ask again in a moment.
    #[error("the archive is damaged")]
    Damaged(#[source] Arc<Failure>),
    /// It could not be read.
    #[error("the archive could not be read")]
    Failed(#[source] Arc<Failure>),
}

/// Why there is no audio.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AudioError {
    /// None is kept for this call.
    #[error("no audio of this call is kept")]
    NotKept,
    /// The file is gone. The call will say so, too.
    #[error("the file with the audio is gone")]
    Missing,
    /// The file is not what was written. The call will be without audio.
    #[error("the file with the audio is damaged")]
    Damaged,
    /// The file could not be read.
    #[error("the file with the audio could not be read")]
    Unreadable(#[source] Arc<io::Error>),
    /// The question itself failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Sorts of failure, by what is done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// No room: wait, and try again.
    Full,
    /// No access: wait, look whether the folder is still there, and try again.
    Access,
    /// Set it aside and begin anew.
    Damage,
    /// Something about this very call: leave it out.
    Refused,
}

impl Failure {
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => of_database(error),
            Self::File(error) => of_file(error),
            Self::Record(_) => Fault::Refused,
        }
    }
}

fn of_file(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Fault::Full,
        _ => Fault::Access,
    }
}

fn of_database(error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Fault::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Damage,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::OutOfMemory,
        ) => Fault::Access,
        _ => Fault::Refused,
    }
}

impl Trouble {
    /// What to say of a failure that waiting may mend.
    pub(super) fn of(failure: Failure) -> Self {
        match failure.fault() {
            Fault::Full => Self::Full(Arc::new(failure)),
            Fault::Access | Fault::Damage | Fault::Refused => Self::Unwritable(Arc::new(failure)),
        }
    }

    /// Whether trying again may help.
    pub(super) fn passes(&self) -> bool {
        !matches!(self, Self::Newer { .. })
    }
}

impl ReadError {
    pub(super) fn of(failure: Failure) -> Self {
        match failure.fault() {
            Fault::Damage => Self::Damaged(Arc::new(failure)),
            Fault::Full | Fault::Access | Fault::Refused => Self::Failed(Arc::new(failure)),
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::of(Failure::Database(error))
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        Self::of(Failure::Record(error))
    }
}
