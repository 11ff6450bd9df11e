//! Finding calls: words, order, pages, times, and servers that were installed anew.

use super::*;

#[tokio::test]
async fn words_are_found_in_labels_units_and_transcripts_with_or_without_accents_and_by_their_beginnings() {
    let desk = Desk::new().await;
    let key = desk.see(desk.call(1, 8));
    desk.say(key, "Feuer in der Königstraße, Rückmeldung folgt. 10-4");
    for typed in [
        "riverside",
        "RIVER",
        "rc 8",
        "30008",
        "brule",
        "Brûlé",
        "engine 2",
        "4402",
        "koenig konigstr",
        "KÖNIGSTRASSE",
        "\"in der\"",
        "\"fire dispatch 8\"",
        "10-4",
        "folgt north",
        "f",
        "ko",
        "\"konigstrasse rückmeldung",
    ] {
        let expected: &[u64] = if typed.contains("koenig") { &[] } else { &[1] };
        assert_eq!(desk.typed(typed).await, expected, "{typed}");
    }
    for typed in ["water", "\"der in\"", "\"feue\"", "4403", "folgtx", "10-5", "§t1", "s1", "t1"] {
        assert_eq!(desk.typed(typed).await, [0; 0], "{typed}");
    }
}

#[tokio::test]
async fn a_transcript_that_changes_is_found_by_its_new_words_only() {
    let desk = Desk::new().await;
    let key = desk.see(desk.call(1, 8));
    desk.say(key, "hydrant");
    assert_eq!(desk.typed("hydrant").await, [1]);
    desk.say(key, "ladder");
    assert_eq!((desk.typed("hydrant").await, desk.typed("ladder").await), (vec![], vec![1]));
}

#[tokio::test]
async fn nothing_that_can_be_typed_is_an_error() {
    let desk = Desk::new().await;
    desk.see(desk.call(1, 8));
    let long = "a".repeat(10_000);
    for typed in [
        "\"",
        "\"\"",
        "*",
        "fire*",
        "AND",
        "fire AND",
        "NOT fire",
        "fire OR",
        "NEAR(fire dispatch)",
        "label:fire",
        "(",
        ")",
        "fire)",
        "{label}:fire",
        "^fire",
        "-fire",
        "fire -dispatch",
        "'; DROP TABLE call; --",
        "%",
        "_",
        "\0",
        "fi\0re",
        &long,
        "„fire“",
        "fire + dispatch",
        "\u{10ffff}",
        "ﷺ",
    ] {
        desk.typed(typed).await;
    }
    assert_eq!(desk.typed("'; DROP TABLE fire").await, [0; 0]);
    assert_eq!(desk.typed("*fire*").await, [1]);
}

#[tokio::test]
async fn the_newest_come_first_and_late_ones_in_their_place() {
    let desk = Desk::new().await;
    let start = desk.now();
    let at = |seconds: i64| WallTime(start.0 + seconds * 1_000);
    for (number, second) in [(10, 0), (11, 20), (14, 60)] {
        desk.see(call(number, 1, at(second)));
    }
    desk.archive.written().await;
    let seen = Sighting { call: call(13, 1, at(40)), at: at(70), late: true, state: State::Unheard };
    let key = CallKey::new(ServerId(1), CallId(13));
    desk.archive.note(key, Note::Seen(Box::new(seen)));
    assert_eq!(desk.search(Search::default()).await, [14, 13, 11, 10]);
    assert_eq!(desk.typed("dispatch").await, [14, 13, 11, 10]);
    assert!(desk.find(key).await.unwrap().late);
    let oldest_first = true;
    assert_eq!(desk.search(Search { oldest_first, ..Search::default() }).await, [10, 11, 13, 14]);
    assert_eq!(desk.search(Search { typed: "fire".into(), oldest_first, ..Search::default() }).await, [10, 11, 13, 14]);
    let within = Search { from: Some(at(20)), to: Some(at(40)), ..Search::default() };
    assert_eq!(desk.search(within.clone()).await, [13, 11]);
    assert_eq!(desk.search(Search { typed: "fire".into(), ..within }).await, [13, 11]);
}

