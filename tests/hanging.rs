//! A server that stops answering, in each phase: said within the limit, gone on from, and nothing waits for it for ever.
//!
//! Real time passes here only where the network's own limits are tested; they are short in these tests.

#![forbid(unsafe_code)]

use std::time::Duration;

use squelch_core::problem::Code;
use squelch_core::view::{AccountView, LinkView, RowState, ServerView};
use squelch_demo::{Announcement, Controls, Demo, Fault, Instead, USER};
use squelch_tests::desk::{Desk, quiet_server, short_call};

const LOGIN: &str = "POST /api/v1/auth/login";
const REFRESH: &str = "POST /api/v1/auth/refresh";
const SEARCH: &str = "GET /api/v1/calls";
const SOCKET: &str = "GET /api/v1/ws/listener";
const SETUP: &str = "GET /api/v1/setup/status";
/// After this long without a frame a link is dead.
const SILENCE: Duration = Duration::from_secs(75);
/// A server that has let us in says welcome within this.
const WELCOME: Duration = Duration::from_secs(30);

async fn begin() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    (demo, controls, Desk::impatient().await)
}

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls, mut desk) = begin().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

fn unanswered(server: &ServerView) -> bool {
    let problem = match &server.link {
        LinkView::Waiting { problem, .. } | LinkView::Refused { problem, .. } => problem,
        _ => return false,
    };
    matches!(problem.code, Code::ServerUnreachable | Code::LinkLost)
}

/// Once the server has let us in this often, calls are heard again.
async fn goes_on(desk: &mut Desk, controls: &Controls, welcomes: usize) {
    desk.live_again().await;
    controls.wait_for_welcomes(welcomes).await.expect("it is registered");
    let call = short_call(controls);
    desk.played(call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_looked_for() {
    let (demo, controls, mut desk) = begin().await;
    controls.stop_answering(true);
    desk.add(&demo, true).await;
    desk.screen.server("an unanswered search for the server", unanswered).await;
    controls.stop_answering(false);
    desk.add(&demo, true).await;
    goes_on(&mut desk, &controls, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_signing_in() {
    let (demo, controls, mut desk) = begin().await;
    controls.instead_once(LOGIN, Instead::Hang);
    desk.add(&demo, true).await;
    let unanswered = |account: &AccountView| match account {
        AccountView::SignedOut { problem: Some(problem), .. } => problem.code == Code::ServerUnreachable,
        _ => false,
    };
    desk.screen.server("an unanswered sign-in", |server| unanswered(&server.account)).await;
    // The password is not tried again by itself: it may have been counted.
    assert_eq!(controls.requests(LOGIN), 1);
    desk.add(&demo, true).await;
    goes_on(&mut desk, &controls, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_during_the_upgrade() {
    for phase in [SETUP, SOCKET] {
        let (_demo, controls, mut desk) = joined().await;
        controls.instead_once(phase, Instead::Hang);
        controls.drop_sockets();
        desk.screen
            .wait_while_time_passes(&desk.hands, "the hanging request", |_| {
                // Made once to get here, and once more.
                (controls.requests(phase) > 1).then_some(())
            })
            .await;
        desk.screen.server("an unanswered request", unanswered).await;
        goes_on(&mut desk, &controls, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instead_of_the_welcome() {
    let (demo, controls, mut desk) = begin().await;
    controls.hold_welcomes(true);
    desk.add(&demo, true).await;
    tokio::time::timeout(squelch_tests::LIMIT, desk.hands.wait_for_sleeper(SILENCE)).await.expect("it listens");
    desk.hands.advance(WELCOME);
    desk.screen.server("an end of waiting for the welcome", unanswered).await;
    // The socket that was given up is not let in any more.
    controls.cut_connections();
    controls.hold_welcomes(false);
    goes_on(&mut desk, &controls, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_of_listening() {
    let (_demo, controls, mut desk) = joined().await;
    let before = short_call(&controls);
    desk.played(before).await;
    assert_eq!(controls.freeze_sockets(), 1);
    desk.screen
        .wait_while_time_passes(&desk.hands, "a dead link", |shown| {
            shown.servers.iter().find(|server| unanswered(server)).map(drop)
        })
        .await;
    goes_on(&mut desk, &controls, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_calls_before_us_are_asked_for() {
    let (demo, controls, mut desk) = begin().await;
    controls.instead_always(SEARCH, Some(Instead::Hang));
    desk.join(&demo).await;
    controls.wait_for_requests(SEARCH, 1).await.expect("they are asked for");
    let call = short_call(&controls);
    desk.played(call).await;
    let before = controls.store(Announcement::default());
    controls.instead_always(SEARCH, None);
    // Asked for again, without another link.
    desk.screen
        .wait_while_time_passes(&desk.hands, "the calls before us", |shown| {
            shown.rows.iter().find(|row| row.key.call.0 == before).map(drop)
        })
        .await;
    assert_eq!(controls.welcomed(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_within_a_calls_audio() {
    let (_demo, controls, mut desk) = joined().await;
    let stuck = Fault::Slow { piece: 1_000, every: Duration::from_secs(3_600) };
    for fault in [Fault::Hanging, stuck] {
        let bad = controls.announce(Announcement::default().clip(3).fault(fault));
        let good = short_call(&controls);
        let failed =
            |state: &RowState| matches!(state, RowState::Failed { problem } if problem.code == Code::AudioUnreachable);
        // Tried twice, with a rest between.
        desk.screen
            .wait_while_time_passes(&desk.hands, "the call to be given up", |shown| {
                shown.rows.iter().find(|row| row.key.call.0 == bad && failed(&row.state)).map(drop)
            })
            .await;
        desk.played(good).await;
    }
    assert_eq!(controls.requests(REFRESH), 0, "a limit is no refusal");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_login_is_renewed() {
    let (_demo, controls, mut desk) = joined().await;
    controls.instead_once(REFRESH, Instead::Hang);
    controls.revoke_access(USER);
    let call = short_call(&controls);
    let heard = |shown: &squelch_core::view::Snapshot| {
        shown.rows.iter().find(|row| row.key.call.0 == call && row.state == RowState::Played).map(drop)
    };
    desk.screen.wait_while_time_passes(&desk.hands, "the call to be heard", heard).await;
    assert_eq!(controls.requests(REFRESH), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_the_program() {
    let (_demo, controls, desk) = joined().await;
    controls.stop_answering(true);
    controls.freeze_sockets();
    let ended = tokio::time::timeout(squelch_tests::LIMIT, desk.end()).await;
    ended.expect("the end waits for no server");
}
