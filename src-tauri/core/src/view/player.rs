//! What sounds, whether calls are played as they come, and the device.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{CatchUpState, Row, SkippedView};
use crate::model::{CallKey, Turn};
use crate::problem::Problem;

/// What sounds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PlaybackView {
    /// The state.
    pub state: PlaybackState,
    /// The attempt, while there is one; what `Skip` names.
    pub turn: Option<Turn>,
    /// The call that sounds, else the last one that did. Complete, because its row may have left the feed.
    pub row: Option<Row>,
    /// Position in the call when this was made; it runs while the state is `Playing`.
    pub position_ms: u32,
    /// Length of the call.
    pub duration_ms: u32,
    /// How much later than it could have been heard the call is, when this was made: since it arrived, less the position. It
    /// grows with the time and shrinks with the position. None for a replay.
    pub behind_ms: Option<u32>,
    /// How fast the position runs while the state is `Playing`, in percent.
    pub percent: u32,
    /// What it leaps over, in order.
    pub skipped: Vec<SkippedView>,
    /// Bars of the waveform, 0 to 255; of the call as it was sent.
    pub peaks: Vec<u8>,
    /// Decibels that bring the call to the loudness of all others; none if it is played as it was sent.
    pub gain_db: Option<f32>,
}

/// Whether anything sounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum PlaybackState {
    /// Nothing to play.
    #[default]
    Idle,
    /// The next call's audio is on the way, nothing sounds.
    Loading,
    /// It sounds.
    Playing,
    /// Paused, in mid-call or between calls.
    Paused,
    /// Ready to play, but there is no sound device.
    NoDevice,
}

/// Live, volume and the queue's length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ListeningView {
    /// Calls are played as they come.
    pub live: bool,
    /// Sound is paused.
    pub paused: bool,
    /// Loudness in decibels.
    pub volume_db: f32,
    /// Silenced.
    pub muted: bool,
    /// How many calls wait, the one that sounds not counted.
    pub waiting: u32,
    /// Which of them plays next.
    pub next: Option<CallKey>,
    /// For how long the one that came first has been waiting, when this was made; it grows. Those that were asked for do not
    /// count.
    pub waiting_ms: Option<u32>,
    /// Whether the listener catches up.
    pub catch_up: CatchUpState,
    /// How many calls the user has gone back to are still to be heard, the one that sounds among them.
    pub rewound: u32,
    /// How often the user went back so far; what `Rewind` names.
    pub rewinds: u32,
}

/// The sound device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceView {
    /// Not open: nothing has to be played.
    Resting,
    /// Open.
    Open {
        /// Its name.
        name: String,
        /// The name of the chosen one, where that is not there and this one stands in for it.
        instead_of: Option<String>,
    },
    /// There is none; calls keep arriving, and playing goes on when it is back.
    Missing {
        /// Why, and what to do.
        problem: Problem,
        /// Only this one is missing: calls would go on if the default device were chosen, or chosen again.
        elsewhere: bool,
    },
}

/// The devices that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SoundDevices {
    /// There is something to choose from on this system.
    pub offered: bool,
    /// Those that are there now, as the system sorts them. No two have the same name.
    pub devices: Vec<SoundDevice>,
}

/// A device that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SoundDevice {
    /// What the system knows it by.
    pub id: String,
    /// The name the system gives it.
    pub name: String,
    /// It is the system's default now.
    pub is_default: bool,
}
