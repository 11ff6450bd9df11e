//! Where saved calls lie: in the folder that the user chose, else in one of our own among the downloads.

use std::path::{Path, PathBuf};

use serde::Serialize;
use squelch_core::client::Client;
use squelch_core::export::{SavedCalls, Saving};
use squelch_core::model::CallKey;
use squelch_core::problem::{Code, Problem, Retry};
use tauri::{AppHandle, Manager, Runtime};

use crate::choosing::{Chooser, Wanted};
use crate::folders;

/// The name of our own.
const NAME: &str = "Squelch";

/// The folder, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedFolder {
    folder: String,
    /// The user chose it.
    chosen: bool,
}

/// Our own: where the desktop keeps downloads, else at home.
fn usual<R: Runtime>(app: &AppHandle<R>) -> PathBuf {
    let place = app.path().download_dir().or_else(|_| app.path().home_dir());
    place.unwrap_or_else(|_| std::env::temp_dir()).join(NAME)
}

/// Where calls are saved, and whether the user chose that.
pub(crate) async fn place<R: Runtime>(app: &AppHandle<R>, client: &Client) -> Result<(PathBuf, bool), Problem> {
    Ok(match client.saved_calls().await? {
        Some(folder) => (folder, true),
        None => (usual(app), false),
    })
}

/// Where calls are saved.
pub(crate) async fn folder<R: Runtime>(app: &AppHandle<R>, client: &Client) -> Result<SavedFolder, Problem> {
    let (folder, chosen) = place(app, client).await?;
    Ok(SavedFolder { folder: folder.display().to_string(), chosen })
}

/// Saves these calls there.
pub(crate) async fn save<R: Runtime>(
    app: &AppHandle<R>,
    client: &Client,
    calls: Vec<CallKey>,
    details: bool,
) -> Result<SavedCalls, Problem> {
    let zone = jiff::tz::TimeZone::system();
    let (folder, chosen) = place(app, client).await?;
    Ok(client.save_calls(Saving { calls, folder, make: !chosen, details, zone }).await)
}

/// Says where recordings go as long as no folder is chosen for them.
pub(crate) async fn tell_usual<R: Runtime>(app: &AppHandle<R>, client: &Client) {
    if let Err(problem) = client.usual_folder(usual(app)).await {
        tracing::debug!(?problem, "the usual folder was not told");
    }
}

/// Opens the folder.
pub(crate) async fn show<R: Runtime>(app: &AppHandle<R>, client: &Client) -> Result<(), Problem> {
    let (folder, chosen) = place(app, client).await?;
    if chosen {
        there(&folder)?;
    }
    folders::show(folder).await
}

/// One that was chosen is not made: where its drive is missing that would hide it.
fn there(folder: &Path) -> Result<(), Problem> {
    if folder.is_dir() {
        return Ok(());
    }
    let message = "The folder for saved calls is not there. Connect its drive, or choose another one in the settings.";
    Err(Problem { code: Code::NotPossible, message: message.to_owned(), retry: Retry::Now })
}

/// Has the user choose another one. Gives whether they did.
pub(crate) async fn choose<R: Runtime>(
    app: &AppHandle<R>,
    client: &Client,
    chooser: &Chooser,
    title: &str,
) -> Result<bool, Problem> {
    let (now, _) = place(app, client).await?;
    let Some(folder) = chooser.choose(Wanted::Folder, title, Some(now)).await else { return Ok(false) };
    client.choose_saved_calls(Some(folder)).await?;
    Ok(true)
}
