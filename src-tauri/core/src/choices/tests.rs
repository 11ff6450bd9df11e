use super::*;
use crate::sound::Mix;
use crate::view::Priority;
use proptest::prelude::*;

const FILE: &str = "talkgroups.json";

fn some() -> Choices {
    let mut choices = Choices::default();
    let listener = Listener { origin: "https://a.example.org".into(), user: Some("dana".into()) };
    let kept = choices.of(&listener);
    kept.choice.off = [1, 2].map(TalkgroupId).into_iter().collect();
    kept.choice.avoided = [(TalkgroupId(3), None), (TalkgroupId(4), Some(WallTime(1_800_000_000_000)))].into();
    kept.known = Some([1, 2, 3, 4].map(TalkgroupId).into_iter().collect());
    kept.fresh.insert(TalkgroupId(4));
    let off = [(listener.origin.clone(), kept.choice.off.clone())].into();
    let talkgroup = Some((listener.origin.clone(), TalkgroupId(9)));
    let known = [(listener.origin.clone(), Spans::from(kept.known.as_ref().unwrap()))].into();
    choices.presets.push(Preset { id: 1, name: "Fire".into(), off, known, system: None, talkgroup, alerts: false });
    choices.next_preset = 2;
    choices
}

#[test]
fn a_preset_wants_what_was_on_within_what_it_holds() {
    let at = |ids: &[u64]| BTreeMap::from([("one".to_owned(), ids.iter().copied().map(TalkgroupId).collect::<Ids>())]);
    let known =
        BTreeMap::from([("one".to_owned(), Spans::from(&[1, 2, 3].into_iter().map(TalkgroupId).collect::<Ids>()))]);
    let all = Preset { id: 1, name: "Fire".into(), off: at(&[2]), known, system: None, talkgroup: None, alerts: true };
    let system = Preset { system: Some(("one".into(), SystemId(9))), ..all.clone() };
    let talkgroup = Preset { talkgroup: Some(("one".into(), TalkgroupId(3))), ..system.clone() };
    let table = [
        (&all, "one", 8, 1, true),
        (&all, "one", 8, 2, false),
        (&all, "one", 8, 4, false),
        (&all, "two", 8, 1, false),
        (&system, "one", 9, 1, true),
        (&system, "one", 8, 1, false),
        (&talkgroup, "one", 8, 3, true),
        (&talkgroup, "one", 9, 1, false),
    ];
    for (preset, origin, system, talkgroup, wanted) in table {
        let wants = preset.wants(origin, Some(SystemId(system)), TalkgroupId(talkgroup));
        assert_eq!(wants, wanted, "{talkgroup} of {system} at {origin}: {preset:?}");
    }
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(load(folder.path()).0, Choices::default());
    save(folder.path(), &some()).unwrap();
    let (choices, trouble) = load(folder.path());
    assert!(trouble.is_none());
    assert_eq!(choices, some());
}

#[test]
fn a_file_that_is_not_understood_is_set_aside_and_said() {
    for garbage in [&b"\xff{"[..], br#"{"listeners":7}"#, b"[]"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), garbage).unwrap();
        let (choices, trouble) = load(folder.path());
        assert_eq!(choices, Choices::default());
        let Some(ChoicesError(StoreError::SetAside { aside, .. })) = trouble else { panic!("{trouble:?}") };
        assert_eq!(std::fs::read(folder.path().join(aside)).unwrap(), garbage);
        save(folder.path(), &some()).unwrap();
        assert_eq!(load(folder.path()).0, some());
    }
}

