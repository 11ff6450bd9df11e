//! Starting when its user signs in to the computer: in the tray, without a window. Off until they say so.
//!
//! Nothing of it is kept in our settings: the desktop's own list is read each time, so that what somebody changed there
//! is what the window shows.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod others;

#[cfg(target_os = "linux")]
use linux::Entry;
#[cfg(not(target_os = "linux"))]
use others::Entry;

use serde::Serialize;
use squelch_core::problem::{Code, Problem, Retry};
use tauri::async_runtime::spawn_blocking;
use tauri::{AppHandle, Manager, Runtime};

use super::Desktop;
use crate::{once, updates};

/// Whether Squelch starts at login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Autostart {
    /// It can be chosen.
    Offered {
        /// It does.
        on: bool,
    },
    /// It cannot.
    NotOffered {
        /// The sentence for the user.
        why: String,
    },
}

/// What the desktop's list says now.
pub(crate) async fn now<R: Runtime>(app: &AppHandle<R>) -> Autostart {
    match entry(app) {
        Ok(entry) => Autostart::Offered { on: spawn_blocking(move || entry.is_on()).await.unwrap_or(false) },
        Err(why) => Autostart::NotOffered { why: why.to_owned() },
    }
}

/// Puts Squelch on the desktop's list, or takes it off.
pub(crate) async fn switch<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<(), Problem> {
    let refused = |message: String| Problem { code: Code::NotPossible, message, retry: Retry::Now };
    let entry = entry(app).map_err(|why| refused(why.to_owned()))?;
    let place = entry.place();
    let done = spawn_blocking(move || {
        let done = if on { entry.add() } else { entry.remove() };
        done.map_err(|error| error.to_string())
    });
    done.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|error| {
        tracing::warn!(on, "starting at login could not be changed: {error}");
        refused(format!("Starting at login could not be changed: {place} cannot be written."))
    })
}

/// An entry that leads nowhere, because the AppImage was moved or the program went elsewhere, leads here again. Not from a
/// start that keeps its things in another folder: what starts at login would keep them there from then on.
pub(super) fn mend<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Desktop<R>>().chosen_data.is_some() {
        return;
    }
    let Ok(entry) = entry(app) else { return };
    spawn_blocking(move || {
        if entry.leads_nowhere() {
            match entry.add() {
                Ok(()) => tracing::info!("starting at login led nowhere, and leads here again"),
                Err(error) => tracing::warn!("starting at login leads nowhere and cannot be mended: {error}"),
            }
        }
    });
}

/// The place in the desktop's list for this Squelch, with the folder it keeps its things in if that was chosen.
fn entry<R: Runtime>(app: &AppHandle<R>) -> Result<Entry, &'static str> {
    if updates::is_flatpak() {
        return Err("A Flatpak cannot put itself on the list of what starts at login. Your desktop's settings can.");
    }
    let program = once::program(&app.env()).ok_or("Where this Squelch lies cannot be found out.")?;
    let data = app.try_state::<Desktop<R>>().and_then(|desktop| desktop.chosen_data.clone());
    Entry::of(&app.config().identifier, program, data)
        .ok_or("There is no home folder in which starting at login could be noted.")
}
