//! What will be played next: order, what is fetched ahead, and what has waited too long.

mod ahead;
mod rank;

use std::collections::VecDeque;
use std::time::Duration;

use crate::archive::Position;
use crate::clock::Now;
use crate::model::{CallKey, ServerId, Turn};
use crate::sound::Clip;
use crate::view::RowState;

pub(crate) use ahead::Asking;
pub(crate) use rank::{Standing, Worth};

/// More waiting calls than this are hours of listening; the oldest go (issue: "at most 500 calls").
pub(crate) const MOST_WAITING: usize = 500;
/// More calls than this cannot be put into the queue by hand: live ones need room, too.
pub(crate) const MOST_QUEUED: usize = 200;
/// So many calls of the past are heard in one go; they take no room from those that wait.
pub(crate) const MOST_REWOUND: usize = 200;
/// A live call older than this is history, not news.
pub(crate) const OLDEST: Duration = Duration::from_secs(30 * 60);
/// While nothing sounds and the first call's audio does not come, a later one that is ready plays after this time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One call that waits.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) key: CallKey,
    pub(crate) why: Why,
    /// Where to begin: not at the start after an interruption.
    pub(crate) from: Duration,
    /// When the call arrived; its age counts from here.
    pub(crate) arrived: Now,
    pub(crate) stage: Stage,
    /// How often its audio could not be fetched for reasons that pass.
    pub(crate) failures: u8,
    /// It was interrupted, and goes on.
    pub(crate) begun: bool,
    /// Where it goes on if the listener does not go back after all.
    pub(crate) left: Option<Duration>,
    /// What its row said before the listener went back to it.
    pub(crate) was: Option<RowState>,
    /// Its audio is on this computer: no server need be asked.
    pub(crate) is_here: bool,
    /// What it was worth when the queue was put in order last.
    pub(crate) worth: Worth,
    /// Its place among those that are worth the same.
    pub(crate) place: i64,
}

/// Why a call is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It arrived and is wanted.
    Live,
    /// The user asked for this very call, now; no filter, age or limit applies.
    Asked,
    /// The user put this very call at the end of the queue; as above, but it waits for its turn.
    Queued,
    /// The user went back in time, and it is one of the calls from there on: heard in their order, before what waits.
    Rewound,
}

impl Why {
    /// It is heard before all that waits for its turn.
    pub(crate) fn is_now(self) -> bool {
        matches!(self, Self::Asked | Self::Rewound)
    }
}

/// How far a waiting call has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    Waiting,
    Fetching { turn: Turn, since: Duration },
    Ready { turn: Turn, clip: Clip },
}

impl Item {
    pub(crate) fn new(key: CallKey, why: Why, arrived: Now) -> Self {
        let (from, stage, worth) = (Duration::ZERO, Stage::Waiting, Worth::default());
        let (begun, is_here, left, was) = (false, false, None, None);
        Self { key, why, from, arrived, stage, failures: 0, begun, left, was, is_here, worth, place: 0 }
    }

    /// As it is noted, to be there again at the next start.
    pub(crate) fn position(&self) -> Position {
        let Self { key, from, why, arrived, .. } = self;
        Position { key: *key, at: *from, by_hand: *why != Why::Live, arrived: arrived.wall }
    }

    pub(crate) fn turn(&self) -> Option<Turn> {
        match &self.stage {
            Stage::Waiting => None,
            Stage::Fetching { turn, .. } | Stage::Ready { turn, .. } => Some(*turn),
        }
    }

    pub(crate) fn ready(&self) -> Option<(Turn, &Clip)> {
        match &self.stage {
            Stage::Ready { turn, clip } => Some((*turn, clip)),
            Stage::Waiting | Stage::Fetching { .. } => None,
        }
    }
}

