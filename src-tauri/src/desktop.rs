//! The desktop around the window: tray, media keys, notifications, second starts, closing and quitting. Each becomes a [`Command`] or a window.

pub(crate) mod autostart;
#[cfg(target_os = "linux")]
mod bus;
mod closing;
mod geometry;
mod glance;
mod host;
pub(crate) mod invitations;
mod keys;
mod look;
mod media;
pub(crate) mod memory;
mod notify;
mod power;
mod reachable;
mod seen;
pub(crate) mod services;
mod shape;
mod starts;
mod tray;
mod window;
mod wishes;
mod words;

use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use squelch_core::client::Client;
use squelch_core::view::{Command, UpdateStage};
use tauri::{AppHandle, Manager, RunEvent, Runtime, WindowEvent};
use tokio::sync::{Notify, watch};

use self::glance::{WindowState, Wish};
use self::host::TrayHost;
use self::invitations::Invitations;
use self::media::MediaKeys;
use self::seen::Seen;
use self::shape::Worn;
use self::tray::Tray;
use self::wishes::Wishes;
use self::words::Spoken;
use crate::bridge::Bridge;
use crate::deed::Deed;
use crate::demo::TryDemo;
use crate::exports::Exports;
use crate::flags::Line;
#[cfg(feature = "updater")]
use crate::once::{self, Late};
use crate::updates::Updates;

pub(crate) use self::closing::{CloseChoice, answered};
#[cfg(test)]
pub(crate) use self::glance::Glance;
pub(crate) use self::keys::Keys;
pub(crate) use self::notify::{Notifications, Shower};
pub(crate) use self::power::{Power, PowerSupply};
pub(crate) use self::starts::{Starts, follow_early_starts, start_successor, started_again};

/// The one window's label; the capability names it too.
pub(crate) const MAIN: &str = "main";

/// The core promises five seconds; the rest is for a machine that is shutting down and slow.
const SHUTDOWN: Duration = Duration::from_secs(6);

/// How long the system, which waits for the end, is kept waiting for an installer that asks nobody: writing 90 MB.
const INSTALLER: Duration = Duration::from_secs(5);

/// What the desktop has, kept for as long as Squelch runs.
pub(crate) struct Desktop<R: Runtime> {
    client: Client,
    seen: Mutex<Seen>,
    tray: OnceLock<Tray<R>>,
    media: OnceLock<MediaKeys>,
    host: TrayHost,
    window: watch::Sender<WindowState>,
    /// The core has told its state, and with it the settings.
    heard: watch::Sender<bool>,
    data: PathBuf,
    /// The same, if the command line names it.
    chosen_data: Option<PathBuf>,
    /// How the window is made now, while there is one.
    worn: Mutex<Option<Worn>>,
    /// Where the window keeps its things while the data folder takes none.
    window_folder: Mutex<Option<tempfile::TempDir>>,
    /// The window is to open its settings as soon as its page is there.
    settings_wanted: AtomicBool,
    wishes: Wishes,
    /// A wish was sent: what comes of it is to be shown now.
    wished: Notify,
    /// A window is being opened.
    opening: AtomicBool,
    quitting: AtomicBool,
    /// The system or a terminal has asked for the end, and waits for nobody.
    told: watch::Sender<bool>,
}

/// Who ends Squelch. Both may, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Its user, who may be asked something.
    ByUser,
    /// The system or a terminal, which waits for nobody.
    Told,
}

/// Puts up the tray and begins to follow the core. The window is opened by [`show`], where one is wanted.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>, client: Client, data: PathBuf, is_chosen: bool) {
    app.manage(Invitations::default());
    // Before anybody can quit.
    app.manage(Keys::default());
    let (wishes, sent) = wishes::channel();
    app.manage(Desktop::<R>::new(client.clone(), wishes, data, is_chosen));
    wishes::follow(app, sent);
    geometry::start(app, &app.state::<Desktop<R>>().data);
    autostart::mend(app);
    let desktop = app.state::<Desktop<R>>();
    if let Some(tray) = Tray::start(app, desktop.menu()) {
        // `start` runs once, so the place is free.
        let _ = desktop.tray.set(tray);
    }
    let _ = desktop.media.set(MediaKeys::start(app));
    notify::start(app, client.clone());
    reachable::stay(app);
    power::follow(app);
    keys::start(app, client.clone());
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        seen::follow(&app, client).await;
        if !app.state::<Desktop<R>>().is_quitting() {
            tracing::error!("the core has ended by itself; nothing will be heard until Squelch is started again");
        }
    });
}

/// A line of the tray's menu was clicked.
fn clicked<R: Runtime>(app: &AppHandle<R>, id: &str) {
    if let Some(wish) = app.state::<Desktop<R>>().tray.get().and_then(|tray| tray.wish(id)) {
        grant(app, wish);
    }
}

