//! What the window's pictures are made of: a session of the real core at the demo server, every message as it crosses to
//! the window, and what the core answers to its questions. Kept in `ui/tests/fixtures/session.json`.
//!
//! `SQUELCH_RECORD=1 cargo test -p squelch-tests --test recorded` records it anew. Otherwise the kept one is compared with
//! what the core says now: not what was said, which differs each time, but of what kinds and with which fields.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};
use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupKey};
use squelch_core::view::{Command, PlaybackState, RowState, SearchQuery, TimelineQuery, TimelineView};
use squelch_demo::{Announcement, Controls, Fault, Options};
use squelch_tests::LIMIT;
use squelch_tests::desk::{Desk, server};

/// Calls of the town that are heard one after the other: talkgroup, clip, and whether it is known what was said.
const HEARD: [(u64, u64, usize, bool); 6] = [
    (100, 5001, 1, true),
    (100, 5001, 2, true),
    (7, 61, 18, false),
    (100, 5003, 12, true),
    (100, 5002, 7, true),
    (100, 5002, 10, false),
];
/// The one that sounds at the end.
const LAST: (u64, u64, usize) = (100, 5003, 14);
/// Those that wait behind it.
const WAITING: [(u64, u64, usize); 3] = [(7, 62, 19), (100, 5001, 4), (300, 1, 9)];

fn file() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/tests/fixtures/session.json").into()
}

async fn talkgroup_of(desk: &mut Desk, here: ServerId, call: u64) -> TalkgroupKey {
    let row = desk.screen.row(call, "shown", |_| true).await;
    TalkgroupKey { server: here, talkgroup: row.talkgroup.expect("the demo lists it") }
}

fn announced(controls: &Controls, (system, talkgroup, clip): (u64, u64, usize)) -> u64 {
    controls.announce(Announcement::on(system, talkgroup).clip(clip))
}

/// Hears calls of every kind, and chooses; ends while a call sounds and others wait.
async fn listen(desk: &mut Desk, controls: &Controls, here: ServerId) {
    let mut calls = Vec::new();
    for (system, talkgroup, clip, said) in HEARD {
        let call = announced(controls, (system, talkgroup, clip));
        desk.played(call).await;
        if said {
            controls.transcribe_clip(call, clip);
            desk.screen
                .wait("what was said", |shown| {
                    let row = shown.rows.iter().find(|row| row.key.call.0 == call)?;
                    row.transcript.as_ref().map(|_| ())
                })
                .await;
        }
        calls.push(call);
    }
    let gone = controls.announce(Announcement::on(100, 5002).clip(8).fault(Fault::Missing));
    desk.screen.row(gone, "failed", |state| matches!(state, RowState::Failed { .. })).await;
    let key = |call: u64| CallKey::new(here, CallId(call));
    desk.send(Command::Bookmark { call: key(calls[0]), on: true }).await;
    desk.screen
        .wait("the bookmark", |shown| {
            shown.rows.iter().any(|row| row.key.call.0 == calls[0] && row.bookmarked == Some(true)).then_some(())
        })
        .await;

    let works = announced(controls, (100, 5004, 15));
    desk.playing(works).await;
    let turn = desk.screen.shown.playback.turn.expect("it sounds");
    desk.send(Command::Skip { turn }).await;
    desk.screen.row(works, "skipped", |state| *state == RowState::Skipped).await;
    let works = talkgroup_of(desk, here, works).await;
    desk.send(Command::Avoid { talkgroup: works, minutes: Some(60) }).await;
    let fire = talkgroup_of(desk, here, calls[0]).await;
    desk.send(Command::AlertTalkgroup { talkgroup: fire, on: true }).await;
    let left_out = announced(controls, (100, 5004, 16));
    desk.screen.row(left_out, "not played", |state| matches!(state, RowState::NotPlayed { .. })).await;
    desk.send(Command::SavePreset { name: "Fire and EMS".into() }).await;
    desk.screen.wait("the preset", |shown| (!shown.selection.presets.is_empty()).then_some(())).await;

    let last = announced(controls, LAST);
    let waiting = WAITING.map(|call| announced(controls, call));
    desk.playing(last).await;
    controls.transcribe_clip(last, LAST.2);
    desk.screen
        .wait("all of it at once", |shown| {
            let playing = shown.playback.row.as_ref()?;
            let so = playing.key.call.0 == last && playing.transcript.is_some() && !shown.playback.peaks.is_empty();
            let all = waiting.iter().all(|call| shown.rows.iter().any(|row| row.key.call.0 == *call));
            (so && all && shown.playback.state == PlaybackState::Playing).then_some(())
        })
        .await;
}

