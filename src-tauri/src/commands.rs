//! What the window may ask for. Nothing is decided here: each command hands its arguments on and returns the answer.
//!
//! Their names stand in `command_names.rs`, from which the build makes the permissions that
//! `capabilities/main.json` grants to the main window.

use squelch_core::client::Client;
use squelch_core::model::ServerId;
use squelch_core::problem::Problem;
use squelch_core::view::{Command, DirectoryView, GlobalKeysView, UpdateTime, UpdateView};
use tauri::ipc::{Channel, Invoke};
use tauri::{AppHandle, Manager, Runtime, State};

use crate::bridge::{Bridge, ToWindow};
use crate::demo::TryDemo;
use crate::desktop::autostart::Autostart;
use crate::desktop::invitations::{Asked, Invitations};
use crate::desktop::{self, CloseChoice, Keys, Notifications, Power, PowerSupply, Shower};
use crate::diagnostics::Told;
use crate::logs;
use crate::updates::Updates;

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
        autostart,
        set_autostart,
        invitation,
        global_keys,
        choosing_key,
        talkgroups
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

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    include!("command_names.rs");

    use serde_json::{Value, json};
    use tauri::ipc::{CallbackFn, InvokeBody};
    use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
    use tauri::webview::InvokeRequest;
    use tauri::{App, Manager, WebviewWindow, WebviewWindowBuilder};
    use tempfile::TempDir;

    use super::*;
    use crate::desktop::MAIN;
    use crate::logs::LastLines;
    use crate::samples;

    /// The real commands, permissions and core behind windows that are not drawn.
    struct Shell {
        app: App<MockRuntime>,
        _data: TempDir,
    }

    fn shell() -> Shell {
        let app = mock_builder().invoke_handler(handler()).build(tauri::generate_context!(test = true)).unwrap();
        let (client, data) = samples::core();
        app.manage(client);
        app.manage(Bridge::default());
        app.manage(TryDemo::default());
        app.manage(PowerSupply::default());
        app.manage(Notifications::default());
        app.manage(Keys::default());
        app.manage(Updates::of(&app));
        app.manage(Invitations::default());
        // A folder that cannot be made is not opened either: no test opens a file manager.
        app.manage(Told::new(data.path().join("settings.json/logs"), LastLines::default()));
        std::fs::write(data.path().join("settings.json"), "{}").unwrap();
        Shell { app, _data: data }
    }

    fn window(shell: &Shell, label: &str) -> WebviewWindow<MockRuntime> {
        WebviewWindowBuilder::new(&shell.app, label, Default::default()).build().unwrap()
    }

    /// Calls a command as a page would.
    fn call(window: &WebviewWindow<MockRuntime>, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(window, request).map(|answer| answer.deserialize().unwrap())
    }

    fn refusal(answer: &Result<Value, Value>) -> Option<&str> {
        answer.as_ref().err().and_then(Value::as_str)
    }

    #[test]
    fn the_permissions_name_exactly_the_commands_there_are() {
        let source = include_str!("commands.rs");
        let written: Vec<&str> = source
            .split("#[tauri::command]\n")
            .skip(1)
            .filter_map(|rest| rest.lines().next()?.split("fn ").nth(1)?.split(['(', '<']).next())
            .collect();
        assert_eq!(written, COMMANDS);
        let capability: Value = serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let granted: Vec<&str> =
            capability["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let wanted: Vec<String> = COMMANDS.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        assert_eq!(granted[..COMMANDS.len()], wanted);
        assert_eq!(granted[COMMANDS.len()..], ["core:event:allow-listen", "core:event:allow-unlisten"]);
        assert_eq!(capability["windows"], json!([MAIN]));
        assert!(capability.get("remote").is_none());
    }

    #[test]
    fn every_command_answers_the_main_window_and_no_other() {
        let shell = shell();
        let (main, other) = (window(&shell, MAIN), window(&shell, "other"));
        for command in COMMANDS {
            // Without its arguments each that has some refuses, in its own words: it was reached.
            let answer = call(&main, command, json!({}));
            let words = refusal(&answer).unwrap_or_default();
            let problem = answer.as_ref().is_err_and(|error| error["code"].is_string());
            assert!(answer.is_ok() || problem || words.contains("missing required key"), "{command}: {answer:?}");
            let answer = call(&other, command, json!({}));
            assert!(refusal(&answer).is_some_and(|words| words.contains("not allowed")), "{command}: {answer:?}");
        }
    }

    #[test]
    fn the_main_window_may_not_use_what_it_was_not_given() {
        let shell = shell();
        let main = window(&shell, MAIN);
        let foreign = [
            "plugin:window|close",
            "plugin:webview|create_webview_window",
            "plugin:event|emit",
            "plugin:app|version",
            "plugin:updater|check",
            "plugin:updater|download_and_install",
        ];
        for command in foreign {
            let answer = call(&main, command, json!({ "event": "x", "label": "y", "options": {} }));
            assert!(refusal(&answer).is_some_and(|words| words.contains("not allowed")), "{command}: {answer:?}");
        }
    }

    #[test]
    fn a_wish_is_read_as_the_window_writes_it() {
        let shell = shell();
        let main = window(&shell, MAIN);
        assert_eq!(call(&main, "send", json!({ "command": { "kind": "listen", "on": false } })), Ok(Value::Null));
        let keys = json!({ "name": "keys", "keys": { "skip": "X", "mute": null } });
        let change = json!({ "command": { "kind": "change", "setting": keys } });
        assert_eq!(call(&main, "send", change), Ok(Value::Null));
        let answer = call(&main, "send", json!({ "command": { "kind": "explode" } }));
        assert!(refusal(&answer).is_some_and(|words| words.contains("explode")), "{answer:?}");
    }
}
