//! Searching the archive on this computer as a server's is searched: offline, and for words in labels and units, too.

use std::collections::HashMap;

use crate::archive::{Entry, EntryId, Group, Only, Page, ReadError, Reader, Search};
use crate::clock::WallTime;
use crate::directory::Directory;
use crate::model::ServerId;
use crate::view::SearchQuery;

/// So many calls are on one page, as on a server's.
const PAGE: usize = 100;

/// One page: the first, or the one after what an earlier page gave as `next`. Of a server that was installed anew only
/// what it has announced since: the older calls' numbers are those of others now.
pub(crate) fn search(
    reader: &Reader,
    query: &SearchQuery,
    directory: &Directory,
    after: Option<EntryId>,
) -> Result<Page, ReadError> {
    let lists = [query.systems.is_empty(), query.talkgroups.is_empty(), query.groups.is_empty(), query.tags.is_empty()];
    let is_narrowed = lists.contains(&false);
    let mut groups = Vec::new();
    if is_narrowed {
        let fitting = reader.groups()?.into_iter().filter(|group| fits(query, directory, group));
        groups.extend(fitting.map(|group| group.id));
        if groups.is_empty() {
            return Ok(Page::default());
        }
    }
    // What is no number of any time asks for nothing.
    let time = |ms: Option<f64>| ms.filter(|ms| ms.is_finite()).map(|ms| WallTime(ms as i64));
    let search = Search {
        typed: query.transcript.clone(),
        servers: vec![query.server],
        groups,
        from: time(query.from_ms),
        to: time(query.to_ms),
        only: query.unheard_only.then_some(Only::Unheard),
        oldest_first: query.oldest_first,
    };
    let mut page = reader.search(&search, PAGE, after)?;
    drop_older(reader, &mut page.entries)?;
    Ok(page)
}

/// The talkgroups of servers as they are installed now.
pub(crate) fn groups(reader: &Reader) -> Result<Vec<Group>, ReadError> {
    let mut groups = reader.groups()?;
    let newest: HashMap<ServerId, u32> = reader.epochs()?.into_iter().collect();
    groups.retain(|group| newest.get(&group.server) == Some(&group.epoch));
    Ok(groups)
}

/// Calls that nobody has heard.
#[derive(Debug, Default)]
pub(crate) struct Unheard {
    /// The oldest first.
    pub(crate) entries: Vec<Entry>,
    /// So many there are beside them.
    pub(crate) more: u64,
}

/// The calls of these talkgroups that nobody has heard.
pub(crate) fn unheard(reader: &Reader, is_wanted: impl Fn(&Group) -> bool, most: usize) -> Result<Unheard, ReadError> {
    let groups: Vec<_> = groups(reader)?.into_iter().filter(|group| group.unheard > 0 && is_wanted(group)).collect();
    if groups.is_empty() {
        return Ok(Unheard::default());
    }
    let all: u64 = groups.iter().map(|group| group.unheard).sum();
    let groups = groups.into_iter().map(|group| group.id).collect();
    let search = Search { groups, only: Some(Only::Unheard), oldest_first: true, ..Search::default() };
    let entries = reader.search(&search, most, None)?.entries;
    let more = all.saturating_sub(entries.len() as u64);
    Ok(Unheard { entries, more })
}

/// Leaves out what other calls have the numbers of now.
fn drop_older(reader: &Reader, entries: &mut Vec<Entry>) -> Result<(), ReadError> {
    let mut current = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        if reader.find(entry.key)?.is_some_and(|found| found.id == entry.id) {
            current.push(entry);
        }
    }
    *entries = current;
    Ok(())
}

/// Of each list one entry has to fit.
fn fits(query: &SearchQuery, directory: &Directory, group: &Group) -> bool {
    let number = |id| directory.system(id).map(|system| system.number);
    let is_of_system = query.systems.iter().any(|id| number(*id) == Some(group.system_number));
    let is_named = group.talkgroup.is_some_and(|id| query.talkgroups.contains(&id));
    let has = |wanted: &[String], own: &Option<String>| own.as_ref().is_some_and(|own| wanted.contains(own));
    group.server == query.server
        && (query.systems.is_empty() || is_of_system)
        && (query.talkgroups.is_empty() || is_named)
        && (query.groups.is_empty() || has(&query.groups, &group.labels.group))
        && (query.tags.is_empty() || has(&query.tags, &group.labels.tag))
}
