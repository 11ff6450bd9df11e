//! Files of the data folder: read with what is wrong with them said, written whole, never half.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What went wrong with one of the files.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It could not be understood and was renamed.
    #[error("the file is not understood")]
    SetAside {
        /// Its new name.
        aside: String,
        /// What is wrong with it.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
    /// It could not be used, nor be renamed: it must not be written over.
    #[error("the file could not be read")]
    Unreadable(#[source] Arc<io::Error>),
    /// It could not be written.
    #[error("the file could not be written")]
    NotSaved(#[source] Arc<io::Error>),
}

/// Reads a file and leaves it alone, whatever is in it. None where there is no file yet.
pub(crate) fn peek<T: DeserializeOwned>(data: &Path, name: &str) -> Result<Option<T>, Arc<dyn Error + Send + Sync>> {
    match std::fs::read(data.join(file(name))) {
        Ok(text) => match serde_json::from_slice(&text) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(Arc::new(error)),
        },
        // Nothing is there, not even a place for it.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Arc::new(error)),
    }
}

/// Moves a file that is of no use out of the way, because saving would replace it. Gives what to say.
pub(crate) fn set_aside(data: &Path, name: &str, source: Arc<dyn Error + Send + Sync>) -> StoreError {
    match rename(data, name) {
        Ok(aside) => StoreError::SetAside { aside, source },
        Err(error) => StoreError::Unreadable(Arc::new(error)),
    }
}

/// Renames the file to the first free name of its kind; gives the new name.
fn rename(data: &Path, name: &str) -> io::Result<String> {
    let free = |n: &u32| !data.join(aside_name(name, *n)).exists();
    // A thousand broken files in one folder is somebody else's problem; the last one is then replaced.
    let aside = aside_name(name, (1..1000).find(free).unwrap_or(1000));
    std::fs::rename(data.join(file(name)), data.join(&aside))?;
    Ok(aside)
}

fn file(name: &str) -> String {
    format!("{name}.json")
}

fn aside_name(name: &str, n: u32) -> String {
    format!("{name}-unreadable-{n}.json")
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Like something people look at.
    Lines,
    /// Thousands of numbers, each of which would have a line.
    Compact,
}

/// Writes to a temporary file first, then in place of the old one.
pub(crate) fn save(data: &Path, name: &str, layout: Layout, value: &impl Serialize) -> Result<(), StoreError> {
    write(data, name, layout, value).map_err(|error| StoreError::NotSaved(Arc::new(error)))
}

fn write(data: &Path, name: &str, layout: Layout, value: &impl Serialize) -> io::Result<()> {
    let text = match layout {
        Layout::Lines => serde_json::to_vec_pretty(value)?,
        Layout::Compact => serde_json::to_vec(value)?,
    };
    std::fs::create_dir_all(data)?;
    let mut temporary = tempfile::NamedTempFile::new_in(data)?;
    temporary.write_all(&text)?;
    temporary.write_all(b"\n")?;
    temporary.as_file().sync_all()?;
    temporary.persist(data.join(file(name))).map_err(|error| error.error)?;
    Ok(())
}
