//! The program, the system it runs on, and the folders it keeps things in.

use std::path::Path;

use squelch_core::diagnostics::Section;

use crate::crash;

/// What Squelch itself is made of.
pub(super) fn program(version: &str) -> Section {
    let mut section = Section::new("Program");
    section.say("version", version);
    section.say("webview", tauri::webview_version().unwrap_or_else(|error| format!("none: {error}")));
    #[cfg(target_os = "linux")]
    section.say("GTK", format!("{}.{}.{}", gtk::major_version(), gtk::minor_version(), gtk::micro_version()));
    section
}

/// What it runs on.
pub(super) fn system() -> Section {
    let mut section = Section::new("System");
    section.say("system", crash::system());
    section.say("processor", std::env::consts::ARCH);
    #[cfg(target_os = "linux")]
    linux(&mut section);
    // Their values may hold a password.
    let names = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];
    let is_set = |name: &&str| [(*name).to_owned(), name.to_uppercase()].iter().any(|name| named(name).is_some());
    let set: Vec<&str> = names.into_iter().filter(is_set).collect();
    section.say("proxy variables", if set.is_empty() { "none".to_owned() } else { set.join(", ") });
    section
}

#[cfg(target_os = "linux")]
fn linux(section: &mut Section) {
    let text = |name| named(name).unwrap_or_else(|| "unknown".to_owned());
    if let Ok(kernel) = std::fs::read_to_string("/proc/sys/kernel/osrelease") {
        section.say("kernel", kernel.trim());
    }
    section.say("desktop", text("XDG_CURRENT_DESKTOP"));
    let displays = [("WAYLAND_DISPLAY", "Wayland"), ("DISPLAY", "X11")];
    let there: Vec<&str> = displays.into_iter().filter_map(|(name, display)| named(name).map(|_| display)).collect();
    let there = if there.is_empty() { "no display".to_owned() } else { there.join(" and ") };
    section.say("session", format!("{} ({there})", text("XDG_SESSION_TYPE")));
    let boxes = [("APPIMAGE", "AppImage"), ("SNAP", "snap")];
    let mut inside: Vec<&str> = boxes.into_iter().filter_map(|(name, kind)| named(name).map(|_| kind)).collect();
    if Path::new("/.flatpak-info").exists() {
        inside.push("Flatpak");
    }
    section.say("inside of", if inside.is_empty() { "nothing".to_owned() } else { inside.join(", ") });
}

/// A variable that is set to something.
fn named(name: &str) -> Option<String> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(|value| value.to_string_lossy().into_owned())
}

/// Where things are kept, and whether they can be.
pub(super) fn folders(data: &Path, settings: &str) -> Section {
    let mut section = Section::new("Folders");
    for (name, folder) in
        [("data", data.to_owned()), ("logs", data.join("logs")), ("crashes", data.join(crash::FOLDER))]
    {
        section.say(name, format!("{} ({})", folder.display(), state(&folder)));
    }
    section.say("settings", settings);
    section
}

/// What can be done with a folder, found out by doing it.
fn state(folder: &Path) -> String {
    if !folder.exists() {
        return "not there yet".to_owned();
    }
    match tempfile::Builder::new().prefix(".squelch-").tempfile_in(folder) {
        Ok(_) => "can be written".to_owned(),
        Err(error) => format!("cannot be written: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_tried_and_left_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(state(folder.path()), "can be written");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(state(&folder.path().join("missing")), "not there yet");
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(state(&file).starts_with("cannot be written"));
    }
}
