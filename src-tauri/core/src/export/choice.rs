//! What an export is to be, and what became of it.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::problem::Problem;
pub use crate::soundfile::SoundForm;

/// What calls become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ExportShape {
    /// A file each.
    Files,
    /// One file in which they follow each other, the oldest first, with a list of what is where.
    Merged,
    /// A file each in one zip, with a list.
    Zip,
}

/// What is heard between merged calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Between {
    /// Nothing.
    Nothing,
    /// Silence.
    Silence,
    /// A short tone.
    Tone,
    /// A voice that says when and where the next call was.
    Spoken,
}

/// The languages that a voice can speak here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum SpokenLanguage {
    /// English.
    En,
    /// German.
    De,
}

/// How calls are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ExportChoice {
    /// What they become.
    pub shape: ExportShape,
    /// As what they are written; none is as they came, which merged ones cannot be.
    pub form: Option<SoundForm>,
    /// What is heard between merged ones.
    pub between: Between,
    /// How long the silence is.
    pub silence_ms: u32,
    /// Merged ones are equally loud.
    pub level: bool,
    /// A text with what is known of a call beside each file.
    pub details: bool,
    /// What a voice speaks.
    pub language: SpokenLanguage,
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ExportProgress {
    /// Calls that were seen to.
    pub done: u32,
    /// Of so many.
    pub of: u32,
}

/// A call that is not among them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct MissingCall {
    /// Its talkgroup, where that is known.
    pub title: Option<String>,
    /// When it began.
    pub start_ms: Option<f64>,
    /// Why.
    pub problem: Problem,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Where it is.
    pub folder: String,
    /// The files' names, without those of texts and lists.
    pub files: Vec<String>,
    /// How many calls are in them.
    pub calls: u32,
    /// How long they are together, where they were merged.
    pub length_ms: Option<f64>,
    /// Calls that are not in them. At most [`MOST_TOLD`](super::MOST_TOLD) are named.
    pub missing: Vec<MissingCall>,
    /// How many are not.
    pub missing_count: u32,
    /// Why it ended early.
    pub problem: Option<Problem>,
    /// It was ended by hand.
    pub cancelled: bool,
}
