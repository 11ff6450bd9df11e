//! Puts a package whose signature was checked in the place of what runs.
//!
//! Windows' installer and macOS' app are the plugin's work. A deb or an rpm is not: where its pkexec is refused, it asks
//! for the password once more in a window of its own and at last waits for it on a terminal that nobody may be looking
//! at. Here the system's dialog is asked once, and its answer is the answer. An AppImage is not either: the plugin moves
//! the old one away and then writes the new one in its place, and a computer that is shut down meanwhile has half of one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
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
        Place::AppImage => {
            update.verify(package)?;
            replace(program, package)
        }
        Place::Nsis | Place::App => Ok(update.install(package)?),
        Place::Fixed(_) => Err(Failure::WrongKind),
    }
}

/// Whether these are the bytes of a package of this kind.
fn is_package(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        "deb" => bytes.starts_with(b"!<arch>\ndebian-binary"),
        "rpm" => bytes.starts_with(b"\xed\xab\xee\xdb"),
        "AppImage" => bytes.starts_with(b"\x7fELF"),
        _ => false,
    }
}

/// Puts an AppImage in the place of another one, in one step: there is always a whole one.
fn replace(program: &Path, package: &[u8]) -> Result<(), Failure> {
    if !is_package("AppImage", package) {
        return Err(Failure::WrongKind);
    }
    let permissions = match fs::metadata(program) {
        Ok(replaced) => replaced.permissions(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::Moved(program.display().to_string()));
        }
        Err(error) => return Err(Failure::Disk(error)),
    };
    let mut name = std::ffi::OsString::from(".");
    name.push(program.file_name().unwrap_or_default());
    name.push(".new");
    let new = program.with_file_name(name);
    // Always the same name: what an earlier attempt left behind does not stay for ever.
    let _ = fs::remove_file(&new);
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&new)?;
        file.write_all(package)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        fs::rename(&new, program)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&new);
        Failure::Disk(error)
    })
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
    let mut file = fs::File::create(&path).map_err(Failure::Disk)?;
    file.write_all(package).and_then(|()| file.sync_all()).map_err(Failure::Disk)?;
    drop(file);
    let mut asked = Command::new(pkexec);
    // Without a dialog it would ask on a terminal.
    asked.arg("--disable-internal-agent").args(command).arg(&path);
    let ended = asked.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound { Failure::NoPkexec } else { Failure::Disk(error) }
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
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_first_bytes() {
        let table: [(&str, &[u8], bool); 8] = [
            ("deb", b"!<arch>\ndebian-binary   1795414000", true),
            ("deb", b"!<arch>\nlibsquelch.o", false),
            ("deb", b"\x7fELF", false),
            ("rpm", b"\xed\xab\xee\xdb\x03\x00", true),
            ("rpm", b"!<arch>\ndebian-binary", false),
            ("deb", b"", false),
            ("AppImage", b"\x7fELF\x02", true),
            ("AppImage", b"\x1f\x8b\x08", false),
        ];
        for (kind, bytes, wanted) in table {
            assert_eq!(is_package(kind, bytes), wanted, "{kind} {bytes:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_app_image_is_replaced_in_one_step_and_whoever_runs_the_old_one_keeps_it() {
        use std::io::Read as _;
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("Squelch.AppImage");
        fs::write(&program, "the old one").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o710)).unwrap();
        // An earlier attempt was cut off.
        fs::write(folder.path().join(".Squelch.AppImage.new"), "half of one").unwrap();
        let mut running = fs::File::open(&program).unwrap();
        replace(&program, b"\x7fELF the new one").unwrap();
        assert_eq!(fs::read(&program).unwrap(), b"\x7fELF the new one");
        assert_eq!(fs::metadata(&program).unwrap().permissions().mode() & 0o777, 0o710);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        let mut text = String::new();
        running.read_to_string(&mut text).unwrap();
        assert_eq!(text, "the old one", "its bytes were not written over");
    }

    #[test]
    fn of_a_long_complaint_the_end_is_kept() {
        assert_eq!(last_words(b"E: Could not\n  get lock\n"), "E: Could not get lock");
        assert!(last_words("ü ".repeat(5_000).as_bytes()).chars().count() <= 500);
    }
}
