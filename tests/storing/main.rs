//! The archive on this computer, as listening fills it: each call once, with what became of it, its audio and its words;
//! and going on where listening stopped.

#![forbid(unsafe_code)]

mod reinstalled;
mod searching;
mod timeline;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use squelch_core::archive::{Archive, Entry, Limits, ReadError, Reader, Search, State};
use squelch_core::clock::Clock;
use squelch_core::model::{CallKey, TalkgroupKey};
use squelch_core::problem::Code;
use squelch_core::view::{Command, NotPlayed, PlaybackState, Row, RowState};
use squelch_demo::{Announcement, Controls, Fault};
use squelch_tests::desk::{Desk, quiet_server, rising_tone};
use squelch_tests::{LIMIT, within};

const AUDIO: &str = "GET /api/v1/calls/:id/audio";

fn tone(controls: &Controls, talkgroup: u64, length: Duration) -> u64 {
    controls.announce(Announcement::on(100, talkgroup).bytes(rising_tone(length), "audio/wav"))
}

fn short(controls: &Controls) -> u64 {
    tone(controls, 5001, Duration::from_millis(60))
}

/// What is in the archive of a client that has ended.
async fn kept(data: &std::path::Path) -> Vec<Entry> {
    let archive = Archive::start(data.to_path_buf(), Clock::system(), Limits { age: None, bytes: None });
    let mut standing = archive.standing();
    within("an open archive", standing.wait_for(|standing| standing.is_open && standing.is_swept)).await.expect("open");
    assert_eq!(standing.borrow().swept.calls, 0, "a row pointed to a file that was not whole");
    let everything = |reader: &Reader| Ok::<_, ReadError>(reader.search(&Search::default(), 10_000, None)?.entries);
    let entries = archive.ask(everything).await.expect("it can be read");
    for entry in entries.iter().filter(|entry| entry.audio > 0) {
        assert_eq!(archive.audio(entry.id).await.expect("it is whole").len() as u64, entry.audio);
    }
    archive.end(LIMIT).await;
    entries
}

