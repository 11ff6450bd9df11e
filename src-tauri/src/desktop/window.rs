//! The one window: made when somebody wants to see it, gone with all its memory when not.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Emitter, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::glance::WindowState;
use super::shape::Worn;
use super::{Desktop, MAIN, geometry, look};
use crate::bridge::Bridge;

/// What the page is sent when it is to open its settings.
const SHOW_SETTINGS: &str = "show-settings";

/// How long a window waits for the settings.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many milliseconds after removing the webview's folder to see whether it has come back.
const LEAVING: [u64; 5] = [50, 100, 200, 400, 800];

/// Opens the window, or brings it to the front.
pub(super) fn show<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // Windows hangs when a window is made inside an event handler, so it is made from a task.
    tauri::async_runtime::spawn(async move {
        let desktop = app.state::<Desktop<R>>();
        // Where one is being opened, that is the one.
        let Some(_opening) = desktop.opening() else { return };
        let done = match app.get_webview_window(MAIN) {
            Some(window) => raise(&window),
            None => open(&app).await,
        };
        if let Err(error) = done {
            tracing::error!("the window cannot be shown: {error}");
        }
    });
}

/// Closes the window into the tray, or opens it.
pub(super) fn switch<R: Runtime>(app: &AppHandle<R>) {
    match app.get_webview_window(MAIN) {
        Some(_) => close(app),
        None => show(app),
    }
}

/// Opens the window with its settings open.
pub(super) fn show_settings<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Desktop<R>>().settings_wanted.store(true, Ordering::SeqCst);
    // A page that is still on its way asks when it is there.
    if app.state::<Bridge>().has_page() {
        open_settings_if_wanted(app);
    }
    show(app);
}

/// Tells the page to open its settings, if that was asked for.
pub(super) fn open_settings_if_wanted<R: Runtime>(app: &AppHandle<R>) {
    let wanted =
        app.try_state::<Desktop<R>>().is_some_and(|desktop| desktop.settings_wanted.swap(false, Ordering::SeqCst));
    if wanted && let Err(error) = app.emit_to(MAIN, SHOW_SETTINGS, ()) {
        tracing::warn!("the window could not be told to show its settings: {error}");
    }
}

/// Takes the window away without asking. What it showed is still in the core.
pub(super) fn close<R: Runtime>(app: &AppHandle<R>) {
    geometry::note(app);
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.destroy()
    {
        tracing::warn!("the window cannot be closed: {error}");
    }
}

fn raise<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

async fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let desktop = app.state::<Desktop<R>>();
    // The settings say how the window looks and what closing it means. They take milliseconds; a window is worth more.
    let _ = tokio::time::timeout(PATIENCE, desktop.heard.subscribe().wait_for(|heard| *heard)).await;
    let (theme, worn) = {
        let mut seen = desktop.seen();
        // Before the window is there to be closed.
        seen.asked = false;
        (seen.glance.theme, Worn::of(&seen.glance.display))
    };
    let color = look::background(app, theme).await;
    // Both took their time.
    if desktop.is_quitting() {
        return Ok(());
    }
    let dev = app.config().build.dev_url.clone().filter(|_| tauri::is_dev());
    let place = worn.place(app);
    let folder = desktop.window_folder()?;
    let builder = worn
        .shaped(WebviewWindowBuilder::new(app, MAIN, first_page()), place)
        .title("Squelch")
        .background_color(color)
        // Elsewhere it gets its colour before it is shown.
        .visible(cfg!(target_os = "linux"))
        // Else its processes, which outlive the window, would write there to the last.
        .incognito(!folder.starts_with(&desktop.data))
        .data_directory(folder)
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| {
            let own = is_own(url, dev.as_ref()) || is_first(url);
            if !own {
                // Without its path and query: what somebody tried to open is theirs.
                tracing::warn!("refused to leave for {}://{}", url.scheme(), url.host_str().unwrap_or_default());
            }
            own
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, page| {
            // The page before has gone, and its channel with it; the new one subscribes when it is ready.
            if page.event() == PageLoadEvent::Started {
                window.state::<Bridge>().leave();
            }
        });
    let window = at(builder, place).build()?;
    window.set_zoom(worn.zoom())?;
    desktop.put_on(worn);
    #[cfg(not(target_os = "linux"))]
    if let Some((place, _)) = place {
        window.set_position(tauri::PhysicalPosition::new(place.x, place.y))?;
    }
    paint_plainly(&window)?;
    #[cfg(not(target_os = "linux"))]
    {
        look::correct(&window, theme)?;
        window.show()?;
        window.set_focus()?;
    }
    // The settings may have changed meanwhile, which this looks after.
    super::window_is(app, WindowState::Open);
    // The end closes the window there is when it begins.
    if desktop.is_quitting() {
        close(app);
    }
    Ok(())
}

