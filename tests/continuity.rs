//! Nothing that a server announced or stored is lost: lost links, dropped frames, restarts, and servers that do not answer.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use squelch_core::archive::{Archive, Gap, Limits};
use squelch_core::clock::{Clock, WallTime};
use squelch_core::model::{ServerId, TalkgroupKey};
use squelch_core::view::{
    AwayView, Command, LinkView, MissedChoice, NotPlayed, Priority, Row, RowState, ServerView, Setting, WhileAway,
};
use squelch_demo::{Announcement, Controls, Demo, Grant, Instead, USER};
use squelch_tests::desk::{Desk, quiet_server, registered, rising_tone};
use squelch_tests::{LIMIT, within};

const SEARCH: &str = "GET /api/v1/calls";

/// Half a minute longer than those who are not asked.
const LONG: Duration = Duration::from_secs(90);

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let (desk, _) = joined_to(&demo, &controls).await;
    (demo, controls, desk)
}

/// Whoever listens there, and the first call they heard: from then on it is known when they came.
async fn joined_to(demo: &Demo, controls: &Controls) -> (Desk, u64) {
    let mut desk = Desk::new().await;
    desk.join(demo).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let first = tone(controls, 100, 5001);
    desk.played(first).await;
    (desk, first)
}

fn short() -> Announcement {
    Announcement::default().bytes(rising_tone(Duration::from_millis(60)), "audio/wav")
}

fn tone(controls: &Controls, system: u64, talkgroup: u64) -> u64 {
    controls.announce(Announcement::on(system, talkgroup).bytes(rising_tone(Duration::from_millis(60)), "audio/wav"))
}

/// The link is lost for a while; what happens there meanwhile.
async fn away<T>(desk: &mut Desk, controls: &Controls, span: Duration, meanwhile: impl FnOnce() -> T) -> T {
    controls.hold_welcomes(true);
    controls.drop_sockets();
    desk.screen.server("a lost link", |server| server.link != LinkView::Live).await;
    controls.advance(span);
    desk.hands.advance(span);
    let what = meanwhile();
    controls.hold_welcomes(false);
    desk.live_again().await;
    registered(controls, 1).await;
    what
}

async fn missed(desk: &mut Desk, calls: u32) -> AwayView {
    let wanted = |away: &AwayView| away.calls == calls;
    desk.screen.wait(&format!("{calls} missed calls"), |shown| wanted(&shown.away).then(|| shown.away.clone())).await
}

