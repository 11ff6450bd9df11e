//! Links to shared calls, in the browser.

use squelch_core::client::Client;
use squelch_core::problem::{Code, Problem, Retry};

/// Opens a link that leads to a shared call at a server in the list.
pub(crate) async fn open(client: &Client, url: String) -> Result<(), Problem> {
    client.check_link(&url).await?;
    let opened = tauri::async_runtime::spawn_blocking(move || open::that_detached(url));
    let error = match opened.await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!("a link cannot be opened: {error}");
    let message = "The browser could not be opened. Copy the link instead.".to_owned();
    Err(Problem { code: Code::NotPossible, message, retry: Retry::Now })
}