/// What the timeline has of it, once all that was heard is written.
async fn timeline(desk: &Desk) -> TimelineView {
    let begun = std::time::Instant::now();
    while begun.elapsed() < LIMIT {
        let query = TimelineQuery { from_ms: 0.0, to_ms: 4_000_000_000_000.0, shapes: true };
        let view = desk.client.timeline(query).await.expect("it can be read");
        if view.shapes.iter().filter(|shape| !shape.is_empty()).count() > HEARD.len() {
            return view;
        }
        tokio::task::yield_now().await;
    }
    panic!("what was heard is not written");
}

/// The session, and what is answered after it.
async fn record() -> Value {
    let (demo, controls) = server(Options { archive: 120, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let here = desk.screen.server("listed", |server| server.directory > 0).await.id;
    listen(&mut desk, &controls, here).await;
    let messages: Vec<Value> =
        desk.screen.sent.iter().map(|message| serde_json::from_str(message).expect("messages are JSON")).collect();
    let newest = desk.screen.shown.rows.iter().map(|row| row.start_ms).fold(0.0, f64::max);
    let query = SearchQuery {
        server: here,
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
    };
    let found = desk.client.search(query, None).await.expect("it can be searched");
    let first = found.rows.first().expect("the archive has calls").key;
    let answers = json!({
        "talkgroups": desk.client.talkgroups(here).await.expect("they are known"),
        "search": found,
        "bookmarks": desk.client.bookmarks(here).await.expect("there is one"),
        "details": desk.client.details(first).await.expect("it is there"),
        "shared": desk.client.shared(first).await.expect("it can be asked"),
        "timeline": timeline(&desk).await,
        "share": desk.client.share(first).await.expect("it can be shared"),
    });
    let address = demo.address();
    let recorded = json!({ "at": newest + 9_000.0, "messages": messages, "answers": answers }).to_string();
    // Its port differs each time, and no listener has seen such an address.
    let recorded =
        recorded.replace(&address, "https://scanner.harbor.example").replace(&address[7..], "scanner.harbor.example");
    serde_json::from_str(&recorded).expect("it is JSON")
}

/// Of which kinds the events are.
fn kinds(recorded: &Value) -> BTreeSet<String> {
    let updates = recorded["messages"].as_array().expect("messages are kept").iter();
    let events = updates.filter_map(|message| message["update"]["events"].as_array()).flatten();
    events.map(|event| event["kind"].as_str().expect("events have kinds").to_owned()).collect()
}

/// The names of the fields at every place; what is one of several kinds has a place for each.
fn fields(value: &Value, at: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| fields(one, at, found)),
        Value::Object(all) => {
            let kind = all.get("kind").and_then(Value::as_str).unwrap_or_default();
            let at = format!("{at}({kind})");
            found.entry(at.clone()).or_default().extend(all.keys().cloned());
            all.iter().for_each(|(name, one)| fields(one, &format!("{at}.{name}"), found));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_session_is_what_the_core_says_today() {
    let now = record().await;
    if std::env::var_os("SQUELCH_RECORD").is_some() {
        let text = serde_json::to_string(&now).expect("it is JSON");
        std::fs::write(file(), text + "\n").expect("it can be written");
    }
    let kept = std::fs::read_to_string(file()).expect("it is kept");
    let kept: Value = serde_json::from_str(&kept).expect("it is JSON");
    assert_eq!(kinds(&kept), kinds(&now), "record it anew, see above");
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    fields(&kept, "", &mut before);
    fields(&now, "", &mut after);
    // What is not there in one of them is nothing at times: no call, no problem.
    before.retain(|at, _| after.contains_key(at));
    after.retain(|at, _| before.contains_key(at));
    assert_eq!(before, after, "record it anew, see above");
}
