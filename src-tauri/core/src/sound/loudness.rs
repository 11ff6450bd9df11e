//! How loud a call is: of what is spoken, apart from its steady tones, and the peak of each moment. No device, no time.
//!
//! [`Meter`] takes samples at the rate they were decoded at, which is a sixth of a device's for most calls. What is to be
//! done about it is decided in [`level`](super::level).

mod peaks;
mod steady;
#[cfg(test)]
mod tests;

use ebur128::{Channel, EbuR128, Mode};

pub(super) use self::peaks::peaks;
use self::steady::{Detector, Label};
use super::silences::{Silence, silences};

/// So many moments of a second have a peak of their own.
pub const MOMENTS: u32 = 200;

/// Less cannot be measured (EBU R 128 weighs windows of this length).
const SHORTEST: f64 = 0.4;

/// The weighing by frequency asks for at least this rate; slower samples are fed several times each, which changes
/// nothing that counts.
const SLOWEST: u32 = 8_000;

/// A short call that is nowhere louder than −60 dB is silent.
const FAINT: f32 = 0.001;

/// What was measured of a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure {
    /// Loudness of what is not a steady tone, in LUFS, played on both sides. None if there is less than 400 ms of it, or
    /// if it is silent.
    pub speech: Option<f32>,
    /// The same of the steady tones.
    pub tones: Option<f32>,
    /// There is nothing to be heard in it.
    pub silent: bool,
    /// The loudest point of each moment (there are [`MOMENTS`] in a second), also between two samples; full scale is 1.
    /// Empty if nothing was measured.
    pub peaks: Vec<f32>,
    /// Where steady tones and bursts of data are, in order.
    pub steady: Vec<Steady>,
    /// What of its silences is left out where they are cut short, in order.
    pub silences: Vec<Silence>,
}

/// A steady tone or burst of data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steady {
    /// The first moment of it.
    pub from: usize,
    /// The first moment after it.
    pub to: usize,
    /// How loud it is, in LUFS.
    pub lufs: f32,
}

/// Measures a call in the making.
pub(super) struct Meter {
    rate: u32,
    speech: Option<EbuR128>,
    tones: Option<EbuR128>,
    detector: Detector,
    /// Samples that have no label yet.
    held: Vec<f32>,
    /// How many of them the detector has had.
    seen: usize,
    /// Where the first of them is, in seconds.
    at: f64,
    steady: Vec<Steady>,
    /// Seconds that are not steady tones.
    spoken: f64,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            rate: 0,
            speech: None,
            tones: None,
            detector: Detector::new(8_000),
            held: Vec::new(),
            seen: 0,
            at: 0.0,
            steady: Vec::new(),
            spoken: 0.0,
        }
    }

    /// Takes the next samples, which have this rate.
    pub(super) fn take(&mut self, samples: &[f32], rate: u32) {
        if rate != self.rate {
            self.label_rest();
            self.rate = rate;
            self.detector = Detector::new(rate);
            let follow = |meter: &mut EbuR128| meter.change_parameters(1, rate * repeats(rate)).is_ok();
            self.speech = self.speech.take().and_then(|mut meter| follow(&mut meter).then_some(meter));
            self.tones = self.tones.take().and_then(|mut meter| follow(&mut meter).then_some(meter));
        }
        self.held.extend_from_slice(samples);
        let frame = self.detector.frame();
        while self.held.len() - self.seen >= frame {
            let label = self.detector.label(&self.held[self.seen..self.seen + frame]);
            self.seen += frame;
            match label {
                Label::Steady { begins, level } => self.label_steady(self.seen, begins, level),
                Label::Speech { keep } => self.label_speech(self.seen.saturating_sub(keep * frame)),
            }
        }
    }

    /// What was measured. The peaks are those of the samples that will be played.
    pub(super) fn finish(mut self, samples: &[f32], rate: u32) -> Measure {
        self.label_rest();
        let (speech, tones) = (integrated(self.speech.as_ref()), integrated(self.tones.as_ref()));
        let peaks = peaks(samples, rate, super::level::most_gain(speech));
        let faint = peaks.iter().all(|peak| *peak < FAINT);
        let silent = speech.is_none() && tones.is_none() && (faint || self.spoken >= SHORTEST);
        let silences = silences(&peaks, &self.steady);
        Measure { speech, tones, silent, peaks, steady: self.steady, silences }
    }

    fn label_rest(&mut self) {
        self.label_speech(self.held.len());
    }

    /// The first samples held are not steady.
    fn label_speech(&mut self, length: usize) {
        feed(&mut self.speech, &self.held[..length], self.rate);
        self.spoken += self.drop_held(length);
    }

    fn label_steady(&mut self, length: usize, begins: bool, level: f32) {
        feed(&mut self.tones, &self.held[..length], self.rate);
        let from = self.at;
        let to = from + self.drop_held(length);
        let moment = |seconds: f64| seconds * f64::from(MOMENTS);
        let (from, to) = (moment(from).floor() as usize, moment(to).ceil() as usize);
        match self.steady.last_mut() {
            Some(last) if !begins => {
                last.to = to;
                last.lufs = last.lufs.max(level);
            }
            _ => self.steady.push(Steady { from, to, lufs: level }),
        }
    }

    /// Gives the seconds that were dropped.
    fn drop_held(&mut self, length: usize) -> f64 {
        self.held.drain(..length);
        self.seen -= length.min(self.seen);
        let seconds = length as f64 / f64::from(self.rate.max(1));
        self.at += seconds;
        seconds
    }
}

fn feed(meter: &mut Option<EbuR128>, samples: &[f32], rate: u32) {
    if samples.is_empty() {
        return;
    }
    if meter.is_none() {
        *meter = EbuR128::new(1, rate * repeats(rate), Mode::I).ok();
        if let Some(meter) = meter {
            // One channel that is heard on both sides; as a single one it would read 3 dB low.
            let _ = meter.set_channel(0, Channel::DualMono);
        }
    }
    if let Some(meter) = meter {
        // It refuses nothing that has one channel.
        let _ = match repeats(rate) {
            1 => meter.add_frames_f32(samples),
            times => {
                let repeated = samples.iter().flat_map(|sample| std::iter::repeat_n(*sample, times as usize));
                meter.add_frames_f32(&repeated.collect::<Vec<_>>())
            }
        };
    }
}

fn repeats(rate: u32) -> u32 {
    SLOWEST.div_ceil(rate.max(1))
}

/// −∞ for what is too short or silent.
fn integrated(meter: Option<&EbuR128>) -> Option<f32> {
    let lufs = meter?.loudness_global().ok()? as f32;
    lufs.is_finite().then_some(lufs)
}
