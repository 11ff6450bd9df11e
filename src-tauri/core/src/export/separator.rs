//! What is heard between merged calls.

use std::f32::consts::TAU;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::voice::{Voice, announcement};
use super::{Between, ExportChoice};
use crate::sound::Level;
use crate::sound::shape::{FADE, frames};
use crate::view::Row;

/// Longer silence is nobody's wish, and hours of it would fill the disk.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);
/// Around a tone or a voice, so that it is not taken for a part of a call.
const AROUND: Duration = Duration::from_millis(250);
const TONE: Duration = Duration::from_millis(200);
const HERTZ: f32 = 880.0;
/// Well below speech: it parts calls and does not startle.
const LOUD: f32 = 0.12;

/// Makes them.
#[derive(Debug)]
pub(super) struct Separator {
    between: Between,
    silence: Duration,
    voice: Option<Voice>,
    zone: TimeZone,
    choice: ExportChoice,
}

impl Separator {
    /// Nothing, if a voice is wanted and there is none.
    pub(super) fn new(choice: ExportChoice, zone: TimeZone) -> Option<Self> {
        let voice = match choice.between {
            Between::Spoken => Some(Voice::find(choice.language)?),
            Between::Nothing | Between::Silence | Between::Tone => None,
        };
        let silence = Duration::from_millis(choice.silence_ms.into()).min(LONGEST_SILENCE);
        Some(Self { between: choice.between, silence, voice, zone, choice })
    }

    /// What comes before a call. Only a voice says something before the first one.
    pub(super) fn before(&self, row: &Row, is_first: bool, rate: u32) -> Vec<f32> {
        match self.between {
            Between::Spoken => self.spoken(row, is_first, rate),
            _ if is_first => Vec::new(),
            Between::Nothing => Vec::new(),
            Between::Silence => vec![0.0; frames(self.silence, rate)],
            Between::Tone => around(&tone(rate), false, rate),
        }
    }

    fn spoken(&self, row: &Row, is_first: bool, rate: u32) -> Vec<f32> {
        let time = Timestamp::from_millisecond(row.start_ms as i64).unwrap_or_default().to_zoned(self.zone.clone());
        let text = announcement(&row.title, time.hour(), time.minute(), self.choice.language);
        let spoken = self.voice.as_ref().map(|voice| voice.say(&text, rate));
        let mut clip = match spoken {
            Some(Ok(clip)) => clip,
            Some(Err(error)) => {
                // A call without its announcement is better than none; the list says what it is.
                tracing::warn!("a call is not announced: {error}");
                return around(&tone(rate), is_first, rate);
            }
            None => return Vec::new(),
        };
        // As loud as calls that are played equally loud.
        clip.level = Some(Level::of(&clip.measure, None, true, false));
        around(&clip.as_played(), is_first, rate)
    }
}

fn around(sound: &[f32], is_first: bool, rate: u32) -> Vec<f32> {
    let silence = vec![0.0; frames(AROUND, rate)];
    let before = if is_first { &[] } else { silence.as_slice() };
    [before, sound, &silence].concat()
}

fn tone(rate: u32) -> Vec<f32> {
    let (length, fade) = (frames(TONE, rate), frames(FADE, rate).max(1));
    let edge = |at: usize| at.min(length - 1 - at).min(fade) as f32 / fade as f32;
    (0..length).map(|at| (TAU * HERTZ * at as f32 / rate as f32).sin() * LOUD * edge(at)).collect()
}
