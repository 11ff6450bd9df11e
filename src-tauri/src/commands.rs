//! What the window may ask for. Nothing is decided here: each command hands its arguments on and returns the answer.
//!
//! Their names stand in `command_names.rs`, from which the build makes the permissions that
//! `capabilities/main.json` grants to the main window.

include!("command_names.rs");

use squelch_core::client::Client;
use squelch_core::problem::Problem;
use squelch_core::view::{Command, Message};
use tauri::ipc::{Channel, Invoke};
use tauri::{AppHandle, Runtime, State};

use crate::bridge::Bridge;
use crate::demo::TryDemo;
use crate::desktop::{self, CloseChoice};
use crate::logs;

/// Answers every command below.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![subscribe, send, try_demo, report, close]
}

/// From now on `channel` is sent a snapshot and every change after it; the channel before is sent nothing more.
#[tauri::command]
fn subscribe(channel: Channel<Message>, bridge: State<'_, Bridge>, client: State<'_, Client>) {
    bridge.follow(client.inner().clone(), channel);
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

/// Answers `closing-to-tray`: go on in the tray, or quit.
#[tauri::command]
fn close<R: Runtime>(app: AppHandle<R>, choice: CloseChoice) {
    desktop::answered(&app, choice);
}
