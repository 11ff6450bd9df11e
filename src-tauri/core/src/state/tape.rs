//! What has sounded lately, as on a tape that can be wound back.
//!
//! The tape holds sound and not time: a silence of an hour takes no room on it, so that "the last 30 seconds" are the last
//! 30 seconds that were heard. What is heard again is not recorded a second time: who goes back twice goes back farther,
//! and who has come to the end of the tape is where they were.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::CallKey;

/// So much sound is on the tape: the longest step back, and as much once more for who goes back twice.
const KEPT: Duration = Duration::from_secs(10 * 60);
/// Ten minutes of calls of a second each.
const MOST_STRETCHES: usize = 600;

/// A part of a call that sounded without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    key: CallKey,
    from: Duration,
    to: Duration,
}

impl Stretch {
    fn length(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

/// Where a call is to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) key: CallKey,
    pub(super) from: Duration,
}

/// The calls that sounded, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tape {
    stretches: VecDeque<Stretch>,
    /// How often it was wound back: a second word for the same step names the same number.
    pub(super) rewinds: u32,
}

impl Tape {
    /// A call has sounded from there to here. Told again and again while it does.
    pub(super) fn record(&mut self, key: CallKey, from: Duration, to: Duration) {
        match self.stretches.back_mut() {
            Some(last) if last.key == key && from <= last.to && last.from <= to => {
                (last.from, last.to) = (last.from.min(from), last.to.max(to));
            }
            _ if from < to => self.stretches.push_back(Stretch { key, from, to }),
            _ => {}
        }
        let mut length: Duration = self.stretches.iter().map(Stretch::length).sum();
        while self.stretches.len() > 1 && (length > KEPT || self.stretches.len() > MOST_STRETCHES) {
            length -= self.stretches.pop_front().map_or(Duration::ZERO, |oldest| oldest.length());
        }
    }

    /// Whether this call is what sounds at the end of the tape, or is not on it at all: then it is recorded.
    pub(super) fn goes_on_with(&self, key: CallKey) -> bool {
        self.stretches.back().is_none_or(|last| last.key == key) || !self.holds(&key)
    }

    /// Whether some of this call is on it.
    pub(super) fn holds(&self, key: &CallKey) -> bool {
        self.stretches.iter().any(|stretch| stretch.key == *key)
    }

    /// Nothing of a server is heard again.
    pub(super) fn forget(&mut self, of: impl Fn(&CallKey) -> bool) {
        self.stretches.retain(|stretch| !of(&stretch.key));
    }

    /// The calls of the last `by` of sound before a place in a call, which is the end of the tape unless it is on it. Each
    /// call comes once, where it sounded first and from where it did: none is heard twice in one go. Less where the tape
    /// is shorter.
    pub(super) fn back(&self, head: Option<Place>, by: Duration) -> Vec<Place> {
        let (last, until) = self.end(head);
        let mut left = by;
        let mut places: Vec<Place> = Vec::new();
        for (at, stretch) in self.stretches.iter().enumerate().take(last).rev() {
            let to = if at + 1 == last { until } else { stretch.to };
            let from = to.saturating_sub(left).max(stretch.from);
            left = left.saturating_sub(to.saturating_sub(from));
            places.push(Place { key: stretch.key, from });
            if left.is_zero() {
                break;
            }
        }
        places.reverse();
        // What has not come yet follows whatever was gone back by.
        places.extend(self.stretches.iter().skip(last).map(|stretch| Place { key: stretch.key, from: stretch.from }));
        once_each(&places)
    }

    /// How many of its stretches lie before a place, and where the last of them ends.
    fn end(&self, head: Option<Place>) -> (usize, Duration) {
        let found = head.and_then(|head| {
            let of = |stretch: &Stretch| stretch.key == head.key;
            let holds = |stretch: &Stretch| of(stretch) && (stretch.from..=stretch.to).contains(&head.from);
            let at = self.stretches.iter().rposition(holds).or_else(|| self.stretches.iter().rposition(of))?;
            let stretch = self.stretches.get(at)?;
            Some((at + 1, head.from.clamp(stretch.from, stretch.to)))
        });
        found.unwrap_or_else(|| (self.stretches.len(), self.stretches.back().map_or(Duration::ZERO, |last| last.to)))
    }
}

