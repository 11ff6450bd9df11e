//! Where the next calls are, for a server that numbers pages.
//!
//! Its order is by second and nothing else: within a second it may change from one answer to the next. New calls move
//! everything, also in the middle, because a call is listed by when it began and not by when it arrived. And of an account
//! that may not hear everything the server first cuts a page and then leaves out what it must not show, so that a short or
//! empty page is not the end, and the number of calls is made up.
//!
//! So pages are not counted through. Each request asks anew for everything from the second of the last call on, of which
//! the calls given already are left out: whatever arrives, and in whatever order a second comes, nothing is lost or given
//! twice. Only where a request brings nothing new (calls that are left out, or more calls in one second than fit) does
//! the next one go further down, overlapping the one before so that a second is not torn.
//!
//! Whether something is left out shows behind the end: there a server that leaves nothing out counts fewer calls than
//! there are before that page. If it does leave out, the true number is told where a page is full, and a page of one call
//! that may be heard is.

use serde::{Deserialize, Serialize};

use crate::model::{Call, CallId};
use crate::server::{Filter, SearchAnswer, SearchRequest};

/// The most requests for one page that the window sees.
const REQUESTS: u32 = 8;
/// So many places are looked at in vain, one after the other, where nobody can tell how many there are: a server does not
/// say where those end that this account may not hear.
const MOST_IN_VAIN: u64 = 5_000;
/// Of so many calls in the last one's second it is looked for the one that may be heard, to have the others counted.
const COUNTS: u64 = 4;

/// From when to when, in seconds since 1970, both included, and in which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) ascending: bool,
}

/// How far a search has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// The second of the last call; everything before it in the order is done.
    border: Option<i64>,
    /// The calls of that second that were given.
    given: Vec<CallId>,
    /// So many places from that second on were looked at, and nothing new was there.
    passed: u64,
    /// Whether the server leaves calls out, once known.
    gaps: Option<bool>,
    /// How many places there are from that second on, as they were counted last.
    count: Option<u64>,
    /// So many places were looked at to have them counted, and there was nothing that may be heard.
    uncounted: u64,
    /// How many calls the whole search finds, where that is known.
    total: Option<u64>,
}

/// What to ask for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    span: Span,
    page: u64,
    limit: u64,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// For calls.
    Look,
    /// Whether calls are left out.
    Gaps,
    /// How many there are.
    Count,
}

/// The way to one page for the window.
#[derive(Debug)]
pub(super) struct Walk {
    span: Span,
    limit: u64,
    place: Place,
    why: Why,
    found: Vec<Call>,
    is_first: bool,
    /// The first answer was not a full one.
    is_short: bool,
    requests: u32,
    ended: bool,
    /// So many places were looked at in vain when this was given up.
    in_vain: Option<u64>,
}

/// What a walk came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) calls: Vec<Call>,
    /// Where to go on; nowhere, at the end.
    pub(super) next: Option<Place>,
    /// How many calls the whole search finds, where that is known.
    pub(super) total: Option<u64>,
    /// So many places were looked at in vain, and then it was given up.
    pub(super) in_vain: Option<u64>,
}

impl Ask {
    pub(super) fn of(self, filter: Filter) -> SearchRequest {
        let Span { from, to, ascending } = self.span;
        SearchRequest { filter, from, to, ascending, page: self.page, limit: self.limit }
    }

    /// How many places are before it.
    fn start(&self) -> u64 {
        (self.page - 1).saturating_mul(self.limit)
    }

    /// How many places are before its end.
    fn end(&self) -> u64 {
        self.page.saturating_mul(self.limit)
    }
}

impl Walk {
    pub(super) fn new(span: Span, limit: u64, place: Place) -> Self {
        let is_first = place == Place::default();
        Self {
            span,
            limit,
            place,
            why: Why::Look,
            found: Vec::new(),
            is_first,
            is_short: false,
            requests: 0,
            ended: false,
            in_vain: None,
        }
    }

    /// What to ask now, unless this is enough.
    pub(super) fn next(&self) -> Option<Ask> {
        let is_enough = self.found.len() as u64 >= self.limit.div_ceil(2);
        if self.ended || self.requests >= REQUESTS || is_enough && self.why == Why::Look {
            return None;
        }
        let mut span = self.span;
        if let Some(border) = self.place.border {
            *(if span.ascending { &mut span.from } else { &mut span.to }) = Some(border);
        }
        let (page, limit) = match self.why {
            Why::Look => self.window(),
            Why::Gaps => (self.place.passed.max(self.limit).div_ceil(self.limit) + 1, self.limit),
            Why::Count => (self.place.uncounted + 1, 1),
        };
        Some(Ask { span, page, limit, why: self.why })
    }

