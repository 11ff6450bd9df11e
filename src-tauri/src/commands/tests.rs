//! Every command, asked as a page would, with the real permissions and core behind it.

include!("../command_names.rs");

use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};

use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindowBuilder};
use tempfile::TempDir;

use super::*;
use crate::desktop::MAIN;
use crate::logs::LastLines;
use crate::samples;

/// The real commands, permissions and core behind windows that are not drawn.
struct Shell {
    app: App<MockRuntime>,
    /// What the desktop was asked to open.
    told: mpsc::Receiver<String>,
    /// What the user answers to the next dialog.
    chosen: Arc<Mutex<Option<PathBuf>>>,
    data: TempDir,
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
    app.manage(Places::of(app.handle(), data.path().to_owned()));
    let (opened, told) = mpsc::channel();
    app.manage(Opener::of(move |what| opened.send(what.to_owned()).map_err(std::io::Error::other)));
    // A folder that cannot be made is not opened either: no test opens a file manager.
    app.manage(Told::new(data.path().join("settings.json/logs"), LastLines::default()));
    std::fs::write(data.path().join("settings.json"), "{}").unwrap();
    let chosen: Arc<Mutex<Option<PathBuf>>> = Arc::default();
    let answer = chosen.clone();
    app.manage(Exports::default());
    app.manage(Chooser::with(move |_, _, _| {
        let path = answer.lock().unwrap().take();
        Box::pin(async move { path })
    }));
    Shell { app, told, chosen, data }
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
    let source = include_str!("../commands.rs");
    let written: Vec<&str> = source
        .split("#[tauri::command]\n")
        .skip(1)
        .filter_map(|rest| rest.lines().next()?.split("fn ").nth(1)?.split(['(', '<']).next())
        .collect();
    assert_eq!(written, COMMANDS);
    let capability: Value = serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
    let granted: Vec<&str> = capability["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
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
fn the_sound_devices_are_told_as_the_window_reads_them() {
    let shell = shell();
    let device = json!({ "id": "Silent", "name": "Silent", "isDefault": true });
    let told = call(&window(&shell, MAIN), "sound_devices", json!({}));
    assert_eq!(told, Ok(json!({ "offered": true, "devices": [device] })));
}

#[test]
fn no_address_is_opened_that_is_no_link_to_a_call() {
    let shell = shell();
    let main = window(&shell, MAIN);
    for url in ["file:///etc/passwd", "https://example.org/call/ab12", "squelch://add", ""] {
        let answer = call(&main, "open_link", json!({ "url": url }));
        assert!(answer.as_ref().is_err_and(|error| error["code"] == "notPossible"), "{url}: {answer:?}");
    }
}

#[test]
fn the_desktop_opens_the_source_and_licences_and_nothing_that_the_window_names() {
    let shell = shell();
    let main = window(&shell, MAIN);
    assert_eq!(call(&main, "open_source", json!({ "url": "https://example.org" })), Ok(Value::Null));
    assert_eq!(shell.told.try_recv().unwrap(), env!("CARGO_PKG_REPOSITORY"));
    for (licence, file) in [("mit", "LICENSE-MIT.txt"), ("apache", "LICENSE-APACHE.txt")] {
        assert_eq!(call(&main, "open_licence", json!({ "licence": licence })), Ok(Value::Null));
        let opened = shell.told.try_recv().unwrap();
        assert_eq!(opened, shell.data.path().join("licences").join(file).to_string_lossy());
        assert!(std::fs::read_to_string(opened).unwrap().len() > 1_000);
    }
    // It was built from source, which brings none of those.
    let answer = call(&main, "open_licence", json!({ "licence": "thirdParty" }));
    assert!(answer.as_ref().is_err_and(|error| error["code"] == "notPossible"), "{answer:?}");
    let answer = call(&main, "open_licence", json!({ "licence": "/etc/passwd" }));
    assert!(refusal(&answer).is_some_and(|words| words.contains("unknown variant")), "{answer:?}");
    assert!(shell.told.try_recv().is_err());
    let about = call(&main, "about", json!({})).unwrap();
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&about["notices"], &about["data"]), (&json!(false), &json!(shell.data.path())));
}

