//! The factor for every sample of a call: gain, tamed tones and limited peaks in one line.

use std::sync::Arc;

use super::{CEILING, Level, factor, taming_db};
use crate::sound::loudness::{MOMENTS, Measure};

/// From one moment to the next the factor falls by no more than 6 dB: before a peak it is down in time, without a click.
const FALL: f32 = 2.0;
/// And rises by no more than half a decibel, 100 dB a second: slow enough not to be heard as distortion, fast enough for
/// the word after a tone.
const RISE: f32 = 1.059;

/// A line of factors with a corner at the edges of moments. Cloning is free.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    corners: Arc<[f32]>,
    /// Moments from one sample to the next.
    step: f64,
}

impl Curve {
    /// The curve of a call at a device's rate; none if every sample stays as it is. So many decibels more than its level says
    /// are wanted, which is limited like the rest. What was not measured is not made louder.
    pub fn new(measure: &Measure, level: Option<&Level>, more_db: f32, rate: u32) -> Option<Self> {
        let step = f64::from(MOMENTS) / f64::from(rate.max(1));
        if measure.peaks.is_empty() {
            return (more_db < 0.0).then(|| Self { corners: [factor(more_db)].into(), step });
        }
        let wanted = wanted(measure, level, more_db);
        if wanted.iter().all(|factor| *factor == 1.0) {
            return None;
        }
        Some(Self { corners: corners(&wanted).into(), step })
    }

    /// The factor for the sample at this place.
    #[inline]
    pub fn at(&self, frame: usize) -> f32 {
        // 32 bits hold hours at the highest rate, and become a fraction and a whole number again in far fewer steps.
        let place = f64::from(frame as u32) * self.step;
        let moment = place as u32;
        let part = (place - f64::from(moment)) as f32;
        match self.corners.get(moment as usize..) {
            Some([here, next, ..]) => here + (next - here) * part,
            _ => self.corners.last().copied().unwrap_or(1.0),
        }
    }
}

/// The factor for each moment by itself: no peak of it is over the ceiling.
fn wanted(measure: &Measure, level: Option<&Level>, more_db: f32) -> Vec<f32> {
    let own_db = level.and_then(|level| level.gain_db);
    let gain_db = own_db.unwrap_or(0.0) + more_db;
    let mut wanted = vec![factor(gain_db); measure.peaks.len()];
    if let Some(speech) = level.and_then(|level| level.tame) {
        for tone in &measure.steady {
            let factor = factor(gain_db - taming_db(tone.lufs, speech));
            let to = tone.to.min(wanted.len());
            wanted[tone.from.min(to)..to].fill(factor);
        }
    }
    // As it was sent it may be as loud as it was sent.
    if own_db.is_some() || more_db > 0.0 {
        for (factor, peak) in wanted.iter_mut().zip(&measure.peaks) {
            if *factor * peak > CEILING {
                *factor = CEILING / peak;
            }
        }
    }
    wanted
}

/// Each corner is as low as the moments on both sides of it want, so that the line between two is never over either.
fn corners(wanted: &[f32]) -> Vec<f32> {
    let edge = |at: usize| {
        let before = at.checked_sub(1).map_or(f32::INFINITY, |before| wanted[before]);
        wanted.get(at).map_or(before, |after| before.min(*after))
    };
    let mut corners: Vec<f32> = (0..=wanted.len()).map(edge).collect();
    for at in 1..corners.len() {
        corners[at] = corners[at].min(corners[at - 1] * RISE);
    }
    for at in (1..corners.len()).rev() {
        corners[at - 1] = corners[at - 1].min(corners[at] * FALL);
    }
    corners
}
