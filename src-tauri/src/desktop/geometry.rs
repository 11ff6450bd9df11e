//! Where the window was, so that it opens there again: its place, its size, whether it was maximised. Whole and as a strip
//! it has a place of its own each.
//!
//! - this file: watching the window, and the files `window.json` and `strip.json`, written whole or not at all.
//! - `fit`: from what was remembered to what the screens of today can show; pure.
//!
//! Not Tauri's plugin for this: that writes its file in place, in another folder than ours, and does not bring a window
//! back that is larger than every screen. Wayland tells no window where it is; there only the size is remembered.

mod fit;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime, WebviewWindow};
use tokio::sync::Notify;

pub(super) use self::fit::Place;
use self::fit::{FRAME, Screen, fitted};
use super::MAIN;
use super::shape::Sizes;

/// Somebody who drags a window makes hundreds of changes; the one they stop at counts. It also lets a window that is
/// being maximised say so.
const SETTLED: Duration = Duration::from_millis(400);

/// What the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// All of it.
    Whole,
    /// One line.
    Strip,
}

/// What is remembered of the window.
#[derive(Debug)]
pub(super) struct Geometry {
    whole: Slot,
    strip: Slot,
    /// What it is now.
    is_strip: AtomicBool,
    changed: Notify,
    /// Why a file cannot be written was logged.
    complained: Mutex<bool>,
}

/// What is remembered of one shape.
#[derive(Debug)]
struct Slot {
    file: PathBuf,
    /// As it was noted last.
    noted: Mutex<Option<Place>>,
}

impl Slot {
    fn read(file: PathBuf) -> Self {
        Self { noted: Mutex::new(read(&file)), file }
    }

    fn noted(&self) -> MutexGuard<'_, Option<Place>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what was remembered, and begins to note what changes.
pub(super) fn start<R: Runtime>(app: &AppHandle<R>, data: &Path) {
    app.manage(Geometry::read(data));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let geometry = app.state::<Geometry>();
        loop {
            geometry.changed.notified().await;
            // Until nothing changes any more.
            while tokio::time::timeout(SETTLED, geometry.changed.notified()).await.is_ok() {}
            note(&app);
        }
    });
}

/// The window was moved or has another size.
pub(super) fn changed<R: Runtime>(app: &AppHandle<R>) {
    if let Some(geometry) = app.try_state::<Geometry>() {
        geometry.changed.notify_one();
    }
}

/// Notes how the window is now; for before it goes. Without a window nothing changes.
pub(super) fn note<R: Runtime>(app: &AppHandle<R>) {
    let (Some(geometry), Some(window)) = (app.try_state::<Geometry>(), app.get_webview_window(MAIN)) else { return };
    geometry.note(|before| seen(&window, before));
}

/// The window is this from here on.
pub(super) fn turn_into<R: Runtime>(app: &AppHandle<R>, shape: Shape) {
    if let Some(geometry) = app.try_state::<Geometry>() {
        geometry.is_strip.store(shape == Shape::Strip, Relaxed);
    }
}

impl Geometry {
    fn read(data: &Path) -> Self {
        Self {
            whole: Slot::read(data.join("window.json")),
            strip: Slot::read(data.join("strip.json")),
            is_strip: AtomicBool::new(false),
            changed: Notify::new(),
            complained: Mutex::new(false),
        }
    }

    fn slot(&self) -> &Slot {
        if self.is_strip.load(Relaxed) { &self.strip } else { &self.whole }
    }

    /// Notes what the window answers. It answers on the main thread, which notes as well and must not find this locked.
    fn note(&self, ask: impl FnOnce(Option<&Place>) -> Option<Place>) {
        let slot = self.slot();
        let before = *slot.noted();
        let Some(now) = ask(before.as_ref()) else { return };
        let mut noted = slot.noted();
        if *noted == Some(now) {
            return;
        }
        if let Err(error) = write(&slot.file, &now) {
            let mut complained = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
            if !std::mem::replace(&mut *complained, true) {
                tracing::warn!("where the window is cannot be remembered: {error}");
            }
        }
        *noted = Some(now);
    }
}

