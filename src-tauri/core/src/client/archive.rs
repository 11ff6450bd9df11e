//! Questions about a server's stored calls. They take as long as the server does, in the task of whoever asks.

use super::Client;
use crate::engine::Request;
use crate::model::{CallKey, ServerId};
use crate::problem::Problem;
use crate::search::search;
use crate::server::{Archive, SharedCall};
use crate::view::{CallDetails, FoundPage, SearchQuery, SharedLink};

impl Client {
    /// Searches a server's archive: the first page, or the one after that which gave `after` as its `next`. While calls
    /// arrive none is lost or given twice. At most 8 requests of at most 100 calls each are made for a page.
    ///
    /// The calls can be named in every command from then on, the last 1,000 of each server.
    ///
    /// Fails where the server cannot be reached or refuses, and where bookmarks are asked for without a login.
    pub async fn search(&self, query: SearchQuery, after: Option<String>) -> Result<FoundPage, Problem> {
        if query.here {
            return self.search_here(query, after).await;
        }
        let server = query.server;
        let (archive, directory) = self.ask(|reply| Request::Archive(server, reply)).await??;
        let found =
            search(&archive, &query, &directory, after.as_deref()).await.map_err(|error| Problem::from(&error))?;
        let found = found.ok_or_else(|| Problem::not_possible("There is no such page. Search again."))?;
        let rows = self.ask(|reply| Request::Found(server, found.calls, reply)).await??;
        let count = |number: Option<u64>| number.map(|number| number as f64);
        Ok(FoundPage { rows, next: found.next, total: count(found.total), in_vain: count(found.in_vain) })
    }

    /// The calls that the account bookmarked last, at most 100; `total` counts all of them.
    pub async fn bookmarks(&self, server: ServerId) -> Result<FoundPage, Problem> {
        let archive = self.archive(server).await?;
        let bookmarked = (archive.bookmarked)(()).await.map_err(|error| Problem::from(&error))?;
        let total = bookmarked.ids.len() as f64;
        self.tell(Request::Bookmarks(server, bookmarked.ids)).await?;
        let rows = self.ask(|reply| Request::Found(server, bookmarked.calls, reply)).await??;
        Ok(FoundPage { rows, next: None, total: Some(total), in_vain: None })
    }

    /// What is known of a call beside its row. Asks the server unless all is known already.
    pub async fn details(&self, call: CallKey) -> Result<CallDetails, Problem> {
        let known = self.ask(|reply| Request::Words(call, reply)).await?;
        if known.is_some() {
            return Ok(CallDetails { transcript: known });
        }
        let archive = self.archive(call.server).await?;
        let said = match (archive.transcript)(call.call).await {
            Ok(said) => said,
            // What is known here is better than nothing.
            Err(error) => Some(self.said_here(call).await.ok_or_else(|| Problem::from(&error))?),
        };
        let said = said.filter(|said| !said.text.is_empty() || !said.segments.is_empty());
        let transcript = said.as_ref().map(crate::state::transcript);
        if let Some(said) = said {
            self.tell(Request::Said(call, said)).await?;
        }
        Ok(CallDetails { transcript })
    }

    /// A link to a call that anybody may open: the one there is, a new one where there is none or it has expired.
    pub async fn share(&self, call: CallKey) -> Result<SharedLink, Problem> {
        let archive = self.archive(call.server).await?;
        (archive.share)(call.call).await.map(SharedLink::from).map_err(|error| Problem::from(&error))
    }

    /// Takes the link to a call back. There being none is as good.
    pub async fn unshare(&self, call: CallKey) -> Result<(), Problem> {
        let archive = self.archive(call.server).await?;
        (archive.unshare)(call.call).await.map_err(|error| Problem::from(&error))
    }

    /// The link to a call, if there is one that works.
    pub async fn shared(&self, call: CallKey) -> Result<Option<SharedLink>, Problem> {
        let archive = self.archive(call.server).await?;
        let shared = (archive.shared)(call.call).await.map_err(|error| Problem::from(&error))?;
        Ok(shared.map(SharedLink::from))
    }

    /// Succeeds for the link to a shared call at a server in the list, and for no other address.
    pub async fn check_link(&self, url: &str) -> Result<(), Problem> {
        let is_link = self.ask(|reply| Request::Link(url.to_owned(), reply)).await?;
        let other = || Problem::not_possible("Only links to calls at your servers are opened.");
        is_link.then_some(()).ok_or_else(other)
    }

    async fn archive(&self, server: ServerId) -> Result<Archive, Problem> {
        Ok(self.ask(|reply| Request::Archive(server, reply)).await??.0)
    }
}

impl From<SharedCall> for SharedLink {
    fn from(shared: SharedCall) -> Self {
        Self { url: shared.url, is_new: shared.is_new }
    }
}
