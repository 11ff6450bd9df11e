//! What the archive is asked: each question sees everything that was written when it began, and changes nothing.

mod search;
mod timeline;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};

pub use search::{Only, Page, Search};
pub use timeline::{Mark, Timeline};

use super::batch::{second_of, state_of};
use super::files::{self, FileName, Sum};
use super::notes::{Gap, Peaks, Position, State};
use super::record::{Columns, Names, Record, Said};
use super::retention::Totals;
use super::trouble::{AudioError, ReadError};
use crate::clock::WallTime;
use crate::model::{
    Call, CallId, CallKey, Labels, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, Transcript,
};

/// A call's place in the archive: greater is later. It stays the same for as long as the call is kept, and fits into a
/// number of the window's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(super) i64);

impl EntryId {
    /// The id of this number, which is not that of any call unless [`EntryId::number`] gave it.
    pub fn new(number: u64) -> Self {
        Self(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// As a number, to be handed on.
    pub fn number(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// The second in which the call has its place: that in which it was seen where its server's clock cannot be believed.
    pub fn second(self) -> WallTime {
        WallTime(second_of(self.0).saturating_mul(1_000))
    }
}

/// One call as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place.
    pub id: EntryId,
    /// The server and the call's number there.
    pub key: CallKey,
    /// Which installation of the server gave it that number: 1 is the first that was seen.
    pub epoch: u32,
    /// Its details, with labels as they were, and its length from the audio where that is kept.
    pub call: Call,
    /// What was said.
    pub transcript: Option<Transcript>,
    /// What became of it.
    pub state: State,
    /// It came in answer to a question about what was missed.
    pub late: bool,
    /// Kept for ever by hand.
    pub kept: bool,
    /// Kept for ever because its talkgroup is.
    pub kept_for_talkgroup: bool,
    /// Bytes of audio; 0 if none is kept.
    pub audio: u64,
}

/// A talkgroup of which there are calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its number in the archive, for [`Search::groups`].
    pub id: GroupId,
    /// Where.
    pub server: ServerId,
    /// See [`Entry::epoch`].
    pub epoch: u32,
    /// The server's number, once it was known.
    pub talkgroup: Option<TalkgroupId>,
    /// Radio number of the system.
    pub system_number: SystemNumber,
    /// Radio number of the talkgroup.
    pub talkgroup_number: TalkgroupNumber,
    /// What it was called last.
    pub labels: Labels,
    /// Its calls are kept for ever.
    pub kept: bool,
    /// How many there are.
    pub calls: u64,
    /// How many of them nobody has heard.
    pub unheard: u64,
    /// Bytes of audio.
    pub audio: u64,
}

/// A talkgroup's number in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub(super) i64);

impl GroupId {
    /// The id of this number; see [`EntryId::new`].
    pub fn new(number: u64) -> Self {
        Self(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// As a number, to be handed on.
    pub fn number(self) -> u64 {
        self.0.unsigned_abs()
    }
}

/// The numbers of calls, and when they began.
pub type LastCalls = Vec<(CallId, WallTime)>;

/// Where listening stopped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resume {
    /// The calls that waited, in order, as far as they are still kept.
    pub waiting: Vec<(Entry, Position)>,
    /// What was being played, and how far it had come.
    pub playing: Option<(Entry, Position)>,
    /// What was heard of last of each server as it is installed now: the calls with the highest numbers, the highest first.
    /// Those that were missed, and that nobody has heard since, are not among them.
    pub heard: Vec<(ServerId, LastCalls)>,
    /// Until then the program ran, by this computer's clock.
    pub until: Option<WallTime>,
}

/// So many calls of a server are known at the next start, so that what was heard is not taken for missed: minutes of a very
/// busy one.
const HEARD: i64 = 1_000;

/// One connection that asks. It is made and kept by [`Archive::ask`](super::Archive::ask).
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    folder: PathBuf,
}

/// What every entry is read from.
const ENTRY: &str = "call.id, source.server, call.number, source.epoch, talkgroup.system_id, talkgroup.talkgroup_id, \
    talkgroup.system, talkgroup.number, call.start, call.duration, detail.record, detail.transcript, call.state, call.why, \
    call.late, call.kept, talkgroup.keep, call.bytes";
const ENTRY_FROM: &str = "call JOIN source ON source.id = call.source JOIN talkgroup ON talkgroup.id = call.talkgroup \
    JOIN detail ON detail.id = call.id";

impl Reader {
    pub(super) fn open(archive: &Path) -> Result<Self, ReadError> {
        let flags = super::database::flags() | OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(super::database::file(archive), flags)?;
        connection.busy_timeout(Duration::from_secs(2))?;
        connection.pragma_update(None, "cache_size", super::database::CACHE)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self { connection, folder: archive.to_path_buf() })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// One call, by its place.
    pub fn entry(&self, id: EntryId) -> Result<Option<Entry>, ReadError> {
        let sql = format!("SELECT {ENTRY} FROM {ENTRY_FROM} WHERE call.id = ?");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id.0])?;
        rows.next()?.map(entry).transpose()
    }

    /// One call, by its number on its server as that is installed now.
    pub fn find(&self, key: CallKey) -> Result<Option<Entry>, ReadError> {
        let sql = "SELECT id FROM call WHERE number = ?2 AND source = \
            (SELECT id FROM source WHERE server = ?1 ORDER BY epoch DESC LIMIT 1)";
        let values = params![key.server.0, key.call.0.cast_signed()];
        let id = self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
        id.map_or(Ok(None), |id| self.entry(EntryId(id)))
    }

    /// A call's audio, as it came from the server; checked against what was written.
    pub fn audio(&self, id: EntryId) -> Result<Vec<u8>, AudioError> {
        let sql = "SELECT hour, name, sum FROM audio WHERE id = ?";
        let read = |row: &Row<'_>| {
            let name = FileName { hour: row.get(0)?, name: row.get(1)? };
            Ok((name, row.get::<_, Sum>(2)?))
        };
        let found =
            self.connection.prepare_cached(sql).and_then(|mut statement| statement.query_row([id.0], read).optional());
        let (name, sum) = found.map_err(ReadError::from)?.ok_or(AudioError::NotKept)?;
        files::read(&self.folder, name, &sum)
    }

    /// A call's shape; none without audio.
    pub fn peaks(&self, id: EntryId) -> Result<Option<Peaks>, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT peaks FROM wave WHERE id = ?")?;
        Ok(statement.query_row([id.0], |row| row.get(0)).optional()?.map(Peaks))
    }

    /// The talkgroups of which there are calls, with how many of them are unheard; in no order.
    pub fn groups(&self) -> Result<Vec<Group>, ReadError> {
        let sql = "SELECT talkgroup.id, server, epoch, talkgroup_id, system, number, labels, keep, calls, unheard, bytes \
            FROM talkgroup JOIN source ON source.id = source WHERE calls > 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut groups = Vec::new();
        while let Some(row) = rows.next()? {
            let number = |index| row.get(index).map(i64::cast_unsigned);
            let labels: Option<String> = row.get(6)?;
            let labels = labels.map(|labels| serde_json::from_str::<Names>(&labels)).transpose()?;
            groups.push(Group {
                id: GroupId(row.get(0)?),
                server: ServerId(row.get(1)?),
                epoch: row.get(2)?,
                talkgroup: row.get::<_, Option<i64>>(3)?.map(|id| TalkgroupId(id.cast_unsigned())),
                system_number: SystemNumber(number(4)?),
                talkgroup_number: TalkgroupNumber(number(5)?),
                labels: labels.map(Names::labels).unwrap_or_default(),
                kept: row.get(7)?,
                calls: number(8)?,
                unheard: number(9)?,
                audio: number(10)?,
            });
        }
        Ok(groups)
    }

    /// How often each server was installed, as far as is known.
    pub fn epochs(&self) -> Result<Vec<(ServerId, u32)>, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT server, max(epoch) FROM source GROUP BY server")?;
        let read = |row: &Row<'_>| Ok((ServerId(row.get(0)?), row.get(1)?));
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// How much there is.
    pub fn totals(&self) -> Result<Totals, ReadError> {
        Ok(Totals::read(&self.connection)?)
    }

    /// Times within this one of which it is not known what was announced, oldest first.
    pub fn gaps(&self, from: WallTime, to: WallTime) -> Result<Vec<Gap>, ReadError> {
        let sql = "SELECT server, from_ms, to_ms FROM gap WHERE to_ms >= ? AND from_ms <= ? ORDER BY from_ms";
        let read = |row: &Row<'_>| {
            Ok(Gap { server: ServerId(row.get(0)?), from: WallTime(row.get(1)?), to: WallTime(row.get(2)?) })
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map([from.0, to.0], read)?.collect::<Result<_, _>>()?)
    }

    /// What was last, without what waits.
    fn last(&self) -> Result<Resume, ReadError> {
        let until: i64 = self.connection.query_row("SELECT newest_seen FROM meta", [], |row| row.get(0))?;
        let until = (until > 0).then_some(WallTime(until.saturating_mul(1_000)));
        Ok(Resume { heard: self.heard()?, until, ..Resume::default() })
    }

    /// The last calls of each server, see [`Resume::heard`].
    fn heard(&self) -> Result<Vec<(ServerId, LastCalls)>, ReadError> {
        let sql = "SELECT server, id, max(epoch) FROM source GROUP BY server";
        let mut servers = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| Ok((ServerId(row.get(0)?), row.get::<_, i64>(1)?));
        let servers: Vec<_> = servers.query_map([], read)?.collect::<Result<_, _>>()?;
        // Those that waited for a word on what to do with them are still missed.
        let sql = "SELECT number, start FROM call WHERE source = ? AND NOT (state = 0 AND late = 1) \
            ORDER BY number DESC LIMIT ?";
        let mut calls = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| Ok((CallId(row.get::<_, i64>(0)?.cast_unsigned()), WallTime(row.get(1)?)));
        let mut heard = Vec::new();
        for (server, source) in servers {
            heard.push((server, calls.query_map([source, HEARD], read)?.collect::<Result<_, _>>()?));
        }
        Ok(heard)
    }

    /// Where listening stopped when the program ended, however it ended.
    pub fn resume(&self) -> Result<Resume, ReadError> {
        let sql = "SELECT waiting, playing FROM resume";
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
        let Some((waiting, playing)) = self.connection.query_row(sql, [], read).optional()? else {
            return self.last();
        };
        let mut resume = self.last()?;
        for position in serde_json::from_str::<Vec<Position>>(&waiting)? {
            resume.waiting.extend(self.find(position.key)?.map(|entry| (entry, position)));
        }
        if let Some(playing) = playing {
            let position: Position = serde_json::from_str(&playing)?;
            resume.playing = self.find(position.key)?.map(|entry| (entry, position));
        }
        Ok(resume)
    }
}

