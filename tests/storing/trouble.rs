//! The archive cannot be written: that is said once, listening goes on, and it is said no more when it is over.

use std::fs;
use std::time::Duration;

use squelch_core::problem::{Code, Retry};
use squelch_core::view::{ArchiveChoices, Command, Notice, RowState, Setting};
use squelch_tests::desk::{Desk, quiet_server, registered};

use super::searching::{all, find};
use super::{kept, short};

fn said(desk: &Desk) -> Vec<Notice> {
    let is_about = |code: Code| matches!(code, Code::NotArchived | Code::ArchiveSetAside);
    desk.screen.shown.notices.iter().filter(|notice| is_about(notice.problem.code)).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_in_the_way_is_said_once_and_what_was_heard_meanwhile_is_archived_when_it_is_gone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let way = folder.path().join("archive");
    fs::write(&way, b"no folder").expect("it can be written");
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::with(folder, Default::default()).await;
    desk.join(&demo).await;
    desk.screen.wait("a word", |shown| (!shown.notices.is_empty()).then_some(())).await;
    let call = short(&controls);
    desk.played(call).await;
    desk.hands.advance(Duration::from_secs(60));
    let next = short(&controls);
    desk.played(next).await;
    let notices = said(&desk);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!((notices[0].problem.code, notices[0].problem.retry), (Code::NotArchived, Retry::ByItself));
    fs::remove_file(&way).expect("it can be removed");
    desk.screen
        .wait_while_time_passes(&desk.hands, "silence about it", |shown| shown.notices.is_empty().then_some(()))
        .await;
    let rows = find(&all(&desk), &mut desk, 2).await;
    assert!(rows.iter().all(|row| row.state == RowState::Played && row.is_here), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_set_aside_and_said_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(folder.path().join("archive")).expect("it can be made");
    let file = folder.path().join("archive/archive.sqlite");
    fs::write(&file, [7; 9_000]).expect("it can be written");
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::with(folder, Default::default()).await;
    desk.join(&demo).await;
    desk.screen.wait("a word", |shown| (!shown.notices.is_empty()).then_some(())).await;
    assert_eq!(said(&desk).iter().map(|notice| notice.problem.code).collect::<Vec<_>>(), [Code::ArchiveSetAside]);
    let call = short(&controls);
    desk.played(call).await;
    find(&all(&desk), &mut desk, 1).await;
    let (folder, vault) = desk.end().await;
    // The version is the number behind the application's own; see SQLite's file format.
    let mut newer = fs::read(&file).expect("it is there");
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&file, &newer).expect("it can be written");
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.wait("a word", |shown| (!shown.notices.is_empty()).then_some(())).await;
    let notices = said(&desk);
    assert_eq!((notices[0].problem.code, notices[0].problem.retry), (Code::NotArchived, Retry::No));
    assert!(notices[0].problem.message.contains("99"), "{notices:?}");
    desk.live().await;
    registered(&controls, 1).await;
    let next = short(&controls);
    desk.played(next).await;
    let (_folder, _) = desk.end().await;
    assert_eq!(fs::read(&file).expect("it is there"), newer, "nobody has touched it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_an_archive_has_none() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    let choices = ArchiveChoices { on: false, ..ArchiveChoices::default() };
    desk.send(Command::Change { setting: Setting::Archive { choices } }).await;
    desk.join(&demo).await;
    let call = short(&controls);
    desk.played(call).await;
    let on = ArchiveChoices { on: true, days: Some(0), megabytes: None };
    desk.send(Command::Change { setting: Setting::Archive { choices: on } }).await;
    desk.screen.wait("a day at least", |shown| (shown.settings.archive.days == Some(1)).then_some(())).await;
    let later = short(&controls);
    desk.played(later).await;
    let entries = kept(desk.end().await.0.path()).await;
    assert_eq!(entries.iter().map(|entry| entry.key.call.0).collect::<Vec<_>>(), [later]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_vanishes_keeps_nobody_from_hearing_and_what_comes_after_is_archived_anew() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let before = short(&controls);
    desk.played(before).await;
    find(&all(&desk), &mut desk, 1).await;
    let (archive, elsewhere) = (desk.data().join("archive"), desk.data().join("unmounted"));
    fs::rename(&archive, &elsewhere).expect("it can be moved");
    let calls = [short(&controls), short(&controls)];
    for call in calls {
        desk.played(call).await;
    }
    let entries = kept(desk.end().await.0.path()).await;
    let mut numbers: Vec<_> = entries.iter().map(|entry| entry.key.call.0).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, calls);
}
