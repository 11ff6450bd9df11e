//! The archive on this computer: every call that was seen, what became of it, what was said, and its audio.
//!
//! It is a store and nothing else: it decides nothing about what is played, fetched or shown, knows no network and no sound,
//! and its being slow, full, damaged or absent delays nobody.
//!
//! **Writing.** Whoever has an [`Archive`] tells it [`Note`]s about calls. That never waits: a note goes into a mailbox
//! ([`mailbox`]) in which notes about one call become one, and one thread ([`thread`]), the only one with a connection that
//! writes, takes them out in helpings, each of which is one transaction ([`batch`]). If more waits than there is room for,
//! audio is let go first, then transcripts, and a call itself only after 50,000 of them; [`Standing::let_go`] counts.
//! A kill (as by `kill -9`) costs what was not yet taken out, which is nothing as long as the disk keeps up; a power cut
//! costs at most the last five seconds. Neither leaves a row that points to a missing or unfinished file ([`files`]); what
//! they may leave are files that nothing points to, which are swept away after the next start ([`sweep`]).
//!
//! **Reading.** [`Archive::ask`] runs a question on a connection of its own that can only read ([`reading`]), on the
//! runtime's threads for blocking work. Readers and the writer do not wait for each other.
//!
//! **Order.** A call's place ([`EntryId`]) is the second it began in and a number within that second. A call that comes in
//! late is put where it belongs, and "the newest 50" is read from the end in whatever way is looked for, without sorting.
//!
//! **Trouble** is a state and not an error of a note: [`Archive::standing`] says what is wrong now, and that it is over. A
//! full disk, a folder that cannot be written or is gone, and another program with the same archive are tried again every
//! ten seconds; meanwhile notes wait. A damaged archive is set aside as a whole and a new one begun. One from a newer Squelch
//! is not touched, and nothing is archived until the program ends.
//!
//! **Who uses it.** What it is told is decided by `state` (an effect with a [`Memo`]); `engine` hands that on, tells the
//! state how the archive stands and what [`Reader::resume`] gives at the start (what cannot be read is asked for again, and
//! nothing takes its place before it is known), and gets audio from here that need not come
//! from a server. Questions of the window go from `client` to [`Archive::ask`] without the engine, as those to a server's
//! own archive do.

mod batch;
mod database;
mod files;
mod mailbox;
mod notes;
mod pool;
mod reading;
mod record;
mod retention;
mod sweep;
#[cfg(test)]
mod tests;
mod thread;
mod trouble;
mod words;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

pub use mailbox::LetGo;
pub use notes::{Audio, Gap, Limits, Memo, Note, Peaks, Position, Sighting, State};
pub use reading::{Entry, EntryId, Group, GroupId, LastCalls, Mark, Only, Page, Reader, Resume, Search, Timeline};
pub use retention::Totals;
pub use sweep::Swept;
pub use trouble::{AudioError, Failure, ReadError, Trouble};

use crate::clock::Clock;
use crate::model::{CallKey, ServerId, TalkgroupKey};
use mailbox::Mailbox;
use pool::Pool;

/// So many questions are answered at once; more of them wait.
const AT_ONCE: usize = 3;

/// How it stands with the archive.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Questions are answered.
    pub is_open: bool,
    /// Why nothing is written at the moment.
    pub trouble: Option<Trouble>,
    /// A damaged archive was set aside under this name, in the data folder, since the program started.
    pub set_aside: Option<String>,
    /// What was let go since the program started, because too much waited.
    pub let_go: LetGo,
    /// How much there was when it was looked last: some seconds after calls were written.
    pub totals: Totals,
    /// What was found amiss since the program started, and put right.
    pub swept: Swept,
    /// All of it was looked through.
    pub is_swept: bool,
    /// Counts the notes that are written.
    pub(crate) written: u64,
    /// When it was looked last whether something is to go.
    pub(crate) looked_at: Duration,
}

/// What the handle and the thread have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    mailbox: Mailbox,
    pool: Pool,
    standing: watch::Sender<Standing>,
    thread: OnceLock<Thread>,
}

impl Shared {
    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}

