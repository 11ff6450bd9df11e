//! Squelch's shell: puts the core, the window and the desktop together. The only crate that knows them all.
//!
//! - `flags`, `logs`, `crash`, `diagnostics`: the process, and what a bug report needs.
//! - `commands`, `bridge`: the boundary to the window.
//! - `once`: starts that meet an earlier one.
//! - `desktop`: tray, second starts, closing and quitting.
//! - `deed`: what a word or a key has Squelch do.
//! - `demo`: the built-in demo server.
//! - `about`, `opening`, `choosing`: what Squelch says of itself, what the desktop opens for it, and what the user chooses
//!   in the system's dialogs.
//! - `updates`: newer versions of Squelch.

mod about;
mod bridge;
mod choosing;
mod commands;
mod crash;
mod deed;
mod demo;
mod desktop;
mod diagnostics;
mod exports;
mod flags;
mod folders;
mod links;
mod logs;
mod once;
mod opening;
mod recordings;
#[cfg(test)]
mod samples;
mod updates;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use squelch_core::client::{Client, Parts};
use squelch_core::clock::Clock;
use squelch_core::sound::device::Device;
use squelch_core::vault::Keychain;
use tauri::{AppHandle, Manager, RunEvent, Runtime};

pub use deed::Deed;
pub use flags::{Flags, Line};

use crate::about::Places;
use crate::bridge::Bridge;
use crate::choosing::Chooser;
use crate::demo::TryDemo;
use crate::desktop::Starts;
use crate::diagnostics::Told;
use crate::exports::Exports;
use crate::logs::Log;
use crate::opening::Opener;

/// Runs Squelch until it is quit; the process then ends by itself. Returns only where it could not start.
pub fn run(line: Line) -> tauri::Result<()> {
    desktop::memory::share();
    squelch_core::install_crypto();
    // First, so that a second start hands over before it has touched anything.
    let builder = tauri::Builder::default()
        .manage(Starts::default())
        .plugin(tauri_plugin_single_instance::init(desktop::started_again))
        .plugin(tauri_plugin_dialog::init());
    let app = updates::plugin(builder)
        .invoke_handler(commands::handler())
        .on_window_event(desktop::window_event)
        .setup(move |app| {
            if line.flags.deed.is_some() {
                nobody_to_do_it();
            }
            start(app.handle(), &line);
            Ok(())
        })
        .build(context())
        .map_err(once::start_over)?;
    app.run(|app, event| match event {
        RunEvent::Exit => {
            desktop::start_successor(app);
            // The process ends without dropping anything, so what is still on its way to the log is written here.
            drop(app.try_state::<Mutex<Option<Log>>>().map(|log| log.lock().ok().map(|mut log| log.take())))
        }
        event => desktop::run_event(app, event),
    });
    Ok(())
}

/// Prints what a bug report needs. Starts no window and needs no display; may run beside a Squelch.
///
/// Fails where it cannot be printed.
pub fn diagnose(flags: &Flags) -> std::io::Result<()> {
    squelch_core::install_crypto();
    let context = context::<tauri::Wry>();
    let identifier = &context.config().identifier;
    let data = data_folder(identifier, flags.data_dir.as_deref());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let version = context.package_info().version.to_string();
    let text = runtime.block_on(diagnostics::text(identifier, &version, &data));
    // A sound server that hangs is not waited for.
    runtime.shutdown_background();
    std::io::stdout().write_all(text.as_bytes())
}

/// Ends a start that only wanted to tell another Squelch something. Whoever presses a key to skip a call does not want the
/// program opened.
fn nobody_to_do_it() -> ! {
    eprintln!("squelch: no Squelch is running that could do this");
    std::process::exit(1)
}

/// What was compiled in. Its version is read from a string that is left in the program: the compiler would dissolve it into
/// numbers, and the test that updates a real package makes a newer one by overwriting that string.
fn context<R: Runtime>() -> tauri::Context<R> {
    let mut context = tauri::generate_context!();
    // A configuration of its own may say another one.
    if context.config().version.is_none()
        && let Ok(version) = std::hint::black_box(env!("CARGO_PKG_VERSION")).parse()
    {
        context.package_info_mut().version = version;
    }
    context
}

/// Starts everything, in order: the log, the core, the desktop, and what the flags ask for.
fn start<R: Runtime>(app: &AppHandle<R>, line: &Line) {
    let data = data_folder(&app.config().identifier, line.flags.data_dir.as_deref());
    let log = logs::start(&data.join("logs"), line.flags.log);
    crash::watch(data.join(crash::FOLDER), log.last.clone());
    app.manage(Told::new(data.clone(), log.last.clone()));
    app.manage(Mutex::new(Some(log)));
    tracing::info!(version = %app.package_info().version, system = std::env::consts::OS, "Squelch starts");
    for word in &line.unknown {
        tracing::warn!("{word:?} is not a flag of Squelch");
    }
    let parts = Parts {
        vault: Box::new(Keychain::default()),
        output: Box::new(Device),
        clock: Clock::system(),
        data: data.clone(),
    };
    // The core wants to be started inside the runtime.
    let client = tauri::async_runtime::block_on(async { Client::start(parts) });
    assemble(app, client, data, line.flags.data_dir.is_some());
    desktop::quit_when_told(app);
    desktop::follow(app, line);
    desktop::follow_early_starts(app);
}

/// Hands the parts to each other: from here on commands are answered.
fn assemble<R: Runtime>(app: &AppHandle<R>, client: Client, data: PathBuf, is_chosen: bool) {
    app.manage(client.clone());
    app.manage(Bridge::default());
    app.manage(TryDemo::default());
    app.manage(Opener::default());
    app.manage(Chooser::of(app));
    app.manage(Exports::default());
    let (told, core) = (app.clone(), client.clone());
    tauri::async_runtime::spawn(async move { recordings::tell_usual(&told, &core).await });
    app.manage(Places::of(app, data.clone()));
    updates::start(app, data.clone());
    desktop::start(app, client, data, is_chosen);
}

/// Where everything is kept.
fn data_folder(identifier: &str, chosen: Option<&Path>) -> PathBuf {
    match chosen {
        // A second start may come from another folder, and webviews want whole paths.
        Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()),
        // The local one: logs and logins of this computer are of no use on another.
        None => dirs::data_local_dir().map(|folder| folder.join(identifier)).unwrap_or_else(|| {
            eprintln!("squelch: there is no home folder; nothing will be kept");
            std::env::temp_dir().join("squelch")
        }),
    }
}
