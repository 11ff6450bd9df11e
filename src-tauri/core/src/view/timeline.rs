//! The last hours at a glance, as the window draws them.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{ServerId, TalkgroupId};

/// Which stretch of time is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TimelineQuery {
    /// From then, in milliseconds since 1970.
    pub from_ms: f64,
    /// To then.
    pub to_ms: f64,
    /// The calls' shapes are wanted, too: where they are drawn too small for that they are not.
    pub shapes: bool,
}

/// A stretch of time: whose calls there are, and where. Lists of numbers instead of a list of calls, because there may be
/// tens of thousands: the entries at one place of all lists are one call, in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TimelineView {
    /// The talkgroups that have calls in it: first those of the first server, by system and name.
    pub lanes: Vec<TimelineLane>,
    /// The call's number at its server.
    pub calls: Vec<f64>,
    /// The place of its talkgroup among `lanes`.
    pub lane: Vec<u32>,
    /// When it began, in milliseconds after the call before it; of the first after the beginning of the stretch, before
    /// which it may have begun.
    pub starts: Vec<f64>,
    /// Its length in milliseconds; 0 where that is not known.
    pub lengths: Vec<u32>,
    /// What became of it: a letter for each call, as [`TimelineMark`] has them.
    pub states: String,
    /// Its shape: 64 digits from 0 to f; empty where its audio is not kept or was not asked for.
    pub shapes: Vec<String>,
    /// Times of which it is not known what was said.
    pub gaps: Vec<TimelineGap>,
    /// There are more calls than are drawn at once, and the later ones are not here: a shorter stretch has all.
    pub is_cut: bool,
}

/// A talkgroup on the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TimelineLane {
    /// What the archive knows it by.
    pub group: f64,
    /// Where.
    pub server: ServerId,
    /// The server's number, where it lists it.
    pub talkgroup: Option<TalkgroupId>,
    /// What it was called last.
    pub name: String,
    /// Its system's name, else its number.
    pub system: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
}

/// A time of which it is not known what was said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TimelineGap {
    /// At which server.
    pub server: ServerId,
    /// From then, in milliseconds since 1970.
    pub from_ms: f64,
    /// To then.
    pub to_ms: f64,
}

/// What became of a call on the timeline, and the letter for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineMark {
    /// `u`: nobody has heard it.
    Unheard,
    /// `h`
    Heard,
    /// `s`
    Skipped,
    /// `f`: it was not to be played.
    Filtered,
    /// `x`: its audio cannot be had any more.
    Unavailable,
}

impl TimelineMark {
    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Self::Unheard => 'u',
            Self::Heard => 'h',
            Self::Skipped => 's',
            Self::Filtered => 'f',
            Self::Unavailable => 'x',
        }
    }
}
