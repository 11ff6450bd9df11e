//! The window's shape as the settings have it: whole, or a strip of one line above all others; and how large its text is.

use std::sync::PoisonError;

use squelch_core::view::Display;
use tauri::{AppHandle, LogicalSize, Manager, PhysicalPosition, Runtime, WebviewWindow, WebviewWindowBuilder};

use super::geometry::{self, Place, Shape};
use super::{Desktop, MAIN};

/// Room for the feed beside the player on a small laptop.
const SIZE: (f64, f64) = (1080.0, 720.0);
/// A narrow window at the edge of a screen.
const SMALLEST: (f64, f64) = (360.0, 420.0);
/// Room for a call's talkgroup, system and unit beside the buttons.
const STRIP: (f64, f64) = (760.0, 48.0);
/// The buttons, and a talkgroup shortened.
const SHORTEST_STRIP: f64 = 320.0;
/// Longer than any screen.
const LONGEST: f64 = 32_000.0;

/// How a window is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worn {
    pub(super) shape: Shape,
    /// Size of its text, in percent.
    percent: u32,
}

/// Sizes in the units the page is laid out in at 100 %: the first the window has, the least, the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sizes {
    pub(super) first: (f64, f64),
    pub(super) least: (f64, f64),
    pub(super) most: Option<(f64, f64)>,
}

impl Worn {
    pub(super) fn of(display: &Display) -> Self {
        let shape = if display.compact { Shape::Strip } else { Shape::Whole };
        Self { shape, percent: display.text_size }
    }

    /// How many times larger than usual everything is.
    pub(super) fn zoom(self) -> f64 {
        f64::from(self.percent) / 100.0
    }

    pub(super) fn is_strip(self) -> bool {
        self.shape == Shape::Strip
    }

    /// Where a window is made, as [`geometry::wanted`] has it; from here on it is noted in this shape.
    pub(super) fn place<R: Runtime>(self, app: &AppHandle<R>) -> Option<(Place, f64)> {
        geometry::turn_into(app, self.shape);
        geometry::wanted(app, self.sizes())
    }

    /// Has a window made so.
    pub(super) fn shaped<'a, R: Runtime>(
        self,
        builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
        place: Option<(Place, f64)>,
    ) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
        let Sizes { first, least, most } = self.sizes();
        let (width, height) = place.map_or(first, |(place, _)| (place.width, place.height));
        let builder = builder
            .inner_size(width, height)
            .maximized(place.is_some_and(|(place, _)| place.maximised))
            .min_inner_size(least.0, least.1)
            .decorations(!self.is_strip())
            .always_on_top(self.is_strip());
        match most {
            Some((width, height)) => builder.max_inner_size(width, height),
            None => builder,
        }
    }

    /// A whole window has room for large text, since it scrolls; a strip has to grow with it, and is no higher than that.
    pub(super) fn sizes(self) -> Sizes {
        match self.shape {
            Shape::Whole => Sizes { first: SIZE, least: SMALLEST, most: None },
            Shape::Strip => {
                let (width, height) = (STRIP.0 * self.zoom(), STRIP.1 * self.zoom());
                let least = (SHORTEST_STRIP * self.zoom(), height);
                Sizes { first: (width, height), least, most: Some((LONGEST, height)) }
            }
        }
    }
}

/// Makes the window as the settings have it, if it is not so yet. One that is still being opened is made so when it is
/// there.
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>) {
    let desktop = app.state::<Desktop<R>>();
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let wanted = Worn::of(&desktop.seen().glance.display);
    let Some(before) = desktop.change_to(wanted) else { return };
    let done = if before.zoom() == wanted.zoom() { Ok(()) } else { window.set_zoom(wanted.zoom()) };
    let done = done
        .and_then(|()| if before.is_strip() || wanted.is_strip() { reshape(&window, before, wanted) } else { Ok(()) });
    if let Err(error) = done {
        tracing::warn!(?wanted, "the window could not be made so: {error}");
    }
}

fn reshape<R: Runtime>(window: &WebviewWindow<R>, before: Worn, wanted: Worn) -> tauri::Result<()> {
    let (app, sizes) = (window.app_handle(), wanted.sizes());
    if before.shape != wanted.shape {
        // Where it was in its other shape; from here on it is noted in this one.
        geometry::note(app);
        geometry::turn_into(app, wanted.shape);
        if wanted.is_strip() {
            window.unmaximize()?;
        }
        window.set_decorations(!wanted.is_strip())?;
        window.set_always_on_top(wanted.is_strip())?;
    }
    window.set_max_size(sizes.most.map(logical))?;
    window.set_min_size(Some(logical(sizes.least)))?;
    let place = geometry::wanted(app, sizes);
    let size = place.map_or(sizes.first, |(place, _)| (place.width, place.height));
    window.set_size(logical(size))?;
    if let Some((place, _)) = place.filter(|_| before.shape != wanted.shape) {
        window.set_position(PhysicalPosition::new(place.x, place.y))?;
        if place.maximised {
            window.maximize()?;
        }
    }
    Ok(())
}

fn logical((width, height): (f64, f64)) -> LogicalSize<f64> {
    LogicalSize::new(width, height)
}

impl<R: Runtime> Desktop<R> {
    /// A window was made like this.
    pub(super) fn put_on(&self, worn: Worn) {
        *self.worn() = Some(worn);
    }

    /// There is no window any more.
    pub(super) fn take_off(&self) {
        *self.worn() = None;
    }

    /// How the window was until now, if it is to be another.
    fn change_to(&self, wanted: Worn) -> Option<Worn> {
        let mut worn = self.worn();
        let before = (*worn).filter(|before| *before != wanted)?;
        *worn = Some(wanted);
        Some(before)
    }

    fn worn(&self) -> std::sync::MutexGuard<'_, Option<Worn>> {
        self.worn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_grows_with_its_text_and_a_whole_window_keeps_its_bounds() {
        let worn = |compact, text_size| Worn::of(&Display { compact, text_size, ..Display::default() }).sizes();
        let strip = worn(true, 100);
        assert_eq!((strip.least, strip.most), ((320.0, 48.0), Some((LONGEST, 48.0))));
        let large = worn(true, 150);
        assert_eq!((large.first, large.least, large.most), ((1140.0, 72.0), (480.0, 72.0), Some((LONGEST, 72.0))));
        for size in [80, 100, 160] {
            let whole = worn(false, size);
            assert_eq!((whole.least, whole.most), ((360.0, 420.0), None));
        }
    }
}