/// As the archive has what the feed shows.
fn as_kept(state: &RowState) -> State {
    match state {
        RowState::Found => panic!("it has no place in the feed"),
        RowState::Unplayed => State::Filtered(NotPlayed::LiveOff),
        RowState::Missed | RowState::Waiting | RowState::Loading | RowState::Ready | RowState::Playing => {
            State::Unheard
        }
        RowState::Played => State::Heard,
        RowState::Skipped => State::Skipped,
        RowState::NotPlayed { why: NotPlayed::TooOld } => State::Unheard,
        RowState::NotPlayed { why } => State::Filtered(*why),
        RowState::Failed { problem } if problem.code == Code::AudioUnreachable => State::Unheard,
        RowState::Failed { .. } => State::Unavailable,
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

async fn happen(desk: &mut Desk, controls: &Controls, dice: &mut Dice) {
    match dice.below(24) {
        0 => _ = controls.announce(Announcement::default().fault(Fault::Missing)),
        1 => desk.send(Command::Pause { on: dice.below(2) == 0 }).await,
        2 => desk.send(Command::Listen { on: dice.below(3) > 0 }).await,
        3 => {
            if let Some(turn) = desk.screen.shown.playback.turn {
                desk.send(Command::Skip { turn }).await;
            }
        }
        4 => {
            let rows = &desk.screen.shown.rows;
            if let Some(row) = rows.get(dice.below(10) as usize) {
                // It may have left meanwhile, or be out of reach.
                let _ = desk.client.send(Command::Play { call: row.key }).await;
            }
        }
        5 => {
            let row = desk.screen.shown.rows.iter().find_map(|row| Some((row.key.server, row.talkgroup?)));
            if let Some((server, talkgroup)) = row {
                let talkgroups = vec![talkgroup];
                desk.send(Command::Switch { server, talkgroups, on: dice.below(2) == 0 }).await;
            }
        }
        6 => drop(controls.drop_sockets()),
        7 => desk.hands.advance(Duration::from_secs(dice.below(400))),
        _ => drop(tone(controls, 5001 + dice.below(2), Duration::from_millis(60 + dice.below(500)))),
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_the_feed_has_one_row_in_the_archive_whose_state_is_the_feeds() {
    for seed in 1..=3 {
        let (demo, controls) = quiet_server().await;
        let mut desk = Desk::new().await;
        desk.join(&demo).await;
        let mut dice = Dice(seed);
        let mut heard = BTreeSet::new();
        for _ in 0..120 {
            happen(&mut desk, &controls, &mut dice).await;
            while let Ok(true) = tokio::time::timeout(Duration::from_millis(3), desk.screen.hear()).await {
                let played = desk.screen.shown.rows.iter().filter(|row| row.state == RowState::Played);
                heard.extend(played.map(|row| row.key));
            }
        }
        desk.live_again().await;
        let client = desk.client.clone();
        client.shutdown().await;
        while desk.screen.hear().await {
            heard.extend(desk.screen.shown.rows.iter().filter(|row| row.state == RowState::Played).map(|row| row.key));
        }
        let entries = kept(desk.data()).await;
        let mut states: BTreeMap<CallKey, State> = BTreeMap::new();
        for entry in &entries {
            assert_eq!(states.insert(entry.key, entry.state), None, "seed {seed}: {:?} is there twice", entry.key);
        }
        let rows = &desk.screen.shown.rows;
        assert!(rows.len() > 40, "seed {seed}: {}", rows.len());
        for row in rows {
            let wanted = if heard.contains(&row.key) { State::Heard } else { as_kept(&row.state) };
            assert_eq!(states.get(&row.key), Some(&wanted), "seed {seed}: {row:?}");
        }
        assert_eq!(states.len(), rows.len(), "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_kept_as_it_came_with_its_names_its_words_and_its_shape() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let call = short(&controls);
    desk.played(call).await;
    let row = desk.screen.shown.rows[0].clone();
    let bytes = controls.audio_of(call).expect("the server has its audio");
    let (folder, _) = desk.end().await;
    let entries = kept(folder.path()).await;
    let entry = &entries[0];
    assert_eq!((entries.len(), entry.key, entry.state), (1, row.key, State::Heard));
    assert_eq!(entry.audio, bytes.len() as u64);
    let labels = entry.call.labels.clone().expect("it has names");
    assert_eq!(labels.name.or(labels.label).as_deref(), Some(row.title.as_str()));
    assert_eq!((entry.call.talkgroup, entry.call.system), (row.talkgroup, row.system_id));
    assert_eq!(entry.call.duration.map(|length| length.as_millis() as u32), row.duration_ms);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_next_start_the_call_that_was_cut_goes_on_and_those_that_waited_follow_without_asking_for_them_again() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let long = tone(&controls, 5001, Duration::from_secs(60));
    desk.playing(long).await;
    let rest = [short(&controls), short(&controls)];
    for call in rest {
        desk.screen.row(call, "ready", |state| *state == RowState::Ready).await;
    }
    desk.send(Command::PlayFrom { call: desk.screen.shown.rows[2].key, at_ms: 40_000 }).await;
    desk.send(Command::Pause { on: true }).await;
    desk.screen.wait("a pause", |shown| (shown.playback.state == PlaybackState::Paused).then_some(())).await;
    let position = desk.screen.shown.playback.position_ms;
    assert!(position >= 40_000, "{position}");
    let (folder, vault) = desk.end().await;
    assert_eq!(controls.requests(AUDIO), 3);

    let mut desk = Desk::later(folder, vault, Duration::from_secs(60)).await;
    let playing = desk
        .screen
        .wait("it to go on", |shown| {
            let is_it = shown.playback.row.as_ref().is_some_and(|row| row.key.call.0 == long);
            (is_it && shown.playback.state == PlaybackState::Playing).then(|| shown.playback.clone())
        })
        .await;
    assert!(playing.position_ms >= position, "{} after {position}", playing.position_ms);
    for call in rest {
        desk.played(call).await;
    }
    assert_eq!(controls.requests(AUDIO), 3, "all of it was here");
    let live = short(&controls);
    desk.played(live).await;
    let entries = kept(desk.end().await.0.path()).await;
    assert_eq!(entries.iter().filter(|entry| entry.state == State::Heard).count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_when_the_program_ended_is_no_news_the_next_day_and_what_was_asked_for_is_played_all_the_same() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let heard = short(&controls);
    desk.played(heard).await;
    desk.send(Command::Pause { on: true }).await;
    let waits = short(&controls);
    desk.screen.row(waits, "ready", |state| *state == RowState::Ready).await;
    let asked = desk.screen.row(heard, "there", |_| true).await.key;
    desk.send(Command::Enqueue { call: asked }).await;
    desk.screen.row(heard, "ready", |state| *state == RowState::Ready).await;
    let (folder, vault) = desk.end().await;
    drop((demo, controls));

    let mut desk = Desk::later(folder, vault, Duration::from_secs(24 * 60 * 60)).await;
    desk.played(heard).await;
    let too_old = RowState::NotPlayed { why: NotPlayed::TooOld };
    desk.screen.row(waits, "too old", |state| *state == too_old).await;
    let entries = kept(desk.end().await.0.path()).await;
    let state = |call: u64| entries.iter().find(|entry| entry.key.call.0 == call).map(|entry| entry.state);
    assert_eq!((state(heard), state(waits)), (Some(State::Heard), Some(State::Unheard)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talkgroup_that_is_kept_for_ever_has_its_audio_kept_although_nobody_listens() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let heard = short(&controls);
    desk.played(heard).await;
    let row = desk.screen.row(heard, "there", |_| true).await;
    let talkgroup = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("it is listed") };
    desk.send(Command::Listen { on: false }).await;
    let before = short(&controls);
    desk.screen.row(before, "not played", |state| matches!(state, RowState::NotPlayed { .. })).await;
    desk.send(Command::KeepTalkgroup { talkgroup, on: true }).await;
    let calls = [before, short(&controls)];
    let other = tone(&controls, 5002, Duration::from_millis(60));
    let is_here = |rows: &[Row], call: u64| rows.iter().any(|row| row.key.call.0 == call && row.is_here);
    desk.screen
        .wait("all of it to be here", |shown| calls.iter().all(|call| is_here(&shown.rows, *call)).then_some(()))
        .await;
    assert_eq!(controls.requests(AUDIO), 3);
    let entries = kept(desk.end().await.0.path()).await;
    let of = |call: u64| entries.iter().find(|entry| entry.key.call.0 == call).expect("it is there");
    for call in calls {
        assert_eq!(of(call).state, State::Filtered(NotPlayed::LiveOff));
        assert!(of(call).audio > 0 && of(call).kept_for_talkgroup);
    }
    assert_eq!(of(other).audio, 0);
}
