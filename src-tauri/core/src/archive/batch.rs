//! Writing one helping of notes in one transaction.

mod epoch;
mod place;

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::files::{FileName, Sum};
use super::mailbox::{Batch, Sundry, Waiting};
use super::notes::{Audio, Pending, Sighting, State};
use super::record::{Indexed, Record, Said, millis};
use super::trouble::{Failure, Fault};
use crate::clock::WallTime;
use crate::model::{CallKey, Transcript};
use crate::view::NotPlayed;

pub(super) use place::{HOUR, after_second, before_second, here, newest_second, second_of};

/// So many words are remembered as written; after that it is forgotten which.
const MOST_REMEMBERED: usize = 200_000;

/// The words that the database is known to hold.
#[derive(Debug, Default)]
pub(super) struct KnownWords(HashSet<Box<str>>);

/// Audio that lies on the disk and waits for a row to point to it.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) name: FileName,
    pub(super) sum: Sum,
    pub(super) bytes: usize,
}

/// What is left to do after a batch.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Nothing points to them.
    pub(super) files: Vec<FileName>,
    /// The earliest call that is new.
    pub(super) earliest: Option<i64>,
    /// So many calls could not be written.
    pub(super) refused: u64,
}

/// A way to write a helping.
pub(super) type Write =
    fn(&mut Connection, &mut KnownWords, &Batch, &BTreeMap<CallKey, Stored>, WallTime) -> Result<Left, Failure>;

/// Writes all of it, or nothing. `stored` are the files of those calls' audio that are to be pointed to.
pub(super) fn write(
    connection: &mut Connection,
    known: &mut KnownWords,
    batch: &Batch,
    stored: &BTreeMap<CallKey, Stored>,
    now: WallTime,
) -> Result<Left, Failure> {
    transact(connection, known, batch, stored, now, Refusal::Fails)
}

/// Writes what of it can be written, and leaves out what the database refuses. It is one transaction all the same: no kill
/// parts a call from its place in the queue.
pub(super) fn write_without_refused(
    connection: &mut Connection,
    known: &mut KnownWords,
    batch: &Batch,
    stored: &BTreeMap<CallKey, Stored>,
    now: WallTime,
) -> Result<Left, Failure> {
    transact(connection, known, batch, stored, now, Refusal::IsLeftOut)
}

/// What becomes of everything when one thing is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Fails,
    IsLeftOut,
}

fn transact(
    connection: &mut Connection,
    known: &mut KnownWords,
    batch: &Batch,
    stored: &BTreeMap<CallKey, Stored>,
    now: WallTime,
    refusal: Refusal,
) -> Result<Left, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writing = Writing { transaction: &transaction, known, now, left: Left::default(), refusal };
    let result = writing.all(batch, stored);
    let left = writing.left;
    if result.is_err() || left.refused > 0 || known.0.len() > MOST_REMEMBERED {
        known.0.clear();
    }
    result?;
    if let Err(error) = transaction.commit() {
        known.0.clear();
        return Err(error.into());
    }
    Ok(left)
}

/// A transaction, and what goes with it.
struct Writing<'a> {
    transaction: &'a Transaction<'a>,
    known: &'a mut KnownWords,
    now: WallTime,
    left: Left,
    refusal: Refusal,
}

/// A call that is already written.
struct Row {
    id: i64,
    source: i64,
    talkgroup: i64,
    bytes: i64,
}

