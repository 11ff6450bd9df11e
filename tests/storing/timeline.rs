//! The timeline of what is kept, playing on from a place on it, and hearing again what sounded last.

use std::time::Duration;

use squelch_core::model::CallKey;
use squelch_core::problem::Code;
use squelch_core::view::{Command, PlaybackState, PlaybackView, RowState, TimelineQuery, TimelineView};
use squelch_demo::Controls;
use squelch_tests::LIMIT;
use squelch_tests::desk::{Desk, quiet_server};

use super::{short, tone};

/// All there is, with the calls' shapes.
const ALL: TimelineQuery = TimelineQuery { from_ms: 0.0, to_ms: 4_000_000_000_000.0, shapes: true };

/// Asks until the timeline is as wanted: what was noted is written in a moment.
async fn timeline(desk: &Desk, wanted: impl Fn(&TimelineView) -> bool) -> TimelineView {
    let begun = std::time::Instant::now();
    while begun.elapsed() < LIMIT {
        let view = desk.client.timeline(ALL).await.expect("it can be read");
        if wanted(&view) {
            return view;
        }
        tokio::task::yield_now().await;
    }
    panic!("it stays otherwise: {:?}", desk.client.timeline(ALL).await);
}

async fn key(desk: &mut Desk, call: u64) -> CallKey {
    desk.screen.row(call, "there", |_| true).await.key
}

/// Waits until this call sounds.
async fn sounds(desk: &mut Desk, call: u64) -> PlaybackView {
    desk.screen
        .wait(&format!("call {call} to sound"), |shown| {
            let is_it = shown.playback.row.as_ref().is_some_and(|row| row.key.call.0 == call);
            (is_it && shown.playback.state == PlaybackState::Playing).then(|| shown.playback.clone())
        })
        .await
}

