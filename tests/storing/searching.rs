//! Searching what is kept on this computer, and playing from there, without any server.

use std::time::Duration;

use squelch_core::archive::State;
use squelch_core::model::{ServerId, TalkgroupKey};
use squelch_core::problem::Code;
use squelch_core::view::{Command, QueuedView, Row, RowState, SearchQuery, Snapshot};
use squelch_tests::desk::{Desk, quiet_server};

use super::{kept, short, tone};

pub(super) fn all(desk: &Desk) -> SearchQuery {
    SearchQuery {
        server: desk.screen.shown.servers.first().map_or(ServerId(1), |server| server.id),
        transcript: String::new(),
        systems: Vec::new(),
        talkgroups: Vec::new(),
        groups: Vec::new(),
        tags: Vec::new(),
        from_ms: None,
        to_ms: None,
        bookmarked_only: false,
        here: true,
        unheard_only: false,
        oldest_first: false,
    }
}

fn numbers(rows: &[Row]) -> Vec<u64> {
    rows.iter().map(|row| row.key.call.0).collect()
}

/// Searches until so many are found: what was noted is written in a moment.
pub(super) async fn find(query: &SearchQuery, desk: &mut Desk, so_many: usize) -> Vec<Row> {
    let begun = std::time::Instant::now();
    while begun.elapsed() < squelch_tests::LIMIT {
        if let Ok(page) = desk.client.search(query.clone(), None).await
            && page.rows.len() == so_many
        {
            desk.screen.find(&page.rows);
            return page.rows;
        }
        tokio::task::yield_now().await;
    }
    panic!("{so_many} calls are not found: {:?}", desk.client.search(query.clone(), None).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_found_and_played_with_the_server_gone() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let fire = tone(&controls, 5001, Duration::from_millis(80));
    let police = tone(&controls, 5002, Duration::from_millis(80));
    desk.played(fire).await;
    desk.played(police).await;
    let title = desk.screen.row(police, "there", |_| true).await.title;
    let (folder, vault) = desk.end().await;
    drop((demo, controls));

    let mut desk = Desk::later(folder, vault, Duration::from_secs(3_600)).await;
    let rows = find(&all(&desk), &mut desk, 2).await;
    assert_eq!(numbers(&rows), [police, fire]);
    assert!(rows.iter().all(|row| row.state == RowState::Played && row.is_here), "{rows:?}");
    let query = SearchQuery { transcript: title.to_uppercase(), oldest_first: true, ..all(&desk) };
    let rows = find(&query, &mut desk, 1).await;
    assert_eq!((numbers(&rows), &rows[0].title), (vec![police], &title), "names are found in any case");
    desk.send(Command::Play { call: rows[0].key }).await;
    desk.screen.found(police, "sounding", |row| row.state == RowState::Playing).await;
    desk.screen.found(police, "played", |row| row.state == RowState::Played).await;
    let none = SearchQuery { transcript: "nothing like it".into(), ..all(&desk) };
    assert!(desk.client.search(none, None).await.expect("it is answered").rows.is_empty());
    let unheard = SearchQuery { unheard_only: true, ..all(&desk) };
    assert!(desk.client.search(unheard, None).await.expect("it is answered").rows.is_empty());
    let problem = desk.client.search(all(&desk), Some("x".into())).await.expect_err("no page has that name");
    assert_eq!(problem.code, Code::NotPossible);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_heard_is_counted_and_played_when_somebody_wants_that() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    desk.send(Command::Pause { on: true }).await;
    let calls = [tone(&controls, 5001, Duration::from_millis(80)), tone(&controls, 5002, Duration::from_millis(80))];
    for call in calls {
        desk.screen.row(call, "ready", |state| *state == RowState::Ready).await;
    }
    let row = desk.screen.row(calls[0], "there", |_| true).await;
    let key = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("it is listed") };
    // Half an hour later they are no news.
    desk.hands.advance(Duration::from_secs(31 * 60));
    for call in calls {
        desk.screen.row(call, "too old", |state| matches!(state, RowState::NotPlayed { .. })).await;
    }
    let rows = find(&SearchQuery { unheard_only: true, ..all(&desk) }, &mut desk, 2).await;
    assert_eq!(numbers(&rows), [calls[1], calls[0]]);
    let unheard = desk.client.unheard().await.expect("it can be read");
    let of_fire = unheard.iter().find(|one| one.talkgroup == key).expect("it is counted");
    assert_eq!((unheard.len(), of_fire.calls, &of_fire.name), (2, 1.0, &row.title));
    desk.send(Command::Pause { on: false }).await;
    let one = Ok(QueuedView { queued: 1, left: 0.0 });
    assert_eq!(desk.client.play_unheard(key.server, Some(key)).await, one);
    desk.played(calls[0]).await;
    find(&SearchQuery { unheard_only: true, ..all(&desk) }, &mut desk, 1).await;
    assert_eq!(desk.client.play_unheard(key.server, None).await, one);
    desk.played(calls[1]).await;
    let entries = kept(desk.end().await.0.path()).await;
    assert!(entries.iter().all(|entry| entry.state == State::Heard), "{entries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_kept_for_ever_says_so_at_the_next_start_and_goes_only_when_everything_does() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let call = short(&controls);
    desk.played(call).await;
    let key = desk.screen.row(call, "there", |_| true).await.key;
    desk.send(Command::KeepCall { call: key, on: true }).await;
    desk.screen.wait("it to be kept", |shown| shown.rows.iter().any(|row| row.is_kept).then_some(())).await;
    let (folder, vault) = desk.end().await;
    drop((demo, controls));
    let entries = kept(folder.path()).await;
    assert_eq!(entries.iter().filter(|entry| entry.kept).map(|entry| entry.key).collect::<Vec<_>>(), [key]);
    let mut desk = Desk::with(folder, vault).await;
    let query = all(&desk);
    let rows = find(&query, &mut desk, 1).await;
    assert!(rows[0].is_kept && rows[0].key == key);
    desk.send(Command::DeleteArchive).await;
    find(&query, &mut desk, 0).await;
    desk.screen.found(call, "kept no more", |row| !row.is_kept && !row.is_here).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_unheard_calls_than_the_queue_takes_it_is_said_how_many_are_left() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    desk.send(Command::Pause { on: true }).await;
    let waits = |count| move |shown: &Snapshot| (shown.listening.waiting == count).then_some(());
    for some in 1..=10 {
        for _ in 0..23 {
            short(&controls);
        }
        desk.screen.wait("all of them", waits(23 * some)).await;
    }
    // Half an hour later they are no news.
    desk.hands.advance(Duration::from_secs(31 * 60));
    desk.screen.wait("none of them", waits(0)).await;
    desk.screen.wait("all to be archived", |shown| (shown.archive.unheard >= 230.0).then_some(())).await;
    let call = desk.screen.shown.rows[0].key;
    desk.send(Command::Enqueue { call }).await;
    let played = desk.client.play_unheard(call.server, None).await;
    assert_eq!(played, Ok(QueuedView { queued: 199, left: 30.0 }), "the one that waits already is neither");
    let again = desk.client.play_unheard(call.server, None).await;
    assert_eq!(again, Ok(QueuedView { queued: 0, left: 30.0 }));
}