impl Writing<'_> {
    fn all(&mut self, batch: &Batch, stored: &BTreeMap<CallKey, Stored>) -> Result<(), Failure> {
        self.part(|writing| writing.sundry_before(&batch.sundry))?;
        // The index takes what comes in the order of time most easily.
        let mut calls: Vec<&Waiting> = batch.calls.iter().collect();
        calls.sort_by_key(|waiting| waiting.pending.seen.as_ref().map(|seen| seen.call.start));
        for waiting in calls {
            let stored = stored.get(&waiting.key);
            if !self.part(|writing| writing.call(waiting.key, &waiting.pending, stored))? {
                self.left.refused += 1;
                self.left.files.extend(stored.map(|stored| stored.name));
            }
        }
        self.part(|writing| writing.sundry_after(&batch.sundry))?;
        here(self.transaction, self.now)?;
        Ok(())
    }

    /// Writes one part. Where what is refused is left out: whole or not at all; says whether it is written.
    fn part(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<bool, Failure> {
        if self.refusal == Refusal::Fails {
            return write(self).map(|()| true);
        }
        self.transaction.execute_batch("SAVEPOINT part")?;
        let (files, earliest) = (self.left.files.len(), self.left.earliest);
        let is_written = match write(self) {
            Ok(()) => true,
            Err(failure) if failure.fault() == Fault::Refused => {
                tracing::warn!(cause = ?failure, "left out of the archive");
                self.transaction.execute_batch("ROLLBACK TO part")?;
                self.left.files.truncate(files);
                self.left.earliest = earliest;
                // It may have been the only one that wrote them.
                self.known.0.clear();
                false
            }
            Err(failure) => return Err(failure),
        };
        self.transaction.execute_batch("RELEASE part")?;
        Ok(is_written)
    }

    fn sundry_before(&mut self, sundry: &Sundry) -> Result<(), Failure> {
        for (server, origin) in &sundry.origins {
            epoch::meet(self.transaction, *server, origin)?;
        }
        for (key, keep) in &sundry.kept {
            epoch::keep(self.transaction, *key, *keep)?;
        }
        Ok(())
    }

    fn sundry_after(&mut self, sundry: &Sundry) -> Result<(), Failure> {
        for gap in &sundry.gaps {
            let sql = "INSERT INTO gap (server, from_ms, to_ms) VALUES (?, ?, ?)";
            self.transaction.prepare_cached(sql)?.execute(params![gap.server.0, gap.from.0, gap.to.0])?;
        }
        for id in &sundry.bad_audio {
            self.left.files.extend(lose_audio(self.transaction, *id)?);
        }
        self.transaction.execute("INSERT OR IGNORE INTO resume (id, waiting) VALUES (1, '[]')", [])?;
        if let Some(waiting) = &sundry.waiting {
            let waiting = serde_json::to_string(waiting)?;
            self.transaction.prepare_cached("UPDATE resume SET waiting = ?")?.execute([waiting])?;
        }
        if let Some(playing) = &sundry.playing {
            let playing = playing.map(|position| serde_json::to_string(&position)).transpose()?;
            self.transaction.prepare_cached("UPDATE resume SET playing = ?")?.execute([playing])?;
        }
        Ok(())
    }

    fn call(&mut self, key: CallKey, pending: &Pending, stored: Option<&Stored>) -> Result<(), Failure> {
        let row = match &pending.seen {
            Some(sighting) => Some(self.seen(key, sighting, pending.transcript.as_ref())?),
            None => self.find(key)?,
        };
        // Whatever is said of a call that is gone, or was never there, is too late or too early.
        let Some(row) = row else {
            self.left.files.extend(stored.map(|stored| stored.name));
            return Ok(());
        };
        if let (Some(transcript), None) = (&pending.transcript, &pending.seen) {
            self.said(&row, transcript)?;
        }
        if let Some(state) = pending.state {
            let (state, why) = state_columns(state);
            let sql =
                "UPDATE call SET state = ?2, why = ?3 WHERE id = ?1 AND state <> 1 AND (state, why) IS NOT (?2, ?3)";
            self.transaction.prepare_cached(sql)?.execute(params![row.id, state, why])?;
        }
        if let Some(keep) = pending.keep {
            let sql = "UPDATE call SET kept = ?2 WHERE id = ?1 AND kept <> ?2";
            self.transaction.prepare_cached(sql)?.execute(params![row.id, keep])?;
        }
        if let (Some(audio), Some(stored)) = (&pending.audio, stored) {
            self.audio(&row, audio, stored)?;
        }
        Ok(())
    }

    fn audio(&mut self, row: &Row, audio: &Audio, stored: &Stored) -> Result<(), Failure> {
        if row.bytes > 0 {
            self.left.files.push(stored.name);
            return Ok(());
        }
        let sql = "INSERT OR REPLACE INTO audio (id, hour, name, sum) VALUES (?, ?, ?, ?)";
        let FileName { hour, name } = stored.name;
        self.transaction.prepare_cached(sql)?.execute(params![row.id, hour, name, stored.sum])?;
        let sql = "INSERT OR REPLACE INTO wave (id, peaks) VALUES (?, ?)";
        self.transaction.prepare_cached(sql)?.execute(params![row.id, audio.peaks.0])?;
        let sql = "UPDATE call SET bytes = ?2, duration = ?3 WHERE id = ?1";
        let length = millis(audio.duration).cast_signed();
        self.transaction.prepare_cached(sql)?.execute(params![row.id, stored.bytes as i64, length])?;
        Ok(())
    }

    fn find(&self, key: CallKey) -> Result<Option<Row>, Failure> {
        let Some(source) = epoch::current(self.transaction, key.server)? else { return Ok(None) };
        Ok(self.row(source.id, key)?.map(|(row, _)| row))
    }

    /// A call of a source, and when it began.
    fn row(&self, source: i64, key: CallKey) -> Result<Option<(Row, i64)>, Failure> {
        let sql = "SELECT id, talkgroup, bytes, start FROM call WHERE source = ? AND number = ?";
        let read = |row: &rusqlite::Row<'_>| {
            let (id, talkgroup, bytes) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((Row { id, source, talkgroup, bytes }, row.get(3)?))
        };
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row(params![source, key.call.0.cast_signed()], read).optional()?)
    }

    /// Writes a call, or joins what is told of it now with what is there.
    fn seen(&mut self, key: CallKey, sighting: &Sighting, said: Option<&Transcript>) -> Result<Row, Failure> {
        let call = &sighting.call;
        let mut source = epoch::current_or_new(self.transaction, key.server)?;
        let mut there = self.row(source.id, key)?;
        if epoch::is_another(&source, call, there.as_ref().map(|(_, start)| *start)) {
            source = epoch::begin(self.transaction, key.server)?;
            there = None;
        }
        epoch::remember(self.transaction, &source, call)?;
        let mut record = Record::of(call);
        let mut transcript = said.map(Said::of).or_else(|| call.transcript.as_deref().map(told_only));
        let talkgroup = epoch::talkgroup(self.transaction, key.server, source.id, call, record.names())?;
        let Some((row, _)) = there else {
            let row = self.insert(key, sighting, source.id, talkgroup)?;
            self.describe(&row, &record, transcript.as_ref())?;
            return Ok(row);
        };
        // A list says 0 of a talkgroup that was deleted; what was known is better.
        let talkgroup = if call.talkgroup_number.0 == 0 { row.talkgroup } else { talkgroup };
        let (before, said_before) = self.detail(row.id)?;
        record = before.clone().join(record);
        transcript = transcript.or_else(|| said_before.clone());
        // Calls are told of again and again after each gap.
        if (&record, &transcript, talkgroup) != (&before, &said_before, row.talkgroup) {
            self.transaction
                .prepare_cached("UPDATE call SET talkgroup = ?2 WHERE id = ?1")?
                .execute([row.id, talkgroup])?;
            self.describe(&Row { talkgroup, ..row }, &record, transcript.as_ref())?;
        }
        Ok(Row { talkgroup, ..row })
    }

    fn insert(&mut self, key: CallKey, sighting: &Sighting, source: i64, talkgroup: i64) -> Result<Row, Failure> {
        let start = sighting.call.start;
        let id = place::free(self.transaction, place::second(self.transaction, start, sighting.at.max(self.now))?)?;
        self.left.earliest = Some(self.left.earliest.map_or(id, |earliest| earliest.min(id)));
        let (state, why) = state_columns(sighting.state);
        let duration = sighting.call.duration.map(|duration| millis(duration).cast_signed());
        let number = key.call.0.cast_signed();
        let sql = "INSERT INTO call (id, source, number, talkgroup, start, duration, state, why, late) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![id, source, number, talkgroup, start.0, duration, state, why, sighting.late];
        self.transaction.prepare_cached(sql)?.execute(values)?;
        Ok(Row { id, source, talkgroup, bytes: 0 })
    }

    fn said(&mut self, row: &Row, transcript: &Transcript) -> Result<(), Failure> {
        let (record, _) = self.detail(row.id)?;
        self.describe(row, &record, Some(&Said::of(transcript)))
    }

    fn detail(&self, id: i64) -> Result<(Record, Option<Said>), Failure> {
        let sql = "SELECT record, transcript FROM detail WHERE id = ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
        let Some((record, said)) = self.transaction.prepare_cached(sql)?.query_row([id], read).optional()? else {
            return Ok((Record::default(), None));
        };
        Ok((serde_json::from_str(&record)?, said.map(|said| serde_json::from_str(&said)).transpose()?))
    }

    /// Writes a call's details, and what of them can be looked for.
    fn describe(&mut self, row: &Row, record: &Record, said: Option<&Said>) -> Result<(), Failure> {
        let transcript = said.map(serde_json::to_string).transpose()?;
        let sql = "INSERT OR REPLACE INTO detail (id, record, transcript) VALUES (?, ?, ?)";
        let values = params![row.id, serde_json::to_string(record)?, transcript];
        self.transaction.prepare_cached(sql)?.execute(values)?;
        let sql = "SELECT system, number FROM talkgroup WHERE id = ?";
        let read = |row: &rusqlite::Row<'_>| Ok([row.get::<_, i64>(0)?, row.get(1)?].map(i64::cast_unsigned));
        let numbers = self.transaction.prepare_cached(sql)?.query_row([row.talkgroup], read)?;
        let indexed = Indexed::of(record, said, numbers, row.source, row.talkgroup);
        let sql = "INSERT OR REPLACE INTO words (rowid, label, unit, said, facet) VALUES (?, ?, ?, ?, ?)";
        let values = params![row.id, indexed.label, indexed.unit, indexed.said, indexed.facet];
        self.transaction.prepare_cached(sql)?.execute(values)?;
        let mut statement = self.transaction.prepare_cached("INSERT OR IGNORE INTO word (text) VALUES (?)")?;
        for word in indexed.words() {
            if !self.known.0.contains(word) {
                statement.execute([word])?;
                self.known.0.insert(word.into());
            }
        }
        Ok(())
    }
}

