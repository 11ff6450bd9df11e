//! The loudest point of each moment, also between two samples.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::MOMENTS;
use crate::sound::level::CEILING;
use crate::sound::shape::loudest;

/// How many samples a point between two of them is made of.
const TAPS: usize = 24;
/// Points looked at between two samples.
const BETWEEN: usize = 3;

/// What each of those samples weighs: sinc under a cosine window.
static WEIGHTS: LazyLock<[[f32; TAPS]; BETWEEN]> = LazyLock::new(|| {
    std::array::from_fn(|point| {
        let offset = (point + 1) as f64 / (BETWEEN + 1) as f64;
        std::array::from_fn(|tap| {
            let x = tap as f64 - (TAPS / 2 - 1) as f64 - offset;
            let window = (PI * x / TAPS as f64).cos().powi(2);
            ((PI * x).sin() / (PI * x) * window) as f32
        })
    })
});

/// A point between samples is never louder than the loudest of them times this.
static MOST: LazyLock<f32> = LazyLock::new(|| {
    let sum = |weights: &[f32; TAPS]| weights.iter().map(|weight| weight.abs()).sum::<f32>();
    WEIGHTS.iter().map(sum).fold(1.0, f32::max)
});

/// One peak for each moment. Between samples it is looked only where they may reach the ceiling at this gain.
pub(in crate::sound) fn peaks(samples: &[f32], rate: u32, gain: f32) -> Vec<f32> {
    let edge = |moment: usize| (moment as u64 * u64::from(rate) / u64::from(MOMENTS)) as usize;
    let moments = (samples.len() as u64 * u64::from(MOMENTS)).div_ceil(u64::from(rate.max(1))) as usize;
    let mut between = Between::default();
    let peak = |moment: usize| {
        let end = edge(moment + 1).min(samples.len());
        let range = edge(moment).min(end)..end;
        let from = range.start.saturating_sub(TAPS / 2);
        let near = loudest(&samples[from..(end + TAPS / 2).min(samples.len())]);
        if near * *MOST * gain <= CEILING { loudest(&samples[range]) } else { between.loudest(samples, range) }
    };
    (0..moments).map(peak).collect()
}

/// Room that is used again.
#[derive(Default)]
struct Between {
    near: Vec<f32>,
    points: Vec<f32>,
}

impl Between {
    /// The loudest of the samples and of the points from the one before to the one after: a call that begins at once
    /// overshoots before its first sample, too.
    fn loudest(&mut self, samples: &[f32], range: std::ops::Range<usize>) -> f32 {
        let lead = TAPS / 2;
        let sample = |at: usize| at.checked_sub(lead).and_then(|at| samples.get(at)).copied().unwrap_or(0.0);
        self.near.clear();
        self.near.extend((range.start..=range.end + TAPS).map(sample));
        let mut peak = loudest(&samples[range.clone()]);
        for weights in WEIGHTS.iter() {
            self.points.clear();
            self.points.resize(range.len() + 1, 0.0);
            for (tap, weight) in weights.iter().enumerate() {
                for (point, near) in self.points.iter_mut().zip(&self.near[tap..]) {
                    *point += weight * near;
                }
            }
            peak = peak.max(loudest(&self.points));
        }
        peak
    }
}
