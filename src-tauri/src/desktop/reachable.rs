//! With neither a window nor a tray Squelch would play on and nobody could find it: after a while it opens its window.

use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::watch;

use super::glance::WindowState;
use super::host::TrayHost;
use super::{Desktop, window};

/// Panels start late at a login, and start again after a crash.
const PATIENCE: Duration = Duration::from_secs(8);

/// Opens the window whenever Squelch has been out of sight for too long, until it quits.
pub(super) fn stay<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let desktop = app.state::<Desktop<R>>();
        let mut window = desktop.window.subscribe();
        // Without an icon of ours it is no matter who would show it.
        let mut host = desktop.tray.get().map(|_| desktop.host.clone());
        while out_of_sight(&mut window, host.as_mut()).await && !desktop.is_quitting() {
            tracing::warn!("nothing shows tray icons: the window is opened, so that Squelch can be found");
            window::show(&app);
        }
    });
}

/// Waits until there has been neither window nor tray for a while. False once nobody says anything about the window any more.
async fn out_of_sight(window: &mut watch::Receiver<WindowState>, mut host: Option<&mut TrayHost>) -> bool {
    loop {
        let closed = *window.borrow_and_update() == WindowState::Closed;
        let hidden = closed && host.as_ref().is_none_or(|host| !host.is_there());
        let change = async {
            let shown = async {
                match &mut host {
                    Some(host) => host.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                change = window.changed() => change.is_ok(),
                () = shown => true,
            }
        };
        let more = if hidden {
            let Ok(more) = tokio::time::timeout(PATIENCE, change).await else { return true };
            more
        } else {
            change.await
        };
        if !more {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, timeout};

    use super::*;

    /// Much longer than the patience.
    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test(start_paused = true)]
    async fn with_neither_window_nor_tray_the_patience_ends() {
        let (_window, mut seen) = watch::channel(WindowState::Closed);
        let (_known, mut host) = TrayHost::told();
        let start = Instant::now();
        assert!(out_of_sight(&mut seen, Some(&mut host)).await);
        assert_eq!(start.elapsed(), PATIENCE);
        assert!(out_of_sight(&mut seen, None).await, "without an icon of our own");
    }

    #[tokio::test(start_paused = true)]
    async fn a_panel_that_starts_late_is_waited_for_and_one_that_goes_away_is_noticed() {
        let (_window, mut seen) = watch::channel(WindowState::Closed);
        let (known, mut host) = TrayHost::told();
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
            known.send_replace(true);
            tokio::time::sleep(LONG).await;
            known.send_replace(false);
        });
        let start = Instant::now();
        assert!(out_of_sight(&mut seen, Some(&mut host)).await);
        assert!(start.elapsed() >= LONG + PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_is_enough_until_it_is_closed() {
        let (window, mut seen) = watch::channel(WindowState::Open);
        let (_known, mut host) = TrayHost::told();
        assert!(timeout(LONG, out_of_sight(&mut seen, Some(&mut host))).await.is_err());
        window.send_replace(WindowState::Closed);
        assert!(out_of_sight(&mut seen, Some(&mut host)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_nobody_can_know_of_is_none() {
        let (_window, mut seen) = watch::channel(WindowState::Closed);
        let (known, mut host) = TrayHost::told();
        drop(known);
        assert!(timeout(LONG, out_of_sight(&mut seen, Some(&mut host))).await.unwrap());
    }
}
