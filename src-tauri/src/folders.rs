//! Folders shown by the system's file manager.

use std::path::PathBuf;

use squelch_core::problem::{Code, Problem, Retry};

/// Opens a folder; it is made if it is not there.
pub(crate) async fn show(folder: PathBuf) -> Result<(), Problem> {
    let there = folder.clone();
    let opened = tauri::async_runtime::spawn_blocking(move || {
        std::fs::create_dir_all(&there)?;
        open::that_detached(&there)
    });
    let error = match opened.await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!("the folder cannot be opened: {error}");
    let message = format!("The folder could not be opened. It is {}.", folder.display());
    Err(Problem { code: Code::NotPossible, message, retry: Retry::Now })
}
