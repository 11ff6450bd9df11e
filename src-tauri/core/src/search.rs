//! From what the window wants to find to the questions that a server understands, and from its answers to one page.

pub(crate) mod here;
mod paging;

use crate::directory::{Directory, Talkgroup};
use crate::model::{Call, TalkgroupId};
use crate::server::{Archive, ArchiveError, Filter};
use crate::view::SearchQuery;

use paging::{Outcome, Place, Span, Walk};

/// The most a server gives at once.
const LIMIT: u64 = 100;

/// What was found, and how to go on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) calls: Vec<Call>,
    pub(crate) next: Option<String>,
    pub(crate) total: Option<u64>,
    pub(crate) in_vain: Option<u64>,
}

/// What there was since some time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Since {
    /// The oldest first.
    pub(crate) calls: Vec<Call>,
    /// There was nothing else.
    pub(crate) whole: bool,
}

/// So many missed calls are asked for at most: hours of listening.
const MOST_SINCE: usize = 1_000;
/// And so many pages, whatever is on them.
const MOST_PAGES: u32 = 30;

/// All calls that began in this second (since 1970) or later, the newest if there are too many.
pub(crate) async fn since(archive: &Archive, from: i64) -> Result<Since, ArchiveError> {
    let span = Span { from: Some(from), to: None, ascending: false };
    let (mut place, mut since) = (Place::default(), Since::default());
    for _ in 0..MOST_PAGES {
        let mut walk = Walk::new(span, LIMIT, place);
        while let Some(request) = walk.next() {
            walk.take((archive.search)(request.of(Filter::default())).await?);
        }
        let Outcome { calls, next, in_vain, .. } = walk.end();
        since.calls.extend(calls);
        let Some(next) = next else {
            since.whole = in_vain.is_none();
            break;
        };
        if since.calls.len() >= MOST_SINCE {
            break;
        }
        place = next;
    }
    since.calls.sort_by_key(|call| (call.start, call.id));
    since.calls.dedup_by_key(|call| call.id);
    Ok(since)
}

/// A search in the server's terms.
#[derive(Debug, PartialEq, Eq)]
struct Search {
    filter: Filter,
    span: Span,
    /// What the words have to hold exactly, where the server takes some of their signs for others.
    literal: Option<String>,
}

/// One page: the first, or the one after what an earlier page gave as `next`. Nothing for an `after` that no page gave.
pub(crate) async fn search(
    archive: &Archive,
    query: &SearchQuery,
    directory: &Directory,
    after: Option<&str>,
) -> Result<Option<Found>, ArchiveError> {
    let place = match after.map(serde_json::from_str::<Place>) {
        None => Place::default(),
        Some(Ok(place)) => place,
        Some(Err(_)) => return Ok(None),
    };
    let Some(search) = Search::new(query, directory) else { return Ok(Some(Found::default())) };
    let mut walk = Walk::new(search.span, LIMIT, place);
    while let Some(request) = walk.next() {
        match (archive.search)(request.of(search.filter.clone())).await {
            Ok(answer) => walk.take(answer),
            // What there is is shown; who asks for more learns the rest.
            Err(error) if walk.has_found() => {
                tracing::info!(%error, "a page of the archive is short");
                break;
            }
            Err(error) => return Err(error),
        }
    }
    let Outcome { mut calls, next, mut total, in_vain } = walk.end();
    if let Some(literal) = &search.literal {
        calls.retain(|call| call.transcript.as_ref().is_some_and(|text| says(text, literal)));
        total = None;
    }
    let next = next.map(|place| serde_json::to_string(&place).expect("numbers are JSON"));
    Ok(Some(Found { calls, next, total, in_vain }))
}

impl Search {
    /// Nothing if no call can be like that.
    fn new(query: &SearchQuery, directory: &Directory) -> Option<Self> {
        let from = query.from_ms.map(|ms| (ms / 1_000.0).ceil() as i64);
        let to = query.to_ms.map(|ms| (ms / 1_000.0).floor() as i64);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return None;
        }
        let transcript = query.transcript.trim().to_owned();
        let literal = transcript.contains(['%', '_']).then(|| transcript.clone());
        let mut talkgroups = query.talkgroups.clone();
        let mut groups = query.groups.clone();
        let mut tags = query.tags.clone();
        // The server splits its lists at commas. Where a name holds one, its talkgroups stand for it.
        if groups.iter().any(|group| group.contains(',')) {
            let wanted = std::mem::take(&mut groups);
            talkgroups =
                narrowed(&talkgroups, directory, |t| t.group.as_ref().is_some_and(|own| wanted.contains(own)))?;
        }
        if tags.iter().any(|tag| tag.contains(',')) {
            let wanted = std::mem::take(&mut tags);
            talkgroups = narrowed(&talkgroups, directory, |t| t.tag.as_ref().is_some_and(|own| wanted.contains(own)))?;
        }
        let systems = query.systems.clone();
        let filter = Filter { transcript, systems, talkgroups, groups, tags, bookmarked: query.bookmarked_only };
        Some(Self { filter, span: Span { from, to, ascending: query.oldest_first }, literal })
    }
}

