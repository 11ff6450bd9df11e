//! Whatever is noted in whatever order: the archive holds what a list in memory would.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// Calls begin three hours after each other, whatever the order in which they are told of.
const APART: i64 = 3 * 3_600_000;
const WORDS: [&str; 4] = ["hydrant", "Hydranten", "échelle", "ladder"];

#[derive(Debug, Clone)]
enum Op {
    See(u64),
    State(u64, bool),
    Keep(u64, bool),
    KeepTalkgroup(u64, bool),
    Say(u64, usize),
    Store(u64),
    Retain(u32),
    DeleteAll,
    Restart,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let number = || 1_u64..25;
    let op = prop_oneof![
        8 => number().prop_map(Op::See),
        4 => (number(), any::<bool>()).prop_map(|(number, heard)| Op::State(number, heard)),
        2 => (number(), any::<bool>()).prop_map(|(number, keep)| Op::Keep(number, keep)),
        1 => (0_u64..3, any::<bool>()).prop_map(|(talkgroup, keep)| Op::KeepTalkgroup(talkgroup, keep)),
        3 => (number(), 0..WORDS.len()).prop_map(|(number, word)| Op::Say(number, word)),
        3 => number().prop_map(Op::Store),
        1 => (0_u32..4).prop_map(Op::Retain),
        1 => Just(Op::Restart),
        1 => Just(Op::DeleteAll),
    ];
    proptest::collection::vec(op, 1..60)
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    is_heard: bool,
    is_kept: bool,
    word: Option<usize>,
    has_audio: bool,
}

#[derive(Debug, Default)]
struct Model {
    calls: BTreeMap<u64, Known>,
    kept: BTreeSet<u64>,
}

fn talkgroup_of(number: u64) -> u64 {
    number % 3
}

fn start_of(number: u64) -> i64 {
    1_795_000_000_000 + number.cast_signed() * APART
}

impl Model {
    /// The numbers of the calls that are like this, newest first.
    fn numbers(&self, is_so: impl Fn(&Known) -> bool) -> Vec<u64> {
        self.calls.iter().rev().filter(|(_, known)| is_so(known)).map(|(number, _)| *number).collect()
    }

    fn apply(&mut self, op: &Op) {
        let mut change = |number: &u64, change: &dyn Fn(&mut Known)| {
            if let Some(known) = self.calls.get_mut(number) {
                change(known);
            }
        };
        match op {
            Op::See(number) => drop(self.calls.entry(*number).or_default()),
            Op::State(number, heard) => change(number, &|known| known.is_heard |= *heard),
            Op::Keep(number, keep) => change(number, &|known| known.is_kept = *keep),
            Op::Say(number, word) => change(number, &|known| known.word = Some(*word)),
            Op::Store(number) => change(number, &|known| known.has_audio = true),
            Op::KeepTalkgroup(talkgroup, true) => drop(self.kept.insert(*talkgroup)),
            Op::KeepTalkgroup(talkgroup, false) => drop(self.kept.remove(talkgroup)),
            Op::DeleteAll => self.calls.clear(),
            Op::Retain(_) | Op::Restart => {}
        }
    }

    fn retain(&mut self, now: WallTime, days: u32) {
        let Some(newest) = self.calls.keys().next_back().map(|number| start_of(*number)) else { return };
        let day = 86_400_000;
        let first = (now.0.min(newest + day) - i64::from(days) * day).div_euclid(1_000) * 1_000;
        self.calls.retain(|number, known| {
            known.is_kept || self.kept.contains(&talkgroup_of(*number)) || start_of(*number) >= first
        });
    }
}