/// The archive, as others hold it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Archive {
    shared: Arc<Shared>,
    questions: Arc<Semaphore>,
    thread: Arc<std::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl Archive {
    /// Has the archive of this data folder opened, or begun, on a thread of its own; returns at once. Until it is open, notes
    /// wait and questions are answered [`ReadError::Closed`]; see [`Standing::is_open`].
    pub fn start(data: PathBuf, clock: Clock, limits: Limits) -> Self {
        let shared = Arc::new(Shared {
            mailbox: Mailbox::default(),
            pool: Pool::default(),
            standing: watch::Sender::new(Standing::default()),
            thread: OnceLock::new(),
        });
        let writer = thread::Writer::new(Arc::clone(&shared), data, clock, limits);
        let spawned = std::thread::Builder::new().name("archive".to_owned()).spawn(move || writer.run());
        let thread = match spawned {
            Ok(thread) => {
                // Set once, here.
                let _ = shared.thread.set(thread.thread().clone());
                Some(thread)
            }
            Err(error) => {
                tracing::warn!(%error, "no thread for the archive");
                shared.mailbox.close();
                let trouble = Trouble::Unwritable(Arc::new(error.into()));
                shared.standing.send_modify(|standing| standing.trouble = Some(trouble));
                None
            }
        };
        let thread = Arc::new(std::sync::Mutex::new(thread));
        Self { shared, questions: Arc::new(Semaphore::new(AT_ONCE)), thread }
    }

    /// Takes what belongs together. What waits and what is played is written in one go with all that became of calls, so
    /// that no kill parts them; of other notes about more than a hundred calls some may be written sooner. Never waits.
    pub fn take(&self, memos: Vec<Memo>) {
        self.shared.mailbox.take_all(memos);
        self.shared.wake();
    }

    /// Writes nothing until [`Archive::let_go_on`] is called or the archive ends: what was noted before can be read first.
    pub(crate) fn hold(&self) {
        self.shared.mailbox.hold(true);
    }

    /// Writes what was noted meanwhile.
    pub(crate) fn let_go_on(&self) {
        self.shared.mailbox.hold(false);
        self.shared.wake();
    }

    /// Takes one note. Never waits.
    pub fn note(&self, key: CallKey, note: Note) {
        self.take(vec![Memo::Note(key, note)]);
    }

    fn sundry(&self, change: impl FnOnce(&mut mailbox::Sundry)) {
        self.shared.mailbox.sundry(change);
        self.shared.wake();
    }

    /// Says where a server is reached. At another address than before it is another server, whose numbers are its own.
    pub fn meet(&self, server: ServerId, origin: &str) {
        self.take(vec![Memo::Meet(server, origin.to_owned())]);
    }

    /// Keeps the calls of a talkgroup for ever, those that are there and those to come; or no longer.
    pub fn keep_talkgroup(&self, key: TalkgroupKey, keep: bool) {
        self.take(vec![Memo::KeepTalkgroup(key, keep)]);
    }

    /// Takes down which calls wait to be played, in order. Only the newest list is kept.
    pub fn waiting(&self, calls: Vec<Position>) {
        self.take(vec![Memo::Waiting(calls)]);
    }

    /// Takes down what is being played and how far it has come. Only the newest is kept.
    pub fn playing(&self, position: Option<Position>) {
        self.take(vec![Memo::Playing(position)]);
    }

    /// Keeps this much from now on.
    pub fn limit(&self, limits: Limits) {
        self.take(vec![Memo::Limit(limits)]);
    }

    /// Deletes everything, also what is kept for ever, what waits to be written, and what was set aside. It is gone for
    /// everybody who asks as soon as the thread gets round to it; its room on the disk comes back within seconds.
    pub fn delete_all(&self) {
        self.take(vec![Memo::DeleteAll]);
    }

    /// How it stands, and whenever that changes.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.shared.standing.subscribe()
    }

    /// Waits until everything that was noted so far is written, or let go. While there is trouble, that is for as long as it
    /// lasts. Cancel-safe.
    pub async fn written(&self) {
        let noted = self.shared.mailbox.noted();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.standing().wait_for(|standing| standing.written >= noted).await;
    }

    /// Asks, away from the runtime's own threads. What a reader finds damaged is set aside by itself.
    pub async fn ask<T: Send + 'static, E: From<ReadError> + AsRead + Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let Ok(_permit) = self.questions.acquire().await else { return Err(ReadError::Closed.into()) };
        let shared = Arc::clone(&self.shared);
        let answer = tokio::task::spawn_blocking(move || shared.pool.ask(question)).await;
        let answer = answer.unwrap_or_else(|_| Err(ReadError::Closed.into()));
        if let Err(error) = &answer
            && matches!(error.as_read(), Some(ReadError::Damaged(_)))
        {
            self.sundry(|sundry| sundry.damaged = true);
        }
        answer
    }

    /// A call's audio, as it came from the server. A file that is gone or damaged is taken from the call, so that it can be
    /// fetched again.
    pub async fn audio(&self, id: EntryId) -> Result<Vec<u8>, AudioError> {
        let audio = self.ask(move |reader| reader.audio(id)).await;
        if let Err(AudioError::Missing | AudioError::Damaged) = &audio {
            self.sundry(|sundry| sundry.bad_audio.push(id.0));
        }
        audio
    }

    /// Writes what waits, if it can be written, and ends the thread. Waits at most this long for it.
    pub async fn end(&self, limit: Duration) {
        self.shared.mailbox.end();
        self.shared.wake();
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || drop(thread.join()));
            if tokio::time::timeout(limit, joined).await.is_err() {
                tracing::warn!("the archive did not end in time");
            }
        }
    }
}

/// An error of a question that may be one of reading.
pub trait AsRead {
    /// The error of reading, if it is one.
    fn as_read(&self) -> Option<&ReadError>;
}

impl AsRead for ReadError {
    fn as_read(&self) -> Option<&ReadError> {
        Some(self)
    }
}

impl AsRead for AudioError {
    fn as_read(&self) -> Option<&ReadError> {
        match self {
            Self::Read(error) => Some(error),
            Self::NotKept | Self::Missing | Self::Damaged | Self::Unreadable(_) => None,
        }
    }
}
