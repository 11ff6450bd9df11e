//! What is handed to the desktop to open: links, letters, texts. Tests bring a desktop of their own, so that none of them
//! starts a browser.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use squelch_core::client::Client;
use squelch_core::model::ServerId;
use squelch_core::problem::{Code, Problem, Retry};

/// Opens something with what the desktop has for it.
type Open = dyn Fn(&str) -> std::io::Result<()> + Send + Sync;

/// The way to the desktop.
#[derive(Clone)]
pub(crate) struct Opener(Arc<Open>);

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

impl Default for Opener {
    fn default() -> Self {
        Self::of(|what| open::that_detached(what))
    }
}

impl Opener {
    /// Another desktop.
    pub(crate) fn of(open: impl Fn(&str) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }

    /// Opens it; `otherwise` is said where nothing does.
    pub(crate) async fn open(&self, what: String, otherwise: &str) -> Result<(), Problem> {
        let open = Arc::clone(&self.0);
        let opened = tauri::async_runtime::spawn_blocking(move || open(&what)).await;
        let error = match opened {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!("the desktop opens nothing: {error}");
        Err(Problem { code: Code::NotPossible, message: otherwise.to_owned(), retry: Retry::Now })
    }

    /// Opens a text file.
    pub(crate) async fn text(&self, file: &Path) -> Result<(), Problem> {
        let otherwise = format!("The text could not be opened. It is {}.", file.display());
        self.open(file.to_string_lossy().into_owned(), &otherwise).await
    }

    /// Begins a letter to whoever offers help for a server.
    pub(crate) async fn letter(&self, client: &Client, server: ServerId) -> Result<(), Problem> {
        let address = client.support_address(server).await?;
        self.open(format!("mailto:{address}"), "No mail program could be opened. Copy the address instead.").await
    }
}
