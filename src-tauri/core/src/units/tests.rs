use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::UnitSpan;
use crate::state::samples::call;

const ORIGIN: &str = "https://scanner.example.org";
const FILE: &str = "units.json";
const NOW: WallTime = WallTime(1_800_000_000_000);

fn radio(unit: u64) -> Radio {
    (SystemNumber(100), UnitNumber(unit))
}

/// A call of some second in which one radio speaks and is called so.
fn says(unit: u64, name: &str, second: i64) -> Call {
    Call { start: WallTime(second * 1000), unit: Some(UnitNumber(unit)), alias: Some(name.to_owned()), ..call(unit) }
}

fn span(unit: u64, tag: Option<&str>) -> UnitSpan {
    UnitSpan { at: Duration::ZERO, unit: UnitNumber(unit), tag: tag.map(str::to_owned) }
}

fn said(units: &Units, unit: u64) -> Option<&str> {
    units.at(ORIGIN)?.said(radio(unit))
}

#[test]
fn a_name_that_came_with_any_call_is_remembered_for_its_system_and_server() {
    let mut units = Units::default();
    let learnt = units.learn(ORIGIN, &says(7, "Engine 7", 1_000), NOW);
    assert_eq!(learnt, Learnt { named: vec![radio(7)], news: true });
    assert_eq!(units.learn(ORIGIN, &says(7, "Engine 7", 1_001), NOW), Learnt::default(), "that is known");
    assert_eq!(said(&units, 7), Some("Engine 7"));
    let elsewhere = (SystemNumber(101), UnitNumber(7));
    assert_eq!(units.at(ORIGIN).unwrap().said(elsewhere), None, "another system's radio 7 is another one");
    assert!(units.at("https://another.example.org").is_none());
}

#[test]
fn tags_name_who_speaks_and_the_alias_the_first_without_one() {
    let mut units = Units::default();
    let several = vec![span(1, None), span(2, Some("Two")), span(3, None), span(4, Some(" \u{202e}"))];
    let spoken = Call { alias: Some("One".into()), unit: Some(UnitNumber(9)), units: several, ..call(1) };
    units.learn(ORIGIN, &spoken, NOW);
    let names: Vec<_> = [1, 2, 3, 4, 9].map(|unit| said(&units, unit)).into();
    assert_eq!(names, [Some("One"), Some("Two"), None, None, None]);
    let tagged = Call { alias: Some("Alias".into()), units: vec![span(5, Some("Tag")), span(6, None)], ..call(2) };
    units.learn(ORIGIN, &tagged, NOW);
    assert_eq!((said(&units, 5), said(&units, 6)), (Some("Tag"), None));
    let nameless = Call { units: vec![span(8, None)], ..call(3) };
    assert_eq!(units.learn("https://new.example.org", &nameless, NOW), Learnt::default());
    assert!(units.at("https://new.example.org").is_none(), "nothing is kept of a server that names nobody");
}

#[test]
fn the_newest_call_knows_best_whenever_it_is_heard_of() {
    let mut units = Units::default();
    units.learn(ORIGIN, &says(7, "New name", 2_000), NOW);
    assert_eq!(units.learn(ORIGIN, &says(7, "Old name", 1_000), NOW), Learnt::default());
    assert_eq!(said(&units, 7), Some("New name"));
    units.learn(ORIGIN, &says(7, "Newest name", 3_000), NOW);
    assert_eq!(said(&units, 7), Some("Newest name"));
}

#[test]
fn a_call_of_the_year_2106_is_not_believed_for_ever() {
    let mut units = Units::default();
    units.learn(ORIGIN, &says(7, "From far away", 4_300_000_000), NOW);
    units.learn(ORIGIN, &says(7, "Of now", NOW.0 / 1000), NOW);
    units.learn(ORIGIN, &says(8, "Before all", -5), NOW);
    assert_eq!((said(&units, 7), said(&units, 8)), (Some("Of now"), Some("Before all")));
}

#[test]
fn being_heard_again_is_worth_writing_once_an_hour() {
    let mut units = Units::default();
    let mut news = |second| units.learn(ORIGIN, &says(7, "Engine 7", second), NOW).news;
    assert_eq!([1_000, 2_000, 4_599, 4_600, 4_601].map(&mut news), [true, false, false, true, false]);
}

#[test]
fn names_are_plain_bounded_words() {
    let mut units = Units::default();
    units.learn(ORIGIN, &says(1, &"é".repeat(10_000), 1), NOW);
    units.learn(ORIGIN, &says(2, "a\u{202e}evil\u{7}\nb\u{200b}", 1), NOW);
    units.learn(ORIGIN, &says(3, "\u{200f}\u{0}\n ", 1), NOW);
    units.learn(ORIGIN, &says(4, "Engine", 1), NOW);
    units.learn(ORIGIN, &says(5, "Engine", 1), NOW);
    assert_eq!(said(&units, 1).unwrap().chars().count(), LONGEST_NAME);
    assert_eq!((said(&units, 2), said(&units, 3)), (Some("aevil b"), None));
    assert_eq!((said(&units, 4), said(&units, 5)), (Some("Engine"), Some("Engine")), "two may have one name");
}

