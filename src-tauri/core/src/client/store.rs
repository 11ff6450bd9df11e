//! Questions to the archive on this computer. No server has a part in them.

use super::Client;
use crate::archive::{EntryId, Reader};
use crate::engine::Request;
use crate::model::{CallKey, ServerId, TalkgroupKey, Transcript};
use crate::problem::Problem;
use crate::search::here;
use crate::view::{FoundPage, QueuedView, SearchQuery, UnheardView};

/// So many unheard calls are looked at to be queued: as many as the queue takes by hand, and as wait in it already.
const MOST_UNHEARD: usize = 700;

impl Client {
    /// As [`Client::search`], of what is kept on this computer.
    pub(super) async fn search_here(&self, query: SearchQuery, after: Option<String>) -> Result<FoundPage, Problem> {
        let server = query.server;
        let directory = self.ask(|reply| Request::Talkgroups(server, reply)).await??;
        let after = after.map(|after| after.parse().map(EntryId::new)).transpose();
        let after = after.map_err(|_| Problem::not_possible("There is no such page. Search again."))?;
        let search = move |reader: &Reader| here::search(reader, &query, &directory, after);
        let page = self.store.ask(search).await.map_err(|error| Problem::from(&error))?;
        let rows = self.ask(|reply| Request::Kept(server, page.entries, reply)).await??;
        let next = page.next.map(|next| next.number().to_string());
        Ok(FoundPage { rows, next, total: None, in_vain: None })
    }

    /// The talkgroups of which this computer has calls that nobody has heard, those with the most first.
    ///
    /// Fails where the archive cannot be read.
    pub async fn unheard(&self) -> Result<Vec<UnheardView>, Problem> {
        let groups = self.store.ask(here::groups).await.map_err(|error| Problem::from(&error))?;
        let mut unheard: Vec<_> = groups
            .into_iter()
            .filter(|group| group.unheard > 0)
            .filter_map(|group| {
                let talkgroup = TalkgroupKey { server: group.server, talkgroup: group.talkgroup? };
                let names = group.labels;
                let number = group.talkgroup_number.0;
                let name = names.name.or(names.label).unwrap_or_else(|| format!("Talkgroup {number}"));
                Some(UnheardView { talkgroup, name, calls: group.unheard as f64 })
            })
            .collect();
        unheard.sort_by(|one, other| other.calls.total_cmp(&one.calls).then_with(|| one.name.cmp(&other.name)));
        Ok(unheard)
    }

    /// Queues the calls of a talkgroup, or of all at a server, that nobody has heard, the oldest first, as many as the queue
    /// takes; says how many these were, and how many are left.
    ///
    /// Fails where the archive cannot be read, and where the server is not in the list.
    pub async fn play_unheard(&self, server: ServerId, talkgroup: Option<TalkgroupKey>) -> Result<QueuedView, Problem> {
        let search = move |reader: &Reader| {
            let is_wanted = |group: &crate::archive::Group| {
                let is_of = |key: TalkgroupKey| group.talkgroup == Some(key.talkgroup);
                group.server == server && talkgroup.is_none_or(is_of)
            };
            here::unheard(reader, is_wanted, MOST_UNHEARD)
        };
        let found = self.store.ask(search).await.map_err(|error| Problem::from(&error))?;
        let (queued, refused) = self.ask(|reply| Request::Queue(server, found.entries, reply)).await??;
        Ok(QueuedView { queued, left: refused as f64 + found.more as f64 })
    }

    /// What was said in a call, as far as it is known on this computer.
    pub(super) async fn said_here(&self, call: CallKey) -> Option<Transcript> {
        self.store.ask(move |reader| reader.find(call)).await.ok().flatten()?.transcript
    }
}
