//! What is fetched ahead of being played, and what is given up for it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::model::{CallKey, ServerId};

use super::{Item, PATIENCE, Queue, Stage, playable};

/// How many calls are made ready behind the one that sounds.
const AHEAD: usize = 2;
/// No more decoded sound than this is kept ahead.
const AHEAD_SOUND: Duration = Duration::from_secs(60);
/// Requests at once: the call to play now and two ahead.
const REQUESTS: usize = 3;

impl Queue {
    /// Which calls to fetch now, in order. A request that has outlasted all patience no longer counts as one of the calls
    /// made ready, and what waits for its server's next request does not either: one server that hangs silences nobody
    /// else.
    pub(crate) fn to_fetch(&self, now: Duration, asking: &Asking<'_>) -> Vec<CallKey> {
        let mut slots = Slots::of(&self.items, asking);
        let mut ahead = Ahead::behind(asking.sounding);
        let mut window = if asking.sounding { AHEAD } else { AHEAD + 1 };
        let mut wanted = Vec::new();
        for item in self.items.iter().filter(|item| playable(item, asking.reachable)) {
            if window == 0 {
                break;
            }
            match &item.stage {
                Stage::Fetching { since, .. } if now.saturating_sub(*since) >= PATIENCE => continue,
                Stage::Fetching { .. } => _ = ahead.admits((asking.length)(&item.key)),
                Stage::Ready { clip, .. } => _ = ahead.admits(clip.duration),
                Stage::Waiting if !slots.has_one_for(item) => continue,
                Stage::Waiting if ahead.admits((asking.length)(&item.key)) => {
                    slots.take(item);
                    wanted.push(item.key);
                }
                Stage::Waiting => {}
            }
            window -= 1;
        }
        wanted
    }

    /// Decoded calls beyond the sound that is kept ahead, once their real lengths are known.
    pub(crate) fn too_far_ahead(&self, sounding: bool) -> Vec<CallKey> {
        let mut ahead = Ahead::behind(sounding);
        let ready = self.items.iter().filter_map(|item| item.ready().map(|(_, clip)| (item.key, clip.duration)));
        ready.filter(|(_, length)| !ahead.admits(*length)).map(|(key, _)| key).collect()
    }

    /// The requests to give up for a call that comes first, if all are taken, or all that its server may have where that is
    /// `shared`: the last ones for calls that came by themselves and are worth less. Of another server's it would have
    /// nothing, nor of fewer than it needs.
    pub(crate) fn to_give_up(&self, reachable: impl Fn(ServerId) -> bool, shared: bool) -> Vec<CallKey> {
        let Some(first) = self.first(reachable).filter(|item| matches!(item.stage, Stage::Waiting)) else {
            return Vec::new();
        };
        let fetching = || self.items.iter().rev().filter(|item| matches!(item.stage, Stage::Fetching { .. }));
        let is_own = |item: &&Item| item.key.server == first.key.server;
        let (all, own) = (fetching().count(), fetching().filter(is_own).count());
        let has_its_share = !first.why.is_now() && shared && own >= REQUESTS - 1;
        // A server that was alone until now may have more than its share.
        let needed = if has_its_share { own + 2 - REQUESTS } else { (all + 1).saturating_sub(REQUESTS) };
        let is_worth_less = |item: &&Item| first.why.is_now() || item.worth.priority < first.worth.priority;
        let others = fetching().filter(|item| !item.why.is_now()).filter(is_worth_less);
        let others = others.filter(|item| !has_its_share || is_own(item));
        let given_up = Vec::from_iter(others.take(needed).map(|item| item.key));
        if given_up.len() < needed { Vec::new() } else { given_up }
    }
}

/// What [`Queue::to_fetch`] has to know of the rest.
pub(crate) struct Asking<'a> {
    /// Whether the call to play is already out of the queue.
    pub(crate) sounding: bool,
    /// Whether there are several servers to listen to, of which none may take all requests.
    pub(crate) shared: bool,
    pub(crate) reachable: &'a dyn Fn(ServerId) -> bool,
    /// How long a call is, as far as it is known.
    pub(crate) length: &'a dyn Fn(&CallKey) -> Duration,
}

