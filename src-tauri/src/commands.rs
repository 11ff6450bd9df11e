//! What the window may ask for. Nothing is decided here: each command hands its arguments on and returns the answer.
//!
//! Their names stand in `command_names.rs`, from which the build makes the permissions that
//! `capabilities/main.json` grants to the main window.

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests;

use squelch_core::client::Client;
use squelch_core::export::{ExportChoice, ExportProgress, Exported, SavedCalls, SpokenLanguage};
use squelch_core::model::{CallKey, ServerId, TalkgroupKey};
use squelch_core::problem::Problem;
use squelch_core::view::{
    CallDetails, Command, DirectoryView, FoundPage, GlobalKeysView, ImportSummary, QueuedView, SearchQuery, SharedLink,
    SoundDevices, TimelineQuery, TimelineView, UnheardView, UpdateTime, UpdateView,
};
use tauri::ipc::{Channel, Invoke};
use tauri::{AppHandle, Manager, Runtime, State, WebviewWindow};

use crate::about::{About, Licence, Places};
use crate::bridge::{Bridge, ToWindow};
use crate::choosing::{Chooser, Wanted};
use crate::demo::TryDemo;
use crate::desktop::autostart::Autostart;
use crate::desktop::invitations::{Asked, Invitations};
use crate::desktop::{self, CloseChoice, Keys, Notifications, Power, PowerSupply, Shower};
use crate::diagnostics::Told;
use crate::exports::{self, Exports};
use crate::opening::Opener;
use crate::recordings::SavedFolder;
use crate::updates::Updates;
use crate::{links, logs, recordings};

/// Answers every command below.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        subscribe,
        send,
        try_demo,
        report,
        close,
        power,
        notifications,
        update,
        look_for_update,
        install_update,
        diagnostics,
        open_folder,
        save_calls,
        export_calls,
        cancel_export,
        follow_export,
        forget_export,
        can_speak,
        show_saved,
        autostart,
        set_autostart,
        invitation,
        global_keys,
        choosing_key,
        talkgroups,
        search,
        bookmarks,
        unheard,
        play_unheard,
        timeline,
        play_on,
        details,
        share,
        unshare,
        shared,
        open_link,
        drag_window,
        about,
        open_source,
        open_licence,
        write_to_support,
        export_settings,
        read_settings,
        saved_folder,
        choose_saved_folder,
        reset_saved_folder,
        sound_devices
    ]
}

/// From now on `channel` is sent a snapshot and every change after it; the channel before is sent nothing more.
#[tauri::command]
fn subscribe<R: Runtime>(
    app: AppHandle<R>,
    channel: Channel<ToWindow>,
    bridge: State<'_, Bridge>,
    client: State<'_, Client>,
) {
    let supplied = app.clone();
    bridge.follow(client.inner().clone(), channel, move || supplied.state::<PowerSupply>().now().pace());
    desktop::page_is_there(&app);
}

/// Hands a wish to the core. Accepted is not done: what comes of it arrives through the channel.
#[tauri::command]
async fn send(command: Command, client: State<'_, Client>) -> Result<(), Problem> {
    client.send(command).await
}

/// Starts the demo server and listens to it.
#[tauri::command]
async fn try_demo(demo: State<'_, TryDemo>, client: State<'_, Client>) -> Result<(), Problem> {
    demo.listen(&client).await
}

/// Writes an error of the page into the log.
#[tauri::command]
fn report(text: &str) {
    logs::from_window(text);
}

/// Answers `closing-to-tray` and `closing-without-tray`: go on in the tray or as a small window, quit, or stay.
#[tauri::command]
fn close<R: Runtime>(app: AppHandle<R>, choice: CloseChoice) {
    desktop::answered(&app, choice);
}

/// Whether the computer runs on its battery; the event `power` tells when that changes.
#[tauri::command]
fn power(supply: State<'_, PowerSupply>) -> Power {
    supply.now()
}

/// Whether the desktop shows notifications; the event `notifications` tells when that changes.
#[tauri::command]
fn notifications(notifications: State<'_, Notifications>) -> Shower {
    notifications.now()
}

/// What is known of newer versions; the event `update` tells when that changes.
#[tauri::command]
fn update(updates: State<'_, Updates>) -> UpdateView {
    updates.now()
}

/// Looks for a newer version now. What comes of it arrives as the event `update`, also if there is none.
#[tauri::command]
fn look_for_update(updates: State<'_, Updates>) {
    updates.look();
}

/// Installs the newer version that was found, at this time.
#[tauri::command]
fn install_update(time: UpdateTime, updates: State<'_, Updates>) {
    updates.install(time);
}

