//! The seam to sound: what the sound thread is told and what it reports.
//!
//! - [`decode`]: the bytes of a call to samples, or a reason why not.
//! - [`beep`]: the tones that keys are answered with.
//! - [`shape`]: samples to a [`Clip`] at the device's rate.
//! - [`loudness`]: how loud a call is; [`level`]: what it is multiplied with, so that all are equally loud.
//! - [`tempo`]: how fast calls are played while the listener catches up; [`silences`]: what is cut from them then.
//! - [`mix`]: where a call is heard, and how loud beside others.
//! - [`source`]: the one continuous source that a device pulls from.
//! - [`microphone`]: whether another program uses it.
//! - [`devices`]: the devices there are, and the chosen one among them.
//! - [`output`]: what an output is; [`silent`] for tests, `device` for real ones.
//! - [`thread`]: the thread that owns the device.

pub mod beep;
pub mod decode;
#[cfg(feature = "device")]
pub mod device;
pub mod devices;
pub mod level;
pub mod loudness;
pub mod microphone;
pub mod mix;
pub mod output;
pub mod shape;
pub mod silences;
pub mod silent;
pub mod source;
pub mod tempo;
pub mod thread;

pub use beep::{Beep, Press};
pub use decode::{Pcm, clip, decode, is_audio, measured_clip};
#[cfg(feature = "device")]
pub use device::Device;
pub use devices::{DeviceChoice, OutputDevice, WhenLost};
pub use level::Level;
pub use loudness::Measure;
pub use mix::Mix;
pub use output::Output;
pub use shape::shape;
pub use silent::{Pace, Recording, Silent};
pub use tempo::Tempo;
pub use thread::{Rates, Sound, start};

use std::sync::Arc;
use std::time::Duration;

use self::microphone::MicrophoneUse;
use crate::model::Turn;

/// A decoded call at the rate of the device that was open when it was made. Cloning is free.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    /// Mono samples; full scale is ±1.
    pub samples: Arc<Vec<f32>>,
    /// Samples per second, never 0.
    pub rate: u32,
    /// Length of the call, from its decoded samples.
    pub duration: Duration,
    /// The loudest sample of each of [`PEAKS`] equal stretches, 0 to 255; what a waveform is drawn from.
    pub peaks: Arc<[u8]>,
    /// How loud it is; nothing if that was not measured.
    pub measure: Arc<Measure>,
    /// How it is to be played; none is as it is.
    pub level: Option<Level>,
    /// Where it is to be heard, and how much louder or quieter than that.
    pub mix: Mix,
}

impl Clip {
    /// The samples as a source plays them at full volume, where both sides are as loud.
    pub fn as_played(&self) -> Vec<f32> {
        let curve = level::Curve::new(&self.measure, self.level.as_ref(), self.mix.offset_db, self.rate);
        let factor = |at| curve.as_ref().map_or(1.0, |curve| curve.at(at));
        self.samples.iter().enumerate().map(|(at, sample)| sample * factor(at)).collect()
    }
}

/// How many bars a waveform has.
pub const PEAKS: usize = 64;

