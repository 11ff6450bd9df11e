//! Puts a package whose signature was checked in the place of what runs.
//!
//! AppImage, Windows' installer and macOS' app are the plugin's work. A deb or an rpm is not: where its pkexec is refused,
//! it asks for the password once more in a window of its own and at last waits for it on a terminal that nobody may be
//! looking at. Here the system's dialog is asked once, and its answer is the answer.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tauri_plugin_updater::Update;

use super::failure::Failure;
use super::place::Place;

/// What pkexec ends with if the user closed its dialog, and if there was no permission or no dialog.
const DISMISSED: i32 = 126;
const NOT_ALLOWED: i32 = 127;

/// Installs it. Waits for the user, who may be asked for a password. On Windows the process ends in here.
pub(super) fn install(
    place: Place,
    program: &Path,
    pkexec: &Path,
    update: &Update,
    package: &[u8],
) -> Result<(), Failure> {
    match place {
        Place::Deb => {
            let command = ["apt-get", "install", "--yes", "--no-remove", "--option", "DPkg::Lock::Timeout=60"];
            with_permission(pkexec, &command, "deb", update, package)
        }
        Place::Rpm => with_permission(pkexec, &["rpm", "--upgrade"], "rpm", update, package),
        Place::AppImage if !program.exists() => Err(Failure::Moved(program.display().to_string())),
        Place::AppImage | Place::Nsis | Place::App => Ok(update.install(package)?),
        Place::Fixed(_) => Err(Failure::WrongKind),
    }
}

/// Whether these are the bytes of a package of this kind.
fn is_package(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        "deb" => bytes.starts_with(b"!<arch>\ndebian-binary"),
        "rpm" => bytes.starts_with(b"\xed\xab\xee\xdb"),
        _ => false,
    }
}

fn with_permission(
    pkexec: &Path,
    command: &[&str],
    kind: &str,
    update: &Update,
    package: &[u8],
) -> Result<(), Failure> {
    update.verify(package)?;
    if !is_package(kind, package) {
        return Err(Failure::WrongKind);
    }
    // Only this user may open it, and only until it is installed.
    let folder = tempfile::Builder::new().prefix("squelch-update-").tempdir().map_err(Failure::Disk)?;
    let path = folder.path().join(format!("squelch.{kind}"));
    let mut file = std::fs::File::create(&path).map_err(Failure::Disk)?;
    file.write_all(package).and_then(|()| file.sync_all()).map_err(Failure::Disk)?;
    drop(file);
    let mut asked = Command::new(pkexec);
    // Without a dialog it would ask on a terminal.
    asked.arg("--disable-internal-agent").args(command).arg(&path);
    let ended = asked.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output().map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound { Failure::NoPkexec } else { Failure::Disk(error) }
    })?;
    match ended.status.code() {
        Some(0) => Ok(()),
        Some(DISMISSED) => Err(Failure::Dismissed),
        Some(NOT_ALLOWED) => Err(Failure::NotAllowed),
        _ => Err(Failure::Refused(format!("{}: {}", ended.status, last_words(&ended.stderr)))),
    }
}

/// The end of what a program said, on one line.
fn last_words(said: &[u8]) -> String {
    const ENOUGH: usize = 500;
    let said = String::from_utf8_lossy(said);
    let words: Vec<&str> = said.split_whitespace().collect();
    let words = words.join(" ");
    words.chars().rev().take(ENOUGH).collect::<Vec<_>>().into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_first_bytes() {
        let table: [(&str, &[u8], bool); 6] = [
            ("deb", b"!<arch>\ndebian-binary   1795414000", true),
            ("deb", b"!<arch>\nlibsquelch.o", false),
            ("deb", b"\x7fELF", false),
            ("rpm", b"\xed\xab\xee\xdb\x03\x00", true),
            ("rpm", b"!<arch>\ndebian-binary", false),
            ("deb", b"", false),
        ];
        for (kind, bytes, wanted) in table {
            assert_eq!(is_package(kind, bytes), wanted, "{kind} {bytes:?}");
        }
    }

    #[test]
    fn of_a_long_complaint_the_end_is_kept() {
        assert_eq!(last_words(b"E: Could not\n  get lock\n"), "E: Could not get lock");
        assert!(last_words("ü ".repeat(5_000).as_bytes()).chars().count() <= 500);
    }
}
