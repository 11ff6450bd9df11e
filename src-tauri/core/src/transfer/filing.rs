//! Documents on the disk: read up to a limit, written whole or not at all.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Read, TransferError, read, written};
use crate::client::Client;
use crate::engine::Request;
use crate::problem::Problem;
use crate::view::ImportSummary;

/// Fifty presets, each with every second one of twenty thousand talkgroups off, are some 3 MB.
const LARGEST: u64 = 16 << 20;

impl Client {
    /// Writes the settings to a file, in place of one that is there. Nothing secret is in it.
    pub async fn export_settings(&self, file: PathBuf) -> Result<(), Problem> {
        let document = self.ask(Request::Export).await?;
        blocking(move || save(&file, &written(&document))).await
    }

    /// Reads settings from a file and says what is in it. Nothing is changed before [`Command::Import`] names the answer.
    ///
    /// [`Command::Import`]: crate::view::Command::Import
    pub async fn read_settings(&self, file: PathBuf) -> Result<ImportSummary, Problem> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let found = blocking(move || load(&file)).await?;
        self.ask(|reply| Request::Offer(name, found, reply)).await?
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TransferError> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| Problem::from(&error)),
        Err(_) => Err(Problem::not_possible("Squelch is ending.")),
    }
}

/// Whatever is read here was chosen by the user: a device or a pipe that never ends is one all the same.
fn load(file: &Path) -> Result<Read, TransferError> {
    let unreadable = |error| TransferError::Unreadable(Arc::new(error));
    if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::ErrorKind::InvalidInput.into()));
    }
    let mut text = Vec::new();
    File::open(file).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut text)).map_err(unreadable)?;
    if text.len() as u64 > LARGEST {
        return Err(TransferError::TooLarge);
    }
    read(&text)
}

/// To a temporary file first, then in place of what is there: whoever chose it was asked about that.
fn save(file: &Path, text: &[u8]) -> Result<(), TransferError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut temporary = tempfile::Builder::new().prefix(".squelch-").suffix(".part").tempfile_in(folder)?;
        temporary.write_all(text)?;
        temporary.as_file().sync_all()?;
        temporary.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| TransferError::NotWritten(Arc::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        for none in [folder.path().join("gone.json"), folder.path().to_owned()] {
            assert!(matches!(load(&none), Err(TransferError::Unreadable(_))), "{none:?}");
        }
        let large = folder.path().join("large.json");
        File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(matches!(load(&large), Err(TransferError::TooLarge)));
        File::create(&large).unwrap().set_len(LARGEST).unwrap();
        assert!(matches!(load(&large), Err(TransferError::NotJson(_))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_that_never_ends_is_not_read() {
        assert!(matches!(load(Path::new("/dev/zero")), Err(TransferError::Unreadable(_))));
    }

    #[test]
    fn a_file_takes_the_place_of_another_and_what_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("squelch.json");
        std::fs::write(&file, "before").unwrap();
        save(&file, b"after").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"after");
        let nowhere = file.join("below a file.json");
        assert!(matches!(save(&nowhere, b"x"), Err(TransferError::NotWritten(_))));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
