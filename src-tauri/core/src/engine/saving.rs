//! Writes the settings, at most once a second, on a thread that may block. A server that came or went is written at once:
//! a login just made is to be there again even if the program is killed the moment after.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::settings::{self, SavedServer, Settings, SettingsError};

/// A slider that is dragged changes the volume fifty times a second; the disk need not know.
const PAUSE: Duration = Duration::from_secs(1);

/// The writer, as the engine holds it.
#[derive(Debug)]
pub(super) struct Saving {
    newest: watch::Sender<Option<Settings>>,
    outcomes: mpsc::Receiver<Result<(), SettingsError>>,
    task: Option<JoinHandle<()>>,
    /// There is a file that could neither be read nor set aside: it is not ours to replace.
    off_limits: bool,
}

impl Saving {
    /// Writes nothing in this run if what is there could not be read; see [`settings::load`].
    pub(super) fn start_after(trouble: Option<&SettingsError>, data: PathBuf, clock: Clock) -> Self {
        let off_limits = matches!(trouble, Some(SettingsError::Unreadable(_)));
        Self { off_limits, ..Self::start(data, clock) }
    }

    fn start(data: PathBuf, clock: Clock) -> Self {
        let (newest, inbox) = watch::channel(None);
        let (to_outcomes, outcomes) = mpsc::channel(4);
        let task = tokio::spawn(write(data, clock, inbox, to_outcomes));
        Self { newest, outcomes, task: Some(task), off_limits: false }
    }

    /// Has these written soon; only the newest matter.
    pub(super) fn save(&self, settings: Settings) {
        if !self.off_limits {
            self.newest.send_replace(Some(settings));
        }
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
        let servers = newest.as_ref().map(|settings| settings.servers.clone());
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
            () = other_servers(inbox.clone(), servers) => {}
        }
    }
}

/// Waits until the servers are not these any more.
async fn other_servers(mut inbox: watch::Receiver<Option<Settings>>, servers: Option<Vec<SavedServer>>) {
    let is_other = |newest: &Option<Settings>| newest.as_ref().map(|newest| &newest.servers) != servers.as_ref();
    if inbox.wait_for(is_other).await.is_err() {
        // The end is another's to see.
        std::future::pending::<()>().await;
    }
}

async fn closed(mut inbox: watch::Receiver<Option<Settings>>) {
    while inbox.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServerId;
    use crate::settings::SavedLogin;

    #[tokio::test]
    async fn a_file_that_could_neither_be_read_nor_set_aside_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::fs::write(&file, b"all my servers").unwrap();
        let trouble = SettingsError::Unreadable(std::sync::Arc::new(std::io::ErrorKind::PermissionDenied.into()));
        let mut saving = Saving::start_after(Some(&trouble), folder.path().to_path_buf(), Clock::system());
        saving.save(Settings::default());
        saving.end().await;
        assert_eq!(std::fs::read(&file).unwrap(), b"all my servers");
        let mut saving = Saving::start_after(None, folder.path().to_path_buf(), Clock::system());
        saving.save(Settings::default());
        saving.outcome().await.unwrap().unwrap();
        assert_ne!(std::fs::read(&file).unwrap(), b"all my servers", "as it would have been");
        saving.end().await;
    }

    #[tokio::test]
    async fn a_new_server_is_written_while_other_changes_wait() {
        let folder = tempfile::tempdir().unwrap();
        // It stands still, so that only what does not wait is written.
        let (clock, _hands) = Clock::manual();
        let mut saving = Saving::start(folder.path().to_path_buf(), clock);
        let mut settings = Settings::default();
        saving.save(settings.clone());
        saving.outcome().await.unwrap().unwrap();
        settings.volume_db = -6.0;
        settings.next_server = 2;
        saving.save(settings.clone());
        settings.servers.push(SavedServer {
            id: ServerId(1),
            address: "https://scanner.example.org".to_owned(),
            pin: None,
            login: SavedLogin::default(),
        });
        saving.save(settings.clone());
        saving.outcome().await.unwrap().unwrap();
        assert_eq!(settings::load(folder.path()).0, settings);
        saving.end().await;
    }
}