#[test]
fn no_letter_is_begun_to_a_server_that_is_not_there() {
    let shell = shell();
    let main = window(&shell, MAIN);
    let answer = call(&main, "write_to_support", json!({ "server": 7 }));
    assert!(answer.as_ref().is_err_and(|error| error["code"] == "notPossible"), "{answer:?}");
    assert!(shell.told.try_recv().is_err());
}

#[test]
fn settings_are_written_and_read_where_the_user_says_and_nowhere_else() {
    let shell = shell();
    let main = window(&shell, MAIN);
    let title = json!({ "title": "Save", "file": "/tmp/elsewhere.json", "path": "/tmp/elsewhere.json" });
    assert_eq!(call(&main, "export_settings", title.clone()), Ok(Value::Null), "the user would rather not");
    let file = shell.data.path().join("mine.json");
    let chooses = |path: &std::path::Path| *shell.chosen.lock().unwrap() = Some(path.to_owned());
    chooses(&file);
    assert_eq!(call(&main, "export_settings", title.clone()), Ok(json!("mine.json")));
    assert!(std::fs::read_to_string(&file).unwrap().contains("squelch-settings"));
    assert_eq!(call(&main, "read_settings", title.clone()), Ok(Value::Null));
    chooses(&file);
    let summary = call(&main, "read_settings", title.clone()).unwrap();
    assert_eq!((&summary["file"], &summary["servers"]), (&json!("mine.json"), &json!(0)));
    let wish = json!({ "command": { "kind": "import", "id": summary["id"] } });
    assert_eq!(call(&main, "send", wish), Ok(Value::Null));
    chooses(&shell.data.path().join("gone.json"));
    let answer = call(&main, "read_settings", title);
    assert!(answer.as_ref().is_err_and(|error| error["code"] == "fileNotTaken"), "{answer:?}");
}

#[test]
fn the_folder_for_saved_calls_is_chosen_told_and_the_usual_one_again() {
    let shell = shell();
    let main = window(&shell, MAIN);
    let usual = call(&main, "saved_folder", json!({})).unwrap();
    assert_eq!(usual["chosen"], false);
    let folder = shell.data.path().join("calls");
    let choose = || {
        *shell.chosen.lock().unwrap() = Some(folder.clone());
        call(&main, "choose_saved_folder", json!({ "title": "Choose", "folder": "/etc" }))
    };
    let answer = choose();
    assert!(answer.as_ref().is_err_and(|error| error["code"] == "notWritten"), "it is not there: {answer:?}");
    assert_eq!(call(&main, "saved_folder", json!({})), Ok(usual.clone()));
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(choose(), Ok(json!(true)));
    let chosen = json!({ "folder": folder, "chosen": true });
    assert_eq!(call(&main, "saved_folder", json!({})), Ok(chosen.clone()));
    assert_eq!(call(&main, "choose_saved_folder", json!({ "title": "" })), Ok(json!(false)));
    assert_eq!(call(&main, "saved_folder", json!({})), Ok(chosen));
    // One that has vanished is not made anew, and not opened.
    std::fs::remove_dir(&folder).unwrap();
    let answer = call(&main, "show_saved", json!({}));
    assert!(answer.as_ref().is_err_and(|error| error["code"] == "notPossible"), "{answer:?}");
    assert!(!folder.exists());
    assert_eq!(call(&main, "reset_saved_folder", json!({})), Ok(Value::Null));
    assert_eq!(call(&main, "saved_folder", json!({})), Ok(usual));
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
        "plugin:dialog|open",
        "plugin:dialog|save",
        "plugin:dialog|message",
        "plugin:fs|read_file",
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
