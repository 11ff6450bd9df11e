//! What radios are called: learnt from calls, given by the listener, and kept. The whole client against the demo server.

#![forbid(unsafe_code)]

use std::time::Duration;

use serde_json::{Value, json};
use squelch_core::model::{SystemNumber, UnitKey, UnitNumber};
use squelch_core::problem::Code;
use squelch_core::view::{Command, OwnName, UnitView};
use squelch_demo::{Announcement, Controls, Demo};
use squelch_tests::desk::{Desk, quiet_server, registered};

const FILE: &str = "units.json";
const RADIO: u64 = 4_711;

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

/// A call in which this radio speaks, perhaps with a name.
fn spoken(radio: u64, name: Option<&str>) -> Announcement {
    let call = Announcement::default().clip(3).field("sources", Value::Null).field("source", json!(radio));
    call.field("talkerAlias", json!(name))
}

/// Waits until whoever speaks in a call is called so.
async fn called(desk: &mut Desk, call: u64, name: Option<&str>) -> UnitView {
    let what = format!("{name:?} in call {call}");
    let named = |unit: &&UnitView| unit.name.as_deref() == name;
    desk.screen
        .wait(&what, |shown| {
            let row = shown.rows.iter().find(|row| row.key.call.0 == call)?;
            row.units.first().filter(named).cloned()
        })
        .await
}

fn wish(desk: &Desk, name: Option<&str>) -> Command {
    let row =
        desk.screen.shown.rows.iter().find(|row| row.units.iter().any(|unit| unit.number == Some(UnitNumber(RADIO))));
    let row = row.expect("it has spoken");
    let unit = UnitKey { server: row.key.server, system: row.system_number, unit: UnitNumber(RADIO) };
    Command::NameUnit { unit, name: name.map(str::to_owned) }
}

/// What is kept in the file, by server: names that were learnt, and the listener's own.
fn kept(desk: &Desk) -> Value {
    let text = std::fs::read_to_string(desk.data().join(FILE)).expect("there is a file");
    serde_json::from_str::<Value>(&text).expect("it is JSON")["servers"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_outlives_its_call_and_the_program() {
    let (_demo, controls, mut desk) = joined().await;
    let before = controls.announce(spoken(RADIO, None));
    called(&mut desk, before, None).await;
    let first = controls.announce(spoken(RADIO, Some("Engine 7")));
    called(&mut desk, first, Some("Engine 7")).await;
    called(&mut desk, before, Some("Engine 7")).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.live().await;
    registered(&controls, 1).await;
    let later = controls.announce(spoken(RADIO, None));
    let unit = called(&mut desk, later, Some("Engine 7")).await;
    assert_eq!((unit.number, unit.own), (Some(UnitNumber(RADIO)), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_name_wins_outlives_sign_out_and_the_program_and_is_given_back() {
    let (_demo, controls, mut desk) = joined().await;
    let call = controls.announce(spoken(RADIO, Some("Engine 7")));
    called(&mut desk, call, Some("Engine 7")).await;
    desk.send(wish(&desk, Some(" The \u{202e}chief "))).await;
    let unit = called(&mut desk, call, Some("The chief")).await;
    assert_eq!(unit.own, Some(OwnName { theirs: Some("Engine 7".to_owned()) }));
    let server = desk.screen.shown.servers[0].id;
    desk.send(Command::SignOut { server }).await;
    desk.signed_out().await;
    called(&mut desk, call, Some("The chief")).await;

    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    let login = squelch_core::secret::Secret::new(squelch_demo::PASSWORD);
    desk.send(Command::SignIn { server, user: squelch_demo::USER.into(), password: login, stay: true }).await;
    desk.live().await;
    registered(&controls, 1).await;
    let call = controls.announce(spoken(RADIO, Some("Engine 70")));
    called(&mut desk, call, Some("The chief")).await;
    desk.send(wish(&desk, None)).await;
    assert_eq!(called(&mut desk, call, Some("Engine 70")).await.own, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_learnt_are_written_a_minute_later_and_go_with_their_server() {
    let (demo, controls, mut desk) = joined().await;
    let call = controls.announce(spoken(RADIO, Some("Engine 7")));
    called(&mut desk, call, Some("Engine 7")).await;
    assert!(!desk.data().join(FILE).exists(), "a busy server is no reason to write all the time");
    let file = desk.data().join(FILE);
    let hands = desk.hands.clone();
    desk.screen.wait_while_time_passes(&hands, "the file", |_| file.exists().then_some(())).await;
    let names = &kept(&desk)[demo.address()]["said"];
    let learnt = names.as_array().expect("a list").iter().find(|name| name[1] == json!(RADIO)).expect("it is kept");
    assert_eq!(learnt[2], "Engine 7");
    desk.send(wish(&desk, Some("Mine"))).await;
    called(&mut desk, call, Some("Mine")).await;
    let server = desk.screen.shown.servers[0].id;
    desk.send(Command::RemoveServer { server }).await;
    let (folder, _) = desk.end().await;
    let text = std::fs::read_to_string(folder.path().join(FILE)).expect("there is a file");
    assert!(!text.contains("Mine") && !text.contains("Engine 7"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_from_hell_become_short_plain_words_and_what_is_too_long_is_refused() {
    let (_demo, controls, mut desk) = joined().await;
    let long = controls.announce(spoken(RADIO, Some(&"ü".repeat(10_000))));
    let cut = format!("{}…", "ü".repeat(59));
    called(&mut desk, long, Some(&cut)).await;
    let turned = controls.announce(spoken(5, Some("\u{202e}evil\u{7}\nname\u{200b}")));
    called(&mut desk, turned, Some("evil name")).await;
    let twin = controls.announce(spoken(6, Some("evil name")));
    called(&mut desk, twin, Some("evil name")).await;
    let nothing = controls.announce(spoken(7, Some("\u{200f}\n")));
    called(&mut desk, nothing, None).await;
    let refused = desk.client.send(wish(&desk, Some(&"x".repeat(10_000)))).await.expect_err("it is too long");
    assert_eq!(refused.code, Code::NotPossible);
    let unit = UnitKey { server: desk.screen.shown.servers[0].id, system: SystemNumber(u64::MAX), unit: UnitNumber(0) };
    desk.send(Command::NameUnit { unit, name: Some("Nobody".to_owned()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_garbled_is_set_aside_with_a_word_and_calls_are_heard() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join(FILE), "{").expect("it can be written");
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::with(folder, squelch_core::vault::Memory::default()).await;
    let notice =
        |shown: &squelch_core::view::Snapshot| shown.notices.first().map(|notice| notice.problem.message.clone());
    let message = desk.screen.wait("a word", notice).await;
    assert!(message.contains("units-unreadable-1.json"), "{message}");
    desk.join(&demo).await;
    let call = controls.announce(spoken(RADIO, Some("Engine 7")));
    called(&mut desk, call, Some("Engine 7")).await;
    desk.hands.advance(Duration::from_secs(1));
    desk.played(call).await;
}