/// Each call at its first place, from the earliest of its own.
fn once_each(places: &[Place]) -> Vec<Place> {
    let mut once: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        match once.iter_mut().find(|other| other.key == place.key) {
            Some(other) => other.from = other.from.min(place.from),
            None => once.push(*place),
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CallId, ServerId};

    fn place((call, ms): (u64, u64)) -> Place {
        Place { key: CallKey::new(ServerId(1), CallId(call)), from: Duration::from_millis(ms) }
    }

    fn tape(stretches: &[(u64, u64, u64)]) -> Tape {
        let mut tape = Tape::default();
        for (call, from, to) in stretches {
            let (from, to) = (Duration::from_millis(*from), Duration::from_millis(*to));
            tape.record(place((*call, 0)).key, from, to);
        }
        tape
    }

    fn back(tape: &Tape, head: Option<(u64, u64)>, ms: u64) -> Vec<(u64, u64)> {
        let places = tape.back(head.map(place), Duration::from_millis(ms));
        places.iter().map(|place| (place.key.call.0, place.from.as_millis() as u64)).collect()
    }

    #[test]
    fn going_back_counts_what_was_heard_and_begins_in_the_middle_of_a_call_if_need_be() {
        let heard = tape(&[(1, 0, 4_000), (2, 0, 6_000), (3, 0, 2_000)]);
        for (ms, expected) in [
            (1_500, vec![(3, 500)]),
            (2_000, vec![(3, 0)]),
            (5_000, vec![(2, 3_000), (3, 0)]),
            (8_000, vec![(2, 0), (3, 0)]),
            (10_000, vec![(1, 2_000), (2, 0), (3, 0)]),
            (60_000, vec![(1, 0), (2, 0), (3, 0)]),
        ] {
            assert_eq!(back(&heard, None, ms), expected, "{ms} ms");
        }
        assert!(back(&Tape::default(), None, 30_000).is_empty(), "nothing has sounded");
    }

    #[test]
    fn who_goes_back_again_goes_on_from_where_they_are() {
        let heard = tape(&[(1, 0, 4_000), (2, 0, 6_000), (3, 0, 2_000)]);
        assert_eq!(back(&heard, Some((2, 1_000)), 3_000), [(1, 2_000), (2, 0), (3, 0)]);
        assert_eq!(back(&heard, Some((2, 5_000)), 3_000), [(2, 2_000), (3, 0)]);
        assert_eq!(back(&heard, Some((1, 0)), 3_000), [(1, 0), (2, 0), (3, 0)], "there is nothing before it");
        assert_eq!(back(&heard, Some((9, 1_000)), 1_000), [(3, 1_000)], "it has not sounded");
        // Played beyond where it was left the first time.
        assert_eq!(back(&heard, Some((1, 9_000)), 1_000), [(1, 3_000), (2, 0), (3, 0)]);
    }

    #[test]
    fn a_call_that_sounds_grows_on_the_tape_and_one_heard_in_parts_comes_once() {
        let mut heard = tape(&[(1, 0, 1_000), (1, 0, 2_500), (1, 500, 1_000)]);
        assert_eq!(heard.stretches.len(), 1, "{heard:?}");
        assert_eq!(back(&heard, None, 1_000), [(1, 1_500)]);
        heard = tape(&[(1, 0, 2_000), (2, 0, 3_000), (1, 2_000, 5_000)]);
        assert_eq!(back(&heard, None, 4_000), [(2, 2_000), (1, 2_000)]);
        assert_eq!(back(&heard, None, 7_000), [(1, 1_000), (2, 0)], "the rest of it belongs to it");
        assert_eq!(back(&tape(&[(1, 0, 1_000), (1, 8_000, 9_000)]), None, 1_500), [(1, 500)], "it was wound on");
    }

    #[test]
    fn ten_minutes_are_kept_and_one_call_however_long() {
        let minute = |call: u64| (call, 0, 60_000);
        let calls: Vec<_> = (1..=12).map(minute).collect();
        assert_eq!(back(&tape(&calls), None, 3_600_000).len(), 10);
        assert_eq!(back(&tape(&[minute(1), (2, 0, 900_000)]), None, 3_600_000), [(2, 0)]);
        let short: Vec<_> = (0..700).map(|call| (call, 0, 100)).collect();
        assert_eq!(back(&tape(&short), None, 3_600_000).len(), MOST_STRETCHES);
    }

    proptest! {
        #[test]
        fn exactly_so_much_is_heard_again_as_was_wished_or_all_there_is(
            stretches in proptest::collection::vec((1..500u64, 1..9_000u64), 1..40), ms in 1..400_000u64
        ) {
            // Each call once: its number, and how long it sounded.
            let stretches: Vec<_> = stretches.into_iter().zip(1..).map(|((_, to), call)| (call, 0, to)).collect();
            let all: u64 = stretches.iter().map(|(_, _, to)| to).sum();
            let heard = back(&tape(&stretches), None, ms);
            let length = |(call, from): &(u64, u64)| stretches[*call as usize - 1].2 - from;
            prop_assert_eq!(heard.iter().map(length).sum::<u64>(), ms.min(all));
            prop_assert!(heard.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0 && pair[1].1 == 0), "{:?}", heard);
            prop_assert!(heard.last().is_some_and(|last| last.0 == stretches.len() as u64));
        }

        #[test]
        fn no_call_comes_twice_and_the_end_is_always_reached(
            stretches in proptest::collection::vec((1..6u64, 0..5_000u64, 1..5_000u64), 1..30),
            head in proptest::option::of((1..8u64, 0..9_000u64)), ms in 1..60_000u64
        ) {
            let stretches: Vec<_> = stretches.into_iter().map(|(call, from, span)| (call, from, from + span)).collect();
            let heard = tape(&stretches);
            let again = back(&heard, head, ms);
            let mut calls: Vec<_> = again.iter().map(|(call, _)| *call).collect();
            calls.sort_unstable();
            calls.dedup();
            prop_assert_eq!(calls.len(), again.len());
            let last = heard.stretches.back().map(|last| last.key.call.0);
            prop_assert!(again.iter().any(|(call, _)| Some(*call) == last), "{:?}", again);
        }
    }
}