/// The requests that are free.
struct Slots {
    free: usize,
    each: usize,
    taken: BTreeMap<ServerId, usize>,
}

impl Slots {
    fn of(items: &VecDeque<Item>, asking: &Asking<'_>) -> Self {
        let each = if asking.shared { REQUESTS - 1 } else { REQUESTS };
        let mut slots = Self { free: REQUESTS, each, taken: BTreeMap::new() };
        for item in items.iter().filter(|item| matches!(item.stage, Stage::Fetching { .. })) {
            slots.take(item);
        }
        slots
    }

    fn has_one_for(&self, item: &Item) -> bool {
        let taken = self.taken.get(&item.key.server).copied().unwrap_or_default();
        self.free > 0 && (taken < self.each || item.why.is_now())
    }

    fn take(&mut self, item: &Item) {
        self.free = self.free.saturating_sub(1);
        *self.taken.entry(item.key.server).or_default() += 1;
    }
}

/// Counts the sound kept ahead. The call to play now is not ahead of anything; the one after it always may be there,
/// however long, or there would be a gap before it.
struct Ahead {
    before: usize,
    sound: Duration,
}

impl Ahead {
    fn behind(sounding: bool) -> Self {
        Self { before: usize::from(sounding), sound: Duration::ZERO }
    }

    fn admits(&mut self, length: Duration) -> bool {
        let fits = self.before < 2 || self.sound + length <= AHEAD_SOUND;
        if fits && self.before > 0 {
            self.sound += length;
        }
        self.before += usize::from(fits);
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, fetching, key, queue, ready, set};
    use super::super::{Why, Worth};
    use super::*;
    use crate::model::Turn;
    use crate::view::Priority;

    /// Asks with every server within reach and every call so long, unless said otherwise.
    fn to_fetch(queue: &Queue, sounding: bool, length: u64) -> Vec<CallKey> {
        let length = |_: &CallKey| Duration::from_secs(length);
        queue.to_fetch(Duration::ZERO, &Asking { sounding, shared: false, reachable: &|_| true, length: &length })
    }

    #[test]
    fn two_calls_are_fetched_behind_the_one_that_sounds_and_three_when_none_does() {
        assert_eq!(to_fetch(&queue(9), true, 5), [key(0), key(1)]);
        assert_eq!(to_fetch(&queue(9), false, 5), [key(0), key(1), key(2)]);
    }

    #[test]
    fn no_more_than_a_minute_of_sound_is_fetched_ahead_but_always_the_next_call() {
        assert_eq!(to_fetch(&queue(9), true, 40), [key(0)]);
        assert_eq!(to_fetch(&queue(9), true, 30), [key(0), key(1)]);
        assert_eq!(to_fetch(&queue(9), true, 500), [key(0)]);
        let mut queue = queue(3);
        set(&mut queue, 0, ready(1, 61));
        assert!(to_fetch(&queue, true, 5).is_empty());
        set(&mut queue, 0, fetching(1));
        assert!(to_fetch(&queue, true, 45).is_empty(), "what is announced counts while it is fetched");
    }

    #[test]
    fn calls_that_turn_out_too_long_make_room_from_the_far_end() {
        let mut queue = queue(3);
        for (at, seconds) in [(0, 50), (1, 20), (2, 5)] {
            set(&mut queue, at, ready(at as u32, seconds));
        }
        assert_eq!(queue.too_far_ahead(true), [key(1)]);
        assert!(queue.too_far_ahead(false).is_empty(), "the first is not ahead of anything");
    }

    #[test]
    fn a_server_that_cannot_be_asked_holds_up_nobody_else() {
        let mut queue = queue(2);
        queue.push_back(Item::new(key(1_000_001), Why::Live, at(Duration::ZERO)));
        let reachable = |server| server == ServerId(1);
        let asking = Asking { sounding: false, shared: true, reachable: &reachable, length: &|_| Duration::ZERO };
        assert_eq!(queue.to_fetch(Duration::ZERO, &asking), [key(1_000_001)]);
    }

