//! How fast calls are played while the listener catches up with what is live, and where that leaves the sound after a
//! while. No device, no time of its own.
//!
//! # Why this way
//!
//! Three ways to speed speech up and keep its pitch were measured with the demo's 20 calls at 48 kHz and with sines from
//! 110 to 2,805 Hz, at 1.1, 1.25 and 1.4 times the speed (the worst value of all):
//!
//! | | pitch of tones | speed error, tones | added above 6 kHz at any join | CPU for a minute of sound |
//! | --- | --- | --- | --- | --- |
//! | own splices (`source/splice.rs`) | 0.03 % | 0.31 % | +0.6 dB | 23 to 28 ms |
//! | `timestretch` 0.16, pure Rust | 0.05 % | 0.20 % | +1.1 dB | 1,700 to 1,800 ms |
//! | `signalsmith-stretch` 0.1.3, C++ | 0.00 % | 0.00 % | +0.0 dB | 520 to 620 ms |
//!
//! All three keep the promised pitch (1 %) and speed (2 %), but only the own one the promised 100 ms of CPU; and it alone
//! needs no look-ahead and no second copy of a call, so that a change of speed is heard within hundredths of a second.
//! `signalsmith-stretch` would also want libclang on every computer that builds Squelch.

use std::time::Duration;

use super::Clip;

/// Faster than this, words get lost.
pub const FASTEST: u16 = 140;

/// How fast calls are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    percent: u16,
    trims: bool,
}

impl Tempo {
    /// As they were spoken.
    pub const USUAL: Self = Self { percent: 100, trims: false };

    /// So many percent of the usual speed, which no call is played slower than. With `trims`, long silences in calls are
    /// cut short, and those between them left out.
    pub fn new(percent: u16, trims: bool) -> Self {
        Self { percent: percent.clamp(100, FASTEST), trims }
    }

    /// In percent of the usual speed.
    pub fn percent(self) -> u16 {
        self.percent
    }

    /// Whether silences are cut short.
    pub fn trims(self) -> bool {
        self.trims
    }

    /// Where in a call the sound is, so long after it was at `at`.
    pub fn after(self, clip: &Clip, at: Duration, elapsed: Duration) -> Duration {
        let mut left = elapsed * u32::from(self.percent) / 100;
        let mut at = at;
        for silence in clip.measure.silences.iter().filter(|_| self.trims) {
            let (from, to) = silence.span();
            if to <= at {
                continue;
            }
            let until = from.saturating_sub(at);
            if left < until {
                break;
            }
            (left, at) = (left - until, to);
        }
        (at + left).min(clip.duration)
    }

    /// As one number, for a cell that both ends of a source see.
    pub(super) fn to_bits(self) -> u32 {
        u32::from(self.percent) | u32::from(self.trims) << 16
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self::new((bits & 0xffff) as u16, bits >> 16 != 0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sound::silences::Silence;
    use crate::sound::{Measure, Mix};

    /// Ten seconds, of which the third and the last second are silent.
    fn clip() -> Clip {
        let silences = vec![Silence { from: 400, to: 600 }, Silence { from: 1_800, to: 2_000 }];
        Clip {
            samples: Arc::default(),
            rate: 1_000,
            duration: Duration::from_secs(10),
            peaks: Arc::default(),
            measure: Measure { silences, ..Measure::default() }.into(),
            level: None,
            mix: Mix::default(),
        }
    }

    #[test]
    fn the_place_in_a_call_follows_its_speed_and_leaps_over_silences_that_are_cut() {
        let trimmed = |percent| Tempo::new(percent, true);
        let table: [(Tempo, u64, u64, u64); 11] = [
            (Tempo::USUAL, 500, 4_000, 4_500),
            (Tempo::USUAL, 500, 40_000, 10_000),
            (Tempo::new(140, false), 0, 5_000, 7_000),
            (trimmed(100), 0, 1_999, 1_999),
            (trimmed(100), 0, 2_000, 3_000),
            (trimmed(100), 0, 2_500, 3_500),
            (trimmed(100), 2_400, 0, 3_000),
            (trimmed(100), 3_000, 1_000, 4_000),
            (trimmed(100), 0, 8_000, 10_000),
            (trimmed(125), 0, 4_000, 6_000),
            (trimmed(125), 9_500, 0, 10_000),
        ];
        for (tempo, at, elapsed, expected) in table {
            let place = tempo.after(&clip(), Duration::from_millis(at), Duration::from_millis(elapsed));
            assert_eq!(place, Duration::from_millis(expected), "{tempo:?} {at} {elapsed}");
        }
    }

    #[test]
    fn a_tempo_stays_within_its_limits_and_survives_the_way_to_the_source() {
        for (percent, kept) in [(0, 100), (100, 100), (133, 133), (140, 140), (u16::MAX, 140)] {
            for trims in [false, true] {
                let tempo = Tempo::new(percent, trims);
                assert_eq!((tempo.percent(), tempo.trims()), (kept, trims));
                assert_eq!(Tempo::from_bits(tempo.to_bits()), tempo);
            }
        }
        assert_eq!(Tempo::new(100, false), Tempo::USUAL);
    }
}