/// Those of the talkgroups (of all, if none is named) that fit; nothing if none does.
fn narrowed(
    talkgroups: &[TalkgroupId],
    directory: &Directory,
    fits: impl Fn(&Talkgroup) -> bool,
) -> Option<Vec<TalkgroupId>> {
    let is_named = |id: &TalkgroupId| talkgroups.is_empty() || talkgroups.contains(id);
    let narrowed = directory.talkgroups().filter(is_named).filter(|id| directory.talkgroup(*id).is_some_and(&fits));
    Some(narrowed.collect::<Vec<_>>()).filter(|narrowed| !narrowed.is_empty())
}

/// As the server compares, but taking every sign for itself.
fn says(text: &str, words: &str) -> bool {
    text.to_ascii_lowercase().contains(&words.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServerId;
    use crate::state::samples::{system, talkgroup};

    fn query() -> SearchQuery {
        SearchQuery {
            server: ServerId(1),
            transcript: String::new(),
            systems: Vec::new(),
            talkgroups: Vec::new(),
            groups: Vec::new(),
            tags: Vec::new(),
            from_ms: None,
            to_ms: None,
            bookmarked_only: false,
            here: false,
            unheard_only: false,
            oldest_first: false,
        }
    }

    fn of(query: &SearchQuery) -> Option<Search> {
        let listed = |id, group: &str, tag: &str| Talkgroup {
            group: Some(group.into()),
            tag: Some(tag.into()),
            ..talkgroup(id, 1, id)
        };
        let talkgroups =
            vec![listed(1, "Fire", "Ops, north"), listed(2, "Fire, EMS", "Dispatch"), listed(3, "Fire", "Dispatch")];
        Search::new(query, &Directory::new(vec![system(1)], talkgroups))
    }

    #[test]
    fn borders_are_whole_seconds_within_what_was_meant() {
        let span = |from_ms, to_ms| {
            of(&SearchQuery { from_ms, to_ms, ..query() }).map(|search| (search.span.from, search.span.to))
        };
        assert_eq!(span(None, None), Some((None, None)));
        assert_eq!(span(Some(1_000.0), Some(1_999.0)), Some((Some(1), Some(1))));
        assert_eq!(span(Some(1_001.0), Some(1_999.0)), None, "no second is within that");
        assert_eq!(span(Some(-1_500.0), Some(-500.0)), Some((Some(-1), Some(-1))));
        assert_eq!(span(Some(f64::NEG_INFINITY), Some(f64::INFINITY)), Some((Some(i64::MIN), Some(i64::MAX))));
    }

    #[test]
    fn names_with_a_comma_are_asked_for_by_their_talkgroups() {
        let asked = |groups: &[&str], tags: &[&str], talkgroups: &[u64]| {
            let text = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
            let talkgroups = talkgroups.iter().copied().map(TalkgroupId).collect();
            let query = SearchQuery { groups: text(groups), tags: text(tags), talkgroups, ..query() };
            let filter = of(&query)?.filter;
            Some((filter.groups, filter.tags, filter.talkgroups.iter().map(|id| id.0).collect::<Vec<_>>()))
        };
        let plain = vec!["Fire".to_owned()];
        assert_eq!(asked(&["Fire"], &[], &[]), Some((plain.clone(), vec![], vec![])));
        assert_eq!(asked(&["Fire", "Fire, EMS"], &[], &[]), Some((vec![], vec![], vec![1, 2, 3])));
        assert_eq!(asked(&["Fire, EMS"], &["Dispatch"], &[]), Some((vec![], vec!["Dispatch".into()], vec![2])));
        assert_eq!(asked(&["Fire"], &["Ops, north"], &[1, 2]), Some((plain, vec![], vec![1])));
        assert_eq!(asked(&["Fire, EMS"], &[], &[1]), None, "not everything");
    }

    #[test]
    fn signs_that_the_server_takes_for_others_are_looked_for_as_they_are() {
        let literal = |words: &str| of(&SearchQuery { transcript: words.into(), ..query() }).unwrap().literal;
        assert_eq!(literal(" engine four "), None);
        assert_eq!(literal("100 % sure"), Some("100 % sure".into()));
        assert!(says("I am 100 % Sure.", "100 % sure"));
        assert!(!says("I am 100 times sure.", "100 % sure"));
    }
}
