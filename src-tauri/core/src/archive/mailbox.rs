//! What waits to be written. It never makes the engine wait and never grows without limit.
//!
//! Notes about one call become one entry, so what waits is as long as the list of calls and not of what happened to them.
//! Should the disk stand still nevertheless, audio is let go first (it can be fetched again while the server has it), then
//! long transcripts, and only after 50,000 calls, half a day of a very busy server, a call itself. What was let go is counted
//! and said.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::notes::{Gap, Limits, Memo, Note, Pending, Position};
use crate::model::{CallKey, ServerId, TalkgroupKey};

/// So much audio may wait: minutes of fetching.
const MOST_AUDIO: usize = 32 << 20;
/// So much text.
const MOST_TEXT: usize = 64 << 20;
/// So many calls.
const MOST_CALLS: usize = 50_000;
/// So many gaps: a link that breaks that often has other problems.
const MOST_GAPS: usize = 1_000;
/// So many calls are written at once: a few tens of milliseconds. More only where they belong together.
const BATCH: usize = 128;

/// What was let go because too much waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Calls of which nothing is kept.
    pub calls: u64,
    /// Calls whose audio is not kept.
    pub audio: u64,
    /// Transcripts.
    pub transcripts: u64,
}

/// What waits that is not about one call; of most only the newest counts.
#[derive(Debug, Default)]
pub(super) struct Sundry {
    /// Everything is to be deleted before anything else is written.
    pub(super) delete_all: bool,
    pub(super) origins: BTreeMap<ServerId, String>,
    pub(super) kept: BTreeMap<TalkgroupKey, bool>,
    pub(super) gaps: Vec<Gap>,
    pub(super) waiting: Option<Vec<Position>>,
    pub(super) playing: Option<Option<Position>>,
    pub(super) limits: Option<Limits>,
    /// Calls whose audio a reader found missing or damaged.
    pub(super) bad_audio: Vec<i64>,
    /// A reader found the database damaged.
    pub(super) damaged: bool,
}

impl Sundry {
    fn is_empty(&self) -> bool {
        !self.delete_all
            && !self.damaged
            && self.origins.is_empty()
            && self.kept.is_empty()
            && self.gaps.is_empty()
            && self.waiting.is_none()
            && self.playing.is_none()
            && self.limits.is_none()
            && self.bad_audio.is_empty()
    }

    fn put_under(&mut self, mut older: Self) {
        self.damaged |= older.damaged;
        older.origins.append(&mut self.origins);
        self.origins = older.origins;
        older.kept.append(&mut self.kept);
        self.kept = older.kept;
        self.limits = self.limits.or(older.limits);
        if self.delete_all {
            return;
        }
        self.delete_all = older.delete_all;
        older.gaps.append(&mut self.gaps);
        self.gaps = older.gaps;
        self.waiting = self.waiting.take().or(older.waiting);
        self.playing = self.playing.or(older.playing);
        self.bad_audio.append(&mut older.bad_audio);
    }
}

/// What waits about one call.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) key: CallKey,
    /// The number of its oldest note.
    first: u64,
    pub(super) pending: Pending,
}

/// One helping of what waits.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) sundry: Sundry,
    pub(super) calls: Vec<Waiting>,
    /// With this batch everything is written up to this note.
    pub(super) up_to: u64,
}

#[derive(Debug, Default)]
struct Inbox {
    calls: HashMap<CallKey, Waiting>,
    order: VecDeque<CallKey>,
    sundry: Sundry,
    noted: u64,
    audio: usize,
    text: usize,
    let_go: LetGo,
    /// A helping came back, and be it empty: its number is still to be reached.
    has_returned: bool,
    /// Nothing will ever be written: do not collect.
    closed: bool,
    /// Nothing is to be written yet.
    held: bool,
    ending: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Mailbox(Mutex<Inbox>);

impl Mailbox {
    /// Held for moments only, and by nobody who waits for anything.
    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes notes that belong together.
    pub(super) fn take_all(&self, memos: Vec<Memo>) {
        let mut inbox = self.lock();
        for memo in memos {
            match memo {
                Memo::Note(key, note) => inbox.note(key, note),
                Memo::DeleteAll => inbox.delete_all(),
                Memo::Meet(server, origin) => inbox.sundry(|sundry| _ = sundry.origins.insert(server, origin)),
                Memo::KeepTalkgroup(key, keep) => inbox.sundry(|sundry| _ = sundry.kept.insert(key, keep)),
                Memo::Waiting(calls) => inbox.sundry(|sundry| sundry.waiting = Some(calls)),
                Memo::Playing(position) => inbox.sundry(|sundry| sundry.playing = Some(position)),
                Memo::Gap(gap) => inbox.sundry(|sundry| sundry.gaps.push(gap)),
                Memo::Limit(limits) => inbox.sundry(|sundry| sundry.limits = Some(limits)),
            }
        }
    }

    /// Takes a note about something else.
    pub(super) fn sundry(&self, change: impl FnOnce(&mut Sundry)) {
        self.lock().sundry(change);
    }

    /// The next helping, if anything waits.
    pub(super) fn take(&self) -> Option<Batch> {
        self.lock().take()
    }

    /// Puts back what could not be written, as older than everything noted since.
    pub(super) fn give_back(&self, batch: Batch) {
        self.lock().give_back(batch);
    }

    /// Takes no notes any more: they would never be written.
    pub(super) fn close(&self) {
        let mut inbox = self.lock();
        let noted = inbox.noted;
        *inbox = Inbox { noted, closed: true, ending: inbox.ending, ..Inbox::default() };
    }

