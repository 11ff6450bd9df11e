//! Exporting: one at a time, followed by whichever page is there, and told of until somebody has read what became of it. A
//! window may be closed while calls are exported, and opened again when they are.

use std::sync::{Mutex, PoisonError};

use squelch_core::client::Client;
use squelch_core::export::{Cancel, ExportChoice, ExportProgress, Exported, Exporting};
use squelch_core::model::CallKey;
use squelch_core::problem::{Code, Problem, Retry};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};
use tokio::sync::watch;

use crate::recordings;

/// The export that goes on, or the last one until that was read of.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<Option<Going>>);

/// One of them.
#[derive(Debug, Clone)]
struct Going {
    cancel: Cancel,
    stage: watch::Receiver<Stage>,
}

#[derive(Debug, Clone)]
enum Stage {
    On(ExportProgress),
    Ended(Exported),
}

impl Exports {
    /// Begins one of so many calls, unless another goes on.
    fn begin(&self, of: u32) -> Option<(Going, watch::Sender<Stage>)> {
        let mut last = self.last();
        if last.as_ref().is_some_and(Going::goes_on) {
            return None;
        }
        let (tell, stage) = watch::channel(Stage::On(ExportProgress { done: 0, of }));
        Some((last.insert(Going { cancel: Cancel::new(), stage }).clone(), tell))
    }

    /// Has the one that goes on end early.
    pub(crate) fn cancel(&self) {
        if let Some(going) = &*self.last() {
            going.cancel.cancel();
        }
    }

    /// Says how far it is until it has ended, and gives what became of it. Nothing where there is none.
    pub(crate) async fn follow(&self, progress: &Channel<ExportProgress>) -> Option<Exported> {
        let going = self.last().clone()?;
        going.follow(|far| _ = progress.send(far)).await
    }

    /// What became of the last one was read.
    pub(crate) fn forget(&self) {
        self.last().take_if(|last| !last.goes_on());
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Going>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Going {
    /// One whose end nobody will tell any more does not.
    fn goes_on(&self) -> bool {
        matches!(*self.stage.borrow(), Stage::On(_)) && self.stage.has_changed().is_ok()
    }

    async fn follow(mut self, progress: impl Fn(ExportProgress)) -> Option<Exported> {
        loop {
            let stage = self.stage.borrow_and_update().clone();
            match stage {
                Stage::On(far) => progress(far),
                Stage::Ended(exported) => return Some(exported),
            }
            self.stage.changed().await.ok()?;
        }
    }
}

/// Exports these calls to where calls are saved. Gives what became of it; the page that asked may be gone by then.
pub(crate) async fn export<R: Runtime>(
    app: &AppHandle<R>,
    client: &Client,
    exports: &Exports,
    calls: Vec<CallKey>,
    choice: ExportChoice,
    progress: Channel<ExportProgress>,
) -> Result<Exported, Problem> {
    let zone = jiff::tz::TimeZone::system();
    let (folder, chosen) = recordings::place(app, client).await?;
    let of = u32::try_from(calls.len()).unwrap_or(u32::MAX);
    let Some((going, tell)) = exports.begin(of) else { return Err(busy()) };
    let exporting = Exporting { calls, choice, folder, make: !chosen, zone };
    let (client, cancel) = (client.clone(), going.cancel.clone());
    tauri::async_runtime::spawn(async move {
        let exported = client.export(exporting, cancel, |far| _ = tell.send_replace(Stage::On(far))).await;
        tell.send_replace(Stage::Ended(exported));
    });
    going.follow(|far| _ = progress.send(far)).await.ok_or_else(broken)
}

fn busy() -> Problem {
    let message = "Other calls are being exported. Wait for them, or end that first.";
    Problem { code: Code::NotPossible, message: message.to_owned(), retry: Retry::Now }
}

fn broken() -> Problem {
    let message = "The export has ended without a word. See what is in the folder for saved calls, and try again.";
    Problem { code: Code::NotPossible, message: message.to_owned(), retry: Retry::Now }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn exported() -> Exported {
        Exported {
            folder: "Downloads/Squelch".to_owned(),
            files: vec!["calls.flac".to_owned()],
            calls: 2,
            length_ms: None,
            missing: vec![],
            missing_count: 0,
            problem: None,
            cancelled: false,
        }
    }

    #[tokio::test]
    async fn one_goes_on_at_a_time_and_is_followed_by_whoever_comes_until_it_was_read_of() {
        let exports = Exports::default();
        let (going, tell) = exports.begin(2).unwrap();
        assert!(exports.begin(1).is_none(), "one at a time");
        exports.forget();
        assert!(exports.last().is_some(), "what goes on is not forgotten");
        let far = Mutex::<Vec<u32>>::default();
        tell.send_replace(Stage::On(ExportProgress { done: 1, of: 2 }));
        let later = exports.last().clone().unwrap();
        let (first, second, ()) = tokio::join!(
            going.follow(|at| far.lock().unwrap().push(at.done)),
            later.follow(|at| far.lock().unwrap().push(at.done)),
            async { _ = tell.send_replace(Stage::Ended(exported())) },
        );
        assert_eq!((first, second), (Some(exported()), Some(exported())));
        assert_eq!(*far.lock().unwrap(), [1, 1], "each is told how far it is at once");
        let unread = exports.last().clone().unwrap();
        assert_eq!(unread.follow(|_| ()).await, Some(exported()), "also when it has ended");
        exports.forget();
        assert!(exports.last().is_none());
        assert!(exports.begin(1).is_some());
    }

    #[tokio::test]
    async fn one_that_broke_off_hinders_no_other() {
        let exports = Exports::default();
        let (going, tell) = exports.begin(1).unwrap();
        drop(tell);
        assert_eq!(going.follow(|_| ()).await, None);
        assert!(exports.begin(1).is_some());
    }

    #[test]
    fn the_one_that_goes_on_is_cancelled() {
        let exports = Exports::default();
        exports.cancel();
        let (going, _tell) = exports.begin(1).unwrap();
        exports.cancel();
        assert!(going.cancel.is_cancelled());
    }
}
