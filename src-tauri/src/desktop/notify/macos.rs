//! Notifications of macOS, without buttons: they belong to the application, and a click on one brings it to the front.
//!
//! What is shown can be neither replaced nor taken back through the library. Never compiled nor run so far.

use mac_notification_sys::Notification;
use squelch_core::alerts::Telling;
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc;

use super::spoken;
use super::words::Notice;

/// Shows what it is told to, until nobody tells any more.
pub(super) async fn show<R: Runtime>(app: AppHandle<R>, mut told: mpsc::UnboundedReceiver<Telling>) {
    if let Err(error) = mac_notification_sys::set_application(&app.config().identifier) {
        tracing::info!("notifications do not carry our name: {error}");
    }
    while let Some(telling) = told.recv().await {
        let Telling::Show(alert) = telling else { continue };
        let notice = Notice::of(&alert, spoken(&app));
        // The library may wait for the system.
        let sent = tauri::async_runtime::spawn_blocking(move || {
            Notification::new().title(&notice.title).message(&notice.text).asynchronous(true).send().map(drop)
        });
        if let Ok(Err(error)) = sent.await {
            tracing::warn!("a notification failed: {error}");
        }
    }
}
