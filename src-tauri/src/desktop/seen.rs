//! What was seen of the core last, and the tray and the media keys made to look like it.

use std::pin::pin;
use std::sync::PoisonError;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use jiff::tz::TimeZone;
use squelch_core::client::Client;
use tauri::{AppHandle, Manager, Runtime};

use super::glance::{Glance, Menu, NowPlaying, WindowState};
use super::words::Spoken;
use super::{Desktop, Keys, Power, PowerSupply, memory, shape};
use crate::updates::Updates;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) glance: Glance,
    /// The window has been asked, since it was opened, whether closing is meant.
    pub(super) asked: bool,
}

impl Seen {
    /// Nothing yet, on a desktop where this is spoken.
    pub(super) fn on(desktop: Spoken) -> Self {
        let mut seen = Self::default();
        seen.glance.desktop = desktop;
        seen
    }
}

/// Follows the core until it ends.
pub(super) async fn follow<R: Runtime>(app: &AppHandle<R>, client: Client) {
    let subscription = client.subscribe().await;
    // A stream keeps what it is about to yield, so giving up the wait loses nothing.
    let mut messages = pin!(stream::unfold(subscription, async |mut subscription| {
        subscription.next().await.map(|message| (message, subscription))
    }));
    let desktop = app.state::<Desktop<R>>();
    let mut pace = Pace::default();
    loop {
        let next = desktop.seen().glance.next_change(Instant::now());
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return };
                desktop.seen().glance.apply(&message, Instant::now());
                if let Some(updates) = app.try_state::<Updates>() {
                    updates.hear(&message);
                }
                memory::hear(&message);
                desktop.heard.send_replace(true);
                pace.changed = true;
            }
            () = desktop.wished.notified() => pace.pause = None,
            () = pace.over(), if pace.changed => {
                refresh(app);
                let power = app.try_state::<PowerSupply>().map_or_else(Power::default, |supply| supply.now());
                pace.shown(power);
            }
            () = tokio::time::sleep(next.unwrap_or_default()), if next.is_some() => pace.changed = true,
        }
    }
}

/// When what has changed is shown. Every change goes over the bus to the panel: the first after a pause at once, the next
/// ones at a pace; but whoever has just clicked waits for nothing.
#[derive(Debug, Default)]
struct Pace {
    /// There is something to show.
    changed: bool,
    /// Until when it is put off.
    pause: Option<tokio::time::Instant>,
}

impl Pace {
    /// Waits until what has changed is to be shown.
    async fn over(&self) {
        if let Some(end) = self.pause {
            tokio::time::sleep_until(end).await;
        }
    }

    fn shown(&mut self, power: Power) {
        *self = Self { changed: false, pause: Some(tokio::time::Instant::now() + power.pace_of_tray()) };
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
    shape::follow(app);
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// The time stands still, so whatever waits for it is not over.
    #[tokio::test(start_paused = true)]
    async fn changes_are_shown_at_a_pace_but_what_a_click_came_to_at_once() {
        let mut pace = Pace::default();
        let is_over = |pace: &Pace| pace.over().now_or_never().is_some();
        assert!(is_over(&pace), "the first one");
        pace.shown(Power::default());
        assert!(!pace.changed && !is_over(&pace), "the next one waits");
        pace.pause = None;
        assert!(is_over(&pace), "somebody has clicked");
        pace.shown(Power::default());
        tokio::time::advance(Power::default().pace_of_tray()).await;
        assert!(is_over(&pace));
    }
}
