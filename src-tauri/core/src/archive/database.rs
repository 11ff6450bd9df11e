//! The database: opened, brought up to date, set aside if it is damaged, and left alone if it is newer than this program.
//!
//! ```text
//! DATA/archive/lock              held while a program has the archive open
//! DATA/archive/archive.sqlite    with -wal and -shm beside it
//! DATA/archive/audio/HOUR/NAME   see files.rs
//! DATA/archive-unreadable-1/     one that was damaged, whole
//! DATA/archive-deleted-1/        one that is being deleted
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::trouble::{Failure, Fault, Trouble};

/// Each brings the database one version further. A step that was released is never changed.
const STEPS: [&str; 1] = [include_str!("schema.sql")];
/// "SQch": so that nothing else with this file name is taken for ours.
const APPLICATION: u32 = 0x5351_6368;
/// A database up to this size is looked through at each start; that takes some ten milliseconds.
const SMALL: i64 = 16 << 20;
/// For the moment in which a reader has the log to itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// The archive's folder in the data folder.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("archive")
}

/// The database's file in the archive's folder.
pub(super) fn file(archive: &Path) -> PathBuf {
    archive.join("archive.sqlite")
}

/// An archive that is open, as the only one who writes has it.
#[derive(Debug)]
pub(super) struct Database {
    /// Dropped first: the lock is for whoever closes it.
    pub(super) connection: Connection,
    pub(super) folder: PathBuf,
    identity: Option<Identity>,
    _lock: File,
}

/// Why an archive did not open.
#[derive(Debug)]
pub(super) enum Unopened {
    /// Wait, or leave it.
    Trouble(Trouble),
    /// Set it aside.
    Damaged(Failure),
}

impl From<Failure> for Unopened {
    fn from(failure: Failure) -> Self {
        match failure.fault() {
            // What a new database refuses, or an old one cannot answer, is no database of ours.
            Fault::Damage | Fault::Refused => Self::Damaged(failure),
            Fault::Full | Fault::Access => Self::Trouble(Trouble::of(failure)),
        }
    }
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Database(error).into()
    }
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        Failure::File(error).into()
    }
}

impl Database {
    /// Opens what is there, or begins a new one.
    pub(super) fn open(data: &Path) -> Result<Self, Unopened> {
        let folder = folder(data);
        fs::create_dir_all(super::files::folder(&folder))?;
        let lock = lock(&folder)?;
        let file = file(&folder);
        match peek(&file)? {
            Header::Ours { version } if version as usize > STEPS.len() => {
                return Err(Unopened::Trouble(Trouble::Newer { version }));
            }
            Header::None | Header::Ours { .. } => {}
            Header::Foreign => {
                return Err(Unopened::Damaged(io::Error::from(io::ErrorKind::InvalidData).into()));
            }
        }
        let mut connection = Connection::open_with_flags(
            &file,
            flags() | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        prepare(&connection)?;
        migrate(&mut connection)?;
        probe(&connection)?;
        let identity = Identity::of(&file);
        Ok(Self { connection, folder, identity, _lock: lock })
    }

    /// Whether the file on the disk is still the one that is open. Where somebody has deleted or unmounted it, writing goes
    /// on without an error, into nothing.
    pub(super) fn is_there(&self) -> bool {
        self.identity.is_some() && Identity::of(&file(&self.folder)) == self.identity
    }

    /// Has the next commit wait until it is on the disk, with all before it; or not.
    pub(super) fn sync_commits(&self, on: bool) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "synchronous", if on { "FULL" } else { "NORMAL" })
    }
}

/// What tells one file from another with its name.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(file: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(file).ok().map(|metadata| Self(metadata.dev(), metadata.ino()))
    }

    /// Elsewhere an open file cannot be deleted, so that being there is enough.
    #[cfg(not(unix))]
    fn of(file: &Path) -> Option<Self> {
        file.exists().then_some(Self(0, 0))
    }
}