/// What the engine wants to hear.
#[derive(Debug, Clone, PartialEq)]
pub enum SoundCommand {
    /// Fade out what sounds, then play this from a position. Implies resuming.
    Play {
        /// The attempt this is.
        turn: Turn,
        /// What to play.
        clip: Clip,
        /// From where.
        from: Duration,
    },
    /// Play this when `after` has ended, inside the same callback. Replaces an earlier `Next` after the same turn, also
    /// one that has taken over but not begun. Forgotten by `Play` and `Stop`.
    Next {
        /// The attempt this is.
        turn: Turn,
        /// What it follows. Named, because the sound may have moved on while this was on its way.
        after: Turn,
        /// What to play.
        clip: Clip,
        /// Silence before it.
        pause: Duration,
    },
    /// Forget what was to follow a turn, unless it has begun.
    NoNext {
        /// The turn.
        after: Turn,
    },
    /// Fade out and forget both clips.
    Stop,
    /// Fade out and keep the position.
    Pause,
    /// Go on.
    Resume,
    /// Linear factor on samples; 0 is mute. Applied within 10 ms, without clicks; above 1 with a limiter after it.
    Gain(f32),
    /// Sound this beside whatever plays, which it neither stops, delays nor changes; at the same [`SoundCommand::Gain`].
    /// Another one takes its place. Not heard where it would have to wait for a device.
    Beep(Beep),
    /// Where a clip that was handed over is heard, and how loud, within 10 ms and without clicks.
    Mix {
        /// Which.
        turn: Turn,
        /// As it is to be heard.
        mix: Mix,
    },
    /// How fast calls are played from now on, the one that sounds included, without clicks and with their pitch kept.
    Tempo(Tempo),
    /// Sound the test tone, opening the device for it. A call that begins meanwhile ends it.
    TestTone,
    /// Another device. The same again ends the wait for one that went away.
    Device(DeviceChoice),
    /// What to do when the device goes away.
    WhenLost(WhenLost),
}

/// What happened to the sound.
#[derive(Debug, Clone, PartialEq)]
pub enum SoundEvent {
    /// Samples of this turn have begun to be taken by the device.
    Started {
        /// The turn.
        turn: Turn,
    },
    /// The last sample of this turn was taken. Never said of a clip that was stopped or replaced.
    Ended {
        /// The turn.
        turn: Turn,
    },
    /// This turn came to follow one that had ended too long ago (another device was opened meanwhile, or none is), so
    /// it will not begin by itself.
    NotTaken {
        /// The turn.
        turn: Turn,
    },
    /// The fade is done and the position stands.
    Paused {
        /// The turn.
        turn: Turn,
        /// Where.
        at: Duration,
    },
    /// Going on after a pause.
    Resumed {
        /// The turn.
        turn: Turn,
    },
    /// The device went away or could not be opened. Both clips are forgotten; the thread keeps looking for a device.
    DeviceLost {
        /// What was sounding (or about to), and how far it had come.
        during: Option<(Turn, Duration)>,
        /// Why.
        why: OutputError,
    },
    /// A device is open.
    DeviceReady {
        /// Its name.
        name: String,
        /// Its rate.
        rate: u32,
        /// The name of the chosen one, for which the default stands in until it is there.
        instead_of: Option<String>,
    },
    /// Released after a minute of silence; the next `Play` opens it again.
    DeviceReleased,
    /// What is known of the microphone, which is not the sound thread's affair but comes the same way.
    Microphone(MicrophoneUse),
}

/// Why there is no sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// The computer has no output device, or none is usable.
    #[error("there is no sound device")]
    NoDevice,
    /// It was unplugged or its server ended.
    #[error("the sound device went away")]
    Gone,
    /// The chosen one is not there.
    #[error("the sound device {0:?} is not there")]
    NotThere(String),
    /// The default one went away, and no other is to be used instead.
    #[error("the sound device {0:?} went away and is waited for")]
    Awaited(String),
    /// It is there but does not open.
    #[error("the sound device could not be opened: {0}")]
    Refused(String),
}

/// Why bytes are not a call that can be heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// A web page.
    #[error("the file is a web page, not audio")]
    WebPage,
    /// A format that Squelch does not play.
    #[error("the format is unknown")]
    UnknownFormat,
    /// A known container with a codec that Squelch does not play.
    #[error("the codec {0} cannot be played")]
    UnsupportedCodec(String),
    /// Decoding produced no sample.
    #[error("the file holds no sound")]
    NoSamples,
    /// Over ten minutes decoded.
    #[error("the call is over ten minutes long")]
    TooLong,
    /// Broken beyond use.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A decoder panicked; the message is for the log.
    #[error("the decoder failed: {0}")]
    Panicked(String),
}
