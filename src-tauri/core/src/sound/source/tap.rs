//! What a source plays, for whoever records it: the calls before the volume, and the silence between them, cut short.
//!
//! The source's end never waits: what finds no room is counted and lost, and playing goes on.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::sound::shape::frames;

/// Whoever writes to a disk may be held up for so long without losing anything: one that sleeps takes ten seconds to wake.
const ROOM: Duration = Duration::from_secs(20);

/// Silence between two calls is recorded as long as it lasts, but no longer than this: an hour in which nobody spoke is
/// not worth an hour of the disk.
pub(crate) const LONGEST_GAP: Duration = Duration::from_secs(1);

/// A moment of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Taped {
    /// A sample of a call.
    Sample(f32),
    /// Nothing sounded.
    Gap,
}

#[derive(Debug, Default)]
struct Shared {
    /// Which recording it is for; 0 is none.
    session: AtomicU32,
    lost: AtomicU64,
}

/// The source's end.
#[derive(Debug)]
pub(super) struct Tap {
    tape: Producer<Taped>,
    shared: Arc<Shared>,
    session: u32,
    /// Frames of silence since the last sample; none before the first.
    gap: Option<usize>,
    longest_gap: usize,
}

/// The other end. Cheap to clone; one reads at a time.
#[derive(Debug, Clone)]
pub(crate) struct Reel {
    rate: u32,
    tape: Arc<Mutex<Consumer<Taped>>>,
    shared: Arc<Shared>,
}

/// Both ends of a tape for a source of this rate. Nothing is recorded before [`Reel::begin`].
pub(super) fn tap(rate: u32) -> (Tap, Reel) {
    let (tape, read) = RingBuffer::new(frames(ROOM, rate).max(1));
    let shared = Arc::new(Shared::default());
    let tap = Tap { tape, shared: shared.clone(), session: 0, gap: None, longest_gap: frames(LONGEST_GAP, rate) };
    (tap, Reel { rate, tape: Arc::new(Mutex::new(read)), shared })
}

impl Tap {
    /// A moment was played; `sounded` if it belongs to a call.
    pub(super) fn take(&mut self, sample: f32, sounded: bool) {
        let session = self.shared.session.load(Relaxed);
        if session == 0 {
            return;
        }
        if session != self.session {
            (self.session, self.gap) = (session, None);
        }
        let taped = match (sounded, &mut self.gap) {
            (true, gap) => {
                *gap = Some(0);
                Taped::Sample(sample)
            }
            (false, Some(gap)) if *gap < self.longest_gap => {
                *gap += 1;
                Taped::Gap
            }
            (false, _) => return,
        };
        if self.tape.push(taped).is_err() {
            self.shared.lost.fetch_add(1, Relaxed);
        }
    }
}

impl Reel {
    /// Samples per second.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// From now on the source records, for another recording than any before.
    pub(in crate::sound) fn begin(&self, session: u32) {
        // What an earlier recording left.
        while self.read(|_| {}) > 0 {}
        self.shared.lost.store(0, Relaxed);
        self.shared.session.store(session, Relaxed);
    }

    /// No more.
    pub(in crate::sound) fn end(&self) {
        self.shared.session.store(0, Relaxed);
    }

    /// Gives what is there to `each`, and says how much that was.
    pub(crate) fn read(&self, mut each: impl FnMut(Taped)) -> usize {
        let mut tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let there = tape.slots();
        for _ in 0..there {
            if let Ok(taped) = tape.pop() {
                each(taped);
            }
        }
        there
    }

    /// How many moments found no room.
    pub(crate) fn lost(&self) -> u64 {
        self.shared.lost.load(Relaxed)
    }

    /// The source is gone; nothing comes after what is there.
    pub(crate) fn is_over(&self) -> bool {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner).is_abandoned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reel: &Reel) -> Vec<Taped> {
        let mut taped = Vec::new();
        reel.read(|one| taped.push(one));
        taped
    }

    #[test]
    fn calls_are_taped_whole_and_silence_between_them_no_longer_than_a_second() {
        let (mut tap, reel) = tap(10);
        tap.take(0.5, true);
        assert!(read(&reel).is_empty(), "nobody records");
        reel.begin(1);
        (0..50).for_each(|_| tap.take(0.0, false));
        assert!(read(&reel).is_empty(), "nor does a recording begin with silence");
        tap.take(0.1, true);
        tap.take(0.0, true);
        (0..50).for_each(|_| tap.take(0.0, false));
        tap.take(0.2, true);
        let mut expected = vec![Taped::Sample(0.1), Taped::Sample(0.0)];
        expected.extend([Taped::Gap; 10]);
        expected.push(Taped::Sample(0.2));
        assert_eq!(read(&reel), expected);
    }

    #[test]
    fn another_recording_has_nothing_of_the_one_before() {
        let (mut tap, reel) = tap(10);
        reel.begin(1);
        tap.take(0.1, true);
        reel.end();
        tap.take(0.2, true);
        reel.begin(2);
        tap.take(0.0, false);
        tap.take(0.3, true);
        assert_eq!(read(&reel), [Taped::Sample(0.3)]);
    }

    #[test]
    fn what_nobody_reads_in_time_is_lost_and_counted_and_the_source_goes_on() {
        let (mut tap, reel) = tap(10);
        reel.begin(1);
        (0..220).for_each(|_| tap.take(0.1, true));
        assert_eq!((read(&reel).len(), reel.lost()), (200, 20));
        drop(tap);
        assert!(reel.is_over());
    }
}
