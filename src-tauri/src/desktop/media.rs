//! The desktop's media keys and its "now playing": MPRIS on Linux, SMTC on Windows, Now Playing on macOS.
//!
//! They have a thread of their own, because the library behind them waits. Squelch is there for them only while there is
//! something to control. A desktop without them is a logged state.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use souvlaki::{MediaControls, MediaMetadata, MediaPlayback, MediaPosition, PlatformConfig};
use tauri::{AppHandle, Manager, Runtime};

use super::Desktop;
use super::glance::{NowPlaying, Sound};

/// Nothing counts a position on by itself everywhere, so it is told anew while a call sounds.
const TELL_POSITION: Duration = Duration::from_secs(1);

/// Our name among the desktop's players.
const NAME: &str = "squelch";

/// Where the thread is told what to show.
pub(super) struct MediaKeys {
    tell: Sender<Option<NowPlaying>>,
    told: Mutex<Option<NowPlaying>>,
}

impl MediaKeys {
    /// Starts the thread. It ends with the program.
    pub(super) fn start<R: Runtime>(app: &AppHandle<R>) -> Self {
        let (tell, told) = mpsc::channel();
        let app = app.clone();
        let thread = std::thread::Builder::new().name("media keys".to_owned());
        if let Err(error) = thread.spawn(move || Shown::new(&app).follow(&told)) {
            tracing::warn!("no media keys: {error}");
        }
        Self { tell, told: Mutex::default() }
    }

    /// Shows this, or nothing, if it is news. Never waits.
    pub(super) fn show(&self, now: Option<NowPlaying>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != now {
            told.clone_from(&now);
            // Without the thread there are no media keys, which is logged.
            let _ = self.tell.send(now);
        }
    }
}

/// What is shown now.
struct Shown<'a, R: Runtime> {
    app: &'a AppHandle<R>,
    controls: Option<MediaControls>,
    now: Option<NowPlaying>,
    /// Why there are none was logged.
    complained: bool,
}

impl<'a, R: Runtime> Shown<'a, R> {
    fn new(app: &'a AppHandle<R>) -> Self {
        Self { app, controls: None, now: None, complained: false }
    }

    fn follow(mut self, told: &Receiver<Option<NowPlaying>>) {
        loop {
            let sounds = self.now.as_ref().is_some_and(|now| now.sound == Sound::Playing);
            let limit = if sounds { TELL_POSITION } else { Duration::MAX };
            match told.recv_timeout(limit) {
                // Of what came meanwhile only the newest is still so.
                Ok(now) => self.change(told.try_iter().last().unwrap_or(now)),
                Err(RecvTimeoutError::Timeout) => self.attempt(|controls, now| {
                    controls.set_playback(playback(now)).map_err(|error| format!("{error:?}"))
                }),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn change(&mut self, now: Option<NowPlaying>) {
        let before = std::mem::replace(&mut self.now, now);
        if self.now.is_none() {
            self.leave();
        } else if self.controls.is_none() {
            match self.open() {
                Ok(controls) => self.controls = Some(controls),
                Err(error) => return self.complain(&error),
            }
            self.attempt(|controls, now| tell(controls, None, now));
        } else {
            self.attempt(|controls, now| tell(controls, before.as_ref(), now));
        }
    }

    /// Changes what is shown, if anything is. Where that fails it is shown anew with the next call.
    fn attempt(&mut self, change: impl FnOnce(&mut MediaControls, &NowPlaying) -> Result<(), String>) {
        if let (Some(controls), Some(now)) = (&mut self.controls, &self.now)
            && let Err(error) = change(controls, now)
        {
            self.controls = None;
            self.complain(&error);
        }
    }

    /// Is there for media keys no more.
    fn leave(&mut self) {
        // macOS goes on showing the last call otherwise.
        #[cfg(target_os = "macos")]
        self.clear();
        self.controls = None;
    }

    #[cfg(target_os = "macos")]
    fn clear(&mut self) {
        if let Some(Err(error)) = self.controls.as_mut().map(|controls| controls.set_metadata(MediaMetadata::default()))
        {
            self.complain(&format!("{error:?}"));
        }
    }

    fn complain(&mut self, error: &str) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!("no media keys: {error}");
        }
    }

    fn open(&self) -> Result<MediaControls, String> {
        #[cfg(target_os = "linux")]
        tauri::async_runtime::block_on(linux::is_free()).map_err(|error| error.to_string())?;
        let hwnd = window_handle(self.app)?;
        let config = PlatformConfig { display_name: "Squelch", dbus_name: NAME, hwnd };
        let mut controls = MediaControls::new(config).map_err(|error| format!("{error:?}"))?;
        let app = self.app.clone();
        let pressed = move |event| {
            let wish = app.state::<Desktop<R>>().seen().glance.pressed(&event);
            if let Some(wish) = wish {
                super::grant(&app, wish);
            }
        };
        controls.attach(pressed).map_err(|error| format!("{error:?}"))?;
        Ok(controls)
    }
}

/// Tells what differs from before: every change is a signal to everybody who watches players.
fn tell(controls: &mut MediaControls, before: Option<&NowPlaying>, now: &NowPlaying) -> Result<(), String> {
    let words = |now: &NowPlaying| (now.title.clone(), now.artist.clone(), now.album.clone(), now.length);
    if before.map(words) != Some(words(now)) {
        let metadata = MediaMetadata {
            title: Some(&now.title),
            artist: Some(&now.artist),
            // Windows keeps the album of the call before where none is given.
            album: now.album.as_deref().or(cfg!(target_os = "windows").then_some("")),
            cover_url: None,
            duration: Some(now.length),
        };
        controls.set_metadata(metadata).map_err(|error| format!("{error:?}"))?;
    }
    #[cfg(target_os = "linux")]
    if before.map(|before| before.volume) != Some(now.volume) {
        controls.set_volume(now.volume).map_err(|error| format!("{error:?}"))?;
    }
    controls.set_playback(playback(now)).map_err(|error| format!("{error:?}"))
}

fn playback(now: &NowPlaying) -> MediaPlayback {
    let progress = Some(MediaPosition(now.position(Instant::now())));
    match now.sound {
        Sound::Playing => MediaPlayback::Playing { progress },
        Sound::Paused => MediaPlayback::Paused { progress },
        Sound::Ended => MediaPlayback::Stopped,
    }
}

/// Windows shows controls of a window only.
#[cfg(target_os = "windows")]
fn window_handle<R: Runtime>(app: &AppHandle<R>) -> Result<Option<*mut std::ffi::c_void>, String> {
    let window = app.get_webview_window(super::MAIN).ok_or("there is no window")?;
    window.hwnd().map(|hwnd| Some(hwnd.0)).map_err(|error| error.to_string())
}

#[cfg(not(target_os = "windows"))]
#[expect(clippy::unnecessary_wraps, reason = "on Windows it may fail")]
fn window_handle<R: Runtime>(_: &AppHandle<R>) -> Result<Option<*mut std::ffi::c_void>, String> {
    Ok(None)
}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::Connection;
    use zbus::fdo::DBusProxy;
    use zbus::names::BusName;

    /// Whether there is a bus and our name on it is free. The library would find out with a panic.
    pub(super) async fn is_free() -> zbus::Result<()> {
        let bus = Connection::session().await?;
        let name = BusName::try_from(format!("org.mpris.MediaPlayer2.{}", super::NAME))?;
        if DBusProxy::new(&bus).await?.name_has_owner(name).await? {
            return Err(zbus::Error::NameTaken);
        }
        Ok(())
    }
}
