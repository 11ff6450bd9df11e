//! Onto the disk: whole or not at all, and over nothing that is there.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::SaveError;

/// So many calls of one name in one second are not different calls.
const MOST_COPIES: u32 = 1_000;

/// What is being written is called so, between them something nobody else has.
const PREFIX: &str = ".squelch-";
const SUFFIX: &str = ".part";
/// Nobody writes at one file for so long.
const LEFT: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes a recording, and a text of the same name beside it, under the first name that is free. Gives the recording's.
pub(super) fn write_new(
    folder: &Path,
    stem: &str,
    ending: &str,
    bytes: &[u8],
    text: Option<&str>,
) -> Result<String, SaveError> {
    let mut recording = temporary(folder, bytes).map_err(refused)?;
    let text = text.map(|text| temporary(folder, text.as_bytes())).transpose().map_err(refused)?;
    for copy in 1..=MOST_COPIES {
        let name = numbered(stem, copy);
        if text.is_some() && folder.join(format!("{name}.txt")).exists() {
            continue;
        }
        let file = format!("{name}.{ending}");
        match recording.persist_noclobber(folder.join(&file)) {
            Ok(_) => {
                if let Some(text) = text {
                    // Somebody else may have taken the name just now: theirs stays, and the recording is there.
                    text.persist_noclobber(folder.join(format!("{name}.txt"))).map_err(|error| refused(error.error))?;
                }
                return Ok(file);
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => recording = error.file,
            Err(error) => return Err(refused(error.error)),
        }
    }
    Err(refused(io::ErrorKind::AlreadyExists.into()))
}

/// The first name that is free with all of these endings, as far as can be told now.
pub(super) fn free(folder: &Path, stem: &str, endings: &[&str]) -> String {
    let is_free = |name: &String| endings.iter().all(|ending| !folder.join(format!("{name}.{ending}")).exists());
    (1..=MOST_COPIES).map(|copy| numbered(stem, copy)).find(is_free).unwrap_or_else(|| stem.to_owned())
}

fn numbered(stem: &str, copy: u32) -> String {
    if copy == 1 { stem.to_owned() } else { format!("{stem} ({copy})") }
}

/// Gives files that are whole the first name that is free for all of them, each with its ending. Gives the names.
pub(super) fn name_new(folder: &Path, stem: &str, files: Vec<(NamedTempFile, &str)>) -> Result<Vec<String>, SaveError> {
    for copy in 1..=MOST_COPIES {
        let name = numbered(stem, copy);
        let names: Vec<_> = files.iter().map(|(_, ending)| format!("{name}.{ending}")).collect();
        if names.iter().any(|name| folder.join(name).exists()) {
            continue;
        }
        for ((file, _), name) in files.into_iter().zip(&names) {
            // Somebody else may have taken the name just now: theirs stays.
            file.persist_noclobber(folder.join(name)).map_err(|error| refused(error.error))?;
        }
        return Ok(names);
    }
    Err(refused(io::ErrorKind::AlreadyExists.into()))
}

/// It is removed again by itself unless it gets its name.
pub(super) fn temporary(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = empty(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The same with nothing in it yet. Whoever may read the folder's other files may read it, too.
pub(super) fn empty(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Removes what a program that was killed or quit left half written there. What is young may belong to somebody.
pub(super) fn sweep(folder: &Path) {
    let is_left = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let age = entry.metadata().and_then(|file| file.modified()).map(|at| at.elapsed().unwrap_or_default());
        is_ours && age.is_ok_and(|age| age > LEFT)
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten().filter(is_left) {
        if let Err(error) = std::fs::remove_file(entry.path()) {
            tracing::debug!("what was half written is left: {error}");
        }
    }
}

pub(super) fn refused(error: io::Error) -> SaveError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            SaveError::Full(Arc::new(error))
        }
        // It was there when it began.
        io::ErrorKind::NotFound => SaveError::Gone,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SaveError::ReadOnly(Arc::new(error)),
        _ => SaveError::Folder(Arc::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_name_that_is_taken_by_either_file_gets_a_number_and_both_keep_together() {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("calls").join("of today");
        std::fs::create_dir_all(&into).unwrap();
        assert_eq!(write_new(&into, "Fire", "mp3", b"one", None).unwrap(), "Fire.mp3");
        assert_eq!(write_new(&into, "Fire", "mp3", b"two", Some("said")).unwrap(), "Fire (2).mp3");
        assert_eq!(write_new(&into, "Fire", "wav", b"three", Some("said")).unwrap(), "Fire.wav");
        assert_eq!(write_new(&into, "Fire", "ogg", b"four", Some("said")).unwrap(), "Fire (3).ogg");
        let expected =
            ["Fire (2).mp3", "Fire (2).txt", "Fire (3).ogg", "Fire (3).txt", "Fire.mp3", "Fire.txt", "Fire.wav"];
        assert_eq!(names(&into), expected);
        assert_eq!(std::fs::read(into.join("Fire.mp3")).unwrap(), b"one", "nothing is written over");
    }

    #[test]
    fn a_place_that_is_no_folder_is_an_error_and_nothing_is_left_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "x").unwrap();
        let refused = write_new(&folder.path().join("file"), "Fire", "mp3", b"one", None);
        assert!(matches!(refused, Err(SaveError::Folder(_))), "{refused:?}");
        let refused = write_new(folder.path(), "no/such", "mp3", b"one", Some("said"));
        assert!(refused.is_err());
        assert_eq!(names(folder.path()), ["file"], "no half of a file");
    }

    #[test]
    fn a_folder_that_goes_away_meanwhile_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("stick");
        let refused = write_new(&gone, "Fire", "mp3", b"one", None);
        assert!(matches!(refused, Err(SaveError::Gone)), "{refused:?}");
        assert!(!gone.exists());
    }

    #[test]
    fn what_was_left_half_written_is_removed_once_it_can_be_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let young = empty(folder.path()).unwrap().keep().unwrap();
        let (old, path) = empty(folder.path()).unwrap().keep().unwrap();
        old.set_modified(std::time::SystemTime::now() - 2 * LEFT).unwrap();
        std::fs::write(folder.path().join("theirs.part"), "x").unwrap();
        sweep(folder.path());
        assert!(young.1.exists() && !path.exists() && folder.path().join("theirs.part").exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_as_one() {
        // The system's own full disk: every write to it fails as such.
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap().write(b"x").unwrap_err();
        assert!(matches!(refused(full), SaveError::Full(_)));
    }

    #[test]
    fn a_folder_that_may_not_be_written_to_is_told_as_one() {
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem] {
            assert!(matches!(refused(kind.into()), SaveError::ReadOnly(_)));
        }
    }
}
