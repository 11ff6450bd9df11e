//! A server that is installed anew counts its calls from 1 again: what is kept from before is not taken for them.

use std::time::Duration;

use squelch_core::archive::State;
use squelch_core::view::{Command, LinkView, LoginWish, MissedChoice, Row, RowState};
use squelch_demo::{Demo, Options};
use squelch_tests::desk::{Desk, registered, server};

use super::searching::{all, find};
use super::{kept, short, tone};

const LATER: Duration = Duration::from_secs(2 * 60 * 60);

fn public() -> Options {
    Options { public: true, ..Options::silent() }
}

fn port(demo: &Demo) -> u16 {
    let address = demo.address();
    address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("the address ends with its port")
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_server_that_was_installed_anew_are_heard_found_and_resumed_and_those_of_before_stay_apart() {
    let (demo, controls) = server(public()).await;
    let mut desk = Desk::new().await;
    let login = Some(LoginWish::Anonymous);
    desk.send(Command::AddServer { address: demo.address(), remember: true, login }).await;
    desk.live().await;
    registered(&controls, 1).await;
    for number in 1..=3 {
        assert_eq!(short(&controls), number);
        desk.played(number).await;
    }
    let (folder, vault) = desk.end().await;
    let port = port(&demo);
    demo.stop().await;

    let (_demo, controls) = server(Options { port, ..public() }).await;
    controls.advance(LATER);
    assert_eq!(tone(&controls, 5001, Duration::from_millis(80)), 1, "it counts from 1 again");
    let mut desk = Desk::later(folder, vault, LATER).await;
    desk.live().await;
    registered(&controls, 1).await;
    desk.screen.wait("a missed call", |shown| (shown.away.calls == 1).then_some(())).await;
    desk.send(Command::Missed { choice: MissedChoice::Play }).await;
    desk.played(1).await;
    assert_eq!(controls.requests("GET /api/v1/calls/1/audio"), 1, "what is kept under this number is another call");
    assert_eq!(tone(&controls, 5001, Duration::from_millis(80)), 2);
    desk.played(2).await;
    desk.send(Command::Pause { on: true }).await;
    let waits = tone(&controls, 5001, Duration::from_millis(80));
    desk.screen.row(waits, "ready", |state| *state == RowState::Ready).await;
    let rows = find(&all(&desk), &mut desk, 3).await;
    assert_eq!(rows.iter().map(|row| row.key.call.0).collect::<Vec<_>>(), [3, 2, 1]);
    let unheard = desk.client.unheard().await.expect("it can be read");
    assert_eq!(unheard.iter().map(|one| one.calls).collect::<Vec<_>>(), [1.0]);
    let (folder, vault) = desk.end().await;

    let mut desk = Desk::later(folder, vault, LATER).await;
    desk.played(waits).await;
    assert_eq!(controls.requests("GET /api/v1/calls/3/audio"), 1, "it was here");
    let entries = kept(desk.end().await.0.path()).await;
    let mut epochs: Vec<_> = entries.iter().map(|entry| (entry.epoch, entry.key.call.0, entry.state)).collect();
    epochs.sort_by_key(|(epoch, number, _)| (*epoch, *number));
    let wanted = [1, 2].map(|epoch| [1, 2, 3].map(|number| (epoch, number, State::Heard))).concat();
    assert_eq!(epochs, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_server_that_is_installed_anew_while_we_listen_are_not_taken_for_known_ones() {
    let (demo, controls) = server(public()).await;
    let mut desk = Desk::new().await;
    desk.send(Command::AddServer { address: demo.address(), remember: true, login: Some(LoginWish::Anonymous) }).await;
    desk.live().await;
    registered(&controls, 1).await;
    for number in 1..=3 {
        assert_eq!(short(&controls), number);
        desk.played(number).await;
    }
    let before = desk.screen.shown.rows.iter().map(|row| row.start_ms).fold(0.0, f64::max);
    let port = port(&demo);
    demo.stop().await;

    let (_demo, controls) = server(Options { port, ..public() }).await;
    controls.advance(Duration::from_secs(90));
    desk.screen.server("the link lost", |server| server.link != LinkView::Live).await;
    desk.live_again().await;
    registered(&controls, 1).await;
    for number in 1..=2 {
        assert_eq!(tone(&controls, 5001, Duration::from_millis(80)), number, "it counts from 1 again");
        let is_new = |row: &&Row| row.key.call.0 == number && row.start_ms > before && row.state == RowState::Played;
        desk.screen.wait("the other call", |shown| shown.rows.iter().find(is_new).map(|_| ())).await;
        assert_eq!(controls.requests(&format!("GET /api/v1/calls/{number}/audio")), 1, "it is another call");
    }
    let rows = &desk.screen.shown.rows;
    assert_eq!(rows.iter().map(|row| row.key.call.0).collect::<Vec<_>>(), [2, 1, 3], "the last one is still of before");
    let entries = kept(desk.end().await.0.path()).await;
    let mut epochs: Vec<_> = entries.iter().map(|entry| (entry.epoch, entry.key.call.0, entry.state)).collect();
    epochs.sort_by_key(|(epoch, number, _)| (*epoch, *number));
    let wanted = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)].map(|(epoch, number)| (epoch, number, State::Heard));
    assert_eq!(epochs, wanted);
}
