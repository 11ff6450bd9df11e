//! Servers, each as it was installed, and their talkgroups.
//!
//! A server that is installed anew counts from 1 again. Its calls must not be taken for those of the same number that are
//! kept from before, so it begins a new epoch, and what is old is kept apart and still found.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::super::record::Names;
use crate::clock::WallTime;
use crate::model::{Call, ServerId, TalkgroupKey};

/// What began longer than that after the newest, in milliseconds, did not merely come out of order.
const SAME_TIME: i64 = 60_000;
/// Numbers that come out of order differ by a few.
const FAR_BACK: i64 = 1_000;
/// … or by many within this time: milliseconds.
const LONG_AFTER: i64 = 60 * 60 * 1_000;

/// A server as it was installed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) id: i64,
    newest_number: i64,
    newest_start: i64,
}

/// The server as it is installed now, as far as is known.
pub(super) fn current(transaction: &Transaction<'_>, server: ServerId) -> rusqlite::Result<Option<Source>> {
    let sql = "SELECT id, newest_number, newest_start FROM source WHERE server = ? ORDER BY epoch DESC LIMIT 1";
    let read =
        |row: &rusqlite::Row<'_>| Ok(Source { id: row.get(0)?, newest_number: row.get(1)?, newest_start: row.get(2)? });
    transaction.prepare_cached(sql)?.query_row([server.0], read).optional()
}

pub(super) fn current_or_new(transaction: &Transaction<'_>, server: ServerId) -> rusqlite::Result<Source> {
    match current(transaction, server)? {
        Some(source) => Ok(source),
        None => begin(transaction, server),
    }
}

/// Begins a new epoch of a server.
pub(super) fn begin(transaction: &Transaction<'_>, server: ServerId) -> rusqlite::Result<Source> {
    let sql = "INSERT INTO source (server, epoch, origin) SELECT ?1, 1 + ifnull(max(epoch), 0), \
        (SELECT origin FROM source WHERE server = ?1 ORDER BY epoch DESC LIMIT 1) FROM source WHERE server = ?1 RETURNING id";
    let id = transaction.prepare_cached(sql)?.query_row([server.0], |row| row.get(0))?;
    Ok(Source { id, newest_number: 0, newest_start: 0 })
}

/// Learns where a server is reached; at another address it is another server.
pub(super) fn meet(transaction: &Transaction<'_>, server: ServerId, origin: &str) -> rusqlite::Result<()> {
    let mut source = current_or_new(transaction, server)?;
    let known: Option<String> =
        transaction.query_row("SELECT origin FROM source WHERE id = ?", [source.id], |row| row.get(0))?;
    if known.is_some_and(|known| known != origin) {
        source = begin(transaction, server)?;
    }
    transaction.execute("UPDATE source SET origin = ?2 WHERE id = ?1", params![source.id, origin])?;
    Ok(())
}

/// Whether this call shows that the server was installed anew: its number is another call's, whose beginning is known; or
/// it is far behind the newest although it began after everything there was.
pub(super) fn is_another(source: &Source, call: &Call, known_start: Option<i64>) -> bool {
    if let Some(known) = known_start {
        return !call.began_with(WallTime(known));
    }
    let (number, start) = (call.id.0.cast_signed(), call.start.0);
    let behind = source.newest_number.saturating_sub(number);
    let after = start.saturating_sub(source.newest_start);
    (behind > 0 && after > LONG_AFTER) || (behind > FAR_BACK && after > SAME_TIME)
}

/// Remembers the newest call of a source.
pub(super) fn remember(transaction: &Transaction<'_>, source: &Source, call: &Call) -> rusqlite::Result<()> {
    let sql =
        "UPDATE source SET newest_number = max(newest_number, ?2), newest_start = max(newest_start, ?3) WHERE id = ?1";
    transaction.prepare_cached(sql)?.execute(params![source.id, call.id.0.cast_signed(), call.start.0])?;
    Ok(())
}

/// The row of a call's talkgroup, made if there is none, with what it is called now.
pub(super) fn talkgroup(
    transaction: &Transaction<'_>,
    server: ServerId,
    source: i64,
    call: &Call,
    names: Option<&Names>,
) -> Result<i64, super::Failure> {
    let number = |n: u64| n.cast_signed();
    let sql = "INSERT INTO talkgroup (source, system, number, system_id, talkgroup_id, labels, keep) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, EXISTS (SELECT 1 FROM kept_talkgroup WHERE server = ?7 AND talkgroup = ?5)) \
        ON CONFLICT (source, system, number) DO UPDATE SET system_id = ifnull(excluded.system_id, system_id), \
        talkgroup_id = ifnull(excluded.talkgroup_id, talkgroup_id), labels = ifnull(excluded.labels, labels), \
        keep = max(keep, excluded.keep) RETURNING id";
    let values = params![
        source,
        number(call.system_number.0),
        number(call.talkgroup_number.0),
        call.system.map(|id| number(id.0)),
        call.talkgroup.map(|id| number(id.0)),
        names.map(serde_json::to_string).transpose()?,
        server.0,
    ];
    Ok(transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

/// Keeps a talkgroup's calls for ever, or no longer.
pub(super) fn keep(transaction: &Transaction<'_>, key: TalkgroupKey, keep: bool) -> rusqlite::Result<()> {
    let id = key.talkgroup.0.cast_signed();
    let sql = if keep {
        "INSERT OR IGNORE INTO kept_talkgroup (server, talkgroup) VALUES (?, ?)"
    } else {
        "DELETE FROM kept_talkgroup WHERE server = ? AND talkgroup = ?"
    };
    transaction.execute(sql, params![key.server.0, id])?;
    if let Some(source) = current(transaction, key.server)? {
        let sql = "UPDATE talkgroup SET keep = ?3 WHERE source = ?1 AND talkgroup_id = ?2";
        transaction.execute(sql, params![source.id, id, keep])?;
    }
    Ok(())
}
