//! What a server's documents can have wrong, a test for each, with the whole client. Elsewhere are: colours that are none
//! (`server/openscanner/wire/color.rs`, `ui/tests/tree`), calls of 1970 and 2106 in the archive, a `total` that lies and
//! bookmarks of calls that are gone (`tests/search`, `search/paging/tests.rs`), two devices that choose at once
//! (`tests/choosing.rs`), and what any name of a file comes to (`export/naming.rs`).

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command as Process;

use jiff::tz::TimeZone;
use serde_json::json;
use squelch_core::export::{SavedCalls, Saving};
use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupId};
use squelch_core::problem::Code;
use squelch_core::view::{Command, DirectoryView, RowState, SearchQuery, Snapshot};
use squelch_demo::{Announcement, Controls, Demo, Directory, Instead};
use squelch_tests::desk::{Desk, quiet_server, short_call};

/// What the bridge hands straight to the page; a row among others has to be far below it.
const MESSAGE: usize = 8 << 10;

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

fn here(desk: &Desk) -> ServerId {
    desk.screen.shown.servers[0].id
}

/// Waits until just these are off.
async fn off(desk: &mut Desk, wanted: &[u64]) {
    desk.screen
        .wait(&format!("{wanted:?} to be off"), |shown| {
            let off = shown.selection.off.iter().flat_map(|off| &off.talkgroups).map(|id| id.0);
            off.eq(wanted.iter().copied()).then_some(())
        })
        .await;
}

