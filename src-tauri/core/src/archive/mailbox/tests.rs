//! Wherever a kill falls between two helpings, what is written knows a place for every call that nobody has heard.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::super::notes::{Sighting, State};
use super::*;
use crate::archive::tests::call;
use crate::clock::WallTime;
use crate::model::CallId;

#[derive(Debug, Clone)]
enum Op {
    /// So many calls come.
    Come(usize),
    /// So many are played to their ends, one after the other.
    Play(usize),
    /// All that waits is told of again, as after a start: the first comes last.
    Resume,
    /// One helping is written.
    Write,
    /// One is not, and comes back.
    Fail,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => (1_usize..3 * BATCH).prop_map(Op::Come),
        2 => (1_usize..8).prop_map(Op::Play),
        1 => Just(Op::Resume),
        3 => Just(Op::Write),
        1 => Just(Op::Fail),
    ]
}

fn key(number: u64) -> CallKey {
    CallKey::new(ServerId(1), CallId(number))
}

/// Who listens, and tells of each step.
#[derive(Debug, Default)]
struct Listener {
    mailbox: Mailbox,
    calls: u64,
    waiting: VecDeque<u64>,
    playing: Option<u64>,
}

impl Listener {
    fn seen(number: u64) -> Memo {
        let call = call(number, 1, WallTime(1_795_000_000_000));
        let sighting = Sighting { call, at: WallTime(1_795_000_000_000), late: false, state: State::Unheard };
        Memo::Note(key(number), Note::Seen(Box::new(sighting)))
    }

    fn tell(&self, mut memos: Vec<Memo>) {
        let position =
            |number: &u64| Position { key: key(*number), at: Default::default(), by_hand: false, arrived: WallTime(0) };
        memos.push(Memo::Waiting(self.waiting.iter().map(position).collect()));
        memos.push(Memo::Playing(self.playing.as_ref().map(position)));
        self.mailbox.take_all(memos);
    }

    fn apply(&mut self, op: &Op, disk: &mut Disk) {
        match op {
            Op::Come(calls) => {
                for _ in 0..*calls {
                    self.calls += 1;
                    self.waiting.push_back(self.calls);
                    self.tell(vec![Self::seen(self.calls)]);
                }
            }
            Op::Play(calls) => {
                for _ in 0..*calls {
                    let ended = std::mem::replace(&mut self.playing, self.waiting.pop_front());
                    let heard = ended.map(|number| Memo::Note(key(number), Note::State(State::Heard)));
                    self.tell(heard.into_iter().collect());
                }
            }
            Op::Resume => {
                self.waiting.extend(self.playing.take());
                self.waiting.make_contiguous().sort_unstable();
                self.tell(self.waiting.iter().rev().map(|number| Self::seen(*number)).collect());
            }
            Op::Write => self.mailbox.take().into_iter().for_each(|batch| disk.write(batch)),
            Op::Fail => self.mailbox.take().into_iter().for_each(|batch| self.mailbox.give_back(batch)),
        }
    }
}

/// What is written.
#[derive(Debug, Default)]
struct Disk {
    calls: BTreeMap<CallKey, State>,
    waiting: Vec<Position>,
    playing: Option<Position>,
    up_to: u64,
}

impl Disk {
    fn write(&mut self, batch: Batch) {
        for Waiting { key, pending, .. } in batch.calls {
            let seen = pending.seen.map(|seen| seen.state);
            let known = self.calls.get(&key).copied().or(seen).expect("it is told of before what becomes of it");
            self.calls.insert(key, pending.state.unwrap_or(known));
        }
        self.waiting = batch.sundry.waiting.unwrap_or_else(|| std::mem::take(&mut self.waiting));
        self.playing = batch.sundry.playing.unwrap_or(self.playing);
        assert!(self.up_to <= batch.up_to);
        self.up_to = batch.up_to;
    }

    fn check(&self) {
        let has_place = |key: &CallKey| self.waiting.iter().chain(&self.playing).any(|place| place.key == *key);
        let lost = self.calls.iter().find(|(key, state)| **state == State::Unheard && !has_place(key));
        assert_eq!(lost, None, "nobody has heard it, and it does not come back");
        let places = self.waiting.iter().chain(&self.playing);
        let unknown = places.map(|place| place.key).find(|key| !self.calls.contains_key(key));
        assert_eq!(unknown, None, "it has a place, and nothing is known of it");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_waits_to_be_written_each_helping_leaves_a_place_for_every_call_that_nobody_has_heard(
        ops in proptest::collection::vec(op(), 1..30)
    ) {
        let (mut listener, mut disk) = (Listener::default(), Disk::default());
        for op in &ops {
            listener.apply(op, &mut disk);
            disk.check();
        }
        while let Some(batch) = listener.mailbox.take() {
            disk.write(batch);
            disk.check();
        }
        prop_assert_eq!(disk.calls.len() as u64, listener.calls);
        prop_assert_eq!(disk.up_to, listener.mailbox.noted());
        let written: Vec<_> = disk.waiting.iter().map(|place| place.key).collect();
        prop_assert_eq!(written, listener.waiting.iter().copied().map(key).collect::<Vec<_>>());
    }
}
