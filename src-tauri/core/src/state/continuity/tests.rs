use super::*;
use crate::problem::Problem;
use crate::state::samples;

/// A second at the server.
const THEN: i64 = 1_800_000_000;

fn now(seconds: u64) -> Now {
    Now { at: Duration::from_secs(seconds), wall: WallTime((THEN + seconds as i64) * 1_000) }
}

/// Asleep, the first clock stands still.
fn asleep(seconds: u64, slept: i64) -> Now {
    Now { wall: WallTime((THEN + seconds as i64 + slept) * 1_000), ..now(seconds) }
}

fn call(id: u64, second: i64) -> Call {
    Call { start: WallTime(second * 1_000), ..samples::call(id) }
}

/// A server that has been heard for a while: a call every ten seconds, and the question after the greeting answered.
fn heard() -> Continuity {
    let mut past = Continuity::default();
    past.joined_after(&mut Vec::new());
    past.link_stands(now(0));
    past.joined_after(&mut vec![call(1, THEN - 5)]);
    for n in 0..100 {
        past.heard(&call(2 + n, THEN + 10 * n as i64), now(10 * n));
        if let Some((ask, _)) = past.next(now(10 * n)) {
            assert!(past.answered(ask, now(10 * n), &[], true).is_some());
        }
    }
    past
}

#[test]
fn a_new_link_is_asked_once_more_and_then_there_is_nothing_to_ask() {
    let mut past = Continuity::default();
    past.link_stands(now(0));
    past.joined_after(&mut vec![call(1, THEN - 5)]);
    assert_eq!(past.next(now(9)), None);
    assert_eq!(past.deadline(), Some(Duration::from_secs(10)));
    let (ask, from) = past.next(now(10)).expect("it is time");
    assert_eq!(from, THEN - 5, "what was before is history");
    assert_eq!((past.next(now(11)), past.deadline()), (None, None), "it is asked already");
    let answered = past.answered(ask, now(12), &[], true);
    assert_eq!(answered, Some(Answered { joined: THEN - 5, away: Duration::ZERO }));
    assert_eq!((past.deadline(), past.gap()), (None, None));
}

#[test]
fn an_answer_that_is_late_says_only_of_calls_from_before_that_they_were_there_before() {
    let mut past = Continuity::default();
    // Our clock is behind by an hour.
    past.link_stands(now(0));
    past.heard(&call(7, THEN + 3_600), now(1));
    past.link_is_down(now(2));
    past.link_stands(now(90));
    let mut calls = vec![call(5, THEN + 3_580), call(6, THEN + 3_590), call(8, THEN + 3_640), call(9, THEN + 3_650)];
    past.joined_after(&mut calls);
    assert_eq!(calls.iter().map(|call| call.id.0).collect::<Vec<_>>(), [5, 6], "what came since is missed");
    let (ask, from) = past.next(now(90)).expect("at once");
    assert_eq!(from, THEN + 3_590, "what was before is not even asked for");
    let answered = past.answered(ask, now(91), &[], true).expect("it was asked");
    assert_eq!(answered.joined, THEN + 3_590, "what was before is not played");
}

#[test]
fn after_a_reconnection_it_is_asked_at_once_from_before_the_loss() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_is_down(now(1_010));
    assert_eq!(past.deadline(), None, "nobody answers now");
    past.link_stands(now(1_120));
    let (ask, from) = past.next(now(1_120)).expect("at once");
    assert_eq!(from, THEN + 920 - OVERLAP, "the middle of the last fifteen calls, and some minutes");
    let answered = past.answered(ask, now(1_121), &[call(200, THEN + 1_050)], true).expect("it was asked");
    assert_eq!(answered.away, Duration::from_secs(120));
    assert_eq!(past.deadline(), Some(Duration::from_secs(1_131)), "and once more, for what came while it was new");
}

#[test]
fn single_calls_from_another_time_do_not_change_from_when_on_it_is_asked() {
    for odd in [0, THEN - 400_000, THEN + 4_000_000_000] {
        let mut past = heard();
        past.heard(&call(102, odd), now(1_000));
        past.link_is_down(now(1_001));
        past.link_stands(now(1_100));
        let (_, from) = past.next(now(1_100)).expect("at once");
        assert!((THEN + 600..THEN + 950).contains(&from), "{odd}: {}", from - THEN);
    }
}

#[test]
fn a_night_asleep_is_not_asked_for_whole_and_the_rest_is_a_gap() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    let morning = asleep(1_001, 15 * 3_600);
    past.link_stands(morning);
    let (ask, from) = past.next(morning).expect("at once");
    assert_eq!(from, THEN + 1_001 + 3 * 3_600, "twelve hours");
    let answered = past.answered(ask, morning, &[call(900, from + 60)], true).expect("it was asked");
    assert_eq!(answered.away, Duration::from_secs(15 * 3_600 + 1));
    assert_eq!(past.gap(), Some(&Gap { from: THEN + 920, to: from, problem: None }));
    assert!(past.leave_gap() && past.gap().is_none() && !past.leave_gap());
}

