//! Writes the settings, the chosen talkgroups and the names of units, each at most once a second, on a thread that may block. A server that
//! came or went is written at once: a login just made is to be there again even if the program is killed the moment after.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::choices::{self, Choices, ChoicesError};
use crate::clock::Clock;
use crate::settings::{self, Settings, SettingsError};
use crate::store::StoreError;
use crate::units::{self, Units, UnitsError};

/// A slider that is dragged changes the volume fifty times a second; the disk need not know.
const PAUSE: Duration = Duration::from_secs(1);

/// What has a file of its own.
pub(super) trait Kept: Clone + Send + Sync + 'static {
    type Error: Send + 'static;

    fn save(&self, data: &Path) -> Result<(), Self::Error>;

    /// Whether this cannot wait for its turn, after what was written last.
    fn is_urgent(&self, written: &Self) -> bool;
}

impl Kept for Settings {
    type Error = SettingsError;

    fn save(&self, data: &Path) -> Result<(), SettingsError> {
        settings::save(data, self)
    }

    fn is_urgent(&self, written: &Self) -> bool {
        self.servers != written.servers
    }
}

impl Kept for Choices {
    type Error = ChoicesError;

    fn save(&self, data: &Path) -> Result<(), ChoicesError> {
        choices::save(data, self)
    }

    fn is_urgent(&self, _written: &Self) -> bool {
        false
    }
}

impl Kept for Arc<Units> {
    type Error = UnitsError;

    fn save(&self, data: &Path) -> Result<(), UnitsError> {
        units::save(data, self)
    }

    fn is_urgent(&self, _written: &Self) -> bool {
        false
    }
}

/// The writer of one file, as the engine holds it.
#[derive(Debug)]
pub(super) struct Saving<T: Kept> {
    newest: watch::Sender<Option<T>>,
    outcomes: mpsc::Receiver<Result<(), T::Error>>,
    task: Option<JoinHandle<()>>,
    /// There is a file that could neither be read nor set aside: it is not ours to replace.
    off_limits: bool,
}

impl<T: Kept> Saving<T> {
    /// Writes nothing in this run if what is there could not be read; see [`settings::load`].
    pub(super) fn start_after(trouble: Option<&StoreError>, data: PathBuf, clock: Clock) -> Self {
        let off_limits = matches!(trouble, Some(StoreError::Unreadable(_)));
        Self { off_limits, ..Self::start(data, clock) }
    }

    fn start(data: PathBuf, clock: Clock) -> Self {
        let (newest, inbox) = watch::channel(None);
        let (to_outcomes, outcomes) = mpsc::channel(4);
        let task = tokio::spawn(write(data, clock, inbox, to_outcomes));
        Self { newest, outcomes, task: Some(task), off_limits: false }
    }

    /// Has these written soon; only the newest matter.
    pub(super) fn save(&self, newest: T) {
        if !self.off_limits {
            self.newest.send_replace(Some(newest));
        }
    }

    /// How the last write went. Cancel-safe.
    pub(super) async fn outcome(&mut self) -> Option<Result<(), T::Error>> {
        self.outcomes.recv().await
    }

    /// Waits until what was asked for is written.
    pub(super) fn end(&mut self) -> impl Future<Output = ()> + use<T> {
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

async fn write<T: Kept>(
    data: PathBuf,
    clock: Clock,
    mut inbox: watch::Receiver<Option<T>>,
    outcomes: mpsc::Sender<Result<(), T::Error>>,
) {
    loop {
        let open = inbox.changed().await.is_ok();
        let newest = inbox.borrow_and_update().clone();
        if let Some(newest) = newest.clone().filter(|_| open) {
            let folder = data.clone();
            let written = tokio::task::spawn_blocking(move || newest.save(&folder)).await;
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
            () = urgent(inbox.clone(), newest) => {}
        }
    }
}

/// Waits for something that cannot wait.
async fn urgent<T: Kept>(mut inbox: watch::Receiver<Option<T>>, written: Option<T>) {
    let is_urgent = |newest: &Option<T>| match (newest, &written) {
        (Some(newest), Some(written)) => newest.is_urgent(written),
        (Some(_), None) | (None, Some(_)) => true,
        (None, None) => false,
    };
    if inbox.wait_for(is_urgent).await.is_err() {
        // The end is another's to see.
        std::future::pending::<()>().await;
    }
}

async fn closed<T>(mut inbox: watch::Receiver<Option<T>>) {
    while inbox.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServerId;
    use crate::settings::{SavedLogin, SavedOwn, SavedServer};

    #[tokio::test]
    async fn a_file_that_could_neither_be_read_nor_set_aside_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::fs::write(&file, b"all my servers").unwrap();
        let trouble = StoreError::Unreadable(std::sync::Arc::new(std::io::ErrorKind::PermissionDenied.into()));
        let mut saving = Saving::start_after(Some(&trouble), folder.path().to_path_buf(), Clock::system());
        saving.save(Settings::default());
        saving.end().await;
        assert_eq!(std::fs::read(&file).unwrap(), b"all my servers");
        let mut saving: Saving<Settings> = Saving::start_after(None, folder.path().to_path_buf(), Clock::system());
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
            own: SavedOwn::default(),
        });
        saving.save(settings.clone());
        saving.outcome().await.unwrap().unwrap();
        assert_eq!(settings::load(folder.path()).0, settings);
        saving.end().await;
    }
}