    #[test]
    fn a_server_that_hangs_holds_up_nobody_else() {
        let mut queue = queue(4);
        for id in 1..5 {
            queue.push_back(Item::new(key(1_000_000 + id), Why::Live, at(Duration::ZERO)));
        }
        let asking = Asking { sounding: false, shared: true, reachable: &|_| true, length: &|_| Duration::ZERO };
        let first = queue.to_fetch(Duration::ZERO, &asking);
        assert_eq!(first, [key(0), key(1), key(1_000_001)], "one request is left for the others");
        for (at, turn) in [(0, 1), (1, 2)] {
            set(&mut queue, at, fetching(turn));
        }
        set(&mut queue, 4, ready(3, 2));
        set(&mut queue, 5, ready(4, 2));
        assert!(queue.to_fetch(PATIENCE - Duration::from_millis(1), &asking).is_empty());
        assert_eq!(queue.to_fetch(PATIENCE, &asking), [key(1_000_003)], "who hangs is not one of the calls made ready");
        assert_eq!(queue.due(PATIENCE, |_| true), Some(Turn(3)));
    }

    #[test]
    fn a_call_asked_for_gets_a_request_when_all_are_taken() {
        let mut queue = queue(3);
        for (at, turn) in [(0, 1), (1, 2), (2, 3)] {
            set(&mut queue, at, fetching(turn));
        }
        assert_eq!(queue.to_give_up(|_| true, false), []);
        queue.push_front(Item::new(key(9), Why::Asked, at(Duration::ZERO)));
        assert_eq!(queue.to_give_up(|_| true, false), [key(2)]);
        set(&mut queue, 3, Stage::Waiting);
        assert_eq!(queue.to_give_up(|_| true, false), []);
        assert_eq!(to_fetch(&queue, false, 5), [key(9)]);
    }

    #[test]
    fn a_call_worth_more_takes_a_request_of_its_own_server_where_another_ones_would_not_help_it() {
        let item = |id, priority| Item {
            worth: Worth { priority, ..Worth::default() },
            ..Item::new(key(id), Why::Live, at(Duration::ZERO))
        };
        let mut queue = Queue::default();
        queue.push_back(item(1_000_003, Priority::High));
        for (at, id) in [(1, 1_000_001), (2, 1_000_002), (3, 0)] {
            queue.push_back(item(id, Priority::Normal));
            set(&mut queue, at, fetching(at as u32));
        }
        assert_eq!(queue.to_give_up(|_| true, true), [key(1_000_002)]);
        set(&mut queue, 2, Stage::Waiting);
        let asking = Asking { sounding: false, shared: true, reachable: &|_| true, length: &|_| Duration::ZERO };
        assert_eq!(queue.to_fetch(Duration::ZERO, &asking), [key(1_000_003)]);
        set(&mut queue, 0, fetching(4));
        assert_eq!(queue.to_give_up(|_| true, true), [], "it is done, and not once more with every step");
    }

    #[test]
    fn a_server_that_was_alone_gives_its_requests_up_at_once_when_it_is_not_any_more() {
        let mut queue = queue(4);
        queue.iter_mut().take(1).for_each(|item| item.worth.priority = Priority::High);
        for at in 1..4 {
            set(&mut queue, at, fetching(at as u32));
        }
        assert_eq!(queue.to_give_up(|_| true, true), [key(3), key(2)]);
        queue.iter_mut().skip(2).take(1).for_each(|item| item.worth.priority = Priority::High);
        assert_eq!(queue.to_give_up(|_| true, true), [key(3), key(1)]);
        queue.iter_mut().skip(3).for_each(|item| item.worth.priority = Priority::High);
        assert_eq!(queue.to_give_up(|_| true, true), [], "one alone would be given up for nothing");
    }
}