#[test]
fn a_clock_of_ours_that_is_years_behind_leaves_no_gap() {
    let mut past = Continuity::default();
    let behind = |seconds: i64| Now { wall: WallTime(1_600_000_000_000 + seconds * 1_000), ..now(seconds as u64) };
    past.joined_after(&mut Vec::new());
    past.link_stands(behind(0));
    past.heard(&call(1, THEN), behind(1));
    past.link_is_down(behind(2));
    past.link_stands(behind(100));
    let (ask, from) = past.next(behind(100)).expect("at once");
    assert!(from > THEN - FARTHEST, "not since our clock's year: {from}");
    past.answered(ask, behind(101), &[call(2, THEN + 50)], true);
    assert_eq!(past.gap(), None);
}

#[test]
fn too_many_calls_leave_a_gap_before_the_oldest_that_came() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_stands(now(5_000));
    let (ask, from) = past.next(now(5_000)).expect("at once");
    past.answered(ask, now(5_001), &[call(500, THEN + 4_000), call(501, THEN + 4_990)], false);
    assert_eq!(past.gap(), Some(&Gap { from, to: THEN + 4_000, problem: None }));
}

#[test]
fn a_server_that_does_not_answer_is_asked_again_ever_more_seldom_and_then_it_is_shown() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_stands(now(1_100));
    let problem = || Problem::not_possible("no");
    let (mut at, mut pauses) = (1_100, Vec::new());
    for turn in 1..=9 {
        let (ask, _) = past.next(now(at)).expect("it is time");
        assert!(!past.failed(ask.wrapping_add(7), now(at), problem()), "an old answer");
        assert_eq!(past.failed(ask, now(at), problem()), turn >= MOST_FAILURES, "turn {turn}");
        let next = past.deadline().expect("it is asked again").as_secs();
        pauses.push(next - at);
        at = next;
    }
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    let gap = past.gap().expect("it is shown");
    assert!(gap.problem.is_some() && gap.from == THEN + 920 - OVERLAP);
    past.look_again(now(at - 100));
    let (ask, from) = past.next(now(at - 100)).expect("the user wants it");
    assert_eq!(from, THEN + 920 - OVERLAP);
    past.answered(ask, now(at), &[], true);
    assert_eq!(past.gap(), None);
}

#[test]
fn a_gap_that_is_left_is_not_asked_for_again() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_stands(now(1_100));
    for at in [1_100, 1_105, 1_115] {
        let (ask, _) = past.next(now(at)).expect("it is time");
        past.failed(ask, now(at), Problem::not_possible("no"));
    }
    assert!(past.leave_gap());
    assert_eq!((past.deadline(), past.next(now(9_999))), (None, None));
}

#[test]
fn numbers_that_jump_are_looked_into_ever_more_seldom_unless_there_was_something() {
    let mut past = heard();
    past.heard(&call(150, THEN + 1_000), now(1_000));
    assert_eq!(past.deadline(), Some(Duration::from_secs(1_005)));
    let (ask, _) = past.next(now(1_005)).expect("it is time");
    past.answered(ask, now(1_006), &[], true);
    past.heard(&call(160, THEN + 1_010), now(1_010));
    assert_eq!(past.deadline(), Some(Duration::from_secs(1_065)), "it found nothing just now");
    for n in 0..20 {
        past.heard(&call(161 + n, THEN + 2_000), now(1_011));
    }
    let (ask, from) = past.next(now(1_065)).expect("a minute later");
    assert_eq!(from, THEN + 940 - OVERLAP, "from when it jumped");
    past.answered(ask, now(1_066), &[], true);
    past.heard(&call(185, THEN + 1_150), now(1_150));
    assert_eq!(past.deadline(), Some(Duration::from_secs(1_185)), "now it is two minutes");
    past.was_worth_asking();
    past.heard(&call(190, THEN + 1_151), now(1_151));
    assert_eq!(past.deadline(), Some(Duration::from_secs(1_156)));
    let mut past = heard();
    past.heard(&call(102, THEN + 1_000), now(1_000));
    past.heard(&call(101, THEN + 1_001), now(1_001));
    assert_eq!(past.deadline(), None, "one after the other, or late, is no jump");
}

#[test]
fn a_link_lost_while_it_was_asked_is_asked_again_and_the_old_answer_counts_for_nothing() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_stands(now(1_100));
    let (old, _) = past.next(now(1_100)).expect("at once");
    past.link_is_down(now(1_101));
    assert_eq!(past.answered(old, now(1_102), &[], true), None);
    past.link_stands(now(1_200));
    let (ask, _) = past.next(now(1_200)).expect("at once");
    let answered = past.answered(ask, now(1_201), &[], true).expect("it was asked");
    assert_eq!(answered.away, Duration::from_secs(200), "since the first loss");
}