fn three(controls: &Controls) -> [u64; 3] {
    [5001, 5002, 5001].map(|talkgroup| tone(controls, 100, talkgroup))
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_were_missed_are_shown_in_their_place_and_played_if_somebody_wants_that() {
    let (_demo, controls, mut desk) = joined().await;
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 3).await;
    let live = tone(&controls, 100, 5001);
    desk.played(live).await;
    let rows = &desk.screen.shown.rows;
    assert_eq!(rows.iter().map(|row| row.late).collect::<Vec<_>>(), [false, true, true, true, false]);
    assert!(rows[1..].windows(2).all(|pair| pair[0].start_ms >= pair[1].start_ms), "by when they began: {rows:?}");
    assert_eq!(controls.requests("GET /api/v1/calls/:id/audio"), 2, "nothing of it is fetched before");
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    for call in calls {
        desk.played(call).await;
        assert_eq!(controls.requests(&format!("GET /api/v1/calls/{call}/audio")), 1);
    }
    missed(&mut desk, 0).await;
    assert_eq!(desk.screen.shown.away, AwayView::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_short_loss_calls_play_as_if_nothing_had_happened() {
    let (_demo, controls, mut desk) = joined().await;
    let calls = away(&mut desk, &controls, Duration::from_secs(20), || three(&controls)).await;
    for call in calls {
        desk.played(call).await;
    }
    assert!(desk.screen.shown.rows.iter().filter(|row| row.late).count() == 3);
    assert_eq!(desk.screen.shown.away.calls, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_skims_hears_what_stands_out_and_who_drops_hears_nothing() {
    let (_demo, controls, mut desk) = joined().await;
    let row = desk.screen.shown.rows[0].clone();
    let fire = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("it is listed") };
    desk.send(Command::Prioritise { talkgroup: fire, priority: Priority::High }).await;
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    assert_eq!(missed(&mut desk, 3).await.skim, 2);
    desk.send(Command::Missed { choice: MissedChoice::Skim }).await;
    desk.played(calls[0]).await;
    desk.played(calls[2]).await;
    let dropped = |state: &RowState| *state == RowState::NotPlayed { why: NotPlayed::WhileAway };
    desk.screen.row(calls[1], "dropped", dropped).await;
    desk.send(Command::Change { setting: Setting::WhileAway { choice: WhileAway::Drop } }).await;
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    for call in calls {
        desk.screen.row(call, "dropped without asking", dropped).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_any_more_is_not_offered() {
    let (_demo, controls, mut desk) = joined().await;
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 3).await;
    let row = desk.screen.row(calls[1], "missed", |state| *state == RowState::Missed).await;
    let police = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("it is listed") };
    desk.send(Command::Avoid { talkgroup: police, minutes: None }).await;
    missed(&mut desk, 2).await;
    desk.send(Command::Play { call: row.key }).await;
    desk.played(calls[1]).await;
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    desk.played(calls[2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_the_server_dropped_is_noticed_by_the_next_number() {
    let (_demo, controls, mut desk) = joined().await;
    // What it stores and announces to nobody is what a slow listener's server does.
    let dropped = controls.store(short());
    let next = tone(&controls, 100, 5001);
    desk.played(next).await;
    let is_played = |row: &Row| row.key.call.0 == dropped && row.state == RowState::Played;
    let late = desk
        .screen
        .wait_while_time_passes(&desk.hands, "the dropped call", |shown| {
            shown.rows.iter().find(|row| is_played(row)).cloned()
        })
        .await;
    assert!(late.late && !late.earlier);
    assert_eq!(controls.requests(&format!("GET /api/v1/calls/{next}/audio")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_say_what_there_was_leaves_a_gap_that_is_shown_and_filled_later() {
    for instead in [
        Instead::Status(500, "database is locked".into()),
        Instead::Page(200),
        Instead::Json("[]".into()),
        Instead::Drop,
    ] {
        let (_demo, controls, mut desk) = joined().await;
        controls.instead_always(SEARCH, Some(instead.clone()));
        let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
        let gap =
            desk.screen.wait_while_time_passes(&desk.hands, "a gap", |shown| shown.away.gaps.first().cloned()).await;
        assert!(gap.problem.is_some() && gap.from_ms < gap.to_ms, "{instead:?}: {gap:?}");
        let live = tone(&controls, 100, 5001);
        desk.played(live).await;
        controls.instead_always(SEARCH, None);
        desk.send(Command::LookAgain { server: gap.server }).await;
        missed(&mut desk, 3).await;
        assert!(desk.screen.shown.away.gaps.is_empty(), "{instead:?}");
        desk.send(Command::Missed { choice: MissedChoice::Play }).await;
        desk.played(calls[2]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_hear_everything_misses_only_what_they_may_hear() {
    let (demo, controls) = quiet_server().await;
    controls.restrict(USER, vec![Grant { system: 1, talkgroups: Some(vec![1]) }]);
    let (mut desk, first) = joined_to(&demo, &controls).await;
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 2).await;
    let mut shown: Vec<_> = desk.screen.shown.rows.iter().map(|row| row.key.call.0).collect();
    shown.sort_unstable();
    assert_eq!(shown, [first, calls[0], calls[2]]);
}

/// A row of search results as the server gives it, and what it is among.
async fn answer_of(demo: &Demo) -> serde_json::Value {
    let url = format!("{}/api/v1/calls?limit=100", demo.address());
    let text = reqwest::get(url).await.expect("it answers").text().await.expect("it is text");
    serde_json::from_str(&text).expect("it is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_pages_never_end_is_asked_so_often_and_no_oftener_and_the_rest_is_a_gap() {
    let (demo, controls, mut desk) = joined().await;
    // A page is full, its calls are of this moment, and whatever page is asked for, there is more.
    for _ in 0..100 {
        controls.store(short());
    }
    let mut answer = answer_of(&demo).await;
    answer["total"] = 1_000_000.into();
    let asked = controls.requests(SEARCH);
    controls.instead_always(SEARCH, Some(Instead::Json(answer.to_string())));
    away(&mut desk, &controls, LONG, || three(&controls)).await;
    let gap = desk.screen.wait("a gap", |shown| shown.away.gaps.first().cloned()).await;
    assert_eq!(gap.problem, None, "it answered, and there is more than is asked for");
    let questions = controls.requests(SEARCH) - asked;
    assert!((2..=300).contains(&questions), "{questions}");
    let live = tone(&controls, 100, 5001);
    desk.send(Command::Missed { choice: MissedChoice::Drop }).await;
    desk.played(live).await;
}

/// A call of a recorder whose clock is wrong by so many seconds.
fn at_another_time(controls: &Controls, off: i64) -> u64 {
    let like = controls.store(short());
    let frame = controls.frame_of(like).expect("it is there");
    let mut call: serde_json::Value =
        serde_json::from_str::<serde_json::Value>(&frame).expect("it is JSON")["call"].clone();
    let second = call["dateTime"].as_i64().expect("it is a number");
    call["dateTime"] = second.saturating_add(off).into();
    controls.announce_recorded(&call, rising_tone(Duration::from_millis(60)))
}

const YEAR: i64 = 365 * 24 * 60 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn calls_from_the_future_are_played_and_nothing_is_missed_because_of_them() {
    let (_demo, controls, mut desk) = joined().await;
    for call in [three(&controls), three(&controls)].concat() {
        desk.played(call).await;
    }
    for years in [1, 60] {
        let call = at_another_time(&controls, years * YEAR);
        desk.played(call).await;
    }
    let calls = away(&mut desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 3).await;
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    for call in calls {
        desk.played(call).await;
    }
    assert_eq!(desk.screen.shown.away, AwayView::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_a_year_meanwhile_loses_no_call() {
    let (_demo, controls, mut desk) = joined().await;
    let hands = desk.hands.clone();
    let calls = away(&mut desk, &controls, LONG, || {
        hands.jump_wall(-YEAR * 1_000);
        three(&controls)
    })
    .await;
    missed(&mut desk, 3).await;
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    for call in calls {
        desk.played(call).await;
    }
}

/// Squelch ends, time passes, and it starts again; what happens meanwhile.
async fn not_running<T>(desk: Desk, controls: &Controls, span: Duration, meanwhile: impl FnOnce() -> T) -> (Desk, T) {
    let (folder, vault) = desk.end().await;
    controls.advance(span);
    let what = meanwhile();
    let mut desk = Desk::later(folder, vault, span).await;
    desk.live().await;
    registered(controls, 1).await;
    (desk, what)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_squelch_did_not_run_is_missed_as_after_a_lost_link_and_what_was_heard_is_not() {
    let (_demo, controls, mut desk) = joined().await;
    let heard = three(&controls);
    for call in heard {
        desk.played(call).await;
    }
    let (mut desk, calls) = not_running(desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 3).await;
    let is_late = |row: &Row| calls.contains(&row.key.call.0);
    let rows = &desk.screen.shown.rows;
    assert!(rows.iter().all(|row| row.late == is_late(row)), "{rows:?}");
    assert!(rows.iter().filter(|row| !row.late).all(|row| row.state != RowState::Missed));
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    for call in calls {
        desk.played(call).await;
        assert_eq!(controls.requests(&format!("GET /api/v1/calls/{call}/audio")), 1);
    }
    assert_eq!(desk.screen.shown.away, AwayView::default());
    // Once more, with nothing new.
    let (mut desk, ()) = not_running(desk, &controls, 2 * LONG, || ()).await;
    let live = tone(&controls, 100, 5001);
    desk.played(live).await;
    assert_eq!(desk.screen.shown.away, AwayView::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_back_within_a_minute_hears_what_came_meanwhile_at_once() {
    let (_demo, controls, desk) = joined().await;
    let (mut desk, calls) = not_running(desk, &controls, Duration::from_secs(5), || three(&controls)).await;
    for call in calls {
        desk.played(call).await;
    }
    assert_eq!(desk.screen.shown.away, AwayView::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_new_server_nothing_is_missed() {
    let (_demo, controls, desk) = joined().await;
    // Another server, whose calls of before are nobody's.
    let (other, others) = quiet_server().await;
    let history = three(&others);
    let (mut desk, _) = not_running(desk, &controls, LONG, || three(&controls)).await;
    missed(&mut desk, 3).await;
    desk.add(&other, true).await;
    let address = other.address();
    let is_live = |server: &ServerView| server.address == address && server.link == LinkView::Live;
    desk.screen.wait("a live link", |shown| shown.servers.iter().any(is_live).then_some(())).await;
    let is_history = |row: &Row| row.earlier && row.key.call.0 == history[2] && row.key.server.0 == 2;
    desk.screen.wait("its history", |shown| shown.rows.iter().any(is_history).then_some(())).await;
    assert_eq!(desk.screen.shown.away.calls, 3);
}

/// The times of which the archive of a client that has ended says that nothing is known.
async fn gaps_kept(data: &Path) -> Vec<Gap> {
    let archive = Archive::start(data.to_path_buf(), Clock::system(), Limits { age: None, bytes: None });
    let mut standing = archive.standing();
    within("an open archive", standing.wait_for(|standing| standing.is_open)).await.expect("it opens");
    let gaps = archive.ask(|reader| reader.gaps(WallTime(0), WallTime(i64::MAX))).await.expect("it can be read");
    archive.end(LIMIT).await;
    gaps
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_kept_whether_it_is_left_or_the_program_ends_before_it_can_be_filled() {
    for is_left in [true, false] {
        let (_demo, controls, mut desk) = joined().await;
        controls.instead_always(SEARCH, Some(Instead::Page(200)));
        away(&mut desk, &controls, LONG, || three(&controls)).await;
        let gap =
            desk.screen.wait_while_time_passes(&desk.hands, "a gap", |shown| shown.away.gaps.first().cloned()).await;
        if is_left {
            desk.send(Command::LeaveGap { server: gap.server }).await;
        }
        let (folder, _) = desk.end().await;
        let kept = gaps_kept(folder.path()).await;
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!((kept[0].server, kept[0].from.0 as f64), (gap.server, gap.from_ms));
        assert!(kept[0].to > kept[0].from);
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

/// One thing that goes well or wrong.
async fn happen(desk: &mut Desk, controls: &Controls, dice: &mut Dice, stored: &mut Vec<u64>) {
    match dice.below(40) {
        0 => {
            controls.drop_sockets();
        }
        1 => {
            controls.freeze_sockets();
            desk.hands.advance(Duration::from_secs(80));
            controls.advance(Duration::from_secs(80));
            controls.thaw_sockets();
        }
        2 => {
            controls.close_sockets(1000, "");
        }
        3 => desk.hands.advance(Duration::from_secs(30)),
        4 if !stored.is_empty() => {
            let again = stored[dice.below(stored.len() as u64) as usize];
            controls.repeat(&[again, again]);
        }
        5 => stored.push(controls.store(short().ago(Duration::from_secs(dice.below(60))))),
        6..9 => stored.push(controls.store(short())),
        9 => {
            // Announced in another order than they were handed in.
            let mut three: Vec<_> = (0..3).map(|_| controls.store(short())).collect();
            stored.extend(&three);
            three.rotate_left(1 + dice.below(2) as usize);
            controls.repeat(&three);
        }
        10 if dice.below(4) == 0 => {
            controls.go_down().await;
            stored.push(controls.store(short()));
            controls.come_up().await;
        }
        _ => stored.push(controls.announce(short())),
    }
    // Short of what the queue holds.
    if stored.len().is_multiple_of(100) {
        desk.screen.wait("room", |shown| (shown.listening.waiting < 200).then_some(())).await;
    }
}

fn is_final(row: &Row) -> bool {
    matches!(row.state, RowState::Played | RowState::Failed { .. } | RowState::NotPlayed { .. } | RowState::Skipped)
}

async fn every_call_is_accounted_for(seed: u64, servers: usize, calls: usize) {
    let mut desk = Desk::new().await;
    desk.send(Command::Change { setting: Setting::WhileAway { choice: WhileAway::Play } }).await;
    let mut towns = Vec::new();
    for _ in 0..servers {
        let (demo, controls) = quiet_server().await;
        desk.add(&demo, true).await;
        let address = demo.address();
        let is_live = |server: &ServerView| server.address == address && server.link == LinkView::Live;
        desk.screen.wait("a live link", |shown| shown.servers.iter().any(is_live).then_some(())).await;
        registered(&controls, 1).await;
        let first = controls.announce(short());
        let is_here = |row: &Row| row.key.call.0 == first && row.key.server.0 == towns.len() as u32 + 1;
        desk.screen.wait("a first call", |shown| shown.rows.iter().any(is_here).then_some(())).await;
        // What is handed in late has not begun before we came.
        controls.advance(Duration::from_secs(120));
        towns.push((demo, controls, vec![first]));
    }
    let mut dice = Dice(seed);
    while towns.iter().map(|(_, _, stored)| stored.len()).sum::<usize>() < calls {
        let at = dice.below(servers as u64) as usize;
        let (_, controls, stored) = &mut towns[at];
        happen(&mut desk, controls, &mut dice, stored).await;
    }
    desk.live_again().await;
    let wanted: BTreeMap<String, BTreeSet<u64>> =
        towns.iter().map(|(demo, _, stored)| (demo.address(), stored.iter().copied().collect())).collect();
    let address = |servers: &[ServerView], id: ServerId| {
        servers.iter().find(|server| server.id == id).expect("it is listed").address.clone()
    };
    // What came while the last link was new.
    desk.hands.advance(Duration::from_secs(15));
    for so_many in (0..calls).step_by(25).chain([calls]) {
        desk.screen
            .wait_while_time_passes(&desk.hands, &format!("{so_many} calls at their end"), |shown| {
                (shown.rows.iter().filter(|row| is_final(row)).count() >= so_many).then_some(())
            })
            .await;
        // What did not fit into the queue at once waits for another word.
        desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    }
    let mut shown: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for row in &desk.screen.shown.rows {
        let address = address(&desk.screen.shown.servers, row.key.server);
        assert!(shown.entry(address).or_default().insert(row.key.call.0), "{:?} is there twice", row.key);
        // Of more calls than wait in the queue, or for a word, the oldest go.
        let is_old = row.state == RowState::NotPlayed { why: NotPlayed::TooOld };
        assert!(row.state == RowState::Played || is_old, "{row:?}");
    }
    assert_eq!(shown, wanted, "seed {seed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stored_call_ends_in_one_state_however_often_the_link_is_lost() {
    every_call_is_accounted_for(1, 1, 990).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_with_three_servers() {
    every_call_is_accounted_for(7, 3, 990).await;
}
