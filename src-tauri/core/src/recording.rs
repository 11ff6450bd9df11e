//! What sounds, as a file: from one press to the next.
//!
//! A thread of its own reads what the source has played ([`Reel`]) and writes it: neither the sound nor the engine ever
//! waits for a disk. The file has its name from the beginning and can be played at any time up to the last second, so that
//! a program that is killed leaves a recording and not a riddle.

mod writer;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use jiff::tz::TimeZone;
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::WallTime;
use crate::sound::source::Reel;
use crate::view::RecordingChoices;
use writer::Writer;

/// What to record, and where to.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) choices: RecordingChoices,
    pub(crate) folder: PathBuf,
    /// It is made if it is not there.
    pub(crate) make: bool,
    /// When it was asked for; what the file is called by.
    pub(crate) wall: WallTime,
    pub(crate) zone: TimeZone,
    /// Samples per second. What is played at another rate is converted.
    pub(crate) rate: u32,
}

/// How far a recording is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extent {
    pub(crate) folder: String,
    pub(crate) files: Vec<String>,
    pub(crate) length_ms: f64,
    pub(crate) bytes: f64,
    pub(crate) lost_ms: f64,
}

/// What a recording tells.
#[derive(Debug, Clone)]
pub(crate) enum RecordingEvent {
    /// It has begun, or grown.
    Grew(Extent),
    /// It has ended, and its files are whole.
    Ended(Extent, Result<(), RecordingError>),
}

/// Why a recording ended by itself, or could not begin.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordingError {
    /// The folder that was chosen is not there.
    #[error("the folder is gone")]
    Gone,
    /// Nobody of this name may write there.
    #[error("the folder may not be written to")]
    ReadOnly(#[source] Arc<std::io::Error>),
    /// No room is left.
    #[error("the disk is full")]
    Full(#[source] Arc<std::io::Error>),
    /// Something else is wrong with the folder or its disk.
    #[error("the recording cannot be written")]
    NotWritten(#[source] Arc<std::io::Error>),
    /// It is as large as it may be.
    #[error("the recording has reached its limit")]
    Limit,
}

/// A recording that goes on. Dropping it ends it without waiting.
#[derive(Debug)]
pub(crate) struct Recorder {
    stop: Option<mpsc::Sender<Reel>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Recorder {
    /// Begins. Gives where the sound thread is to send tapes to.
    pub(crate) fn start(order: Order, tell: UnboundedSender<RecordingEvent>) -> (Self, mpsc::Sender<Reel>) {
        let (reels, inbox) = mpsc::channel();
        let to_thread = reels.clone();
        let refused = tell.clone();
        let work = move || Writer::run(&order, &inbox, &tell);
        let thread = thread::Builder::new().name("recording".to_owned()).spawn(work);
        let thread = thread.map_err(|error| {
            let error = RecordingError::NotWritten(Arc::new(error));
            // Without a listener the program is ending.
            let _ = refused.send(RecordingEvent::Ended(Extent::default(), Err(error)));
        });
        (Self { stop: Some(reels), thread: thread.ok() }, to_thread)
    }

    /// Ends it once what was played is written. The sound thread's sender has to be gone, too.
    pub(crate) fn stop(&mut self) {
        self.stop = None;
    }

    /// Ends it, and waits until the file is whole.
    pub(crate) fn end(mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been logged.
            let _ = thread.join();
        }
    }
}
