//! Squelch as a program: what must happen before any thread exists, then [`squelch::run`].
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use squelch::Flags;

fn main() -> ExitCode {
    let line = match Flags::read(std::env::args_os().map(|word| word.to_string_lossy().into_owned())) {
        Ok(line) => line,
        Err(text) => {
            // Where there is nobody to read it (a closed pipe), printing fails and nothing is lost.
            let _ = text.print();
            return ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2));
        }
    };
    if line.flags.diagnostics {
        return match squelch::diagnose(&line.flags) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    run_scripts_plainly();
    if line.flags.safe_graphics {
        draw_safely();
    }
    if let Err(why) = can_show_windows() {
        eprintln!("squelch: {why}");
        return ExitCode::FAILURE;
    }
    match squelch::run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("squelch: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Has WebKit interpret the page's scripts instead of compiling them. They draw a list and a few bars, for which
/// compiling buys nothing to be seen and took some 25 MB of the web process after 1,000 calls (`make bench`); and a page that
/// shows strangers' text is safer without a compiler in it.
///
/// And it looks for what they no longer need each time they have taken two megabytes, not 32: those are kept, full of
/// what nobody needs, and what they do need is less. That is seven megabytes after as many calls. One thread looks, as it
/// is soon done, and each has tables of its own: one megabyte. Whoever sets these variables decides.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn run_scripts_plainly() {
    for (name, value) in [("JSC_useJIT", "0"), ("JSC_largeHeapSize", "2097152"), ("JSC_numberOfGCMarkers", "1")] {
        if std::env::var_os(name).is_none() {
            // SAFETY: `main` calls this before it starts anything, so no other thread can be reading the environment.
            unsafe { std::env::set_var(name, value) };
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn run_scripts_plainly() {}

/// Tells WebKit and GTK to do without what blanks windows on some graphics drivers (tauri-apps/tauri#9394).
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn draw_safely() {
    let safe =
        [("WEBKIT_DISABLE_DMABUF_RENDERER", "1"), ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"), ("GDK_BACKEND", "x11")];
    for (name, value) in safe {
        // SAFETY: `main` calls this before it starts anything, so no other thread can be reading the environment.
        unsafe { std::env::set_var(name, value) };
    }
}

#[cfg(not(target_os = "linux"))]
fn draw_safely() {}

/// GTK ends the process with a stack trace where there is no display; this says it in words.
#[cfg(target_os = "linux")]
fn can_show_windows() -> Result<(), &'static str> {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if named("DISPLAY") || named("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err("there is no display to show a window on: neither DISPLAY nor WAYLAND_DISPLAY is set")
}

#[cfg(not(target_os = "linux"))]
fn can_show_windows() -> Result<(), &'static str> {
    Ok(())
}
