//! What was missed while nobody heard a server.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::ServerId;
use crate::problem::Problem;

/// What was missed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AwayView {
    /// How many calls wait for a word on what to do with them.
    pub calls: u32,
    /// How long they are together; none where that is not known of each.
    pub duration_ms: Option<u32>,
    /// How many of them are heard by those who only skim.
    pub skim: u32,
    /// Times of which it is not known what there was.
    pub gaps: Vec<GapView>,
}

/// A time of which it is not known what there was at a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct GapView {
    /// Where.
    pub server: ServerId,
    /// From when, by the server's clock.
    pub from_ms: f64,
    /// To when.
    pub to_ms: f64,
    /// Why the server could not be asked; none where there is more than is asked for.
    pub problem: Option<Problem>,
}

/// What becomes of missed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum MissedChoice {
    /// All are played, the oldest first.
    Play,
    /// Only those of talkgroups with a high priority or that are held, and those that are bookmarked.
    Skim,
    /// None is.
    Drop,
}

/// What becomes of missed calls without asking. Who was away for less than a minute is never asked: those calls play.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum WhileAway {
    /// They wait for a word.
    #[default]
    Ask,
    /// See [`MissedChoice::Play`].
    Play,
    /// See [`MissedChoice::Skim`].
    Skim,
    /// See [`MissedChoice::Drop`].
    Drop,
}
