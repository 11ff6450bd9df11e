//! The archive on this computer, as the engine holds it: what the state wants told is told, and what the archive says of
//! itself becomes inputs. Nothing here waits for the disk but tasks of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::archive::{Archive, Limits, Memo, ReadError, Reader, Resume, Standing};
use crate::clock::Clock;
use crate::model::{CallKey, ServerId};
use crate::server::{Audio, FetchError, FetchFn};
use crate::state::Input;

/// A call is looked for here first; a disk that does not answer must not keep it from being asked of its server.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where listening stopped is asked for again after this time at first …
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// … and at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// With such a pause before the next attempt, calls are not held back any more.
const LONGEST_HOLD: Duration = Duration::from_secs(8);

/// So long the program's end waits for an archive that is being opened.
const LONGEST_OPENING: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub(super) struct Archiving {
    archive: Archive,
    standing: watch::Receiver<Standing>,
    /// What was told of it last.
    told: Standing,
    resuming: Option<AbortOnDropHandle<Resume>>,
}

impl Archiving {
    /// Has the archive opened, and asks it where listening stopped.
    pub(super) fn start(data: PathBuf, clock: Clock, limits: Limits) -> Self {
        let archive = Archive::start(data, clock.clone(), limits);
        // A call that is written before the queue it waits in can be would be lost to a kill.
        archive.hold();
        let resuming = AbortOnDropHandle::new(tokio::spawn(resume(archive.clone(), clock, Reader::resume)));
        let mut standing = archive.standing();
        // It may have had something to say already.
        standing.mark_changed();
        Self { archive, standing, told: Standing::default(), resuming: Some(resuming) }
    }

    pub(super) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What one step wants told.
    pub(super) fn tell(&self, memos: Vec<Memo>) {
        if !memos.is_empty() {
            self.archive.take(memos);
        }
    }

    /// Where listening had stopped is known, and what goes on from there is told.
    pub(super) fn goes_on(&self) {
        self.archive.let_go_on();
    }

