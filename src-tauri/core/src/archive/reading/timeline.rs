//! What was when: a day at a glance.

use std::time::Duration;

use super::{EntryId, GroupId, Reader};
use crate::archive::batch::{after_second, before_second, state_of};
use crate::archive::notes::{Peaks, State};
use crate::archive::trouble::ReadError;
use crate::clock::WallTime;
use crate::model::CallId;

/// One call on the timeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Its place.
    pub id: EntryId,
    /// Its number on its server.
    pub call: CallId,
    /// Its talkgroup.
    pub group: GroupId,
    /// When it began.
    pub start: WallTime,
    /// How long it is, once known.
    pub duration: Option<Duration>,
    /// What became of it.
    pub state: State,
    /// Its audio is kept.
    pub has_audio: bool,
}

/// A stretch of the timeline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// Its calls, in the order of time.
    pub marks: Vec<Mark>,
    /// To be handed to the next question, if there are more calls than were asked for.
    pub next: Option<EntryId>,
}

impl Reader {
    /// The calls that began within this time, at most so many, after the one that the last question ended with. A day of a
    /// busy server, some ten thousand, is read in some milliseconds.
    pub fn timeline(
        &self,
        from: WallTime,
        to: WallTime,
        most: usize,
        after: Option<EntryId>,
    ) -> Result<Timeline, ReadError> {
        let sql = "SELECT id, talkgroup, start, duration, state, why, bytes > 0, number FROM call WHERE id BETWEEN ? AND ? \
            ORDER BY id LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let first = after.map_or(0, |id| id.0.saturating_add(1)).max(before_second(from));
        let mut rows = statement.query((first, after_second(to), most.saturating_add(1).cast_signed()))?;
        let mut timeline = Timeline::default();
        while let Some(row) = rows.next()? {
            if timeline.marks.len() == most {
                timeline.next = timeline.marks.last().map(|mark| mark.id);
                break;
            }
            timeline.marks.push(Mark {
                id: EntryId(row.get(0)?),
                group: GroupId(row.get(1)?),
                start: WallTime(row.get(2)?),
                duration: row.get::<_, Option<i64>>(3)?.map(|ms| Duration::from_millis(ms.unsigned_abs())),
                state: state_of(row.get(4)?, row.get(5)?),
                has_audio: row.get(6)?,
                call: CallId(row.get::<_, i64>(7)?.cast_unsigned()),
            });
        }
        Ok(timeline)
    }

    /// The shapes of the calls within this time whose audio is kept, the first `most` of them.
    pub fn waves(&self, from: WallTime, to: WallTime, most: usize) -> Result<Vec<(EntryId, Peaks)>, ReadError> {
        let sql = "SELECT id, peaks FROM wave WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = (before_second(from), after_second(to), most.cast_signed());
        let waves = statement.query_map(values, |row| Ok((EntryId(row.get(0)?), Peaks(row.get(1)?))))?;
        Ok(waves.collect::<Result<_, _>>()?)
    }
}
