//! What is kept, for how long, and what is deleted.

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn limits(days: u32, bytes: u64) -> Limits {
    Limits { age: (days > 0).then_some(DAY * days), bytes: (bytes > 0).then_some(bytes) }
}

async fn everything(desk: &Desk) -> Vec<u64> {
    desk.search(Search::default()).await
}

#[tokio::test]
async fn what_is_older_than_the_limit_goes_with_its_audio_and_nothing_that_is_kept() {
    let desk = Desk::with(tempfile::tempdir().unwrap(), limits(7, 0)).await;
    let keys: Vec<CallKey> = (1..=4).map(|number| desk.see(desk.call(number, number))).collect();
    keys.iter().for_each(|key| desk.store(*key, b"sound"));
    desk.say(keys[0], "hydrant");
    desk.archive.note(keys[1], Note::Keep(true));
    desk.archive.keep_talkgroup(TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(3) }, true);
    desk.archive.take(vec![Memo::Gap(Gap { server: ServerId(1), from: WallTime(0), to: desk.now() })]);
    desk.archive.written().await;
    desk.hands.advance(DAY * 6);
    desk.see(desk.call(5, 9));
    let totals = desk.retained().await;
    assert_eq!((totals.calls, totals.kept_calls, totals.audio, totals.kept_audio), (5, 2, 20, 10));
    desk.hands.advance(DAY);
    desk.see(desk.call(6, 9));
    let totals = desk.retained().await;
    assert_eq!((totals.calls, totals.kept_calls, totals.audio, totals.unheard), (4, 2, 10, 4));
    assert_eq!(everything(&desk).await, [6, 5, 3, 2]);
    assert_eq!(desk.typed("hydrant").await, [0; 0]);
    assert_eq!(desk.files().len(), 2);
    let gaps = desk.archive.ask(|reader| reader.gaps(WallTime(0), WallTime(i64::MAX))).await.unwrap();
    assert_eq!(gaps, []);
    // What is kept no longer goes, too.
    desk.archive.note(keys[1], Note::Keep(false));
    desk.archive.keep_talkgroup(TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(3) }, false);
    desk.retained().await;
    assert_eq!(everything(&desk).await, [6, 5]);
    assert_eq!(desk.files(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn too_much_goes_oldest_first_until_it_fits_and_what_is_kept_does_not_count() {
    let desk = Desk::with(tempfile::tempdir().unwrap(), limits(0, 3_000_000)).await;
    static SOUND: [u8; 500_000] = [7; 500_000];
    for number in 1..=12 {
        let key = desk.see(desk.call(number, 1));
        desk.store(key, &SOUND);
        if number <= 3 {
            desk.archive.note(key, Note::Keep(true));
        }
        desk.hands.advance(Duration::from_secs(60));
    }
    let totals = desk.retained().await;
    assert_eq!(totals.kept_audio, 1_500_000);
    assert_eq!(everything(&desk).await, [12, 11, 10, 9, 8, 7, 3, 2, 1]);
    assert_eq!(desk.files().len(), 9);
    desk.archive.limit(limits(0, 1_000_000));
    desk.retained().await;
    assert_eq!(everything(&desk).await, [12, 11, 3, 2, 1]);
}

#[tokio::test]
async fn a_clock_set_forward_by_mistake_does_not_empty_the_archive() {
    let desk = Desk::with(tempfile::tempdir().unwrap(), limits(7, 0)).await;
    desk.see(desk.call(1, 1));
    desk.archive.written().await;
    desk.hands.jump_wall(70 * 365 * 86_400_000);
    desk.retained().await;
    assert_eq!(everything(&desk).await, [1]);
}

#[tokio::test]
async fn a_talkgroup_to_be_kept_is_remembered_before_its_first_call_and_after_everything_was_deleted() {
    let desk = Desk::new().await;
    let key = TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(3) };
    desk.archive.keep_talkgroup(key, true);
    desk.archive.written().await;
    let call = desk.see(desk.call(1, 3));
    assert!(desk.find(call).await.unwrap().kept_for_talkgroup);
    desk.archive.delete_all();
    desk.archive.written().await;
    let call = desk.see(desk.call(2, 3));
    assert!(desk.find(call).await.unwrap().kept_for_talkgroup);
}

#[tokio::test]
async fn deleting_all_leaves_nothing_on_the_disk_and_what_comes_after_is_kept() {
    let desk = Desk::new().await;
    for number in 1..=300 {
        let key = desk.see(desk.call(number, 1));
        desk.store(key, b"very secret sound");
        desk.say(key, "verysecretword");
    }
    desk.archive.written().await;
    // A damaged one from before.
    std::fs::create_dir_all(desk.folder.path().join("archive-unreadable-1/audio/7")).unwrap();
    std::fs::write(desk.folder.path().join("archive-unreadable-1/audio/7/x"), b"very secret sound").unwrap();
    desk.see(desk.call(301, 1));
    desk.archive.delete_all();
    let key = desk.see(desk.call(302, 1));
    assert_eq!(everything(&desk).await, [302]);
    assert_eq!(desk.find(key).await.unwrap().state, State::Unheard);
    desk.retained().await;
    assert_eq!(desk.files(), Vec::<PathBuf>::new());
    let folder = desk.end().await;
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["archive"]);
    for name in ["archive.sqlite", "archive.sqlite-wal"] {
        let bytes = std::fs::read(folder.path().join("archive").join(name)).unwrap_or_default();
        assert!(!bytes.windows(14).any(|part| part == b"verysecretword"), "{name}");
        assert!(bytes.len() < 300_000, "{name}: {}", bytes.len());
    }
}

#[tokio::test]
async fn the_room_of_rows_that_went_comes_back() {
    let desk = Desk::new().await;
    let long: String = (0..4_000).map(|n| format!("word{n} ")).collect();
    for number in 1..=400 {
        let key = desk.see(desk.call(number, 1));
        desk.say(key, &format!("{long} {number}"));
    }
    desk.archive.written().await;
    let size = || {
        let folder = desk.folder.path().join("archive");
        ["archive.sqlite", "archive.sqlite-wal"].map(|name| std::fs::metadata(folder.join(name)).map_or(0, |m| m.len()))
    };
    desk.retained().await;
    let before = desk.archive.ask(Reader::totals).await.unwrap().database;
    desk.hands.advance(DAY * 30);
    desk.see(desk.call(401, 1));
    desk.archive.limit(limits(7, 0));
    let after = desk.retained().await.database;
    assert!(before > 20_000_000 && after < before / 3, "{before} {after}");
    let [database, log] = size();
    assert!(database < before / 2 && log < 20_000_000, "{database} {log}");
}
