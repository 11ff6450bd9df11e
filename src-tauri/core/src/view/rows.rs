//! Rows of the feed.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{CallKey, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, UnitNumber};
use crate::problem::Problem;

/// One call: in the feed, or found in the archive.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The call.
    pub key: CallKey,
    /// Place in the feed: higher is newer; unique. 0 for a call that was only found.
    pub order: f64,
    /// When the call began.
    pub start_ms: f64,
    /// What to call the talkgroup: name, else label, else its number.
    pub title: String,
    /// Short label, where it is not the title.
    pub label: Option<String>,
    /// The system's name, else its number.
    pub system: String,
    /// Group.
    pub group: Option<String>,
    /// Tag.
    pub tag: Option<String>,
    /// The talkgroup's colour as `#rrggbb`.
    pub color: Option<String>,
    /// Radio number of the talkgroup.
    pub talkgroup_number: TalkgroupNumber,
    /// Radio number of the system.
    pub system_number: SystemNumber,
    /// For hold and avoid; none where the server does not list it.
    pub talkgroup: Option<TalkgroupId>,
    /// For hold.
    pub system_id: Option<SystemId>,
    /// Hertz.
    pub frequency: Option<f64>,
    /// Who spoke when; the first entry also stands for what is before it.
    pub units: Vec<UnitView>,
    /// Length: from the decoded samples once there are any, else the server's hint.
    pub duration_ms: Option<u32>,
    /// Receiver site.
    pub site: Option<String>,
    /// Name of the decoder.
    pub decoder: Option<String>,
    /// Decoder errors.
    pub errors: Option<u32>,
    /// Decoder spikes.
    pub spikes: Option<u32>,
    /// What became of it.
    pub state: RowState,
    /// It was there before we joined.
    pub earlier: bool,
    /// It was missed when it happened, and asked for afterwards.
    pub late: bool,
    /// Calls of its server that came before it may be missing.
    pub after_gap: bool,
    /// The preset for which it is told of outside of the window, if it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub told_for: Option<u32>,
    /// What was said, once known.
    pub transcript: Option<TranscriptView>,
    /// Its audio is on this computer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub is_here: bool,
    /// It stays on this computer for ever.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub is_kept: bool,
    /// Whether the account has bookmarked it; none where that is not known, or nobody is signed in.
    pub bookmarked: Option<bool>,
}

/// Who speaks from a position on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Position in the audio.
    pub at_ms: u32,
    /// The radio's number.
    pub number: Option<UnitNumber>,
    /// What it is called: by the listener, else in this call, else in an earlier one.
    pub name: Option<String>,
    /// The listener calls it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub own: Option<OwnName>,
}

/// That the listener has named a radio.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OwnName {
    /// What it would be called otherwise.
    pub theirs: Option<String>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TranscriptView {
    /// All of it.
    pub text: String,
    /// Its parts.
    pub segments: Vec<SegmentView>,
}

/// One stretch of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SegmentView {
    /// From here.
    pub start_ms: u32,
    /// To here.
    pub end_ms: u32,
    /// Who, counted from 1; none without diarisation.
    pub speaker: Option<u32>,
    /// The words.
    pub text: String,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RowState {
    /// Found in the archive, and neither queued nor played since.
    Found,
    /// Neither queued nor played: it was there before we joined.
    Unplayed,
    /// Missed when it happened; waits for a word on what to do with what was missed.
    Missed,
    /// In the queue.
    Waiting,
    /// Its audio is on the way.
    Loading,
    /// Decoded; plays when its turn comes.
    Ready,
    /// Sounds, or is paused in mid-call.
    Playing,
    /// Was played to its end.
    Played,
    /// The user left it.
    Skipped,
    /// Was not played.
    NotPlayed {
        /// Why.
        why: NotPlayed,
    },
    /// Could not be played.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// Why a call was not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum NotPlayed {
    /// Live was off.
    LiveOff,
    /// It had waited too long, or too many waited.
    TooOld,
    /// Another system or talkgroup is held.
    NotHeld,
    /// Its talkgroup is avoided.
    Avoided,
    /// Its talkgroup is switched off.
    SwitchedOff,
    /// Its server is muted.
    ServerMuted,
    /// It was missed, and not wanted afterwards.
    WhileAway,
    /// It had waited for longer than the listener wants to be behind live.
    LeftBehind,
}
