//! Which silences in a call are long enough to be cut short, and what of them is left. Words are never touched: what is
//! taken for silent is far below the call's own loud parts, and either close to its own noise or as good as nothing.

use std::time::Duration;

use super::loudness::{MOMENTS, Steady};

/// Shorter silences belong to speech: 300 ms.
const LONG: usize = 60;
/// What is left of a long one after the last word: 60 ms, for it dies away.
const KEPT_AFTER: usize = 12;
/// And before the next: 90 ms, for words begin softly.
const KEPT_BEFORE: usize = 18;
/// What may be silence is so far below what is loud in the call: 35 dB.
const BELOW: f32 = 0.017_8;
/// What is so far below it is silence whatever the noise: 45 dB.
const FAR_BELOW: f32 = 0.005_6;
/// Noise is so much louder than its quietest moments, at most: 12 dB.
const NOISE: f32 = 4.0;
/// No more than this is nothing: −70 dB.
const NOTHING: f32 = 0.000_3;

/// A stretch of a call that is left out where silences are cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// The first moment of it.
    pub from: usize,
    /// The first moment after it.
    pub to: usize,
}

impl Silence {
    /// Where in the call it is.
    pub fn span(&self) -> (Duration, Duration) {
        let time = |moment: usize| Duration::from_millis(1_000 / u64::from(MOMENTS)) * moment as u32;
        (time(self.from), time(self.to))
    }
}

/// The silences of a call, from the peak of each of its moments; `steady` are its tones, which say nothing about how loud
/// speech is.
pub(super) fn silences(peaks: &[f32], steady: &[Steady]) -> Vec<Silence> {
    let threshold = threshold(peaks, steady);
    let mut found = Vec::new();
    let mut from = 0;
    for quiet in peaks.chunk_by(|one, next| (*one <= threshold) == (*next <= threshold)) {
        let to = from + quiet.len();
        if quiet[0] <= threshold && quiet.len() > LONG {
            found.push(Silence { from: from + KEPT_AFTER, to: to - KEPT_BEFORE });
        }
        from = to;
    }
    found
}

/// What is louder is no silence.
fn threshold(peaks: &[f32], steady: &[Steady]) -> f32 {
    let is_tone = |moment: &usize| steady.iter().any(|tone| (tone.from..tone.to).contains(moment));
    let mut spoken: Vec<f32> = (0..peaks.len()).filter(|moment| !is_tone(moment)).map(|moment| peaks[moment]).collect();
    if spoken.is_empty() {
        return NOTHING;
    }
    spoken.sort_by(f32::total_cmp);
    let (quiet, loud) = (spoken[spoken.len() / 10], spoken[spoken.len() * 9 / 10]);
    (loud * BELOW).min((quiet * NOISE).max(loud * FAR_BELOW)).max(NOTHING)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Speech comes and goes within a fifth of a second.
    fn spoken(moments: usize, level: f32) -> Vec<f32> {
        (0..moments).map(|at| level * [1.0, 0.7, 0.3, 0.05][at / 10 % 4]).collect()
    }

    fn silent(moments: usize, level: f32) -> Vec<f32> {
        (0..moments).map(|at| level * if at % 3 == 0 { 1.0 } else { 0.6 }).collect()
    }

    #[test]
    fn a_long_silence_is_cut_to_what_words_need_and_a_short_one_is_left() {
        let call = |gap| [spoken(200, 0.5), silent(gap, 0.001), spoken(200, 0.5)].concat();
        assert_eq!(silences(&call(60), &[]), []);
        assert_eq!(silences(&call(100), &[]), [Silence { from: 212, to: 282 }]);
        assert_eq!(silences(&[silent(100, 0.0), spoken(200, 0.5)].concat(), &[]), [Silence { from: 12, to: 82 }]);
        assert_eq!(silences(&[spoken(200, 0.5), silent(100, 0.0)].concat(), &[]), [Silence { from: 212, to: 282 }]);
    }

    #[test]
    fn who_speaks_much_softer_than_another_is_heard_whole() {
        // 30 dB softer: far away, into a poor microphone.
        let call = [spoken(400, 0.5), silent(10, 0.0), spoken(400, 0.016), silent(10, 0.0), spoken(200, 0.5)].concat();
        assert_eq!(silences(&call, &[]), []);
        // With noise between, as soft as that.
        let call = [spoken(400, 0.5), silent(100, 0.012), spoken(400, 0.5)].concat();
        assert_eq!(silences(&call, &[]), []);
    }

    #[test]
    fn loud_tones_do_not_make_speech_after_them_a_silence() {
        let tone = vec![0.9; 800];
        let call = [tone, silent(100, 0.0), spoken(100, 0.01), silent(100, 0.0)].concat();
        let steady = [Steady { from: 0, to: 800, lufs: -3.0 }];
        assert_eq!(silences(&call, &steady), [Silence { from: 812, to: 882 }, Silence { from: 1_012, to: 1_082 }]);
    }

    #[test]
    fn a_call_of_nothing_but_silence_is_short_and_one_without_moments_has_none() {
        assert_eq!(silences(&[0.0; 1_000], &[]), [Silence { from: 12, to: 982 }]);
        assert_eq!(silences(&[], &[]), []);
    }

    proptest! {
        #[test]
        fn what_is_cut_is_in_order_within_the_call_and_never_loud(
            peaks in prop::collection::vec(prop_oneof![3 => Just(0.0f32), 1 => 0.0..1.0f32], 0..600),
            repeat in 1..80usize,
        ) {
            let peaks: Vec<f32> = peaks.iter().flat_map(|peak| std::iter::repeat_n(*peak, repeat)).collect();
            let loudest = peaks.iter().copied().fold(0.0, f32::max);
            let mut last = 0;
            for Silence { from, to } in silences(&peaks, &[]) {
                prop_assert!(last < from && from < to && to < peaks.len());
                let around = &peaks[from - KEPT_AFTER..to + KEPT_BEFORE];
                prop_assert!(around.iter().all(|peak| *peak <= (loudest * BELOW).max(NOTHING)));
                last = to;
            }
        }
    }
}
