//! Newer versions of Squelch: looks for them, shows them, and installs them when that cuts off no call.
//!
//! - `decide`: when to look, whom to offer what, when to install; pure.
//! - `place`: how this Squelch was installed, and with that whether it may replace itself.
//! - `facts`: what the core says that matters here.
//! - `fetch`, `install`: the list of versions, the package, and putting it in place.
//! - `kept`: what lies in the data folder meanwhile.
//! - `keeper`: the task that does it.
//!
//! Whatever the user wishes becomes a [`Wish`]; what is known is an [`UpdateView`], sent to the window as the event
//! `update` and answered to the command `update`. Without the feature `updater` all that is left is the sentence that
//! says who updates Squelch instead.

#[cfg(feature = "updater")]
mod decide;
mod facts;
#[cfg(feature = "updater")]
mod failure;
#[cfg(feature = "updater")]
mod fetch;
#[cfg(feature = "updater")]
mod install;
#[cfg(feature = "updater")]
mod keeper;
#[cfg(feature = "updater")]
mod kept;
#[cfg(feature = "updater")]
mod place;
#[cfg(all(test, feature = "updater", target_os = "linux"))]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use squelch_core::view::{Message, UpdateStage, UpdateTime, UpdateView};
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::{mpsc, oneshot, watch};

use self::facts::Facts;
use crate::desktop::MAIN;

/// Who updates a Flatpak.
const FLATPAK: &str = "This Squelch came as a Flatpak, and Flatpak updates it.";

/// What the window is sent whenever something changes; the command `update` answers the same.
const EVENT: &str = "update";

/// What is wanted of the keeper.
#[derive(Debug)]
#[cfg_attr(not(feature = "updater"), allow(dead_code))]
enum Wish {
    /// Look now, and answer the user.
    Look,
    /// Install what was found.
    Install(UpdateTime),
    /// Squelch ends: install what waits for that, then answer.
    Quit(oneshot::Sender<()>),
}

/// What is known of newer versions, and the way to the task that looks for them.
#[derive(Debug)]
pub(crate) struct Updates {
    view: watch::Sender<UpdateView>,
    facts: watch::Sender<Facts>,
    keeper: mpsc::UnboundedSender<Wish>,
    /// A newer version is put in place without anybody being asked, so that even a computer that shuts down can wait.
    asks_nobody: AtomicBool,
    /// For the keeper to take. Wishes of before it began wait in here.
    wishes: Mutex<Option<mpsc::UnboundedReceiver<Wish>>>,
}

impl Updates {
    /// Of this version nothing newer is known yet.
    pub(crate) fn of<R: Runtime>(app: &impl Manager<R>) -> Self {
        let running = app.package_info().version.to_string();
        let view = UpdateView { running, stage: UpdateStage::Resting };
        let (keeper, wishes) = mpsc::unbounded_channel();
        let (view, facts) = (watch::Sender::new(view), watch::Sender::default());
        Self { view, facts, keeper, asks_nobody: AtomicBool::new(false), wishes: Mutex::new(Some(wishes)) }
    }

    /// Takes in what the core says.
    pub(crate) fn hear(&self, message: &Message) {
        self.facts.send_if_modified(|facts| facts.hear(message));
    }

    /// What is known now.
    pub(crate) fn now(&self) -> UpdateView {
        self.view.borrow().clone()
    }

    /// What is known, and whenever that changes.
    pub(crate) fn watch(&self) -> watch::Receiver<UpdateView> {
        self.view.subscribe()
    }

    /// Looks now. What comes of it is shown, also if there is nothing new.
    pub(crate) fn look(&self) {
        self.wish(Wish::Look);
    }

    /// Installs what was found, at this time.
    pub(crate) fn install(&self, time: UpdateTime) {
        self.wish(Wish::Install(time));
    }

    /// Whether nobody is asked when something is installed.
    pub(crate) fn asks_nobody(&self) -> bool {
        self.asks_nobody.load(Ordering::Relaxed)
    }

    fn wish(&self, wish: Wish) {
        // Where nobody keeps Squelch up to date, the view says why.
        let _ = self.keeper.send(wish);
    }

    /// All wishes, once. Without somebody who takes them they come to nothing.
    fn wishes(&self) -> Option<mpsc::UnboundedReceiver<Wish>> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Here Squelch does not update itself.
    fn none<R: Runtime>(app: &AppHandle<R>, why: &str) {
        drop(app.state::<Self>().wishes());
        tell(app, UpdateStage::NotOffered { why: why.to_owned() });
    }

    /// Squelch is being quit: waits until what its user wanted to be installed then is installed, or was refused.
    pub(crate) async fn quit(&self) {
        let (done, installed) = oneshot::channel();
        self.wish(Wish::Quit(done));
        // An error means that there was nothing to do.
        let _ = installed.await;
    }
}

/// Lets the program replace itself.
#[cfg(feature = "updater")]
pub(crate) fn plugin<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder.plugin(tauri_plugin_updater::Builder::new().build())
}

/// Nothing: this Squelch does not replace itself.
#[cfg(not(feature = "updater"))]
pub(crate) fn plugin<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder
}

/// Whether this Squelch came as a Flatpak.
pub(crate) fn is_flatpak() -> bool {
    Path::new("/.flatpak-info").exists()
}

/// Begins to look for newer versions, if this Squelch may replace itself. What has to be kept is kept in the folder.
#[cfg(feature = "updater")]
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>, data: PathBuf) {
    app.manage(Updates::of(app));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let env = app.env();
        // Package managers take their time.
        let found = tauri::async_runtime::spawn_blocking(move || place::find(&env)).await;
        match found {
            Ok(place::Place::Fixed(why)) => {
                tracing::info!("no updates here: {}", why.sentence());
                Updates::none(&app, why.sentence());
            }
            Ok(place) => keeper::keep(&app, keeper::Means::of(&app, place, data)).await,
            Err(error) => {
                tracing::warn!("how Squelch was installed could not be found out: {error}");
                Updates::none(&app, place::Why::Built.sentence());
            }
        }
    });
}

/// Says who updates Squelch instead.
#[cfg(not(feature = "updater"))]
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>, _: PathBuf) {
    app.manage(Updates::of(app));
    Updates::none(app, &how_installed());
}

/// How this Squelch is kept up to date, in words. Waits for package managers.
#[cfg(feature = "updater")]
pub(crate) fn how_installed() -> String {
    match place::find(&tauri::Env::default()) {
        place::Place::Fixed(why) => why.sentence().to_owned(),
        place => format!("by itself, installed as {place:?}"),
    }
}

/// How this Squelch is kept up to date, in words.
#[cfg(not(feature = "updater"))]
pub(crate) fn how_installed() -> String {
    let why = if is_flatpak() {
        FLATPAK
    } else {
        "This Squelch was built without updates. They come from where it came from."
    };
    why.to_owned()
}

/// Notes it and tells the window, if it is news.
fn tell<R: Runtime>(app: &AppHandle<R>, stage: UpdateStage) {
    change(app, |now| {
        let before = std::mem::replace(now, stage);
        before != *now
    });
}

/// Changes what is known, in one step, and tells the window if that is news.
fn change<R: Runtime>(app: &AppHandle<R>, with: impl FnOnce(&mut UpdateStage) -> bool) {
    let updates = app.state::<Updates>();
    if updates.view.send_if_modified(|view| with(&mut view.stage)) {
        show(app);
    }
}

/// Tells the window.
fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Err(error) = app.emit_to(MAIN, EVENT, app.state::<Updates>().now()) {
        tracing::warn!("the window could not be told about updates: {error}");
    }
}
