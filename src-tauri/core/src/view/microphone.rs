//! What the window shows of the microphone.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

/// What to do while another program uses the microphone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Yielding {
    /// Nothing.
    #[default]
    Off,
    /// Play 18 dB quieter.
    Quieter,
    /// Pause.
    Pause,
}

/// The microphone, as far as it is known, and what is being done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct MicrophoneView {
    /// Whether another program uses it.
    pub state: MicrophoneState,
    /// What the system calls that program, while it does.
    pub by: Option<String>,
    /// What is being done now. A pause counts only while it is not the user's own.
    pub doing: Yielding,
}

/// Whether another program uses the microphone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum MicrophoneState {
    /// Squelch cannot tell on this system.
    NotOffered,
    /// Nobody wants to know.
    #[default]
    Unwatched,
    /// Nobody answers who could tell.
    Unknown,
    /// No program does.
    Free,
    /// One does.
    Taken,
}
