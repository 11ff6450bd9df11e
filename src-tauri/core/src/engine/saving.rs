//! Writes the settings, at most once a second, on a thread that may block.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::settings::{self, Settings, SettingsError};

/// A slider that is dragged changes the volume fifty times a second; the disk need not know.
const PAUSE: Duration = Duration::from_secs(1);

/// The writer, as the engine holds it.
#[derive(Debug)]
pub(super) struct Saving {
    newest: watch::Sender<Option<Settings>>,
    outcomes: mpsc::Receiver<Result<(), SettingsError>>,
    task: Option<JoinHandle<()>>,
}

impl Saving {
    pub(super) fn start(data: PathBuf, clock: Clock) -> Self {
        let (newest, inbox) = watch::channel(None);
        let (to_outcomes, outcomes) = mpsc::channel(4);
        let task = tokio::spawn(write(data, clock, inbox, to_outcomes));
        Self { newest, outcomes, task: Some(task) }
    }

    /// Has these written soon; only the newest matter.
    pub(super) fn save(&self, settings: Settings) {
        self.newest.send_replace(Some(settings));
    }

    /// How the last write went. Cancel-safe.
    pub(super) async fn outcome(&mut self) -> Option<Result<(), SettingsError>> {
        self.outcomes.recv().await
    }

    /// Waits until what was asked for is written.
    pub(super) fn end(&mut self) -> impl Future<Output = ()> + use<> {
        let task = self.task.take();
        // Closing the channel wakes the writer; what is in it is still read.
        self.newest = watch::channel(None).0;
        self.outcomes.close();
        async move {
            if let Some(task) = task {
                let _ = task.await;
            }
        }
    }
}

async fn write(
    data: PathBuf,
    clock: Clock,
    mut inbox: watch::Receiver<Option<Settings>>,
    outcomes: mpsc::Sender<Result<(), SettingsError>>,
) {
    loop {
        let open = inbox.changed().await.is_ok();
        let newest = inbox.borrow_and_update().clone();
        if let Some(settings) = newest.filter(|_| open) {
            let folder = data.clone();
            let written = tokio::task::spawn_blocking(move || settings::save(&folder, &settings)).await;
            if let Ok(outcome) = written {
                // The engine may be ending; then nobody is left to be told.
                let _ = outcomes.try_send(outcome);
            }
        }
        if !open {
            return;
        }
        tokio::select! {
            () = clock.sleep(PAUSE) => {}
            // The end does not wait for the pause. A change stays marked for the next round.
            () = closed(inbox.clone()) => {}
        }
    }
}

async fn closed(mut inbox: watch::Receiver<Option<Settings>>) {
    while inbox.changed().await.is_ok() {}
}
