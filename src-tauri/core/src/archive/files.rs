//! Audio as files: `audio/HOUR/NAME` below the archive's folder, both of them numbers of ours.
//!
//! A file appears whole, synced and under its name before anything points to it; and nothing points to it any more, synced,
//! before it goes. What is left over from a moment in between is found by [`sweep`](super::sweep).

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::trouble::AudioError;

/// What unfinished files begin with.
const UNFINISHED: &str = ".new-";

/// SHA-256 of a file.
pub(super) type Sum = [u8; 32];

/// The name of one audio file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FileName {
    /// The hour in which it was written, since 1970: so that no folder holds more than some hundreds.
    pub(super) hour: i64,
    /// A number by chance.
    pub(super) name: i64,
}

/// Below the archive's folder.
pub(super) fn folder(archive: &Path) -> PathBuf {
    archive.join("audio")
}

/// The folder of an hour.
pub(super) fn hour_folder(archive: &Path, hour: i64) -> PathBuf {
    folder(archive).join(hour.to_string())
}

impl FileName {
    pub(super) fn path(self, archive: &Path) -> PathBuf {
        hour_folder(archive, self.hour).join(format!("{:016x}", self.name))
    }

    /// Reads a name of ours back.
    pub(super) fn parse(hour: i64, name: &str) -> Option<Self> {
        let number = u64::from_str_radix(name, 16).ok()?;
        let name_again = Self { hour, name: number.cast_signed() };
        (format!("{number:016x}") == name).then_some(name_again)
    }
}

/// Whether a name is that of a file whose writing was cut short.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED)
}

/// Writes a file under a name that nobody has, so that it survives whatever comes after this returns.
pub(super) fn write(archive: &Path, hour: i64, bytes: &[u8]) -> io::Result<(FileName, Sum)> {
    let folder = hour_folder(archive, hour);
    if !folder.is_dir() {
        fs::create_dir_all(&folder)?;
        sync_folder(&self::folder(archive))?;
        sync_folder(archive)?;
    }
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let sum = Sha256::digest(bytes).into();
    loop {
        let name = FileName { hour, name: fastrand::i64(..) };
        match file.persist_noclobber(name.path(archive)) {
            Ok(_) => {
                sync_folder(&folder)?;
                return Ok((name, sum));
            }
            // Somebody has that name already: chance has more.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
}

/// Makes the names in a folder last.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Other systems do not open folders; their file systems write names in order by themselves.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Reads a file and makes sure that it is what was written.
pub(super) fn read(archive: &Path, name: FileName, sum: &Sum) -> Result<Vec<u8>, AudioError> {
    let bytes = fs::read(name.path(archive)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => AudioError::Missing,
        _ => AudioError::Unreadable(std::sync::Arc::new(error)),
    })?;
    if Sum::from(Sha256::digest(&bytes)) == *sum { Ok(bytes) } else { Err(AudioError::Damaged) }
}

/// Removes a file that nothing points to any more, and its folder with the last of them. What fails is left to the sweep.
pub(super) fn remove(archive: &Path, name: FileName) {
    if let Err(error) = fs::remove_file(name.path(archive))
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%error, "an audio file could not be removed");
    }
    // It fails unless it is empty, which is what is wanted.
    let _ = fs::remove_dir(hour_folder(archive, name.hour));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_not_if_a_bit_of_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (name, sum) = write(folder.path(), 498_723, b"sound").unwrap();
        assert_eq!(read(folder.path(), name, &sum).unwrap(), b"sound");
        fs::write(name.path(folder.path()), b"sounf").unwrap();
        assert!(matches!(read(folder.path(), name, &sum), Err(AudioError::Damaged)));
        remove(folder.path(), name);
        assert!(matches!(read(folder.path(), name, &sum), Err(AudioError::Missing)));
        assert!(!hour_folder(folder.path(), 498_723).exists(), "nor an empty folder");
    }

    #[test]
    fn only_names_of_ours_are_read_back() {
        let name = FileName { hour: 7, name: -1 };
        let text = name.path(Path::new("")).file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(FileName::parse(7, &text), Some(name));
        for other in ["", "ffff", "FFFFFFFFFFFFFFFF", "+fffffffffffffff", "notes.txt", "0123456789abcdef0"] {
            assert_eq!(FileName::parse(7, other), None, "{other}");
        }
    }
}
