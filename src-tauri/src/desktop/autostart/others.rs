//! Windows' list (the registry's `Run`, for this user) and macOS' (a launch agent). Compiled for Windows by
//! `make check-windows`; not run on either.

use std::path::{Path, PathBuf};

use auto_launch::{AutoLaunch, AutoLaunchBuilder, MacOSLaunchMode, WindowsEnableMode};

/// Our place in the list.
pub(super) struct Entry(AutoLaunch);

impl Entry {
    pub(super) fn of(_: &str, program: PathBuf, data: Option<PathBuf>) -> Option<Self> {
        let mut arguments = vec!["--hidden".to_owned()];
        if let Some(data) = data {
            arguments.extend(["--data-dir".to_owned(), quoted(&data)]);
        }
        let mut builder = AutoLaunchBuilder::new();
        builder.set_app_name("Squelch").set_app_path(&quoted(&program)).set_args(&arguments);
        builder
            .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser);
        builder.build().ok().map(Self)
    }

    pub(super) fn place(&self) -> &'static str {
        if cfg!(windows) { "the registry" } else { "~/Library/LaunchAgents" }
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.is_enabled().unwrap_or(false)
    }

    pub(super) fn add(&self) -> Result<(), auto_launch::Error> {
        self.0.enable()
    }

    pub(super) fn remove(&self) -> Result<(), auto_launch::Error> {
        self.0.disable()
    }

    /// Nobody tells where it leads, so it is written anew with each start.
    pub(super) fn leads_nowhere(&self) -> bool {
        self.is_on()
    }
}

/// Windows reads one line, macOS a list.
fn quoted(path: &Path) -> String {
    if cfg!(windows) { format!("\"{}\"", path.display()) } else { path.display().to_string() }
}
