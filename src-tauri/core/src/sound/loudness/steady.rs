//! Finds steady tones and bursts of data: sound whose level and spectrum stay as they are for a quarter of a second,
//! which nobody's voice does.

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};

/// Samples of a spectrum.
const LENGTH: usize = 256;
/// The rate that spectra are made at is this or up to twice as much; voices and tones of radio lie below 4 kHz.
const RATE: u32 = 8_000;
/// Bins that are looked at together: data move within them.
const TOGETHER: usize = 4;
const BANDS: usize = LENGTH / 2 / TOGETHER;
/// What stays as it is for so long is not spoken. Held vowels were found to last a fifth of a second at most.
const SHORTEST: f64 = 0.25;
/// Levels differ by no more than this, as a factor of energy (1.5 dB).
const SAME_LEVEL: f32 = 1.41;
/// And so much of the energy is in the same bands …
const SAME_BANDS: f32 = 0.85;
/// … or so much, if the level stays the same within a frame, too: data keep to their level and change their tones, and a
/// voice has its pulses.
const SAME_BANDS_OF_DATA: f32 = 0.3;
/// Samples within which the level must stay for that.
const PULSE: usize = 32;
/// And by how much it may differ, as a factor of energy (3 dB).
const FLAT: f32 = 2.0;
/// Quieter than −60 dB is no tone, but noise.
const FAINT: f32 = 1e-6;

/// What a frame turned out to be, together with those before it that had to wait for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Label {
    /// All that wait but the last `keep` are not steady.
    Speech { keep: usize },
    /// All that wait are, and so is the frame itself.
    Steady { begins: bool, level: f32 },
}

/// What is looked at of a frame.
struct Frame {
    /// Each band's share of the energy.
    bands: [f32; BANDS],
    /// The mean of a sample.
    energy: f32,
    /// The level stays the same within it.
    is_flat: bool,
}

/// Hears one frame after the other.
pub(super) struct Detector {
    /// So many samples are put together to one.
    fold: usize,
    /// Frames of the shortest tone.
    shortest: usize,
    transform: Arc<dyn RealToComplex<f32>>,
    window: [f32; LENGTH],
    /// What the frames of a run have in common: the mean of their bands.
    bands: [f32; BANDS],
    energy: f32,
    run: usize,
}

impl Detector {
    pub(super) fn new(rate: u32) -> Self {
        let fold = (rate / RATE).max(1);
        let frames = SHORTEST * f64::from(rate) / f64::from(fold) / LENGTH as f64;
        let step = std::f32::consts::TAU / LENGTH as f32;
        Self {
            fold: fold as usize,
            shortest: (frames.ceil() as usize).max(4),
            transform: RealFftPlanner::new().plan_fft_forward(LENGTH),
            window: std::array::from_fn(|at| 0.5 - 0.5 * (step * at as f32).cos()),
            bands: [0.0; BANDS],
            energy: 0.0,
            run: 0,
        }
    }

    /// How many samples a frame has.
    pub(super) fn frame(&self) -> usize {
        LENGTH * self.fold
    }

    /// Takes a frame. A tone begins somewhere in the frame before its first whole one, and ends somewhere in the frame
    /// after its last: both are part of it.
    pub(super) fn label(&mut self, frame: &[f32]) -> Label {
        let Frame { bands, energy, is_flat } = self.look_at(frame);
        if self.is_like(&bands, energy, is_flat) {
            self.join(&bands, energy);
            return match self.run.cmp(&self.shortest) {
                std::cmp::Ordering::Less => Label::Speech { keep: self.run + 1 },
                order => Label::Steady { begins: order.is_eq(), level: self.level() },
            };
        }
        let ended = (self.run >= self.shortest).then(|| self.level());
        (self.bands, self.energy, self.run) = (bands, energy, 1);
        match ended {
            Some(level) => Label::Steady { begins: false, level },
            None => Label::Speech { keep: 2 },
        }
    }

    /// Loudness of a steady sound, near enough: mean energy in decibels, and 3 dB for the second side. The weighing by
    /// frequency that is left out is within 1 dB from 200 to 1,500 Hz, and 4 dB at most.
    fn level(&self) -> f32 {
        10.0 * self.energy.max(f32::MIN_POSITIVE).log10() + 2.3
    }

    fn is_like(&self, bands: &[f32; BANDS], energy: f32, is_flat: bool) -> bool {
        let level = energy > FAINT && energy < self.energy * SAME_LEVEL && self.energy < energy * SAME_LEVEL;
        let shared = || bands.iter().zip(&self.bands).map(|(one, other)| one.min(*other)).sum::<f32>();
        self.run > 0 && level && shared() > if is_flat { SAME_BANDS_OF_DATA } else { SAME_BANDS }
    }

    fn join(&mut self, bands: &[f32; BANDS], energy: f32) {
        self.run += 1;
        let share = 1.0 / self.run.min(8) as f32;
        for (mean, band) in self.bands.iter_mut().zip(bands) {
            *mean += (band - *mean) * share;
        }
        self.energy += (energy - self.energy) * share;
    }

    fn look_at(&self, frame: &[f32]) -> Frame {
        let folded = frame.chunks_exact(self.fold).map(|samples| samples.iter().sum::<f32>() / self.fold as f32);
        let mut input: Vec<f32> = folded.collect();
        let energy_of =
            |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
        let energy = energy_of(&input);
        let pulses = input.chunks_exact(PULSE).map(energy_of);
        let (least, most) = pulses.fold((f32::INFINITY, 0.0_f32), |(least, most), one| (least.min(one), most.max(one)));
        for (sample, weight) in input.iter_mut().zip(&self.window) {
            *sample *= weight;
        }
        let mut spectrum = self.transform.make_output_vec();
        let mut bands = [0.0; BANDS];
        if self.transform.process(&mut input, &mut spectrum).is_ok() {
            for (band, bins) in bands.iter_mut().zip(spectrum.chunks_exact(TOGETHER)) {
                *band = bins.iter().map(|bin| bin.norm_sqr()).sum();
            }
        }
        let sum = bands.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        Frame { bands: bands.map(|band| band / sum), energy, is_flat: most < least * FLAT }
    }
}
