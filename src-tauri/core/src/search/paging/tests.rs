//! Pages of servers whose order within a second is anybody's guess, that leave calls out, and to which calls come.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::clock::WallTime;
use crate::state::samples;

const LIMIT: u64 = 8;

/// An archive that answers as the real server does.
#[derive(Debug, Clone, Default)]
struct Archive {
    /// By number: when it began, and whether this account may hear it.
    calls: BTreeMap<u64, (i64, bool)>,
    restricted: bool,
    /// Changes the order within each second with each answer.
    seed: u64,
    asked: u64,
}

impl Archive {
    fn new(calls: &[(i64, bool)], restricted: bool) -> Self {
        let calls = calls.iter().enumerate().map(|(n, call)| (n as u64 + 1, *call)).collect();
        Self { calls, restricted, ..Self::default() }
    }

    fn answer(&mut self, request: &SearchRequest) -> SearchAnswer {
        self.asked += 1;
        let within =
            |second: i64| request.from.is_none_or(|from| second >= from) && request.to.is_none_or(|to| second <= to);
        let mut rows: Vec<_> = self.calls.iter().filter(|(_, (second, _))| within(*second)).collect();
        let luck = |id: u64| (id ^ self.asked.wrapping_mul(self.seed)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
        rows.sort_by_key(|(id, (second, _))| (if request.ascending { *second } else { -second }, luck(**id)));
        let skipped = (request.page - 1) * request.limit;
        let count = rows.len() as u64;
        let page = rows.into_iter().skip(skipped as usize).take(request.limit as usize);
        let kept = page.filter(|(_, (_, may_hear))| *may_hear || !self.restricted);
        let start = |second: i64| WallTime(second * 1_000);
        let calls: Vec<_> =
            kept.map(|(id, (second, _))| Call { start: start(*second), ..samples::call(*id) }).collect();
        let entries = calls.len() as u64;
        let total = if self.restricted && entries < request.limit { skipped + entries } else { count };
        SearchAnswer { calls, entries, total: Some(total) }
    }

    fn audible(&self) -> Vec<u64> {
        let audible = self.calls.iter().filter(|(_, (_, may_hear))| *may_hear || !self.restricted);
        audible.map(|(id, _)| *id).collect()
    }
}

/// What a window is given page by page, until the end or for so many pages; `meanwhile` happens before each request.
fn read(
    archive: &mut Archive,
    span: Span,
    pages: usize,
    mut meanwhile: impl FnMut(&mut Archive),
) -> (Vec<Vec<u64>>, bool) {
    let mut place = Place::default();
    let mut given = Vec::new();
    for _ in 0..pages {
        let mut walk = Walk::new(span, LIMIT, place);
        let before = archive.asked;
        while let Some(ask) = walk.next() {
            meanwhile(archive);
            let request = ask.of(Filter::default());
            assert!(request.limit <= LIMIT && request.page >= 1 && request.limit >= 1);
            walk.take(archive.answer(&request));
        }
        assert!(archive.asked - before <= u64::from(REQUESTS));
        let Outcome { calls, next, .. } = walk.end();
        given.push(calls.iter().map(|call| call.id.0).collect());
        // As it crosses to the window and back.
        let next = next.map(|place| serde_json::to_string(&place).unwrap());
        match next {
            Some(next) => place = serde_json::from_str(&next).unwrap(),
            None => return (given, true),
        }
    }
    (given, false)
}

fn newest_first() -> Span {
    Span::default()
}

/// As many calls, a second after each other.
fn row_of(count: i64) -> Vec<(i64, bool)> {
    (0..count).map(|second| (1_000 + second, true)).collect()
}

#[test]
fn a_usual_search_takes_one_request_for_each_page_and_one_more_at_the_end() {
    for (count, pages, requests) in [(0, 1, 2), (3, 1, 2), (8, 2, 3), (20, 3, 4)] {
        let mut archive = Archive::new(&row_of(count), false);
        let (given, ended) = read(&mut archive, newest_first(), 100, |_| {});
        let newest_first: Vec<u64> = (1..=count as u64).rev().collect();
        assert_eq!(given.concat(), newest_first, "{count}");
        assert!(ended && given.len() <= pages && archive.asked <= requests, "{count}: {given:?}, {}", archive.asked);
    }
}

#[test]
fn the_total_is_told_where_the_servers_number_means_something() {
    let total = |count, restricted: bool, every: i64| {
        let calls: Vec<_> = row_of(count).into_iter().map(|(second, _)| (second, second % every == 0)).collect();
        let mut archive = Archive::new(&calls, restricted);
        let mut walk = Walk::new(newest_first(), LIMIT, Place::default());
        while let Some(ask) = walk.next() {
            walk.take(archive.answer(&ask.of(Filter::default())));
        }
        walk.end().total
    };
    assert_eq!(total(0, false, 1), Some(0));
    assert_eq!(total(3, false, 1), Some(3));
    assert_eq!(total(30, false, 1), Some(30));
    assert_eq!(total(30, true, 3), None);
    assert_eq!(total(3, true, 3), None);
}

#[test]
fn of_an_account_that_may_hear_little_short_pages_are_gone_through_to_the_end() {
    // The recorded server: 43 calls, two of which may be heard.
    let mut calls = row_of(43);
    calls.iter_mut().for_each(|call| call.1 = false);
    (calls[40].1, calls[2].1) = (true, true);
    let mut archive = Archive::new(&calls, true);
    let (given, ended) = read(&mut archive, newest_first(), 100, |_| {});
    assert_eq!(given.concat(), [41, 3]);
    assert!(ended && given.len() <= 3, "{given:?}");
}

#[test]
fn a_total_that_turns_out_to_count_calls_that_may_not_be_heard_is_taken_back() {
    let mut calls = row_of(40);
    calls[..20].iter_mut().for_each(|call| call.1 = false);
    let mut archive = Archive::new(&calls, true);
    let (mut place, mut totals) = (Some(Place::default()), Vec::new());
    while let Some(at) = place {
        let mut walk = Walk::new(newest_first(), LIMIT, at);
        while let Some(ask) = walk.next() {
            walk.take(archive.answer(&ask.of(Filter::default())));
        }
        let outcome = walk.end();
        totals.push(outcome.total);
        place = outcome.next;
    }
    assert_eq!((totals[0], totals.last()), (Some(40), Some(&None)), "{totals:?}");
}

/// Reads to the end, as whoever may hear little; how many places were looked at in vain.
fn given_up(calls: &[(i64, bool)]) -> (Vec<u64>, Option<u64>) {
    let mut archive = Archive::new(calls, true);
    let (mut place, mut given) = (Place::default(), Vec::new());
    loop {
        let mut walk = Walk::new(newest_first(), LIMIT, place);
        while let Some(ask) = walk.next() {
            walk.take(archive.answer(&ask.of(Filter::default())));
        }
        assert!(archive.asked < 2 * MOST_IN_VAIN, "there is an end");
        let outcome = walk.end();
        given.extend(outcome.calls.iter().map(|call| call.id.0));
        match outcome.next {
            Some(next) => place = next,
            None => return (given, outcome.in_vain),
        }
    }
}

#[test]
fn whoever_may_hear_nothing_looks_page_by_page_and_is_told_in_the_end_that_it_is_in_vain() {
    let silent = |count| row_of(count).into_iter().map(|(second, _)| (second, false)).collect::<Vec<_>>();
    let (given, ended) = read(&mut Archive::new(&silent(500), true), newest_first(), 3, |_| {});
    assert_eq!((given, ended), (vec![vec![]; 3], false));
    for count in [1, 500, 7_000] {
        let (given, in_vain) = given_up(&silent(count));
        assert!(given.is_empty() && in_vain.is_some_and(|passed| passed >= MOST_IN_VAIN), "{count}: {in_vain:?}");
    }
}

#[test]
fn the_end_is_found_also_where_calls_of_the_last_ones_second_may_not_be_heard() {
    for others in 0..COUNTS as i64 {
        // Nothing after the second of the one that may be heard; in it, others come first.
        let mut calls = vec![(900, false); 40];
        calls.extend(vec![(1_000, false); others as usize]);
        calls.push((1_000, true));
        let (given, in_vain) = given_up(&calls);
        assert_eq!((given.len(), in_vain), (1, None), "{others} others");
    }
}

#[test]
fn a_call_beyond_more_than_anybody_looks_through_in_vain_is_found_where_they_can_be_counted() {
    let mut calls = row_of(7_000);
    calls[1..6_999].iter_mut().for_each(|call| call.1 = false);
    assert_eq!(given_up(&calls), (vec![7_000, 1], None));
}

#[test]
fn a_server_that_answers_nonsense_ends_or_goes_on_but_gives_nothing_twice() {
    let call = |id, second: i64| Call { start: WallTime(second * 1_000), ..samples::call(id) };
    let full: Vec<_> = (1..=LIMIT).map(|id| call(id, id as i64)).collect();
    for total in [None, Some(0), Some(3), Some(u64::MAX)] {
        let mut place = Place::default();
        let mut given = Vec::new();
        for _ in 0..20 {
            let mut walk = Walk::new(newest_first(), LIMIT, place);
            let mut asked = 0;
            while let Some(ask) = walk.next() {
                asked += 1;
                assert!(asked <= REQUESTS, "{ask:?}");
                // The same whatever was asked.
                walk.take(SearchAnswer { calls: full.clone(), entries: LIMIT, total });
            }
            let Outcome { calls, next, .. } = walk.end();
            given.extend(calls.iter().map(|call| call.id.0));
            let Some(next) = next else { break };
            place = next;
        }
        assert_eq!(given, (1..=LIMIT).rev().collect::<Vec<_>>());
    }
}

/// No second has more calls than this.
fn thin(calls: Vec<(i64, bool)>, most: usize) -> Vec<(i64, bool)> {
    let mut seconds = BTreeMap::<i64, usize>::new();
    let fits = |(second, _): &(i64, bool)| {
        let count = seconds.entry(*second).or_default();
        *count += 1;
        *count <= most
    };
    calls.into_iter().filter(fits).collect()
}

fn calls() -> impl Strategy<Value = Vec<(i64, bool)>> {
    proptest::collection::vec((0..40_i64, prop_oneof![3 => Just(false), 1 => Just(true)]), 0..90)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever the order of ties, whatever is left out, and whenever calls come (also such as began long ago): what was
    /// there at the beginning is given, once, in order, and there is an end.
    #[test]
    fn no_call_is_lost_or_given_twice(
        calls in calls(),
        late in proptest::collection::vec((0..6u64, 0..60_i64), 0..12),
        restricted in any::<bool>(),
        ascending in any::<bool>(),
        from in proptest::option::of(0..40_i64),
        seed in any::<u64>(),
    ) {
        // Where nothing is left out, the calls of a second may fill a page.
        let most = if restricted { LIMIT as usize / 4 } else { LIMIT as usize };
        let mut all = calls;
        let first = all.len();
        all.extend(late.iter().map(|(_, second)| (*second, true)));
        let kept = thin(all.clone(), most);
        let late: Vec<_> = if kept == all { late } else { Vec::new() };
        let calls = if late.is_empty() { kept } else { all[..first].to_vec() };
        let mut archive = Archive { seed: seed | 1, ..Archive::new(&calls, restricted) };
        let wanted: Vec<_> =
            archive.audible().into_iter().filter(|id| from.is_none_or(|from| archive.calls[id].0 >= from)).collect();
        let span = Span { from, to: None, ascending };
        let mut coming = late.into_iter();
        let mut wait = 0;
        let (given, ended) = read(&mut archive, span, 200, |archive| {
            wait += 1;
            if let Some((after, second)) = coming.next().filter(|_| wait % 2 == 0) {
                let id = archive.calls.last_key_value().map_or(0, |(id, _)| *id) + 1 + after;
                archive.calls.insert(id, (second, true));
            }
        });
        let given = given.concat();
        let mut sorted = given.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), given.len(), "twice: {:?}", given);
        let lost: Vec<_> = wanted.iter().filter(|id| !given.contains(id)).collect();
        prop_assert!(lost.is_empty(), "lost {:?} of {:?}", lost, archive);
        let seconds: Vec<_> = given.iter().map(|id| archive.calls[id].0).collect();
        prop_assert!(if ascending { seconds.is_sorted() } else { seconds.iter().rev().is_sorted() }, "{:?}", seconds);
        prop_assert!(ended || restricted, "it ends");
    }

    /// Servers with an order of their own within a second, which stays: however many ties, in the middle of however many
    /// calls that may not be heard, nothing is lost.
    #[test]
    fn of_many_ties_none_is_lost_where_the_servers_order_stays(
        seconds in proptest::collection::vec((1..60_usize, 0..5_u8), 1..5),
        ascending in any::<bool>(),
    ) {
        let of_second = |(second, (count, audible)): (usize, (usize, u8))| {
            (0..count).map(move |n| (second as i64, n % 5 < usize::from(audible))).collect::<Vec<_>>()
        };
        let calls: Vec<_> = seconds.into_iter().enumerate().flat_map(of_second).collect();
        let mut archive = Archive::new(&calls, true);
        let (given, _) = read(&mut archive, Span { ascending, ..Span::default() }, 100, |_| {});
        let mut given = given.concat();
        given.sort_unstable();
        prop_assert_eq!(given, archive.audible());
    }
}