/// Takes a call's audio from it; gives the file, to be removed once that is certain.
pub(super) fn lose_audio(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<Option<FileName>> {
    let sql = "DELETE FROM audio WHERE id = ? RETURNING hour, name";
    let read = |row: &rusqlite::Row<'_>| Ok(FileName { hour: row.get(0)?, name: row.get(1)? });
    let name = transaction.prepare_cached(sql)?.query_row([id], read).optional()?;
    transaction.prepare_cached("UPDATE call SET bytes = 0 WHERE id = ? AND bytes > 0")?.execute([id])?;
    Ok(name)
}

fn told_only(text: &str) -> Said {
    Said::of(&Transcript { text: text.to_owned(), segments: Vec::new() })
}

/// How a state is stored.
fn state_columns(state: State) -> (u8, Option<u8>) {
    match state {
        State::Unheard => (0, None),
        State::Heard => (1, None),
        State::Skipped => (2, None),
        State::Filtered(why) => (3, Some(why_column(why))),
        State::Unavailable => (4, None),
    }
}

/// Numbers on disks stay what they are.
fn why_column(why: NotPlayed) -> u8 {
    match why {
        NotPlayed::LiveOff => 0,
        NotPlayed::TooOld => 1,
        NotPlayed::NotHeld => 2,
        NotPlayed::Avoided => 3,
        NotPlayed::SwitchedOff => 4,
        NotPlayed::ServerMuted => 5,
        NotPlayed::WhileAway => 6,
        NotPlayed::LeftBehind => 7,
    }
}

/// The state that was stored. A reason that this version does not know is still one.
pub(super) fn state_of(state: u8, why: Option<u8>) -> State {
    match (state, why) {
        (0, _) => State::Unheard,
        (1, _) => State::Heard,
        (2, _) => State::Skipped,
        (4, _) => State::Unavailable,
        (_, Some(0)) => State::Filtered(NotPlayed::LiveOff),
        (_, Some(2)) => State::Filtered(NotPlayed::NotHeld),
        (_, Some(3)) => State::Filtered(NotPlayed::Avoided),
        (_, Some(4)) => State::Filtered(NotPlayed::SwitchedOff),
        (_, Some(5)) => State::Filtered(NotPlayed::ServerMuted),
        (_, Some(6)) => State::Filtered(NotPlayed::WhileAway),
        (_, Some(7)) => State::Filtered(NotPlayed::LeftBehind),
        (_, _) => State::Filtered(NotPlayed::TooOld),
    }
}