async fn apply(mut desk: Desk, model: &mut Model, op: &Op) -> Desk {
    let key = |number: &u64| CallKey::new(ServerId(1), CallId(*number));
    if let Op::State(number, _) | Op::Keep(number, _) | Op::Say(number, _) | Op::Store(number) = op
        && !model.calls.contains_key(number)
    {
        // Whether it counts depends on whether the call comes before this is taken out of the mailbox.
        return desk;
    }
    model.apply(op);
    match op {
        Op::See(number) => drop(desk.see(call(*number, talkgroup_of(*number), WallTime(start_of(*number))))),
        Op::State(number, heard) => {
            let state = if *heard { State::Heard } else { State::Unheard };
            desk.archive.note(key(number), Note::State(state));
        }
        Op::Keep(number, keep) => desk.archive.note(key(number), Note::Keep(*keep)),
        Op::Say(number, word) => desk.say(key(number), WORDS[*word]),
        Op::Store(number) => desk.store(key(number), b"sound"),
        Op::KeepTalkgroup(talkgroup, keep) => {
            // Taken at once, as a list in memory does it: a call told of later may be in the same helping.
            desk.archive.written().await;
            let talkgroup = TalkgroupId(*talkgroup);
            desk.archive.keep_talkgroup(TalkgroupKey { server: ServerId(1), talkgroup }, *keep);
        }
        Op::DeleteAll => desk.archive.delete_all(),
        Op::Retain(days) => {
            desk.archive.written().await;
            desk.archive.limit(Limits { age: Some(Duration::from_secs(86_400) * *days), bytes: None });
            desk.retained().await;
            model.retain(desk.now(), *days);
            desk.archive.limit(UNLIMITED);
        }
        Op::Restart => {
            desk.archive.written().await;
            desk = desk.restart().await;
        }
    }
    desk
}

async fn compare(desk: &Desk, model: &Model) {
    let only = |only| Search { only: Some(only), ..Search::default() };
    assert_eq!(desk.search(Search::default()).await, model.numbers(|_| true));
    assert_eq!(desk.search(only(Only::Unheard)).await, model.numbers(|known| !known.is_heard));
    assert_eq!(desk.search(only(Only::Kept)).await, model.numbers(|known| known.is_kept));
    assert_eq!(desk.search(only(Only::WithAudio)).await, model.numbers(|known| known.has_audio));
    let said = |words: &'static [usize]| model.numbers(|known| known.word.is_some_and(|word| words.contains(&word)));
    assert_eq!(desk.typed("hydrant").await, said(&[0, 1]));
    assert_eq!(desk.typed("\"hydrant\"").await, said(&[0]));
    assert_eq!(desk.typed("hyd").await, said(&[0, 1]));
    assert_eq!(desk.typed("Echelle").await, said(&[2]));
    assert_eq!(desk.typed("riverside ladder").await, said(&[3]));
    assert_eq!(desk.typed("Fire").await, model.numbers(|_| true));
    for group in desk.groups().await {
        let talkgroup = group.talkgroup.unwrap().0;
        let mine = |is_so: &dyn Fn(&Known) -> bool| {
            let numbers = model.numbers(is_so).into_iter();
            numbers.filter(|number| talkgroup_of(*number) == talkgroup).collect::<Vec<_>>()
        };
        let unheard = mine(&|known| !known.is_heard);
        let audio = 5 * mine(&|known| known.has_audio).len() as u64;
        let counted = (group.calls, group.unheard, group.audio, group.kept);
        assert_eq!(
            counted,
            (mine(&|_| true).len() as u64, unheard.len() as u64, audio, model.kept.contains(&talkgroup))
        );
        let of_group = Search { groups: vec![group.id], ..only(Only::Unheard) };
        assert_eq!(desk.search(of_group).await, unheard);
    }
    let totals = desk.archive.ask(Reader::totals).await.unwrap();
    let is_kept = |number: &u64, known: &Known| known.is_kept || model.kept.contains(&talkgroup_of(*number));
    let kept = model.calls.iter().filter(|(number, known)| is_kept(number, known)).count();
    assert_eq!((totals.calls, totals.kept_calls), (model.calls.len() as u64, kept as u64));
}

#[test]
fn whatever_is_noted_the_archive_holds_what_a_list_would() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig { cases: 40, ..ProptestConfig::default() });
    let result = runner.run(&ops(), |ops| {
        runtime.block_on(async {
            let (mut desk, mut model) = (Desk::new().await, Model::default());
            for op in &ops {
                desk = apply(desk, &mut model, op).await;
            }
            compare(&desk, &model).await;
            let stored = model.numbers(|known| known.has_audio).len();
            let desk = desk.restart().await;
            desk.until(|standing| standing.is_swept).await;
            compare(&desk, &model).await;
            assert_eq!(desk.files().len(), stored);
            desk.end().await;
        });
        Ok(())
    });
    result.unwrap();
}
