//! The connections that ask: some of them are kept open, and all of them end before the archive is moved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::InterruptHandle;

use super::reading::Reader;
use super::trouble::ReadError;

/// So many connections are kept for the next questions.
const KEPT: usize = 3;
/// A question that was interrupted ends at once; this is for a disk that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Inner {
    /// Where the archive is, while there is one.
    archive: Option<PathBuf>,
    /// Changes whenever it is another.
    generation: u64,
    idle: Vec<Reader>,
    asking: BTreeMap<u64, InterruptHandle>,
    next: u64,
}

/// See the module.
#[derive(Default)]
pub(super) struct Pool {
    inner: Mutex<Inner>,
    done: Condvar,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool")
    }
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Questions may be asked of this archive.
    pub(super) fn open(&self, archive: &Path) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.archive = Some(archive.to_path_buf());
    }

    /// No question is answered any more. Those under way are cut short and waited for, unless they hang.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.archive = None;
        inner.idle.clear();
        inner.asking.values().for_each(InterruptHandle::interrupt);
        let asking = |inner: &mut Inner| !inner.asking.is_empty();
        drop(self.done.wait_timeout_while(inner, PATIENCE, asking));
    }

    /// Asks; blocks for as long as the answer takes.
    pub(super) fn ask<T, E: From<ReadError>>(&self, question: impl FnOnce(&Reader) -> Result<T, E>) -> Result<T, E> {
        let (reader, generation, number) = self.take()?;
        let mut back = Back { pool: self, reader: Some(reader), generation, number };
        let answer = back.reader.as_ref().map_or_else(|| Err(ReadError::Closed.into()), question);
        back.keep();
        answer
    }

    fn take(&self) -> Result<(Reader, u64, u64), ReadError> {
        let mut inner = self.lock();
        let archive = inner.archive.clone().ok_or(ReadError::Closed)?;
        let reader = match inner.idle.pop() {
            Some(reader) => reader,
            None => Reader::open(&archive)?,
        };
        inner.next += 1;
        let number = inner.next;
        inner.asking.insert(number, reader.connection().get_interrupt_handle());
        Ok((reader, inner.generation, number))
    }
}

/// A reader that comes back however its question ends.
struct Back<'a> {
    pool: &'a Pool,
    reader: Option<Reader>,
    generation: u64,
    number: u64,
}

impl Back<'_> {
    fn keep(&mut self) {
        let mut inner = self.pool.lock();
        if inner.archive.is_some() && inner.generation == self.generation && inner.idle.len() < KEPT {
            inner.idle.extend(self.reader.take());
        }
    }
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        // Closed before it is said that it is.
        self.reader = None;
        self.pool.lock().asking.remove(&self.number);
        self.pool.done.notify_all();
    }
}
