//! What the window asks of a server's archive, and what it is answered.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{Row, TranscriptView};
use crate::model::{ServerId, SystemId, TalkgroupId, TalkgroupKey};

/// What a call has to be like to be found. Empty texts and lists ask for nothing; of a list one entry has to fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SearchQuery {
    /// Whose calls.
    pub server: ServerId,
    /// Words that were said, next to each other; upper and lower case count as the same.
    pub transcript: String,
    /// Systems.
    pub systems: Vec<SystemId>,
    /// Talkgroups.
    pub talkgroups: Vec<TalkgroupId>,
    /// Groups, as the directory names them.
    pub groups: Vec<String>,
    /// Tags, as the directory names them.
    pub tags: Vec<String>,
    /// Not begun before this, in milliseconds since 1970.
    pub from_ms: Option<f64>,
    /// Not begun after this.
    pub to_ms: Option<f64>,
    /// Only what the account has bookmarked.
    pub bookmarked_only: bool,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// Of what is kept on this computer, without asking the server. Words are looked for in labels and units, too, in any
    /// order, and bookmarks do not count.
    #[serde(default)]
    pub here: bool,
    /// Only what nobody has heard; of what is kept on this computer.
    #[serde(default)]
    pub unheard_only: bool,
}

/// A talkgroup of which there are calls on this computer that nobody has heard.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct UnheardView {
    /// Which.
    pub talkgroup: TalkgroupKey,
    /// What it was called last.
    pub name: String,
    /// How many calls.
    pub calls: f64,
}

/// What became of the wish to hear what nobody has heard.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct QueuedView {
    /// So many calls wait in the queue now that did not before.
    pub queued: u32,
    /// For so many it has no room.
    pub left: f64,
}

/// A part of what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FoundPage {
    /// The calls; few or none although there are more, where the server leaves out what this account may not hear.
    pub rows: Vec<Row>,
    /// What to ask for the part after this one with; none at the end.
    pub next: Option<String>,
    /// How many there are in all, where that is known.
    pub total: Option<f64>,
    /// So many stored calls in a row are none that this account may hear, and then the search was given up; none where it
    /// came to the end or goes on. No server says how many such calls there are.
    pub in_vain: Option<f64>,
}

/// A link to a call that anybody may open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SharedLink {
    /// The whole address.
    pub url: String,
    /// There was none that worked before.
    pub is_new: bool,
}

/// What is known of a call beside its row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct CallDetails {
    /// What was said; none where nobody has written it down.
    pub transcript: Option<TranscriptView>,
}
