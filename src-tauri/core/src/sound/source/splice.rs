//! Where a call can be cut, so that a few milliseconds of it are left out and the ear takes what follows for what was
//! there: one or more periods of the voice further on, where the wave looks the same.
//!
//! This is how speech is sped up without its pitch being touched: what is heard is the call's own samples, and only at
//! the joins a mix of two places of it. It runs in the device's callback: no memory is taken, and a search looks at some
//! hundred sums of some hundred products.

/// No voice is lower than 50 Hz, so that one period at least lies within the longest step.
const LONGEST_MS: u32 = 20;
/// From here to the longest there is a multiple of each period that is shorter.
const SHORTEST_MS: u32 = 8;
/// So much of the wave is compared: a period of a low voice.
const COMPARED_MS: u32 = 12;
/// A join takes so long.
const JOIN_MS: u32 = 8;
/// The first look is at samples of about this rate, enough for a voice.
const COARSE_RATE: u32 = 12_000;
/// So many of them at most.
const COARSE: usize = ((LONGEST_MS + COMPARED_MS) * COARSE_RATE / 1_000) as usize;

/// The lengths of one rate, in samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) shortest: usize,
    pub(super) longest: usize,
    pub(super) compared: usize,
    pub(super) join: usize,
    /// How many samples make one of the first look.
    coarse: usize,
}

/// How to get ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Splice {
    /// So many samples are left out.
    pub(super) step: usize,
    /// How much both places look the same: 1 is the same wave, 0 has nothing to do with the other.
    pub(super) alike: f32,
}

impl Reach {
    pub(super) fn new(rate: u32) -> Self {
        let samples = |ms: u32| ((u64::from(rate) * u64::from(ms)) / 1_000).max(1) as usize;
        Self {
            shortest: samples(SHORTEST_MS),
            longest: samples(LONGEST_MS),
            compared: samples(COMPARED_MS),
            join: samples(JOIN_MS),
            coarse: rate.div_ceil(COARSE_RATE).max(1) as usize,
        }
    }

    /// Where to go on instead of here; nothing so close to the end.
    pub(super) fn splice(&self, samples: &[f32], at: usize) -> Option<Splice> {
        let ahead = samples.get(at..at + self.longest + self.compared)?;
        let step = self.roughly(ahead);
        // To the sample, among those that looked the same from afar.
        let near = step.saturating_sub(self.coarse - 1).max(self.shortest)..=(step + self.coarse - 1).min(self.longest);
        let here = &ahead[..self.compared];
        let energy = dot(here, here);
        let fits = near.map(|step| Splice { step, alike: alike(here, energy, &ahead[step..step + self.compared]) });
        fits.reduce(|best, other| if other.alike > best.alike { other } else { best })
    }

    fn roughly(&self, ahead: &[f32]) -> usize {
        let mut coarse = [0.0_f32; COARSE];
        let count = (ahead.len() / self.coarse).min(COARSE);
        for (sum, samples) in coarse.iter_mut().zip(ahead.chunks_exact(self.coarse)) {
            *sum = samples.iter().sum();
        }
        let compared = (self.compared / self.coarse).max(1).min(count);
        let here = &coarse[..compared];
        let first = self.shortest.div_ceil(self.coarse);
        let last = count - compared;
        let mut energy = dot(&coarse[first..first + compared], &coarse[first..first + compared]);
        let (mut best, mut most) = (first, f32::MIN);
        for step in first..=last {
            let there = &coarse[step..step + compared];
            let same = dot(here, there);
            // The sign is kept, and there is no root to be drawn before the best is known.
            let fit = same * same.abs() / energy.max(f32::MIN_POSITIVE);
            if fit > most {
                (best, most) = (step, fit);
            }
            let next = coarse.get(step + compared).copied().unwrap_or(0.0);
            energy = (energy + next * next - coarse[step] * coarse[step]).max(0.0);
        }
        best * self.coarse
    }
}

/// How much two waves look the same, whatever their loudness. `energy` is that of the first.
fn alike(one: &[f32], energy: f32, other: &[f32]) -> f32 {
    let energy = energy * dot(other, other);
    if energy > 0.0 { (dot(one, other) / energy.sqrt()).clamp(0.0, 1.0) } else { 0.0 }
}

/// Eight sums side by side, because one after the other waits for the last.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let ((ones, rest), (others, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (one, other) in ones.iter().zip(others) {
        for at in 0..8 {
            sums[at] += one[at] * other[at];
        }
    }
    let rest: f32 = rest.iter().zip(other_rest).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f32>() + rest
}
