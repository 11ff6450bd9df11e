//! Samples to a clip: converted once to the device's rate, faded at both ends, measured.

mod stretch;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::stretch::Stretch;
use super::decode::Pcm;
use super::{Clip, Mix, PEAKS};

/// Fades of a call's ends and of every interruption. Long enough that no click is heard, too short to lose a consonant.
pub const FADE: Duration = Duration::from_millis(5);

/// Most calls are shorter. Room for so much is set aside before, for growing in steps would move what is there every time;
/// it takes no memory before it is used, and what is left over is given back.
const USUAL: Duration = Duration::from_secs(15);

/// A clip in the making. Samples are converted as they come: at no time are all of them there at the rate they had,
/// which for ten minutes may be four times as much as the clip, and memory that was never used before is slow.
#[derive(Debug)]
pub(super) struct Shaping {
    rate: u32,
    samples: Vec<f32>,
    duration: Duration,
    stretch: Option<Stretch>,
}

impl Shaping {
    /// Begins a clip of this rate.
    pub(super) fn new(rate: u32) -> Self {
        let samples = Vec::with_capacity(frames(USUAL, rate));
        Self { rate, samples, duration: Duration::ZERO, stretch: None }
    }

    /// Takes the next samples, which have this rate. A file may change it in the middle.
    pub(super) fn take(&mut self, samples: &[f32], rate: u32) {
        if samples.is_empty() {
            return;
        }
        if self.stretch.as_ref().is_some_and(|stretch| stretch.from() != rate) {
            self.end_stretch();
        }
        let stretch = self.stretch.get_or_insert_with(|| Stretch::new(rate, self.rate));
        stretch.take(samples, &mut self.samples);
    }

    /// The clip, or nothing if there was no sample.
    pub(super) fn finish(mut self) -> Option<Clip> {
        self.end_stretch();
        let Self { rate, mut samples, duration, .. } = self;
        if samples.is_empty() {
            return None;
        }
        samples.shrink_to_fit();
        fade_ends(&mut samples, frames(FADE, rate));
        let peaks = peaks(&samples).into();
        Some(Clip {
            samples: Arc::new(samples),
            rate,
            duration,
            peaks,
            measure: Arc::default(),
            level: None,
            mix: Mix::default(),
        })
    }

    fn end_stretch(&mut self) {
        if let Some(stretch) = self.stretch.take() {
            self.duration += length(stretch.taken(), stretch.from());
            stretch.finish(&mut self.samples);
        }
    }
}

/// A clip for a device of this rate. At an equal rate the samples stay as decoded, but for the fades.
pub fn shape(pcm: &Pcm, rate: u32) -> Clip {
    let mut shaping = Shaping::new(rate);
    shaping.take(&pcm.samples, pcm.rate);
    shaping.finish().unwrap_or_else(|| Clip {
        samples: Arc::default(),
        rate,
        duration: Duration::ZERO,
        peaks: Arc::new([0; PEAKS]),
        measure: Arc::default(),
        level: None,
        mix: Mix::default(),
    })
}

/// The same clip for a device of another rate; for when the device changed after it was made.
pub fn convert(clip: Clip, rate: u32) -> Clip {
    if clip.rate == rate {
        return clip;
    }
    let samples = resample(&clip.samples, clip.rate, rate);
    Clip { samples: Arc::new(samples), rate, ..clip }
}

/// How many samples a span takes at a rate.
pub(crate) fn frames(span: Duration, rate: u32) -> usize {
    (span.as_secs_f64() * f64::from(rate)).round() as usize
}

/// How long so many samples last.
pub(crate) fn length(frames: usize, rate: u32) -> Duration {
    Duration::from_secs_f64(frames as f64 / f64::from(rate.max(1)))
}

/// Exactly `ceil(samples × to / from)` samples, aligned with the input. Empty stays empty.
pub fn resample(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    let mut converted = Vec::new();
    let mut stretch = Stretch::new(from, to);
    stretch.take(samples, &mut converted);
    stretch.finish(&mut converted);
    converted
}

/// A call shorter than two fades gets shorter ones.
fn fade_ends(samples: &mut [f32], fade: usize) {
    let fade = fade.min(samples.len() / 2);
    let length = samples.len();
    for at in 0..fade {
        let level = at as f32 / fade as f32;
        samples[at] *= level;
        samples[length - 1 - at] *= level;
    }
}

fn peaks(samples: &[f32]) -> Vec<u8> {
    let edge = |bar: usize| bar * samples.len() / PEAKS;
    (0..PEAKS).map(|bar| (loudest(&samples[edge(bar)..edge(bar + 1)]).min(1.0) * 255.0).round() as u8).collect()
}

/// Sixteen maxima side by side, because one after the other waits for the last.
pub(super) fn loudest(samples: &[f32]) -> f32 {
    let louder = |peak: f32, sample: f32| if sample.abs() > peak { sample.abs() } else { peak };
    let (blocks, rest) = samples.as_chunks::<16>();
    let mut peaks = [0.0_f32; 16];
    for block in blocks {
        for (peak, sample) in peaks.iter_mut().zip(block) {
            *peak = louder(*peak, *sample);
        }
    }
    peaks.iter().chain(rest).fold(0.0, |peak, sample| louder(peak, *sample))
}

#[cfg(test)]
mod tests;
