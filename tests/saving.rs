//! Calls saved to files, by the whole core against the demo server.

use std::time::Duration;

use jiff::tz::TimeZone;
use squelch_core::export::Saving;
use squelch_core::model::{CallId, CallKey};
use squelch_core::problem::Code;
use squelch_core::view::RowState;
use squelch_demo::{Announcement, Fault};
use squelch_tests::desk::{Desk, quiet_server, registered, short_call};

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("it is there").file_name().into_string().expect("it is text"))
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_saved_as_the_server_has_them_and_a_refusal_is_renewed_once() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    registered(&controls, 1).await;
    let server = desk.screen.shown.servers[0].id;
    let calls = [short_call(&controls), controls.announce(Announcement::default().clip(1))];
    for call in calls {
        desk.played(call).await;
    }
    controls.revoke_access(squelch_demo::USER);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("Squelch");
    let keys = calls.map(|call| CallKey::new(server, CallId(call)));
    let saving =
        |details| Saving { calls: keys.to_vec(), folder: into.clone(), make: true, details, zone: TimeZone::UTC };
    let saved = desk.client.save_calls(saving(true)).await;
    assert_eq!((saved.problems.len(), saved.missing, saved.files.len()), (0, 0, 2), "{saved:?}");
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1);
    for (call, file) in calls.iter().zip(&saved.files) {
        assert_eq!(std::fs::read(into.join(file)).unwrap(), controls.audio_of(*call).unwrap(), "untouched");
        let text = std::fs::read_to_string(into.join(file).with_extension("txt")).unwrap();
        assert!(text.starts_with("Talkgroup: ") && text.contains("\nTime: "), "{text}");
    }
    let again = desk.client.save_calls(saving(false)).await;
    assert!(again.files.iter().all(|file| file.contains(" (2).")), "{again:?}");
    assert_eq!(names(&into).len(), 6, "{:?}", names(&into));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_only_found_is_saved_with_what_was_said_in_it_and_by_whom() {
    let (demo, controls) = quiet_server().await;
    let stored = controls.store(Announcement::default().clip(3).ago(Duration::from_secs(5_000)));
    controls.transcribe_clip(stored, 3);
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.row(stored, "shown", |state| *state == RowState::Unplayed).await;
    let call = CallKey::new(desk.screen.shown.servers[0].id, CallId(stored));
    let folder = tempfile::tempdir().unwrap();
    let saving =
        Saving { calls: vec![call], folder: folder.path().to_owned(), make: true, details: true, zone: TimeZone::UTC };
    let saved = desk.client.save_calls(saving).await;
    let text = std::fs::read_to_string(folder.path().join(&saved.files[0]).with_extension("txt")).unwrap();
    let words = desk.client.details(call).await.unwrap().transcript.expect("it was transcribed");
    let said = words.segments.iter().map(|said| match said.speaker {
        Some(speaker) => format!("\nSpeaker {speaker}: {}\n", said.text),
        None => format!("\n{}\n", said.text),
    });
    assert!(words.segments.iter().any(|said| said.speaker.is_some()), "{words:?}");
    said.for_each(|line| assert!(text.contains(&line), "{line} is not in {text}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_counted_with_its_reason_and_leaves_no_file() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    registered(&controls, 1).await;
    let server = desk.screen.shown.servers[0].id;
    let good = short_call(&controls);
    desk.played(good).await;
    let page = controls.announce(Announcement::default().fault(Fault::Html));
    let gone = controls.announce(Announcement::default().fault(Fault::Missing));
    for call in [page, gone] {
        desk.screen.row(call, "failed", |state| matches!(state, RowState::Failed { .. })).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let calls: Vec<_> = [page, 999_999, good, gone].map(|call| CallKey::new(server, CallId(call))).to_vec();
    let saving = Saving { calls, folder: folder.path().to_owned(), make: true, details: false, zone: TimeZone::UTC };
    let saved = desk.client.save_calls(saving.clone()).await;
    let codes: Vec<_> = saved.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::AudioUnplayable, Code::NotPossible, Code::AudioMissing], "{saved:?}");
    assert_eq!((saved.missing, names(folder.path()).len()), (3, 1), "{saved:?}");
    // One that the user chose is not made anew where it has gone; one reason is enough for all.
    let gone = Saving { folder: folder.path().join("gone"), make: false, ..saving.clone() };
    let told = desk.client.save_calls(gone).await;
    let last = told.problems.last().expect("it is not saved");
    assert_eq!((last.code, told.files.len()), (Code::NotWritten, 0), "{told:?}");
    assert!(last.message.contains("Connect its drive") && !folder.path().join("gone").exists(), "{told:?}");
    // No folder can be made below a file.
    let file = folder.path().join(&saved.files[0]);
    let saved = desk.client.save_calls(Saving { folder: file, ..saving }).await;
    let codes: Vec<_> = saved.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes.last(), Some(&Code::NotWritten), "{saved:?}");
    assert_eq!(saved.files, Vec::<String>::new());
}
