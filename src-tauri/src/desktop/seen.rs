//! What was seen of the core last, and the tray and the media keys made to look like it.

use std::pin::pin;
use std::sync::PoisonError;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use jiff::tz::TimeZone;
use squelch_core::client::Client;
use tauri::{AppHandle, Manager, Runtime};

use super::glance::{Glance, Menu, NowPlaying, WindowState};
use super::{Desktop, Keys, Power, PowerSupply};
use crate::updates::Updates;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) glance: Glance,
    /// The window has been asked, since it was opened, whether closing is meant.
    pub(super) asked: bool,
}

/// Follows the core until it ends.
pub(super) async fn follow<R: Runtime>(app: &AppHandle<R>, client: Client) {
    let subscription = client.subscribe().await;
    // A stream keeps what it is about to yield, so giving up the wait loses nothing.
    let mut messages = pin!(stream::unfold(subscription, async |mut subscription| {
        subscription.next().await.map(|message| (message, subscription))
    }));
    let desktop = app.state::<Desktop<R>>();
    let (mut changed, mut pause_ends) = (false, tokio::time::Instant::now());
    loop {
        let next = desktop.seen().glance.next_change(Instant::now());
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return };
                desktop.seen().glance.apply(&message, Instant::now());
                if let Some(updates) = app.try_state::<Updates>() {
                    updates.hear(&message);
                }
                desktop.heard.send_replace(true);
                changed = true;
            }
            () = tokio::time::sleep_until(pause_ends), if changed => {
                refresh(app);
                // Every change goes over the bus to the panel: the first after a pause at once, the next ones at a pace.
                let power = app.try_state::<PowerSupply>().map_or_else(Power::default, |supply| supply.now());
                (changed, pause_ends) = (false, tokio::time::Instant::now() + power.pace_of_tray());
            }
            () = tokio::time::sleep(next.unwrap_or_default()), if next.is_some() => changed = true,
        }
    }
}

/// Makes the tray look like what was seen.
///
/// Menu items can only be changed on the main thread, and whoever changes them from another waits for it. So the change
/// is left to the main thread, and nobody ever waits for it while holding a lock.
pub(super) fn refresh<R: Runtime>(app: &AppHandle<R>) {
    let desktop = app.state::<Desktop<R>>();
    if let Some(keys) = desktop.media.get() {
        keys.show(desktop.now_playing());
    }
    let chosen = desktop.seen().glance.global_keys.clone();
    app.state::<Keys>().choose(app, &chosen);
    if desktop.tray.get().is_none_or(|tray| tray.looks_like(&desktop.menu())) {
        return;
    }
    let handle = app.clone();
    let refreshed = app.run_on_main_thread(move || {
        let desktop = handle.state::<Desktop<R>>();
        if let Some(tray) = desktop.tray.get() {
            // As of now: what was told meanwhile is in it already.
            tray.show(desktop.menu());
        }
    });
    if let Err(error) = refreshed {
        tracing::warn!("the tray menu could not be changed: {error}");
    }
}

impl<R: Runtime> Desktop<R> {
    /// What was seen. Never hold it while something else is waited for.
    pub(super) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the media controls should show. On Windows they are those of the window.
    fn now_playing(&self) -> Option<NowPlaying> {
        let is_open = *self.window.borrow() == WindowState::Open;
        self.seen().glance.now_playing(Instant::now()).filter(|_| is_open || cfg!(not(target_os = "windows")))
    }

    /// How the tray should look.
    pub(super) fn menu(&self) -> Menu {
        self.seen().glance.menu(*self.window.borrow(), Instant::now(), &TimeZone::system())
    }
}
