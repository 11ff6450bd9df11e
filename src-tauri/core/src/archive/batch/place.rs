//! Where a call belongs in time, as its id.

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::super::trouble::Failure;
use crate::clock::WallTime;

/// So many calls have room in one second.
const ROOM: i64 = 1 << 16;
/// Seconds.
pub(in crate::archive) const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// A call from before this is from a recorder without a clock: 2000-01-01.
const FIRST: i64 = 946_684_800;
/// The last second with room in a number that the window understands: in the year 3089.
const LAST: i64 = 1 << 35;

/// The second in which the call of this id belongs.
pub(in crate::archive) fn second_of(id: i64) -> i64 {
    id / ROOM
}

/// The first id that a moment's calls may have.
pub(in crate::archive) fn before_second(time: WallTime) -> i64 {
    time.0.div_euclid(1_000).clamp(0, LAST) * ROOM
}

/// The last id that a moment's calls may have.
pub(in crate::archive) fn after_second(time: WallTime) -> i64 {
    before_second(time) + ROOM - 1
}

/// The second to put a call into: that in which it began, as long as it can be believed. A server's clock that is more than
/// a day ahead of everything this computer's clock has ever shown is wrong; so is one that stands before the year 2000.
/// Calls of such a server are put where they were seen. This computer's clock may be wrong, too: set back a year, it does
/// not move calls into last year, because it is remembered what it has shown.
pub(super) fn second(transaction: &Transaction<'_>, start: WallTime, seen: WallTime) -> rusqlite::Result<i64> {
    let newest = here(transaction, seen)?;
    let start = start.0.div_euclid(1_000);
    Ok(if (FIRST..=newest + DAY).contains(&start) { start } else { newest })
}

/// Remembers what this computer's clock shows; gives the latest that it has ever shown.
pub(in crate::archive) fn here(connection: &Connection, now: WallTime) -> rusqlite::Result<i64> {
    let now = now.0.div_euclid(1_000).clamp(FIRST, LAST - DAY);
    let sql = "UPDATE meta SET newest_seen = max(newest_seen, ?) RETURNING newest_seen";
    connection.prepare_cached(sql)?.query_row([now], |row| row.get(0))
}

/// A free id in this second, or in the next one with room.
pub(super) fn free(transaction: &Transaction<'_>, second: i64) -> Result<i64, Failure> {
    let mut first = second * ROOM;
    loop {
        let sql = "SELECT id FROM call WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1";
        let range = [first, first + ROOM - 1];
        let last = transaction.prepare_cached(sql)?.query_row(range, |row| row.get::<_, i64>(0)).optional()?;
        match last {
            None => return Ok(first),
            Some(last) if last < first + ROOM - 1 => return Ok(last + 1),
            Some(_) => first += ROOM,
        }
    }
}

/// The second of the newest call.
pub(in crate::archive) fn newest_second(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let newest: Option<i64> = connection.prepare_cached("SELECT max(id) FROM call")?.query_row([], |row| row.get(0))?;
    Ok(newest.map(second_of))
}