#[tokio::test]
async fn pages_neither_repeat_nor_leave_out_a_call_while_calls_come_and_go() {
    let desk = Desk::new().await;
    for number in 1..=6 {
        desk.see(desk.call(number, 1));
    }
    desk.archive.written().await;
    for typed in ["", "fire"] {
        let page = |after| {
            let search = Search { typed: typed.into(), ..Search::default() };
            desk.archive.ask(move |reader| reader.search(&search, 2, after))
        };
        let numbers = |page: &Page| page.entries.iter().map(|entry| entry.key.call.0).collect::<Vec<_>>();
        let first = page(None).await.unwrap();
        assert_eq!(numbers(&first), [6, 5]);
        // A new one of the same second comes in before those that were shown.
        let key = desk.see(desk.call(if typed.is_empty() { 7 } else { 8 }, 1));
        desk.find(key).await.unwrap();
        let second = page(first.next).await.unwrap();
        assert_eq!(numbers(&second), [4, 3]);
        let third = page(second.next).await.unwrap();
        assert_eq!(numbers(&third), [2, 1]);
        let end = page(third.next).await.unwrap();
        assert_eq!((numbers(&end), end.next), (vec![], None));
        if typed.is_empty() {
            desk.archive.delete_all();
            for number in 1..=6 {
                desk.see(desk.call(number, 1));
            }
            desk.archive.written().await;
        }
    }
}

#[tokio::test]
async fn a_search_is_narrowed_by_talkgroup_server_and_state() {
    let desk = Desk::new().await;
    for number in 1..=8 {
        let key = CallKey::new(ServerId(1 + u32::from(number > 4)), CallId(number));
        let (call, state) = (desk.call(number, number % 2), if number < 3 { State::Heard } else { State::Unheard });
        desk.archive.note(key, Note::Seen(Box::new(Sighting { call, at: desk.now(), late: false, state })));
    }
    desk.store(CallKey::new(ServerId(1), CallId(3)), b"sound");
    desk.archive.note(CallKey::new(ServerId(1), CallId(2)), Note::Keep(true));
    let groups = desk.groups().await;
    assert_eq!(groups.len(), 4);
    let odd = groups.iter().filter(|group| group.talkgroup == Some(TalkgroupId(1))).map(|group| group.id);
    let odd: Vec<GroupId> = odd.collect();
    for typed in ["", "fire"] {
        let all = Search { typed: typed.into(), ..Search::default() };
        assert_eq!(desk.search(Search { groups: odd.clone(), ..all.clone() }).await, [7, 5, 3, 1], "{typed}");
        assert_eq!(desk.search(Search { servers: vec![ServerId(2)], ..all.clone() }).await, [8, 7, 6, 5]);
        assert_eq!(desk.search(Search { servers: vec![ServerId(9)], ..all.clone() }).await, [0; 0]);
        assert_eq!(desk.search(Search { only: Some(Only::Unheard), ..all.clone() }).await, [8, 7, 6, 5, 4, 3]);
        assert_eq!(desk.search(Search { only: Some(Only::Kept), ..all.clone() }).await, [2]);
        assert_eq!(desk.search(Search { only: Some(Only::WithAudio), ..all.clone() }).await, [3]);
    }
}

#[tokio::test]
async fn a_day_of_the_timeline_holds_its_calls_in_order_and_can_be_read_in_pieces() {
    let desk = Desk::new().await;
    let start = desk.now();
    for number in 1..=5 {
        let key = desk.see(desk.call(number, 1));
        if number == 2 {
            desk.store(key, b"sound");
        }
        desk.hands.advance(Duration::from_secs(6 * 3_600));
    }
    desk.archive.written().await;
    let end = WallTime(start.0 + 24 * 3_600_000 - 1_000);
    let piece = |after| desk.archive.ask(move |reader| reader.timeline(start, end, 3, after));
    let first = piece(None).await.unwrap();
    assert_eq!(first.marks.iter().map(|mark| mark.has_audio).collect::<Vec<_>>(), [false, true, false]);
    let last = piece(first.next).await.unwrap();
    assert_eq!((last.marks.len(), last.next), (1, None));
    let waves = desk.archive.ask(move |reader| reader.waves(start, end, 10)).await.unwrap();
    assert_eq!(waves, [(first.marks[1].id, Peaks([9; 64]))]);
}