#[test]
fn what_was_edited_by_hand_comes_back_into_its_ranges() {
    let folder = tempfile::tempdir().unwrap();
    let preset = |id: u32, name: &str| format!(r#"{{"id":{id},"name":"{name}"}}"#);
    let presets = [preset(4_294_967_295, "a"), preset(3, ""), preset(3, "b"), preset(3, "c")].join(",");
    let choice = r#"{"off":[1,2],"avoided":{"2":null}}"#;
    let listener = r#"{"origin":"https://a.example.org","user":null}"#;
    let text =
        format!(r#"{{"presets":[{presets}],"listeners":[{{"listener":{listener},"choice":{choice}}}],"later":true}}"#);
    std::fs::write(folder.path().join(FILE), text).unwrap();
    let (choices, trouble) = load(folder.path());
    assert!(trouble.is_none());
    assert_eq!(choices.presets.iter().map(|preset| preset.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(choices.next_preset, 4);
    assert_eq!(choices.listeners[0].choice.off, [1].map(TalkgroupId).into_iter().collect());
    assert!(choices.unknown.contains_key("later"), "a newer version's");
}

#[test]
fn what_a_preset_knew_is_kept_in_a_few_numbers_however_much_it_is() {
    let ids: Ids = (1..20_001).filter(|id| *id != 777).map(TalkgroupId).collect();
    let spans = Spans::from(&ids);
    let text = serde_json::to_string(&spans).unwrap();
    assert_eq!(text, "[[1,776],[778,20000]]");
    assert_eq!(serde_json::from_str::<Spans>("[[778,20000],[1,776]]").unwrap(), spans);
    for id in [0, 1, 776, 777, 778, 20_000, 20_001, u64::MAX].map(TalkgroupId) {
        assert_eq!(spans.contains(id), ids.contains(&id), "{id:?}");
    }
    assert!(!Spans::default().contains(TalkgroupId(1)));
}

#[test]
fn an_avoid_has_run_out_at_its_very_end_and_one_without_end_never() {
    let choice = &some().listeners[0].choice;
    assert_eq!(choice.at(WallTime(1_799_999_999_999)), *choice);
    assert_eq!(choice.at(WallTime(1_800_000_000_000)).avoided, [(TalkgroupId(3), None)].into());
}

fn choice(off: &[u64], avoided: &[u64]) -> Choice {
    let avoided = avoided.iter().map(|id| (TalkgroupId(*id), None)).collect();
    Choice { off: off.iter().copied().map(TalkgroupId).collect(), avoided }
}

fn any_choice() -> impl Strategy<Value = Choice> {
    proptest::collection::btree_map(1..8u64, any::<bool>(), 0..8).prop_map(|all| {
        let those = |is_off: bool| all.iter().filter(|(_, off)| **off == is_off).map(|(id, _)| *id).collect::<Vec<_>>();
        choice(&those(true), &those(false))
    })
}

proptest! {
    #[test]
    fn of_two_choices_joined_ours_counts_where_we_changed_something_and_theirs_everywhere_else(
        base in any_choice(), ours in any_choice(), theirs in any_choice(),
    ) {
        let joined = Choice::joined(&base, &ours, &theirs);
        for id in (1..8).map(TalkgroupId) {
            let wanted = if ours.of(&id) == base.of(&id) { theirs.of(&id) } else { ours.of(&id) };
            prop_assert!(joined.of(&id) == wanted, "{id:?}");
        }
        prop_assert_eq!(&joined.clone().sane(), &joined, "none is off and avoided");
        prop_assert_eq!(&Choice::joined(&theirs, &joined, &theirs), &joined);
        prop_assert_eq!(AccountChoice::from(&joined).choice(WallTime(0)), joined);
    }

    #[test]
    fn what_was_sent_and_perhaps_stored_counts_where_it_is_found_again(
        account in any_choice(), sent in any_choice(), theirs in any_choice(),
    ) {
        let begun = Choice::begun(account.clone(), &sent, &theirs);
        for id in (1..8).map(TalkgroupId) {
            let wanted = if theirs.of(&id) == sent.of(&id) { sent.of(&id) } else { account.of(&id) };
            prop_assert!(begun.of(&id) == wanted, "{id:?}");
        }
        prop_assert_eq!(Choice::begun(account.clone(), &sent, &sent), sent.clone(), "it was stored");
        prop_assert_eq!(Choice::begun(account.clone(), &sent, &account), account, "it was not");
    }
}

#[test]
fn how_talkgroups_are_heard_is_kept_moves_with_its_server_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut choices = Choices::default();
    let mut hearing = Hearing::default();
    hearing.priorities.insert(TalkgroupId(5), Priority::High);
    hearing.talkgroups.insert(TalkgroupId(6), Mix { balance: -0.5, offset_db: 3.0 });
    hearing.systems.insert(SystemId(7), Mix { balance: 0.0, offset_db: -12.0 });
    choices.hearing.insert("https://a.example.org".into(), hearing.clone());
    save(folder.path(), &choices).unwrap();
    let (mut back, trouble) = load(folder.path());
    assert!(trouble.is_none());
    assert_eq!(back, choices);
    assert!(back.knows("https://a.example.org"));
    back.rename("https://a.example.org", "https://b.example.org");
    assert_eq!(back.hearing.keys().collect::<Vec<_>>(), ["https://b.example.org"]);
    assert_eq!(back.hearing["https://b.example.org"], hearing);
    back.forget("https://b.example.org");
    assert!(back.hearing.is_empty() && !back.knows("https://b.example.org"));
}

#[test]
fn what_somebody_wrote_by_hand_about_hearing_is_brought_back_into_its_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"hearing":{
        "https://a.example.org":{"priorities":{"1":"normal","2":"low"},"talkgroups":{"3":{"balance":9,"offsetDb":-40},"4":{}}},
        "https://b.example.org":{"systems":{"1":{"balance":0}}}
    }}"#;
    std::fs::write(folder.path().join("talkgroups.json"), text).unwrap();
    let (choices, trouble) = load(folder.path());
    assert!(trouble.is_none(), "{trouble:?}");
    assert_eq!(choices.hearing.len(), 1, "of the second nothing is left");
    let hearing = &choices.hearing["https://a.example.org"];
    assert_eq!(hearing.priorities, [(TalkgroupId(2), Priority::Low)].into());
    assert_eq!(hearing.talkgroups, [(TalkgroupId(3), Mix { balance: 1.0, offset_db: -12.0 })].into());
}