/// Gives the window its corner before it is shown. Elsewhere it gets it while it is hidden, in dots: a builder takes
/// units, and there each screen has its own.
fn at<'a, R: Runtime>(
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    place: Option<(geometry::Place, f64)>,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    match place {
        Some((place, scale)) if cfg!(target_os = "linux") => {
            builder.position(f64::from(place.x) / scale, f64::from(place.y) / scale)
        }
        _ => builder,
    }
}

/// Makes sure that a webview can keep its things here.
fn writable(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}

/// Says, for as long as it is kept, that a window is being opened.
pub(super) struct Opening<'a>(&'a AtomicBool);

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl<R: Runtime> Desktop<R> {
    /// The right to open the window, unless somebody has it or Squelch is quitting.
    pub(super) fn opening(&self) -> Option<Opening<'_>> {
        let free = !self.is_quitting() && !self.opening.swap(true, Ordering::SeqCst);
        free.then(|| Opening(&self.opening))
    }

    /// Where the webview keeps its things. Nothing of ours is among them, so where the data folder takes nothing a folder
    /// for this run will do: Tauri opens no window without one.
    fn window_folder(&self) -> std::io::Result<PathBuf> {
        let folder = self.data.join("window");
        let Err(error) = writable(&folder) else { return Ok(folder) };
        let mut instead = self.window_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if instead.is_none() {
            tracing::warn!("the window keeps its things for this run only: {}: {error}", folder.display());
            *instead = Some(tempfile::Builder::new().prefix("squelch-window-").tempdir()?);
        }
        Ok(instead.as_ref().map_or(folder, |instead| instead.path().to_owned()))
    }

    /// The last window has gone, and a folder for this run with it. The webview's own processes end by themselves, and
    /// may put something there until they have; so it is looked at again.
    pub(super) async fn leave_window_folder(&self) {
        let folder = self.window_folder.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(folder) = folder.map(tempfile::TempDir::keep) else { return };
        for pause in LEAVING {
            let removed = std::fs::remove_dir_all(&folder);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if !folder.exists() {
                return;
            }
            tracing::debug!("the window's folder for this run is still there: {removed:?}");
        }
        tracing::warn!("{} is left behind", folder.display());
    }
}

/// What the window is made with. On Linux an empty page: WebKit takes its settings only once there is a window, and if
/// the real page is being loaded by then, it now and then is painted by the graphics card after all.
fn first_page() -> WebviewUrl {
    if cfg!(target_os = "linux") { WebviewUrl::External(blank()) } else { WebviewUrl::default() }
}

fn blank() -> Url {
    "about:blank".parse().expect("it is an address")
}

/// Whether this is the page the window is made with.
fn is_first(url: &Url) -> bool {
    cfg!(target_os = "linux") && *url == blank()
}

/// Has WebKit paint without the graphics card, then loads the page. Text and a few bars need no card, and its drivers
/// would take 30 to 90 MB in the web process (measured with Mesa's software driver) and show nothing at all on some
/// machines.
#[cfg(target_os = "linux")]
fn paint_plainly<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })?;
    let dev = window.app_handle().config().build.dev_url.clone().filter(|_| tauri::is_dev());
    window.navigate(dev.unwrap_or_else(|| "tauri://localhost".parse().expect("it is an address")))
}

#[cfg(not(target_os = "linux"))]
fn paint_plainly<R: Runtime>(_: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

/// Whether this is a page of ours: the embedded one, or the development server's while developing.
fn is_own(url: &Url, dev: Option<&Url>) -> bool {
    let embedded = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // How Windows' webview names the same thing.
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    };
    embedded || dev.is_some_and(|dev| url.origin() == dev.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_our_own_pages() {
        let dev: Url = "http://localhost:1420".parse().unwrap();
        let own = [
            "tauri://localhost/",
            "tauri://localhost/index.html#feed",
            "http://tauri.localhost/",
            "https://tauri.localhost/a",
        ];
        let foreign = [
            "https://example.org/",
            "http://localhost:3022/",
            "http://tauri.localhost:81/",
            "http://tauri.localhost.example.org/",
            "tauri://other/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
        ];
        for url in own {
            assert!(is_own(&url.parse().unwrap(), None), "{url}");
        }
        for url in foreign {
            assert!(!is_own(&url.parse().unwrap(), Some(&dev)), "{url}");
        }
        assert!(is_own(&"http://localhost:1420/src".parse().unwrap(), Some(&dev)));
        assert!(!is_own(&"http://localhost:1420/src".parse().unwrap(), None));
    }
}