#[test]
fn the_radios_heard_of_longest_ago_are_forgotten_and_no_name_of_ones_own() {
    let mut units = Units::default();
    units.name(ORIGIN, radio(1), Some("Mine"));
    let many = (MOST + SLACK) as u64;
    for unit in 1..=many {
        units.learn(ORIGIN, &says(unit, "One of many", unit as i64), NOW);
    }
    assert_eq!(units.len(), MOST + SLACK, "a few more for a while");
    units.learn(ORIGIN, &says(many + 1, "Too many", many as i64 + 1), NOW);
    assert_eq!(units.len(), MOST);
    let first = SLACK as u64 + 2;
    assert_eq!((said(&units, first - 1), said(&units, first)), (None, Some("One of many")));
    assert_eq!(units.at(ORIGIN).unwrap().own(radio(1)), Some("Mine"));
}

#[test]
fn among_radios_of_one_age_only_as_many_go_as_must() {
    let mut units = Units::default();
    for unit in 0..=(MOST + SLACK) as u64 {
        let origin = if unit % 2 == 0 { ORIGIN } else { "https://another.example.org" };
        units.learn(origin, &says(unit, "All at once", 5), NOW);
    }
    assert_eq!(units.len(), MOST);
}

#[test]
fn ones_own_name_is_given_changed_and_taken_back() {
    let mut units = Units::default();
    assert!(units.name(ORIGIN, radio(7), Some("Mine")));
    assert!(!units.name(ORIGIN, radio(7), Some("Mine")), "that is no news");
    assert!(units.name(ORIGIN, radio(7), Some("Still mine")));
    units.learn(ORIGIN, &says(7, "Engine 7", 1), NOW);
    assert_eq!((units.at(ORIGIN).unwrap().own(radio(7)), said(&units, 7)), (Some("Still mine"), Some("Engine 7")));
    assert!(units.name(ORIGIN, radio(7), None));
    assert!(!units.name(ORIGIN, radio(7), None));
    assert_eq!(units.at(ORIGIN).unwrap().own(radio(7)), None);
}

#[test]
fn names_move_with_their_server_and_go_with_it() {
    let mut units = Units::default();
    units.learn(ORIGIN, &says(7, "Engine 7", 1), NOW);
    units.name("https://new.example.org", radio(7), Some("There already"));
    assert!(!units.rename(ORIGIN, "https://new.example.org"));
    assert!(units.rename(ORIGIN, "https://another.example.org"));
    assert!(!units.rename(ORIGIN, "https://another.example.org"));
    assert!(units.forget("https://another.example.org") && !units.forget(ORIGIN));
    assert_eq!(units.at("https://new.example.org").unwrap().own(radio(7)), Some("There already"));
}

#[test]
fn names_come_back_as_they_were_saved() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(load(folder.path()).0, Units::default());
    let mut units = Units::default();
    units.learn(ORIGIN, &says(7, "Engine 7", 1_000), NOW);
    units.name(ORIGIN, radio(8), Some("Mine"));
    save(folder.path(), &units).unwrap();
    let (back, trouble) = load(folder.path());
    assert!(trouble.is_none());
    assert_eq!(back, units);
}

#[test]
fn of_a_file_written_by_hand_the_good_names_remain_and_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let own: Vec<_> = (0..MOST_OWN + 5).map(|unit| serde_json::json!([1, unit, "Mine"])).collect();
    let said = serde_json::json!([[100, 1, "x".repeat(10_000), 5], [100, 2, "\u{202e}", 5], [100, 3, "Good", 5]]);
    let file = serde_json::json!({ "futureThing": 1, "servers": { ORIGIN: { "said": said, "own": own } } });
    std::fs::write(folder.path().join(FILE), file.to_string()).unwrap();
    let (units, trouble) = load(folder.path());
    assert!(trouble.is_none() && !units.has_room());
    assert_eq!(said_lengths(&units), [Some(LONGEST_NAME), None, Some(4)]);
    save(folder.path(), &units).unwrap();
    assert!(std::fs::read_to_string(folder.path().join(FILE)).unwrap().contains("\"futureThing\":1"));
}

fn said_lengths(units: &Units) -> [Option<usize>; 3] {
    [1, 2, 3].map(|unit| said(units, unit).map(|name| name.chars().count()))
}

#[test]
fn a_garbled_file_is_set_aside_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["{not json", r#"{"servers":{"x":{"own":[["a"]]}}}"#] {
        std::fs::write(folder.path().join(FILE), wrong).unwrap();
        let (units, trouble) = load(folder.path());
        assert_eq!(units, Units::default());
        assert!(matches!(trouble, Some(UnitsError(StoreError::SetAside { .. }))), "{wrong}");
    }
    assert_eq!(std::fs::read(folder.path().join("units-unreadable-1.json")).unwrap(), b"{not json");
}

proptest! {
    #[test]
    fn whatever_a_server_calls_a_radio_is_shown_on_one_line(name in any::<String>()) {
        let mut units = Units::default();
        units.learn(ORIGIN, &says(7, &name, 1), NOW);
        if let Some(shown) = said(&units, 7) {
            prop_assert!((1..=LONGEST_NAME).contains(&shown.chars().count()));
            prop_assert!(!shown.chars().any(|sign| sign.is_control() || crate::text::is_hidden(sign)));
        }
    }
}
