//! The folder that the user chose for saved calls.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::client::Client;
use crate::engine::Request;
use crate::problem::Problem;

/// Why a folder cannot be the one for saved calls.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlaceError {
    /// It is not there, or no folder.
    #[error("there is no such folder")]
    Gone,
    /// Nothing can be written into it.
    #[error("the folder cannot be written to")]
    NotWritable(#[source] Arc<io::Error>),
    /// Its name is no text.
    #[error("the name of the folder is no text")]
    Nameless,
}

impl Client {
    /// The folder that was chosen for saved calls; none where it is the usual one.
    pub async fn saved_calls(&self) -> Result<Option<PathBuf>, Problem> {
        Ok(self.ask(Request::SavedCalls).await?.map(PathBuf::from))
    }

    /// Says where calls and recordings go as long as no folder is chosen for them.
    pub async fn usual_folder(&self, folder: PathBuf) -> Result<(), Problem> {
        self.tell(Request::UsualFolder(folder)).await
    }

    /// Has calls saved there from now on, none is in the usual place. Fails where nothing can be written there now.
    pub async fn choose_saved_calls(&self, folder: Option<PathBuf>) -> Result<(), Problem> {
        let checked = tokio::task::spawn_blocking(move || folder.as_deref().map(checked).transpose()).await;
        let checked = checked.map_err(|_| Problem::not_possible("Squelch is ending."))?;
        let folder = checked.map_err(|error| Problem::from(&error))?;
        self.tell(Request::KeepSavedCalls(folder)).await
    }
}

fn checked(folder: &Path) -> Result<String, PlaceError> {
    if !folder.is_dir() {
        return Err(PlaceError::Gone);
    }
    tempfile::tempfile_in(folder).map_err(|error| PlaceError::NotWritable(Arc::new(error)))?;
    folder.to_str().map(str::to_owned).ok_or(PlaceError::Nameless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_can_be_written_to_is_taken_and_nothing_is_left_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(checked(folder.path()).unwrap(), folder.path().to_str().unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_gone_and_what_is_no_folder_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        for none in [folder.path().join("gone"), file] {
            assert!(matches!(checked(&none), Err(PlaceError::Gone)), "{none:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_of_the_system_where_nobody_can_write_is_not_taken() {
        // Not even the system's administrator can.
        assert!(matches!(checked(Path::new("/proc/self")), Err(PlaceError::NotWritable(_))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_is_not_taken() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff"));
        std::fs::create_dir(&odd).unwrap();
        assert!(matches!(checked(&odd), Err(PlaceError::Nameless)));
    }
}
