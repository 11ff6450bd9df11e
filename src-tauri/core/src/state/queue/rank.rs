//! In which order calls are played.

use std::cmp::Reverse;

use crate::view::Priority;

use super::{Item, Queue, Why};

/// What a waiting call is worth to the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Worth {
    pub(crate) priority: Priority,
    pub(crate) standing: Standing,
}

/// How a call stands to the talkgroup that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Standing {
    /// It has waited so long that it goes first.
    Overdue,
    /// It belongs to that talkgroup.
    Followed,
    /// It waits until that talkgroup has spoken.
    #[default]
    Other,
}

/// The smaller one plays first, and of equals the one that came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(Sort, Reverse<Priority>, Standing, i64);

/// What the user asked for goes first, and what that interrupted goes on next: a call is never cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Asked,
    Begun,
    Live,
}

impl Queue {
    /// Puts the calls in the order in which they are to be played. Tells whether another one is first now.
    pub(crate) fn arrange(&mut self, worth: impl Fn(&Item) -> Worth) -> bool {
        let first = self.items.front().map(|item| item.key);
        self.is_plain = true;
        for item in &mut self.items {
            item.worth = worth(item);
            self.is_plain &= item.worth.priority == Priority::Normal && item.worth.standing == Standing::Other;
        }
        if !self.items.iter().map(rank).is_sorted() {
            self.items.make_contiguous().sort_by_cached_key(rank);
        }
        first != self.items.front().map(|item| item.key)
    }

    /// What goes in front may belong behind what was asked for; then it is put in order.
    pub(super) fn note_front(&mut self, item: &Item) {
        self.is_plain &= self.items.front().is_none_or(|first| sort(item) <= sort(first));
    }

    /// Whether all calls were worth the same when they were put in order: they play as they came.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }
}

fn rank(item: &Item) -> Rank {
    // What was asked for is heard in the order in which it was asked for, whatever it is worth otherwise.
    let Worth { priority, standing } = if item.why.is_now() { Worth::default() } else { item.worth };
    Rank(sort(item), Reverse(priority), standing, item.place)
}

fn sort(item: &Item) -> Sort {
    match item.why {
        Why::Asked | Why::Rewound => Sort::Asked,
        Why::Live | Why::Queued if item.begun => Sort::Begun,
        Why::Live | Why::Queued => Sort::Live,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, key, queue};
    use super::*;
    use crate::model::CallKey;
    use std::time::Duration;

    fn order(queue: &Queue) -> Vec<u64> {
        queue.iter().map(|item| item.key.call.0).collect()
    }

    /// By the numbers of the calls.
    type Worths = &'static [(Priority, Standing)];

    fn by_number(worths: Worths) -> impl Fn(&Item) -> Worth {
        |item| {
            let (priority, standing) = worths[item.key.call.0 as usize];
            Worth { priority, standing }
        }
    }

    #[test]
    fn the_highest_go_first_then_who_waited_too_long_then_who_is_followed_then_as_they_came() {
        use Priority::{High, Low, Normal};
        use Standing::{Followed, Other, Overdue};
        let table: [(Worths, &[u64]); 5] = [
            (&[(Normal, Other); 4], &[0, 1, 2, 3]),
            (&[(Low, Other), (Normal, Other), (High, Other), (High, Other)], &[2, 3, 1, 0]),
            (&[(Normal, Other), (Normal, Followed), (Normal, Other), (Normal, Followed)], &[1, 3, 0, 2]),
            (&[(Normal, Overdue), (Normal, Followed), (Normal, Other), (Normal, Overdue)], &[0, 3, 1, 2]),
            (&[(Low, Overdue), (Low, Followed), (Normal, Other), (High, Other)], &[3, 2, 0, 1]),
        ];
        for (worths, expected) in table {
            let mut queue = queue(4);
            let is_other_first = queue.arrange(by_number(worths));
            assert_eq!((order(&queue).as_slice(), is_other_first), (expected, expected[0] != 0), "{worths:?}");
        }
    }

    #[test]
    fn what_was_asked_for_is_heard_in_its_own_order_whatever_it_is_worth() {
        use Priority::{High, Low, Normal};
        let mut queue = queue(4);
        queue.iter_mut().take(3).for_each(|item| item.why = Why::Rewound);
        queue.arrange(by_number(&[
            (Low, Standing::Other),
            (High, Standing::Followed),
            (Normal, Standing::Overdue),
            (High, Standing::Overdue),
        ]));
        assert_eq!(order(&queue), [0, 1, 2, 3]);
    }

    #[test]
    fn what_comes_in_front_of_what_was_asked_for_is_put_behind_it() {
        let mut queue = queue(2);
        queue.iter_mut().take(1).for_each(|item| item.why = Why::Asked);
        let live = queue.take(&key(1)).expect("it waits");
        queue.push_front(live);
        assert!(!queue.is_plain(), "it has to be put in order");
        queue.arrange(|_| Worth::default());
        assert_eq!((order(&queue), queue.is_plain()), (vec![0, 1], true));
    }

    #[test]
    fn once_all_are_worth_the_same_again_they_play_as_they_came() {
        let mut queue = queue(3);
        queue.arrange(|item| match item.key.call.0 {
            2 => Worth { priority: Priority::High, ..Worth::default() },
            _ => Worth::default(),
        });
        queue.push_back(Item::new(key(3), Why::Live, at(Duration::from_secs(3))));
        assert_eq!((order(&queue), queue.is_plain()), (vec![2, 0, 1, 3], false));
        assert!(queue.arrange(|_| Worth::default()));
        assert_eq!((order(&queue), queue.is_plain()), (vec![0, 1, 2, 3], true));
    }

    #[test]
    fn nothing_goes_before_what_was_asked_for_and_what_that_interrupted() {
        let mut queue = queue(2);
        let begun = Item { begun: true, ..Item::new(key(8), Why::Live, at(Duration::ZERO)) };
        queue.push_front(begun);
        queue.push_front(Item::new(key(9), Why::Asked, at(Duration::ZERO)));
        let is_high = |key: &CallKey| key.call.0 == 1;
        queue.arrange(|item| Worth {
            priority: if is_high(&item.key) { Priority::High } else { Priority::Low },
            ..Worth::default()
        });
        assert_eq!(order(&queue), [9, 8, 1, 0]);
    }
}
