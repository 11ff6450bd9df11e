//! Files and folders that the user chooses, in the system's own dialogs.
//!
//! So no path ever comes from the page: it says what is to be chosen and how the dialog is called, and is told no more than
//! what came of it. Tests answer in place of the user.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use squelch_core::text::plain;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::desktop::MAIN;

/// What a file of settings is called unless the user says otherwise.
const NAME: &str = "squelch-settings.json";

/// What is to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A file of settings that is to be written.
    Save,
    /// One that is there.
    Open,
    /// A folder.
    Folder,
}

type Answer = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// Asks the user, one question at a time.
pub(crate) struct Chooser {
    ask: Box<dyn Fn(Wanted, String, Option<PathBuf>) -> Answer + Send + Sync>,
    is_open: AtomicBool,
}

impl fmt::Debug for Chooser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chooser").finish_non_exhaustive()
    }
}

impl Chooser {
    /// The system's dialogs.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Self {
        let app = app.clone();
        Self::with(move |asked, title, from| Box::pin(dialog(app.clone(), asked, title, from)))
    }

    /// Somebody else who answers.
    pub(crate) fn with(ask: impl Fn(Wanted, String, Option<PathBuf>) -> Answer + Send + Sync + 'static) -> Self {
        Self { ask: Box::new(ask), is_open: AtomicBool::new(false) }
    }

    /// What the user chooses; nothing if they would rather not, or are being asked already. `from` is where to begin.
    pub(crate) async fn choose(&self, asked: Wanted, title: &str, from: Option<PathBuf>) -> Option<PathBuf> {
        let _open = Open::of(&self.is_open)?;
        // It ends up in a window's title, and in C.
        (self.ask)(asked, plain(title, 80), from).await
    }
}

/// There is a dialog now. It closes also when nobody waits for its answer any more.
struct Open<'a>(&'a AtomicBool);

impl<'a> Open<'a> {
    fn of(is_open: &'a AtomicBool) -> Option<Self> {
        (!is_open.swap(true, Ordering::Relaxed)).then_some(Self(is_open))
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

async fn dialog<R: Runtime>(app: AppHandle<R>, asked: Wanted, title: String, from: Option<PathBuf>) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    let answer = move |path: Option<FilePath>| {
        // Who asked may be gone.
        let _ = tell.send(path.and_then(|path| path.into_path().ok()));
    };
    let dialog = builder(&app, title, from);
    match asked {
        Wanted::Save => dialog.add_filter("JSON", &["json"]).set_file_name(NAME).save_file(answer),
        Wanted::Open => dialog.add_filter("JSON", &["json"]).pick_file(answer),
        Wanted::Folder => dialog.pick_folder(answer),
    }
    told.await.ok().flatten()
}

fn builder<R: Runtime>(app: &AppHandle<R>, title: String, from: Option<PathBuf>) -> FileDialogBuilder<R> {
    let mut dialog = app.dialog().file().set_title(title);
    if let Some(window) = app.get_webview_window(MAIN) {
        dialog = dialog.set_parent(&window);
    }
    match from.or_else(|| app.path().document_dir().ok()).filter(|folder| folder.is_dir()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn one_question_is_asked_at_a_time() {
        let (answer, waits) = oneshot::channel::<PathBuf>();
        let waits = Mutex::new(Some(waits));
        let chooser = Chooser::with(move |_, _, _| {
            let waits = waits.lock().unwrap().take();
            Box::pin(async move { waits?.await.ok() })
        });
        let mut first = Box::pin(chooser.choose(Wanted::Open, "one", None));
        assert!(futures_util::poll!(&mut first).is_pending());
        assert_eq!(chooser.choose(Wanted::Folder, "two", None).await, None);
        answer.send(PathBuf::from("a.json")).unwrap();
        assert_eq!(first.await, Some(PathBuf::from("a.json")));
        assert!(Open::of(&chooser.is_open).is_some(), "another can be asked");
    }

    #[tokio::test]
    async fn a_title_is_one_line_of_plain_text() {
        let chooser = Chooser::with(|_, title, _| Box::pin(async move { Some(PathBuf::from(title)) }));
        let title =
            chooser.choose(Wanted::Save, &format!("Save\0\n\u{202e}it {}", "x".repeat(200)), None).await.unwrap();
        let title = title.to_str().unwrap();
        assert!(title.starts_with("Save it xxx") && title.chars().count() == 80, "{title}");
    }
}
