//! Searching a server's archive, playing from it, bookmarks and links: the whole client against the demo server.

#![forbid(unsafe_code)]

mod marks;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupId, TalkgroupKey};
use squelch_core::problem::{Code, Problem, Retry};
use squelch_core::view::{Command, FoundPage, NotPlayed, RowState, SearchQuery, Setting};
use squelch_demo::{Announcement, Controls, Demo, Grant, Instead, Options, Segment, Transcript, USER};
use squelch_tests::desk::{Desk, RATE, quiet_server, registered, rising_tone, server};

const SEARCH: &str = "GET /api/v1/calls";
const RENEW: &str = "POST /api/v1/auth/refresh";

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    // The calls of before are asked for once, by the same route.
    controls.wait_for_requests(SEARCH, 1).await.expect("they are asked for");
    (demo, controls, desk)
}

fn here(desk: &Desk) -> ServerId {
    desk.screen.shown.servers[0].id
}

fn key(desk: &Desk, call: u64) -> CallKey {
    CallKey::new(here(desk), CallId(call))
}

fn all(desk: &Desk) -> SearchQuery {
    SearchQuery {
        server: here(desk),
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

async fn search(desk: &mut Desk, query: SearchQuery) -> FoundPage {
    let page = desk.client.search(query, None).await.expect("it can be searched");
    desk.screen.find(&page.rows);
    page
}

async fn search_all(desk: &mut Desk) -> FoundPage {
    let query = all(desk);
    search(desk, query).await
}

/// Every page, to the end; the number of pages.
async fn pages(desk: &mut Desk, query: &SearchQuery, mut between: impl FnMut()) -> (Vec<u64>, usize) {
    let (mut ids, mut after, mut count) = (Vec::new(), None, 0);
    loop {
        let page = desk.client.search(query.clone(), after).await.expect("it can be searched");
        desk.screen.find(&page.rows);
        ids.extend(page.rows.iter().map(|row| row.key.call.0));
        (after, count) = (page.next, count + 1);
        assert!(count < 100, "there is an end");
        if after.is_none() {
            return (ids, count);
        }
        between();
    }
}

/// Calls that are stored and not announced, one a second back from now on, unless several share one.
fn store(controls: &Controls, count: u64, in_one_second: u64) -> Vec<u64> {
    let ago = |n: u64| Duration::from_secs(100 + n / in_one_second);
    (0..count).map(|n| controls.store(Announcement::default().clip(3).ago(ago(n)))).collect()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Problem>) -> (Code, Retry) {
    let problem = answer.expect_err("it is refused");
    (problem.code, problem.retry)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_found_once_while_calls_arrive_and_seconds_change_their_order() {
    let (_demo, controls, mut desk) = joined().await;
    let stored: BTreeSet<_> = store(&controls, 430, 7).into_iter().collect();
    controls.unsettle_ties(true);
    for oldest_first in [false, true] {
        let query = SearchQuery { oldest_first, ..all(&desk) };
        let (ids, pages) = pages(&mut desk, &query, || {
            // Now, and long ago: a call is listed by when it began.
            controls.store(Announcement::default());
            controls.store(Announcement::default().ago(Duration::from_secs(130)));
        })
        .await;
        let once: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(once.len(), ids.len(), "none is given twice");
        assert!(stored.is_subset(&once), "none is lost");
        assert!(pages <= 6, "{pages} pages");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_the_servers_and_a_page_of_bad_origin_is_refused() {
    let (_demo, controls, mut desk) = joined().await;
    store(&controls, 130, 1);
    let page = search_all(&mut desk).await;
    assert_eq!((page.rows.len(), page.total), (100, Some(130.0)));
    let query = all(&desk);
    let rest = desk.client.search(query.clone(), page.next).await.expect("there is more");
    assert_eq!((rest.rows.len(), rest.total, rest.next), (30, Some(130.0), None));
    let refusal = desk.client.search(query, Some("7".into())).await;
    assert_eq!(refused(refusal).0, Code::NotPossible);
}

#[tokio::test(flavor = "multi_thread")]
async fn short_pages_of_a_restricted_account_are_gone_through_to_the_last_call_it_may_hear() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    controls.restrict(USER, vec![Grant { system: 1, talkgroups: Some(vec![2]) }]);
    let audible: Vec<_> = (0..4)
        .map(|n| {
            let ago = Duration::from_secs(10_000 - n * 2_000);
            let audible = controls.store(Announcement::on(100, 5002).ago(ago));
            let others = |m: u64| Announcement::on(100, 5001).ago(ago - Duration::from_secs(1 + m));
            (0..150).for_each(|m| _ = controls.store(others(m)));
            audible
        })
        .collect();
    desk.join(&demo).await;
    let query = all(&desk);
    let before = controls.requests(SEARCH);
    let (ids, pages) = pages(&mut desk, &query, || {}).await;
    assert_eq!(ids, audible.iter().rev().copied().collect::<Vec<_>>());
    assert!(pages <= 4 && controls.requests(SEARCH) - before <= 8 * pages, "{pages} pages");
    assert_eq!(search_all(&mut desk).await.total, None, "the server's number means nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_filter_finds_what_it_names() {
    let (_demo, controls, mut desk) = joined().await;
    let words = |text: &str| squelch_demo::Transcript { text: text.into(), segments: None };
    let old =
        controls.store(Announcement::on(100, 5001).ago(Duration::from_secs(100)).transcript(words("100 percent")));
    let new = controls.store(Announcement::on(100, 5002).transcript(words("Engine 4: 100% sure")));
    let row = search_all(&mut desk).await.rows.remove(1);
    let (start, town) = (row.start_ms, controls.directory());
    let tag = town.systems[0].talkgroups[0].tag.clone().expect("it has one");
    let base = all(&desk);
    let cases = [
        (SearchQuery { talkgroups: vec![TalkgroupId(1)], ..base.clone() }, vec![old]),
        (SearchQuery { systems: vec![squelch_core::model::SystemId(1)], ..base.clone() }, vec![new, old]),
        (SearchQuery { systems: vec![squelch_core::model::SystemId(2)], ..base.clone() }, vec![]),
        (SearchQuery { tags: vec![tag], ..base.clone() }, vec![old]),
        (SearchQuery { groups: vec!["Nobody, here".into()], ..base.clone() }, vec![]),
        (SearchQuery { transcript: " engine 4 ".into(), ..base.clone() }, vec![new]),
        (SearchQuery { transcript: "100%".into(), ..base.clone() }, vec![new]),
        (SearchQuery { to_ms: Some(start + 999.0), ..base.clone() }, vec![old]),
        (SearchQuery { from_ms: Some(start), to_ms: Some(start), ..base.clone() }, vec![old]),
        (SearchQuery { from_ms: Some(start + 1.0), ..base.clone() }, vec![new]),
        (SearchQuery { to_ms: Some(start - 1.0), ..base.clone() }, vec![]),
        (SearchQuery { oldest_first: true, ..base.clone() }, vec![old, new]),
    ];
    for (query, wanted) in cases {
        let page = search(&mut desk, query.clone()).await;
        let ids: Vec<_> = page.rows.iter().map(|row| row.key.call.0).collect();
        assert_eq!(ids, wanted, "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_1970_and_2106_are_found_where_they_belong() {
    let (_demo, controls, mut desk) = joined().await;
    for (id, second) in [(901, 0_u64), (902, 1), (903, 4_294_967_295)] {
        let call = json!({"id": id, "dateTime": second, "system": 1, "talkgroup": 1, "systemId": 100,
            "talkgroupId": 5001, "audioName": "a.mp3", "audioType": "audio/mpeg"});
        assert_eq!(controls.store_recorded(&call, ""), id);
    }
    let last = 4_294_967_295_000.0;
    let base = all(&desk);
    let cases = [
        (base.clone(), vec![903, 902, 901]),
        (SearchQuery { oldest_first: true, ..base.clone() }, vec![901, 902, 903]),
        (SearchQuery { from_ms: Some(0.0), to_ms: Some(1_999.0), ..base.clone() }, vec![902, 901]),
        (SearchQuery { to_ms: Some(0.0), ..base.clone() }, vec![901]),
        (SearchQuery { from_ms: Some(last), ..base.clone() }, vec![903]),
        (SearchQuery { from_ms: Some(last + 1.0), ..base.clone() }, vec![]),
    ];
    for (query, wanted) in cases {
        let (ids, _) = pages(&mut desk, &query, || {}).await;
        assert_eq!(ids, wanted, "{query:?}");
    }
    let starts: Vec<_> = search_all(&mut desk).await.rows.iter().map(|row| row.start_ms).collect();
    assert_eq!(starts, [last, 1_000.0, 0.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_hear_nothing_is_told_so_in_the_end() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    controls.restrict(USER, vec![Grant { system: 1, talkgroups: Some(vec![2]) }]);
    (0..300).for_each(|n| _ = controls.store(Announcement::on(100, 5001).ago(Duration::from_secs(n))));
    desk.join(&demo).await;
    let query = all(&desk);
    let before = controls.requests(SEARCH);
    let (mut after, mut pages) = (None, 0);
    let in_vain = loop {
        let page = desk.client.search(query.clone(), after).await.expect("it can be searched");
        assert!(page.rows.is_empty() && page.total.is_none());
        pages += 1;
        after = page.next;
        if after.is_none() {
            break page.in_vain;
        }
    };
    let requests = controls.requests(SEARCH) - before;
    assert!(in_vain.is_some_and(|calls| (5_000.0..6_000.0).contains(&calls)), "{in_vain:?}");
    assert!(pages <= 10 && requests <= 8 * pages, "{pages} pages, {requests} requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn hold_and_avoid_from_a_result_act_on_its_own_talkgroup() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.store(Announcement::on(100, 5002));
    let row = search_all(&mut desk).await.rows.remove(0);
    assert_eq!((row.key.call.0, row.talkgroup), (call, Some(TalkgroupId(2))));
    let talkgroup = TalkgroupKey { server: here(&desk), talkgroup: row.talkgroup.expect("it is listed") };
    desk.send(Command::Avoid { talkgroup, minutes: None }).await;
    let avoided = controls.announce(Announcement::on(100, 5002));
    let heard = controls.announce(Announcement::on(100, 5001).clip(3));
    let why = RowState::NotPlayed { why: NotPlayed::Avoided };
    desk.screen.row(avoided, "avoided", |state| *state == why).await;
    desk.played(heard).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn playing_from_the_archive_puts_the_live_call_back_to_the_front_at_its_position() {
    let (_demo, controls, mut desk) = joined().await;
    // As they are sent, so that the recording can be compared.
    for setting in [Setting::Loudness { on: false }, Setting::TameTones { on: false }] {
        desk.send(Command::Change { setting }).await;
    }
    let archived = controls.store(Announcement::default().clip(3).ago(Duration::from_secs(5_000)));
    search_all(&mut desk).await;
    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(20)), "audio/wav");
    let live = controls.announce(long);
    desk.playing(live).await;
    let next = controls.announce(Announcement::default().clip(3));
    desk.screen.row(next, "ready", |state| *state == RowState::Ready).await;
    // Where a call is goes by the clock, which is moved by hand here; the recording runs by itself.
    desk.hands.advance(Duration::from_secs(5));
    let call = key(&desk, archived);
    desk.send(Command::Play { call }).await;
    desk.screen.found(archived, "playing", |row| row.state == RowState::Playing).await;
    let back = desk.screen.row(live, "ready", |state| *state == RowState::Ready).await;
    assert_eq!(desk.screen.shown.listening.next, Some(back.key), "it is the next one");
    desk.screen.found(archived, "played", |row| row.state == RowState::Played).await;
    desk.played(live).await;
    desk.played(next).await;
    let recorded = desk.recording.samples();
    let clip = |call: u64| {
        let bytes = controls.audio_of(call).expect("it has audio");
        squelch_core::sound::clip(&bytes, None, RATE).expect("sound").samples
    };
    // A hundredth of a second of a call, so far into it.
    let heard_at = |call: u64, ms: usize, from: usize| {
        let start = ms * RATE as usize / 1_000;
        let mark = &clip(call)[start..start + RATE as usize / 100];
        let is_mark = |at: &[f32]| at.iter().zip(mark).all(|(got, sent)| (got - sent).abs() < 1e-6);
        recorded[from..].windows(mark.len()).position(is_mark).map(|at| from + at)
    };
    let interrupted = heard_at(archived, 500, 0).expect("the archived call is heard");
    let resumed = heard_at(live, 5_050, interrupted).expect("the live one goes on where it was");
    assert_eq!(heard_at(live, 4_900, interrupted), None, "what was heard is not heard again");
    assert!(heard_at(live, 19_900, resumed).is_some(), "to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_were_found_wait_at_the_end_of_the_queue_and_give_way_to_nothing() {
    let (_demo, controls, mut desk) = joined().await;
    let stored = store(&controls, 3, 1);
    search_all(&mut desk).await;
    desk.send(Command::Pause { on: true }).await;
    let live = controls.announce(Announcement::default().clip(3));
    desk.screen.wait("a call to wait", |shown| (shown.listening.waiting == 1).then_some(())).await;
    for call in [stored[0], stored[1], stored[0]] {
        let call = key(&desk, call);
        desk.send(Command::Enqueue { call }).await;
    }
    desk.screen.wait("three calls to wait", |shown| (shown.listening.waiting == 3).then_some(())).await;
    let call = key(&desk, stored[2]);
    desk.send(Command::Play { call }).await;
    for call in [stored[2], live, stored[0], stored[1]] {
        if call == live {
            desk.played(live).await;
        } else {
            desk.screen.found(call, "played", |row| row.state == RowState::Played).await;
        }
    }
    let call = CallKey::new(here(&desk), CallId(9_999));
    assert_eq!(refused(desk.client.send(Command::Enqueue { call }).await).0, Code::NotPossible);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_login_is_renewed_before_a_search_so_that_nobody_is_answered_as_a_stranger() {
    let (_demo, controls, mut desk) = joined().await;
    store(&controls, 3, 1);
    // Before time passes: then other questions are due, too, and whichever is first renews it.
    controls.expire_access(USER);
    desk.hands.advance(Duration::from_secs(14 * 60 + 30));
    search_all(&mut desk).await;
    assert_eq!(controls.requests(RENEW), 1);
    let seen = controls.seen();
    let last = seen.iter().rfind(|seen| seen.route == SEARCH).expect("it was asked");
    assert!(last.bearer.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn bookmarks_alone_are_never_a_strangers_answer() {
    let (demo, controls, mut desk) = joined().await;
    let stored = store(&controls, 3, 1);
    search_all(&mut desk).await;
    wish(&desk, stored[1], true).await;
    desk.screen.found(stored[1], "bookmarked", |row| row.bookmarked == Some(true)).await;
    let query = SearchQuery { bookmarked_only: true, ..all(&desk) };
    controls.revoke_access(USER);
    let page = search(&mut desk, query.clone()).await;
    assert_eq!(page.rows.iter().map(|row| row.key.call.0).collect::<Vec<_>>(), [stored[1]]);
    assert_eq!(controls.requests(RENEW), 1);
    controls.revoke_access(USER);
    controls.revoke_renewals(USER);
    assert_eq!(refused(desk.client.search(query, None).await), (Code::SignedOut, Retry::AfterSigningIn));
    drop(demo);
    let (demo, _controls) = server(Options { public: true, archive: 5, ..Options::silent() }).await;
    let mut stranger = Desk::new().await;
    let login = Some(squelch_core::view::LoginWish::Anonymous);
    stranger.send(Command::AddServer { address: demo.address(), remember: false, login }).await;
    stranger.live().await;
    assert_eq!(search_all(&mut stranger).await.rows.len(), 5);
    let query = SearchQuery { bookmarked_only: true, ..all(&stranger) };
    assert_eq!(refused(stranger.client.search(query, None).await), (Code::SignedOut, Retry::AfterSigningIn));
}

async fn wish(desk: &Desk, call: u64, on: bool) {
    let call = key(desk, call);
    desk.send(Command::Bookmark { call, on }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_call_are_asked_for_once_and_there_need_be_none() {
    let (_demo, controls, mut desk) = joined().await;
    let mut stored = store(&controls, 1, 1);
    // Written down before it is stored, so that nobody hears of it over the link first.
    let segment = Segment { start: 0.0, end: 1.5, speaker: Some("SPEAKER_00".into()), text: "Engine four.".into() };
    let words = Transcript { text: "Engine four.".into(), segments: Some(vec![segment]) };
    let old = Announcement::default().clip(3).ago(Duration::from_secs(200)).transcript(words);
    stored.insert(0, controls.store(old));
    search_all(&mut desk).await;
    for _ in 0..2 {
        let said = desk.client.details(key(&desk, stored[0])).await.expect("an answer").transcript;
        assert!(said.is_some_and(|said| !said.segments.is_empty()));
    }
    desk.screen
        .found(stored[0], "transcribed", |row| row.transcript.as_ref().is_some_and(|t| !t.segments.is_empty()))
        .await;
    assert_eq!(controls.requests("GET /api/v1/calls/:id/transcript"), 1);
    assert_eq!(desk.client.details(key(&desk, stored[1])).await.expect("an answer").transcript, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn older_servers_are_searched_by_their_own_routes() {
    let (demo, controls) = server(Options::silent().as_1_2()).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let stored = store(&controls, 2, 1);
    assert_eq!(search_all(&mut desk).await.rows.len(), 2);
    let call = key(&desk, stored[0]);
    desk.send(Command::Bookmark { call, on: true }).await;
    desk.screen.found(stored[0], "bookmarked", |row| row.bookmarked == Some(true)).await;
    assert!(desk.client.share(call).await.is_ok_and(|link| link.is_new));
    assert_eq!(desk.client.details(call).await.expect("an answer").transcript, None);
    registered(&controls, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_nonsense_is_said_to_and_one_that_is_away_can_be_asked_again() {
    let (_demo, controls, desk) = joined().await;
    for nonsense in [Instead::Json("[]".into()), Instead::Page(200), Instead::Status(500, "broken".into())] {
        controls.instead_once(SEARCH, nonsense);
        assert_eq!(refused(desk.client.search(all(&desk), None).await), (Code::ServerError, Retry::Now));
    }
    controls.instead_once(SEARCH, Instead::Drop);
    assert_eq!(refused(desk.client.search(all(&desk), None).await), (Code::ServerUnreachable, Retry::Now));
    let query = SearchQuery { server: ServerId(99), ..all(&desk) };
    assert_eq!(refused(desk.client.search(query, None).await).0, Code::NotPossible);
}
