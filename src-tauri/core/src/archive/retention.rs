//! What is too old, or too much, goes: in small steps, the oldest first, and never what is to be kept.
//!
//! First the rows go, on the disk for certain; then the files they pointed to. The room of the rows is given back to the
//! disk a little at a time, too.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::batch::{self, second_of};
use super::database::Database;
use super::files::{self, FileName};
use super::notes::Limits;
use super::trouble::Failure;
use crate::clock::WallTime;

/// So many calls go in one step: some milliseconds.
const STEP: usize = 32;
/// So many are looked at in one step.
const LOOKED_AT: i64 = 512;
/// Pages given back in one step.
const PAGES: i64 = 128;
/// Free pages below this are left for what comes.
const SPARE_PAGES: i64 = 1_024;
/// The computer's clock is believed only so far beyond the newest call: one that was set forward by mistake must not empty
/// the archive. Seconds.
const BELIEVED: i64 = 24 * batch::HOUR;

/// Where a run of steps has come to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Retention {
    /// All calls before this id are kept for ever.
    cursor: i64,
}

/// What is stored, and how much of it may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Calls of which something is known.
    pub calls: u64,
    /// Those of them that are kept for ever.
    pub kept_calls: u64,
    /// Bytes of audio.
    pub audio: u64,
    /// Those of them that are kept for ever.
    pub kept_audio: u64,
    /// Bytes of everything else.
    pub database: u64,
    /// Calls that nobody has heard yet.
    pub unheard: u64,
}

impl Totals {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT ifnull(sum(calls), 0), ifnull(sum(iif(keep, calls, kept_calls)), 0), ifnull(sum(bytes), 0), \
            ifnull(sum(iif(keep, bytes, kept_bytes)), 0), ifnull(sum(unheard), 0) FROM talkgroup";
        let database = super::database::bytes(connection)?;
        connection.prepare_cached(sql)?.query_row([], |row| {
            let value = |index| row.get::<_, i64>(index).map(|value| u64::try_from(value).unwrap_or(0));
            let database = u64::try_from(database).unwrap_or(0);
            Ok(Self {
                calls: value(0)?,
                kept_calls: value(1)?,
                audio: value(2)?,
                kept_audio: value(3)?,
                unheard: value(4)?,
                database,
            })
        })
    }

    /// The bytes that count against the limit: of audio, and of the database that part which is about the same calls.
    pub(super) fn counted(&self) -> u64 {
        let share = |of: u64| (of as f64 * (self.calls - self.kept_calls) as f64 / self.calls.max(1) as f64) as u64;
        // An empty database is no reason to delete anything.
        self.audio - self.kept_audio + share(self.database.saturating_sub(1 << 20))
    }
}

impl Retention {
    /// Looks at everything from the start again: something is kept no longer.
    pub(super) fn begin_again(&mut self) {
        self.cursor = 0;
    }

    /// A call came in here.
    pub(super) fn goes_back_to(&mut self, id: i64) {
        self.cursor = self.cursor.min(id);
    }

    /// One step; whether another one may have something to do at once.
    pub(super) fn step(&mut self, database: &mut Database, limits: Limits, now: WallTime) -> Result<bool, Failure> {
        let too_old = limits.age.map_or(Ok(0), |age| first_kept(&database.connection, age, now))?;
        let totals = Totals::read(&database.connection)?;
        let is_too_much = limits.bytes.is_some_and(|most| totals.counted() > most);
        let mut surplus = limits.bytes.map_or(0, |most| totals.counted().saturating_sub(most));
        // What a call that goes takes along of the database, roughly.
        let per_call = totals.database / totals.calls.max(1);
        let (mut going, mut looked_at, mut ended) = (Vec::new(), 0, false);
        let mut next = self.cursor;
        {
            let sql = "SELECT call.id, kept OR keep, call.bytes FROM call JOIN talkgroup ON talkgroup.id = call.talkgroup \
                WHERE call.id >= ? ORDER BY call.id LIMIT ?";
            let mut statement = database.connection.prepare_cached(sql)?;
            let mut rows = statement.query([self.cursor, LOOKED_AT])?;
            while going.len() < STEP
                && let Some(row) = rows.next()?
            {
                let (id, is_kept, bytes): (i64, bool, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                if id >= too_old && (!is_too_much || surplus == 0) {
                    ended = true;
                    break;
                }
                (looked_at, next) = (looked_at + 1, id + 1);
                if !is_kept {
                    going.push(id);
                    surplus = surplus.saturating_sub(bytes.unsigned_abs() + per_call);
                }
            }
        }
        if !going.is_empty() {
            remove(database, &going)?;
        }
        // Not before they are gone: who could not be deleted is tried again.
        self.cursor = next;
        let gaps = "DELETE FROM gap WHERE to_ms < ?";
        if ended || looked_at == 0 {
            database.connection.prepare_cached(gaps)?.execute([second_of(too_old) * 1_000])?;
        }
        Ok(!going.is_empty() || looked_at == LOOKED_AT)
    }
}

/// The first id that is not too old.
fn first_kept(connection: &Connection, age: Duration, now: WallTime) -> rusqlite::Result<i64> {
    let newest = batch::newest_second(connection)?.unwrap_or(0);
    let now = now.0.min((newest + BELIEVED).saturating_mul(1_000));
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    Ok(batch::before_second(WallTime(now.saturating_sub(age))))
}

/// Removes calls for good.
fn remove(database: &mut Database, calls: &[i64]) -> Result<(), Failure> {
    database.sync_commits(true)?;
    let removed = delete(&mut database.connection, calls);
    database.sync_commits(false)?;
    for name in removed? {
        files::remove(&database.folder, name);
    }
    Ok(())
}

fn delete(connection: &mut Connection, calls: &[i64]) -> rusqlite::Result<Vec<FileName>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut names = Vec::new();
    for id in calls {
        names.extend(batch::lose_audio(&transaction, *id)?);
        transaction.prepare_cached("DELETE FROM call WHERE id = ?")?.execute([id])?;
    }
    transaction.commit()?;
    Ok(names)
}

/// Gives free pages back to the disk, a few at a time; whether there are more.
pub(super) fn give_back(connection: &Connection) -> Result<bool, Failure> {
    let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    if free <= SPARE_PAGES {
        return Ok(false);
    }
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(true)
}