/// What all connections have in common. Names of files are no addresses, and each connection stays with one thread.
pub(super) fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn lock(folder: &Path) -> Result<File, Unopened> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Unopened::Trouble(Trouble::InUse)),
        // A file system without locks has no second program to fear more than no archive at all.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

enum Header {
    /// There is no database yet, or an empty one.
    None,
    Ours {
        version: u32,
    },
    Foreign,
}

/// Looks at the file's first bytes without touching it: whoever opens a database may already change it.
fn peek(file: &Path) -> io::Result<Header> {
    let mut header = Vec::new();
    match File::open(file) {
        Ok(file) => file.take(100).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Header::None),
        Err(error) => return Err(error),
    };
    let number = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_be_bytes(bytes.unwrap_or_default())
    };
    let (version, application) = (number(60), number(68));
    Ok(match header.len() {
        0 => Header::None,
        100 if header.starts_with(b"SQLite format 3\0") => match (application, version) {
            (APPLICATION, version) => Header::Ours { version },
            // It was being made when the program was killed.
            (0, 0) => Header::None,
            _ => Header::Foreign,
        },
        _ => Header::Foreign,
    })
}

/// Of what was read each connection keeps this much, in kibibytes as SQLite wants it. The system's own cache has the rest:
/// more here would be what a program in the tray must not grow by.
pub(super) const CACHE: i32 = -2_048;

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // Before the first page is written, or it is too late: room comes back in small steps.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", 8 << 20)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), Unopened> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let is_empty = connection.query_row("SELECT 1 FROM sqlite_schema", [], |_| Ok(())).optional()?.is_none();
    if (version == 0) != is_empty {
        return Err(Unopened::Damaged(io::Error::from(io::ErrorKind::InvalidData).into()));
    }
    let Some(steps) = STEPS.get(version as usize..) else {
        return Err(Unopened::Trouble(Trouble::Newer { version }));
    };
    if steps.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    transaction.commit()?;
    // An older program looks at the file's first bytes only, and there the new version must be.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Touches everything once, so that damage shows at the start rather than later.
fn probe(connection: &Connection) -> Result<(), Unopened> {
    for table in ["source", "talkgroup", "call", "detail", "audio", "meta", "word"] {
        connection.query_row(&format!("SELECT 1 FROM {table} LIMIT 1"), [], |_| Ok(())).optional()?;
    }
    connection.query_row("SELECT max(id) FROM call", [], |_| Ok(()))?;
    connection
        .query_row("SELECT rowid FROM words WHERE words MATCH '§s1' ORDER BY rowid DESC LIMIT 1", [], |_| Ok(()))
        .optional()?;
    if bytes(connection)? > SMALL {
        return Ok(());
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(Unopened::Damaged(io::Error::other(found).into())) }
}

/// How large the database is, without what is free in it.
pub(super) fn bytes(connection: &Connection) -> rusqlite::Result<i64> {
    let value = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok((value("page_count")? - value("freelist_count")?) * value("page_size")?)
}

/// Renames the archive's folder, whatever is in it; gives the new name.
pub(super) fn set_aside(data: &Path, kind: &str) -> io::Result<String> {
    let name = |n: u32| format!("archive-{kind}-{n}");
    let free = (1..1000).map(name).find(|name| !data.join(name).exists());
    let name = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(folder(data), data.join(&name))?;
    super::files::sync_folder(data)?;
    Ok(name)
}

/// The folders that [`set_aside`] has made of this kind.
pub(super) fn aside(data: &Path, kind: &str) -> Vec<PathBuf> {
    let prefix = format!("archive-{kind}-");
    let Ok(entries) = fs::read_dir(data) else { return Vec::new() };
    let is_one = |name: &str| name.strip_prefix(&prefix).is_some_and(|n| n.parse::<u32>().is_ok());
    entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_one)).map(|entry| entry.path()).collect()
}