    /// What it has to say next. Waits for ever while there is nothing. Cancel-safe.
    pub(super) async fn next(&mut self) -> Input {
        loop {
            let resumed = async {
                match &mut self.resuming {
                    Some(resuming) => resuming.await.unwrap_or_default(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                resumed = resumed => {
                    self.resuming = None;
                    return Input::Resumed(resumed);
                }
                changed = self.standing.changed() => {
                    if changed.is_err() {
                        // Its sender lives in the archive, which lives here.
                        return std::future::pending().await;
                    }
                    let standing = self.standing.borrow_and_update().clone();
                    if is_news(&standing, &self.told) {
                        self.told = standing.clone();
                        return Input::Archive(standing);
                    }
                }
            }
        }
    }

    /// How audio that is here is had; what is not here after all comes from the server, where that may be asked.
    pub(super) fn fetch(&self, server: ServerId, otherwise: Option<FetchFn>) -> FetchFn {
        let archive = self.archive.clone();
        Arc::new(move |call| {
            let (archive, otherwise) = (archive.clone(), otherwise.clone());
            Box::pin(async move {
                match (audio(archive, CallKey::new(server, call)).await, otherwise) {
                    (Some(audio), _) => Ok(audio),
                    (None, Some(fetch)) => fetch(call).await,
                    (None, None) => Err(FetchError::NotFound),
                }
            })
        })
    }

    /// Where listening had stopped, if nobody has been told yet: a program that ends sooner than its archive opens has a
    /// queue, too.
    pub(super) async fn resumed(&mut self) -> Option<Resume> {
        let resuming = self.resuming.take().filter(|_| self.standing.borrow().trouble.is_none())?;
        tokio::time::timeout(LONGEST_OPENING, resuming).await.ok()?.ok()
    }

    /// Begins to write what waits; at most this long.
    pub(super) fn end(self, limit: Duration) -> impl Future<Output = ()> + use<> {
        let ending = AbortOnDropHandle::new(tokio::spawn(async move { self.archive.end(limit).await }));
        async move { _ = ending.await }
    }
}

/// Every helping that is written changes the standing; of most of that nobody wants to hear.
fn is_news(standing: &Standing, told: &Standing) -> bool {
    let kind = |standing: &Standing| standing.trouble.as_ref().map(std::mem::discriminant);
    (standing.is_open, &standing.set_aside, standing.totals) != (told.is_open, &told.set_aside, told.totals)
        || kind(standing) != kind(told)
}

/// Where listening stopped. What cannot be read is asked for again, for as long as it takes: until it is known, nothing else
/// takes its place. After some attempts calls are written meanwhile; only the queue is not.
async fn resume(
    archive: Archive,
    clock: Clock,
    read: impl Fn(&Reader) -> Result<Resume, ReadError> + Clone + Send + 'static,
) -> Resume {
    let mut pause = FIRST_PAUSE;
    loop {
        // Its sender lives in the archive, so waiting cannot fail.
        let _ = archive.standing().wait_for(|standing| standing.is_open).await;
        let error = match archive.ask(read.clone()).await {
            Ok(resume) => return resume,
            Err(error) => error,
        };
        tracing::warn!(%error, "where listening stopped cannot be read");
        if pause >= LONGEST_HOLD {
            archive.let_go_on();
        }
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A call's audio, if it is here.
async fn audio(archive: Archive, key: CallKey) -> Option<Audio> {
    let find = async {
        let entry = archive.ask(move |reader| reader.find(key)).await.ok()??;
        let content_type = Some(entry.call.audio_type.clone()).filter(|kind| !kind.is_empty());
        archive.audio(entry.id).await.ok().map(|bytes| Audio { bytes: bytes.into(), content_type })
    };
    tokio::time::timeout(PATIENCE, find).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use super::*;
    use crate::archive::{Failure, Note, Position, Sighting, State};
    use crate::clock::WallTime;
    use crate::model::CallId;
    use crate::state::samples::call;

    const LIMITS: Limits = Limits { age: None, bytes: None };
    const KEY: CallKey = CallKey { server: ServerId(1), call: CallId(7) };

    /// An archive in which a call waits, of an earlier run.
    async fn one_waits(clock: &Clock) -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let archive = Archive::start(folder.path().to_path_buf(), clock.clone(), LIMITS);
        let sighting = Sighting { call: call(7), at: WallTime(0), late: false, state: State::Unheard };
        let waits = Position { key: KEY, at: Duration::ZERO, by_hand: false, arrived: WallTime(0) };
        archive.take(vec![Memo::Note(KEY, Note::Seen(Box::new(sighting))), Memo::Waiting(vec![waits])]);
        archive.written().await;
        (folder, archive)
    }

    #[tokio::test]
    async fn what_waited_is_asked_for_until_it_can_be_read_and_calls_are_not_held_back_for_ever() {
        let (clock, hands) = Clock::manual();
        let (_folder, archive) = one_waits(&clock).await;
        archive.hold();
        let (failures, asked) = (5, Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&asked);
        let read = move |reader: &Reader| {
            if count.fetch_add(1, SeqCst) < failures {
                return Err(ReadError::Failed(Arc::new(Failure::File(io::ErrorKind::Other.into()))));
            }
            reader.resume()
        };
        let resuming = tokio::spawn(resume(archive.clone(), clock, read));
        let next = CallKey::new(ServerId(1), CallId(8));
        let sighting = Sighting { call: call(8), at: WallTime(0), late: false, state: State::Unheard };
        archive.note(next, Note::Seen(Box::new(sighting)));
        let mut at = Duration::ZERO;
        for pause in [1, 2, 4, 8, 16].map(Duration::from_secs) {
            at += pause;
            let sleeper = hands.wait_for_sleeper(at);
            tokio::time::timeout(Duration::from_secs(20), sleeper).await.expect("it tries again");
            if pause == LONGEST_HOLD {
                let written = tokio::time::timeout(Duration::from_secs(20), archive.written());
                written.await.expect("it is not held any more");
            }
            hands.advance(pause);
        }
        let resumed =
            tokio::time::timeout(Duration::from_secs(20), resuming).await.expect("in the end").expect("it does");
        assert_eq!(resumed.waiting.iter().map(|(entry, _)| entry.key).collect::<Vec<_>>(), [KEY]);
        assert_eq!(asked.load(SeqCst), failures + 1);
    }
}
