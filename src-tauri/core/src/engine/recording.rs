//! Recording what sounds: between the state that decides, the sound thread that tapes, and the thread that writes.

use std::future::Future;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use crate::clock::WallTime;
use crate::recording::{Order, Recorder, RecordingEvent};
use crate::sound::Sound;
use crate::view::RecordingChoices;

/// The recording that goes on, if one does.
#[derive(Debug)]
pub(super) struct Recording {
    /// The folder where none was chosen.
    pub(super) usual: PathBuf,
    recorder: Option<Recorder>,
    events: mpsc::UnboundedReceiver<RecordingEvent>,
    tell: mpsc::UnboundedSender<RecordingEvent>,
}

impl Recording {
    pub(super) fn new(usual: PathBuf) -> Self {
        let (tell, events) = mpsc::unbounded_channel();
        Self { usual, recorder: None, events, tell }
    }

    /// Begins one as chosen, or ends the one that goes on.
    pub(super) fn obey(
        &mut self,
        choices: Option<RecordingChoices>,
        chosen: Option<String>,
        wall: WallTime,
        sound: &Sound,
    ) {
        let Some(choices) = choices else {
            sound.record(None);
            return self.recorder.as_mut().map_or((), Recorder::stop);
        };
        let make = chosen.is_none();
        let folder = chosen.map_or_else(|| self.usual.clone(), PathBuf::from);
        let order = Order { choices, folder, make, wall, zone: TimeZone::system(), rate: sound.rate() };
        let (recorder, reels) = Recorder::start(order, self.tell.clone());
        sound.record(Some(reels));
        self.recorder = Some(recorder);
    }

    /// What becomes of it. Cancel-safe.
    pub(super) async fn next(&mut self) -> RecordingEvent {
        match self.events.recv().await {
            Some(event) => event,
            // One of the senders is ours.
            None => std::future::pending().await,
        }
    }

    /// Begins to make its file whole; gives when it is.
    pub(super) fn end(&mut self, sound: &Sound) -> impl Future<Output = ()> + use<> {
        sound.record(None);
        // It writes what is left; on a runtime worker that would be too long.
        let ending = self.recorder.take().map(|recorder| tokio::task::spawn_blocking(move || recorder.end()));
        async move {
            if let Some(ending) = ending {
                let _ = ending.await;
            }
        }
    }
}