/// Three calls of the past, one that goes on for two minutes, and one that waits.
async fn listening(controls: &Controls, desk: &mut Desk) -> ([u64; 3], u64, u64) {
    desk.screen.server("listed", |server| server.directory > 0).await;
    let mut heard = [0; 3];
    for (call, talkgroup) in heard.iter_mut().zip([5001, 5002, 5001]) {
        *call = tone(controls, talkgroup, Duration::from_secs(2));
        desk.played(*call).await;
        desk.hands.advance(Duration::from_secs(10));
    }
    let long = tone(controls, 5001, Duration::from_secs(120));
    desk.playing(long).await;
    let waits = short(controls);
    desk.screen.row(waits, "ready", |state| *state == RowState::Ready).await;
    (heard, long, waits)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_has_each_call_in_its_lane_with_its_length_its_state_and_its_shape() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let (heard, long, waits) = listening(&controls, &mut desk).await;
    let is_whole = |view: &TimelineView| view.states == "hhhuu" && view.shapes.iter().all(|shape| shape.len() == 64);
    let view = timeline(&desk, is_whole).await;
    let calls: Vec<_> = heard.iter().chain([&long, &waits]).map(|call| *call as f64).collect();
    assert_eq!(view.calls, calls, "in the order of time");
    let titles = [heard[0], heard[1]].map(|call| {
        let row = desk.screen.shown.rows.iter().find(|row| row.key.call.0 == call).expect("it is shown");
        (row.title.clone(), row.color.clone())
    });
    let lane = |call: usize| &view.lanes[view.lane[call] as usize];
    assert_eq!([0, 1].map(|call| (lane(call).name.clone(), lane(call).color.clone())), titles);
    assert_eq!(view.lanes.len(), 2);
    assert_eq!(view.lane.iter().map(|lane| *lane == view.lane[0]).collect::<Vec<_>>(), [true, false, true, true, true]);
    assert_eq!((view.lengths[0], view.lengths[3]), (2_000, 120_000));
    assert!(view.shapes[0].contains(|digit| digit != '0'), "it is no silence: {}", view.shapes[0]);
    assert!(!view.is_cut && view.gaps.is_empty());
    // A shorter stretch has what reaches into it, and no shapes where they are not wanted.
    let start: f64 = view.starts[..4].iter().sum();
    let (from_ms, to_ms) = (start + 30_000.0, start + 31_000.0);
    let part = desk.client.timeline(TimelineQuery { from_ms, to_ms, shapes: false }).await.expect("it can be read");
    assert!(part.calls.contains(&(long as f64)) && !part.calls.contains(&(heard[0] as f64)), "{part:?}");
    assert!(part.shapes.iter().all(String::is_empty));
    for (from_ms, to_ms) in [(f64::NAN, 1.0), (2.0, 1.0), (0.0, f64::INFINITY)] {
        let nothing = desk.client.timeline(TimelineQuery { from_ms, to_ms, shapes: true }).await;
        assert_eq!(nothing.expect("it is answered"), TimelineView::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn playing_on_from_a_place_goes_on_to_the_calls_after_it_and_then_where_live_was() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let (heard, long, waits) = listening(&controls, &mut desk).await;
    desk.hands.advance(Duration::from_secs(20));
    let view = timeline(&desk, |view| view.states == "hhhuu").await;
    let first = key(&mut desk, heard[0]).await;
    let groups: Vec<_> = view.lanes.iter().map(|lane| lane.group).collect();
    desk.client.play_on(first, 1_500, groups).await.expect("it can be played");
    let playing = sounds(&mut desk, heard[0]).await;
    assert!(playing.position_ms >= 1_500 && playing.behind_ms.is_none(), "{playing:?}");
    assert!(desk.screen.shown.listening.rewound >= 1, "{:?}", desk.screen.shown.listening);
    // By their rows: how long each sounds is for the laws of the state.
    for call in [heard[1], heard[2]] {
        sounds(&mut desk, call).await;
    }
    let playing = sounds(&mut desk, long).await;
    assert!(playing.position_ms >= 20_000, "it goes on where it was: {}", playing.position_ms);
    assert_eq!(desk.screen.shown.listening.rewound, 0);
    desk.played(waits).await;
    let gone = CallKey { call: squelch_core::model::CallId(999_999), ..first };
    let problem = desk.client.play_on(gone, 0, Vec::new()).await.expect_err("it is not there");
    assert_eq!(problem.code, Code::NotPossible);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_lane_alone_is_played_on_where_only_that_is_shown() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let (heard, long, _) = listening(&controls, &mut desk).await;
    let view = timeline(&desk, |view| view.states == "hhhuu").await;
    let first = key(&mut desk, heard[0]).await;
    let lane = view.lanes[view.lane[0] as usize].group;
    desk.send(Command::Pause { on: true }).await;
    desk.client.play_on(first, 0, vec![lane]).await.expect("it can be played");
    sounds(&mut desk, heard[0]).await;
    let next = desk.screen.shown.listening.next.map(|next| next.call.0);
    assert_eq!(next, Some(heard[2]), "the other lane's call is left out");
    sounds(&mut desk, heard[2]).await;
    sounds(&mut desk, long).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seconds_are_heard_again_from_this_computer_and_live_goes_on() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let (heard, long, waits) = listening(&controls, &mut desk).await;
    desk.hands.advance(Duration::from_secs(2));
    let asked = controls.requests(super::AUDIO);
    // Two seconds of the long one, two of the one before it, and one of the one before that.
    desk.send(Command::Rewind { seconds: 5, nth: 0 }).await;
    desk.send(Command::Rewind { seconds: 5, nth: 0 }).await;
    let playing = sounds(&mut desk, heard[1]).await;
    assert!((1_000..2_000).contains(&playing.position_ms), "{}", playing.position_ms);
    sounds(&mut desk, heard[2]).await;
    let playing = sounds(&mut desk, long).await;
    assert!(playing.position_ms < 2_000, "it is part of what is heard again: {}", playing.position_ms);
    desk.played(waits).await;
    assert_eq!(controls.requests(super::AUDIO), asked, "all of it was here");
}