/// Calls in the order they will be played.
#[derive(Debug)]
pub(crate) struct Queue {
    items: VecDeque<Item>,
    /// The places given last, in front and at the end.
    places: (i64, i64),
    is_plain: bool,
    /// No call arrived earlier than this, by either clock.
    oldest: Option<Now>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { items: VecDeque::new(), places: (0, 0), is_plain: true, oldest: None }
    }
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn push_back(&mut self, mut item: Item) {
        self.places.1 += 1;
        item.place = self.places.1;
        self.note_arrival(&item);
        self.items.push_back(item);
    }

    pub(crate) fn push_front(&mut self, mut item: Item) {
        self.places.0 -= 1;
        item.place = self.places.0;
        self.note_front(&item);
        self.note_arrival(&item);
        self.items.push_front(item);
    }

    /// Puts a call before the first of those that are played in their turn and come after it, or at the end.
    pub(crate) fn insert(&mut self, mut item: Item, comes_after: impl Fn(&CallKey) -> bool) {
        let live = self.items.iter().filter(|other| !other.why.is_now() && !other.begun);
        let place = live.filter(|other| comes_after(&other.key)).map(|other| other.place).min();
        let Some(place) = place else { return self.push_back(item) };
        for other in self.items.iter_mut().filter(|other| other.place >= place) {
            other.place += 1;
        }
        self.places.1 += 1;
        item.place = place;
        self.note_arrival(&item);
        let at = self.items.iter().position(|other| other.place > place).unwrap_or(self.items.len());
        self.items.insert(at, item);
    }

    /// The link to a server is down: what failed while it broke says nothing about its calls.
    pub(crate) fn forgive(&mut self, server: ServerId) {
        self.items.iter_mut().filter(|item| item.key.server == server).for_each(|item| item.failures = 0);
    }

    pub(crate) fn contains(&self, key: &CallKey) -> bool {
        self.items.iter().any(|item| item.key == *key)
    }

    pub(crate) fn take(&mut self, key: &CallKey) -> Option<Item> {
        let at = self.items.iter().position(|item| item.key == *key)?;
        self.items.remove(at)
    }

    pub(crate) fn get_mut(&mut self, key: &CallKey) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.key == *key)
    }

    pub(crate) fn by_turn(&mut self, turn: Turn) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.turn() == Some(turn))
    }

    pub(crate) fn take_turn(&mut self, turn: Turn) -> Option<Item> {
        let at = self.items.iter().position(|item| item.turn() == Some(turn))?;
        self.items.remove(at)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.items.iter_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    /// Takes out everything that `leaves` says.
    pub(crate) fn take_where(&mut self, leaves: impl Fn(&Item) -> bool) -> Vec<Item> {
        let (out, stay) = self.items.drain(..).partition(|item| leaves(item));
        self.items = stay;
        Vec::from_iter::<VecDeque<Item>>(out)
    }

    fn note_arrival(&mut self, item: &Item) {
        self.oldest = Some(self.oldest.map_or(item.arrived, |oldest| oldest.earlier_of_each(item.arrived)));
    }

    /// Takes out what has waited too long, and over the limit the oldest of those that are kept for least. With a full queue
    /// this comes with every call: no more is looked at than has to be.
    pub(crate) fn expire<K: Ord>(&mut self, now: Now, kept_for: impl Fn(&Item) -> K) -> Vec<Item> {
        let mut out = self.take_old(now);
        if self.items.len() <= MOST_WAITING {
            return out;
        }
        // What is heard again leaves soon, and nothing has to leave for it.
        let rewound = self.items.iter().filter(|item| item.why == Why::Rewound).count();
        while self.items.len() > MOST_WAITING + rewound {
            let live = self.items.iter().filter(|item| item.why == Why::Live);
            let Some(key) = live.min_by_key(|item| (kept_for(item), item.arrived.at)).map(|item| item.key) else {
                break;
            };
            out.extend(self.take(&key));
        }
        out
    }

    fn take_old(&mut self, now: Now) -> Vec<Item> {
        if self.oldest.is_none_or(|oldest| now.since(oldest) <= OLDEST) {
            return Vec::new();
        }
        let out = self.take_where(|item| item.why == Why::Live && now.since(item.arrived) > OLDEST);
        self.oldest = self.items.iter().map(|item| item.arrived).reduce(Now::earlier_of_each);
        out
    }

    /// When the oldest call will have waited too long.
    pub(crate) fn age_deadline(&self) -> Option<Duration> {
        let arrivals = self.items.iter().filter(|item| item.why == Why::Live).map(|item| item.arrived.at);
        arrivals.min().map(|oldest| oldest + OLDEST + Duration::from_millis(1))
    }

    /// The calls whose server can be asked, or that are ready already.
    pub(crate) fn playable(&self, reachable: impl Fn(ServerId) -> bool) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| playable(item, &reachable))
    }

    /// The first of them.
    pub(crate) fn first(&self, reachable: impl Fn(ServerId) -> bool) -> Option<&Item> {
        self.playable(reachable).next()
    }

    /// The call to play now that nothing sounds: the first one if it is ready, or a later one when the first has kept
    /// everybody waiting.
    pub(crate) fn due(&self, now: Duration, reachable: impl Fn(ServerId) -> bool) -> Option<Turn> {
        let first = self.first(&reachable)?;
        match &first.stage {
            Stage::Ready { turn, .. } => Some(*turn),
            Stage::Waiting => None,
            Stage::Fetching { since, .. } if now.saturating_sub(*since) < PATIENCE => None,
            Stage::Fetching { .. } => self.items.iter().find_map(|item| item.ready().map(|(turn, _)| turn)),
        }
    }

    /// When patience with a request ends next.
    pub(crate) fn patience_deadline(&self, now: Duration) -> Option<Duration> {
        let ends = self.items.iter().filter_map(|item| match item.stage {
            Stage::Fetching { since, .. } => Some(since + PATIENCE),
            Stage::Waiting | Stage::Ready { .. } => None,
        });
        ends.filter(|end| *end > now).min()
    }
}

