//! The archive on this computer, as the engine holds it: what the state wants told is told, and what the archive says of
//! itself becomes inputs. Nothing here waits for the disk but tasks of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::archive::{Archive, Limits, Memo, Reader, Resume, Standing};
use crate::clock::Clock;
use crate::model::{CallKey, ServerId};
use crate::server::{Audio, FetchError, FetchFn};
use crate::state::Input;

/// A call is looked for here first; a disk that does not answer must not keep it from being asked of its server.
const PATIENCE: Duration = Duration::from_secs(5);

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
        let archive = Archive::start(data, clock, limits);
        // A call that is written before the queue it waits in can be would be lost to a kill.
        archive.hold();
        let resuming = AbortOnDropHandle::new(tokio::spawn(resume(archive.clone())));
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

/// Where listening stopped. What cannot be read is nowhere, as at a first start.
async fn resume(archive: Archive) -> Resume {
    if archive.standing().wait_for(|standing| standing.is_open).await.is_err() {
        return Resume::default();
    }
    archive.ask(Reader::resume).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "where listening stopped cannot be read");
        Resume::default()
    })
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
