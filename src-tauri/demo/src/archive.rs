//! The stored calls, who bookmarked which, and which are shared.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::call::Call;
use crate::random;

/// Above this many the oldest unmarked calls go, so that a demo can run for weeks.
const KEPT: usize = 5_000;
/// Creating links is limited to this many a minute per account.
const SHARES_A_MINUTE: usize = 10;
/// Looking at links is limited to this many a minute per address and generation.
const VIEWS_A_MINUTE: usize = 30;
const MINUTE: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(crate) struct Archive {
    pub(crate) calls: BTreeMap<u64, Call>,
    last_id: u64,
    bookmarks: Vec<Bookmark>,
    last_bookmark: u64,
    shares: HashMap<u64, Share>,
    windows: HashMap<String, (Duration, usize)>,
}

#[derive(Debug)]
struct Bookmark {
    id: u64,
    user: u64,
    call: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) token: String,
    pub(crate) user: u64,
    pub(crate) made: Duration,
}

impl Archive {
    /// The id the next stored call gets.
    pub(crate) fn next_id(&self) -> u64 {
        self.last_id + 1
    }

    pub(crate) fn store(&mut self, call: Call) {
        self.last_id = self.last_id.max(call.id);
        self.calls.insert(call.id, call);
        if self.calls.len() > KEPT {
            let marked = |id: &u64| self.shares.contains_key(id) || self.bookmarks.iter().any(|mark| mark.call == *id);
            if let Some(oldest) = self.calls.keys().copied().find(|id| !marked(id)) {
                self.calls.remove(&oldest);
            }
        }
    }

    /// Sets or clears a bookmark; the new one's id if it is set now.
    pub(crate) fn toggle_bookmark(&mut self, user: u64, call: u64) -> Option<u64> {
        let before = self.bookmarks.len();
        self.bookmarks.retain(|mark| mark.user != user || mark.call != call);
        if self.bookmarks.len() < before {
            return None;
        }
        self.last_bookmark += 1;
        self.bookmarks.push(Bookmark { id: self.last_bookmark, user, call });
        Some(self.last_bookmark)
    }

    /// The calls an account bookmarked, newest bookmark first.
    pub(crate) fn bookmarks(&self, user: u64) -> Vec<u64> {
        let mut marks: Vec<_> = self.bookmarks.iter().filter(|mark| mark.user == user).collect();
        marks.sort_by_key(|mark| std::cmp::Reverse(mark.id));
        marks.into_iter().map(|mark| mark.call).collect()
    }

    /// The link of a call, made if there is none; whether it was made.
    pub(crate) fn share(&mut self, call: u64, user: u64, now: Duration) -> (Share, bool) {
        let is_new = !self.shares.contains_key(&call);
        let share = self.shares.entry(call).or_insert_with(|| Share { token: random::uuid(), user, made: now });
        (share.clone(), is_new)
    }

    pub(crate) fn share_of(&self, call: u64) -> Option<&Share> {
        self.shares.get(&call)
    }

    pub(crate) fn unshare(&mut self, call: u64) {
        self.shares.remove(&call);
    }

    /// The call behind a link, with the link.
    pub(crate) fn shared(&self, token: &str) -> Option<(&Call, &Share)> {
        let (id, share) = self.shares.iter().find(|(_, share)| share.token == token)?;
        Some((self.calls.get(id)?, share))
    }

    pub(crate) fn may_share(&mut self, user: u64, now: Duration) -> bool {
        self.within(format!("share {user}"), SHARES_A_MINUTE, now)
    }

    /// `window` names the generation and the address.
    pub(crate) fn may_view(&mut self, window: &str, now: Duration) -> bool {
        self.within(format!("view {window}"), VIEWS_A_MINUTE, now)
    }

    fn within(&mut self, window: String, limit: usize, now: Duration) -> bool {
        let (since, count) = self.windows.entry(window).or_insert((now, 0));
        if now >= *since + MINUTE {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= limit
    }
}
