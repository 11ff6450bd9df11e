//! Samples to a clip: converted once to the device's rate, faded at both ends, measured.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::decode::Pcm;
use super::{Clip, PEAKS};

/// Fades of a call's ends and of every interruption. Long enough that no click is heard, too short to lose a consonant.
pub const FADE: Duration = Duration::from_millis(5);

/// Input frames the converter transforms at once, at least. Rounded up to a multiple of what the two rates need: 512 for
/// 8 and 16 kHz, 588 for 44.1 kHz, whose transforms are among the fastest, and which pass 97 % of the band.
const CHUNK: usize = 512;

/// A clip for a device of this rate. At an equal rate the samples stay as decoded, but for the fades.
pub fn shape(pcm: Pcm, rate: u32) -> Clip {
    let duration = length(pcm.samples.len(), pcm.rate);
    let mut samples = resample(pcm.samples, pcm.rate, rate);
    fade_ends(&mut samples, frames(FADE, rate));
    let peaks = peaks(&samples).into();
    Clip { samples: Arc::new(samples), rate, duration, peaks }
}

/// The same clip for a device of another rate; for when the device changed after it was made.
pub fn convert(clip: Clip, rate: u32) -> Clip {
    if clip.rate == rate {
        return clip;
    }
    let samples = resample(clip.samples.to_vec(), clip.rate, rate);
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
pub fn resample(samples: Vec<f32>, from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples;
    }
    let convert = || -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        let mut converter = converter(from, to)?;
        let input = InterleavedSlice::new(&samples, 1, samples.len())?;
        // Begins anew, whatever was converted before.
        let mut converted = converter.fft.process_all(&input, samples.len(), None)?.take_data();
        keep(converter);
        // It multiplies by a rounded ratio, which may come out one sample long.
        converted.truncate((samples.len() as u64 * u64::from(to)).div_ceil(u64::from(from)) as usize);
        Ok(converted)
    };
    // Fails only for a rate of 0 or for buffers of the wrong size, neither of which can reach this.
    convert().unwrap_or_else(|error| unreachable!("{from} to {to}: {error}"))
}

/// A converter for one pair of rates. Making one takes as long as converting half a second of a call.
struct Converter {
    from: u32,
    to: u32,
    fft: Fft<f32>,
}

/// The last one used: a server's calls mostly have one rate, and so has the device.
static KEPT: Mutex<Option<Converter>> = Mutex::new(None);

fn converter(from: u32, to: u32) -> Result<Converter, rubato::ResamplerConstructionError> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
    match kept.filter(|kept| (kept.from, kept.to) == (from, to)) {
        Some(kept) => Ok(kept),
        None => Ok(Converter { from, to, fft: Fft::new(from as usize, to as usize, CHUNK, 1, FixedSync::Both)? }),
    }
}

fn keep(converter: Converter) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(converter);
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
fn loudest(samples: &[f32]) -> f32 {
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