/// Does what a click or a key asks for.
fn grant<R: Runtime>(app: &AppHandle<R>, wish: Wish) {
    if app.state::<Desktop<R>>().is_quitting() {
        return;
    }
    match wish {
        Wish::SwitchWindow => window::switch(app),
        Wish::ShowWindow => window::show(app),
        Wish::ShowSettings => window::show_settings(app),
        Wish::LookForUpdate => look_for_update(app),
        Wish::ShowCall(call) => notify::show_call(app, call),
        Wish::Quit => quit(app),
        Wish::Compact(_) => {
            send(app, wish.commands());
            window::show(app);
        }
        wish => send(app, wish.commands()),
    }
}

/// Looks for a newer Squelch where the answer can be read: in the window, or in its settings if something else updates it.
fn look_for_update<R: Runtime>(app: &AppHandle<R>) {
    let updates = app.state::<Updates>();
    updates.look();
    match updates.now().stage {
        UpdateStage::NotOffered { .. } => window::show_settings(app),
        _ => window::show(app),
    }
}

/// Sends wishes on, after those that were sent before.
fn send<R: Runtime>(app: &AppHandle<R>, commands: Vec<Command>) {
    app.state::<Desktop<R>>().wishes.send(commands);
}

/// Does what this or a second start asks for.
pub(crate) fn follow<R: Runtime>(app: &AppHandle<R>, line: &Line) {
    let flags = &line.flags;
    if let Some(link) = &line.link {
        invitations::came(app, link);
    }
    if let Some(address) = flags.server.clone() {
        send(app, vec![Command::AddServer { address, remember: true, login: None }]);
    }
    if flags.demo {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(problem) = app.state::<TryDemo>().listen(&app.state::<Client>()).await {
                tracing::warn!("the demo: {}", problem.message);
            }
        });
    }
    match flags.deed {
        Some(deed) => act(app, deed),
        // A link is a question, and somebody has to be asked.
        None if !flags.hidden || line.link.is_some() => show(app),
        None => {}
    }
}

/// Does what a word or a key from elsewhere asks for. With nothing to do it to, nothing happens.
fn act<R: Runtime>(app: &AppHandle<R>, deed: Deed) {
    let wish = app.state::<Desktop<R>>().seen().glance.wish_of(deed);
    match wish {
        Some(wish) => grant(app, wish),
        None => tracing::debug!(?deed, "there is nothing to do it to"),
    }
}

/// The window's page is there and hears.
pub(crate) fn page_is_there<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Keys>().while_choosing(app, false);
    window::open_settings_if_wanted(app);
    notify::show_call_if_wanted(app);
}

/// Opens the window, or brings it to the front.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    window::show(app);
}

/// Ends Squelch: the core says its goodbyes, then the process ends. A second call changes nothing.
pub(crate) fn quit<R: Runtime>(app: &AppHandle<R>) {
    end(app, Ending::ByUser);
}

/// Whether the end has begun.
#[cfg(feature = "updater")]
pub(crate) fn is_quitting<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.try_state::<Desktop<R>>().is_some_and(|desktop| desktop.is_quitting())
}

/// Quits, and starts Squelch again with the flags it was started with, and with a window if it has one now.
#[cfg(feature = "updater")]
pub(crate) fn restart<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Desktop<R>>().is_quitting() {
        // Whoever quits does not want it to start again.
        return;
    }
    let open = app.get_webview_window(MAIN).is_some();
    let line = once::again(std::env::args_os().map(|word| word.to_string_lossy().into_owned()), open);
    let late = Late { line, folder: std::env::current_dir().unwrap_or_default() };
    app.state::<Starts>().succeeds(late);
    quit(app);
}

fn end<R: Runtime>(app: &AppHandle<R>, ending: Ending) {
    let desktop = app.state::<Desktop<R>>();
    if ending == Ending::Told {
        desktop.told.send_replace(true);
    }
    if desktop.quitting.swap(true, Ordering::SeqCst) {
        return;
    }
    // The end of the core is no news to a window from here on.
    app.state::<Bridge>().leave();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // Whoever quits wants the window gone now, not when the last server has answered.
        window::close(&app);
        // Nor can anything be asked of it any more, however long the rest takes.
        let desktop = app.state::<Desktop<R>>();
        if let Some(tray) = desktop.tray.get() {
            tray.hide();
        }
        // What is half exported is removed, which takes a moment.
        app.state::<Exports>().cancel();
        for command in app.state::<Keys>().end(&app) {
            // The core may have ended by itself.
            let _ = desktop.client.send(command).await;
        }
        if tokio::time::timeout(SHUTDOWN, app.state::<Client>().shutdown()).await.is_err() {
            tracing::warn!("the core took too long to end");
        }
        // The login is safe now, and nothing sounds.
        if let Some(updates) = app.try_state::<Updates>() {
            desktop.wait_for_installer(updates.quit(), updates.asks_nobody()).await;
        }
        desktop.leave_window_folder().await;
        app.exit(0);
    });
}

/// Quits when the system or a terminal asks this process to end.
pub(crate) fn quit_when_told<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match told_to_end().await {
            Ok(()) => end(&app, Ending::Told),
            Err(error) => tracing::warn!("signals cannot be heard: {error}"),
        }
    });
}

