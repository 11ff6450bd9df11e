//! What a server is asked about its stored calls: the seam's types.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::ArchiveError;
use crate::model::{Call, CallId, SystemId, TalkgroupId, Transcript};

/// Asks one thing of a server, with everything that takes (renewal included) hidden inside.
pub type AskFn<Q, A> = Arc<dyn Fn(Q) -> BoxFuture<'static, Result<A, ArchiveError>> + Send + Sync>;

/// The questions about stored calls, as data: each can be asked at any time, also several at once.
#[derive(Clone)]
pub struct Archive {
    /// One stretch of what a search finds.
    pub search: AskFn<SearchRequest, SearchAnswer>,
    /// What was said in a call; nothing if nobody has written it down.
    pub transcript: AskFn<CallId, Option<Transcript>>,
    /// What the account has bookmarked.
    pub bookmarked: AskFn<(), Bookmarked>,
    /// A link to a call that anybody may open; made if there is none, made anew if it has expired.
    pub share: AskFn<CallId, SharedCall>,
    /// Takes the link back; there being none is as good.
    pub unshare: AskFn<CallId, ()>,
    /// The link there is.
    pub shared: AskFn<CallId, Option<SharedCall>>,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Archive")
    }
}

/// What a call has to be like to be found. Database ids; lists that are empty ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that were said, next to each other.
    pub transcript: String,
    /// One of these systems.
    pub systems: Vec<SystemId>,
    /// One of these talkgroups.
    pub talkgroups: Vec<TalkgroupId>,
    /// In one of these groups; no name holds a comma.
    pub groups: Vec<String>,
    /// With one of these tags; no name holds a comma.
    pub tags: Vec<String>,
    /// Bookmarked by the account.
    pub bookmarked: bool,
}

/// One stretch of what is found, in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// Which calls.
    pub filter: Filter,
    /// Begun in this second or later, in seconds since 1970.
    pub from: Option<i64>,
    /// Begun in this second or earlier.
    pub to: Option<i64>,
    /// Oldest first instead of newest first.
    pub ascending: bool,
    /// From 1.
    pub page: u64,
    /// How many there are on a page, at most 100.
    pub limit: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchAnswer {
    /// The calls, in the server's order, which says nothing within one second.
    pub calls: Vec<Call>,
    /// How many entries there were, those included that are no calls.
    pub entries: u64,
    /// How many the server says there are; see protocol 6.1 for when that is so.
    pub total: Option<u64>,
}

/// What an account has bookmarked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bookmarked {
    /// All of them, the newest bookmark first.
    pub ids: Vec<CallId>,
    /// The newest of them; a server gives 100 at most.
    pub calls: Vec<Call>,
}

/// A link to one call that anybody may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedCall {
    /// The whole address.
    pub url: String,
    /// There was none before.
    pub is_new: bool,
}
