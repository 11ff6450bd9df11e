//! When a computer is too busy for the queue it has: counts how often an open stream ran dry.

use std::time::Duration;

/// A computer that is too busy for the first queue gets twice as much, and again, up to this, in milliseconds.
const LONGEST_QUEUE: u32 = 320;
/// So often the server runs dry before that.
const DRY: u32 = 2;
/// An opening that is younger than this proves nothing.
const SETTLED: Duration = Duration::from_secs(3);

/// What is remembered of one opening.
#[derive(Debug, Default)]
pub(super) struct Dryness {
    /// Bytes that the server has played since it ran dry, when it was last asked.
    playing: u64,
    /// How often it did, once the opening had settled.
    times: u32,
}

impl Dryness {
    /// Takes in how many bytes the server has played since it ran dry. Returns the queue to be had with the next opening,
    /// in milliseconds, if the one of now is too short.
    pub(super) fn notice(&mut self, playing: u64, open_for: Duration, queue: u32) -> Option<u32> {
        let ran_dry = playing < std::mem::replace(&mut self.playing, playing);
        if !ran_dry || open_for < SETTLED {
            return None;
        }
        self.times += 1;
        tracing::debug!(queue, times = self.times, "the sound server ran dry");
        (self.times == DRY && queue < LONGEST_QUEUE).then(|| (queue * 2).min(LONGEST_QUEUE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each look at a stream comes to: bytes since dry, seconds since it was opened, the queue wished for.
    type Looks = [(u64, u64, Option<u32>)];

    #[test]
    fn a_queue_is_doubled_when_a_settled_stream_ran_dry_twice_and_once_only_for_each_opening() {
        let cases: [(u32, &Looks); 8] = [
            (80, &[(100, 4, None), (200, 5, None), (300, 6, None)]),
            (80, &[(300, 4, None), (100, 5, None), (200, 6, None)]),
            (80, &[(300, 4, None), (100, 5, None), (50, 6, Some(160))]),
            (80, &[(300, 4, None), (0, 5, None), (900, 6, None), (899, 7, Some(160))]),
            // Nothing played since is no new dryness.
            (80, &[(300, 4, None), (0, 5, None), (0, 6, None), (0, 7, None)]),
            // What happened before it had settled does not count.
            (80, &[(300, 0, None), (100, 1, None), (50, 2, None), (40, 3, None), (30, 4, Some(160))]),
            // The next opening is to be tried first.
            (160, &[(300, 4, None), (200, 5, None), (100, 6, Some(320)), (50, 7, None), (20, 8, None)]),
            (320, &[(300, 4, None), (200, 5, None), (100, 6, None), (50, 7, None)]),
        ];
        for (queue, looks) in cases {
            let mut dryness = Dryness::default();
            for (playing, seconds, wished) in looks {
                let open_for = Duration::from_secs(*seconds);
                assert_eq!(dryness.notice(*playing, open_for, queue), *wished, "{looks:?} with {queue} ms");
            }
        }
        assert_eq!(wished_from(200), Some(320), "and never more than is bearable");
    }

    fn wished_from(queue: u32) -> Option<u32> {
        let mut dryness = Dryness::default();
        [3, 2, 1].into_iter().find_map(|playing| dryness.notice(playing, SETTLED, queue))
    }
}