/// The town with one of its first talkgroup's texts, its system's and its own name replaced.
fn town_called(controls: &Controls, name: &str) -> Directory {
    let mut town = controls.directory();
    town.branding = name.to_owned();
    town.systems[0].label = name.to_owned();
    let first = &mut town.systems[0].talkgroups[0];
    let text = Some(name.to_owned());
    (first.label, first.name, first.group, first.tag) = (text.clone(), text.clone(), text.clone(), text);
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_wrong_types_in_the_account_is_read_as_far_as_it_makes_sense_and_calls_come() {
    let (demo, controls) = quiet_server().await;
    let odd = json!({
        "disabledTGs": ["2", 3.0, -1, null, {}, [], "x", 77_777],
        "avoidList": [{"talkgroupId": "4", "expiresAt": 0}, {"expiresAt": 1}, 5, null],
        "theirs": true,
    });
    // The demo's own would not take it.
    controls.instead_always("GET /api/v1/listener/tg-selection", Some(Instead::Json(odd.to_string())));
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    off(&mut desk, &[2, 3, 77_777]).await;
    let call = short_call(&controls);
    desk.played(call).await;
}

/// The list, once this talkgroup is not in it any more: it may be told of for other reasons before, and none has come at
/// first.
async fn listed_without(desk: &mut Desk, gone: u64) -> DirectoryView {
    loop {
        let seen = desk.screen.shown.servers[0].directory;
        let listed = desk.client.talkgroups(here(desk)).await.expect("it is there");
        let mut talkgroups = listed.systems.iter().flat_map(|system| &system.talkgroups).peekable();
        if talkgroups.peek().is_some() && talkgroups.all(|listed| listed.id.0 != gone) {
            return listed;
        }
        desk.screen.server("listed anew", |server| server.directory > seen).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_talkgroup_stays_chosen_as_it_was_and_emptied_groups_are_none() {
    let (_demo, controls, mut desk) = joined().await;
    let town = controls.directory();
    let (gone, kept) = (town.systems[0].talkgroups[0].clone(), town.systems[0].talkgroups[1].clone());
    desk.send(Command::Switch { server: here(&desk), talkgroups: vec![TalkgroupId(gone.id)], on: false }).await;
    off(&mut desk, &[gone.id]).await;
    let mut less = town.clone();
    less.systems[0].talkgroups.remove(0);
    less.systems[0].talkgroups[0].group = Some(String::new());
    less.systems[0].talkgroups[0].tag = None;
    less.systems[1].talkgroups.clear();
    controls.configure(less);
    let listed = listed_without(&mut desk, gone.id).await;
    assert!(listed.systems.iter().any(|system| system.talkgroups.is_empty()), "an empty system is one");
    off(&mut desk, &[gone.id]).await;

    let call = controls.announce(Announcement::on(100, kept.talkgroup_id).clip(3));
    desk.played(call).await;
    let row = desk.screen.row(call, "shown", |_| true).await;
    assert_eq!((row.group.filter(|group| !group.is_empty()), row.tag), (None, None));
    // What was in the group before is not "everything".
    let query = SearchQuery {
        server: here(&desk),
        transcript: String::new(),
        systems: Vec::new(),
        talkgroups: Vec::new(),
        groups: kept.group.into_iter().collect(),
        tags: Vec::new(),
        from_ms: None,
        to_ms: None,
        bookmarked_only: false,
        here: false,
        unheard_only: false,
        oldest_first: false,
    };
    let found = desk.client.search(query, None).await;
    let rows = found.map(|page| page.rows).unwrap_or_default();
    assert!(rows.iter().all(|row| row.key.call.0 != call), "{rows:?}");
    // When it is back it is as off as it was.
    controls.configure(town);
    let back = controls.announce(Announcement::on(100, gone.talkgroup_id).clip(3));
    desk.screen.row(back, "not played", |state| matches!(state, RowState::NotPlayed { .. })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_ten_thousand_characters_are_shortened_and_the_window_is_sent_no_more_than_it_takes() {
    let (_demo, controls, mut desk) = joined().await;
    let name = "\u{202e}\u{200b}ü".to_owned() + &"very long ".repeat(1_000);
    controls.configure(town_called(&controls, &name));
    let mut long = Announcement::on(100, 5001).clip(3);
    for field in ["talkerAlias", "site", "decoder"] {
        long = long.field(field, json!(name));
    }
    let calls = [long.clone(), long.clone(), long].map(|call| controls.announce(call));
    desk.played(calls[2]).await;
    let row = desk.screen.row(calls[2], "played", |_| true).await;
    assert!(row.title.contains("very long") && row.title.chars().count() <= 200, "{}", row.title);
    // The operator's name for the server comes with the next welcome.
    controls.drop_sockets();
    let hands = desk.hands.clone();
    let called = |shown: &Snapshot| Some(shown.servers[0].name.clone()).filter(|name| name.contains("very long"));
    let name = desk.screen.wait_while_time_passes(&hands, "another name of the server", called).await;
    assert!(name.chars().count() <= 200, "{name}");
    // Facts that come together are sent one by one where they are too long together.
    let updates = desk.screen.sent.iter().filter_map(|message| {
        let message: serde_json::Value = serde_json::from_str(message).expect("it is JSON");
        message["update"]["events"].as_array().cloned()
    });
    let longest = updates.flatten().map(|event| event.to_string()).max_by_key(String::len).expect("some were sent");
    assert!(longest.len() < MESSAGE, "{} bytes: {}", longest.len(), &longest[..2_000]);
}

/// What gives trouble as a file's name somewhere.
const NAMES: [&str; 12] = [
    "../../../../etc/passwd",
    "..",
    ".",
    "CON",
    "aux.txt",
    "a/b\\c:d*e?f\"g<h>i|j",
    "-rf ~",
    ".hidden",
    "ends with dots...  ",
    "line\nbreak\u{0}nul",
    "\u{202e}3pm.exe\u{200b}",
    "👩‍👩‍👧‍👦منطقة الإطفاء",
];

fn saving(desk: &Desk, calls: &[u64], folder: &Path) -> Saving {
    let key = |call: &u64| CallKey::new(here(desk), CallId(*call));
    Saving {
        calls: calls.iter().map(key).collect(),
        folder: folder.to_owned(),
        details: true,
        zone: TimeZone::UTC,
        make: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_with_names_from_hell_are_saved_in_their_folder_and_nowhere_else() {
    let (_demo, controls, mut desk) = joined().await;
    let place = tempfile::tempdir().expect("a folder can be made");
    let folder = place.path().join("a").join("b").join("calls");
    let long = "ü".repeat(10_000);
    for name in NAMES.into_iter().chain([long.as_str()]) {
        controls.configure(town_called(&controls, name));
        let call = short_call(&controls);
        desk.played(call).await;
        let SavedCalls { files, problems, .. } = desk.client.save_calls(saving(&desk, &[call], &folder)).await;
        assert_eq!(problems, [], "{name:?}");
        let file = &files[0];
        assert!(!file.contains(['/', '\\', ':', '\n', '\0', '\u{202e}']) && file.len() <= 255, "{name:?}: {file}");
        let written = std::fs::read(folder.join(file)).expect("it lies in its folder");
        assert_eq!(written, controls.audio_of(call).expect("the server has it"), "{name:?}");
    }
    let count = |folder: &Path| std::fs::read_dir(folder).expect("it is there").count();
    assert_eq!(count(&folder), 2 * (NAMES.len() + 1), "a recording and a text each");
    assert_eq!((count(place.path()), count(&place.path().join("a/b"))), (1, 1), "nothing beside it");
}

const INSIDE: &str = "SQUELCH_TEST_FULL_DISK";

/// Room for two short calls with their texts, and not for a long one beside one of them.
const ROOM: &str = "24k";

/// A disk of our own needs rights; where they are not given, no file may be larger than a call.
#[test]
fn a_full_disk_while_saving_is_said_leaves_nothing_behind_and_costs_no_other_call() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mount = format!("mount -t tmpfs -o size={ROOM} tmpfs \"$DISK\" && touch \"$DISK/is-small\" || true");
    let limit = "[ -e \"$DISK/is-small\" ] || { trap '' XFSZ; ulimit -f 16; }";
    let script = format!("{mount}\n{limit}\nexec \"$0\" \"$@\"");
    let program = std::env::current_exe().expect("this program");
    let run = |before: &[&str]| {
        let mut command = Process::new(before.first().unwrap_or(&"bash"));
        command.args(before.iter().skip(1)).args(before.first().map(|_| "bash")).args(["-c", &script]).arg(&program);
        command.args(["--exact", "inside_a_full_disk", "--ignored", "--nocapture"]).env(INSIDE, "1");
        command.env("DISK", folder.path()).output().expect("it starts")
    };
    let output = [&["unshare", "--mount"][..], &["unshare", "--user", "--map-root-user", "--mount"], &[]]
        .into_iter()
        .map(run)
        .find(|output| String::from_utf8_lossy(&output.stdout).contains("running 1 test"))
        .expect("one of them can be run");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test above, where there is little room"]
async fn inside_a_full_disk() {
    assert!(std::env::var_os(INSIDE).is_some(), "this is started by another test");
    let folder = std::path::PathBuf::from(std::env::var_os("DISK").expect("it is named"));
    let is_small = folder.join("is-small").exists();
    let (_demo, controls, mut desk) = joined().await;
    let large = controls.announce(Announcement::on(100, 5001).clip(11));
    let small = controls.announce(Announcement::on(100, 5002).clip(10));
    desk.played(small).await;
    let size = |call: u64| controls.audio_of(call).expect("the server has it").len();
    println!("{} and {} bytes, on a disk of its own: {is_small}", size(large), size(small));
    let into = folder.join("calls");
    let SavedCalls { files, problems, missing, .. } =
        desk.client.save_calls(saving(&desk, &[small, large], &into)).await;
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!((codes.as_slice(), missing), (&[Code::NotWritten][..], 1), "{problems:?}");
    let left = || std::fs::read_dir(&into).expect("it is there").count();
    assert_eq!((files.len(), left()), (1, 2), "a recording and its text, and no part of another");
    let again = desk.client.save_calls(saving(&desk, &[small], &into)).await;
    assert_eq!((again.files.len(), left()), (1, 4), "what was taken for the other is free again: {again:?}");
    let written = std::fs::read(into.join(&again.files[0])).expect("it is there");
    assert_eq!(written, controls.audio_of(small).expect("the server has it"));
    if is_small {
        assert!(problems[0].message.contains("full"), "{problems:?}");
    }
}