    /// Keeps all that waits until it is let go, or the end has come.
    pub(super) fn hold(&self, is_held: bool) {
        self.lock().held = is_held;
    }

    /// Counts calls that were given up for another reason.
    pub(super) fn count_lost(&self, calls: u64) {
        self.lock().let_go.calls += calls;
    }

    /// Asks whoever writes to end once all is written.
    pub(super) fn end(&self) {
        self.lock().ending = true;
    }

    pub(super) fn is_ending(&self) -> bool {
        self.lock().ending
    }

    /// How many notes were taken so far.
    pub(super) fn noted(&self) -> u64 {
        self.lock().noted
    }

    pub(super) fn let_go(&self) -> LetGo {
        self.lock().let_go
    }
}

impl Inbox {
    fn is_empty(&self) -> bool {
        self.order.is_empty() && self.sundry.is_empty() && !self.has_returned
    }

    fn note(&mut self, key: CallKey, note: Note) {
        self.noted += 1;
        if self.closed {
            return;
        }
        if matches!(&note, Note::Audio(audio) if self.audio + audio.bytes.len() > MOST_AUDIO) {
            self.let_go.audio += 1;
            return;
        }
        if matches!(&note, Note::Transcript(_)) && self.text > MOST_TEXT {
            self.let_go.transcripts += 1;
            return;
        }
        if self.calls.len() >= MOST_CALLS && !self.calls.contains_key(&key) {
            self.let_go.calls += u64::from(matches!(note, Note::Seen(_)));
            return;
        }
        let mut waiting = self.remove(key).unwrap_or_else(|| {
            self.order.push_back(key);
            Waiting { key, first: self.noted, pending: Pending::default() }
        });
        waiting.pending.add(note);
        self.insert(waiting);
    }

    fn sundry(&mut self, change: impl FnOnce(&mut Sundry)) {
        self.noted += 1;
        if !self.closed {
            change(&mut self.sundry);
            let surplus = self.sundry.gaps.len().saturating_sub(MOST_GAPS);
            self.sundry.gaps.drain(..surplus);
        }
    }

    /// Forgets what waits, apart from what was chosen for the future, and has everything deleted that is written.
    fn delete_all(&mut self) {
        let before = std::mem::take(&mut self.sundry);
        let (noted, let_go) = (self.noted + 1, self.let_go);
        let sundry = Sundry {
            delete_all: true,
            limits: before.limits,
            kept: before.kept,
            origins: before.origins,
            ..Sundry::default()
        };
        let Self { closed, held, ending, .. } = *self;
        *self = Self { noted, sundry, let_go, closed, held, ending, ..Self::default() };
    }

    fn take(&mut self) -> Option<Batch> {
        if self.is_empty() || (self.held && !self.ending) {
            return None;
        }
        self.has_returned = false;
        let mut batch = Batch { sundry: std::mem::take(&mut self.sundry), ..Batch::default() };
        for key in self.tied_to(&batch.sundry) {
            batch.calls.extend(self.remove(key));
        }
        if !batch.calls.is_empty() {
            self.order.retain(|key| self.calls.contains_key(key));
        }
        while batch.calls.len() < BATCH
            && let Some(key) = self.order.pop_front()
        {
            batch.calls.extend(self.remove(key));
        }
        batch.up_to = self.calls.values().map(|left| left.first - 1).min().unwrap_or(self.noted);
        Some(batch)
    }

    /// The calls that no kill may part from what is noted of the queue, however many they are: those that have a place
    /// there, and those that something became of, which may have lost theirs. A call that is written as unheard, and is in
    /// no queue, would never be played.
    fn tied_to(&self, sundry: &Sundry) -> Vec<CallKey> {
        let has_place = sundry.waiting.is_some() || sundry.playing.is_some();
        if !has_place || self.calls.len() <= BATCH {
            return Vec::new();
        }
        let places = sundry.waiting.iter().flatten().chain(sundry.playing.iter().flatten());
        let placed: HashSet<CallKey> = places.map(|place| place.key).collect();
        let has_become = |key: &CallKey| self.calls.get(key).is_some_and(|waiting| waiting.pending.state.is_some());
        self.order.iter().filter(|key| placed.contains(key) || has_become(key)).copied().collect()
    }

    fn give_back(&mut self, batch: Batch) {
        if self.closed {
            return;
        }
        self.has_returned = true;
        let is_deleting = self.sundry.delete_all;
        self.sundry.put_under(batch.sundry);
        if is_deleting {
            return;
        }
        for Waiting { key, first, pending: mut older } in batch.calls.into_iter().rev() {
            if let Some(newer) = self.remove(key) {
                let mut pending = newer.pending;
                pending.put_under(older);
                older = pending;
                // It is among the oldest again.
                self.order.retain(|waiting| *waiting != key);
            }
            self.order.push_front(key);
            self.insert(Waiting { key, first, pending: older });
        }
    }

    fn insert(&mut self, waiting: Waiting) {
        self.audio += waiting.pending.audio_bytes();
        self.text += waiting.pending.text_bytes();
        self.calls.insert(waiting.key, waiting);
    }

    fn remove(&mut self, key: CallKey) -> Option<Waiting> {
        let waiting = self.calls.remove(&key)?;
        self.audio -= waiting.pending.audio_bytes();
        self.text -= waiting.pending.text_bytes();
        Some(waiting)
    }
}

#[cfg(test)]
mod tests;
