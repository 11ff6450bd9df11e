//! The icon in the tray and its menu.
//!
//! On Linux an icon has neither tooltip nor click, and a menu's lines cannot come and go: everything is reachable from a
//! menu that is built once, of which only texts, ticks and greyness change. Another language takes another menu, because a
//! list's title cannot change either. Elsewhere a left click shows the window.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tauri::image::Image;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu as NativeMenu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Runtime, include_image};

use super::glance::{Entry, Face, Line, Menu, Wish};

/// The icon, once it stands.
pub(super) struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    /// In the order of the menu's lines.
    items: Mutex<Vec<Item<R>>>,
    shown: Mutex<Menu>,
    /// A click may have ticked an item without asking us.
    doubtful: AtomicBool,
}

/// A line as the desktop has it.
enum Item<R: Runtime> {
    Button(MenuItem<R>),
    Switch(CheckMenuItem<R>),
    List(Submenu<R>),
}

impl<R: Runtime> Tray<R> {
    /// Puts the icon up. `None`, logged, where that cannot be done: Squelch works without.
    pub(super) fn start(app: &AppHandle<R>, menu: Menu) -> Option<Self> {
        // The indicator library is loaded at run time, and its loader panics where it is not installed.
        match catch_unwind(AssertUnwindSafe(|| Self::build(app, menu))) {
            Ok(Ok(tray)) => Some(tray),
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

    fn build(app: &AppHandle<R>, menu: Menu) -> tauri::Result<Self> {
        let (native, items) = build(app, &menu.lines)?;
        let icon = TrayIconBuilder::with_id("squelch")
            .menu(&native)
            .show_menu_on_left_click(cfg!(target_os = "linux"))
            .tooltip("Squelch")
            .icon(image(menu.face))
            // Else it lies in a folder all users share, and the second one may not write there (build-and-test.md 8).
            .temp_dir_path(icon_folder(app)?)
            .on_menu_event(|app, event| super::clicked(app, event.id().as_ref()))
            .on_tray_icon_event(|icon, event| {
                let left = MouseButton::Left;
                if matches!(event, TrayIconEvent::Click { button, button_state: MouseButtonState::Up, .. } if button == left)
                {
                    super::show(icon.app_handle());
                }
            })
            .build(app)?;
        let items = Mutex::new(items);
        Ok(Self { icon, items, shown: Mutex::new(menu), doubtful: AtomicBool::new(false) })
    }

    /// Whether nothing would change. False after a click, which may have changed the menu by itself.
    pub(super) fn looks_like(&self, menu: &Menu) -> bool {
        !self.doubtful.load(Ordering::SeqCst) && *self.shown() == *menu
    }

    /// Takes the icon away, from whatever thread.
    pub(super) fn hide(&self) {
        if let Err(error) = self.icon.set_visible(false) {
            tracing::warn!("the tray icon could not be taken away: {error}");
        }
    }

    /// Makes the menu look like this; to be called on the main thread only. Only what differs is touched: every change
    /// goes over the bus to the panel.
    pub(super) fn show(&self, menu: Menu) {
        let before = std::mem::replace(&mut *self.shown(), menu.clone());
        let doubtful = self.doubtful.swap(false, Ordering::SeqCst);
        if before.face != menu.face
            && let Err(error) = self.icon.set_icon(Some(image(menu.face)))
        {
            tracing::warn!("the tray icon could not be changed: {error}");
        }
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        if before.spoken != menu.spoken {
            match build(self.icon.app_handle(), &menu.lines) {
                Ok((native, new)) => {
                    if let Err(error) = self.icon.set_menu(Some(native)) {
                        tracing::warn!("the tray menu could not be replaced: {error}");
                    }
                    *items = new;
                }
                Err(error) => tracing::warn!("the tray menu could not be made anew: {error}"),
            }
            return;
        }
        for ((item, before), line) in items.iter().zip(&before.lines).zip(&menu.lines) {
            if let Err(error) = item.change(before, line, doubtful) {
                tracing::warn!(?line, "the tray menu could not be changed: {error}");
            }
        }
    }

    /// What a click on a line asks for: that which the line said when it was clicked.
    pub(super) fn wish(&self, id: &str) -> Option<Wish> {
        // GTK has switched the tick already, and what the core says may be that nothing changes.
        self.doubtful.store(true, Ordering::SeqCst);
        self.shown().lines.iter().find(|line| name(line.entry) == id)?.wish
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Menu> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The line's id in the desktop's menu.
fn name(entry: Entry) -> String {
    format!("{entry:?}")
}

/// Where icons are written for the panel to read. What an earlier run left is taken away.
fn icon_folder<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<PathBuf> {
    let folder = app.path().app_cache_dir()?.join("tray");
    // It may not be there yet.
    let _ = std::fs::remove_dir_all(&folder);
    Ok(folder)
}

/// All lines, and the menu they are in.
fn build<R: Runtime>(app: &AppHandle<R>, lines: &[Line]) -> tauri::Result<(NativeMenu<R>, Vec<Item<R>>)> {
    let items = lines.iter().map(|line| Item::new(app, line)).collect::<tauri::Result<Vec<_>>>()?;
    Ok((arrange(app, lines, &items)?, items))
}

/// The menu: single lines, the lists, and rules between what does not belong together.
fn arrange<R: Runtime>(app: &AppHandle<R>, lines: &[Line], items: &[Item<R>]) -> tauri::Result<NativeMenu<R>> {
    let menu = NativeMenu::new(app)?;
    let mut list: Option<&Submenu<R>> = None;
    for (line, item) in lines.iter().zip(items) {
        if matches!(line.entry, Entry::Live | Entry::Hold | Entry::Calls | Entry::Window) {
            menu.append(&PredefinedMenuItem::separator(app)?)?;
        }
        match (line.entry, list) {
            (Entry::Preset(_) | Entry::Call(_) | Entry::Server(_), Some(list)) => list.append(item.native())?,
            _ => menu.append(item.native())?,
        }
        if let Item::List(submenu) = item {
            list = Some(submenu);
        }
    }
    Ok(menu)
}

impl<R: Runtime> Item<R> {
    fn new(app: &AppHandle<R>, line: &Line) -> tauri::Result<Self> {
        let (id, text, enabled) = (name(line.entry), &line.text, line.enabled());
        Ok(match line.entry {
            Entry::Presets | Entry::Calls | Entry::Servers => Self::List(Submenu::with_id(app, id, text, enabled)?),
            entry if entry.can_be_ticked() => {
                Self::Switch(CheckMenuItem::with_id(app, id, text, enabled, line.ticked, None::<&str>)?)
            }
            _ => Self::Button(MenuItem::with_id(app, id, text, enabled, None::<&str>)?),
        })
    }

    fn native(&self) -> &dyn IsMenuItem<R> {
        match self {
            Self::Button(item) => item,
            Self::Switch(item) => item,
            Self::List(item) => item,
        }
    }

    fn change(&self, before: &Line, line: &Line, doubtful: bool) -> tauri::Result<()> {
        if before.text != line.text {
            match self {
                Self::Button(item) => item.set_text(&line.text)?,
                Self::Switch(item) => item.set_text(&line.text)?,
                Self::List(_) => {}
            }
        }
        if before.enabled() != line.enabled() {
            match self {
                Self::Button(item) => item.set_enabled(line.enabled())?,
                Self::Switch(item) => item.set_enabled(line.enabled())?,
                Self::List(_) => {}
            }
        }
        if let Self::Switch(item) = self
            && (doubtful || before.ticked != line.ticked)
        {
            item.set_checked(line.ticked)?;
        }
        Ok(())
    }
}

fn image(face: Face) -> Image<'static> {
    match face {
        Face::Live => include_image!("../icons/tray/live.png"),
        Face::Unheard => include_image!("../icons/tray/unheard.png"),
        Face::Playing => include_image!("../icons/tray/playing.png"),
        Face::Paused => include_image!("../icons/tray/paused.png"),
        Face::Off => include_image!("../icons/tray/off.png"),
        Face::Lost => include_image!("../icons/tray/lost.png"),
        Face::SignedOut => include_image!("../icons/tray/signed-out.png"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [Face; 7] =
        [Face::Live, Face::Unheard, Face::Playing, Face::Paused, Face::Off, Face::Lost, Face::SignedOut];

    /// Red, green, blue and how much of them, dot by dot.
    fn dots(face: Face) -> Vec<[u8; 4]> {
        image(face).rgba().as_chunks::<4>().0.to_vec()
    }

    #[test]
    fn icons_differ_by_shape_not_by_colour_alone() {
        for (place, one) in FACES.iter().enumerate() {
            for other in &FACES[place + 1..] {
                let shapes = dots(*one).into_iter().zip(dots(*other));
                let different = shapes.filter(|(one, other)| one[3].abs_diff(other[3]) > 128).count();
                assert!(different >= 20, "{one:?} and {other:?} differ in {different} dots");
            }
        }
    }

    #[test]
    fn icons_stand_out_from_dark_and_from_light_panels() {
        let light = |value: u8| (f64::from(value) / 255.0).powf(2.2);
        let luminance = |[r, g, b]: [u8; 3]| 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
        for face in FACES {
            let [r, g, b, _] = dots(face).into_iter().find(|dot| dot[3] == 255).unwrap();
            for panel in [[0x2b; 3], [0xfa; 3]] {
                let (one, other) = (luminance([r, g, b]) + 0.05, luminance(panel) + 0.05);
                let contrast = one.max(other) / one.min(other);
                assert!(contrast >= 3.0, "{face:?} on {panel:x?} has a contrast of {contrast:.1}");
            }
        }
    }
}