fn playable(item: &Item, reachable: impl Fn(ServerId) -> bool) -> bool {
    item.ready().is_some() || item.is_here || matches!(item.stage, Stage::Fetching { .. }) || reachable(item.key.server)
}

#[cfg(test)]
mod tests {
    use super::super::samples::clip;
    use super::*;
    use crate::clock::WallTime;
    use crate::model::CallId;

    pub(super) fn key(n: u64) -> CallKey {
        CallKey::new(ServerId(n as u32 / 1_000_000), CallId(n))
    }

    pub(super) fn at(at: Duration) -> Now {
        Now { at, wall: WallTime(1_800_000_000_000 + at.as_millis() as i64) }
    }

    pub(super) fn queue(n: u64) -> Queue {
        let mut queue = Queue::default();
        for id in 0..n {
            queue.push_back(Item::new(key(id), Why::Live, at(Duration::from_secs(id))));
        }
        queue
    }

    pub(super) fn set(queue: &mut Queue, at: usize, stage: Stage) {
        queue.items[at].stage = stage;
    }

    pub(super) fn fetching(turn: u32) -> Stage {
        Stage::Fetching { turn: Turn(turn), since: Duration::ZERO }
    }

    pub(super) fn ready(turn: u32, seconds: u64) -> Stage {
        Stage::Ready { turn: Turn(turn), clip: clip(Duration::from_secs(seconds)) }
    }

    #[test]
    fn the_order_of_arrival_is_kept_until_patience_ends() {
        let mut queue = queue(2);
        set(&mut queue, 0, fetching(1));
        set(&mut queue, 1, ready(2, 1));
        assert_eq!(queue.due(PATIENCE - Duration::from_millis(1), |_| true), None);
        assert_eq!(queue.due(PATIENCE, |_| true), Some(Turn(2)));
    }

    #[test]
    fn calls_leave_when_they_are_too_old() {
        let mut queue = queue(3);
        let out = queue.expire(at(OLDEST + Duration::from_millis(1_500)), |_| ());
        assert_eq!(out.iter().map(|item| item.key).collect::<Vec<_>>(), [key(0), key(1)]);
    }

    #[test]
    fn a_call_that_arrived_before_all_that_wait_leaves_in_its_time_wherever_it_is_put() {
        let second = Duration::from_secs(1);
        let puts: [fn(&mut Queue, Item); 3] =
            [Queue::push_back, Queue::push_front, |queue, item| queue.insert(item, |other| *other == key(2))];
        for put in puts {
            let mut queue = queue(3);
            assert_eq!(
                queue.expire(at(OLDEST + second), |_| ()).len(),
                1,
                "the first is gone, and what was known of it"
            );
            put(&mut queue, Item::new(key(9), Why::Live, at(second / 2)));
            assert!(queue.expire(at(OLDEST + second / 2), |_| ()).is_empty());
            let out = queue.expire(at(OLDEST + second), |_| ());
            assert_eq!(out.iter().map(|item| item.key).collect::<Vec<_>>(), [key(9)]);
        }
    }

    #[test]
    fn a_night_asleep_makes_calls_old_and_a_clock_put_back_does_not() {
        let night = Now { wall: WallTime(1_800_000_000_000 + 8 * 3_600_000), ..at(Duration::from_secs(60)) };
        assert_eq!(queue(3).expire(night, |_| ()).len(), 3);
        let back = Now { wall: WallTime(0), ..at(Duration::from_secs(60)) };
        assert!(queue(3).expire(back, |_| ()).is_empty());
        assert_eq!(back.since(at(Duration::ZERO)), Duration::from_secs(60));
    }

    #[test]
    fn of_too_many_calls_the_oldest_leave_and_held_ones_last() {
        let mut queue = queue(MOST_WAITING as u64 + 2);
        let out = queue.expire(at(Duration::from_secs(600)), |item| item.key == key(0));
        assert_eq!(out.iter().map(|item| item.key).collect::<Vec<_>>(), [key(1), key(2)]);
    }

    #[test]
    fn a_call_somebody_asked_for_never_expires() {
        let mut queue = Queue::default();
        queue.push_back(Item::new(key(1), Why::Asked, at(Duration::ZERO)));
        assert!(queue.expire(at(OLDEST * 2), |_| ()).is_empty());
        assert_eq!(queue.age_deadline(), None);
    }
}
