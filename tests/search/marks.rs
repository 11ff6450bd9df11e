//! Bookmarks, and links to calls.

use std::time::Duration;

use serde_json::json;
use squelch_core::model::{CallId, CallKey};
use squelch_core::problem::Code;
use squelch_core::view::{Command, RowState};
use squelch_demo::{Announcement, Instead, USER};
use squelch_tests::desk::Desk;

use super::{RENEW, here, joined, key, refused, store, wish};

const READ: &str = "GET /api/v1/bookmarks";
const TURN: &str = "POST /api/v1/bookmarks";

/// Waits for a row of the feed to be bookmarked or not.
async fn bookmarked(desk: &mut Desk, call: u64, on: Option<bool>) {
    desk.screen
        .wait(&format!("call {call} to be bookmarked: {on:?}"), |shown| {
            shown.rows.iter().find(|row| row.key.call.0 == call && row.bookmarked == on).map(|_| ())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bookmark_is_what_was_wished_last_on_every_device() {
    let (demo, controls, mut desk) = joined().await;
    let call = controls.announce(Announcement::default().clip(3));
    let last = controls.announce(Announcement::default().clip(3));
    bookmarked(&mut desk, call, Some(false)).await;
    bookmarked(&mut desk, last, Some(false)).await;
    for on in [true, true, false, true] {
        wish(&desk, call, on).await;
    }
    // One wish after the other, so when this one shows, the others are settled.
    wish(&desk, last, true).await;
    bookmarked(&mut desk, last, Some(true)).await;
    let page = desk.client.bookmarks(here(&desk)).await.expect("a list");
    let rows: Vec<_> = page.rows.iter().map(|row| (row.key.call.0, row.bookmarked)).collect();
    assert_eq!((page.total, rows), (Some(2.0), vec![(last, Some(true)), (call, Some(true))]));
    let mut other = Desk::new().await;
    other.add(&demo, false).await;
    bookmarked(&mut other, call, Some(true)).await;
    wish(&other, call, false).await;
    bookmarked(&mut other, call, Some(false)).await;
    let turned = controls.requests(TURN);
    wish(&desk, call, false).await;
    bookmarked(&mut desk, call, Some(false)).await;
    assert_eq!(controls.requests(TURN), turned, "it was so already");
    other.end().await;
    wish(&desk, call, true).await;
    bookmarked(&mut desk, call, Some(true)).await;
    desk.send(Command::SignOut { server: here(&desk) }).await;
    bookmarked(&mut desk, call, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_without_an_answer_is_read_back_and_not_repeated() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.announce(Announcement::default().clip(3));
    bookmarked(&mut desk, call, Some(false)).await;
    // It never reaches the server, and the list shows that.
    controls.instead_once(TURN, Instead::Drop);
    wish(&desk, call, true).await;
    let notice = desk.screen.wait("a notice", |shown| shown.notices.first().cloned()).await;
    assert!(notice.problem.message.contains("bookmark"), "{notice:?}");
    assert_eq!(controls.requests(TURN), 1);
    assert_eq!(desk.client.bookmarks(here(&desk)).await.expect("a list").total, Some(0.0));
    wish(&desk, call, true).await;
    bookmarked(&mut desk, call, Some(true)).await;
    // Refused before anything was done: one renewal, one more try.
    controls.revoke_access(USER);
    wish(&desk, call, false).await;
    bookmarked(&mut desk, call, Some(false)).await;
    assert_eq!((controls.requests(TURN), controls.requests(RENEW)), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_was_carried_out_without_a_proper_answer_is_done() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.announce(Announcement::default().clip(3));
    bookmarked(&mut desk, call, Some(false)).await;
    // Another device does what was wished at the same moment, and ours is lost on the way.
    controls.instead_once(READ, Instead::Json(json!({"callIds": []}).to_string()));
    controls.instead_once(TURN, Instead::Page(502));
    assert!(controls.bookmark(USER, call));
    wish(&desk, call, true).await;
    bookmarked(&mut desk, call, Some(true)).await;
    assert!(desk.screen.shown.notices.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn bookmarks_of_calls_that_are_gone_count_and_cannot_be_played() {
    let (_demo, controls, mut desk) = joined().await;
    let stored = store(&controls, 2, 1);
    for call in &stored {
        assert!(controls.bookmark(USER, *call));
    }
    let page = desk.client.bookmarks(here(&desk)).await.expect("a list");
    desk.screen.find(&page.rows);
    assert_eq!(page.rows.len(), 2);
    controls.prune(stored[0]);
    let call = key(&desk, stored[0]);
    desk.send(Command::Play { call }).await;
    let failed = |state: &RowState| matches!(state, RowState::Failed { problem } if problem.code == Code::AudioMissing);
    desk.screen.found(stored[0], "failed", |row| failed(&row.state)).await;
    let page = desk.client.bookmarks(here(&desk)).await.expect("a list");
    assert_eq!((page.rows.len(), page.total), (1, Some(2.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_shared_by_one_link_until_that_is_taken_back() {
    let (demo, controls, mut desk) = joined().await;
    assert!(desk.screen.shown.servers[0].sharing);
    let call = key(&desk, store(&controls, 1, 1)[0]);
    assert_eq!(desk.client.shared(call).await, Ok(None));
    let made = desk.client.share(call).await.expect("a link");
    assert!(made.is_new && made.url.starts_with(&format!("{}/call/", demo.address())), "{made:?}");
    let again = desk.client.share(call).await.expect("a link");
    assert_eq!((again.url.clone(), again.is_new), (made.url.clone(), false));
    assert_eq!(desk.client.shared(call).await, Ok(Some(again)));
    assert_eq!(desk.client.check_link(&made.url).await, Ok(()));
    for other in [made.url.replace("/call/", "/api/"), format!("{}/..", made.url), "https://example.org/call/a".into()]
    {
        assert_eq!(refused(desk.client.check_link(&other).await).0, Code::NotPossible, "{other}");
    }
    assert_eq!(desk.client.unshare(call).await, Ok(()));
    assert_eq!(desk.client.unshare(call).await, Ok(()), "there is none any more");
    let gone = CallKey::new(call.server, CallId(9_999));
    assert_eq!(refused(desk.client.share(gone).await).0, Code::CallMissing);
    let mut town = controls.directory();
    town.settings.insert("shareableLinks".into(), json!(false));
    controls.configure(town);
    desk.screen.server("not sharing", |server| !server.sharing).await;
    assert_eq!(refused(desk.client.share(call).await).0, Code::SharingOff);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_has_expired_is_made_anew_by_whoever_made_it() {
    let (_demo, controls, desk) = joined().await;
    let call = key(&desk, store(&controls, 1, 1)[0]);
    let first = desk.client.share(call).await.expect("a link");
    controls.set_share_days(1);
    controls.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(desk.client.shared(call).await, Ok(None), "it opens nothing any more");
    let second = desk.client.share(call).await.expect("a link");
    assert!(second.is_new && second.url != first.url);
    assert_eq!(desk.client.unshare(call).await, Ok(()));
    controls.add_user(squelch_demo::User::listener("eve", "eve-listens"));
    assert!(controls.share("eve", call.call.0));
    controls.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(refused(desk.client.share(call).await).0, Code::LinkExpired);
    assert_eq!(refused(desk.client.unshare(call).await).0, Code::NotYours);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_limited_and_nobody_keeps_asking() {
    let (_demo, controls, desk) = joined().await;
    let stored = store(&controls, 11, 1);
    for call in &stored[..10] {
        desk.client.share(key(&desk, *call)).await.expect("a link");
    }
    assert_eq!(refused(desk.client.share(key(&desk, stored[10])).await).0, Code::SharingLimited);
    assert_eq!(controls.requests("POST /api/v1/calls/:id/share"), 11);
    controls.advance(Duration::from_secs(60));
    assert!(desk.client.share(key(&desk, stored[10])).await.is_ok());
}