/// Where the window belongs on the screens of today, within these sizes, and how many dots a unit has there; none where
/// nothing is remembered.
pub(super) fn wanted<R: Runtime>(app: &AppHandle<R>, sizes: Sizes) -> Option<(Place, f64)> {
    let geometry = app.try_state::<Geometry>()?;
    let place = (*geometry.slot().noted())?.within(sizes.least, sizes.most);
    let screens = app.available_monitors().unwrap_or_default();
    let screens: Vec<Screen> = screens
        .iter()
        .map(|monitor| {
            let area = monitor.work_area();
            Screen {
                x: area.position.x,
                y: area.position.y,
                width: area.size.width,
                height: area.size.height,
                scale: monitor.scale_factor(),
            }
        })
        .collect();
    let (fitted, scale) = fitted(place, &screens, if sizes.most.is_some() { 0.0 } else { FRAME });
    if fitted != place {
        tracing::info!(?place, ?fitted, "the window does not fit where it was");
    }
    Some((fitted, scale))
}

/// How the window is. A small one is nowhere, and a maximised one keeps the place it goes back to.
fn seen<R: Runtime>(window: &WebviewWindow<R>, before: Option<&Place>) -> Option<Place> {
    if window.is_minimized().ok()? || window.is_fullscreen().ok()? {
        return None;
    }
    if window.is_maximized().ok()?
        && let Some(before) = before
    {
        return Some(Place { maximised: true, ..*before });
    }
    let position = window.outer_position().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(window.scale_factor().ok()?);
    let maximised = window.is_maximized().ok()?;
    Some(Place { x: position.x, y: position.y, width: size.width, height: size.height, maximised })
}

/// What the file says. Anything that is not a place is none.
fn read(file: &Path) -> Option<Place> {
    let text = std::fs::read(file).ok()?;
    let read = serde_json::from_slice::<Place>(&text);
    read.inspect_err(|error| tracing::info!("where the window was is not understood: {error}")).ok()?.sane()
}

fn write(file: &Path, place: &Place) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut written, place)?;
    written.write_all(b"\n")?;
    written.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "window.json";
    const PLACE: Place = Place { x: -1200, y: 40, width: 900.5, height: 600.0, maximised: true };

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("not there yet").join(FILE);
        assert_eq!(read(&file), None);
        write(&file, &PLACE).unwrap();
        write(&file, &PLACE).unwrap();
        assert_eq!(read(&file), Some(PLACE));
    }

    #[test]
    fn nobody_waits_for_the_lock_while_the_window_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join(FILE), &PLACE).unwrap();
        let geometry = Geometry::read(folder.path());
        let now = Place { x: 7, ..PLACE };
        geometry.note(|before| {
            assert_eq!(before, Some(&PLACE));
            assert!(geometry.whole.noted.try_lock().is_ok(), "the main thread may note meanwhile");
            Some(now)
        });
        assert_eq!((read(&geometry.whole.file), *geometry.whole.noted()), (Some(now), Some(now)));
        std::fs::remove_file(&geometry.whole.file).unwrap();
        geometry.note(|_| Some(now));
        assert!(!geometry.whole.file.exists(), "it is as it was");
    }

    #[test]
    fn a_strip_is_remembered_apart_from_the_whole_window() {
        let folder = tempfile::tempdir().unwrap();
        let strip = Place { x: 3, y: 0, width: 640.0, height: 48.0, maximised: false };
        let geometry = Geometry::read(folder.path());
        geometry.note(|_| Some(PLACE));
        geometry.is_strip.store(true, Relaxed);
        geometry.note(|before| {
            assert_eq!(before, None);
            Some(strip)
        });
        let again = Geometry::read(folder.path());
        assert_eq!((*again.whole.noted(), *again.strip.noted()), (Some(PLACE), Some(strip)));
    }

    #[test]
    fn garbage_is_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let garbage: [&[u8]; 6] = [
            b"",
            b"\xff\x00",
            b"[]",
            br#"{"x":1}"#,
            br#"{"x":1e99,"y":0,"width":1,"height":1,"maximised":false}"#,
            br#"{"x":0,"y":0,"width":-5,"height":600,"maximised":false}"#,
        ];
        for text in garbage {
            std::fs::write(&file, text).unwrap();
            assert_eq!(read(&file), None, "{}", String::from_utf8_lossy(text));
        }
    }
}