/// The text for a bug report, with the last lines of the log.
#[tauri::command]
async fn diagnostics<R: Runtime>(app: AppHandle<R>, told: State<'_, Told>) -> Result<String, Problem> {
    Ok(told.report(&app).await)
}

/// Opens the folder with logs and crash reports.
#[tauri::command]
async fn open_folder(told: State<'_, Told>) -> Result<(), Problem> {
    told.open_folder().await
}

/// Saves these calls' recordings to files, with a text beside each if that is wanted.
#[tauri::command]
async fn save_calls<R: Runtime>(
    app: AppHandle<R>,
    calls: Vec<CallKey>,
    details: bool,
    client: State<'_, Client>,
) -> Result<SavedCalls, Problem> {
    recordings::save(&app, &client, calls, details).await
}

/// Exports these calls as chosen, and says on the channel how far it is. One export at a time.
#[tauri::command]
async fn export_calls<R: Runtime>(
    app: AppHandle<R>,
    calls: Vec<CallKey>,
    choice: ExportChoice,
    progress: Channel<ExportProgress>,
    client: State<'_, Client>,
    exports: State<'_, Exports>,
) -> Result<Exported, Problem> {
    exports::export(&app, &client, &exports, calls, choice, progress).await
}

/// Ends the export that goes on; what comes of that is its answer.
#[tauri::command]
fn cancel_export(exports: State<'_, Exports>) {
    exports.cancel();
}

/// Follows the export that goes on, or that nobody has read of yet; nothing where there is none. As [`export_calls`].
#[tauri::command]
async fn follow_export(
    progress: Channel<ExportProgress>,
    exports: State<'_, Exports>,
) -> Result<Option<Exported>, Problem> {
    Ok(exports.follow(&progress).await)
}

/// What became of the last export has been read.
#[tauri::command]
fn forget_export(exports: State<'_, Exports>) {
    exports.forget();
}

/// Whether a voice on this computer can announce calls in this language.
#[tauri::command]
async fn can_speak(language: SpokenLanguage) -> bool {
    Client::can_speak(language).await
}

/// Opens the folder in which calls are saved.
#[tauri::command]
async fn show_saved<R: Runtime>(app: AppHandle<R>, client: State<'_, Client>) -> Result<(), Problem> {
    recordings::show(&app, &client).await
}

/// Whether Squelch starts at login, read from the desktop now.
#[tauri::command]
async fn autostart<R: Runtime>(app: AppHandle<R>) -> Autostart {
    desktop::autostart::now(&app).await
}

/// Starts Squelch at login, or no more.
#[tauri::command]
async fn set_autostart<R: Runtime>(app: AppHandle<R>, on: bool) -> Result<(), Problem> {
    desktop::autostart::switch(&app, on).await
}

/// The link that waits to be asked about, once; the event `invitation` says when another one has come.
#[tauri::command]
fn invitation(invitations: State<'_, Invitations>) -> Option<Asked> {
    invitations.take()
}

/// How it stands with the keys that work in every program; the event `global-keys` tells when that changes.
#[tauri::command]
fn global_keys(keys: State<'_, Keys>) -> GlobalKeysView {
    keys.now()
}

/// Such a key is being chosen, so that all have to reach the window; or not any more.
#[tauri::command]
fn choosing_key<R: Runtime>(app: AppHandle<R>, on: bool, keys: State<'_, Keys>) {
    keys.while_choosing(&app, on);
}

/// What a server lists; `ServerView.directory` tells when that has changed.
#[tauri::command]
async fn talkgroups(server: ServerId, client: State<'_, Client>) -> Result<DirectoryView, Problem> {
    client.talkgroups(server).await
}

/// A part of what a search finds: the first, or the one after that which gave `after` as its `next`.
#[tauri::command]
async fn search(query: SearchQuery, after: Option<String>, client: State<'_, Client>) -> Result<FoundPage, Problem> {
    client.search(query, after).await
}

/// The calls that the account bookmarked last, at most 100; `total` counts all of them.
#[tauri::command]
async fn bookmarks(server: ServerId, client: State<'_, Client>) -> Result<FoundPage, Problem> {
    client.bookmarks(server).await
}

/// The talkgroups of which this computer has calls that nobody has heard.
#[tauri::command]
async fn unheard(client: State<'_, Client>) -> Result<Vec<UnheardView>, Problem> {
    client.unheard().await
}

/// Queues the calls of a talkgroup, or of all at a server, that nobody has heard; how many, and how many are left.
#[tauri::command]
async fn play_unheard(
    server: ServerId,
    talkgroup: Option<TalkgroupKey>,
    client: State<'_, Client>,
) -> Result<QueuedView, Problem> {
    client.play_unheard(server, talkgroup).await
}

