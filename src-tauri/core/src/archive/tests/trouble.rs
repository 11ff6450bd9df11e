//! Disks and files that are not as they should be: listening never notices, and what can be mended mends itself.

use super::*;

fn database(desk: &TempDir) -> PathBuf {
    desk.path().join("archive/archive.sqlite")
}

/// An archive with one call that has audio, ended.
async fn one_call() -> (TempDir, CallKey) {
    let desk = Desk::new().await;
    let key = desk.see(desk.call(1, 1));
    desk.store(key, b"sound");
    desk.archive.written().await;
    (desk.end().await, key)
}

#[tokio::test]
async fn audio_that_is_gone_damaged_or_cut_short_is_said_to_be_and_can_be_had_again() {
    let desk = Desk::new().await;
    let key = desk.see(desk.call(1, 1));
    for spoil in [
        (|file| std::fs::remove_file(file).unwrap()) as fn(&PathBuf),
        |file| std::fs::write(file, b"sounf").unwrap(),
        |file| std::fs::write(file, b"soun").unwrap(),
    ] {
        desk.store(key, b"sound");
        let entry = desk.find(key).await.unwrap();
        assert_eq!(desk.archive.audio(entry.id).await.unwrap(), b"sound");
        spoil(&desk.files()[0]);
        let error = desk.archive.audio(entry.id).await.unwrap_err();
        assert!(matches!(error, AudioError::Missing | AudioError::Damaged), "{error:?}");
        assert_eq!(desk.find(key).await.unwrap().audio, 0);
        assert!(matches!(desk.archive.audio(entry.id).await, Err(AudioError::NotKept)));
        assert_eq!(desk.files(), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn after_a_start_files_without_a_call_go_and_calls_without_their_file_say_so() {
    let desk = Desk::new().await;
    let keys: Vec<CallKey> = (1..=3).map(|number| desk.see(desk.call(number, 1))).collect();
    desk.store(keys[0], b"whole");
    desk.store(keys[1], b"gone");
    desk.store(keys[2], b"cut short");
    desk.archive.written().await;
    let files = desk.files();
    let folder = desk.end().await;
    let of = |bytes: &[u8]| files.iter().find(|file| std::fs::read(file).unwrap_or_default() == bytes).unwrap().clone();
    let (gone, cut) = (of(b"gone"), of(b"cut short"));
    std::fs::remove_file(gone).unwrap();
    std::fs::write(cut, b"cut").unwrap();
    let audio = folder.path().join("archive/audio");
    let hour = files[0].parent().unwrap();
    std::fs::write(hour.join(".new-abc"), b"half").unwrap();
    std::fs::write(hour.join("0123456789abcdef"), b"nobody's").unwrap();
    std::fs::write(hour.join("notes.txt"), b"somebody else's").unwrap();
    std::fs::create_dir(audio.join("5")).unwrap();
    std::fs::write(audio.join("5/0123456789abcdef"), b"nobody's").unwrap();
    let desk = Desk::with(folder, UNLIMITED).await;
    let standing = desk.until(|standing| standing.is_swept).await;
    assert_eq!(standing.swept, Swept { files: 4, calls: 2 });
    let mut sizes = Vec::new();
    for key in keys {
        sizes.push(desk.find(key).await.unwrap().audio);
    }
    assert_eq!(sizes, [5, 0, 0]);
    let mut left: Vec<_> = desk.files().iter().map(|file| std::fs::read(file).unwrap()).collect();
    left.sort();
    assert_eq!(left, [b"somebody else's".to_vec(), b"whole".to_vec()]);
    assert!(!audio.join("5").exists());
}

#[tokio::test]
async fn a_damaged_archive_is_set_aside_whole_and_a_new_one_begun() {
    for spoil in [
        (|bytes| bytes[..16].copy_from_slice(b"not a database!!")) as fn(&mut Vec<u8>),
        |bytes| bytes.truncate(50),
        |bytes| bytes.truncate(20_000),
        |bytes| bytes[4_096..].iter_mut().for_each(|byte| *byte ^= 0x5a),
        |bytes| bytes[60..72].fill(0x11),
    ] {
        let (folder, key) = one_call().await;
        let mut bytes = std::fs::read(database(&folder)).unwrap();
        spoil(&mut bytes);
        std::fs::write(database(&folder), &bytes).unwrap();
        let desk = Desk::with(folder, UNLIMITED).await;
        assert_eq!(desk.until(|_| true).await.set_aside.as_deref(), Some("archive-unreadable-1"));
        assert_eq!(desk.find(key).await, None);
        let aside = desk.folder.path().join("archive-unreadable-1");
        assert_eq!(std::fs::read(aside.join("archive.sqlite")).unwrap(), bytes);
        assert_eq!(files_of(&aside).len(), 1, "its audio is kept with it");
        let key = desk.see(desk.call(2, 1));
        assert!(desk.find(key).await.is_some());
    }
}

#[tokio::test]
async fn damage_that_shows_while_it_runs_is_set_aside_and_a_new_archive_begun() {
    let desk = Desk::new().await;
    for number in 1..=200 {
        desk.see(desk.call(number, number));
    }
    desk.archive.written().await;
    let folder = desk.restart().await.end().await;
    let desk = Desk::with(folder, UNLIMITED).await;
    desk.until(|standing| standing.is_swept).await;
    // Everything after the first pages.
    let file = std::fs::File::options().write(true).open(database(&desk.folder)).unwrap();
    let length = usize::try_from(file.metadata().unwrap().len()).unwrap();
    use std::io::{Seek as _, Write as _};
    (&file).seek(std::io::SeekFrom::Start(8_192)).unwrap();
    (&file).write_all(&vec![0xa5; length - 8_192]).unwrap();
    let key = desk.see(desk.call(201, 7));
    let ask =
        desk.archive.ask(|reader| reader.search(&Search { typed: "fire".into(), ..Search::default() }, 50, None)).await;
    drop(ask);
    let standing = desk.until(|standing| standing.set_aside.is_some() && standing.is_open).await;
    assert_eq!(standing.set_aside.as_deref(), Some("archive-unreadable-1"));
    desk.archive.note(key, Note::State(State::Heard));
    let key = desk.see(desk.call(202, 7));
    assert!(desk.find(key).await.is_some());
}

#[tokio::test]
async fn a_newer_archive_is_not_touched() {
    let (folder, key) = one_call().await;
    let mut bytes = std::fs::read(database(&folder)).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(database(&folder), &bytes).unwrap();
    let before = std::fs::metadata(database(&folder)).unwrap().modified().unwrap();
    let (clock, hands) = Clock::manual();
    let archive = Archive::start(folder.path().to_path_buf(), clock, UNLIMITED);
    let mut standing = archive.standing();
    let newer = |standing: &Standing| matches!(standing.trouble, Some(Trouble::Newer { version: 99 }));
    standing.wait_for(newer).await.unwrap();
    archive.note(key, Note::State(State::Heard));
    archive.delete_all();
    hands.advance(Duration::from_secs(3_600));
    assert!(matches!(archive.ask(move |reader| reader.find(key)).await, Err(ReadError::Closed)));
    archive.end(Duration::from_secs(30)).await;
    assert_eq!(std::fs::read(database(&folder)).unwrap(), bytes);
    assert_eq!(std::fs::metadata(database(&folder)).unwrap().modified().unwrap(), before);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["archive"]);
    assert_eq!(files_of(&folder.path().join("archive")).len(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_tried_again_and_what_was_noted_is_written_then() {
    let folder = tempfile::tempdir().unwrap();
    // In place of the folder, so that not even an administrator can write into it.
    let file = folder.path().join("archive");
    std::fs::write(&file, b"a file").unwrap();
    let (clock, hands) = Clock::manual();
    let archive = Archive::start(folder.path().to_path_buf(), clock.clone(), UNLIMITED);
    let desk = Desk { folder, clock, hands, archive };
    desk.until(|standing| matches!(standing.trouble, Some(Trouble::Unwritable(_)))).await;
    let key = desk.see(desk.call(1, 1));
    std::fs::remove_file(&file).unwrap();
    desk.hands.advance(Duration::from_secs(10));
    desk.until(|standing| standing.trouble.is_none() && standing.is_open).await;
    assert!(desk.find(key).await.is_some());
}

#[tokio::test]
async fn an_archive_that_somebody_deleted_or_unmounted_is_begun_anew() {
    let desk = Desk::new().await;
    desk.see(desk.call(1, 1));
    desk.archive.written().await;
    std::fs::remove_dir_all(desk.folder.path().join("archive")).unwrap();
    let key = desk.see(desk.call(2, 1));
    assert!(desk.find(key).await.is_some());
    assert_eq!(desk.search(Search::default()).await, [2]);
    let desk = desk.restart().await;
    assert_eq!(desk.search(Search::default()).await, [2]);
}

#[tokio::test]
async fn two_programs_do_not_write_the_same_archive_and_the_second_takes_over_when_the_first_ends() {
    let desk = Desk::new().await;
    let second = Archive::start(desk.folder.path().to_path_buf(), desk.clock.clone(), UNLIMITED);
    second.standing().wait_for(|standing| matches!(standing.trouble, Some(Trouble::InUse))).await.unwrap();
    let key = desk.see(desk.call(1, 1));
    second.note(key, Note::State(State::Heard));
    assert_eq!(desk.find(key).await.unwrap().state, State::Unheard);
    let Desk { folder, hands, archive, .. } = desk;
    archive.end(Duration::from_secs(30)).await;
    hands.advance(Duration::from_secs(10));
    second.written().await;
    let entry = second.ask(move |reader| reader.find(key)).await.unwrap().unwrap();
    assert_eq!(entry.state, State::Heard);
    second.end(Duration::from_secs(30)).await;
    drop(folder);
}

#[tokio::test]
async fn while_nothing_can_be_written_audio_is_let_go_before_any_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive");
    std::fs::write(&file, b"a file").unwrap();
    let (clock, hands) = Clock::manual();
    let archive = Archive::start(folder.path().to_path_buf(), clock.clone(), UNLIMITED);
    let desk = Desk { folder, clock, hands, archive };
    desk.until(|standing| standing.trouble.is_some()).await;
    static SOUND: [u8; 8 << 20] = [7; 8 << 20];
    let keys: Vec<CallKey> = (1..=2_000).map(|number| desk.see(desk.call(number, 1))).collect();
    keys.iter().take(6).for_each(|key| desk.store(*key, &SOUND));
    std::fs::remove_file(&file).unwrap();
    desk.hands.advance(Duration::from_secs(10));
    assert_eq!(desk.search(Search { only: Some(Only::WithAudio), ..Search::default() }).await, [4, 3, 2, 1]);
    let standing = desk.until(|standing| standing.let_go != LetGo::default()).await;
    assert_eq!(standing.let_go, LetGo { audio: 2, ..LetGo::default() });
    desk.archive.written().await;
    let totals = desk.archive.ask(Reader::totals).await.unwrap();
    assert_eq!((totals.calls, totals.audio), (2_000, 32 << 20));
}

#[tokio::test]
async fn what_is_refused_is_left_out_and_the_queue_keeps_the_places_of_all_others() {
    let desk = Desk::new().await;
    let outside = rusqlite::Connection::open(database(&desk.folder)).unwrap();
    let refuse =
        "CREATE TRIGGER no_second BEFORE INSERT ON call WHEN new.number = 2 BEGIN SELECT RAISE(ABORT, 'no'); END;
        CREATE TRIGGER no_sooner BEFORE UPDATE OF waiting ON resume WHEN EXISTS (SELECT 1 FROM json_each(new.waiting)
            WHERE json_extract(value, '$.key.call') NOT IN (SELECT number FROM call UNION SELECT 2))
        BEGIN SELECT RAISE(ABORT, 'its calls are not there'); END;";
    outside.execute_batch(refuse).unwrap();
    let keys = [1, 2, 3].map(|number| CallKey::new(ServerId(1), CallId(number)));
    let mut memos: Vec<_> = keys
        .iter()
        .map(|key| {
            let call = desk.call(key.call.0, 1);
            let sighting = Sighting { call, at: desk.now(), late: false, state: State::Unheard };
            Memo::Note(*key, Note::Seen(Box::new(sighting)))
        })
        .collect();
    let audio = Audio { bytes: Bytes::from_static(b"sound"), duration: Duration::from_secs(3), peaks: Peaks([9; 64]) };
    memos.extend(keys.map(|key| Memo::Note(key, Note::Audio(audio.clone()))));
    let waits = keys.map(|key| Position { key, at: Duration::ZERO, by_hand: false, arrived: desk.now() });
    memos.push(Memo::Waiting(waits.to_vec()));
    desk.archive.take(memos);
    desk.archive.written().await;
    let resume = desk.archive.ask(Reader::resume).await.unwrap();
    let places: Vec<_> = resume.waiting.iter().map(|(entry, _)| (entry.key.call.0, entry.audio)).collect();
    assert_eq!(places, [(1, 5), (3, 5)]);
    assert_eq!(desk.find(keys[1]).await, None);
    assert_eq!(desk.until(|_| true).await.let_go, LetGo { calls: 1, ..LetGo::default() });
    assert_eq!(desk.files().len(), 2, "nothing is left of what was left out");
}
