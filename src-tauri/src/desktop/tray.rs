//! The icon in the tray and its menu.
//!
//! On Linux an icon has neither tooltip nor click, and a menu cannot be changed once it is set: everything is reachable
//! from a menu that is built once, of which only texts, ticks and greyness change.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use tauri::image::Image;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Runtime, include_image};

use super::glance::{Face, Labels};
use crate::desktop::Wish;

/// The icon, once it stands.
pub(super) struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    now: MenuItem<R>,
    window: MenuItem<R>,
    live: CheckMenuItem<R>,
    pause: CheckMenuItem<R>,
    skip: MenuItem<R>,
    shown: Mutex<Option<Labels>>,
}

/// The menu's buttons, by the ids they have in it.
const BUTTONS: [(&str, Wish); 5] = [
    ("window", Wish::SwitchWindow),
    ("live", Wish::SwitchLive),
    ("pause", Wish::SwitchPause),
    ("skip", Wish::Skip),
    ("quit", Wish::Quit),
];

impl<R: Runtime> Tray<R> {
    /// Puts the icon up. `None`, logged, where that cannot be done: Squelch works without.
    pub(super) fn start(app: &AppHandle<R>, labels: Labels) -> Option<Self> {
        // The indicator library is loaded at run time, and its loader panics where it is not installed.
        match catch_unwind(AssertUnwindSafe(|| Self::build(app, &labels))) {
            Ok(Ok(tray)) => {
                tray.show(labels);
                Some(tray)
            }
            Ok(Err(error)) => {
                tracing::warn!("no tray icon: {error}");
                None
            }
            Err(_panic) => {
                tracing::warn!("no tray icon: the indicator library is missing (libayatana-appindicator3)");
                None
            }
        }
    }

    fn build(app: &AppHandle<R>, labels: &Labels) -> tauri::Result<Self> {
        let now = MenuItem::with_id(app, "now", &labels.now, false, None::<&str>)?;
        let window = MenuItem::with_id(app, "window", labels.window, true, None::<&str>)?;
        let live = CheckMenuItem::with_id(app, "live", "Live", true, labels.live, None::<&str>)?;
        let pause = CheckMenuItem::with_id(app, "pause", "Pause", true, labels.paused, None::<&str>)?;
        let skip = MenuItem::with_id(app, "skip", "Skip call", labels.can_skip, None::<&str>)?;
        let quit = MenuItem::with_id(app, "quit", "Quit Squelch", true, None::<&str>)?;
        let line = || PredefinedMenuItem::separator(app);
        let (first, second, third) = (line()?, line()?, line()?);
        let items: [&dyn IsMenuItem<R>; 9] = [&now, &first, &window, &second, &live, &pause, &skip, &third, &quit];
        let icon = TrayIconBuilder::with_id("squelch")
            .menu(&Menu::with_items(app, &items)?)
            .show_menu_on_left_click(true)
            .tooltip("Squelch")
            .icon(image(labels.face))
            // Else it lies in a folder all users share, and the second one may not write there (build-and-test.md 8).
            .temp_dir_path(app.path().app_cache_dir()?)
            .on_menu_event(|app, event| {
                if let Some((_, wish)) = BUTTONS.iter().find(|(id, _)| event.id() == id) {
                    super::grant(app, *wish);
                }
            })
            .build(app)?;
        Ok(Self { icon, now, window, live, pause, skip, shown: Mutex::default() })
    }

    /// Makes the menu look like this; to be called on the main thread only. Only what differs is touched: every change goes over the bus to the panel.
    pub(super) fn show(&self, labels: Labels) {
        let before = self.shown.lock().unwrap_or_else(PoisonError::into_inner).replace(labels.clone());
        if let Err(error) = self.change(before.as_ref(), &labels) {
            tracing::warn!("the tray menu could not be changed: {error}");
        }
    }

    /// The next [`show`](Self::show) sets everything: a click has ticked an item without asking us.
    pub(super) fn forget(&self) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn change(&self, before: Option<&Labels>, labels: &Labels) -> tauri::Result<()> {
        if before.is_none_or(|before| before.now != labels.now) {
            self.now.set_text(&labels.now)?;
        }
        if before.is_none_or(|before| before.window != labels.window) {
            self.window.set_text(labels.window)?;
        }
        if before.is_none_or(|before| before.live != labels.live) {
            self.live.set_checked(labels.live)?;
        }
        if before.is_none_or(|before| before.paused != labels.paused) {
            self.pause.set_checked(labels.paused)?;
        }
        if before.is_none_or(|before| before.can_skip != labels.can_skip) {
            self.skip.set_enabled(labels.can_skip)?;
        }
        if before.is_none_or(|before| before.face != labels.face) {
            self.icon.set_icon(Some(image(labels.face)))?;
        }
        Ok(())
    }
}

fn image(face: Face) -> Image<'static> {
    match face {
        Face::Live => include_image!("../icons/tray/live.png"),
        Face::Paused => include_image!("../icons/tray/paused.png"),
        Face::Off => include_image!("../icons/tray/off.png"),
    }
}