    pub(super) fn has_found(&self) -> bool {
        !self.found.is_empty()
    }

    /// The page that reaches farthest of those that begin a quarter of a page before the places not looked at yet.
    fn window(&self) -> (u64, u64) {
        let passed = self.place.passed;
        let start = passed.saturating_sub(self.limit / 4);
        let pages = (1..=self.limit).map(|limit| (start / limit + 1, limit));
        let farthest = pages.max_by_key(|(page, limit)| (page * limit, *limit));
        let farthest = farthest.filter(|(page, limit)| page * limit > passed);
        farthest.unwrap_or((passed / self.limit + 1, self.limit))
    }

    pub(super) fn take(&mut self, answer: SearchAnswer) {
        let Some(ask) = self.next() else { return };
        self.requests += 1;
        match ask.why {
            Why::Look => self.look(&ask, answer),
            Why::Gaps => self.tell_gaps(&ask, &answer),
            Why::Count => self.count(&answer),
        }
        self.is_first = false;
    }

    fn look(&mut self, ask: &Ask, answer: SearchAnswer) {
        let is_full = answer.entries >= ask.limit;
        self.is_short |= self.is_first && !is_full;
        if self.is_first && is_full {
            // A number smaller than what is there is none.
            self.place.total = answer.total.filter(|total| *total >= answer.entries);
        }
        let is_beyond = self.give(answer.calls);
        if !is_beyond {
            self.place.passed = ask.end();
        }
        self.why = match self.place.gaps {
            _ if is_full => Why::Look,
            None => Why::Gaps,
            Some(false) => return self.ended = true,
            Some(true) => self.search_on(),
        };
        if !is_full && self.place.gaps == Some(true) && self.why == Why::Look {
            self.give_up_in_vain();
        }
    }

    /// Where nobody counts (any more), it ends behind what was counted, or somewhere.
    fn give_up_in_vain(&mut self) {
        let passed = self.place.passed;
        match self.place.count {
            Some(count) => self.ended = passed >= count,
            None if passed >= MOST_IN_VAIN => (self.ended, self.in_vain) = (true, Some(passed)),
            None => {}
        }
    }

    /// Takes what is new. Returns whether the border moved.
    fn give(&mut self, mut calls: Vec<Call>) -> bool {
        let before = self.place.border;
        self.sort(&mut calls);
        for call in calls {
            let second = second(&call);
            let is_beyond = self.place.border.is_none_or(|border| self.is_after(second, border));
            if is_beyond {
                self.place =
                    Place { border: Some(second), gaps: self.place.gaps, total: self.place.total, ..Place::default() };
            } else if self.place.border != Some(second) || self.place.given.contains(&call.id) {
                continue;
            }
            self.place.given.push(call.id);
            self.found.push(call);
        }
        self.place.border != before
    }

    fn is_after(&self, second: i64, border: i64) -> bool {
        if self.span.ascending { second > border } else { second < border }
    }

    fn tell_gaps(&mut self, ask: &Ask, answer: &SearchAnswer) {
        let has_gaps = answer.entries > 0 || answer.total.is_some_and(|total| total >= ask.start());
        self.place.gaps = Some(has_gaps);
        if has_gaps {
            // It counted those too.
            self.place.total = None;
            self.why = self.search_on();
        } else {
            self.ended = true;
            if self.is_short {
                self.place.total = Some(self.found.len() as u64);
            }
        }
    }

    /// Where calls are left out: on, until as many places were looked at as there are, counted once more at the end.
    fn search_on(&self) -> Why {
        let Place { border, passed, count, uncounted, .. } = &self.place;
        let is_done = count.is_none_or(|count| *passed >= count);
        if border.is_some() && *passed > 0 && is_done && *uncounted < COUNTS { Why::Count } else { Why::Look }
    }

    fn count(&mut self, answer: &SearchAnswer) {
        match answer.total.filter(|_| answer.entries > 0) {
            Some(count) if count <= self.place.passed => self.ended = true,
            Some(count) => (self.place.count, self.why) = (Some(count), Why::Look),
            None => {
                self.place.uncounted += 1;
                self.why = self.search_on();
            }
        }
    }

    pub(super) fn end(mut self) -> Outcome {
        let mut calls = std::mem::take(&mut self.found);
        self.sort(&mut calls);
        let total = self.place.total;
        Outcome { calls, next: (!self.ended).then_some(self.place), total, in_vain: self.in_vain }
    }

    fn sort(&self, calls: &mut [Call]) {
        calls.sort_by_key(|call| (second(call), call.id));
        if !self.span.ascending {
            calls.reverse();
        }
    }
}

fn second(call: &Call) -> i64 {
    call.start.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests;