/// A stretch of the timeline of what is kept on this computer.
#[tauri::command]
async fn timeline(query: TimelineQuery, client: State<'_, Client>) -> Result<TimelineView, Problem> {
    client.timeline(query).await
}

/// Plays a call from a place in it, and after it the later ones of these lanes of the timeline.
#[tauri::command]
async fn play_on(call: CallKey, at_ms: u32, groups: Vec<f64>, client: State<'_, Client>) -> Result<(), Problem> {
    client.play_on(call, at_ms, groups).await
}

/// What is known of a call beside its row.
#[tauri::command]
async fn details(call: CallKey, client: State<'_, Client>) -> Result<CallDetails, Problem> {
    client.details(call).await
}

/// A link to a call that anybody may open; made if there is none that works.
#[tauri::command]
async fn share(call: CallKey, client: State<'_, Client>) -> Result<SharedLink, Problem> {
    client.share(call).await
}

/// Takes the link to a call back.
#[tauri::command]
async fn unshare(call: CallKey, client: State<'_, Client>) -> Result<(), Problem> {
    client.unshare(call).await
}

/// The link to a call, if there is one that works.
#[tauri::command]
async fn shared(call: CallKey, client: State<'_, Client>) -> Result<Option<SharedLink>, Problem> {
    client.shared(call).await
}

/// Opens the link to a call in the browser; no other address.
#[tauri::command]
async fn open_link(url: String, client: State<'_, Client>, opener: State<'_, Opener>) -> Result<(), Problem> {
    links::open(&client, &opener, url).await
}

/// Moves the window with the mouse, whose button is down: a strip has no frame to be moved by.
#[tauri::command]
fn drag_window<R: Runtime>(window: WebviewWindow<R>) {
    if let Err(error) = window.start_dragging() {
        tracing::debug!("the window is not moved: {error}");
    }
}

/// What Squelch says of itself.
#[tauri::command]
async fn about<R: Runtime>(app: AppHandle<R>, places: State<'_, Places>) -> Result<About, Problem> {
    Ok(places.about(&app).await)
}

/// Shows in the browser where the source is.
#[tauri::command]
async fn open_source(opener: State<'_, Opener>) -> Result<(), Problem> {
    Places::source(&opener).await
}

/// Shows a licence as the desktop shows texts.
#[tauri::command]
async fn open_licence(licence: Licence, places: State<'_, Places>, opener: State<'_, Opener>) -> Result<(), Problem> {
    places.open(licence, &opener).await
}

/// Begins a letter to whoever offers help for a server; only to what is an address and nothing else.
#[tauri::command]
async fn write_to_support(
    server: ServerId,
    client: State<'_, Client>,
    opener: State<'_, Opener>,
) -> Result<(), Problem> {
    opener.letter(&client, server).await
}

/// Has the user choose a file and writes the settings there. Gives the file's name, or nothing if they would rather not.
#[tauri::command]
async fn export_settings(
    title: String,
    client: State<'_, Client>,
    chooser: State<'_, Chooser>,
) -> Result<Option<String>, Problem> {
    let Some(file) = chooser.choose(Wanted::Save, &title, None).await else { return Ok(None) };
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    client.export_settings(file).await?;
    Ok(Some(name))
}

/// Has the user choose a file and says which settings are in it, if they do. They hold once the window sends that wish.
#[tauri::command]
async fn read_settings(
    title: String,
    client: State<'_, Client>,
    chooser: State<'_, Chooser>,
) -> Result<Option<ImportSummary>, Problem> {
    let Some(file) = chooser.choose(Wanted::Open, &title, None).await else { return Ok(None) };
    client.read_settings(file).await.map(Some)
}

/// Where calls are saved.
#[tauri::command]
async fn saved_folder<R: Runtime>(app: AppHandle<R>, client: State<'_, Client>) -> Result<SavedFolder, Problem> {
    recordings::folder(&app, &client).await
}

/// Has the user choose where calls are saved. Gives whether they did.
#[tauri::command]
async fn choose_saved_folder<R: Runtime>(
    app: AppHandle<R>,
    title: String,
    client: State<'_, Client>,
    chooser: State<'_, Chooser>,
) -> Result<bool, Problem> {
    recordings::choose(&app, &client, &chooser, &title).await
}

/// Has calls saved in the usual place again.
#[tauri::command]
async fn reset_saved_folder(client: State<'_, Client>) -> Result<(), Problem> {
    client.choose_saved_calls(None).await
}

/// The sound devices that can be chosen now. Takes some seconds where the system does not answer.
#[tauri::command]
async fn sound_devices(client: State<'_, Client>) -> Result<SoundDevices, Problem> {
    client.sound_devices().await
}