#[tokio::test]
async fn a_server_installed_anew_begins_a_new_epoch_and_the_old_calls_are_kept_apart() {
    let desk = Desk::new().await;
    for number in 5_000..5_004 {
        desk.see(desk.call(number, 1));
    }
    desk.hands.advance(Duration::from_secs(600));
    // Far behind, and later than everything.
    let key = desk.see(desk.call(1, 1));
    assert_eq!(desk.find(key).await.unwrap().epoch, 2);
    // The number of an old one.
    let key = desk.see(desk.call(5_001, 1));
    let entry = desk.find(key).await.unwrap();
    assert_eq!((entry.epoch, entry.call.start.0), (2, desk.call(0, 0).start.0));
    assert_eq!(desk.search(Search::default()).await, [5_001, 1, 5_003, 5_002, 5_001, 5_000]);
    desk.archive.note(key, Note::State(State::Heard));
    assert_eq!(
        desk.groups().await.iter().map(|group| (group.epoch, group.unheard)).collect::<Vec<_>>(),
        [(1, 4), (2, 1)]
    );
}

#[tokio::test]
async fn the_same_number_for_another_call_shows_a_server_installed_anew_at_once() {
    let desk = Desk::new().await;
    desk.see(desk.call(3, 1));
    desk.archive.written().await;
    desk.hands.advance(Duration::from_secs(120));
    let key = desk.see(desk.call(3, 1));
    assert_eq!(desk.find(key).await.unwrap().epoch, 2);
    assert_eq!(desk.search(Search::default()).await, [3, 3]);
}

#[tokio::test]
async fn calls_out_of_order_late_uploads_and_quiet_hours_are_no_new_server() {
    let desk = Desk::new().await;
    let at = |seconds: i64| WallTime(desk.now().0 + seconds * 1_000);
    let calls = [
        (100, 0),
        (102, 9),
        (101, 12),
        (103, -20_000),
        (104, 15),
        // After hours of nothing, the newest first.
        (109, 20_100),
        (105, 19_000),
        (108, 20_050),
        (107, 20_040),
        (106, 20_045),
        (110, 20_000),
    ];
    for (number, second) in calls {
        let key = desk.see(call(number, 1, at(second)));
        assert_eq!(desk.find(key).await.unwrap().epoch, 1, "{number}");
    }
}

#[tokio::test]
async fn a_server_at_another_address_is_another_server() {
    let desk = Desk::new().await;
    desk.archive.meet(ServerId(1), "https://a.example.org");
    let key = desk.see(desk.call(3, 1));
    assert_eq!(desk.find(key).await.unwrap().epoch, 1);
    desk.archive.meet(ServerId(1), "https://a.example.org");
    assert_eq!(desk.find(key).await.unwrap().epoch, 1);
    desk.archive.meet(ServerId(1), "https://b.example.org");
    assert_eq!(desk.find(key).await, None);
    let key = desk.see(desk.call(3, 1));
    assert_eq!(desk.find(key).await.unwrap().epoch, 2);
    assert_eq!(desk.search(Search::default()).await, [3, 3]);
}

#[tokio::test]
async fn calls_from_the_future_or_without_a_clock_are_put_where_they_were_seen() {
    let desk = Desk::new().await;
    desk.see(desk.call(1, 1));
    desk.hands.advance(Duration::from_secs(60));
    desk.see(call(2, 1, WallTime(desk.now().0 + 40 * 365 * 86_400_000)));
    desk.archive.written().await;
    desk.hands.advance(Duration::from_secs(60));
    let key = desk.see(desk.call(3, 1));
    desk.archive.written().await;
    desk.hands.advance(Duration::from_secs(60));
    desk.see(call(4, 1, WallTime(0)));
    desk.archive.written().await;
    desk.hands.advance(Duration::from_secs(60));
    desk.see(desk.call(5, 1));
    assert_eq!(desk.search(Search::default()).await, [5, 4, 3, 2, 1]);
    // This computer's clock is set back a year, and the server's is not.
    desk.hands.jump_wall(-365 * 86_400_000);
    desk.see(call(6, 1, WallTime(desk.find(key).await.unwrap().call.start.0 + 200_000)));
    assert_eq!(desk.search(Search::default()).await, [6, 5, 4, 3, 2, 1]);
}
