//! What a call is multiplied with, so that all are equally loud: decided from what was measured, without a device.
//!
//! The samples of a [`Clip`](super::Clip) stay as they were decoded, for whoever exports or keeps them. The source
//! multiplies them with a [`Curve`] as it plays them. Because a call is whole before it is heard, the limiter sees every
//! peak long before it comes and needs no delay.

mod curve;
#[cfg(test)]
mod tests;

pub use self::curve::Curve;
use super::loudness::Measure;
use super::mix::MOST_OFFSET_DB;

/// How loud calls are to be, in LUFS. Radio speech has its peaks some 15 dB above its loudness (the demo town's calls: 12
/// to 18), so that hardly any of it is limited: 0.3 % of a call of that town at most, against 1.2 % at −16 and 4.5 % at
/// −14. Anything quieter would be quieter than most calls are sent.
pub const TARGET: f32 = -18.0;
/// No call is made quieter than by this, in decibels.
pub const LEAST_DB: f32 = -15.0;
/// No call is made louder than by this: what is quieter still is mostly noise.
pub const MOST_DB: f32 = 20.0;
/// No peak is louder than this when the gain has been applied: −1.6 dB of full scale. That leaves 0.6 for what four points
/// a sample miss of a peak between them, and for the slope of the gain, so that no true peak is over −1 dB.
pub const CEILING: f32 = 0.832;

/// The volume makes no call louder than by this, in decibels: as far as it goes.
pub const MOST_BOOST_DB: f32 = 6.0;

/// Steady tones are this much quieter than speech, in decibels …
const TONES_BELOW: f32 = 6.0;
/// … if that takes no more than this.
const MOST_TAMING: f32 = 12.0;

/// How a call is to be played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Decibels that bring it to [`TARGET`]; none leaves it alone, peaks included.
    pub gain_db: Option<f32>,
    /// Steady tones are kept below speech of this loudness, in LUFS and before the gain; none leaves them alone.
    pub tame: Option<f32>,
}

impl Level {
    /// Decides for a call. `usual` is the mean of the talkgroup's calls.
    pub fn of(measure: &Measure, usual: Option<f32>, loudness: bool, tame: bool) -> Self {
        let gain_db = loudness.then(|| gain_db(measure, usual));
        let speech = measure.speech.or(usual).unwrap_or(TARGET - gain_db.unwrap_or(0.0));
        Self { gain_db, tame: tame.then_some(speech) }
    }
}

/// The decibels that bring a call to [`TARGET`], within the clamp. What is too short to be measured goes by the mean of
/// its talkgroup, and so does silence, which is never made louder.
pub fn gain_db(measure: &Measure, usual: Option<f32>) -> f32 {
    let finite = |lufs: Option<f32>| lufs.filter(|lufs| lufs.is_finite());
    let loud = finite(measure.speech).or(finite(usual)).or(finite(measure.tones)).unwrap_or(TARGET);
    let gain = (TARGET - loud).clamp(LEAST_DB, MOST_DB);
    if measure.silent { gain.min(0.0) } else { gain }
}

/// The highest factor that a call of this loudness can be given, with what the listener may want on top.
pub(super) fn most_gain(speech: Option<f32>) -> f32 {
    let own = speech.map_or(MOST_DB, |lufs| (TARGET - lufs).clamp(LEAST_DB, MOST_DB));
    factor(own + MOST_OFFSET_DB + MOST_BOOST_DB)
}

/// By how many decibels a steady tone is made quieter.
fn taming_db(tone: f32, speech: f32) -> f32 {
    let over = tone - (speech - TONES_BELOW);
    if over.is_finite() { over.clamp(0.0, MOST_TAMING) } else { 0.0 }
}

fn factor(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}
