//! Links to shared calls, in the browser.

use squelch_core::client::Client;
use squelch_core::problem::Problem;

use crate::opening::Opener;

/// Opens a link that leads to a shared call at a server in the list.
pub(crate) async fn open(client: &Client, opener: &Opener, url: String) -> Result<(), Problem> {
    client.check_link(&url).await?;
    opener.open(url, "The browser could not be opened. Copy the link instead.").await
}