/// Reads what [`ENTRY`] names.
fn entry(row: &Row<'_>) -> Result<Entry, ReadError> {
    let number = |index| row.get::<_, i64>(index).map(i64::cast_unsigned);
    let id = |index| row.get::<_, Option<i64>>(index).map(|id| id.map(i64::cast_unsigned));
    let key = CallKey::new(ServerId(row.get(1)?), CallId(number(2)?));
    let columns = Columns {
        number: key.call,
        system: id(4)?.map(SystemId),
        talkgroup: id(5)?.map(TalkgroupId),
        system_number: SystemNumber(number(6)?),
        talkgroup_number: TalkgroupNumber(number(7)?),
        start: WallTime(row.get(8)?),
        duration: id(9)?.map(Duration::from_millis),
    };
    let record: Record = serde_json::from_str(row.get_ref(10)?.as_str().map_err(rusqlite::Error::from)?)?;
    let said = row.get::<_, Option<String>>(11)?.map(|said| serde_json::from_str::<Said>(&said)).transpose()?;
    let transcript = said.map(Said::transcript);
    Ok(Entry {
        id: EntryId(row.get(0)?),
        key,
        epoch: row.get(3)?,
        call: record.call(columns, transcript.as_ref()),
        transcript,
        state: state_of(row.get(12)?, row.get(13)?),
        late: row.get(14)?,
        kept: row.get(15)?,
        kept_for_talkgroup: row.get(16)?,
        audio: number(17)?,
    })
}