#[cfg(unix)]
async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// What happens to a window.
pub(crate) fn window_event<R: Runtime>(window: &tauri::Window<R>, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            geometry::note(window.app_handle());
            closing::requested(window, api);
        }
        WindowEvent::Focused(is) => notify::in_front(window.app_handle(), *is),
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => geometry::changed(window.app_handle()),
        WindowEvent::Destroyed => {
            notify::in_front(window.app_handle(), false);
            window.state::<Bridge>().leave();
            window.state::<Keys>().while_choosing(window.app_handle(), false);
            window.state::<Desktop<R>>().take_off();
            window_is(window.app_handle(), WindowState::Closed);
            memory::give_back_soon();
        }
        _ => {}
    }
}

/// What happens to the program.
pub(crate) fn run_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        // Without a code it is the last window that has gone, which is not yet a reason to end.
        RunEvent::ExitRequested { code: None, api, .. } => {
            api.prevent_exit();
            if !app.state::<Desktop<R>>().has_tray() {
                quit(app);
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => show(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            urls.iter().for_each(|url| invitations::came(app, url.as_str()));
            show(app);
        }
        _ => {}
    }
}

/// There is a window now, or there is none any more.
fn window_is<R: Runtime>(app: &AppHandle<R>, state: WindowState) {
    app.state::<Desktop<R>>().window.send_replace(state);
    seen::refresh(app);
}

impl<R: Runtime> Desktop<R> {
    fn new(client: Client, wishes: Wishes, data: PathBuf, is_chosen: bool) -> Self {
        Self {
            client,
            seen: Mutex::new(Seen::on(Spoken::on_this_desktop())),
            tray: OnceLock::new(),
            media: OnceLock::new(),
            host: TrayHost::watch(),
            window: watch::Sender::new(WindowState::Closed),
            heard: watch::Sender::new(false),
            chosen_data: is_chosen.then(|| data.clone()),
            data,
            worn: Mutex::default(),
            window_folder: Mutex::default(),
            settings_wanted: AtomicBool::new(false),
            wishes,
            wished: Notify::new(),
            opening: AtomicBool::new(false),
            quitting: AtomicBool::new(false),
            told: watch::Sender::new(false),
        }
    }

    fn is_quitting(&self) -> bool {
        self.quitting.load(Ordering::SeqCst)
    }

    /// Waits for an installer. While the system waits for the end only for one that asks nobody, and not for long: a
    /// password dialog may be open for hours.
    async fn wait_for_installer(&self, installing: impl Future<Output = ()>, asks_nobody: bool) {
        let mut told = self.told.subscribe();
        let mut installing = pin!(installing);
        tokio::select! {
            biased;
            // The sender is this.
            _ = told.wait_for(|told| *told) => {}
            () = &mut installing => return,
        }
        if asks_nobody && tokio::time::timeout(INSTALLER, installing).await.is_err() {
            tracing::warn!("the end came before the update was installed");
        }
    }

    /// Whether the user can find Squelch again without a window.
    fn has_tray(&self) -> bool {
        self.tray.get().is_some() && self.host.is_there()
    }
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples;

    fn desktop() -> (Desktop<tauri::test::MockRuntime>, tempfile::TempDir) {
        let (client, data) = samples::core();
        (Desktop::new(client, Wishes::to_nobody(), data.path().to_path_buf(), false), data)
    }

    #[test]
    fn the_system_ends_the_wait_for_an_installer_also_when_it_comes_second() {
        let (desktop, _data) = desktop();
        tauri::async_runtime::block_on(async {
            let mut waiting = pin!(desktop.wait_for_installer(std::future::pending(), false));
            assert!(futures_util::poll!(&mut waiting).is_pending(), "the user's own end waits");
            desktop.told.send_replace(true);
            assert!(futures_util::poll!(&mut waiting).is_ready());
            let mut another = pin!(desktop.wait_for_installer(std::future::pending(), false));
            assert!(futures_util::poll!(&mut another).is_ready());
        });
    }

    #[test]
    fn the_system_waits_a_little_for_an_installer_that_asks_nobody() {
        let (desktop, _data) = desktop();
        tauri::async_runtime::block_on(async {
            desktop.told.send_replace(true);
            let (done, installed) = tokio::sync::oneshot::channel::<()>();
            let installing = async { drop(installed.await) };
            let mut waiting = pin!(desktop.wait_for_installer(installing, true));
            assert!(futures_util::poll!(&mut waiting).is_pending());
            done.send(()).unwrap();
            assert!(futures_util::poll!(&mut waiting).is_ready());
        });
        // Where time passes as soon as everybody waits.
        let hurried = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        hurried.block_on(desktop.wait_for_installer(std::future::pending(), true));
    }

    #[test]
    fn one_window_is_opened_at_a_time_and_none_while_quitting() {
        let (desktop, _data) = desktop();
        let first = desktop.opening();
        assert!(first.is_some() && desktop.opening().is_none(), "another one is on its way");
        drop(first);
        assert!(desktop.opening().is_some(), "that one is there");
        desktop.quitting.store(true, Ordering::SeqCst);
        assert!(desktop.opening().is_none(), "nothing can be shown any more");
    }
}