#[test]
fn calls_that_come_on_the_new_link_do_not_move_from_when_on_it_is_asked() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    past.link_stands(now(3_000));
    for n in 0..20 {
        past.heard(&call(300 + n, THEN + 3_000), now(3_000));
    }
    let (ask, from) = past.next(now(3_000)).expect("at once");
    assert_eq!(from, THEN + 920 - OVERLAP);
    past.failed(ask, now(3_001), Problem::not_possible("no"));
    past.link_is_down(now(3_002));
    past.link_stands(now(4_000));
    assert_eq!(past.next(now(4_000)).map(|(_, from)| from), Some(THEN + 920 - OVERLAP));
}

#[test]
fn whoever_comes_after_somebody_else_missed_nothing() {
    let mut past = heard();
    past.link_is_down(now(1_000));
    assert!(!past.forget());
    past.link_stands(now(1_100));
    let (_, from) = past.next(now(1_110)).expect("as for any new link");
    assert_eq!(from, THEN + 1_100);
}

#[test]
fn a_server_whose_clock_is_behind_ours_is_asked_by_its_own_clock() {
    let mut past = Continuity::default();
    past.link_stands(now(7_200));
    past.heard(&call(1, THEN + 3_600), now(7_205));
    past.link_is_down(now(7_300));
    past.link_stands(now(7_400));
    let (_, from) = past.next(now(7_400)).expect("at once");
    assert_eq!(from, THEN + 3_600);
}

/// As the archive has them: the highest number first, a call every ten seconds until shortly before now.
fn of_an_earlier_run() -> Vec<(CallId, WallTime)> {
    (0..40).map(|n| (CallId(500 - n), WallTime((THEN - 10 - 10 * n as i64) * 1_000))).collect()
}

#[test]
fn what_came_while_the_program_did_not_run_is_asked_for_as_soon_as_the_link_stands() {
    let mut past = Continuity::default();
    past.heard_before(&of_an_earlier_run(), WallTime(THEN * 1_000), now(600));
    assert_eq!(past.deadline(), None, "nobody answers yet");
    past.link_stands(now(601));
    let (ask, from) = past.next(now(601)).expect("at once");
    assert_eq!(from, THEN - 80 - OVERLAP, "the middle of the last fifteen, and some minutes");
    let calls = [call(500, THEN - 10), call(499, THEN + 300), call(501, THEN + 310)];
    let answered = past.answered(ask, now(602), &calls, true).expect("it was asked");
    assert_eq!(answered, Answered { joined: from, away: Duration::from_secs(601) });
    let missed: Vec<_> = calls.iter().filter(|call| past.came_while_not_running(call)).map(|call| call.id.0).collect();
    assert_eq!(missed, [499, 501], "a number of before is another call's where the server was installed anew");
    assert_eq!(past.gap(), None);
    assert_eq!(past.deadline(), Some(Duration::from_secs(612)), "and once more, for what came while it was new");
}

#[test]
fn who_starts_again_at_once_after_hours_without_a_link_was_away_for_hours() {
    for (calls, away) in [(vec![call(501, THEN - 7_200), call(502, THEN)], 7_200), (vec![call(501, THEN)], 5)] {
        let mut past = Continuity::default();
        let before = [(CallId(500), WallTime((THEN - 9_000) * 1_000))];
        past.heard_before(&before, WallTime(THEN * 1_000), now(5));
        past.link_stands(now(5));
        let (ask, _) = past.next(now(5)).expect("at once");
        let answered = past.answered(ask, now(5), &calls, true).expect("it was asked");
        assert_eq!(answered.away, Duration::from_secs(away));
    }
}

#[test]
fn what_the_archive_says_late_takes_the_place_of_a_question_for_less() {
    let mut past = Continuity::default();
    past.link_stands(now(0));
    let mut earlier = vec![call(499, THEN - 20), call(501, THEN + 1)];
    past.joined_after(&mut earlier);
    assert_eq!(earlier.len(), 2, "nobody knows better yet");
    let (ask, _) = past.next(now(10)).expect("it is time");
    past.heard_before(&of_an_earlier_run(), WallTime(THEN * 1_000), now(11));
    assert_eq!(past.answered(ask, now(11), &[], true), None, "that was for less");
    let (_, from) = past.next(now(11)).expect("at once");
    assert_eq!(from, THEN - 80 - OVERLAP);
    past.joined_after(&mut earlier);
    assert_eq!(earlier.iter().map(|call| call.id.0).collect::<Vec<_>>(), [499], "the other one is missed");
}

#[test]
fn who_listens_for_the_first_time_or_as_somebody_else_has_missed_nothing() {
    let mut past = Continuity::default();
    past.heard_before(&[], WallTime(THEN * 1_000), now(0));
    past.link_stands(now(0));
    assert_eq!(past.deadline(), Some(AFTER_GREETING), "as ever");
    let mut past = Continuity::default();
    past.heard_before(&of_an_earlier_run(), WallTime(THEN * 1_000), now(0));
    past.forget();
    past.link_stands(now(1));
    assert!(past.next(now(1)).is_none() && !past.came_while_not_running(&call(501, THEN + 1)));
}
