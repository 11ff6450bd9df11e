//! Samples to a clip: converted once to the device's rate, faded at both ends, measured.

use std::time::Duration;

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::decode::Pcm;
use super::{Clip, PEAKS};

/// Fades of a call's ends and of every interruption. Long enough that no click is heard, too short to lose a consonant.
pub const FADE: Duration = Duration::from_millis(5);

/// Input frames per step of the converter; its default cut of this into blocks of 256 keeps the filter short.
const CHUNK: usize = 1024;

/// A clip for a device of this rate. At an equal rate the samples stay as decoded, but for the fades.
pub fn shape(pcm: Pcm, rate: u32) -> Clip {
    let duration = length(pcm.samples.len(), pcm.rate);
    let mut samples = resample(pcm.samples, pcm.rate, rate);
    fade_ends(&mut samples, frames(FADE, rate));
    let peaks = peaks(&samples).into();
    Clip { samples: samples.into(), rate, duration, peaks }
}

/// The same clip for a device of another rate; for when the device changed after it was made.
pub fn convert(clip: Clip, rate: u32) -> Clip {
    if clip.rate == rate {
        return clip;
    }
    let samples = resample(clip.samples.to_vec(), clip.rate, rate).into();
    Clip { samples, rate, ..clip }
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
pub fn resample(samples: Vec<f32>, from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples;
    }
    let convert = || -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        let mut converter = Fft::<f32>::new(from as usize, to as usize, CHUNK, 1, FixedSync::Both)?;
        let input = InterleavedSlice::new(&samples, 1, samples.len())?;
        Ok(converter.process_all(&input, samples.len(), None)?.take_data())
    };
    // Fails only for a rate of 0 or for buffers of the wrong size, neither of which can reach this.
    convert().unwrap_or_else(|error| unreachable!("{from} to {to}: {error}"))
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
    let loudest = |bar| samples[edge(bar)..edge(bar + 1)].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    (0..PEAKS).map(|bar| (loudest(bar).min(1.0) * 255.0).round() as u8).collect()
}

#[cfg(test)]
mod tests;
